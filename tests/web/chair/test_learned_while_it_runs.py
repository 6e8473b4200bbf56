"""What the record learns while the pump runs and would have held the start is told at the chair at once."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Person
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import charting, monitors, sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import identity, joining, people
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.stock import receipts
from sereniv.therapy import custody
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import eligible, wanted
from tests.workflows.test_path import SHE, VIAL, at, everybody

pytestmark = pytest.mark.django_db
stage = test_path.stage
HERS = demo_id(SHE.name)
Recorded = Callable[[Act], object]
SENT = pe.RecordReceived(
    app="practice-1", sent_by="Practice record", named="Patient/1", resource_type="AllergyIntolerance", body="{}",
    kind=pe.ReceivedKind.ALLERGY, written="benzethonium",
)  # fmt: skip
LEARNED: dict[str, tuple[Recorded, str]] = {
    "allergy to the bag": (
        lambda act: intake.record_history(HERS, pe.HistoryList.ALLERGIES, ("ketamine anaphylaxis",), (), act),
        "ketamine",
    ),
    "allergy nobody could place": (
        lambda act: intake.record_history(HERS, pe.HistoryList.ALLERGIES, ("ketmaine",), (), act),
        "an allergy that nobody could place",
    ),
    "consent": (lambda act: intake.withdraw_consent(HERS, "wants to stop", act), "consent taken back"),
    "medicine": (
        lambda act: medical.list_medicines(HERS, [medical.Written(name="phenelzine")], act),
        "monoamine oxidase",
    ),
    "pregnancy": (
        lambda act: intake.record_pregnancy(HERS, pe.Pregnancy.PREGNANT, "urine", act, breastfeeding=False),
        "pregnancy",
    ),
    "condition": (
        lambda act: medical.record_conditions(HERS, pe.HistoryList.CONDITIONS, ("aneurysm",), (), act),
        "aneurysm",
    ),
    "sent by another record": (
        lambda act: people.record(HERS, SENT, act),
        "something that another record sent",
    ),
    "thoughts of suicide": (
        lambda act: answers.answer(HERS, "phq9", (0,) * 8 + (2,), "patient", act),
        "suicide",
    ),
}


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(6)
    return session


def new_prompts(session: uuid.UUID, minute: float) -> list[str]:
    return new_prompts_at(session, at(minute))


def new_prompts_at(session: uuid.UUID, now: datetime) -> list[str]:
    monitors.watch_session(session, now)
    found = chart_store.session_chart_of(session).open_alerts
    return [each.raised.event.title for each in found if each.raised.event.alert.startswith("learned-")]


@pytest.mark.parametrize("what", LEARNED)
def test_it_prompts_at_the_chair_and_is_asked_about_before_the_pump_runs_again(
    session: uuid.UUID, staff: dict[str, Staff], act: ActMaker, what: str
) -> None:
    record, named = LEARNED[what]
    assert new_prompts(session, 5) == []
    record(act("nurse", now=at(5.5)))
    (title,) = new_prompts(session, 6)
    assert title.startswith("New in the record: ")
    assert named in title.casefold()
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert "Tell the prescriber now" in client.get(f"/sessions/{session}/status/").content.decode()
    charting.chart_fact(session, ev.InfusionPaused(reason="asked to"), act("nurse", now=at(6)))
    chart = chart_store.session_chart_of(session)
    with pytest.raises(Refused, match="Charted and not over"):
        sessions.resume(session, chart.plan.rate_ml_per_h, chart.head, act("nurse", now=at(7)))
    sessions.resume(session, chart.plan.rate_ml_per_h, chart.head, act("nurse", now=at(7)), "prescriber at the chair")


def test_a_birth_date_corrected_while_it_runs_is_news_where_the_age_would_have_held_the_start(
    session: uuid.UUID, act: ActMaker
) -> None:
    """The register's own words were read as if they had always been so."""
    register = Person.objects.get(pk=HERS)
    named = ("family_name", "given_names", "sex_at_birth", "phone", "address")
    corrected = identity.Corrected(born=date(2012, 5, 4), **{name: getattr(register, name) for name in named})
    identity.correct(HERS, corrected, "passport seen", act("nurse", now=at(5)), everybody())
    assert "New in the record: age" in [each.split(" (")[0] for each in new_prompts(session, 6)]


