"""Whether a patient may leave: every discharge criterion, with what it read; a prescriber may sign an exception."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import DischargeRule, Knowledge, Priority
from sereniv.therapy.monitoring.charted import standing_signs
from sereniv.therapy.recording.time_words import clock_words, length
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart, chart_of
from sereniv.therapy.session.events import (
    AlertKind,
    DrugReconciled,
    Observation,
    ObservationCharted,
    RecoveryScored,
    SessionOpened,
    ValueConfirmedInSession,
    VitalsCharted,
)
from sereniv.therapy.session.sedated import sedated_at

TELLING = (VitalsCharted, ValueConfirmedInSession, ObservationCharted, RecoveryScored, DrugReconciled)
"""Entries after which a discharge line may stand otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeLine:
    """One discharge criterion: True, False, or None where nothing says."""

    title: str
    holds: bool | None
    why: str
    since: datetime | None = None
    """Since when it has held, where that was asked for."""


def discharge_lines(chart: SessionChart, now: datetime, knowledge: Knowledge) -> tuple[DischargeLine, ...]:
    """Judge every discharge criterion from the last recovery grid, the charted pressures and the time."""
    rule = knowledge.discharge
    lines = _scored_lines(_last_grid(chart), rule, _dissociation_before(chart))
    signs = _signs(chart, knowledge)
    return (*_stayed(chart, now, knowledge), _pressure(chart, rule, now), *lines, signs, _reconciled(chart))


def recovery_grid(chart: SessionChart, now: datetime, knowledge: Knowledge) -> tuple[DischargeLine, ...]:
    """Return the discharge lines with since when each has held without a break; the clock's lines by the clock."""
    lines = discharge_lines(chart, now, knowledge)
    if chart.stopped_at is None:
        return lines
    counted = [each for each in _told_by(now, chart).entries if isinstance(each.event, TELLING)]
    moments = sorted({each.at for each in counted if each.at >= chart.stopped_at})
    past = [
        {line.title: line.holds for line in discharge_lines(_told_by(moment, chart), moment, knowledge)}
        for moment in moments
    ]
    left = chart.stopped_at + minimum_stay(chart, knowledge.discharge)
    clock = {lines[0].title: left, _extra_title(knowledge): may_leave_from(chart, knowledge)}
    return tuple(
        replace(line, since=clock.get(line.title) or _since(line.title, moments, past)) if line.holds else line
        for line in lines
    )


def _told_by(moment: datetime, chart: SessionChart) -> SessionChart:
    """Return the chart of what counts and had happened by then; its opening, whenever it is dated, says whose it is."""
    return chart_of(
        each
        for each in chart.entries
        if isinstance(each.event, SessionOpened) or (each.stream_seq not in chart.struck and each.at <= moment)
    )


def _since(title: str, moments: list[datetime], past: list[dict[str, bool | None]]) -> datetime | None:
    since = None
    for moment, told in zip(moments, past, strict=True):
        if not told.get(title):
            since = None
        elif since is None:
            since = moment
    return since


def eventful(chart: SessionChart) -> tuple[str, ...]:
    """Say what made an infusion eventful: a prompt about the patient, a medicine, a call for help; empty for none."""
    prompts = [
        alert.raised.event.title
        for alert in chart.alerts.values()
        if alert.withdrawn is None
        and alert.raised.event.kind is AlertKind.PHYSIOLOGICAL
        and alert.raised.event.priority is not Priority.LOW
    ]
    given = [each.event.medicine for each in chart.medicines]
    opened = ("an emergency",) if chart.emergencies.opened else ()
    return (*prompts, *given, *(("help called",) if chart.help_called else ()), *opened)


def minimum_stay(chart: SessionChart, rule: DischargeRule) -> timedelta:
    """Return how long a patient stays at least after the end, before anything prolongs it."""
    longer = chart.plan.asks_close_watch or eventful(chart)
    return timedelta(minutes=rule.minimum_min_first if longer else rule.minimum_min_later)


def may_leave_from(chart: SessionChart, knowledge: Knowledge) -> datetime | None:
    """Return the earliest moment the clock alone lets a patient leave, None while the pump is not stopped.

    After a sedative or reversal agent it is the later of the ordinary minimum and the medicine itself, each
    prolonged by the row `sedated_stay`; several medicines prolong from the last of them, never twice.
    """
    if chart.stopped_at is None:
        return None
    ordinary = chart.stopped_at + minimum_stay(chart, knowledge.discharge)
    given = sedated_at(chart, knowledge.sedated_stay)
    if given is None:
        return ordinary
    return max(ordinary, given) + timedelta(minutes=knowledge.sedated_stay.extra_min)


def _last_grid(chart: SessionChart) -> RecoveryScored | None:
    """Return the newest recovery grid since the end; one scored while the pump still ran says nothing of recovery."""
    since = [each for each in chart.recoveries if chart.stopped_at is not None and each.at >= chart.stopped_at]
    return max(since, key=lambda each: (each.at, each.stream_seq)).event if since else None


def _dissociation_before(chart: SessionChart) -> int | None:
    """Return the last grade of dissociation charted before the start: some people come with one."""
    before = [
        each
        for each in chart.observations
        if each.event.observation is Observation.DISSOCIATION
        and chart.started_at is not None
        and each.at <= chart.started_at
    ]
    return max(before, key=lambda each: (each.at, each.stream_seq)).event.grade if before else None


def _extra_title(knowledge: Knowledge) -> str:
    return f"{knowledge.sedated_stay.extra_min} minutes more after a sedative or reversal agent"


