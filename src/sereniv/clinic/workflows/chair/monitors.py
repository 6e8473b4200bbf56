"""A monitor at the chair: its samples are kept as they came, watched, and charted when a person vouches for them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.models import CLOSED_PHASES, OPEN_PHASES, Id, SampleRow, SessionRow
from sereniv.clinic.records.projections import project_session
from sereniv.clinic.workflows.chair import device_words, sent_late
from sereniv.clinic.workflows.chair.charting import When, chart_facts, moment_of
from sereniv.clinic.workflows.chair.device_clocks import AHEAD_ALLOWED
from sereniv.clinic.workflows.chair.device_words import sample_of
from sereniv.clinic.workflows.chair.learned import learned_of
from sereniv.clinic.workflows.chair.own_samples import hold_strange_again, samples_of
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy import monitoring
from sereniv.therapy.chair.learned import prompts
from sereniv.therapy.monitoring.alert_limits import VITAL_FIELDS
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import FINISHED, SessionChart

SIGNALS = ("heart_rate", "pulse_rate", "respiratory_rate", "spo2", "systolic", "diastolic", "mean_pressure")
WITHOUT_PAUSE = tuple(name for name in SIGNALS if name not in monitoring.CUFF_SIGNALS)
MOST_SAMPLES = 2000
LONGEST_INTERVAL_S = 600
NO_READING = "no-reading-"
TAKEN_OFF = "Monitor taken off on purpose"
CHARTED_FROM = {name: (name,) for name in VITAL_FIELDS} | {"heart_rate": ("heart_rate", "pulse_rate")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One value as a monitor sends it; None says that it has no reading."""

    signal: str
    value: Decimal | None
    at: datetime


