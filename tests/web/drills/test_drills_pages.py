"""Drills at the screens: begun by a tap, marked DRILL wherever they stand, followed and printed; none in a clinic."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.drills import playing, scripted
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.home import Kind
from sereniv.clinic.operating import prompts
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, SessionRow
from sereniv.clinic.web.chair.elsewhere import calls_elsewhere
from sereniv.clinic.web.drills import views
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import words_of
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
KEY = "a-key-of-a-page-1"


@pytest.fixture
def nurse(stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock) -> Client:
    del stage, fixed_clock
    for number in (1, 2):
        Chair.objects.create(name=f"Chair {number}")
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def begun(nurse: Client, name: str = "apnoea") -> uuid.UUID:
    answer = nurse.post(reverse("drill_begin", args=[name]), {"key": KEY})
    assert answer.status_code == 302, words_of(answer.content.decode())
    return SessionRow.objects.get(label__startswith="DRILL").pk


def read(nurse: Client, name: str, *args: object) -> str:
    return " ".join(nurse.get(reverse(name, args=args)).content.decode().split())


def test_two_taps_begin_one_and_its_page_reads_out_what_is_seen(nurse: Client, fixed_clock: FixedClock) -> None:
    session = begun(nurse)
    assert begun(nurse) == session
    fixed_clock.shown = NOON + timedelta(seconds=70)
    playing.send_all(fixed_clock.shown)
    monitors.watch_session(session, fixed_clock.shown)
    page = words_of(read(nurse, "session_drill", session))
    assert "Read out now 60 s: The chest does not move. No breath is felt at the mouth." in page
    assert "NOT DONE" in page
    assert "Apnoea, Chair 1" in words_of(read(nurse, "drills"))
    assert nurse.get(reverse("session_drill_pdf", args=[session])).content.startswith(b"%PDF")


def test_it_says_drill_on_every_page_that_shows_it(nurse: Client, act: ActMaker, fixed_clock: FixedClock) -> None:
    session = begun(nurse)
    scripted.play(session)
    fixed_clock.shown = NOON + timedelta(minutes=5)
    charting.chart_fact(session, ev.HelpCalled(), act("nurse", now=fixed_clock.shown))
    row = SessionRow.objects.get(pk=session)
    of_the_chair = (
        "session",
        "session_vitals",
        "session_observe",
        "session_medicine",
        "session_stopped",
        "session_drug",
    )
    for name in (*of_the_chair, "session_emergency", "session_recorder", "session_drill", "session_note"):
        page = read(nurse, name, session)
        assert "DRILL" in words_of(page) or "DRILL</b>" in page, name
    for address in (reverse("board"), reverse("person", args=[row.person_id]), reverse("people")):
        assert "DRILL" in nurse.get(address).content.decode(), address
    for which in ("note", "hand-over", "ambulance"):
        assert "DRILL" in read(nurse, "session_document", session, which), which
    assert "HELP at Chair 1 (DRILL)" in read(nurse, "calls")


def test_another_chair_and_a_pager_hear_that_it_is_one(nurse: Client, stage: Stage) -> None:
    session = begun(nurse)
    scripted.play(session)
    patient = stage.infusing(SHE, "Chair 2", NOON)
    monitors.watch_session(session, NOON + timedelta(minutes=5))
    (call,) = calls_elsewhere(patient, NOON + timedelta(minutes=12))
    assert (call.chair, call.initials) == ("Chair 1 (DRILL)", SessionRow.objects.get(pk=session).person.initials)
    row = SessionRow.objects.get(pk=session)
    assert (
        prompts.help_message(str(session), row.chair_marked, "nurse", "mail", NOON).subject == "Chair 1 (DRILL): HELP"
    )
    assert SessionRow.objects.get(pk=patient).chair_marked == "Chair 2"


def test_it_is_ended_by_a_tap(nurse: Client, fixed_clock: FixedClock) -> None:
    session = begun(nurse)
    fixed_clock.shown = NOON + timedelta(seconds=90)
    nurse.post(reverse("session_drill_end", args=[session]), {"key": KEY + "2"})
    assert not chart_store.session_chart_of(session).is_unaccounted
    page = words_of(read(nurse, "session_drill", session))
    assert "Read out now" not in page
    assert "End the drill" not in page


def test_a_clinics_home_says_in_words_that_there_is_none(nurse: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    clinics = replace(served_home(), kind=Kind.CLINIC)
    for where in (playing, views):
        monkeypatch.setattr(where, "served_home", lambda: clinics)
    for answer in (nurse.get(reverse("drills")), nurse.post(reverse("drill_begin", args=["apnoea"]), {"key": KEY})):
        assert answer.status_code == 422
        assert "in a demo or test home alone" in words_of(answer.content.decode())
    assert not SessionRow.objects.exists()


def test_a_session_of_a_patient_is_no_drill(nurse: Client, stage: Stage) -> None:
    patient = stage.infusing(SHE, "Chair 2", NOON)
    assert nurse.get(reverse("session_drill", args=[patient])).status_code == 404
    assert nurse.post(reverse("session_drill_end", args=[patient]), {"key": KEY}).status_code == 422
    assert "DRILL" not in read(nurse, "session", patient)
