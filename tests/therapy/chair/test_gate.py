"""The gate: each computed line in each of its states, at its boundaries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import Action, Phase, knowledge
from sereniv.knowledge.rows import GateLine, ProtocolKind
from sereniv.therapy.candidacy.criteria import Finding, Result, findings
from sereniv.therapy.chair.gate import gate
from sereniv.therapy.chair.gate_facts import GateFacts, LineFinding, LineState
from sereniv.therapy.chair.staffing import ChairNow, nurses_said
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, Registered, chart_of
from sereniv.therapy.person.diagnoses import BESIDE
from sereniv.therapy.recording.entry import Unread
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.ran import Ran
from tests.therapy.coursing import ran
from tests.therapy.making import (
    GONE_THROUGH,
    PLAN,
    REGISTERED,
    STARTED,
    Happening,
    chart,
    checklist,
    diagnosis,
    full_set,
    minute,
    recorded,
    vitals,
    worked_up,
)

HOLDS, DOES_NOT, UNKNOWN = LineState.HOLDS, LineState.DOES_NOT_HOLD, LineState.NOT_YET_KNOWN
PersonHappening = tuple[float, pe.PersonEvent]

CONSENT = pe.ConsentRecorded(version="2026-11", signer_name="Ida Lind")
NO_USE = pe.HistoryRecorded(list=pe.HistoryList.SUBSTANCE_USE)
WEIGHED = pe.Measured(weight_kg=Decimal("71.4"), systolic=Decimal(124), diastolic=Decimal(78), questions={})
AGAIN = pe.Measured(systolic=Decimal(122), diastolic=Decimal(76), questions={})
NOT_PREGNANT = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine hCG negative")
ELIGIBLE = pe.CandidacyDecided(
    decision=pe.Decision.ELIGIBLE, indication="depression", reason="Two trials failed.", knowledge_version="k",
    findings=(),
)  # fmt: skip
ORDER = pe.OrderSigned(
    protocol="P-DEP", protocol_version=1, knowledge_version="k", infusion_number=1, weight_entry=3,
    measured_weight_kg=Decimal("71.4"), dose_weight_kg=Decimal("71.4"), weight_basis=pe.WeightBasis.ACTUAL,
    dose_mg_per_kg=Decimal("0.5"), dose_mg=Decimal("35.7"), concentration_mg_per_ml=Decimal(1),
    volume_ml=Decimal("35.7"), rate_ml_per_h=Decimal("53.6"), duration_min=40, limits=(),
)  # fmt: skip
CO_SIGNED = pe.OrderCoSigned(order=8, dose_mg=Decimal("35.7"), rate_ml_per_h=Decimal("53.6"))
PREPARED = ev.DrugPrepared(
    vial="K10-0001", strength_mg_per_ml=Decimal(10), stock_ml=Decimal("3.57"), drawn_mg=Decimal("35.7"),
    final_volume_ml=Decimal("35.7"), final_mg_per_ml=Decimal(1),
)  # fmt: skip
COMPLETE: tuple[PersonHappening, ...] = (
    (-60, CONSENT), (-60, NO_USE), (-60, WEIGHED), (-50, AGAIN), (-49, NOT_PREGNANT), (-48, pe.MedicinesReviewed()),
    (-40, ELIGIBLE), (-35, ORDER), (-34, CO_SIGNED),
)  # fmt: skip


SCREENS = next(row for row in knowledge().gate if row.id == "interval_history").screens
SCREENED = ev.IntervalScreened(asked=tuple(SCREENS), found=(), suicidality=ev.Suicidality.NONE)


def person(*happened: PersonHappening) -> PersonChart:
    """Fold what happened, entry 1 first, to somebody whose medical lists and work-up are there."""
    before = [(number - len(GONE_THROUGH), -60, event) for number, event in enumerate(GONE_THROUGH, start=1)]
    done = [(-60.0, each) for each in worked_up(minute(0).date())]
    told = [*before, *((number, at, event) for number, (at, event) in enumerate((*happened, *done), start=1))]
    return chart_of(recorded(event, number, minute(at), "prescriber") for number, at, event in told)


def line(
    name: str,
    who: PersonChart,
    *happened: Happening,
    now: datetime | None = None,
    runs: Sequence[Ran] = (),
    registered: Registered = REGISTERED,
    plan: ev.SessionPlan = PLAN,
    elsewhere: tuple[ChairNow, ...] = (),
) -> LineFinding:
    """Judge one line for a session whose order is entry 8."""
    told = chart(*happened, plan=plan)
    assert told.opened is not None
    opened = replace(told.opened, event=replace(told.opened.event, order=8))
    told = replace(told, opened=opened)
    facts = GateFacts(
        session=told, person=who, registered=registered, now=now or minute(0), knowledge=knowledge(), runs=tuple(runs),
        elsewhere=elsewhere,
    )  # fmt: skip
    return next(each for each in gate(facts) if each.row.id == name)


EVERYBODY = person(*COMPLETE)


def test_consent() -> None:
    assert line("consent", person()).state is UNKNOWN
    found = line("consent", EVERYBODY)
    assert (found.state, "2026-11, signed by Ida Lind" in found.why) == (HOLDS, True)


def test_candidacy_as_decided() -> None:
    assert line("candidacy", person(*COMPLETE[:6])).state is UNKNOWN
    assert line("candidacy", EVERYBODY).state is HOLDS
    for decision in (pe.Decision.DECLINED, pe.Decision.NEEDS_EVALUATION):
        declined = replace(ELIGIBLE, decision=decision, reason="psychosis")
        found = line("candidacy", person(*COMPLETE, (-10, declined)))
        assert (found.state, "psychosis" in found.why) == (DOES_NOT, True)


def test_a_new_finding_since_the_decision_holds_the_start_back() -> None:
    pregnant = pe.PregnancyRecorded(status=pe.Pregnancy.PREGNANT, basis="urine hCG positive")
    found = line("candidacy", person(*COMPLETE, (-10, pregnant)))
    assert (found.state, "New since the decision: Pregnancy (met: GATE2" in found.why) == (DOES_NOT, True)
    use = replace(NO_USE, substance_use=(pe.SubstanceUse.ACTIVE_DISORDER,))
    assert line("candidacy", person(*COMPLETE, (-10, use))).state is DOES_NOT


def test_a_finding_that_the_prescriber_decided_on_is_not_new() -> None:
    use = replace(NO_USE, substance_use=(pe.SubstanceUse.PAST_DISORDER,))
    taken = pe.FindingTaken(
        criterion="substance_use_needs_evaluation",
        version=1,
        result="met",
        action=Action.GATE,
        read={},
        missing=(),
        grounds=("past_disorder",),
    )
    decided = replace(ELIGIBLE, findings=(taken,))
    for happened in ((), ((-5, use),)):
        found = line("candidacy", person(*COMPLETE[:6], (-45, use), (-40, decided), *happened))
        assert found.state is LineState.OVERRIDDEN, "it holds, and somebody signed over it: never a mere tick"
        assert found.lets_pass
        assert "Signed over: Substance use that needs evaluation (past disorder)" in found.why


def test_another_fact_of_the_same_weight_is_new() -> None:
    """Somebody in an active disorder was decided on; misuse of ketamine asks for two as well, and nobody read it."""
    active = replace(NO_USE, substance_use=(pe.SubstanceUse.ACTIVE_DISORDER,))
    misuse = replace(NO_USE, substance_use=(pe.SubstanceUse.KETAMINE_OR_PCP_MISUSE,))
    taken = pe.FindingTaken(
        criterion="substance_use_needs_evaluation", version=1, result="met", action=Action.GATE2, read={}, missing=(),
        grounds=("active_disorder",),
    )  # fmt: skip
    decided = replace(ELIGIBLE, findings=(taken,))
    before = (*COMPLETE[:6], (-45, active), (-40, decided))
    assert line("candidacy", person(*before)).lets_pass
    found = line("candidacy", person(*before, (-5, misuse)))
    assert (found.state, "ketamine or pcp misuse" in found.why) == (DOES_NOT, True)


def test_a_decision_of_before_grounds_were_kept_settles_no_named_fact() -> None:
    use = replace(NO_USE, substance_use=(pe.SubstanceUse.PAST_DISORDER,))
    taken = pe.FindingTaken(
        criterion="substance_use_needs_evaluation", version=1, result="met", action=Action.GATE, read={}, missing=()
    )
    decided = replace(ELIGIBLE, findings=(taken,))
    assert line("candidacy", person(*COMPLETE[:6], (-45, use), (-40, decided))).state is DOES_NOT


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (pe.MedicinesListed(medicines=(pe.Medicine(written="Nardil"),)), "oxidase inhibitor (met: GATE, phenelzine)"),
        (pe.MedicinesListed(medicines=(pe.Medicine(written="blue pills"),)), "Needed anew: Medicines due: blue pills."),
        (
            checklist(pe.HistoryList.CONDITIONS, "recent_heart_attack"),
            "Heart attack in the last six weeks (met: GATE2",
        ),
        (checklist(pe.HistoryList.CONDITIONS, other=("a lump",)), "Needed anew: Medical conditions due: a lump."),
        (pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("Ketamine, a rash",)), "Allergy to ketamine"),
    ],
)
def test_a_medicine_or_condition_told_at_the_fourth_session_stops_the_start(told: pe.PersonEvent, words: str) -> None:
    found = line("candidacy", person(*COMPLETE, (-10, told)))
    assert (found.state, words in found.why) == (DOES_NOT, True), found.why


def test_what_is_only_to_be_known_stops_nothing() -> None:
    known = pe.MedicinesListed(medicines=(pe.Medicine(written="sertraline"),))
    assert line("candidacy", person(*COMPLETE, (-10, known))).state is HOLDS


def test_a_work_up_gone_stale_is_new_and_says_what_lacks() -> None:
    found = line("candidacy", EVERYBODY, now=minute(24 * 60))
    assert found.state is DOES_NOT
    assert found.why == (
        "Needed anew: weight to be measured; two blood pressures, five minutes apart, to be measured; "
        "medicines to be gone through."
    ), "what is to be done, never the name of what might be wrong"


@pytest.mark.parametrize(
    ("weight", "state", "words"),
    [
        ("71.4", HOLDS, ""), ("74.9", HOLDS, ""), ("67.9", HOLDS, ""),  # 4.9 %
        ("75.0", DOES_NOT, "Over 5%"), ("67.8", DOES_NOT, "Over 5%"), ("78.5", DOES_NOT, "Over 5%"),  # 5.04, 9.94 %
        ("78.6", DOES_NOT, "Over 10%"), ("64.2", DOES_NOT, "Over 10%"),  # 10.08 %
    ],
)  # fmt: skip
def test_weight_against_the_order(weight: str, state: LineState, words: str) -> None:
    today = pe.Measured(weight_kg=Decimal(weight), questions={})
    found = line("weight", person(*COMPLETE, (-5, today)))
    assert (found.state, words in found.why) == (state, True)


@pytest.mark.parametrize(
    ("weight", "words"), [("105", ""), ("105.1", "Over 5%"), ("110", "Over 5%"), ("95", ""), ("110.1", "Over 10%")]
)
def test_weight_boundaries_are_passed_only_beyond_them(weight: str, words: str) -> None:
    order = replace(ORDER, measured_weight_kg=Decimal(100))
    today = pe.Measured(weight_kg=Decimal(weight), questions={})
    found = line("weight", person(*COMPLETE[:7], (-35, order), (-5, today)))
    assert (found.state, words in found.why) == (DOES_NOT if words else HOLDS, True)


BY_IDEAL = replace(ORDER, weight_basis=pe.WeightBasis.IDEAL, dose_weight_kg=Decimal("73"))
"""By the ideal weight of a man of 178 cm."""


IDEAL, ADJUSTED = (pe.WeightBasis.IDEAL, "73"), (pe.WeightBasis.ADJUSTED, "95.8")


@pytest.mark.parametrize(
    ("dosed", "sex", "height", "state"),
    [
        (IDEAL, "male", "178", HOLDS), (IDEAL, "male", "176", HOLDS), (IDEAL, "male", "165", DOES_NOT),
        (IDEAL, "female", "178", DOES_NOT), (IDEAL, "male", "", UNKNOWN), (ADJUSTED, "male", "178", HOLDS),
        (ADJUSTED, "female", "178", HOLDS), (ADJUSTED, "male", "165", DOES_NOT), (ADJUSTED, "male", "", UNKNOWN),
    ],
)  # fmt: skip
def test_height_and_sex_as_they_stand_now_against_an_order_that_doses_by_them(
    dosed: tuple[pe.WeightBasis, str], sex: str, height: str, state: LineState
) -> None:
    """A height corrected by 13 cm after the signature let 18 % more run than was meant."""
    basis, kg = dosed
    order = replace(ORDER, weight_basis=basis, measured_weight_kg=Decimal(130), dose_weight_kg=Decimal(kg))
    heavy = pe.Measured(weight_kg=Decimal(130), questions={})
    measured = [(-4.0, pe.Measured(height_cm=Decimal(height), questions={}))] if height else []
    who = person(*COMPLETE[:7], (-35, order), (-34, CO_SIGNED), (-5, heavy), *measured)
    found = line("weight", who, registered=replace(REGISTERED, sex_at_birth=sex))
    assert found.state is state, found.why
    assert f"by {basis} weight" in found.why


def test_a_height_that_waits_to_be_confirmed_doses_nobody_by_ideal_weight_and_actual_weight_asks_for_none() -> None:
    doubtful = pe.Measured(height_cm=Decimal(118), questions={"height_cm": "60 cm less"})
    heights = ((-4.0, pe.Measured(height_cm=Decimal(178), questions={})), (-3.0, doubtful))
    by_ideal = person(*COMPLETE[:7], (-35, BY_IDEAL), (-34, CO_SIGNED), *heights)
    found = line("weight", by_ideal)
    assert (found.state, "waits to be confirmed" in found.why) == (UNKNOWN, True)
    assert line("weight", person(*COMPLETE, *heights)).state is HOLDS


def test_a_weight_missing_stale_or_questioned_is_not_known() -> None:
    assert line("weight", person(*COMPLETE[:2], *COMPLETE[3:])).state is UNKNOWN
    assert line("weight", EVERYBODY, now=minute(-60) + timedelta(hours=24)).state is HOLDS
    assert line("weight", EVERYBODY, now=minute(-60) + timedelta(hours=24, seconds=1)).state is UNKNOWN
    doubtful = pe.Measured(weight_kg=Decimal(154), questions={"weight_kg": "+120 %"})
    found = line("weight", person(*COMPLETE, (-5, doubtful)))
    assert (found.state, "154 kg waits" in found.why) == (UNKNOWN, True)
    weighed_again = pe.Measured(weight_kg=Decimal("71.6"), questions={})
    assert line("weight", person(*COMPLETE, (-5, doubtful), (-4, weighed_again))).state is HOLDS


@pytest.mark.parametrize(
    ("pressure", "state", "words"),
    [
        ((140, 90), HOLDS, ""), ((141, 90), DOES_NOT, "over 140/90"), ((140, 91), DOES_NOT, "over 140/90"),
        ((159, 99), DOES_NOT, "over 140/90"), ((160, 90), DOES_NOT, "from 160/100"),
        ((140, 100), DOES_NOT, "from 160/100"),
    ],
)  # fmt: skip
def test_pressure_at_the_gate(pressure: tuple[int, int], state: LineState, words: str) -> None:
    found = line("vitals", EVERYBODY, (-3, full_set(*pressure)))
    assert (found.state, words in found.why) == (state, True)


@pytest.mark.parametrize(
    ("field", "inside", "outside"),
    [("heart_rate", (50, 110), (49, 111)), ("spo2", (94, 100), (93,)), ("respiratory_rate", (10, 24), (9, 25))],
)
def test_the_other_vital_signs_at_the_gate(field: str, inside: tuple[int, ...], outside: tuple[int, ...]) -> None:
    for value in inside:
        charted = replace(full_set(), **{field: Decimal(value)})  # type: ignore[arg-type]  # by name
        assert line("vitals", EVERYBODY, (-3, charted)).state is HOLDS
    for value in outside:
        charted = replace(full_set(), **{field: Decimal(value)})  # type: ignore[arg-type]  # by name
        assert line("vitals", EVERYBODY, (-3, charted)).state is DOES_NOT


def test_vital_signs_missing_stale_or_questioned_are_not_known() -> None:
    assert line("vitals", EVERYBODY).state is UNKNOWN
    found = line("vitals", EVERYBODY, (-3, vitals(120, 80, heart_rate=70, spo2=98)))
    assert (found.state, "respiratory rate" in found.why) == (UNKNOWN, True)
    assert line("vitals", EVERYBODY, (-10, full_set())).state is HOLDS
    assert line("vitals", EVERYBODY, (-10, full_set()), now=minute(0) + timedelta(seconds=1)).state is UNKNOWN
    doubtful = ev.VitalsCharted(systolic=Decimal(300), diastolic=Decimal(130), questions={"systolic": "so high?"})
    assert line("vitals", EVERYBODY, (-5, full_set()), (-2, doubtful)).state is UNKNOWN
    assert line("vitals", EVERYBODY, (-5, full_set()), (-2, doubtful), (-1, vitals(118, 76))).state is HOLDS


def test_vital_signs_may_be_charted_one_by_one() -> None:
    told: list[Happening] = [
        (-6, vitals(150, 95)),
        (-5, vitals(heart_rate=70, spo2=98)),
        (-4, vitals(respiratory_rate=12)),
    ]
    assert line("vitals", EVERYBODY, *told).state is DOES_NOT
    assert line("vitals", EVERYBODY, *told, (-1, vitals(138, 88))).state is HOLDS


def test_the_order_is_there_co_signed_and_of_today() -> None:
    assert line("order", person(*COMPLETE[:8])).state is UNKNOWN
    found = line("order", EVERYBODY)
    assert (found.state, "35.7 mg" in found.why) == (HOLDS, True)
    assert line("order", EVERYBODY, now=minute(-35 + 24 * 60)).state is HOLDS
    assert line("order", EVERYBODY, now=minute(-35 + 24 * 60) + timedelta(seconds=1)).state is DOES_NOT
    withdrawn = person(*COMPLETE, (-5, pe.OrderWithdrawn(order=8, reason="weight")))
    assert line("order", withdrawn).state is DOES_NOT
    assert line("weight", withdrawn).state is UNKNOWN


@pytest.mark.parametrize(
    ("prepared", "state"),
    [
        (None, UNKNOWN),
        (PREPARED, HOLDS),
        (replace(PREPARED, drawn_mg=Decimal("35.8")), DOES_NOT),
        (replace(PREPARED, drawn_mg=Decimal("35.5"), strength_mg_per_ml=Decimal(50)), HOLDS),
        (replace(PREPARED, drawn_mg=Decimal("35.2"), strength_mg_per_ml=Decimal(50)), DOES_NOT),
        (replace(PREPARED, final_volume_ml=Decimal("35.6")), DOES_NOT),
    ],
)
def test_the_drug_matches_the_order(prepared: ev.DrugPrepared | None, state: LineState) -> None:
    happened: list[Happening] = [] if prepared is None else [(-5, prepared)]
    assert line("drug", EVERYBODY, *happened).state is state
    assert PLAN.volume_ml == Decimal("35.7")


def test_a_line_that_a_person_attests() -> None:
    assert line("fasting", EVERYBODY).state is UNKNOWN
    yes, no = ev.GateLineAttested(line="fasting", holds=True), ev.GateLineAttested(line="fasting", holds=False)
    assert line("fasting", EVERYBODY, (-5, yes)).state is HOLDS
    assert line("fasting", EVERYBODY, (-5, yes), (-4, no)).state is DOES_NOT


def test_a_prescriber_passes_a_line_and_what_was_wrong_stays_legible() -> None:
    read = line("vitals", EVERYBODY, (-5, full_set(150, 90))).why
    passed = ev.GateLineOverridden(line="vitals", reason="Usual for him.", read=read)
    found = line("vitals", EVERYBODY, (-5, full_set(150, 90)), (-4, passed))
    assert (found.state, found.lets_pass) == (LineState.OVERRIDDEN, True)
    assert "150/90" in found.why
    assert "Usual for him." in found.why
    assert line("vitals", EVERYBODY, (-5, full_set()), (-4, passed)).state is HOLDS
    worse = line("vitals", EVERYBODY, (-5, full_set(150, 90)), (-4, passed), (-3, full_set(220, 130)))
    assert worse.state is DOES_NOT, "what was decided at 150/90 does not cover 220/130"
    assert line("vitals", EVERYBODY, (-4, passed)).state is UNKNOWN, "nor a reading that is missing"


@pytest.mark.parametrize(("hours", "state"), [(39.99, DOES_NOT), (40, HOLDS), (72, HOLDS)])
def test_the_protocols_spacing_since_the_last_infusion(hours: float, state: LineState) -> None:
    assert line("spacing", EVERYBODY).state is HOLDS
    found = line("spacing", EVERYBODY, runs=ran(minute(-9 * 24 * 60), minute(-hours * 60)))
    assert found.state is state
    assert "P-DEP asks 40 h" in found.why


def test_the_gate_waits_for_what_the_course_waits_for() -> None:
    days = ran(*(minute(-days * 24 * 60) for days in (9, 7, 5)))
    assert line("milestone", EVERYBODY, runs=days[:2]).state is HOLDS
    due = line("milestone", EVERYBODY, runs=days)
    assert due.state is DOES_NOT
    assert "review that P-DEP asks for after infusion 3" in due.why
    opened = pe.CourseOpened(
        protocol="P-DEP", protocol_version=2, knowledge_version="k", indication="depression", primary_scale="phq9"
    )
    explicit = ((-10 * 24 * 60, opened), *COMPLETE)
    seen = pe.CourseReviewed(
        course=1, after_infusion=3, milestone=pe.Milestone.REVIEW, outcome=pe.ReviewOutcome.CONTINUE, reason="", read={}
    )
    assert line("milestone", person(*explicit), runs=days).state is DOES_NOT
    assert line("milestone", person(*explicit, (-20, seen)), runs=days).state is HOLDS
    ended = pe.CourseEnded(course=1, outcome=pe.Ending.OTHER, reason="moves away")
    assert "has ended" in line("milestone", person(*explicit, (-20, seen), (-10, ended)), runs=days).why


def test_an_allergy_to_what_is_in_the_bag_stands_at_the_gate_after_the_decision_too() -> None:
    def told(*entries: str) -> LineFinding:
        said = pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=entries)
        decided = replace(ELIGIBLE, findings=tuple(each.taken() for each in _met(person((-60, said)))))
        return line("allergies", person(*COMPLETE, (-41, said), (-40, decided)))

    assert line("allergies", chart_of(())).state is UNKNOWN
    assert (told().state, told().why) == (HOLDS, "No known allergies.")
    assert (told("penicillin, rash").state, told("penicillin, rash").why) == (HOLDS, "ALLERGY: penicillin, rash.")
    unplaced = told("ketmaine")
    assert unplaced.state is UNKNOWN, "a slip of the pen: it may be any drug"
    assert "it may be any drug: “ketmaine”" in unplaced.why
    read = pe.WrittenLineJudged(list=pe.HistoryList.ALLERGIES, written="mystery powder", reason="a washing powder")
    said = pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("mystery powder",))
    after = line("allergies", person(*COMPLETE, (-41, said), (-40, read)))
    assert after.state is HOLDS
    assert "read by a prescriber: “mystery powder”" in after.why
    for written in (
        "Ketamine: hives",
        "Spravato",
        "Ketalar",
        "benzethonium chloride",
        "cetamina",
        "esketamine nasal spray",
    ):
        found = told(written)
        assert (found.state, written in found.why, found.may_be_passed_over) == (DOES_NOT, True, True), written
    ticked = checklist(pe.HistoryList.CONDITIONS, "ketamine_allergy")
    assert line("allergies", person(*COMPLETE, (-41, ticked))).state is DOES_NOT


def _met(who: PersonChart) -> list[Finding]:
    found = findings(who, REGISTERED, Phase.BEFORE_START, minute(0), knowledge())
    return [each for each in found if each.verdict.result is Result.MET]


def test_the_whole_gate_lets_pass_only_with_every_line() -> None:
    attested: list[Happening] = [
        (-9, ev.GateLineAttested(line=row.id, holds=True, detail="1: Ada"))
        for row in knowledge().gate
        if row.kind == "attested"
    ]
    told: list[Happening] = [*attested, (-6, SCREENED), (-5, PREPARED), (-3, full_set())]
    for row in knowledge().gate:
        assert line(row.id, EVERYBODY, *told).lets_pass, row.id
        # These hold where there is nothing to wait for or to ask, or the list was gone through.
        held_anyway = {
            "spacing",
            "milestone",
            "glucose",
            "capnography",
            "open_items",
            "allergies",
            "record_reads",
            "received",
            "signs",
        }
        assert row.id in held_anyway | {"signs"} or not line(row.id, person()).lets_pass, row.id


ATTESTED = [row for row in knowledge().gate if row.kind != "computed"]


@pytest.mark.parametrize("row", ATTESTED, ids=lambda row: row.id)
def test_what_somebody_said_holds_for_its_minutes_and_is_then_asked_again(row: GateLine) -> None:
    """A tick of 43 minutes ago once passed for now."""
    assert row.max_age_min is not None
    who = person(*COMPLETE, (-45, checklist(pe.HistoryList.CONDITIONS, "diabetes", "sleep_apnoea")))
    said: Happening = (0, ev.GateLineAttested(line=row.id, holds=True, detail="1: Ada"))
    at_its_end = line(row.id, who, said, now=minute(row.max_age_min))
    over = line(row.id, who, said, now=minute(row.max_age_min) + timedelta(seconds=1))
    assert (at_its_end.state, over.state) == (HOLDS, UNKNOWN)
    assert f"holds for {row.max_age_min} min: say it again" in over.why
    refused: Happening = (0, ev.GateLineAttested(line=row.id, holds=False, detail=""))
    assert line(row.id, who, refused, now=minute(row.max_age_min + 1)).state is DOES_NOT, "a no ages into no maybe"


def test_the_questions_since_last_time_are_asked_on_the_day() -> None:
    row = next(row for row in knowledge().gate if row.id == "interval_history")
    assert row.max_age_min is not None
    assert line(row.id, EVERYBODY, (0, SCREENED), now=minute(row.max_age_min)).state is HOLDS
    assert line(row.id, EVERYBODY, (0, SCREENED), now=minute(row.max_age_min + 0.1)).state is UNKNOWN


LATER = replace(PLAN, infusion_number=3)
PAIN = replace(LATER, kind=ProtocolKind.PAIN, duration_min=240)


def running(plan: ev.SessionPlan, name: str = "Chair 2") -> ChairNow:
    return ChairNow(name=name, chart=chart((0, ev.InfusionStarted(rate_ml_per_h=plan.rate_ml_per_h)), plan=plan))


@pytest.mark.parametrize(
    ("here", "others", "needed"),
    [
        (LATER, [], 1), (LATER, [LATER], 1), (LATER, [LATER, LATER], 2), (LATER, [LATER] * 3, 2),
        (PLAN, [], 1), (PLAN, [LATER], 2), (PLAN, [PLAN, PLAN], 3), (LATER, [PLAN, LATER], 2),
        # 0.2 mg/kg/h at 71.4 kg and 1 mg/mL are 14.28 mL/h.
        (replace(PAIN, rate_ml_per_h=Decimal("14.28")), [LATER], 1),
        (replace(PAIN, rate_ml_per_h=Decimal("14.29")), [LATER], 2),
    ],
)  # fmt: skip
def test_enough_nurses_is_a_number_held_against_who_is_infusing(
    here: ev.SessionPlan, others: list[ev.SessionPlan], needed: int
) -> None:
    """Three first infusions under one nurse were once "enough nurses ✓"."""
    elsewhere = tuple(running(plan) for plan in others)

    def judged(detail: str) -> LineFinding:
        said: Happening = (-1, ev.GateLineAttested(line="nurse_ratio", holds=True, detail=detail))
        return line("nurse_ratio", EVERYBODY, said, plan=here, elsewhere=elsewhere)

    assert judged(f"{needed}: Ada and others").state is HOLDS
    short = judged(f"{needed - 1} nurses")
    assert (short.state, f"{needed} needed" in short.why) == (DOES_NOT, True)
    assert judged("Ada Nightfall").state is DOES_NOT, "no number is not enough"


@pytest.mark.parametrize(
    "words",
    [
        "3 tomorrow", "3 from 14:00", "3: Ada, Ben and Eva from 14:00", "3 later", "2-3", "2–3", "2 of 3", "2/3", "1.5",
        "3: after lunch", "3; one on call", "3 chairs", "3 with me in the evening", "3 Ada Ben Eva", "3 %", "3.5: all",
        "3: two here, one arriving", "about 3", "3rd", "3?", "3: Ada, Ben ab Mittag", "3: Morgen", "3: Ada (später)",
        "3: demain", "3; Mañana", "3: Ada et Ben plus tard", "3: Ada en pause", "3: dopo pranzo", "3: Ada, zajutra",
        "3: Ada, Ben, Eva?", "3: \u660e\u5929", "3: \u0437\u0430\u0432\u0442\u0440\u0430", "3: Ada, Ben ½",
        "3: Ada, and Ben from two", "3: Ada, Ben de tarde", "3: Ada, Ben von Mittag an",
    ],
)  # fmt: skip
def test_a_number_of_another_time_or_of_something_else_is_no_number_of_nurses_here(words: str) -> None:
    assert nurses_said(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "3",
        " 3 ",
        "3 nurses",
        "3 here",
        "3 nurses on duty now",
        "3: Ada, Ben, Eva",
        "3.",
        "3: Ada, Ben and me",
        "3: Léa, O'Neil, Özgür",
        "3: RN Ada, both others",
        "3: Ada van der Berg, Ben de la Cruz, Eva bin Omar",
    ],
)
def test_a_number_alone_or_followed_by_who_they_are_is_said_of_now(words: str) -> None:
    assert nurses_said(words) == 3


def test_a_chair_where_nothing_runs_needs_nobody_yet() -> None:
    over = ChairNow(name="Chair 2", chart=chart((0, STARTED), (40, ev.InfusionStopped())))
    said: Happening = (-1, ev.GateLineAttested(line="nurse_ratio", holds=True, detail="1"))
    assert (
        line("nurse_ratio", EVERYBODY, said, elsewhere=(over, ChairNow(name="Chair 3", chart=chart()))).state is HOLDS
    )


def test_glucose_is_asked_of_somebody_with_diabetes_and_of_nobody_else() -> None:
    told = line("glucose", EVERYBODY)
    assert (told.state, told.is_asked) == (HOLDS, False)
    assert "Not asked: no diabetes" in told.why
    medical = pe.HistoryList.CONDITIONS
    ticked = checklist(medical, "diabetes")
    written = checklist(medical, other=("Diabetic since 2011",))
    insulin = pe.MedicinesListed(medicines=(pe.Medicine(written="Lantus 20 units", ingredients=("insulin",)),))
    for event in (ticked, written, insulin):
        diabetic = person(*COMPLETE, (-30, event))
        asked = line("glucose", diabetic)
        assert (asked.state, asked.is_asked, asked.lets_pass) == (UNKNOWN, True, False)
        measured = ev.GateLineAttested(line="glucose", holds=True, detail="6.1 mmol/L, ate at 07:00")
        assert line("glucose", diabetic, (-9, measured)).state is HOLDS
        assert line("glucose", diabetic, (-9, replace(measured, holds=False))).state is DOES_NOT
    before_the_question = person(*COMPLETE, (-30, checklist(medical, unasked=("diabetes",))))
    assert line("glucose", before_the_question).state is UNKNOWN, "a list that did not hold the question is no answer"
    nobody_asked = chart_of(recorded(event, number, minute(-60), "nurse") for number, event in enumerate((), 1))
    assert line("glucose", nobody_asked).state is UNKNOWN, "lists nobody went through are not the lists of the healthy"


FOREIGN = ("אינסולין", "أنسولين", "インスリン", "胰岛素", "อินซูลิน", "ইনসুলিন", "kebuxolan")
"""Insulin in letters that no table reads, and a name that nobody knows."""


@pytest.mark.parametrize("written", FOREIGN)
def test_a_line_that_nobody_could_place_is_no_word_that_somebody_has_no_diabetes(written: str) -> None:
    """*Not asked: no diabetes*, said the gate beside insulin in other letters."""
    medicine = pe.MedicinesListed(medicines=(pe.Medicine(written=written),))
    beside = checklist(pe.HistoryList.CONDITIONS, other=(written,))
    for which, event in (("glucose", medicine), ("glucose", beside), ("capnography", beside)):
        asked = line(which, person(*COMPLETE, (-30, event)))
        assert (asked.state, asked.is_asked, asked.lets_pass) == (UNKNOWN, True, False), which
    for which, event in ((pe.HistoryList.MEDICINES, medicine), (pe.HistoryList.CONDITIONS, beside)):
        read = pe.WrittenLineJudged(list=which, written=written, reason="Asked: an eye drop, taken in the evening.")
        assert line("glucose", person(*COMPLETE, (-30, event), (-20, read))).is_asked is False, "a prescriber read it"


@pytest.mark.parametrize(("code", "words", "which"), [
    ("E11.9", "", "glucose"), ("E10.65", "", "glucose"), ("other", "type 2 diabetes", "glucose"),
    ("G47.33", "", "capnography"), ("other", "severe sleep apnea, CPAP", "capnography"),
])  # fmt: skip
def test_a_diagnosis_asks_the_gates_question_too(code: str, words: str, which: str) -> None:
    """A checklist without a tick said *not asked* beside a diagnosis of diabetes."""
    beside = replace(diagnosis(BESIDE, code), words=words)
    asked = line(which, person(*COMPLETE, (-30, beside)))
    assert (asked.state, asked.is_asked) == (UNKNOWN, True)


@pytest.mark.parametrize("apnoea", ["sleep_apnoea", "sleep_apnoea_likely"])
def test_in_sleep_apnoea_the_gate_asks_for_the_value_and_a_tick_is_none(apnoea: str) -> None:
    """One tick over a line of other equipment stood for the capnography that sleep apnoea asks for."""
    assert line("capnography", EVERYBODY).is_asked is False
    sleeper = person(*COMPLETE, (-30, checklist(pe.HistoryList.CONDITIONS, apnoea)))
    said = ev.GateLineAttested(line="capnography", holds=True, detail="on")
    assert line("capnography", sleeper).state is UNKNOWN
    unread = line("capnography", sleeper, (-5, said))
    assert (unread.state, "No value is written" in unread.why) == (UNKNOWN, True)
    assert line("capnography", sleeper, (-5, replace(said, detail="38"))).state is HOLDS
    none_here = replace(said, holds=False, detail="broken")
    refused = line("capnography", sleeper, (-5, none_here))
    assert refused.state is DOES_NOT
    passed = ev.GateLineOverridden(line="capnography", reason="breathing counted, I stay", read=refused.why)
    assert line("capnography", sleeper, (-5, none_here), (-4, passed)).state is LineState.OVERRIDDEN


def test_a_glucose_without_a_number_is_no_glucose() -> None:
    diabetic = person(*COMPLETE, (-30, checklist(pe.HistoryList.CONDITIONS, "diabetes")))
    said = ev.GateLineAttested(line="glucose", holds=True, detail="measured, fine")
    assert line("glucose", diabetic, (-5, said)).state is UNKNOWN


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("measured at 07:00, fine", UNKNOWN), ("fine 10 min ago, 12 units at 7 am", UNKNOWN),
        ("500 mg metformin", UNKNOWN),
        ("110 mg/dL at 07:00", HOLDS), ("6,1 mmol/L, ate 2 hours ago", HOLDS), ("6.1", HOLDS),
    ],
)  # fmt: skip
def test_a_time_or_a_dose_beside_it_is_no_glucose(words: str, state: LineState) -> None:
    """*Measured at 07:00, fine* passed for a value: it holds digits."""
    diabetic = person(*COMPLETE, (-30, checklist(pe.HistoryList.CONDITIONS, "diabetes")))
    said = ev.GateLineAttested(line="glucose", holds=True, detail=words)
    assert line("glucose", diabetic, (-5, said)).state is state


def test_the_time_since_the_last_visit_is_asked_question_by_question() -> None:
    assert line("interval_history", EVERYBODY).state is UNKNOWN
    assert line("interval_history", EVERYBODY, (-5, SCREENED)).state is HOLDS
    for name in SCREENS:
        rest = tuple(each for each in SCREENS if each != name)
        found = line("interval_history", EVERYBODY, (-5, replace(SCREENED, asked=rest)))
        assert (found.state, SCREENS[name] in found.why) == (UNKNOWN, True)
        found = line("interval_history", EVERYBODY, (-5, replace(SCREENED, found=(name,), words="since Friday")))
        assert (found.state, SCREENS[name] in found.why, "since Friday" in found.why) == (DOES_NOT, True, True)
    said = {
        each: line("interval_history", EVERYBODY, (-5, replace(SCREENED, suicidality=each))).state
        for each in ev.Suicidality
    }
    assert list(said.values()) == [UNKNOWN, HOLDS, HOLDS, DOES_NOT]


def test_words_about_suicide_after_the_questions_ask_them_again() -> None:
    said = ev.RemarkCharted(text="says she wants to die")
    found = line("interval_history", EVERYBODY, (-5, SCREENED), (-4, said))
    assert (found.state, "wants to die" in found.why) == (UNKNOWN, True)
    assert line("interval_history", EVERYBODY, (-5, SCREENED), (-4, said), (-3, SCREENED)).state is HOLDS


def test_pregnancy_is_known_lately_or_decided_by_two() -> None:
    def status(known: pe.PregnancyRecorded | None, at: float = -30, *more: PersonHappening) -> LineState:
        rest = [each for each in COMPLETE if not isinstance(each[1], pe.PregnancyRecorded)]
        return line("pregnancy", person(*rest, *([(at, known)] if known else []), *more)).state

    week = 7 * 24 * 60
    assert status(None) is UNKNOWN
    assert status(NOT_PREGNANT) is HOLDS
    assert status(NOT_PREGNANT, -week) is HOLDS
    assert status(NOT_PREGNANT, -week - 1) is UNKNOWN
    assert status(replace(NOT_PREGNANT, status=pe.Pregnancy.NOT_APPLICABLE), -10 * week) is HOLDS
    pregnant = replace(NOT_PREGNANT, status=pe.Pregnancy.PREGNANT)
    assert status(pregnant) is DOES_NOT
    assert status(pregnant, -30, (-20, ELIGIBLE)) is DOES_NOT, "one person alone does not decide this"
    entries = [recorded(event, n, minute(at), "prescriber") for n, (at, event) in enumerate(COMPLETE, start=1)]
    two = recorded(ELIGIBLE, len(entries) + 2, minute(-20), "prescriber", "nurse")
    told = chart_of([*entries, recorded(pregnant, len(entries) + 1, minute(-30)), two])
    found = line("pregnancy", told)
    assert found.state is LineState.OVERRIDDEN, "signed over is not the same as met"
    assert "Pregnant" in found.why
    assert "Signed over by prescriber with nurse, 02 Mar: Two trials failed." in found.why
    assert status(replace(NOT_PREGNANT, breastfeeding=True)) is DOES_NOT
    assert status(replace(NOT_PREGNANT, status=pe.Pregnancy.BREASTFEEDING)) is UNKNOWN, "it may be a new pregnancy"


def test_a_fever_holds_the_start_back_where_somebody_took_the_temperature() -> None:
    def warm(degrees: str) -> LineState:
        return line("vitals", EVERYBODY, (-3, replace(full_set(), temperature=Decimal(degrees)))).state

    assert (warm("37.9"), warm("38.0")) == (HOLDS, DOES_NOT)


DECLINED = replace(ELIGIBLE, decision=pe.Decision.DECLINED)
AGAINST = pe.EvaluationRecorded(
    criterion="work_up", evaluator="Dr Ono", finding="Unstable.", valid_days=90, conclusion=pe.Conclusion.DO_NOT_PROCEED
)
IN_WARD = pe.LevelOfCareDecided(level=pe.LevelOfCare.INPATIENT, words="A plan with means.")
SUICIDAL = replace(REGISTERED, indication="suicidal_ideation")


@pytest.mark.parametrize(
    ("since", "registered"), [(DECLINED, REGISTERED), (AGAINST, REGISTERED), (IN_WARD, SUICIDAL)], ids=str
)
def test_what_shuts_candidacy_is_never_passed_over(since: pe.PersonEvent, registered: Registered) -> None:
    passed = ev.GateLineOverridden(line="candidacy", reason="She insists.", read="")
    who = person(*COMPLETE, (-10, since))
    found = line("candidacy", who, registered=registered)
    assert (found.state, found.may_be_passed_over) == (DOES_NOT, False)
    signed_before = replace(passed, read=found.why)
    assert line("candidacy", who, (-1, signed_before), registered=registered).state is DOES_NOT
    assert line("candidacy", EVERYBODY).may_be_passed_over


def test_what_two_people_decide_is_passed_by_nobody_alone_until_it_was_decided() -> None:
    pregnant = pe.PregnancyRecorded(status=pe.Pregnancy.PREGNANT, basis="urine hCG positive")
    who = person(*COMPLETE, (-10, pregnant))
    met = [each for each in _met(who) if each.verdict.action is Action.GATE2]
    assert met
    assert not line("candidacy", who).may_be_passed_over
    taken = tuple(
        pe.FindingTaken(
            criterion=each.row.id, version=each.row.version, result="met", action=Action.GATE2, read={}, missing=(),
            grounds=each.verdict.grounds,
        )
        for each in met
    )  # fmt: skip
    decided = person(*COMPLETE, (-10, pregnant), (-5, replace(ELIGIBLE, findings=taken)))
    assert line("candidacy", decided).may_be_passed_over


def test_at_seventeen_ones_own_signature_is_no_consent() -> None:
    young = replace(REGISTERED, born=minute(0).date().replace(year=minute(0).year - 17))
    found = line("consent", EVERYBODY, registered=young)
    assert (found.state, "a guardian consents" in found.why) == (DOES_NOT, True)


def test_an_entry_that_cannot_be_read_holds_the_start_back() -> None:
    held = line("record_reads", EVERYBODY)
    assert held.state is HOLDS
    lost = recorded(Unread(kind="Unknown", why="its kind is not known here"), 30, minute(-20), "prescriber")
    found = line("record_reads", replace(EVERYBODY, unread=(lost,)))
    assert (found.state, "Find out what it said" in found.why) == (DOES_NOT, True)


def test_what_another_record_sent_holds_the_start_until_somebody_took_it_up() -> None:
    sent = pe.RecordReceived(
        app="practice-1", sent_by="Practice record", named="Patient/1", resource_type="AllergyIntolerance", body="{}",
        kind=pe.ReceivedKind.ALLERGY, written="ketamine",
    )  # fmt: skip
    found = line("received", person(*COMPLETE, (-5, sent)))
    assert (found.state, found.may_be_passed_over) == (DOES_NOT, True)
    assert "In the inbox, and in no chart yet: allergy: ketamine, from Practice record" in found.why
    for passes in (
        replace(sent, holds=False), replace(sent, kind=pe.ReceivedKind.MEASUREMENT, written="Weight 71 kg"),
        replace(sent, kind=pe.ReceivedKind.DETAILS, written="Lind, Ida"), replace(sent, written=""),
    ):  # fmt: skip
        assert line("received", person(*COMPLETE, (-5, passes))).state is HOLDS, passes
    numbered = len(COMPLETE) + 1
    for outcome in pe.ReceivedOutcome:
        settled = pe.ReceivedSettled(entry=numbered, outcome=outcome, reason="")
        assert line("received", person(*COMPLETE, (-5, sent), (-4, settled))).state is HOLDS


def test_suicide_asked_alone_keeps_what_the_gate_asked_before_and_counts_itself() -> None:
    """Words that named such thoughts asked all of the gate's questions again."""
    burning = replace(SCREENED, found=("burning",), words="since Monday")
    alone = ev.IntervalScreened(asked=(), found=(), suicidality=ev.Suicidality.NO_WORSE, words="as before")
    named = ev.RemarkCharted(text="wants to die")
    asked = line("interval_history", EVERYBODY, (-9, SCREENED), (-8, named), (-7, alone))
    assert (asked.state, "suicidal thoughts: present, not worse" in asked.why) == (HOLDS, True)
    still = line("interval_history", EVERYBODY, (-9, burning), (-7, alone))
    assert (still.state, "since Monday as before" in still.why) == (DOES_NOT, True)
    worse = line("interval_history", EVERYBODY, (-9, SCREENED), (-7, replace(alone, suicidality=ev.Suicidality.WORSE)))
    assert worse.state is DOES_NOT
    assert line("interval_history", EVERYBODY, (-7, alone)).state is UNKNOWN, "the other questions were never asked"