def test_what_was_known_at_the_start_or_is_no_news_prompts_nothing(session: uuid.UUID, act: ActMaker) -> None:
    intake.record_history(HERS, pe.HistoryList.ALLERGIES, ("penicillin",), (), act("nurse", now=at(1)))
    intake.record_measurements(HERS, {"weight_kg": "71.4"}, act("nurse", now=at(1)))
    answers.answer(HERS, "phq9", (1,) * 8 + (0,), "patient", act("nurse", now=at(2)))
    assert new_prompts(session, 3) == []


def test_what_a_prescriber_decided_on_since_or_was_struck_is_no_news_any_more(
    session: uuid.UUID, act: ActMaker
) -> None:
    intake.record_history(HERS, pe.HistoryList.ALLERGIES, ("ketamine anaphylaxis",), (), act("nurse", now=at(1)))
    assert len(new_prompts(session, 2)) == 1
    entry = chart_store.person_chart(HERS).entries[-1].stream_seq
    people.strike_record(HERS, entry, "another patient's list", act("nurse", now=at(3)))
    monitors.watch_session(session, at(4))
    (alert,) = chart_store.session_chart_of(session).open_alerts
    assert alert.presence == "latched"


def test_after_the_stop_nobody_is_asked_about_the_pump(session: uuid.UUID, act: ActMaker) -> None:
    charting.chart_fact(session, ev.InfusionStopped(), act("nurse", now=at(5)))
    intake.withdraw_consent(HERS, "wants to stop", act("nurse", now=at(6)))
    assert new_prompts(session, 7) == []


def test_an_infusion_found_running_counts_from_when_the_chair_was_taken(stage: Stage, act: ActMaker) -> None:
    """No gate read the record before its start."""
    session = stage.at_the_gate(replace(SHE, name="late"), "Chair 2", NOON)
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    intake.withdraw_consent(demo_id("late"), "wants to stop", act("nurse", now=at(1)))
    found = ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation="started before it was charted")
    charting.chart_fact(session, found, act("nurse", now=at(2)), at(0))
    monitors.watch_session(session, at(3))
    titles = [each.raised.event.title for each in chart_store.session_chart_of(session).open_alerts]
    assert "New in the record: consent taken back" in titles


@pytest.fixture
def twin(session: uuid.UUID, act: ActMaker) -> uuid.UUID:
    """Return another record of hers, older than the infusion, that knows of an allergy to ketamine."""
    del session
    registration = people.Registration(
        family_name="Corvyn", given_names="Leila", born=SHE.born, sex_at_birth="female", indication="depression"
    )
    other = people.register(registration, act("nurse", now=at(-90)), told_apart=[str(HERS)]).pk
    intake.record_history(other, pe.HistoryList.ALLERGIES, ("ketamine anaphylaxis",), (), act("nurse", now=at(-89)))
    return other


def test_what_a_record_joined_meanwhile_has_long_known_is_news(
    session: uuid.UUID, twin: uuid.UUID, act: ActMaker
) -> None:
    why = "Same passport, registered again"
    joining.join(HERS, twin, why, act("nurse", now=at(3), second="nurse2"))
    (title,) = new_prompts(session, 4)
    assert "ketamine" in title


def test_what_a_record_joined_before_the_start_has_said_is_no_news(
    stage: Stage, act: ActMaker, fixed_clock: FixedClock
) -> None:
    """Read at the gate, and read over both records then as now."""
    stage.candidate(SHE, NOON)
    registration = people.Registration(
        family_name="Corvyn", given_names="Leila", born=SHE.born, sex_at_birth="female", indication="depression"
    )
    other = people.register(registration, act("nurse", now=at(-90)), told_apart=[str(HERS)]).pk
    conditions = ("controlled_seizures",)
    medical.record_conditions(other, pe.HistoryList.CONDITIONS, conditions, (), act("nurse", now=at(-95)))
    joining.join(HERS, other, "Same passport, registered again", act("nurse", now=at(-30), second="nurse2"))
    head = chart_store.person_chart(HERS).head
    words = "Read both records; fits are controlled, benefit discussed."
    candidacy.decide_candidacy(HERS, pe.Decision.ELIGIBLE, words, head, act("prescriber", now=at(-26)))
    session = stage.seated(SHE, stage.signed_order(SHE, at(-25)), "Chair 1", NOON, demo_id("she-session"))
    stage.started(SHE, session, NOON)
    answers.answer(HERS, "phq9", (1,) * 8 + (0,), "patient", act("nurse", now=at(2)))
    fixed_clock.shown = at(3)
    assert new_prompts(session, 3) == []


