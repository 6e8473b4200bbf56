"""Commands that may be refused: each refusal with its reason, and what lets it through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import ProtocolKind
from sereniv.therapy.chair import decide as deciding
from sereniv.therapy.chair.gate_facts import LineFinding, LineState
from sereniv.therapy.chair.recovery import discharge_lines
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from tests.therapy.making import PLAN, RATE, RECOVERED, STARTED, Happening, chart, full_set, minute, vitals

RULES = knowledge()
ROW = RULES.gate[0]
OPEN_LINE = LineFinding(row=ROW, state=LineState.NOT_YET_KNOWN, why="")
PASSED = (ev.GatePassed(),)
STOPPED = ev.InfusionStopped()
RUNNING: tuple[Happening, ...] = ((-2, ev.GatePassed()), (0, STARTED))


def decide(told: SessionChart, command: deciding.Command, now: datetime | None = None) -> tuple[ev.SessionEvent, ...]:
    return deciding.decide(told, command, now or minute(100), RULES)


def refusal(told: SessionChart, command: deciding.Command, now: datetime | None = None) -> tuple[str, str]:
    with pytest.raises(Refused) as raised:
        decide(told, command, now)
    return raised.value.rule, raised.value.reason


def start(rate: str = "53.6", *lines: LineFinding) -> deciding.StartInfusion:
    return deciding.StartInfusion(rate_ml_per_h=Decimal(rate), lines=lines)


def change(
    rate: str, reason: str = "pressure", *, second: bool = False, read_by_two: bool = False
) -> deciding.ChangeRate:
    return deciding.ChangeRate(
        rate_ml_per_h=Decimal(rate), reason=reason, has_second_signer=second, was_read_by_two=read_by_two
    )


def test_the_gate_passes_when_every_line_does() -> None:
    for state in (LineState.HOLDS, LineState.OVERRIDDEN):
        held = deciding.PassGate(lines=(replace(OPEN_LINE, state=state),))
        assert decide(chart(), held) == (ev.GatePassed(),)
    for state in (LineState.NOT_YET_KNOWN, LineState.DOES_NOT_HOLD):
        rule, reason = refusal(chart(), deciding.PassGate(lines=(replace(OPEN_LINE, state=state),)))
        assert (rule, ROW.title in reason, str(state) in reason) == ("gate", True, True)
    assert refusal(chart((0, ev.GatePassed())), deciding.PassGate(lines=()))[1].endswith("it is ready.")


def test_a_start_needs_the_gate_and_the_gate_again() -> None:
    assert refusal(chart(), start()) == ("start", "The gate is not passed yet.")
    assert refusal(chart((0, ev.GatePassed())), start("53.6", OPEN_LINE))[0] == "gate"
    assert decide(chart((0, ev.GatePassed())), start()) == (STARTED,)


@pytest.mark.parametrize("then", [[], [(1, ev.InfusionPaused())]])
def test_a_running_infusion_does_not_start_twice(then: list[Happening]) -> None:
    assert refusal(chart(*RUNNING, *then), start()) == (
        "start", "This infusion is already running: it cannot start twice.",
    )  # fmt: skip


def test_a_finished_infusion_does_not_start_again() -> None:
    assert "is over" in refusal(chart(*RUNNING, (40, STOPPED)), start())[1]


@pytest.mark.parametrize("rate", ["53.6", "54.1", "53.1", "54.136", "53.064"])
def test_a_read_back_within_one_percent_starts(rate: str) -> None:
    assert decide(chart((0, ev.GatePassed())), start(rate)) == (ev.InfusionStarted(rate_ml_per_h=Decimal(rate)),)


@pytest.mark.parametrize("rate", ["54.2", "53.0", "54.137", "53.063", "5.36", "536", "0", "-53.6"])
def test_a_read_back_beyond_one_percent_does_not(rate: str) -> None:
    rule, reason = refusal(chart((0, ev.GatePassed())), start(rate))
    assert (rule, "53.6 mL/h" in reason) == ("read-back", True)


def test_a_rate_changes_only_while_running_with_a_reason_and_above_zero() -> None:
    assert decide(chart(*RUNNING), change("40")) == (ev.RateChanged(rate_ml_per_h=Decimal(40), reason="pressure"),)
    assert refusal(chart(), change("40"))[0] == "rate"
    assert refusal(chart(*RUNNING, (1, ev.InfusionPaused())), change("40"))[0] == "rate"
    for nothing in (" ", "x", ".", "ok"):
        assert "why the rate changes" in refusal(chart(*RUNNING), change("40", nothing))[1]
    assert "stopped the pump" in refusal(chart(*RUNNING), change("0"))[1]
    assert refusal(chart(*RUNNING), change("-1"))[0] == "rate"


HIGH = replace(PLAN, dose_mg_per_kg=Decimal("1.5"), dose_mg=Decimal("107.1"), volume_ml=Decimal("107.1"))
"""71.4 kg: 1.0, 1.5 and 2.0 mg/kg/h are 71.4, 107.1 and 142.8 mL/h, all over more than 30 minutes."""


@pytest.mark.parametrize(
    ("rate", "second", "refused"),
    [
        ("71.4", False, ""), ("107.1", False, ""), ("107.2", False, "two people sign"), ("107.2", True, ""),
        ("142.8", True, ""), ("142.9", True, "cannot be set"), ("214.3", True, "cannot be set"),
    ],
)  # fmt: skip
def test_rate_limits_of_an_order_at_their_edges(rate: str, second: bool, refused: str) -> None:
    told = chart(*RUNNING, plan=HIGH)
    command = change(rate, second=second, read_by_two=True)
    if not refused:
        assert decide(told, command)
        return
    rule, reason = refusal(told, command)
    assert (rule, refused in reason) == ("rate_mg_per_kg_per_h", True)


def test_the_whole_dose_never_runs_in_less_than_thirty_minutes() -> None:
    assert decide(chart(*RUNNING), change("71.4", read_by_two=True))
    assert refusal(chart(*RUNNING), change("71.5", read_by_two=True))[0] == "duration_min"


@pytest.mark.parametrize(("rate", "alone"), [("20", True), ("53.6", True), ("54.1", True), ("54.2", False)])
def test_above_the_order_a_second_person_reads_the_pump(rate: str, alone: bool) -> None:
    """A rate could double on one person's word. 1 % over 53.6 mL/h are 54.136."""
    running, paused = chart(*RUNNING), chart(*RUNNING, (5, ev.InfusionPaused()))
    again = deciding.ResumeInfusion(rate_ml_per_h=Decimal(rate), has_second_signer=False, reason="ordered by phone")

    for told, command, two in (
        (running, change(rate), change(rate, read_by_two=True)),
        (paused, again, replace(again, was_read_by_two=True)),
    ):
        if alone:
            assert decide(told, command)
        else:
            assert refusal(told, command)[0] == "read_back"
            assert decide(told, two)


