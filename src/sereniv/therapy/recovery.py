"""Whether a patient may leave: every discharge criterion, with what it read; a prescriber may sign an exception."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import DischargeRule
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import RecoveryScored
from sereniv.therapy.values import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeLine:
    """One discharge criterion: True, False, or None where nothing says."""

    title: str
    holds: bool | None
    why: str


def discharge_lines(chart: SessionChart, now: datetime, rule: DischargeRule) -> tuple[DischargeLine, ...]:
    """Judge every discharge criterion from the last recovery grid, the charted pressures and the time."""
    lines = _scored_lines(_last_grid(chart), rule)
    return (_stayed(chart, now, rule), _pressure(chart, rule), *lines, _reconciled(chart))


def _last_grid(chart: SessionChart) -> RecoveryScored | None:
    """Return the newest recovery grid since the end; one scored while the pump still ran says nothing of recovery."""
    since = [each for each in chart.recoveries if chart.stopped_at is not None and each.at >= chart.stopped_at]
    return max(since, key=lambda each: (each.at, each.stream_seq)).event if since else None


def _stayed(chart: SessionChart, now: datetime, rule: DischargeRule) -> DischargeLine:
    minimum = rule.minimum_min_first if chart.plan.asks_close_watch else rule.minimum_min_later
    title = f"{minimum} minutes since the end of the infusion"
    if chart.stopped_at is None:
        return DischargeLine(title=title, holds=None, why="The pump is not charted as stopped.")
    stayed = now - chart.stopped_at
    words = f"{stayed // timedelta(minutes=1)} minutes since {chart.stopped_at:%H:%M}."
    return DischargeLine(title=title, holds=stayed >= timedelta(minutes=minimum), why=words)


def _pressure(chart: SessionChart, rule: DischargeRule) -> DischargeLine:
    up_to = rule.pressure_or_up_to
    title = (
        f"Pressure within {rule.pressure_within} of baseline, or up to {up_to['systolic']}/{up_to['diastolic']} mmHg"
    )
    charted = [
        each for each in chart.usable_vitals() if each.event.systolic is not None and each.event.diastolic is not None
    ]
    after = [each for each in charted if chart.stopped_at is not None and each.at > chart.stopped_at]
    if not after:
        return DischargeLine(title=title, holds=None, why="No pressure charted since the end.")
    last = _pair(after[-1].event.systolic, after[-1].event.diastolic)
    within = last[0] <= up_to["systolic"] and last[1] <= up_to["diastolic"]
    before = [each for each in charted if chart.started_at is not None and each.at <= chart.started_at]
    words = f"{last[0]}/{last[1]} at {after[-1].at:%H:%M}."
    if before:
        baseline = _pair(before[-1].event.systolic, before[-1].event.diastolic)
        within = within or all(abs(a - b) <= rule.pressure_within for a, b in zip(last, baseline, strict=True))
        words += f" Baseline {baseline[0]}/{baseline[1]}."
    return DischargeLine(title=title, holds=within, why=words)


def _pair(systolic: Decimal | None, diastolic: Decimal | None) -> tuple[Decimal, Decimal]:
    if systolic is None or diastolic is None:
        raise ValueError("A pressure needs both values.")
    return systolic, diastolic


def _scored_lines(scored: RecoveryScored | None, rule: DischargeRule) -> tuple[DischargeLine, ...]:
    titles = (
        f"Aldrete {rule.aldrete_from} or more, no item 0",
        f"Alertness MOAA/S {rule.moaas}",
        "Oriented as before",
        "Dissociation gone",
        "Walks unaided",
        f"Nausea {rule.nausea_up_to} or less",
        "Suicidal thoughts asked again, not worse",
        "IV out",
        "Escort present and named",
    )
    if scored is None:
        return tuple(DischargeLine(title=title, holds=None, why="Recovery not scored yet.") for title in titles)
    judged = zip(titles, _judged(scored, rule), strict=True)
    return tuple(DischargeLine(title=title, holds=holds, why=why) for title, (holds, why) in judged)


def _judged(scored: RecoveryScored, rule: DischargeRule) -> tuple[tuple[bool, str], ...]:
    items = (scored.activity, scored.respiration, scored.circulation, scored.consciousness, scored.oxygen)
    asked = scored.suicidality_asked_not_worse
    return (
        (scored.aldrete >= rule.aldrete_from and min(items) > 0, f"Aldrete {scored.aldrete}."),
        (scored.moaas >= rule.moaas, f"MOAA/S {scored.moaas}."),
        (scored.oriented, "Oriented." if scored.oriented else "Not oriented."),
        (scored.dissociation <= rule.dissociation_up_to, f"Grade {scored.dissociation}."),
        (scored.walks_unaided, "Walks." if scored.walks_unaided else "Does not walk unaided."),
        (scored.nausea <= rule.nausea_up_to, f"Grade {scored.nausea}."),
        (asked, "Asked, not worse." if asked else "Not asked, or worse."),
        (scored.iv_removed, "Out." if scored.iv_removed else "Still in."),
        (bool(scored.escort_present.strip()), scored.escort_present or "No escort named."),
    )


def _reconciled(chart: SessionChart) -> DischargeLine:
    done = chart.reconciled
    why = (
        f"{plain(done.event.given_mg)} mg given, {plain(done.event.wasted_mg)} mg wasted."
        if done
        else "Drug not accounted for yet."
    )
    return DischargeLine(title="Drug accounted for, with a witness", holds=bool(done) or None, why=why)
