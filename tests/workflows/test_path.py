"""The whole path through the workflows, and what each act refuses on the way."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import GATE_WORDS, Stage
from sereniv.clinic.home import Kind
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.records.models import Entry, Person, SessionRow, VialRow
from sereniv.clinic.records.projections import rebuild
from sereniv.clinic.workflows.admin import going_live
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import care, charting, monitors, notes, sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.verify import ENVELOPE_FIELDS, check
from tests.conftest import NOON, ActMaker
from tests.shared_state import SharedStage
from tests.workflows.furnishing import furnish

DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db
COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
SHE = replace(cast_list.CANDIDATE, name="she", weight_kg="71.4", height_cm="168")
WANTED = orders.Wanted(
    protocol="P-DEP",
    dose_mg_per_kg=Decimal("0.5"),
    duration_min=40,
    concentration_mg_per_ml=Decimal(1),
    weight_basis=pe.WeightBasis.ACTUAL,
)
VIAL = VialReceived(
    label=cast_list.VIALS[-1].label, ndc="00000-0000-00", lot="D24A", expires=date(2027, 1, 1),
    strength_mg_per_ml=Decimal(10), volume_ml=Decimal(20), supplier="Supply", unusual_reason="The strength we order",
)  # fmt: skip
RATE = Decimal("53.6")
SCREENS = tuple(next(row for row in knowledge().gate if row.id == "interval_history").screens)
RECOVERED = ev.RecoveryScored(
    activity=2, respiration=2, circulation=2, consciousness=2, oxygen=2, moaas=5, dissociation=0, nausea=0,
    oriented=True, walks_unaided=True, suicidality_asked_not_worse=True, iv_removed=True, escort_present="Kim Escort",
)  # fmt: skip


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def told(session_id: uuid.UUID) -> SessionChart:
    return chart_store.session_chart_of(session_id)


@pytest.fixture
def stage(staff: dict[str, Staff]) -> Stage:
    del staff
    return SharedStage.with_vial(VIAL, at(-120))


@pytest.fixture
def seated(stage: Stage) -> uuid.UUID:
    return stage.at_the_gate(SHE, "Chair 1", NOON)


@pytest.fixture
def running(stage: Stage) -> uuid.UUID:
    return stage.infusing(SHE, "Chair 1", NOON)


def test_from_consent_to_the_next_weeks_score(stage: Stage, act: ActMaker) -> None:
    person_id, order = stage.ordered(SHE, NOON)
    chart = chart_store.person_chart(person_id)
    terms = chart.orders[-1].terms
    assert [str(each) for each in (terms.dose_mg, terms.volume_ml, terms.rate_ml_per_h)] == ["35.7", "35.7", "53.6"]
    assert (terms.infusion_number, terms.measured_weight_kg, terms.limits) == (1, Decimal("71.4"), ())
    assert chart.history(pe.HistoryList.SUBSTANCE_USE) is not None
    assert chart.decisions[-1].event.findings[0].result == "not met"

    session = sessions.open_session(person_id, order, "Chair 1", act("nurse", now=at(-15)))
    for row in ("identity", "fasting", "substances_today", "equipment", "chair_equipment"):
        sessions.attest(session, row, True, "", act("nurse", now=at(-14)))
    for row in ("medicines_today", "staff", "nurse_ratio"):
        sessions.attest(session, row, True, GATE_WORDS[row], act("nurse", now=at(-14)))
    care.screen(session, SCREENS, ("blood",), ev.Suicidality.NONE, "pink once", act("nurse", now=at(-14)))
    with pytest.raises(Refused, match="Since last time"):
        sessions.pass_gate(session, told(session).head, act("nurse", now=at(-14)))
    care.screen(session, SCREENS, (), ev.Suicidality.NONE, "", act("nurse", now=at(-14)))
    with pytest.raises(Malformed, match="Escort"):
        sessions.attest(session, "escort", True, " ", act("nurse", now=at(-14)))
    sessions.attest(session, "escort", True, "Kim Escort, 555 0100", act("nurse", now=at(-14)))
    sessions.attest(session, "iv_access", True, "left forearm, 22 G", act("nurse", now=at(-14)))
    with pytest.raises(Refused, match="Drug drawn"):
        sessions.pass_gate(session, told(session).head, act("nurse", now=at(-13)))
    sessions.prepare_drug(session, demo_id(VIAL.label), Decimal("35.7"), act("nurse", now=at(-10), second="nurse2"))
    stock = VialRow.objects.get()
    assert (stock.on_hand_ml, stock.residual_mg) == (Decimal("16.43"), Decimal("35.7"))
    stage.vitals(session, ("124", "78"), at(-3))
    sessions.pass_gate(session, told(session).head, act("nurse", now=at(-1)))
    assert told(session).phase is Phase.READY
    sessions.start(session, RATE, told(session).head, act("nurse", now=NOON))
    with pytest.raises(Refused, match="already running: it cannot start twice"):
        sessions.start(session, RATE, told(session).head, act("nurse2", now=NOON))

    stage.vitals(session, ("132", "82"), at(5))
    sessions.change_rate(session, Decimal(40), "nausea", told(session).head, act("nurse", now=at(10)))
    charting.chart_observation(session, ev.Observation.NAUSEA, 2, "", act("nurse", now=at(10)))
    stage.vitals(session, ("168", "88"), at(11))
    assert monitors.watch_session(session, at(11)) == 2
    assert {alert.raised.event.alert for alert in told(session).open_alerts} == {"nausea", "pressure_high"}
    assert monitors.watch_session(session, at(11.1)) == 0
    charting.acknowledge(session, "pressure_high", "repeat in five minutes", act("nurse", now=at(12)))
    stage.vitals(session, ("300", "90"), at(13))
    wrong = told(session).head
    charting.strike(session, wrong, "other chair", act("nurse", now=at(14)))
    assert told(session).struck[wrong].recorded_by == "nurse"
    stage.vitals(session, ("130", "80"), at(15))
    charting.chart_fact(session, ev.InfusionStopped(reason="limit"), act("nurse", now=at(45)))
    total = delivered(told(session), at(200))
    assert abs(total.mg - (RATE / 6 + Decimal(40) * 35 / 60)) < Decimal("1e-9")
    assert told(session).phase is Phase.RECOVERY

    with pytest.raises(Refused, match="second person"):
        charting.reconcile_drug(session, Decimal("32.3"), Decimal("3.4"), "sink", "", act("nurse", now=at(47)))
    with pytest.raises(Malformed, match=r"1\.00 mg differ"):
        charting.reconcile_drug(
            session, Decimal("32.3"), Decimal("2.4"), "sink", "", act("nurse", now=at(47), second="nurse2")
        )
    charting.reconcile_drug(
        session, Decimal("32.3"), Decimal("3.4"), "sink", "", act("nurse", now=at(48), second="nurse2")
    )
    assert VialRow.objects.get().residual_mg == 0
    with pytest.raises(Refused, match="No pressure charted since the end"):
        sessions.discharge(
            session, "Kim Escort", True, "", told(session).head, act("nurse", now=at(104)), identity_checked=True
        )
    stage.vitals(session, ("126", "78"), at(104))
    charting.chart_fact(session, RECOVERED, act("nurse", now=at(104)))
    with pytest.raises(Refused, match="60 minutes since the end"):
        sessions.discharge(
            session, "Kim Escort", True, "", told(session).head, act("nurse", now=at(104.9)), identity_checked=True
        )
    with pytest.raises(Refused, match="after discharge"):
        notes.sign_note(session, told(session).head, act("nurse", now=at(104.9)))
    sessions.discharge(
        session, "Kim Escort", True, "", told(session).head, act("nurse", now=at(105)), identity_checked=True
    )
    with pytest.raises(Malformed, match="Prompt still open: Nausea"):
        notes.sign_note(session, told(session).head, act("nurse", now=at(106)))
    charting.acknowledge(session, "nausea", "ginger tea, gone", act("nurse", now=at(106)))
    before = Entry.objects.order_by("-seq").values_list("seq", "hash")[0]
    notes.sign_note(session, told(session).head, act("nurse", now=at(107)))
    signed = told(session).signed
    assert signed is not None
    assert (signed.event.head_seq, signed.event.head_hash) == before
    assert told(session).phase is Phase.SIGNED

    answers.answer_mood(person_id, 6, "patient", act("nurse", now=at(24 * 60)))
    answers.answer(person_id, "phq9", (1,) * 8 + (0,), "patient", act("nurse", now=at(7 * 24 * 60)))
    assert [each.event.total for each in chart_store.person_chart(person_id).scores][-2:] == [6, 8]
    assert SessionRow.objects.get().phase == "signed"
    assert rebuild() == 2
    assert SessionRow.objects.get().phase == "signed"
    assert check(Entry.objects.order_by("seq").values(*COLUMNS)).sound


def test_the_same_key_twice_does_nothing(running: uuid.UUID, act: ActMaker) -> None:
    key = "double-tap-1"
    vitals = {"systolic": "150", "diastolic": "90"}
    doubled: list[Callable[[Act], object]] = [
        lambda act: charting.chart_vitals(running, vitals, act),
        lambda act: charting.strike(
            running, told(running).vitals[0].stream_seq if told(running).vitals else 1, "charted twice", act
        ),
        lambda act: sessions.change_rate(running, Decimal(40), "calm", told(running).head, act),
        lambda act: charting.chart_fact(running, ev.InfusionStopped(), act),
        lambda act: charting.reconcile_drug(running, Decimal("4.5"), Decimal("31.2"), "sink", "", act),
        lambda act: people.register(registration(), act),
    ]
    for number, work in enumerate(doubled):
        work(act("nurse", now=at(5), key=f"{key}-{number}", second="nurse2"))
        count = Entry.objects.count()
        work(act("nurse", now=at(6), key=f"{key}-{number}", second="nurse2"))
        assert Entry.objects.count() == count, number


def everybody() -> list[str]:
    """Return the ids of all who are registered, for one more who is told apart from each of them."""
    return [str(each) for each in Person.objects.values_list("pk", flat=True)]


def registration() -> people.Registration:
    return people.Registration(family_name="Lind", given_names="Ida", born=date(1980, 2, 2), sex_at_birth="female")


def test_a_repeated_signature_returns_its_own_order(stage: Stage, act: ActMaker) -> None:
    person_id, _ = stage.ordered(SHE, NOON)
    head = chart_store.person_chart(person_id).head
    first = orders.sign_order(person_id, WANTED, "", head, act("prescriber", key="signed-once"))
    answers.answer_mood(person_id, 4, "patient", act("nurse"))
    assert orders.sign_order(person_id, WANTED, "", head, act("prescriber", key="signed-once")) == first == head + 1


def test_a_command_on_an_old_chart_conflicts_and_a_fact_does_not(running: uuid.UUID, act: ActMaker) -> None:
    seen = told(running).head
    charting.chart_fact(running, ev.RemarkCharted(text="calm"), act("nurse2", now=at(3)))
    with pytest.raises(Conflict):
        sessions.change_rate(running, Decimal(40), "calm", seen, act("nurse", now=at(4)))
    charting.chart_fact(running, ev.RemarkCharted(text="too"), act("nurse", now=at(4)))


def test_what_the_system_notes_by_itself_overtakes_no_decision(running: uuid.UUID, act: ActMaker) -> None:
    charting.chart_vitals(running, {"systolic": "170", "diastolic": "90"}, act("nurse", now=at(3)))
    seen = told(running).head
    monitors.watch_session(running, at(3))
    assert told(running).head > seen, "a prompt was raised since the page was opened"
    sessions.change_rate(running, Decimal(40), "Pressure is up.", seen, act("nurse", now=at(4)))
    assert told(running).rates[-1].rate_ml_per_h == Decimal(40)


def test_the_order_is_checked_by_another_person_with_their_own_numbers(stage: Stage, act: ActMaker) -> None:
    person_id, _ = stage.ordered(SHE, NOON)
    head = chart_store.person_chart(person_id).head
    order = orders.sign_order(person_id, WANTED, "", head, act("prescriber"))
    numbers = (Decimal("35.7"), RATE)
    with pytest.raises(Refused, match="Another person"):
        orders.co_sign_order(person_id, order, *numbers, act("prescriber"))
    with pytest.raises(Refused, match="differ"):
        orders.co_sign_order(person_id, order, Decimal("35.7"), Decimal("53.5"), act("nurse"))
    orders.co_sign_order(person_id, order, *numbers, act("nurse"))
    with pytest.raises(Refused, match="Already co-signed by Ada Nightfall"):
        orders.co_sign_order(person_id, order, *numbers, act("nurse2"))


@pytest.mark.parametrize(
    ("second", "words"),
    [("", "second person must sign"), ("nurse", "another person's"), ("coordinator", "may not be second")],
)
def test_nobody_witnesses_for_herself(second: str, words: str, seated: uuid.UUID, act: ActMaker) -> None:
    acting = act("nurse", now=at(-5), second=second)
    with pytest.raises(Refused, match=words):
        charting.reconcile_drug(seated, Decimal("35.7"), Decimal(0), "none", "", acting)
    with pytest.raises(Refused, match=words):
        sessions.prepare_drug(seated, demo_id(VIAL.label), Decimal("35.7"), acting)
    with pytest.raises(Refused, match=words):
        stock.receive_vial(VIAL, acting)


def test_a_second_draw_names_who_checked_the_first(seated: uuid.UUID, act: ActMaker) -> None:
    with pytest.raises(Refused, match="checked by nurse2"):
        sessions.prepare_drug(seated, demo_id(VIAL.label), Decimal("35.7"), act("nurse", second="prescriber"))


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes", "reason", "second", "refused"),
    [
        ("0.51", 40, "", "", "Write the reason"), ("0.51", 40, "partial response", "", ""),
        ("1.01", 80, "pain out of control", "", "second person"),
        ("1.01", 80, "pain out of control", "nurse", "another prescriber"),
        ("1.01", 80, "pain out of control", "director", ""),
        ("1.51", 200, "pain out of control", "director", "absolute"),
        ("0.5", 29, "no time to wait", "director", "absolute"),
    ],
)  # fmt: skip
def test_limits_of_an_order(
    mg_per_kg: str, minutes: int, reason: str, second: str, refused: str, stage: Stage, act: ActMaker
) -> None:
    person_id, _ = stage.ordered(SHE, NOON)
    wanted = replace(WANTED, dose_mg_per_kg=Decimal(mg_per_kg), duration_min=minutes)
    head = chart_store.person_chart(person_id).head
    acting = act("prescriber", second=second)
    if refused:
        with pytest.raises(Refused, match=refused):
            orders.sign_order(person_id, wanted, reason, head, acting)
    else:
        orders.sign_order(person_id, wanted, reason, head, acting)
        assert {each.reason for each in chart_store.person_chart(person_id).orders[-1].terms.limits} == {reason}


def test_the_step_is_measured_from_the_last_infusion_and_not_from_an_unused_order(
    stage: Stage, running: uuid.UUID, act: ActMaker
) -> None:
    del stage
    person_id = demo_id(SHE.name)
    charting.chart_fact(running, ev.InfusionStopped(), act("nurse", now=at(40)))
    no_ground = "raise_without_ground"
    steps = {"dose_step_mg_per_kg", "dose_step_mg_per_kg_actual", "dose_step_percent"}
    for mg_per_kg, past in (("0.75", {no_ground}), ("0.90", {no_ground} | steps)):
        wanted = replace(WANTED, dose_mg_per_kg=Decimal(mg_per_kg), duration_min=60)
        proposal = orders.propose(person_id, wanted, act("prescriber", now=at(60)))
        assert proposal.infusion_number == 2
        assert {hit.limit.id for hit in proposal.hits} == past
        head = chart_store.person_chart(person_id).head
        reason = "titration by protocol"
        if past & steps:
            with pytest.raises(Refused, match="second person must sign"):
                orders.sign_order(person_id, wanted, reason, head, act("prescriber", now=at(60)))
        orders.sign_order(person_id, wanted, reason, head, act("prescriber", now=at(60), second="director"))


def test_a_used_order_is_not_withdrawn(running: uuid.UUID, act: ActMaker) -> None:
    opened = told(running).opened
    assert opened is not None
    with pytest.raises(Refused, match="was run"):
        orders.withdraw_order(opened.event.person, opened.event.order, "late", act("prescriber"))
    with pytest.raises(Refused, match="no such order"):
        orders.withdraw_order(opened.event.person, 99, "late", act("prescriber"))


def test_an_implausible_weight_is_kept_and_unusable_until_confirmed(stage: Stage, act: ActMaker) -> None:
    heavy = replace(SHE, weight_kg="70")
    person_id = stage.candidate(heavy, NOON)
    late = at(30 * 60)
    event = intake.record_measurements(person_id, {"weight_kg": "154"}, act("nurse", now=late))
    assert (event.weight_kg, "154 lb are 69.9 kg" in event.questions["weight_kg"]) == (154, True)
    with pytest.raises(Refused, match="confirm the weight"):
        orders.propose(person_id, WANTED, act("prescriber", now=late))
    (question,) = chart_store.person_chart(person_id).open_questions()
    intake.confirm_value(person_id, question.entry, "weight_kg", "scale checked", act("nurse", now=late))
    assert orders.propose(person_id, WANTED, act("prescriber", now=late)).order.dose_mg == 77
    with pytest.raises(Refused, match="no open question"):
        intake.confirm_value(person_id, question.entry, "weight_kg", "weighed again", act("nurse", now=late))


def test_malformed_input_stores_nothing(running: uuid.UUID, act: ActMaker) -> None:
    count = Entry.objects.count()
    person_id = demo_id(SHE.name)
    malformed: list[Callable[[], object]] = [
        lambda: charting.chart_vitals(running, {"systolic": "1e2", "diastolic": "80"}, act("nurse")),
        lambda: charting.chart_vitals(running, {"systolic": "120"}, act("nurse")),
        lambda: charting.chart_vitals(running, {}, act("nurse")),
        lambda: charting.chart_observation(running, ev.Observation.NAUSEA, 4, "", act("nurse")),
        lambda: charting.chart_fact(running, ev.HelpCalled(), act("nurse"), at(1)),
        lambda: charting.strike(running, 2, " ", act("nurse")),
        lambda: intake.record_measurements(person_id, {"systolic": "120"}, act("nurse")),
        lambda: answers.answer_mood(person_id, 11, "patient", act("nurse")),
        lambda: people.register(replace(registration(), born=date(2026, 3, 3)), act("nurse")),
        lambda: charting.reconcile_drug(
            running, Decimal("-5"), Decimal("40.7"), "sink", "", act("nurse", second="nurse2")
        ),
        lambda: Act(by=Staff(), now=NOON, key="short"),
    ]
    for work in malformed:
        with pytest.raises(Malformed):
            work()
    assert Entry.objects.count() == count


def test_swapped_pressures_are_kept_and_questioned(running: uuid.UUID, act: ActMaker) -> None:
    event = charting.chart_vitals(running, {"systolic": "80", "diastolic": "120"}, act("nurse", now=at(2)))
    assert event is not None
    assert set(event.questions) == {"systolic", "diastolic"}
    entry = told(running).head
    charting.confirm_value(running, entry, "systolic", "measured again", act("nurse", now=at(3)))
    assert [field for _, field, _ in told(running).open_questions()] == ["diastolic"]


def test_the_volume_on_the_pumps_screen_is_charted_alone_or_with_what_else_was_looked_at(
    running: uuid.UUID, act: ActMaker
) -> None:
    assert charting.chart_vitals(running, {}, act("nurse", now=at(10)), None, Decimal("8.9")) is None
    charting.chart_vitals(running, {"spo2": "97"}, act("nurse", now=at(20)), None, Decimal("17.8"))
    monitors.watch_session(running, at(20))
    assert "pump-volume-differs" not in told(running).alerts
    stopped = act("nurse", now=at(30), key="stopped-once-1")
    for _ in range(2):
        charting.chart_pump(running, ev.InfusionStopped(), Decimal(20), stopped)
    assert [str(each.event.volume_ml) for each in told(running).volumes] == ["8.9", "17.8", "20"]
    monitors.watch_session(running, at(30))
    assert told(running).alerts["pump-volume-differs"].presence == "on"
    charting.strike(running, told(running).volumes[-1].stream_seq, "misread", act("nurse", now=at(31)))
    monitors.watch_session(running, at(31))
    assert told(running).alerts["pump-volume-differs"].presence == "off"
    assert any(
        "pump showed 17.8 mL infused" in each for section in notes.note_of(told(running)) for each in section.lines
    )


def test_an_infusion_found_running_at_the_gate_is_charted_with_its_deviation(seated: uuid.UUID, act: ActMaker) -> None:
    found = ev.InfusionFoundRunning(rate_ml_per_h=RATE, deviation="started before the gate")
    charting.chart_fact(seated, found, act("nurse", now=at(3)), at(1))
    assert (told(seated).phase, told(seated).started_at) == (Phase.INFUSING, at(1))
    assert told(seated).deviations == ("started before the gate",)
    late = told(seated).entries[-1]
    assert not late.charted_late
    charting.chart_fact(seated, ev.RemarkCharted(text="late"), act("nurse", now=at(60)), at(2))
    assert told(seated).entries[-1].charted_late


def test_a_fact_is_taken_after_the_note_is_signed(stage: Stage, act: ActMaker) -> None:
    session = stage.finished(SHE, "Chair 1", NOON - timedelta(hours=3))
    charting.chart_fact(session, ev.RemarkCharted(text="phoned, well"), act("nurse"))
    assert told(session).phase is Phase.SIGNED
    with pytest.raises(Refused, match="already discharged"):
        sessions.discharge(session, "Kim", True, "", told(session).head, act("nurse"), identity_checked=True)


def test_a_prescriber_signs_the_exception_first_or_second(running: uuid.UUID, act: ActMaker) -> None:
    charting.chart_fact(running, ev.InfusionStopped(), act("nurse", now=at(40)))
    for who, second in (("nurse", ""), ("nurse", "nurse2")):
        with pytest.raises(Refused, match="A prescriber may sign"):
            sessions.discharge(
                running,
                "Kim",
                True,
                "their own wish",
                told(running).head,
                act(who, now=at(50), second=second),
                identity_checked=True,
            )
    sessions.discharge(
        running,
        "Kim",
        True,
        "their own wish",
        told(running).head,
        act("prescriber", now=at(50), second="nurse"),
        identity_checked=True,
    )
    assert told(running).phase is Phase.DISCHARGED


def test_a_line_passed_over_by_the_prescriber_with_a_reason(seated: uuid.UUID, act: ActMaker) -> None:
    with pytest.raises(Malformed, match="why"):
        sessions.override(seated, "vitals", " ", act("prescriber"))
    for line in ("order", "drug"):
        with pytest.raises(Refused, match="cannot be passed over"):
            sessions.override(seated, line, "no time to wait", act("prescriber"))
    with pytest.raises(Refused, match="Missing cannot be passed over"):
        sessions.override(seated, "vitals", "usual for her", act("prescriber"))
    high = {"systolic": "150", "diastolic": "88", "heart_rate": "70", "spo2": "98", "respiratory_rate": "14"}
    charting.chart_vitals(seated, high, act("nurse"))
    sessions.override(seated, "vitals", "usual for her", act("prescriber"))
    with pytest.raises(Refused, match="nothing to pass over"):
        sessions.override(seated, "fasting", "no time to wait", act("prescriber"))
    sessions.pass_gate(seated, told(seated).head, act("nurse"))


def test_one_text_passes_two_lines_of_the_gate_and_no_third(seated: uuid.UUID, act: ActMaker) -> None:
    for line in ("fasting", "escort", "equipment"):
        sessions.attest(seated, line, False, "", act("nurse"))
    for line in ("fasting", "escort"):
        sessions.override(seated, line, "seen, she may start", act("prescriber"))
    with pytest.raises(Refused, match=r"The same words passed .*; .* Write what is so of this line"):
        sessions.override(seated, "equipment", "Seen: she may start!", act("prescriber"))
    sessions.override(seated, "equipment", "the cart of room 2 stands by", act("prescriber"))


def test_a_session_that_never_ran_is_closed_and_frees_chair_person_and_order(
    stage: Stage, seated: uuid.UUID, act: ActMaker
) -> None:
    opened = told(seated).opened
    assert opened is not None
    with pytest.raises(Malformed, match="why"):
        sessions.close_unused(seated, " ", act("nurse"))
    with pytest.raises(Refused, match="Account for it"):
        sessions.close_unused(seated, "vein not found", act("nurse"))
    drawn = told(seated).prepared
    assert drawn is not None
    charting.reconcile_drug(seated, Decimal(0), drawn.event.drawn_mg, "denatured", "", act("nurse", second="nurse2"))
    sessions.close_unused(seated, "vein not found", act("nurse"))
    assert told(seated).phase is Phase.CLOSED_UNUSED
    again = sessions.open_session(opened.event.person, opened.event.order, opened.event.chair, act("nurse"))
    assert told(again).phase is Phase.PREPARING
    with pytest.raises(Refused, match="never ran"):
        sessions.close_unused(seated, "twice", act("nurse"))


def test_one_chair_one_person_one_use_of_an_order(stage: Stage, running: uuid.UUID, act: ActMaker) -> None:
    other = replace(cast_list.INFUSING, name="other")
    person_id, order = stage.ordered(other, NOON)
    with pytest.raises(Refused, match="Chair 1 is taken"):
        sessions.open_session(person_id, order, "Chair 1", act("nurse"))
    opened = told(running).opened
    assert opened is not None
    with pytest.raises(Refused, match="already has an open session"):
        sessions.open_session(opened.event.person, opened.event.order, "Chair 2", act("nurse"))


@pytest.fixture
def commissioning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_clinic, "served_home", lambda: replace(_home(), kind=Kind.CLINIC))


_home = this_clinic.served_home


def test_no_infusion_starts_in_commissioning_until_two_sign_it_live(
    seated: uuid.UUID, stage: Stage, act: ActMaker, commissioning: None
) -> None:
    del commissioning
    stage.vitals(seated, ("124", "78"), at(-3))
    sessions.pass_gate(seated, told(seated).head, act("nurse", now=at(-1)))
    with pytest.raises(Refused, match="commissioning"):
        sessions.start(seated, RATE, told(seated).head, act("nurse"))
    furnish(act)
    for second in ("", "nurse", "director"):
        with pytest.raises(Refused):
            going_live.go_live(act("director", second=second))
    going_live.go_live(act("admin", second="director"))
    assert this_clinic.state() == "live"
    with pytest.raises(Refused, match="is live"):
        going_live.go_live(act("admin", second="director"))
    sessions.start(seated, RATE, told(seated).head, act("nurse"))


def test_a_substance_history_is_evaluated_before_anybody_is_eligible(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(replace(cast_list.CANDIDATE, name="evaluated"), NOON)
    past = (pe.SubstanceUse.PAST_DISORDER,)
    intake.record_history(person_id, pe.HistoryList.SUBSTANCE_USE, (), past, act("nurse"))

    def decide(now: datetime) -> None:
        head = chart_store.person_chart(person_id).head
        candidacy.decide_candidacy(
            person_id, pe.Decision.ELIGIBLE, "benefit outweighs risk", head, act("prescriber", now=now)
        )

    with pytest.raises(Refused, match="Needs evaluation first"):
        decide(NOON)
    candidacy.record_evaluation(
        person_id, "substance_use_needs_evaluation", "abstinent six years", 1, act("prescriber", now=NOON - DAY)
    )
    with pytest.raises(Refused, match="in date"):
        decide(NOON + timedelta(seconds=1))
    decide(NOON)


def test_a_changed_dose_is_watched_and_kept_as_the_first_was(stage: Stage, act: ActMaker) -> None:
    session_id = stage.infusing(replace(cast_list.INFUSING, name="changed"), "Chair 2", NOON)
    assert told(session_id).plan.dose_changed is False
    plan = replace(told(session_id).plan, infusion_number=4)
    assert (plan.asks_close_watch, replace(plan, dose_changed=True).asks_close_watch) == (False, True)