CAPPED = replace(
    PLAN, kind=ProtocolKind.PAIN, cap_mg_per_h=Decimal(25), rate_ml_per_h=Decimal(25), duration_min=240,
    dose_mg=Decimal(100), volume_ml=Decimal(100), dose_weight_kg=Decimal(100),
)  # fmt: skip


@pytest.mark.parametrize(("rate", "rule"), [("25", ""), ("25.2", "over_cap_mg_per_h"), ("30", "over_cap_mg_per_h")])
def test_the_orders_cap_binds_at_the_chair(rate: str, rule: str) -> None:
    """30 mL/h went through on one word with a cap of 25 mg/h."""
    running, paused = chart(*RUNNING, plan=CAPPED), chart(*RUNNING, (5, ev.InfusionPaused()), plan=CAPPED)
    again = deciding.ResumeInfusion(
        rate_ml_per_h=Decimal(rate), has_second_signer=False, reason="as told", was_read_by_two=True
    )
    for told, command, judged in (
        (running, change(rate, read_by_two=True), change(rate, read_by_two=True, second=True)),
        (paused, again, replace(again, has_second_signer=True)),
    ):
        if rule:
            assert refusal(told, command)[0] == rule
            assert decide(told, judged)
        else:
            assert decide(told, command)


def test_a_paused_infusion_resumes_within_the_same_limits() -> None:
    paused = chart(*RUNNING, (5, ev.InfusionPaused()))

    def resume(rate: str, second: bool = False) -> deciding.ResumeInfusion:
        return deciding.ResumeInfusion(rate_ml_per_h=Decimal(rate), has_second_signer=second, reason="ordered so")

    assert decide(paused, resume("53.6")) == (ev.InfusionResumed(rate_ml_per_h=RATE),)
    assert refusal(paused, resume("71.5"))[0] == "duration_min"
    assert refusal(chart(*RUNNING), resume("53.6"))[0] == "resume"


