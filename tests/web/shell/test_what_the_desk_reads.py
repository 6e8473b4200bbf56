"""What the desk is told in place of what it does not read of a record: that something stands there, and whom to ask."""

import uuid

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import CANDIDATE, CRISIS, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.chair import calling
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.followup import answers
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import words_of
from tests.workflows import test_path

pytestmark = pytest.mark.django_db
stage = test_path.stage

SUICIDAL = (2, 2, 2, 2, 1, 1, 1, 0, 1)


@pytest.fixture
def desk(staff: dict[str, Staff], fixed_clock: FixedClock) -> Client:
    """The coordinator's browser, at noon."""
    del fixed_clock
    client = Client()
    client.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def reads(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return words_of(answer.content.decode())


def of_a_candidate(stage: Stage, act: ActMaker) -> uuid.UUID:
    """Register somebody with everything asked, and let an answer about suicide wait."""
    person = stage.candidate(CANDIDATE, NOON)
    answers.answer(person, "phq9", SUICIDAL, "patient, in clinic", act("nurse"))
    return person


def test_what_is_not_shown_is_said_and_never_reads_as_none(stage: Stage, act: ActMaker, desk: Client) -> None:
    person = of_a_candidate(stage, act)
    page = reads(desk, f"/people/{person}/")
    assert "Something stands here that is not shown to you" in page
    assert "Something to take up in person" in page
    assert "Nothing stands in the way" not in page
    assert "Whether anything stands there is not said here" in page
    assert page.lower().count("suicid") == 1, "in the name of the part that is not shown"
    walk = reads(desk, f"/people/{person}/intake/")
    assert "Something is to be taken up in person" in walk
    assert "Medicines Not shown to you." in walk
    assert "PHQ-9 Not shown to you." in walk


def test_nobody_else_is_told_that_something_is_not_shown(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    del fixed_clock
    person = of_a_candidate(stage, act)
    for who in ("nurse", "prescriber", "director"):
        client = Client()
        client.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
        page = reads(client, f"/people/{person}/")
        assert "not shown to you" not in page.lower()
        assert "Response" in page
        assert "Candidacy" in page


def test_a_booking_says_that_something_holds_and_whom_to_ask(stage: Stage, act: ActMaker, desk: Client) -> None:
    person = of_a_candidate(stage, act)
    Chair.objects.create(name="Chair 1")
    asked = "Something is to be taken up in person first: ask a nurse or a prescriber."
    page = reads(desk, f"/people/{person}/appointments/book/")
    assert asked in page
    form = {"day": "2026-03-06", "time": "10:00", "chair": "Chair 1", "purpose": "infusion", "key": "desk-books-01"}
    refused = words_of(desk.post(f"/people/{person}/appointments/book/", form).content.decode())
    assert asked in refused, refused
    assert "why the infusion is booked all the same" in refused, refused
    taken = desk.post(f"/people/{person}/appointments/book/", {**form, "despite": "The prescriber sees him first."})
    assert taken.status_code == 302
    (booked,) = [each.event for each in chart_store.person_chart(person).entries if hasattr(each.event, "doubts")]
    assert any("PHQ-9" in each for each in booked.doubts), "the record keeps it as it was"
    assert asked in reads(desk, "/today/")


def test_the_consent_form_is_printed_and_no_other_paper(stage: Stage, act: ActMaker, desk: Client) -> None:
    person = of_a_candidate(stage, act)
    assert desk.get(f"/people/{person}/documents/consent/").status_code == 200
    assert desk.get(f"/people/{person}/documents/consent/pdf/").status_code == 200
    for which in ("plan", "summary"):
        assert desk.get(f"/people/{person}/documents/{which}/").status_code == 403
        assert desk.get(f"/people/{person}/documents/{which}/pdf/").status_code == 403


def test_an_emergency_lets_the_desk_in_while_it_stands(stage: Stage, act: ActMaker, desk: Client) -> None:
    session = stage.infusing(CRISIS, "Chair 1", NOON)
    pages = [f"/sessions/{session}/{page}" for page in ("emergency/", "status/", "documents/ambulance/")]
    assert {desk.get(page).status_code for page in pages} == {403}
    calling.open_emergency(session, act("nurse"))
    assert {desk.get(page).status_code for page in pages} == {200}
    assert desk.get(f"/sessions/{session}/").status_code == 403
    assert desk.get(f"/sessions/{session}/documents/note/").status_code == 403
    calling.close_emergency(session, "Fainted; back at once.", act("nurse"))
    assert {desk.get(page).status_code for page in pages} == {403}


def test_an_interrupted_course_holds_without_its_reason(stage: Stage, act: ActMaker, desk: Client) -> None:
    session = stage.infusing(CRISIS, "Chair 1", NOON)
    person = demo_id(CRISIS.name)
    del session
    courses.interrupt(person, "A psychotic episode.", act("nurse"))
    page = reads(desk, f"/people/{person}/appointments/book/")
    assert "The course is interrupted since 02 Mar 2026. A prescriber can say why." in page
    assert "psychotic" not in page


def test_who_reads_what_is_a_table_that_everybody_may_look_up(desk: Client) -> None:
    page = reads(desk, "/set-up/roles/")
    assert "What each role reads of a record" in page
    assert "single answers, thoughts of suicide and what was found on asking" in page.lower()
