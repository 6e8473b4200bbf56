"""Whether something may happen: commands in, events out, or a refusal with its reason. Facts never come here."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from sereniv.knowledge.rows import Knowledge, Limit
from sereniv.therapy.chair.gate_facts import LineFinding
from sereniv.therapy.chair.recovery import DischargeLine, discharge_lines
from sereniv.therapy.chair.still_open import demand_nothing_urgent
from sereniv.therapy.monitoring.charted import standing_signs
from sereniv.therapy.recording.reasons import is_reason, says_something
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase, SessionChart
from sereniv.therapy.treatment.order_limits import Severity, limits_for, severity_of
from sereniv.units import MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class PassGate:
    """Let the session through the gate."""

    lines: tuple[LineFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInfusion:
    """Start at the rate read back from the pump's screen."""

    rate_ml_per_h: Decimal
    lines: tuple[LineFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRate:
    """Set another rate, with a reason.

    Above the order a second person has read the pump too; beyond a hard limit or the order's cap a second signer
    has judged it.
    """

    rate_ml_per_h: Decimal
    reason: str
    has_second_signer: bool
    was_read_by_two: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeInfusion:
    """Let the paused pump run again; at another rate than before with a reason, like any change of rate."""

    rate_ml_per_h: Decimal
    has_second_signer: bool
    reason: str = ""
    was_read_by_two: bool = False
    learned: tuple[str, ...] = ()
    """What was recorded about the person since the start that would have held it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """Let the patient go, or sign the exception as a prescriber; against advice nobody lets them, and it is charted."""

    handed_to: str
    identity_checked: bool
    advice_given: bool
    exception: str
    signed_by_prescriber: bool
    way: ev.Departure = ev.Departure.AS_PLANNED
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignNote:
    """Sign the note of a finished session."""

    text: str
    note_sha256: str
    head_seq: int
    head_hash: str


Command = PassGate | StartInfusion | ChangeRate | ResumeInfusion | Discharge | SignNote


def decide(chart: SessionChart, command: Command, now: datetime, knowledge: Knowledge) -> tuple[ev.SessionEvent, ...]:
    """Return what a command makes happen.

    Raises
    ------
    Refused
        When the chart does not allow it; the reason is shown to the user as it is.
    """
    match command:
        case PassGate(lines=lines):
            _demand(chart.phase is Phase.PREPARING, "gate", f"The gate is behind this session: it is {chart.phase}.")
            _demand_lines(lines)
            return (ev.GatePassed(),)
        case StartInfusion(rate_ml_per_h=rate, lines=lines):
            return _start(chart, rate, lines, knowledge)
        case ChangeRate(rate_ml_per_h=rate, reason=reason):
            demand_running(chart)
            _demand(says_something(reason), "rate", "Say why the rate changes, in a word at least: nausea, pressure.")
            _demand_rate_allowed(chart, command, knowledge)
            return (ev.RateChanged(rate_ml_per_h=rate, reason=reason),)
        case ResumeInfusion():
            return _resume(chart, command, knowledge)
        case Discharge():
            return _discharge(chart, command, now, knowledge)
        case SignNote(text=text, note_sha256=digest, head_seq=seq, head_hash=head):
            _demand(chart.signed is None, "note", "This note is already signed and locked.")
            over = chart.phase in {Phase.DISCHARGED, Phase.CLOSED_UNUSED}
            _demand(over, "note", "The note is signed after discharge, or however else the session ended.")
            _demand(
                not chart.is_unaccounted,
                "custody",
                "Account for the drug that was drawn, with a witness, before signing.",
            )
            return (ev.NoteSigned(text=text, note_sha256=digest, head_seq=seq, head_hash=head),)
        case _:
            assert_never(command)


def _start(
    chart: SessionChart, rate: Decimal, lines: tuple[LineFinding, ...], knowledge: Knowledge
) -> tuple[ev.SessionEvent, ...]:
    _demand(chart.phase not in RUNNING, "start", "This infusion is already running: it cannot start twice.")
    _demand(chart.phase is not Phase.PREPARING, "start", "The gate is not passed yet.")
    _demand(chart.phase is Phase.READY, "start", f"This infusion is over: the session is {chart.phase}.")
    demand_nothing_urgent(chart)
    _demand_lines(lines)
    ordered = chart.plan.rate_ml_per_h
    _demand(
        abs(rate - ordered) <= ordered * knowledge.read_back.tolerance_fraction,
        "read-back",
        f"The pump shows {plain(rate)} mL/h; the order is {plain(ordered)} mL/h. "
        "Set the pump to the order and read it again.",
    )
    return (ev.InfusionStarted(rate_ml_per_h=rate),)


def _resume(chart: SessionChart, command: ResumeInfusion, knowledge: Knowledge) -> tuple[ev.SessionEvent, ...]:
    demand_resumable(chart)
    rate = command.rate_ml_per_h
    before = rate_before_pause(chart)
    another = before is not None and abs(rate - before) > before * knowledge.read_back.tolerance_fraction
    _demand(
        not another or says_something(command.reason),
        "rate",
        f"It ran at {plain(before or rate)} mL/h before the pause; the pump now shows {plain(rate)} mL/h. "
        "Say why the rate changes, or set the pump back and read it again.",
    )
    _demand_rate_allowed(chart, command, knowledge)
    asked = asked_before_resuming(chart, command.learned, knowledge)
    _demand(not asked or says_something(command.reason), "signs", asked)
    news: list[ev.SessionEvent] = [ev.InfusionResumed(rate_ml_per_h=rate)]
    if another:
        news.append(ev.RateChanged(rate_ml_per_h=rate, reason=command.reason))
    if asked:
        standing = "; ".join((*standing_signs(chart, knowledge), *command.learned))
        news.append(ev.RemarkCharted(text=f"Runs again while this stands: {standing}. {command.reason}"))
    return tuple(news)


def demand_running(chart: SessionChart) -> None:
    """Raise Refused unless the pump is charted as running: only then is its rate changed."""
    _demand(chart.phase is Phase.INFUSING, "rate", f"The pump is not charted as running: {chart.phase}.")


def demand_resumable(chart: SessionChart) -> None:
    """Raise Refused unless the pump is paused and nothing urgent stands at the chair."""
    _demand(chart.phase is Phase.PAUSED, "resume", f"The infusion is not paused: {chart.phase}.")
    demand_nothing_urgent(chart)


def demand_recovering(chart: SessionChart) -> None:
    """Raise Refused unless the patient is in recovery: before it nobody is discharged, and after it not again."""
    _demand(chart.phase not in FINISHED, "discharge", "This patient is already discharged.")
    _demand(chart.phase is Phase.RECOVERY, "discharge", f"Discharge follows recovery; the session is {chart.phase}.")


def asked_before_resuming(chart: SessionChart, learned: tuple[str, ...], knowledge: Knowledge) -> str:
    """Say what stands over which the pump runs again only with a reason in words; "" where nothing does."""
    standing = "; ".join((*standing_signs(chart, knowledge), *learned))
    if not standing:
        return ""
    return f"Charted and not over: {standing}. Look again and chart it, or write why it runs again all the same."


def rate_before_pause(chart: SessionChart) -> Decimal | None:
    """Return the rate in mL/h at which the pump last ran, None before the start."""
    return next((step.rate_ml_per_h for step in reversed(chart.rates) if step.rate_ml_per_h > 0), None)


def _demand_lines(lines: tuple[LineFinding, ...]) -> None:
    open_lines = [line for line in lines if not line.lets_pass]
    _demand(
        not open_lines, "gate", "Not yet: " + "; ".join(f"{line.row.title} ({line.state})" for line in open_lines) + "."
    )


def _demand_rate_allowed(chart: SessionChart, command: ChangeRate | ResumeInfusion, knowledge: Knowledge) -> None:
    rate, second_signer = command.rate_ml_per_h, command.has_second_signer
    _demand(rate > 0, "rate", "A rate is greater than zero. To stop, chart that you have stopped the pump.")
    plan = chart.plan
    per_kg_h = rate * plan.concentration_mg_per_ml / plan.dose_weight_kg
    words = f"{plain(rate)} mL/h is {plain(per_kg_h)} mg/kg/h"
    limits = limits_for(plan.kind, knowledge)
    for limit in (each for each in limits if each.quantity == "mg_per_kg_per_h"):
        severity = severity_of(limit, per_kg_h)
        _demand(
            severity is not Severity.ABSOLUTE,
            limit.id,
            f"{words}, over {limit.absolute_above}: cannot be set. "
            "If the pump runs at it, correct the pump and chart it under Pump discrepancy.",
        )
        needs_second = severity is Severity.HARD and not second_signer
        _demand(not needs_second, limit.id, f"{words}, over {limit.hard_above}: two people sign, one a prescriber.")
    _demand_within_cap(plan, rate, second_signer, limits)
    shortest = next((each.absolute_below for each in limits if each.quantity == "duration_min"), None)
    minutes = plan.volume_ml * MINUTES_PER_HOUR / rate
    _demand(
        shortest is None or minutes >= shortest or rate <= plan.rate_ml_per_h,
        "duration_min",
        f"At {plain(rate)} mL/h the whole dose would run in {minutes:.0f} minutes; {shortest} is the least.",
    )
    ordered = plan.rate_ml_per_h
    _demand(
        second_signer or command.was_read_by_two or rate <= ordered * (1 + knowledge.read_back.tolerance_fraction),
        knowledge.read_back.id,
        f"{plain(rate)} mL/h is over the {plain(ordered)} mL/h ordered: "
        "a second person reads the pump's screen and signs.",
    )


def _demand_within_cap(plan: ev.SessionPlan, rate: Decimal, second_signer: bool, limits: tuple[Limit, ...]) -> None:
    """Hold a rate against the order's own cap, as the order was held against it."""
    if plan.cap_mg_per_h is None:
        return
    over = max(rate * plan.concentration_mg_per_ml - plan.cap_mg_per_h, Decimal(0))
    for limit in (each for each in limits if each.quantity == "over_cap_mg_per_h"):
        runs = plain(rate * plan.concentration_mg_per_ml)
        words = f"{runs} mg/h is over the order's cap of {plain(plan.cap_mg_per_h)} mg/h"
        severity = severity_of(limit, over)
        _demand(severity is not Severity.ABSOLUTE, limit.id, f"{words}: cannot be set.")
        needs_second = severity is Severity.HARD and not second_signer
        _demand(not needs_second, limit.id, f"{words}: two people sign, one a prescriber.")


def _discharge(
    chart: SessionChart, command: Discharge, now: datetime, knowledge: Knowledge
) -> tuple[ev.SessionEvent, ...]:
    demand_recovering(chart)
    if command.way is not ev.Departure.AGAINST_ADVICE:
        demand_nothing_urgent(chart)
    lines = discharge_lines(chart, now, knowledge)
    open_lines = [line for line in lines if not line.holds]
    signed_exception = command.signed_by_prescriber and is_reason(command.exception)
    match command.way:
        case ev.Departure.AGAINST_ADVICE:
            return (_against_advice(command, open_lines),)
        case ev.Departure.WITHOUT_ESCORT:
            _demand_without_escort(command, signed_exception)
        case ev.Departure.AS_PLANNED:
            _demand_handed_over(command)
        case _:
            assert_never(command.way)
    _demand(command.advice_given, "discharge", "Give the written advice (no driving until the next day) first.")
    _demand(
        not open_lines or signed_exception,
        "discharge",
        "Not yet: "
        + "; ".join(f"{line.title} ({line.why})" for line in open_lines)
        + " A prescriber may sign the exception with a reason.",
    )
    is_exception = bool(open_lines) or command.way is ev.Departure.WITHOUT_ESCORT
    exception = command.exception if is_exception else ""
    return (
        ev.Discharged(
            handed_to=command.handed_to,
            advice_given=command.advice_given,
            exception=exception,
            not_holding=_named(open_lines),
            identity_checked=command.identity_checked,
            way=command.way,
            told=command.told.strip(),
        ),
    )


def _demand_handed_over(command: Discharge) -> None:
    _demand(bool(command.handed_to.strip()), "discharge", "Name the adult the patient leaves with.")
    _demand(
        command.identity_checked,
        "discharge",
        f"Check who {command.handed_to} is: a name asked for, and matched with what the patient said.",
    )


def _demand_without_escort(command: Discharge, signed_exception: bool) -> None:
    _demand(
        bool(command.told.strip()),
        "discharge",
        "Write how the patient gets home, what was explained, and which prescriber was told.",
    )
    _demand(signed_exception, "discharge", "A prescriber signs, with a reason, that somebody leaves without an escort.")


def _against_advice(command: Discharge, open_lines: list[DischargeLine]) -> ev.Discharged:
    """Chart that somebody left whom nobody let go: a fact, whatever does not hold; the words are asked for."""
    _demand(
        bool(command.told.strip()),
        "discharge",
        "Write what was explained, what the patient said, and which prescriber was told.",
    )
    return ev.Discharged(
        handed_to=command.handed_to,
        advice_given=command.advice_given,
        not_holding=_named(open_lines),
        identity_checked=command.identity_checked,
        way=command.way,
        told=command.told.strip(),
    )


def _named(open_lines: list[DischargeLine]) -> tuple[str, ...]:
    return tuple(f"{line.title}: {line.why}" for line in open_lines)


def _demand(condition: bool, rule: str, reason: str) -> None:
    if not condition:
        raise Refused(rule, reason)
