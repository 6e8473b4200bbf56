"""How somebody comes in: a first code once, a session's true start, devices that forget, and what they are told."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from sereniv.clinic.accounts import factors, idle
from sereniv.clinic.accounts.chairside import is_known_on, proven
from sereniv.clinic.accounts.models import KEYED, Enrolment, Notice, Staff
from sereniv.clinic.accounts.second_factor import is_second_factor
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.live import stream
from sereniv.clinic.live.stream import viewer_of
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import SignInAudited, TableChanged
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.admin import credentials
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.shell.test_far_from_home import SECRET, code_now, with_authenticator

pytestmark = pytest.mark.django_db
OWN = "a-password-of-my-own"
CODE_DAYS = timedelta(days=knowledge().access.first_code.days)
ENROLLED = timedelta(days=knowledge().access.enrolment.days)


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch, fixed_clock: FixedClock) -> FixedClock:
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)
    cache.clear()
    return fixed_clock


def browser(username: str = "", password: str = PASSWORD) -> Client:
    client = Client()
    if username:
        client.post("/sign-in/", {"login": username, "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def acts(username: str) -> list[str]:
    """Return what the audit says of somebody's way in."""
    found = [each.event for each in chart_store.read("audit")]
    return [each.act for each in found if isinstance(each, SignInAudited) and each.staff == username]


def added(admin: Client, username: str = "eva") -> str:
    """Add somebody on the page and return the code it shows, this once."""
    typed = {"key": f"add-{username}-1", "full_name": "Eva Lind, RN", "username": username, "roles": ["nurse"]}
    page = admin.post("/set-up/staff/new/", typed, follow=True).content.decode()
    found = re.search(r"with the code ([a-z0-9-]{23}) as the password", page)
    assert found is not None, page
    assert found[1] not in admin.get("/set-up/").content.decode()
    return found[1]


def test_a_first_code_lets_in_once_to_set_ones_own_password_and_to_nothing_else(staff: dict[str, Staff]) -> None:
    code = added(browser("admin"))
    eva = browser("eva", code)
    assert is_in(eva)
    for page in ("/", "/people/", "/today/", "/me/pin/", "/switch/", "/second-factor/"):
        assert eva.get(page)["Location"] == "/me/password/", page
    assert viewer_of(f"{project.SESSION_COOKIE_NAME}={eva.cookies[project.SESSION_COOKIE_NAME].value}") is None
    assert not is_in(browser("eva", code)), "used up, whatever becomes of the first browser"
    assert "used up" in eva.get("/me/password/").content.decode()
    assert "differ" in eva.post("/me/password/", {"key": "own-00001", "password": OWN, "again": "x"}).content.decode()
    eva.post("/me/password/", {"key": "own-00002", "password": OWN, "again": OWN})
    assert eva.get("/people/").status_code == 200
    assert is_in(browser("eva", OWN))
    assert acts("eva")[:2] == ["signed in with a first code", "failed to sign in"]