ACCOUNTED = ev.DrugReconciled(
    given_mg=Decimal("35.7"), wasted_mg=Decimal(0), method="none left", difference_mg=Decimal(0)
)
BEFORE: tuple[Happening, ...] = ((-5, full_set(120, 80)), *RUNNING, (40, STOPPED))
READY_TO_LEAVE: tuple[Happening, ...] = (*BEFORE, (45, ACCOUNTED), (95, full_set(138, 88)), (99, RECOVERED))
LEAVE = deciding.Discharge(
    handed_to="Kim Escort", identity_checked=True, advice_given=True, exception="", signed_by_prescriber=False
)


def test_discharge_when_every_line_holds() -> None:
    told = chart(*READY_TO_LEAVE)
    assert all(line.holds for line in discharge_lines(told, minute(100), RULES))
    assert decide(told, LEAVE, minute(100)) == (
        ev.Discharged(handed_to="Kim Escort", advice_given=True, identity_checked=True),
    )


GRIDS: list[tuple[dict[str, Any], str]] = [
    ({"activity": 1, "respiration": 1}, "Aldrete"),
    ({"activity": 0}, "Aldrete"),
    ({"oxygen": 0}, "no item scored 0"),
    ({"moaas": 4}, "MOAA/S"),
    ({"oriented": False}, "Oriented"),
    ({"dissociation": 1}, "Dissociation"),
    ({"walks_unaided": False}, "Walks"),
    ({"nausea": 2}, "Nausea"),
    ({"suicidality_asked_not_worse": False}, "Suicidal"),
    ({"iv_removed": False}, "IV out"),
    ({"escort_present": " "}, "Escort"),
]


@pytest.mark.parametrize(("change_grid", "named"), GRIDS, ids=[named for _, named in GRIDS])
def test_each_line_of_the_grid_holds_discharge_back(change_grid: dict[str, Any], named: str) -> None:
    told = chart(*READY_TO_LEAVE[:-1], (99, replace(RECOVERED, **change_grid)))
    rule, reason = refusal(told, LEAVE, minute(100))
    assert (rule, named in reason) == ("discharge", True)
    assert [line.holds for line in discharge_lines(told, minute(100), RULES)].count(False) == 1


def test_no_item_of_the_grid_is_zero_even_where_a_site_asks_for_less() -> None:
    lower = replace(RULES, discharge=replace(RULES.discharge, aldrete_from=8))
    told = chart(*READY_TO_LEAVE[:-1], (99, replace(RECOVERED, oxygen=0)))
    assert discharge_lines(told, minute(100), lower)[2].holds is False


