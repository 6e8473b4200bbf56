"""What goes between an order and its start: asked at the gate, once."""

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.intake import medical
from sereniv.clinic.workflows.person import people
from sereniv.therapy.chair.gate_facts import LineFinding, LineState
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.diagnoses import BESIDE
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import ActMaker
from tests.therapy.making import GONE_THROUGH
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import eligible, sign

pytestmark = pytest.mark.django_db
WHY = "lithium stopped for her kidneys, quetiapine begins tomorrow"
BIPOLAR = pe.DiagnosisRecorded(
    indication="bipolar_depression", icd10="F31.32", words="bipolar I", diagnosed_by="Dr Ono", since=None,
    mood_stabiliser_therapeutic=True, psychotic_features=False,
)  # fmt: skip


@pytest.fixture
def her(act: ActMaker) -> uuid.UUID:
    """Return somebody with bipolar depression who takes lithium."""
    Chair.objects.create(name="Chair 1")
    her = eligible(act, day(-1), "bipolar_depression")
    for each in GONE_THROUGH:
        people.record(her, each, act("nurse", now=day(-1)))
    people.record(her, BIPOLAR, act("nurse", now=day(-0.9)))
    medical.list_medicines(her, [medical.Written(name="Lithium", daily_mg=Decimal(900))], act("nurse", now=day(-0.9)))
    return her


def candidacy(her: uuid.UUID, order: int, act: ActMaker, number: float) -> tuple[uuid.UUID, LineFinding]:
    found = sessions.open_session(her, order, "Chair 1", act("nurse", now=day(number)))
    lines = sessions.gate_lines(chart_store.session_chart_of(found), act("nurse", now=day(number)))
    return found, next(each for each in lines if each.row.id == "candidacy")


def stops_lithium(her: uuid.UUID, act: ActMaker, number: float) -> None:
    people.record(her, pe.MedicinesListed(medicines=()), act("nurse", now=day(number)))


def test_a_mood_stabiliser_that_went_since_the_order_is_asked_about_at_the_gate(her: uuid.UUID, act: ActMaker) -> None:
    """Only whoever happened to look at the person's page was told of it."""
    order = sign(act, her, day(0))
    stops_lithium(her, act, 0.01)
    session, line = candidacy(her, order, act, 0.02)
    assert line.state is LineState.DOES_NOT_HOLD, line.why
    said = "Since the order: Lithium, 900 mg a day, not on the list of 02 Mar 2026 any more. The prescriber decides."
    assert said in line.why
    sessions.override(session, "candidacy", WHY, act("prescriber", now=day(0.03)))
    lines = sessions.gate_lines(chart_store.session_chart_of(session), act("nurse", now=day(0.03)))
    assert next(each for each in lines if each.row.id == "candidacy").state is LineState.OVERRIDDEN


def test_what_was_gone_at_the_order_was_decided_there_and_is_not_asked_again(her: uuid.UUID, act: ActMaker) -> None:
    stops_lithium(her, act, -0.1)
    order = sign(act, her, day(0), why=WHY)
    _, line = candidacy(her, order, act, 0.02)
    assert "Since the order" not in line.why


def test_psychotic_features_recorded_since_the_order_keep_the_start_back(her: uuid.UUID, act: ActMaker) -> None:
    order = sign(act, her, day(0))
    found = replace(BIPOLAR, psychotic_features=True)
    people.record(her, found, act("prescriber", now=day(0.01)))
    _, line = candidacy(her, order, act, 0.02)
    assert line.state is LineState.DOES_NOT_HOLD, line.why
    assert "New since the decision: psychotic features, recorded 02 Mar 2026" in line.why
    assert not line.may_be_passed_over, line.why


def test_psychotic_features_hold_an_order_whatever_stands_beside_them(her: uuid.UUID, act: ActMaker) -> None:
    """The newest diagnosis was read alone: one beside it, of the thyroid, took the psychosis out of sight."""
    people.record(her, replace(BIPOLAR, psychotic_features=True), act("prescriber", now=day(-0.2)))
    beside = replace(
        BIPOLAR, indication=BESIDE, icd10="E03.9", words="hypothyroidism", mood_stabiliser_therapeutic=None,
        psychotic_features=None,
    )  # fmt: skip
    people.record(her, beside, act("prescriber", now=day(-0.1)))
    with pytest.raises(Refused, match="psychotic features"):
        sign(act, her, day(0), why=WHY)
