"""What is due and what deserves a prompt, computed from the chart and the monitor's samples at a given time.

Physiological prompts read charted values that a person vouches for. The monitor's samples raise only
technical prompts (no reading) and requests to look, confirm and chart. A lost signal is never a number
and never silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import AlertRule, Knowledge, ObservationSchedule, Priority, ProtocolKind, Schedule
from sereniv.therapy.alert_limits import CHARTED_FIELDS, VITAL_FIELDS, charted_for, holds, inputs_for, values_of
from sereniv.therapy.pump_volume import volume_check
from sereniv.therapy.session.chart import FINISHED, Alert, Phase, SessionChart
from sereniv.therapy.session.events import AlertKind, Observation
from sereniv.therapy.values import plain

CUFF_SIGNALS = ("systolic", "diastolic", "mean_pressure")
"""Signals that come only when a cuff is inflated: their absence between readings is not a fault."""

NO_READING = "No reading: look at the patient"
NO_BREATHING = "No reading: check breathing"
NO_PRESSURE = "The cuff gave no pressure: look at the patient and measure again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value a monitor sent, or None where it sent that it has none."""

    id: int
    signal: str
    value: Decimal | None
    at: datetime


def reading_of(sent: Decimal | None) -> Decimal | None:
    """Return what a monitor's value says: nothing where it sent none, or 0, which is how many say the same."""
    return sent if sent is not None and sent > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that deserves a prompt now: computed, not yet raised.

    `read_at` is when the charted value it read was taken; a newer one asks again after an acknowledgement.
    """

    alert: str
    kind: AlertKind
    priority: Priority
    title: str
    message: str
    rule: str
    read: dict[str, str]
    read_at: datetime | None = None
    latching: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When the next full set of vital signs is due, and the interval it follows."""

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

    Every five minutes throughout at a first infusion; otherwise five for the first ten minutes, then
    ten; fifteen after the end (row `schedule`).
    """
    if chart.phase in FINISHED or chart.started_at is None or chart.started_at > now:
        return None
    last = max(chart.started_at, last_full_set_at(chart) or chart.started_at)
    if chart.stopped_at is not None and last < chart.stopped_at:
        # One set is due at the end itself; the next follow from it.
        return Due(at=chart.stopped_at, every_min=schedule.after_end_every_min)
    every = _interval_min(chart, last - chart.started_at, schedule)
    return Due(at=last + timedelta(minutes=every), every_min=every)


def last_full_set_at(chart: SessionChart) -> datetime | None:
    """Return since when every vital sign is charted: the oldest among the newest of each, None if one is absent."""
    newest: dict[str, datetime] = {}
    for each in chart.usable_vitals():
        newest |= {name: each.at for name in VITAL_FIELDS if getattr(each.event, name) is not None}
    return min(newest.values()) if len(newest) == len(VITAL_FIELDS) else None


def _interval_min(chart: SessionChart, last_set_after: timedelta, schedule: Schedule) -> int:
    """Return the interval that follows a full set: the set due at ten minutes is still one of the first phase."""
    if chart.phase is Phase.RECOVERY:
        return schedule.after_end_every_min
    if chart.plan.asks_close_watch:
        return schedule.close_watch_every_min
    in_first = last_set_after < timedelta(minutes=schedule.first_phase_min)
    return schedule.first_phase_every_min if in_first else schedule.then_every_min


def conditions(
    chart: SessionChart, samples: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> tuple[Condition, ...]:
    """Compute everything that deserves a prompt at `now`.

    Parameters
    ----------
    samples
        The monitor's samples of the last few declared intervals, any order.
    """
    if chart.opened is None or chart.phase in FINISHED:
        return ()
    return (
        *_physiological(chart, knowledge),
        *_questioned(chart, knowledge),
        *_overdue(chart, now, schedule_of(chart, knowledge)),
        *_dissociation_overdue(chart, now, knowledge.observations),
        *_volume_differs(chart, knowledge),
        *_missing_signals(chart, samples, now, knowledge),
        *_failed_cuff(chart, samples, now, knowledge),
        *_to_confirm(chart, samples, now, knowledge),
    )


def _physiological(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    for rule in knowledge.alerts.values():
        given = inputs_for(rule, chart)
        if given and holds(rule, given):
            shown = {name: str(given[name]) for name in rule.reads if name in given}
            found = _condition(rule, AlertKind.PHYSIOLOGICAL, rule.title, rule.message, shown)
            yield replace(found, read_at=_read_at(rule, chart))


def _questioned(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask about a charted value that no rule may read yet: what is implausible may also be what is most urgent."""
    waiting = {(entry, field) for entry, field, _ in chart.open_questions()}
    usable = chart.usable_vitals()
    for name in CHARTED_FIELDS:
        asked = [each for each in chart.vitals if (each.stream_seq, name) in waiting]
        newest = max(asked, key=lambda each: each.at, default=None)
        answered = [each.at for each in usable if getattr(each.event, name) is not None]
        if newest is None or (answered and max(answered) > newest.at):
            continue
        given = values_of(newest, [name])
        past = [rule.priority for rule in knowledge.alerts.values() if holds(rule, given)]
        yield Condition(
            alert=f"question-{name.replace('_', '-')}",
            kind=AlertKind.CONFIRM,
            priority=max(past, key=list(Priority).index, default=Priority.LOW),
            title=f"{knowledge.plausible[name].title} to be confirmed",
            message="Look at the patient and measure again; then confirm the value or strike it.",
            rule=f"plausibility v{knowledge.plausible[name].version}",
            read={name: f"{given[name]}, {newest.event.questions[name]}"},
            read_at=newest.at,
        )