LATER = replace(PLAN, infusion_number=2)
OTHERS: list[tuple[str, Callable[[], SessionChart], float]] = [
    ("60 minutes", lambda: chart(*READY_TO_LEAVE), 99.99),
    ("30 minutes", lambda: chart(*BEFORE, (45, ACCOUNTED), (60, full_set()), (60, RECOVERED), plan=LATER), 69.99),
    ("Pressure within", lambda: chart(*READY_TO_LEAVE, (99, vitals(141, 80))), 100),
    ("Pressure within", lambda: chart(*READY_TO_LEAVE, (99, vitals(120, 101))), 100),
    ("No pressure charted", lambda: chart(*BEFORE, (45, ACCOUNTED), (99, RECOVERED)), 100),
    ("Drug accounted", lambda: chart(*BEFORE, (95, full_set()), (99, RECOVERED)), 100),
    ("Not recorded yet", lambda: chart(*READY_TO_LEAVE[:-1]), 100),
    ("Not recorded yet", lambda: chart(*READY_TO_LEAVE[:-1], (30, RECOVERED)), 100),
]


@pytest.mark.parametrize(("named", "told", "now"), OTHERS)
def test_each_other_line_holds_discharge_back(named: str, told: Callable[[], SessionChart], now: float) -> None:
    rule, reason = refusal(told(), LEAVE, minute(now))
    assert (rule, named in reason) == ("discharge", True), reason
    excepted = replace(LEAVE, exception="seen by me", signed_by_prescriber=True)
    (left,) = decide(told(), excepted, minute(now))
    assert isinstance(left, ev.Discharged)
    assert left.exception == "seen by me"
    open_lines = discharge_lines(told(), minute(now), RULES)
    assert left.not_holding == tuple(f"{each.title}: {each.why}" for each in open_lines if not each.holds)


@pytest.mark.parametrize(
    ("pressure", "holds"), [((140, 90), True), ((140, 100), True), ((141, 90), False), ((100, 60), True)]
)
def test_pressure_is_near_the_baseline_or_normal(pressure: tuple[int, int], holds: bool) -> None:
    """Baseline 120/80: up to 140/90, or both within 20 of it."""
    told = chart(*READY_TO_LEAVE, (99, vitals(*pressure)))
    assert discharge_lines(told, minute(100), RULES)[1].holds is holds


def test_a_high_baseline_lets_a_near_pressure_pass() -> None:
    assert discharge_lines(
        chart((-5, full_set(150, 95)), *READY_TO_LEAVE[1:-2], (95, full_set(170, 95))), minute(100), RULES
    )[1].holds
    assert not discharge_lines(
        chart((-5, full_set(150, 95)), *READY_TO_LEAVE[1:-2], (95, full_set(171, 95))), minute(100), RULES
    )[1].holds


@pytest.mark.parametrize(
    ("exception", "prescriber"), [("seen by me", False), ("  ", True), ("", True)], ids=["nurse", "blank", "empty"]
)
def test_an_exception_is_a_prescribers_with_a_reason(exception: str, prescriber: bool) -> None:
    command = replace(LEAVE, exception=exception, signed_by_prescriber=prescriber)
    assert "A prescriber may sign the exception" in refusal(chart(*BEFORE), command)[1]


def test_an_exception_that_was_not_needed_is_not_kept() -> None:
    command = replace(LEAVE, exception="just in case", signed_by_prescriber=True)
    assert decide(chart(*READY_TO_LEAVE), command, minute(100))[0] == ev.Discharged(
        handed_to="Kim Escort", advice_given=True, identity_checked=True
    )


def test_nobody_leaves_alone_without_advice_while_infusing_or_twice() -> None:
    ready = chart(*READY_TO_LEAVE)
    assert "Name the adult" in refusal(ready, replace(LEAVE, handed_to=" "))[1]
    assert "written advice" in refusal(ready, replace(LEAVE, advice_given=False))[1]
    assert "follows recovery" in refusal(chart(*RUNNING), LEAVE)[1]
    left = chart(*READY_TO_LEAVE, (100, ev.Discharged(handed_to="Kim Escort", advice_given=True)))
    assert "already discharged" in refusal(left, LEAVE)[1]


def test_a_note_is_signed_once_after_discharge() -> None:
    sign = deciding.SignNote(text="t", note_sha256="a", head_seq=3, head_hash="b")
    assert "after discharge" in refusal(chart(*READY_TO_LEAVE), sign)[1]
    left: Happening = (100, ev.Discharged(handed_to="Kim Escort", advice_given=True))
    signed = ev.NoteSigned(text="t", note_sha256="a", head_seq=3, head_hash="b")
    assert decide(chart(*READY_TO_LEAVE, left), sign) == (signed,)
    assert "already signed" in refusal(chart(*READY_TO_LEAVE, left, (101, signed)), sign)[1]


