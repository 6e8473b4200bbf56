"""Everybody sees where they are signed in, and ends what they do not know; of others, an administrator alone does."""

import re

import pytest
from django.conf import settings
from django.test import Client

from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.live import stream
from sereniv.clinic.live.stream import viewer_of
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.knowledge import knowledge
from tests.conftest import FixedClock

pytestmark = pytest.mark.django_db
MARK = re.compile(r'name="mark" value="([0-9a-f]{16}|elsewhere)"')
TABLET = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15"


def signed_in(who: Staff, browser: str = "") -> Client:
    client = Client(headers={"user-agent": browser})
    assert client.post("/sign-in/", {"login": who.username, "password": PASSWORD}).status_code == 302
    return client


def ends(client: Client, mark: str, key: str = "end-a-sign-in") -> int:
    return client.post("/me/places/", {"mark": mark, "key": key}).status_code


def is_in(client: Client) -> bool:
    return client.get("/people/").status_code == 200


def test_a_sign_in_elsewhere_is_seen_and_ended_with_its_stream(
    monkeypatch: pytest.MonkeyPatch, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)
    here, there = signed_in(staff["nurse"]), signed_in(staff["nurse"], TABLET)
    page = here.get("/me/places/").content.decode()
    assert "iPad; CPU OS 17_5" in page
    assert there.session.session_key not in page
    cookie = f"{settings.SESSION_COOKIE_NAME}={there.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert viewer_of(cookie) == staff["nurse"]
    (mark, everywhere) = MARK.findall(page)
    assert everywhere == "elsewhere"
    assert ends(here, mark) == 302
    assert not is_in(there)
    assert viewer_of(cookie) is None
    assert is_in(here)
    told = [each.event for each in chart_store.read("audit") if isinstance(each.event, SignInAudited)]
    ended = ["signed out from elsewhere", "PIN ended on a device from elsewhere"]
    assert [each.act for each in told if each.staff == "nurse"][-2:] == ended
    assert ends(here, mark) == 302, "sent again it is the same act"
    assert ends(here, mark, "another-act") == 422


def test_all_others_end_at_once_and_this_one_stays(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    here, one, two = (signed_in(staff["nurse"]) for _ in range(3))
    assert ends(here, "elsewhere") == 302
    assert (is_in(here), is_in(one), is_in(two)) == (True, False, False)
    assert "End all others" not in here.get("/me/places/").content.decode()


def test_nobody_sees_or_ends_anothers(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    nurse, also, other = signed_in(staff["nurse"]), signed_in(staff["nurse"]), signed_in(staff["nurse2"])
    assert len(MARK.findall(other.get("/me/places/").content.decode())) == 0
    (mark, _) = MARK.findall(nurse.get("/me/places/").content.decode())
    assert ends(other, mark) == 422
    assert is_in(also)


def test_an_administrator_sees_and_ends_the_sign_ins_of_another_who_is_told(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    admin, here, there = signed_in(staff["admin"]), signed_in(staff["nurse"]), signed_in(staff["nurse"], TABLET)
    other = signed_in(staff["nurse2"])
    address = f"/set-up/staff/{staff['nurse'].pk}/places/"
    assert {other.get(address).status_code, other.post(address).status_code} == {403}
    page = admin.get(address).content.decode()
    assert "iPad; CPU OS 17_5" in page
    tablet = MARK.findall(page.split("iPad")[1])[0]
    form = {"mark": tablet, "key": "admin-ends-01"}
    said = admin.post(address, form, follow=True).content.decode()
    assert "signed out in 1 place, their PIN is not taken there, and they are told" in said
    assert (is_in(there), is_in(here), is_in(other)) == (False, True, True)
    told = [each for each in chart_store.read("audit") if isinstance(each.event, SignInAudited)][-2]
    assert (told.event.staff, told.event.act, told.recorded_by) == ("nurse", "signed out by an administrator", "admin")
    assert admin.post(address, {**form, "key": "admin-ends-02"}).status_code == 422, "it has ended already"
    assert "You were signed out by Sam Admin" in signed_in(staff["nurse"]).get("/", follow=True).content.decode()
    assert admin.post(address, {"mark": "elsewhere", "key": "admin-ends-03"}).status_code == 302
    assert not is_in(here)
    assert "Nowhere now." in admin.get(address).content.decode()


def test_a_mark_of_somebody_else_ends_nothing_on_anothers_page(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    admin, nurse = signed_in(staff["admin"]), signed_in(staff["nurse"])
    theirs = f"/set-up/staff/{staff['nurse'].pk}/places/"
    (mark,) = MARK.findall(admin.get(theirs).content.decode())
    wrong = f"/set-up/staff/{staff['nurse2'].pk}/places/"
    assert admin.post(wrong, {"mark": mark, "key": "admin-ends-04"}).status_code == 422
    assert is_in(nurse)
    own = f"/set-up/staff/{staff['admin'].pk}/places/"
    assert admin.get(own)["Location"] == "/me/places/"


def test_what_a_browser_says_of_its_computer_is_kept_short_and_shown_as_text(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    client = signed_in(staff["nurse"], "Mozilla (<b>" + "x" * 500 + "</b>)")
    assert client.session[idle.BROWSER] == "<b>" + "x" * 57
    assert "<b>xxx" not in client.get("/me/places/").content.decode()


def test_the_limits_are_those_of_the_row() -> None:
    row = knowledge().sign_in
    assert idle.locks_after(row).total_seconds() == 60 * row.locks_after_min
    assert idle.ends_untouched(row).total_seconds() == 60 * row.ends_untouched_min
    assert idle.ends_after(row).total_seconds() == 3600 * row.ends_after_h


def test_ending_a_sign_in_ends_the_pin_on_its_device_and_on_no_other(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Whoever found the tablet could else sign as its owner beside whoever signs in there next."""
    admin, here, there = signed_in(staff["admin"]), signed_in(staff["nurse"]), signed_in(staff["nurse"], TABLET)
    kept, lost = (str(each.session[idle.DEVICE]) for each in (here, there))
    page = admin.get(address := f"/set-up/staff/{staff['nurse'].pk}/places/").content.decode()
    admin.post(address, {"mark": MARK.findall(page.split("iPad")[1])[0], "key": "pin-ends-0001"})
    assert [row.device[:12] for row in Enrolment.objects.filter(staff=staff["nurse"])] == [kept]
    ended = [each.event for each in chart_store.read("audit") if isinstance(each.event, SignInAudited)][-2:]
    assert [(each.act, each.device) for each in ended] == [
        ("signed out by an administrator", lost),
        ("PIN ended on a device by an administrator", lost),
    ]


def test_a_device_that_takes_the_pin_alone_is_seen_and_ended(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    admin, client = signed_in(staff["admin"]), signed_in(staff["nurse"])
    client.post("/sign-out/")
    address = f"/set-up/staff/{staff['nurse'].pk}/places/"
    page = admin.get(address).content.decode()
    assert "not signed in, takes the PIN" in page
    (mark,) = MARK.findall(page)
    assert admin.post(address, {"mark": mark, "key": "pin-alone-01"}).status_code == 302
    assert not Enrolment.objects.filter(staff=staff["nurse"]).exists()
    assert "Nowhere now." in admin.get(address).content.decode()


def test_ending_all_others_leaves_the_pin_here(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    here, there = signed_in(staff["nurse"]), signed_in(staff["nurse"])
    there.post("/sign-out/")
    assert ends(here, "elsewhere") == 302
    (row,) = Enrolment.objects.filter(staff=staff["nurse"])
    assert row.device[:12] == here.session[idle.DEVICE]