def _stayed(chart: SessionChart, now: datetime, knowledge: Knowledge) -> tuple[DischargeLine, ...]:
    minimum = minimum_stay(chart, knowledge.discharge)
    title = f"{minimum // timedelta(minutes=1)} minutes since the end of the infusion"
    extra = _extra_title(knowledge)
    given = sedated_at(chart, knowledge.sedated_stay)
    if chart.stopped_at is None:
        not_yet = DischargeLine(title=title, holds=None, why="The pump is not charted as stopped.")
        return (not_yet,) if given is None else (not_yet, replace(not_yet, title=extra))
    stayed = now - chart.stopped_at
    words = f"{length(stayed)} since {clock_words(chart.stopped_at, now.date())}."
    if reasons := eventful(chart):
        words += f" Not uneventful: {', '.join(reasons)}."
    line = DischargeLine(title=title, holds=stayed >= minimum, why=words)
    until = may_leave_from(chart, knowledge)
    if given is None or until is None:
        return (line,)
    why = f"Given at {clock_words(given, now.date())}; until {clock_words(until, now.date())}."
    return (line, DischargeLine(title=extra, holds=now >= until, why=why))


def _pressure(chart: SessionChart, rule: DischargeRule, now: datetime) -> DischargeLine:
    up_to = rule.pressure_or_up_to
    limit = f"{up_to['systolic']}/{up_to['diastolic']} mmHg"
    title = f"Pressure within {rule.pressure_within} mmHg of baseline, or up to {limit}"
    charted = [
        each for each in chart.usable_vitals() if each.event.systolic is not None and each.event.diastolic is not None
    ]
    after = [each for each in charted if chart.stopped_at is not None and each.at > chart.stopped_at]
    if not after:
        return DischargeLine(title=title, holds=None, why="No pressure charted since the end.")
    last = _pair(after[-1].event.systolic, after[-1].event.diastolic)
    within = last[0] <= up_to["systolic"] and last[1] <= up_to["diastolic"]
    before = [each for each in charted if chart.started_at is not None and each.at <= chart.started_at]
    words = f"{last[0]}/{last[1]} at {clock_words(after[-1].at, now.date())}."
    if before:
        baseline = _pair(before[-1].event.systolic, before[-1].event.diastolic)
        within = within or all(abs(a - b) <= rule.pressure_within for a, b in zip(last, baseline, strict=True))
        words += f" Baseline {baseline[0]}/{baseline[1]}."
    return DischargeLine(title=title, holds=within, why=words)


def _signs(chart: SessionChart, knowledge: Knowledge) -> DischargeLine:
    """Judge what was charted since: a grid scored before a red flag says nothing of it."""
    standing = standing_signs(chart, knowledge)
    why = f"{'; '.join(standing)}. Look again and chart what you find." if standing else "None is charted."
    return DischargeLine(title="No red flag, and no value past the clinic's card", holds=not standing, why=why)


def _pair(systolic: Decimal | None, diastolic: Decimal | None) -> tuple[Decimal, Decimal]:
    if systolic is None or diastolic is None:
        raise ValueError("A pressure needs both values.")
    return systolic, diastolic


def _scored_lines(
    scored: RecoveryScored | None, rule: DischargeRule, dissociation_before: int | None
) -> tuple[DischargeLine, ...]:
    titles = (
        f"Aldrete {rule.aldrete_from} or more, and no item scored 0",
        f"Alertness MOAA/S {rule.moaas}",
        "Oriented as before",
        "Dissociation gone, or as before the start",
        "Walks unaided",
        f"Nausea {rule.nausea_up_to} or less",
        "Suicidal thoughts asked again, not worse",
        "IV out",
        "Escort present and named",
    )
    if scored is None:
        return tuple(DischargeLine(title=title, holds=None, why="Not recorded yet.") for title in titles)
    judged = zip(titles, _judged(scored, rule, dissociation_before), strict=True)
    return tuple(DischargeLine(title=title, holds=holds, why=why) for title, (holds, why) in judged)


def _judged(
    scored: RecoveryScored, rule: DischargeRule, dissociation_before: int | None
) -> tuple[tuple[bool, str], ...]:
    items = (scored.activity, scored.respiration, scored.circulation, scored.consciousness, scored.oxygen)
    asked = scored.suicidality_asked_not_worse
    up_to = max(rule.dissociation_up_to, dissociation_before or 0)
    before = "" if dissociation_before is None else f" Before the start {dissociation_before}."
    return (
        (scored.aldrete >= rule.aldrete_from and min(items) > 0, f"Aldrete {scored.aldrete}."),
        (scored.moaas >= rule.moaas, f"MOAA/S {scored.moaas}."),
        (scored.oriented, "Oriented." if scored.oriented else "Not oriented."),
        (scored.dissociation <= up_to, f"Grade {scored.dissociation}.{before}"),
        (scored.walks_unaided, "Walks." if scored.walks_unaided else "Does not walk unaided."),
        (scored.nausea <= rule.nausea_up_to, f"Grade {scored.nausea}."),
        (asked, "Asked, not worse." if asked else "Not asked, or worse."),
        (scored.iv_removed, "Out." if scored.iv_removed else "Still in."),
        (bool(scored.escort_present.strip()), scored.escort_present or "No escort named."),
    )


def _reconciled(chart: SessionChart) -> DischargeLine:
    done = None if chart.is_unaccounted else chart.reconciled
    why = (
        f"{plain(done.event.given_mg)} mg given, {plain(done.event.wasted_mg)} mg wasted."
        if done
        else "Drug not accounted for yet."
    )
    return DischargeLine(title="Drug accounted for, with a witness", holds=bool(done) or None, why=why)