def test_who_takes_the_patient_home_is_asked_who_they_are() -> None:
    rule, reason = refusal(chart(*READY_TO_LEAVE), replace(LEAVE, identity_checked=False), minute(100))
    assert (rule, "who Kim Escort is" in reason) == ("discharge", True)


PAUSED: tuple[Happening, ...] = (*RUNNING, (10, ev.InfusionPaused()))


def test_a_pump_resumed_at_another_rate_says_why() -> None:
    told = chart(*PAUSED)
    again = deciding.ResumeInfusion(rate_ml_per_h=RATE, has_second_signer=False)
    assert decide(told, again) == (ev.InfusionResumed(rate_ml_per_h=RATE),)
    slower = replace(again, rate_ml_per_h=Decimal(40))
    assert "ran at 53.6 mL/h" in refusal(told, slower)[1]
    assert decide(told, replace(slower, reason="nausea")) == (
        ev.InfusionResumed(rate_ml_per_h=Decimal(40)), ev.RateChanged(rate_ml_per_h=Decimal(40), reason="nausea"),
    )  # fmt: skip


def test_a_faster_resume_asks_for_the_second_signer_a_change_would() -> None:
    told = chart(*PAUSED)
    hard = RULES.limits["rate_mg_per_kg_per_h"].hard_above
    assert hard is not None
    rate = (hard + Decimal("0.01")) * PLAN.dose_weight_kg
    faster = deciding.ResumeInfusion(rate_ml_per_h=rate, has_second_signer=False, reason="ordered by phone")
    change_too = deciding.ChangeRate(rate_ml_per_h=rate, reason="ordered by phone", has_second_signer=False)
    assert refusal(told, faster) == refusal(chart(*RUNNING), change_too)


@pytest.mark.parametrize(
    ("way", "asked"),
    [(ev.Departure.AGAINST_ADVICE, "what the patient said"), (ev.Departure.WITHOUT_ESCORT, "gets home")],
)
def test_whoever_leaves_another_way_leaves_with_words_about_it(way: ev.Departure, asked: str) -> None:
    silent = replace(LEAVE, way=way, told=" ", exception="seen by me", signed_by_prescriber=True)
    assert asked in refusal(chart(*READY_TO_LEAVE), silent, minute(100))[1]
    (left,) = decide(chart(*READY_TO_LEAVE), replace(silent, told="wife drives; Dr Ono told"), minute(100))
    assert isinstance(left, ev.Discharged)
    assert (left.way, left.told) == (way, "wife drives; Dr Ono told")


def test_a_cap_is_held_in_milligrams_and_not_in_millilitres() -> None:
    """25 mg/h at 2 mg/mL is 12.5 mL/h: 13 mL/h is over it, although 13 is fewer than 25."""
    strong = replace(CAPPED, concentration_mg_per_ml=Decimal(2), volume_ml=Decimal(50), rate_ml_per_h=Decimal("12.5"))
    running = chart(*RUNNING, plan=strong)
    assert decide(running, change("12.5", read_by_two=True))
    assert "26 mg/h is over the order's cap of 25 mg/h" in refusal(running, change("13", read_by_two=True))[1]


def test_a_rate_a_little_over_a_limit_does_not_read_as_the_limit() -> None:
    """*1.50 mg/kg/h, over 1.5* reads as a rule that is not kept."""
    over = f"{PLAN.dose_weight_kg * Decimal('1.503'):.1f}"
    _, words = refusal(
        chart(*RUNNING),
        deciding.ChangeRate(rate_ml_per_h=Decimal(over), reason="as asked for", has_second_signer=False),
    )
    assert "is 1.5028 mg/kg/h, over 1.5:" in words