def test_a_first_code_ends_and_signs_nothing(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    code = added(browser("admin"))
    eva = Staff.objects.get(username="eva")
    Enrolment.objects.create(device="tablet", staff=eva, at=timezone.now())
    assert not proven(eva, code, "tablet"), "whoever handed it over would sign as them"
    fixed_clock.shown = NOON + CODE_DAYS
    assert not is_in(browser("eva", code))
    fixed_clock.shown = NOON + CODE_DAYS - timedelta(seconds=1)
    assert is_in(browser("eva", code))


def test_a_lost_password_is_made_good_by_a_code_that_its_owner_notices(staff: dict[str, Staff]) -> None:
    nurse, admin = browser("nurse"), browser("admin")
    page = admin.post(f"/set-up/staff/{staff['nurse'].pk}/password/", {"key": "lost-00001"}, follow=True)
    found = re.search(r"with the code ([a-z0-9-]{23})", page.content.decode())
    assert found is not None
    assert nurse.get("/people/")["Location"].startswith("/sign-in/"), "signed out everywhere"
    again = admin.post(f"/set-up/staff/{staff['nurse'].pk}/password/", {"key": "lost-00001"}, follow=True)
    assert "was given a code before" in again.content.decode(), "a repeated form shows no code that does not work"
    client = Client()
    shown = client.post("/sign-in/", {"login": "nurse", "password": found[1]}, follow=True).content.decode()
    assert "Your password was changed by Sam Admin, 02 Mar 2026 12:00" in shown


def test_handing_the_device_on_by_pin_renews_no_session(
    staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser("nurse")
    began = client.session[idle.SIGNED_IN]
    for username, pin in (("nurse2", "1357"), ("prescriber", "9753"), ("nurse", "2468")):
        typed = {"key": f"switch-{username}", "second_person": staff[username].pk, "second_secret": pin}
        with monkeypatch.context() as later:
            later.setattr("sereniv.clinic.clock.real_now", lambda: timezone.now() + timedelta(hours=1))
            Enrolment.objects.get_or_create(
                device=Enrolment.objects.filter(staff=staff["nurse"]).get().device, staff=staff[username],
                defaults={"at": timezone.now()},
            )  # fmt: skip
            assert client.post("/switch/", typed).status_code == 302
        assert client.session[idle.SIGNED_IN] == began, "twelve hours from the sign-in, whoever holds it"
        assert client.session["_auth_user_id"] == str(staff[username].pk)
    assert acts("nurse2") == ["took over"], "a PIN is no sign-in"
    client.post("/switch/", {"key": "switch-bad-1", "second_person": staff["nurse2"].pk, "second_secret": "0000"})
    assert acts("nurse2")[-1] == "failed to take over"


def test_a_device_forgets_after_its_days_and_with_the_password(staff: dict[str, Staff], act: ActMaker) -> None:
    nurse = staff["nurse"]
    row = Enrolment.objects.create(device="tablet", staff=nurse, at=timezone.now() - ENROLLED + timedelta(minutes=1))
    assert is_known_on(nurse, "tablet")
    Enrolment.objects.filter(pk=row.pk).update(at=timezone.now() - ENROLLED)
    assert not is_known_on(nurse, "tablet")
    assert not proven(nurse, "2468", "tablet"), "the PIN is not taken, the password is"
    assert proven(nurse, PASSWORD, "tablet")
    Enrolment.objects.filter(pk=row.pk).update(at=timezone.now())
    credentials.set_own_password(OWN, act("nurse"))
    assert not Enrolment.objects.filter(staff=nurse).exists()


def test_the_device_where_the_password_was_changed_still_knows_its_owner(staff: dict[str, Staff]) -> None:
    client, other = browser("nurse"), browser("nurse")
    assert Enrolment.objects.filter(staff=staff["nurse"]).count() == 2
    client.post("/me/password/", {"key": "change-001", "current": PASSWORD, "password": OWN, "again": OWN})
    assert Enrolment.objects.filter(staff=staff["nurse"]).count() == 1
    assert client.get("/people/").status_code == 200
    assert other.get("/people/")["Location"].startswith("/sign-in/")


def test_a_sign_in_with_the_password_renews_the_days(staff: dict[str, Staff]) -> None:
    client = browser("nurse")
    Enrolment.objects.update(at=timezone.now() - ENROLLED)
    client.post("/sign-out/")
    client.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    assert is_known_on(staff["nurse"], Enrolment.objects.get().device)


# Second factors.


def test_a_lost_second_factor_is_taken_away_by_two_and_its_owner_is_told(
    staff: dict[str, Staff], act: ActMaker
) -> None:
    director = with_authenticator(staff["director"])
    clear: Callable[[Any], None] = lambda by: credentials.clear_second_factor(director.pk, by)  # noqa: E731
    with pytest.raises(Refused, match="second person must sign"):
        clear(act("admin"))
    with pytest.raises(Refused, match="may not be second"):
        clear(act("admin", second="prescriber"))
    Staff.objects.create(username="admin2", full_name="Other Admin", roles=["administrator"])
    staff["admin2"] = Staff.objects.get(username="admin2")
    clear(act("admin", second="admin2"))
    assert not Authenticator.objects.exists()
    assert Staff.objects.get(pk=director.pk).is_new_for(staff["admin"], NOON)
    change = [each for each in chart_store.read("audit") if isinstance(each.event, TableChanged)][-1]
    assert (change.recorded_by, change.co_signed_by) == ("admin", "admin2")
    assert "second factor was taken away by Sam Admin" in Notice.objects.get(staff=director).words
    with pytest.raises(Refused, match="has no second factor"):
        clear(act("admin", second="admin2"))


def test_a_factor_is_sealed_in_the_database_and_still_opens(staff: dict[str, Staff]) -> None:
    nurse = with_authenticator(staff["nurse"])
    kept = Authenticator.objects.get(user=nurse)
    assert SECRET not in str(kept.data)
    assert is_second_factor(nurse, code_now())
    cache.clear()  # a code is taken once
    kept.data = {**kept.data, "secret": SECRET}  # as a home of before kept it
    kept.save()
    assert is_second_factor(nurse, code_now())
    cache.clear()
    assert (factors.seal_kept_factors(), factors.seal_kept_factors()) == (1, 0)
    assert SECRET not in str(Authenticator.objects.get(user=nurse).data)
    assert is_second_factor(nurse, code_now())


def test_making_and_failing_a_factor_is_audited_and_told(
    staff: dict[str, Staff], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    client = browser("nurse")
    client.post("/confirm-password/", {"password": PASSWORD})
    page = client.get("/second-factor/totp/activate/", follow=True).content.decode()
    secret = re.search(r'value="([A-Z2-7]{16,})"', page)
    assert secret is not None, page[-3000:]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/second-factor/totp/activate/", {"code": code_now(secret[1])}, follow=True)
    assert Authenticator.objects.filter(user=staff["nurse"], type="totp").exists()
    assert "second factor added: authenticator" in acts("nurse")
    assert Notice.objects.filter(staff=staff["nurse"], words__startswith="Second factor added: authenticator").exists()
    again = browser("nurse")
    again.post("/second-factor/authenticate/", {"code": "000000"})
    assert acts("nurse")[-1] == "wrong code of the second factor"
    assert not is_in(again)


# PINs.


def test_a_pin_is_hashed_under_a_key_outside_the_database(
    staff: dict[str, Staff], act: ActMaker, settings: Any
) -> None:
    credentials.set_own_pin("58203", act("nurse"))
    nurse = Staff.objects.get(username="nurse")
    assert nurse.pin_hash.startswith(KEYED)
    assert nurse.check_pin("58203")
    settings.SECRET_KEY = "another home's key, where the database alone was copied to"
    assert not nurse.check_pin("58203"), "with the database alone, no PIN can be tried out"


def test_a_pin_of_a_home_of_before_still_works_and_is_kept_under_the_key_then(staff: dict[str, Staff]) -> None:
    nurse = staff["nurse"]
    assert not nurse.pin_hash.startswith(KEYED)
    assert not nurse.check_pin("0000")
    assert not Staff.objects.get(username="nurse").pin_hash.startswith(KEYED)
    assert nurse.check_pin("2468")
    kept = Staff.objects.get(username="nurse")
    assert kept.pin_hash.startswith(KEYED)
    assert kept.check_pin("2468")
    assert not Entry.objects.filter(payload__contains=kept.pin_hash).exists()