def connect(session_id: Id, device: str, interval_s: int, signals: tuple[str, ...], now: datetime, key: str) -> None:
    """Record that a monitor began to send to a session, and how often.

    Raises
    ------
    Malformed
        When a signal is unknown or the interval is not 1 to 600 s.
    Refused
        When the session is not open.
    """
    unknown = set(signals) - set(SIGNALS)
    if unknown or not signals:
        raise Malformed(f"Signals are {', '.join(SIGNALS)}; not {', '.join(sorted(unknown)) or 'none'}.")
    if not 1 <= interval_s <= LONGEST_INTERVAL_S:
        raise Malformed(f"A monitor sends every 1 to {LONGEST_INTERVAL_S} seconds.")
    with chart_store.in_turn():
        chart = chart_store.session_chart_of(session_id)
        if chart.opened is None or chart.phase in FINISHED:
            raise Refused("monitor", "This session is not open.")
        event = ev.MonitorConnected(device=device, interval_s=interval_s, signals=signals)
        new = New(stream=chart_store.session_stream(session_id), event=event, at=now)
        chart_store.append([new], Writing(by=SYSTEM, now=now, key=key))
        project_session(session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one monitor sent to one session at once."""

    session_id: Id
    device: str
    incoming: Sequence[Incoming]


def receive(session_id: Id, device: str, incoming: Sequence[Incoming], now: datetime) -> None:
    """Keep what a monitor sent, exactly; a repeated message changes nothing.

    Raises
    ------
    Malformed
        When there are too many samples at once, or a signal is unknown.
    Refused
        When there is no such session, or it is finished: what comes now belongs to nobody's infusion.
    """
    (no,) = receive_all([Message(session_id=session_id, device=device, incoming=incoming)], now)
    if no is not None:
        raise no


def receive_all(messages: Sequence[Message], now: datetime) -> list[Malformed | Refused | None]:
    """Keep what many monitors sent, in one transaction, and say of each message why it was not kept, None where it was.

    What is refused of one message keeps no other back.
    """
    with transaction.atomic():
        phases = _phases({str(each.session_id) for each in messages})
        refusals = [_why_not(each, phases) for each in messages]
        rows = [
            SampleRow(
                session_id=message.session_id,
                device=message.device,
                signal=sample.signal,
                value=sample.value,
                at=sample.at,
                received_at=now,
            )
            for message, no in zip(messages, refusals, strict=True)
            if no is None
            for sample in message.incoming
        ]
        sent_late.tell(rows, now)
        SampleRow.objects.bulk_create(rows, ignore_conflicts=True)
    return refusals


def _phases(sessions: Collection[str]) -> dict[str, str]:
    found = SessionRow.objects.filter(pk__in=sessions).values_list("pk", "phase")
    return {str(session): phase for session, phase in found}


def _why_not(message: Message, phases: Mapping[str, str]) -> Malformed | Refused | None:
    """Return why a message is not kept, None where it is."""
    if len(message.incoming) > MOST_SAMPLES:
        return Malformed(f"At most {MOST_SAMPLES} samples in one message.")
    if any(sample.signal not in SIGNALS for sample in message.incoming):
        return Malformed(f"Signals are {', '.join(SIGNALS)}.")
    phase = phases.get(str(message.session_id))
    if phase is None:
        return Refused("monitor", "There is no such session.")
    if phase in CLOSED_PHASES:
        return Refused(
            "monitor",
            f"This session is finished ({phase}): nothing sent to it is kept. Take the monitor off, "
            "or connect it to the session that runs now.",
        )
    return None


def recent(session_id: Id, now: datetime, chart: SessionChart) -> tuple[monitoring.Sample, ...]:
    """Return the samples of the last minutes that anything could still read, oldest first.

    Of a cuff these are all of its freshness; of what is sent without pause, those of the last intervals, and of a
    signal that gave none in them the last reading and the last thing sent at all.
    """
    if chart.monitor is None:
        return ()
    rule = knowledge().feed
    intervals = timedelta(seconds=chart.monitor.event.interval_s * (rule.missing_after_intervals + 1))
    longest = max(intervals, timedelta(minutes=rule.cuff_fresh_min))
    sent = samples_of(session_id, chart).filter(at__gt=now - longest, at__lte=now + AHEAD_ALLOWED)
    lately = sent.filter(signal__in=WITHOUT_PAUSE, at__gt=now - intervals)
    rows = [*sent.filter(signal__in=monitoring.CUFF_SIGNALS), *lately]
    given = {row.signal for row in rows if monitoring.reading_of(row.value) is not None}
    for signal in set(WITHOUT_PAUSE) & set(chart.monitor.event.signals) - given:
        before = sent.filter(signal=signal, at__lte=now - intervals).order_by("-at")
        last, read = before.first(), before.filter(value__gt=0).first()
        rows += [row for row in dict.fromkeys((read, last)) if row is not None]
    return _samples_of(session_id, rows, now, chart)


def _samples_of(
    session_id: Id, rows: Iterable[SampleRow], now: datetime, chart: SessionChart
) -> tuple[monitoring.Sample, ...]:
    """Return rows as samples in the order of time, as their device has said since that they are."""
    rows = sorted(rows, key=lambda row: row.at)
    found = [sample_of(row) for row in rows]
    words = device_words.words_of(session_id, chart, min((row.at for row in rows), default=now))
    return tuple(each.measured for each in device_words.as_amended(found, words))


def earlier_pressures(session_id: Id, now: datetime, chart: SessionChart) -> tuple[monitoring.Sample, ...]:
    """Return what the cuff gave before the newest pressure that was charted, and before its own newest.

    Read for nothing but whether that one is the second of two: one after the other counts, however long ago.
    """
    sent = samples_of(session_id, chart).filter(at__lte=now + AHEAD_ALLOWED)
    read = sent.filter(signal="systolic", value__gt=0).order_by("-at")
    newest = read.first()
    if newest is None:
        return ()
    charted = [each.at for each in chart.usable_vitals() if each.event.systolic is not None]
    tops = (newest.at, *charted[-1:])
    moments = {at for top in tops for at in read.filter(at__lt=top).values_list("at", flat=True)[:2]}
    return _samples_of(session_id, sent.filter(signal__in=monitoring.CUFF_SIGNALS, at__in=moments), now, chart)


def last_came(session_id: Id, shown: Collection[str], chart: SessionChart) -> tuple[monitoring.Sample, ...]:
    """Return what came last of each declared signal of which nothing is shown now, however far it is dated back.

    These are no samples: they tell only how far back a signal is dated that still comes.
    """
    if chart.monitor is None:
        return ()
    wanted = set(chart.monitor.event.signals) - set(shown)
    sent = samples_of(session_id, chart).filter(signal__in=wanted)
    newest = sent.order_by().values("signal").annotate(newest=Max("pk")).values_list("newest", flat=True)
    return tuple(map(sample_of, SampleRow.objects.filter(pk__in=list(newest))))


def last_cuff(session_id: Id, now: datetime, chart: SessionChart) -> monitoring.Cuff:
    """Return the newest pressure of the cuff, however long ago, and whether it has given none since."""
    if chart.monitor is None:
        return monitoring.Cuff()
    sent = samples_of(session_id, chart).filter(at__lte=now + AHEAD_ALLOWED)
    words = device_words.words_of(session_id, chart)
    if any(signal in monitoring.CUFF_SIGNALS for signal, _ in words):
        rows = sent.filter(signal__in=("systolic", "diastolic"))
        return device_words.last_amended_cuff(device_words.as_amended(map(sample_of, rows), words))
    upper, lower = (sent.filter(signal=signal) for signal in ("systolic", "diastolic"))
    read = lower.filter(value__gt=0)
    above = upper.filter(value__gt=0, at__in=read.values("at")).order_by("-at").first()
    below = read.filter(at=above.at).first() if above else None
    tried = upper.order_by("-at").first()
    failed = tried is not None and not tried.value and (above is None or tried.at > above.at)
    return monitoring.Cuff(
        pressure=(sample_of(above).measured, sample_of(below).measured) if above and below else None,
        gave_none_at=sample_of(tried).measured.at if tried and failed else None,
    )


def disconnect(session_id: Id, act: Act, when: When = None) -> None:
    """Chart that the monitor was taken off on purpose; its lost signals then ask for nobody any more.

    What it sent after `when`, and before this was charted, was no reading of this patient: it waits to be given.

    Raises
    ------
    Unsure
        When the time that somebody typed is not certain.
    Refused
        When no monitor is connected, or it was not yet by then.
    """
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        if chart.monitor is None:
            raise Refused("monitor", "No monitor is connected to this session.")
        off = ev.MonitorDisconnected(device=chart.monitor.event.device)
        if moment_of(session_id, off, act, when) < chart.monitor.recorded_at:
            since = f"{on_the_wall(chart.monitor.recorded_at):%H:%M:%S}"
            raise Refused(
                "monitor",
                f"It was connected here at {since}, after that time. Where nothing of it was this patient's, "
                "strike that it was connected, in the log.",
            )
        lost = [each.raised.event.alert for each in chart.open_alerts if each.raised.event.alert.startswith(NO_READING)]
        facts: list[tuple[ev.SessionEvent, When]] = [
            (off, when),
            *((ev.AlertAcknowledged(alert=name, action=TAKEN_OFF), None) for name in lost),
        ]
        chart_facts(session_id, facts, act)
        hold_strange_again(session_id, chart.head + 1)


def chart_from_monitor(session_id: Id, act: Act) -> tuple[str, ...]:
    """Chart, by one tap, what the monitor shows now; a cuff reading at the time it was taken.

    Returns the vital signs that the monitor could not give, which a person must take.

    Raises
    ------
    Refused
        When the monitor shows nothing that counts as now.
    """
    act.permit(Permission.CHART)
    if chart_store.written_before(act.key, act.by.username):
        # The second of two taps: the monitor shows something else by now, and was charted once.
        return ()
    chart = chart_store.session_chart_of(session_id)
    shown = monitoring.fresh_numerics(chart, recent(session_id, act.now, chart), act.now, rules_in_force(act.now))
    cuff = {name: shown[name] for name in ("systolic", "diastolic") if name in shown}
    continuous = {
        name: next(shown[source] for source in CHARTED_FROM[name] if source in shown)
        for name in ("heart_rate", "spo2", "respiratory_rate")
        if any(source in shown for source in CHARTED_FROM[name])
    }
    facts: list[tuple[ev.SessionEvent, datetime | None]] = []
    if len(cuff) == 2 and not _already_charted(chart, cuff["systolic"].id):
        facts.append((_vitals(cuff), cuff["systolic"].at))
    if continuous:
        facts.append((_vitals(continuous), None))
    if not facts:
        raise Refused("monitor", "The monitor shows no reading that counts as now. Look at the patient and type.")
    chart_facts(session_id, facts, act)
    given = set(continuous) | (set(cuff) if len(cuff) == 2 else set())
    return tuple(name for name in VITAL_FIELDS if name not in given)


def _vitals(samples: dict[str, monitoring.Sample]) -> ev.VitalsCharted:
    values: dict[str, Any] = {name: sample.value for name, sample in samples.items()}
    questions = {}
    for name, value in values.items():
        low, high = knowledge().plausible[name].plausible
        if value is not None and not low <= value <= high:
            questions[name] = f"The monitor shows {value}, outside {low} to {high}. Is it so?"
        elif samples[name].marks:
            questions[name] = f"The monitor shows {value} and says of it: {samples[name].marks}. Is it so?"
    return ev.VitalsCharted(**values, questions=questions, samples=tuple(sample.id for sample in samples.values()))


def _already_charted(chart: SessionChart, sample_id: int) -> bool:
    return any(sample_id in each.event.samples for each in chart.vitals)


def watch_session(session_id: Id, now: datetime) -> int:
    """Raise what deserves a prompt now and end what no longer holds; returns how many entries were written."""
    if not _alert_news(session_id, now):
        return 0
    with chart_store.in_turn():
        # Asked again inside the transaction: somebody may have charted meanwhile.
        events = _alert_news(session_id, now)
        if events:
            stream = chart_store.session_stream(session_id)
            news = [New(stream=stream, event=event, at=now) for event in events]
            chart_store.append(news, Writing(by=SYSTEM, now=now, key=new_key()))
    return len(events)


def _alert_news(session_id: Id, now: datetime) -> list[ev.SessionEvent]:
    chart = chart_store.session_chart_of(session_id)
    if chart.opened is None:
        return []  # it cannot be read what it was opened for: Today and board say so
    amended = device_words.amended_of(session_id, chart)
    rules, samples = rules_in_force(now), recent(session_id, now, chart)
    last = last_came(session_id, monitoring.fresh_numerics(chart, samples, now, rules), chart)
    earlier = earlier_pressures(session_id, now, chart)
    found = monitoring.conditions(chart, samples, now, rules, amended, last, earlier)
    found = (*found, *prompts(learned_of(chart, now)))
    return [*monitoring.news(chart, found, now).events()]


def watch_all(now: datetime) -> int:
    """Watch every open session; returns how many entries were written."""
    open_ids = SessionRow.objects.filter(phase__in=OPEN_PHASES).values_list("pk", flat=True)
    return sum(watch_session(session_id, now) for session_id in list(open_ids))