def test_the_weight_that_doses_struck_or_found_to_be_another_is_news(session: uuid.UUID, act: ActMaker) -> None:
    chart = chart_store.person_chart(HERS)
    entry = chart.orders[-1].terms.weight_entry
    intake.record_measurements(HERS, {"weight_kg": "70.9"}, act("nurse", now=at(1)))
    assert new_prompts(session, 2) == [], "within what the gate lets pass"
    people.strike_record(HERS, entry, "another patient's weight", act("nurse", now=at(3)))
    struck = new_prompts(session, 4)
    assert "New in the record: the weight that doses this infusion was struck" in struck
    assert "New in the record: what the decision read" in struck, "pressures went with it"
    intake.record_measurements(HERS, {"weight_kg": "61"}, act("nurse", now=at(5)))
    assert "New in the record: another weight than the order's" in new_prompts(session, 6)


def test_a_strength_put_right_while_the_bag_runs_prompts(session: uuid.UUID, act: ActMaker) -> None:
    """Five times the dose ordered: it was a line among others on the chair's page."""
    names = ("label", "ndc", "lot", "expires", "volume_ml", "supplier")
    said = {name: getattr(VIAL, name) for name in names}
    corrected = custody.ReceiptCorrected(**said, strength_mg_per_ml=Decimal(50), reason="the label says 50")
    receipts.correct_receipt(demo_id(VIAL.label), corrected, act("nurse", now=at(4), second="nurse2"))
    monitors.watch_session(session, at(5))
    (alert,) = chart_store.session_chart_of(session).open_alerts
    assert (alert.raised.event.title, alert.raised.event.priority) == ("Bag and order differ", "high")
    assert "is 5 mg/mL, ordered was 1 mg/mL" in alert.raised.event.message


def test_a_struck_weight_of_which_the_decision_read_nothing_else_is_told_once(
    stage: Stage, fixed_clock: FixedClock, act: ActMaker
) -> None:
    """The order's weight and what the decision read were two prompts for one number."""
    stage.candidate(SHE, NOON)
    for number, each in enumerate(chart_store.person_chart(HERS).measurements):
        people.strike_record(HERS, each.stream_seq, "another patient", act("nurse", now=at(-29 + number / 10)))
    intake.record_measurements(HERS, {"systolic": "118", "diastolic": "74"}, act("nurse", now=at(-38)))
    intake.record_measurements(HERS, {"systolic": "119", "diastolic": "75"}, act("nurse", now=at(-27.2)))
    intake.record_measurements(HERS, {"height_cm": "171"}, act("nurse", now=at(-27)))
    intake.record_measurements(HERS, {"weight_kg": "71.4"}, act("nurse", now=at(-26.9)))
    stage.decided(SHE, at(-26))
    session = stage.seated(SHE, stage.signed_order(SHE, at(-25)), "Chair 1", NOON, demo_id("she-session"))
    stage.started(SHE, session, NOON)
    fixed_clock.shown = at(3)
    entry = chart_store.person_chart(HERS).orders[-1].terms.weight_entry
    people.strike_record(HERS, entry, "another patient's weight", act("nurse", now=at(3)))
    assert new_prompts(session, 4) == ["New in the record: the weight that doses this infusion was struck"]


