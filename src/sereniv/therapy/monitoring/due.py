"""When vital signs and the grade of dissociation are due, and when they are late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge, ObservationSchedule, Priority, ProtocolKind, Schedule
from sereniv.therapy.monitoring.alert_limits import VITAL_FIELDS
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.session.chart import FINISHED, SessionChart
from sereniv.therapy.session.events import AlertKind, Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When the next full set of vital signs, or reading of the pump, is due, and the interval it follows."""

    at: datetime
    every_min: int


def schedule_of(chart: SessionChart, knowledge: Knowledge) -> Schedule:
    """Return how often vital signs are due in a session: a long pain infusion has a schedule of its own."""
    long = knowledge.pain_schedule.first_phase_min
    plan = chart.opened.event.plan if chart.opened else None
    is_long_pain = plan is not None and plan.kind is ProtocolKind.PAIN and plan.duration_min > long
    return knowledge.pain_schedule if is_long_pain else knowledge.schedule


def next_vitals_due(chart: SessionChart, now: datetime, schedule: Schedule) -> Due | None:
    """Return when vital signs are due next, None when the session asks for none.

    Every five minutes throughout at a first infusion and for whoever is watched closely; otherwise five for the
    first ten minutes, then ten; fifteen after the end (row `schedule`). One set is due at the end itself, or when
    it was due before: a pump that is stopped makes nothing late any earlier or later.
    """
    if chart.phase in FINISHED or chart.started_at is None or chart.started_at > now:
        return None
    last = max(chart.started_at, last_full_set_at(chart) or chart.started_at)
    if chart.stopped_at is not None and last >= chart.stopped_at:
        every = schedule.after_end_every_min
        return Due(at=last + timedelta(minutes=every), every_min=every)
    every = _interval_min(chart, last - chart.started_at, schedule)
    at = last + timedelta(minutes=every)
    if chart.stopped_at is not None and chart.stopped_at <= at:
        return Due(at=chart.stopped_at, every_min=schedule.after_end_every_min)
    return Due(at=at, every_min=every)


def last_full_set_at(chart: SessionChart) -> datetime | None:
    """Return since when every vital sign is charted: the oldest among the newest of each, None if one is absent."""
    newest: dict[str, datetime] = {}
    for each in chart.usable_vitals():
        newest |= {name: each.at for name in VITAL_FIELDS if getattr(each.event, name) is not None}
    return min(newest.values()) if len(newest) == len(VITAL_FIELDS) else None


def _interval_min(chart: SessionChart, last_set_after: timedelta, schedule: Schedule) -> int:
    """Return the interval that follows a full set: the set due at ten minutes is still one of the first phase."""
    if chart.plan.asks_close_watch or chart.plan.watched_for:
        return schedule.close_watch_every_min
    in_first = last_set_after < timedelta(minutes=schedule.first_phase_min)
    return schedule.first_phase_every_min if in_first else schedule.then_every_min


def vitals_overdue(chart: SessionChart, now: datetime, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for vital signs that are late; more loudly the later they are."""
    schedule = schedule_of(chart, knowledge)
    due = next_vitals_due(chart, now, schedule)
    if due is None or now - due.at < timedelta(minutes=schedule.late_after_min):
        return
    late = now - due.at >= timedelta(minutes=schedule.escalate_after_min)
    yield Condition(
        alert="vitals-overdue" if not late else "vitals-overdue-escalated",
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM if late else Priority.LOW,
        title="Vital signs overdue",
        message=f"A full set was due at {clock_words(due.at, now.date())} (every {due.every_min} minutes). "
        "Chart what you see.",
        rule=f"{schedule.id} v{schedule.version}",
        read={"due": f"{due.at:%H:%M:%S}"},
        latching=False,
        repeat_within_min=knowledge.acknowledgement.again_after_min,
    )


def dissociation_due(chart: SessionChart, rule: ObservationSchedule) -> datetime | None:
    """Return when dissociation is to be graded next, None where it was, or where recovery asks for it anyway."""
    if chart.started_at is None or chart.phase in FINISHED:
        return None
    due = chart.started_at + timedelta(minutes=rule.dissociation_at_min)
    if chart.stopped_at is not None and chart.stopped_at < due:
        # Stopped before: what is due then is due at the end.
        due = chart.stopped_at
    early = due - timedelta(minutes=rule.early_min)
    graded = [each.at for each in chart.observations if each.event.observation is Observation.DISSOCIATION]
    graded += [each.at for each in chart.recoveries]
    return None if any(at >= early for at in graded) else due


def dissociation_overdue(chart: SessionChart, now: datetime, rule: ObservationSchedule) -> Iterable[Condition]:
    """Ask for a grade of dissociation that is late."""
    due = dissociation_due(chart, rule)
    if due is None or now - due < timedelta(minutes=rule.late_after_min):
        return
    yield Condition(
        alert="dissociation-overdue",
        kind=AlertKind.TECHNICAL,
        priority=Priority.LOW,
        title="Dissociation not graded yet",
        message=f"It was due at {clock_words(due, now.date())}. "
        "Ask how far away the patient feels, and chart it from 0 to 3.",
        rule=f"observations v{rule.version}",
        read={"due": f"{due:%H:%M:%S}"},
        latching=False,
    )
