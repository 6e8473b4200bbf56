"""A form that arrives twice is one act; a key that comes back with other contents is not passed over in silence."""

import uuid
from datetime import timedelta

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people, stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.stock import stock
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.person.events import HistoryList
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker
from tests.shared_state import SharedStage
from tests.therapy.making import trial


@pytest.fixture
def session(staff: dict[str, Staff]) -> uuid.UUID:
    """Seat somebody whose infusion runs."""
    del staff
    clinic = SharedStage()
    each = people.VIALS[1]
    received = VialReceived(
        label=each.label, ndc="00000-0000-00", lot=each.lot, expires=NOON.date() + timedelta(days=90),
        strength_mg_per_ml=each.strength_mg_per_ml, volume_ml=each.volume_ml, supplier="Test Supply",
        unusual_reason="The strength we order",
    )  # fmt: skip
    stock.receive_vial(received, clinic.act("nurse", NOON, "nurse2"), stage.demo_id(each.label))
    return clinic.infusing(people.INFUSING, "Chair 1", NOON)


def kinds(session: uuid.UUID) -> list[str]:
    return [type(each.event).__name__ for each in chart_store.session_chart_of(session).entries]


def test_a_repeated_fact_is_one_entry(session: uuid.UUID, act: ActMaker) -> None:
    for _ in range(2):
        charting.chart_vitals(session, {"spo2": "97"}, act("nurse", key="repeated-1"))
    assert kinds(session)[-2:] == ["InfusionStarted", "VitalsCharted"]


def test_other_contents_under_a_used_key_are_refused_in_words(session: uuid.UUID, act: ActMaker) -> None:
    charting.chart_fact(session, ev.RemarkCharted(text="asks for water"), act("nurse", key="repeated-1"))
    before = kinds(session)
    with pytest.raises(Conflict, match="already recorded with other contents"):
        charting.chart_fact(session, ev.RemarkCharted(text="feels faint"), act("nurse", key="repeated-1"))
    assert kinds(session) == before


def test_a_repeated_strike_is_harmless_and_a_second_one_is_refused(session: uuid.UUID, act: ActMaker) -> None:
    charting.chart_vitals(session, {"spo2": "97"}, act("nurse"))
    entry = chart_store.session_chart_of(session).head
    for _ in range(2):
        charting.strike(session, entry, "wrong person", act("nurse", key="repeated-1"))
    with pytest.raises(Refused, match="Already struck"):
        charting.strike(session, entry, "wrong person", act("nurse2"))
    assert kinds(session).count("EntryStruck") == 1


def test_a_repeated_confirmation_is_harmless(session: uuid.UUID, act: ActMaker) -> None:
    charting.chart_vitals(session, {"systolic": "500", "diastolic": "80"}, act("nurse"))
    ((entry, field, _),) = chart_store.session_chart_of(session).open_questions()
    for _ in range(2):
        charting.confirm_value(session, entry, field, "measured again", act("nurse", key="repeated-1"))
    assert kinds(session).count("ValueConfirmedInSession") == 1


def test_another_weight_under_a_used_key_is_not_swallowed(act: ActMaker) -> None:
    """Back, corrected, sent again: the second weight must not pass for recorded while the first one stands."""
    person = SharedStage().candidate(people.INFUSING, NOON)
    before = chart_store.person_chart(person).head
    for _ in range(2):
        intake.record_measurements(person, {"weight_kg": "71"}, act("nurse", key="repeated-1"))
    with pytest.raises(Conflict, match="already recorded with other contents"):
        intake.record_measurements(person, {"weight_kg": "72"}, act("nurse", key="repeated-1"))
    assert chart_store.person_chart(person).head == before + 1


def test_a_repeated_last_trial_is_harmless(act: ActMaker) -> None:
    """What closes the list is worked out from the record, which holds the trial itself by the second time."""
    person = SharedStage().candidate(people.INFUSING, NOON)
    for _ in range(2):
        screening.record_trial(person, trial("bright light"), act("nurse", key="repeated-1"), is_last=True)
    closed = chart_store.person_chart(person).history(HistoryList.TRIALS)
    assert closed is not None
    assert closed.event.entries.count("bright light") == 1