@pytest.mark.parametrize(("what", "told"), [("height", True), ("sex", True), ("same height", False)])
def test_a_height_or_sex_corrected_while_ideal_weight_runs_is_news(
    act: ActMaker, fixed_clock: FixedClock, what: str, told: bool
) -> None:
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.get_or_create(name=name)
    who = eligible(act, day(-1))
    by_ideal = replace(wanted(), weight_basis=pe.WeightBasis.IDEAL)
    intake.record_measurements(who, {"weight_kg": "90", "height_cm": "178"}, act("nurse", now=day(0)))
    head = chart_store.person_chart(who).head
    order = orders.sign_order(who, by_ideal, "by ideal weight, talked through", head, act("prescriber", now=day(0)))
    session = sessions.open_session(who, order, "Chair 1", act("nurse", now=day(0.01)))
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    found = ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation="test")
    charting.chart_fact(session, found, act("nurse", now=day(0.02)))
    later = day(0.022)
    fixed_clock.shown = later
    if what == "sex":
        register = Person.objects.get(pk=who)
        named = ("family_name", "given_names", "born", "phone", "address")
        corrected = identity.Corrected(sex_at_birth="female", **{name: getattr(register, name) for name in named})
        identity.correct(who, corrected, "passport seen", act("nurse", now=later), everybody())
    else:
        height = "170" if what == "height" else "178"
        intake.record_measurements(who, {"height_cm": height}, act("nurse", now=later))
    news = new_prompts_at(session, day(0.023))
    assert ("New in the record: another dose weight than the order's" in news) is told, news


DIAGNOSED = pe.DiagnosisRecorded(
    indication="depression",
    icd10="F33.2",
    words="recurrent, severe",
    diagnosed_by="Dr Ono",
    since=None,
    psychotic_features=False,
)


def _lithium(act: Act) -> None:
    bipolar = replace(DIAGNOSED, indication="bipolar_depression", icd10="F31.32", mood_stabiliser_therapeutic=True)
    people.record(HERS, bipolar, replace(act, key=f"{act.key}-diagnosed"))
    medical.list_medicines(HERS, [medical.Written(name="Lithium", daily_mg=Decimal(900))], act)


def _no_lithium(act: Act) -> None:
    medical.list_medicines(HERS, [medical.Written(name="sertraline")], act)


def _diagnosed(act: Act) -> None:
    people.record(HERS, DIAGNOSED, act)


def _diagnosis_struck(act: Act) -> None:
    record = chart_store.person_chart(HERS)
    for each in record.all(pe.DiagnosisRecorded):
        people.strike_record(HERS, each.stream_seq, "of another patient", replace(act, key=f"{act.key}{each.seq}"))


def _nothing(act: Act) -> None:
    del act


BEARS: dict[str, tuple[Callable[[Act], None], Callable[[Act], object], str]] = {
    "mood_stabiliser": (_lithium, _no_lithium, "Lithium"),
    "mood_stabiliser, by the diagnosis": (
        _lithium,
        lambda act: people.record(
            HERS,
            replace(
                DIAGNOSED, indication="bipolar_depression", icd10="F31.32", mood_stabiliser_therapeutic=False
            ),
            act,
        ),
        "none at a therapeutic level",
    ),
    "psychosis": (
        _nothing,
        lambda act: people.record(HERS, replace(DIAGNOSED, icd10="F33.3", psychotic_features=True), act),
        "psychotic features",
    ),
    "decision_ground": (_diagnosed, _diagnosis_struck, "of another patient"),
    "unplaced_line": (
        _nothing,
        lambda act: medical.list_medicines(HERS, [medical.Written(name="פנלזין")], act),
        "“פנלזין”",
    ),
    "unplaced_line, a condition": (
        _nothing,
        lambda act: medical.record_conditions(HERS, pe.HistoryList.CONDITIONS, (), ("脳動脈瘤",), act),
        "“脳動脈瘤”",
    ),
}  # fmt: skip
"""What is known at the start, what comes while the pump runs, and what the chair is to read of it."""


@pytest.mark.parametrize("what", BEARS)
def test_what_the_table_asks_about_while_a_pump_runs_prompts_though_it_is_no_concern(
    stage: Stage, fixed_clock: FixedClock, act: ActMaker, what: str
) -> None:
    """Lithium left the list under a running pump, and nobody at the chair read a word of it."""
    known, record, named = BEARS[what]
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    known(act("nurse", now=at(-3)))
    words, head = "Read with her: benefit discussed, watched closely.", chart_store.person_chart(HERS).head
    candidacy.decide_candidacy(HERS, pe.Decision.ELIGIBLE, words, head, act("prescriber", now=at(-2.5)))
    stage.started(SHE, session, NOON)
    fixed_clock.shown = at(5)
    assert new_prompts(session, 5) == []
    record(act("nurse", now=at(5.5)))
    assert new_prompts(session, 6)
    alerts = chart_store.session_chart_of(session).open_alerts
    assert any(named in each.raised.event.message for each in alerts)