def _read_at(rule: AlertRule, chart: SessionChart) -> datetime:
    if rule.reads[0] not in CHARTED_FIELDS:
        return max(each.at for each in chart.observations if each.event.observation == rule.reads[0])
    return max(each.at for each in charted_for(rule, chart))


def _overdue(chart: SessionChart, now: datetime, schedule: Schedule) -> Iterable[Condition]:
    due = next_vitals_due(chart, now, schedule)
    if due is None or now - due.at < timedelta(minutes=schedule.late_after_min):
        return
    late = now - due.at >= timedelta(minutes=schedule.escalate_after_min)
    yield Condition(
        alert="vitals-overdue" if not late else "vitals-overdue-escalated",
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM if late else Priority.LOW,
        title="Vital signs overdue",
        message=f"A full set was due at {due.at:%H:%M} (every {due.every_min} minutes). Chart what you see.",
        rule=f"{schedule.id} v{schedule.version}",
        read={"due": f"{due.at:%H:%M:%S}"},
        latching=False,
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


def _dissociation_overdue(chart: SessionChart, now: datetime, rule: ObservationSchedule) -> Iterable[Condition]:
    due = dissociation_due(chart, rule)
    if due is None or now - due < timedelta(minutes=rule.late_after_min):
        return
    yield Condition(
        alert="dissociation-overdue",
        kind=AlertKind.TECHNICAL,
        priority=Priority.LOW,
        title="Dissociation not graded yet",
        message=f"It was due at {due:%H:%M}. Ask how far away the patient feels, and chart it from 0 to 3.",
        rule=f"observations v{rule.version}",
        read={"due": f"{due:%H:%M:%S}"},
        latching=False,
    )


def _volume_differs(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask for a look at the pump where it shows another volume than the charted rates amount to."""
    found = volume_check(chart, knowledge.volume)
    if found is None or found.agrees:
        return
    yield Condition(
        alert="pump-volume-differs",
        kind=AlertKind.TECHNICAL,
        priority=Priority.MEDIUM,
        title="Pump and chart disagree on the volume",
        message="Look at the pump: its rate, its pauses, its bag. Chart what you find, or strike a misread volume.",
        rule=f"volume v{knowledge.volume.version}",
        read={"pump": f"{plain(found.read_ml)} mL", "charted_rates": f"{found.charted_ml:.1f} mL"},
        read_at=found.at,
        latching=False,
    )


def _missing_signals(
    chart: SessionChart, samples: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> Iterable[Condition]:
    if chart.monitor is None:
        return
    feed = chart.monitor.event
    allowed = timedelta(seconds=feed.interval_s * knowledge.feed.missing_after_intervals)
    for signal in feed.signals:
        if signal in CUFF_SIGNALS:
            continue
        own = [sample for sample in samples if sample.signal == signal and sample.at <= now]
        read = [sample.at for sample in own if sample.value is not None]
        since = max([chart.monitor.at, *read])
        newest = max(own, key=lambda sample: sample.at, default=None)
        if signal == "respiratory_rate" and newest is not None and newest.value is None:
            yield _technical(signal, NO_BREATHING, read, now, knowledge)
        elif now - since >= allowed:
            yield _technical(signal, NO_READING, read, now, knowledge)


def _failed_cuff(
    chart: SessionChart, samples: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> Iterable[Condition]:
    """Ask for another measurement where the newest of the cuff is no pressure; silence of a cuff is no fault."""
    if chart.monitor is None:
        return
    since = now - timedelta(minutes=knowledge.feed.cuff_fresh_min)
    own = [each for each in samples if each.signal in CUFF_SIGNALS and since < each.at <= now]
    newest = max((each.at for each in own), default=None)
    failed = [each for each in own if each.at == newest and each.value is None]
    if failed:
        yield Condition(
            alert="no-reading-pressure",
            kind=AlertKind.TECHNICAL,
            priority=Priority.LOW,
            title="Blood pressure: no reading",
            message=NO_PRESSURE,
            rule=f"feed v{knowledge.feed.version}",
            read={"cuff": f"{newest:%H:%M:%S}"},
            latching=False,
        )


def _technical(signal: str, message: str, read: Sequence[datetime], now: datetime, knowledge: Knowledge) -> Condition:
    last = f"{max(read):%H:%M:%S}" if read else f"none in the minutes before {now:%H:%M:%S}"
    return Condition(
        alert=f"no-reading-{signal.replace('_', '-')}",
        kind=AlertKind.TECHNICAL,
        priority=Priority.HIGH,
        title=f"{signal.replace('_', ' ').replace('spo2', 'saturation').capitalize()}: no reading",
        message=message,
        rule=f"feed v{knowledge.feed.version}",
        read={"last reading": last},
    )


def _to_confirm(
    chart: SessionChart, samples: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> Iterable[Condition]:
    if chart.monitor is None:
        return
    shown = fresh_numerics(chart, samples, now, knowledge)
    for rule in knowledge.alerts.values():
        read = {name: sample for name in rule.reads if (sample := _shown(name, shown)) is not None}
        given = {name: sample.value for name, sample in read.items() if sample.value is not None}
        if given and holds(rule, given):
            words = {sample.signal: f"{sample.value} on the monitor" for sample in read.values()}
            yield _condition(
                rule,
                AlertKind.CONFIRM,
                f"{rule.title} on the monitor",
                "Look at the patient, confirm, and chart.",
                words,
            )


def _shown(name: str, shown: dict[str, Sample]) -> Sample | None:
    """Return what the monitor shows for a vital sign; the oximeter's pulse where the ECG gives no heart rate."""
    return shown.get(name) or (shown.get("pulse_rate") if name == "heart_rate" else None)


def fresh_numerics(
    chart: SessionChart, samples: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> dict[str, Sample]:
    """Return the newest sample of each signal that still counts as now; a cuff reading keeps only its minutes.

    A signal whose newest sample is without a value, or too old, is absent: it is never carried forward.
    """
    if chart.monitor is None:
        return {}
    feed = chart.monitor.event
    found: dict[str, Sample] = {}
    for signal in feed.signals:
        own = [sample for sample in samples if sample.signal == signal and sample.at <= now]
        newest = max(own, key=lambda sample: sample.at, default=None)
        if (
            newest is not None
            and newest.value is not None
            and now - newest.at < _freshness(signal, feed.interval_s, knowledge)
        ):
            found[signal] = newest
    return found


def _freshness(signal: str, interval_s: int, knowledge: Knowledge) -> timedelta:
    if signal in CUFF_SIGNALS:
        return timedelta(minutes=knowledge.feed.cuff_fresh_min)
    return timedelta(seconds=interval_s * knowledge.feed.missing_after_intervals)


def _condition(rule: AlertRule, kind: AlertKind, title: str, message: str, read: dict[str, str]) -> Condition:
    confirm = kind is AlertKind.CONFIRM
    return Condition(
        alert=f"confirm-{rule.id}" if confirm else rule.id,
        kind=kind,
        priority=rule.priority,
        title=title,
        message=message,
        rule=f"{rule.code} v{rule.version}",
        read=read,
    )


def news(chart: SessionChart, found: Sequence[Condition]) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """Compare what holds with what was raised: conditions to raise, and raised alerts whose condition ended.

    A prompt that nobody has taken notice of stays latched and is not raised a second time.
    """
    holding = {condition.alert for condition in found}
    raise_now = tuple(condition for condition in found if _is_new(condition, chart.alerts.get(condition.alert)))
    ended = tuple(name for name, alert in chart.alerts.items() if alert.ended_at is None and name not in holding)
    return raise_now, ended


def _is_new(condition: Condition, before: Alert | None) -> bool:
    if before is None or before.presence == "off":
        return True
    seen = before.acknowledged
    return seen is not None and condition.read_at is not None and condition.read_at > seen.at


def escalated(chart: SessionChart, now: datetime, knowledge: Knowledge) -> dict[str, str]:
    """Say, for each prompt nobody has acknowledged in time, to whom it has escalated."""
    rule = knowledge.acknowledgement
    words = {}
    for alert in chart.open_alerts:
        waited = (now - alert.raised.at) // timedelta(seconds=1)
        if waited >= rule.second_role_after_s:
            words[alert.raised.event.alert] = "prescriber and charge nurse"
        elif waited >= rule.escalate_after_s:
            words[alert.raised.event.alert] = "charge nurse"
    return words
