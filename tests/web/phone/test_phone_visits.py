"""The phone's visits and way home, and attacks on the link: replay, forgery, leaks between people and drafts."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Chair, ClinicDetails, Invitation, OnCall
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.phone import invitations, patient_visits
from sereniv.clinic.workflows.safety import safety
from sereniv.therapy.person.events import EscortNamedByPatient, Purpose, ScaleAnswered
from sereniv.therapy.scheduling.calendar import appointments
from sereniv.therapy.session.events import TransferredOut
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import words_of
from tests.workflows.coursing import eligible, infuse

pytestmark = pytest.mark.django_db
FORTNIGHT = NOON + timedelta(days=14)
MIDNIGHT = NOON + timedelta(hours=12)
TOMORROW = NOON.replace(hour=9) + timedelta(days=1)
ZEROES = {f"item_{number}": "0" for number in range(1, 10)}
KIM = {"name": "Kim Escort", "phone": "555-0100", "way_home": "by car", "key": "escort-0001"}


@pytest.fixture(autouse=True)
def clinic(fixed_clock: FixedClock) -> None:
    del fixed_clock
    cache.clear()
    ClinicDetails.objects.create(id=1, name="Quiet Room", phone="555-0142", on_call_phone="555-0143")
    Chair.objects.create(name="Chair 1")


@pytest.fixture
def she(act: ActMaker) -> uuid.UUID:
    return eligible(act, NOON)


def link(person: uuid.UUID, act: ActMaker) -> str:
    return invitations.invite(person, ("phq9", "gad7", "mood"), FORTNIGHT, act("nurse")).token


def booked(person: uuid.UUID, act: ActMaker, purpose: Purpose = Purpose.INFUSION, days: int = 0) -> int:
    wish = booking.Wish(starts_at=TOMORROW + timedelta(days=days), chair="Chair 1", purpose=purpose)
    return booking.book(person, wish, act("coordinator"))


def home(token: str) -> str:
    return Client().get(f"/q/{token}/").content.decode()


def said(person: uuid.UUID) -> list[EscortNamedByPatient]:
    return [each.event for each in chart_store.person_chart(person).all(EscortNamedByPatient)]


def test_the_next_infusion_stands_with_what_to_prepare_and_without_chair_or_name(she: uuid.UUID, act: ActMaker) -> None:
    token = link(she, act)
    assert "Your next infusion" not in home(token)
    booked(she, act)
    page = home(token)
    assert "Tuesday 3 March, 09:00" in page
    assert "Eat nothing in the 6 hours before" in page
    assert "Chair 1" not in page
    assert page.rindex('class="crisis"') > page.rindex("Eat nothing")


def test_a_patient_says_who_takes_them_home_and_nobody_takes_it_for_checked(she: uuid.UUID, act: ActMaker) -> None:
    token, entry = link(she, act), booked(she, act)
    page = Client().post(f"/q/{token}/way-home/{entry}/", KIM, follow=True).content.decode()
    assert "You told us who takes you home" in page
    assert "Kim" not in page + Client().get(f"/q/{token}/way-home/{entry}/").content.decode(), "not shown again"
    (visit,) = appointments(chart_store.person_chart(she))
    assert (visit.escort, visit.said) == (None, said(she)[0])
    row = AppointmentRow.objects.get()
    assert (row.escort, row.escort_said) == ("", "Kim Escort")
    nurse = Client()
    nurse.force_login(act("nurse").by, backend="django.contrib.auth.backends.ModelBackend")
    for path in (f"/people/{she}/appointments/", "/calendar/?day=2026-03-03", "/calendar/week/?day=2026-03-03"):
        shown = nurse.get(path).content.decode()
        assert "atient says" in shown
        assert "◆" in shown, "it still counts as nobody"
    sheet = nurse.get(f"/people/{she}/appointments/{entry}/escort/").content.decode()
    assert "once you have checked it" in sheet
    coming.arrange_escort(she, entry, "Kim Escort", "555-0100", "by car", act("nurse"))
    assert "atient says" not in nurse.get(f"/people/{she}/appointments/").content.decode()
    assert "Kim" not in home(token)


def test_the_same_page_sent_twice_counts_once_and_another_persons_visit_cannot_be_named(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    token, entry = link(she, act), booked(she, act)
    review = booked(she, act, Purpose.REVIEW, days=1)
    his = booked(eligible(act, NOON, name="otto"), act, days=2)
    other = Client()
    for _ in range(2):
        other.post(f"/q/{token}/way-home/{entry}/", KIM)
    assert len(said(she)) == 1
    for _ in range(2):
        other.post(f"/q/{token}/way-home/{entry}/", {**KIM, "name": "Lee"})
    assert [each.name for each in said(she)] == [KIM["name"], "Lee"], "gone back to and sent with somebody else"
    for number in {review, his, 999} - {entry}:
        answer = other.post(f"/q/{token}/way-home/{number}/", {**KIM, "key": f"escort-1{number:03}"}, follow=True)
        assert "changed or is over" in answer.content.decode()
    assert other.post(f"/q/{token}/way-home/{entry}/", {**KIM, "name": " ", "key": "escort-0002"}).status_code == 422
    fixed_clock.shown = TOMORROW + timedelta(hours=5)
    answer = other.post(f"/q/{token}/way-home/{entry}/", {**KIM, "key": "escort-0003"}, follow=True)
    assert "changed or is over" in answer.content.decode()
    assert len(said(she)) == 2


def test_a_flood_of_escorts_is_stopped(she: uuid.UUID, act: ActMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_visits, "MOST_ESCORTS", 2)
    token, entry = link(she, act), booked(she, act)
    answers = [
        Client().post(f"/q/{token}/way-home/{entry}/", {**KIM, "key": f"escort-000{number}"}).status_code
        for number in range(4)
    ]
    assert answers == [302, 302, 429, 429]


def test_on_the_day_and_the_day_after_the_page_says_what_still_holds(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    token = link(she, act)
    infuse(act, she, NOON)
    fixed_clock.shown = NOON + timedelta(hours=2)
    page = home(token)
    assert "You had an infusion today" in page
    assert "Do not drive or use machines" in page
    assert "Do not drink alcohol" in page
    fixed_clock.shown = NOON + timedelta(days=1)
    page = home(token)
    assert "The day after your infusion" in page
    assert "Do not drive or use machines" in page
    assert "Do not drink alcohol" not in page
    fixed_clock.shown = NOON + timedelta(days=2)
    assert "Do not drive" not in home(token)


def test_whoever_went_to_a_hospital_is_told_that_it_speaks_first(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    """*Go home with an adult* stood there alone, read on a ward."""
    token = link(she, act)
    session = infuse(act, she, NOON)
    fixed_clock.shown = NOON + timedelta(hours=2)
    assert "You went from here to a hospital." not in home(token)
    charting.chart_fact(session, TransferredOut(where="City Hospital", reason="chest pain"), act("nurse"))
    for hours in (2, 20):
        fixed_clock.shown = NOON + timedelta(hours=hours)
        assert "You went from here to a hospital. What they tell you goes before" in words_of(home(token))
    assert "City Hospital" not in home(token)


def test_the_page_says_whether_anybody_is_there_and_whom_to_call_by_the_roster(
    she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock
) -> None:
    token = link(she, act)
    page = home(token)
    assert "The clinic is open now, until 18:00" in page
    assert "555-0143" not in page
    fixed_clock.shown = MIDNIGHT
    page = home(token)
    assert "The clinic is closed now." in page
    assert "opens again: Tuesday 3 March, 08:00" in page
    assert "555-0143" in page
    OnCall.objects.create(role="clinician on call", name="Dr Secret", phone="555-0199")
    page = home(token)
    assert "555-0199" in page
    assert "Secret" not in page
    assert (
        "555-0199"
        in Client()
        .post(f"/q/{token}/phq9/", {**ZEROES, "item_9": "1", "key": "phone-0001"}, follow=True)
        .content.decode()
        .partition("Hello")[0]
    ), "the warning itself names the number"
    assert len(safety.worklist(MIDNIGHT)) == 1


def test_what_arrives_late_leaves_no_draft_behind(she: uuid.UUID, act: ActMaker, fixed_clock: FixedClock) -> None:
    """A phone keeps on the way and sends almost at once: whichever comes last, the next to look finds nothing."""
    token = link(she, act)
    typed = {"item_1": "3", "key": "phone-0001"}
    Client().post(f"/q/{token}/phq9/", {**ZEROES, **typed})
    Client().post(f"/q/{token}/phq9/keep/", typed)
    assert Invitation.objects.get().drafts == {}
    Client().post(f"/q/{token}/gad7/keep/", {"item_1": "3", "key": "phone-0002"})
    assert "Erase what I filled in" in Client().get(f"/q/{token}/gad7/").content.decode()
    assert Client().get(f"/q/{token}/gad7/forget/").status_code == 405
    assert "is gone from here" in Client().post(f"/q/{token}/gad7/forget/", follow=True).content.decode()
    assert Invitation.objects.get().drafts == {}
    Client().post(f"/q/{token}/gad7/keep/", {"item_1": "3", "key": "phone-0003"})
    fixed_clock.shown = FORTNIGHT
    assert Client().get(f"/q/{token}/").status_code == 404
    assert Invitation.objects.get().drafts == {}, "a link that ran out keeps nothing"


def test_forged_and_huge_posts_record_nothing(she: uuid.UUID, act: ActMaker) -> None:
    token, entry = link(she, act), booked(she, act)
    strict = Client(enforce_csrf_checks=True)
    paths = (f"/q/{token}/mood/", f"/q/{token}/way-home/{entry}/", f"/q/{token}/gad7/keep/", f"/q/{token}/gad7/forget/")
    for path in paths:
        assert strict.post(path, {**KIM, "mood": "5"}).status_code == 403
    big = {**KIM, "mood": "5", "more": "x" * 400_000}
    read = paths[:3]
    assert [Client().post(path, big).status_code for path in read] == [413] * len(read)
    many = {**KIM, "mood": "5", **{f"more_{number}": "x" for number in range(400)}}
    assert [Client().post(path, many).status_code for path in read] == [400] * len(read)
    assert chart_store.person_chart(she).all(ScaleAnswered)[1:] == ()
    assert said(she) == []


def test_no_phone_page_is_stored_and_none_gives_its_address_away(she: uuid.UUID, act: ActMaker) -> None:
    token, entry = link(she, act), booked(she, act)
    for path in (f"/q/{token}/", f"/q/{token}/phq9/", f"/q/{token}/way-home/{entry}/", f"/q/{'x' * 43}/"):
        answer = Client().get(path)
        assert "no-store" in answer["Cache-Control"], "Back on a shared phone asks anew"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer["X-Robots-Tag"]
    for path in (f"/q/{token}/phq9/", f"/q/{token}/way-home/{entry}/"):
        page = Client().get(path).content.decode()
        assert 'autocomplete="off" novalidate' in page, "no browser fills in what was there"


def test_no_log_line_holds_a_link(she: uuid.UUID, act: ActMaker, caplog: pytest.LogCaptureFixture) -> None:
    """A log is read by more people than a chart, and the address alone lets somebody answer for a patient."""
    token = link(she, act)
    Client(enforce_csrf_checks=True).post(f"/q/{token}/mood/", {"mood": "5"})
    Client().post(f"/q/{token}/mood/", {"mood": "x" * 400_000})
    Client().get(f"/q/{token}/nothing/")
    logged = caplog.text
    assert "/q/…/mood/" in logged
    assert token not in logged
