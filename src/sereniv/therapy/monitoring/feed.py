"""What a monitor shows, and what it should show and does not: a lost signal is never a number and never silence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from sereniv.knowledge.rows import AlertRule, Knowledge, Priority
from sereniv.therapy.monitoring.alert_limits import PREVIOUS, baseline_for, charted_for, holds, values_of
from sereniv.therapy.monitoring.condition import Condition, on_the_monitor, to_confirm
from sereniv.therapy.monitoring.reading import CuffGave, Reading
from sereniv.therapy.recording.time_words import length
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import AlertKind

CUFF_SIGNALS = ("systolic", "diastolic", "mean_pressure")
"""Signals that come only when a cuff is inflated: their absence between readings is not a fault."""

LATELY = 20
"""Samples by which a clock is judged: of some that waited the quickest tells most."""
NO_READING = "No reading: look at the patient"
NO_BREATHING = "No reading: check breathing"
DATED_BACK = (
    "It comes, dated {lag} back: the monitor's clock is behind, or it waited. Its figures are held, none counts as "
    "now. Look at the patient, and set the monitor's clock"
)
NO_PRESSURE = "The cuff gave no pressure: look at the patient and measure again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value a monitor sent, or None where it sent that it has none; `marks` say what it doubts about it.

    `at` is when it was measured by the monitor's clock, `came_at` when it came: a clock that is behind dates back what
    comes without pause. `own_at` is the monitor's own time where `at` was moved back to when it came.
    """

    id: int
    signal: str
    value: Decimal | None
    at: datetime
    device: str = ""
    marks: str = ""
    came_at: datetime | None = None
    own_at: datetime | None = None

    @property
    def measured(self) -> Self:
        """The same, measured no later than it came: nothing comes out of the future."""
        if self.came_at is None or self.at <= self.came_at:
            return self
        return replace(self, at=self.came_at, own_at=self.own_at or self.at)

    @property
    def moment(self) -> tuple[datetime, datetime]:
        """When it was measured: several that came at once from a clock ahead stand in the monitor's own order."""
        return self.at, self.own_at or self.at

    @property
    def order(self) -> tuple[datetime, datetime, int]:
        """Its place among others of its signal, the oldest first."""
        return *self.moment, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuff:
    """What a monitor's cuff last gave: its newest pressure, and when it has tried since and given none."""

    pressure: tuple[Sample, Sample] | None = None
    gave_none_at: datetime | None = None


def reading_of(sent: Decimal | None) -> Decimal | None:
    """Return what a monitor's value says: nothing where it sent none, or 0, which is how many say the same."""
    return sent if sent is not None and sent > 0 else None


def newest_of(samples: Iterable[Sample]) -> Sample | None:
    """Return the sample that was measured last, None where there is none."""
    return max(samples, key=lambda sample: sample.order, default=None)


def cuff_gave(samples: Iterable[Sample], knowledge: Knowledge) -> CuffGave:
    """Return the pressures among samples, the oldest first."""
    found: dict[tuple[datetime, datetime], Reading] = {}
    for each in samples:
        if each.signal in CUFF_SIGNALS and each.value is not None:
            one = found.setdefault(each.moment, Reading(at=each.at, values={}, from_monitor=True))
            one.values[each.signal] = each.value
    return CuffGave(
        pressures=tuple(found[moment] for moment in sorted(found)),
        shown_for=timedelta(minutes=knowledge.feed.cuff_fresh_min),
    )


def missing_signals(
    chart: SessionChart, samples: Sequence[Sample], last: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> Iterable[Condition]:
    """Ask to look at the patient where a declared signal has not come for some of its intervals.

    Parameters
    ----------
    last
        What came last of each signal, however far dated back: read for nothing but that.
    """
    if chart.monitor is None:
        return
    feed = chart.monitor.event
    lags = dated_back(chart, last, now, knowledge)
    for signal in feed.signals:
        if signal in CUFF_SIGNALS:
            continue
        own = [sample for sample in samples if sample.signal == signal and sample.at <= now]
        read = [sample.at for sample in own if sample.value is not None]
        since = max([chart.monitor.at, *read])
        newest = newest_of(own)
        if signal == "respiratory_rate" and newest is not None and newest.value is None:
            yield _technical(signal, NO_BREATHING, read, now, knowledge)
        elif now - since >= counts_as_now_for(signal, feed.interval_s, knowledge):
            message = DATED_BACK.format(lag=length(lags[signal])) if signal in lags else NO_READING
            yield _technical(signal, message, read, now, knowledge)


def dated_back(
    chart: SessionChart, last: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> dict[str, timedelta]:
    """Return how far back each signal is dated that still comes, and too far to count as now."""
    if chart.monitor is None:
        return {}
    found: dict[str, timedelta] = {}
    for signal in chart.monitor.event.signals:
        fresh = counts_as_now_for(signal, chart.monitor.event.interval_s, knowledge)
        own = next((each for each in last if each.signal == signal), None)
        if own is None or own.came_at is None or own.value is None:
            continue
        lag = own.came_at - own.at
        if now - own.came_at < fresh <= lag:
            found[signal] = lag
    return found


def clock_behind(samples: Sequence[Sample]) -> timedelta:
    """Return how far back what came lately is dated at the least: by so much a monitor's clock seems to be behind."""
    came = sorted((each for each in samples if each.came_at is not None), key=lambda each: (each.came_at, each.id))
    return min((each.came_at - each.at for each in came[-LATELY:] if each.came_at is not None), default=timedelta(0))


def held_words(alert: str, lags: Mapping[str, timedelta]) -> str:
    """Say of a prompt for a lost signal how far back it is dated by now, "" where it does not come, or of any other."""
    lag = next((lag for signal, lag in lags.items() if alert == _of_a_lost(signal)), None)
    return "" if lag is None else DATED_BACK.format(lag=length(lag))


def _of_a_lost(signal: str) -> str:
    return f"no-reading-{signal.replace('_', '-')}"


def cuff_dated_back(
    chart: SessionChart, last: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> Iterable[Condition]:
    """Say of a pressure that came just now that it is dated too far back to be read as one of now."""
    found = {each: lag for each, lag in dated_back(chart, last, now, knowledge).items() if each in CUFF_SIGNALS}
    if found:
        yield Condition(
            alert="dated-back-pressure",
            kind=AlertKind.TECHNICAL,
            priority=Priority.LOW,
            title="Blood pressure: dated back",
            message=DATED_BACK.format(lag=length(max(found.values()))),
            rule=f"feed v{knowledge.feed.version}",
            read={each.signal: plain(each.value) for each in last if each.signal in found and each.value is not None},
        )


def failed_cuff(
    chart: SessionChart, samples: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> Iterable[Condition]:
    """Ask for another measurement where the newest of the cuff is no pressure; silence of a cuff is no fault."""
    if chart.monitor is None:
        return
    since = now - timedelta(minutes=knowledge.feed.cuff_fresh_min)
    own = [each for each in samples if each.signal in CUFF_SIGNALS and since < each.at <= now]
    newest = newest_of(own)
    failed = [each for each in own if newest and each.moment == newest.moment and each.value is None]
    if newest is not None and failed:
        yield Condition(
            alert="no-reading-pressure",
            kind=AlertKind.TECHNICAL,
            priority=Priority.LOW,
            title="Blood pressure: no reading",
            message=NO_PRESSURE,
            rule=f"feed v{knowledge.feed.version}",
            read={"cuff": f"{newest.at:%H:%M:%S}"},
            latching=False,
        )


def _technical(signal: str, message: str, read: Sequence[datetime], now: datetime, knowledge: Knowledge) -> Condition:
    last = f"{max(read):%H:%M:%S}" if read else f"none in the minutes before {now:%H:%M:%S}"
    return Condition(
        alert=_of_a_lost(signal),
        kind=AlertKind.TECHNICAL,
        priority=Priority.HIGH,
        title=f"{signal.replace('_', ' ').replace('spo2', 'saturation').capitalize()}: no reading",
        message=message,
        rule=f"feed v{knowledge.feed.version}",
        read={"last reading": last},
        repeat_within_min=knowledge.acknowledgement.again_after_min,
    )


def to_be_confirmed(
    chart: SessionChart, samples: Sequence[Sample], earlier: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> Iterable[Condition]:
    """Ask to look, confirm and chart where the monitor shows what is past the limits of the clinic's card."""
    if chart.monitor is None:
        return
    shown = fresh_numerics(chart, samples, now, knowledge)
    for rule in knowledge.alerts.values():
        read = {name: sample for name in rule.reads if (sample := _shown(name, shown)) is not None}
        given = {name: sample.value for name, sample in read.items() if sample.value is not None}
        baseline = baseline_for(rule, chart)
        if given and holds(rule, given | baseline | _before(rule, read, chart, (*samples, *earlier))):
            words = {
                sample.signal: f"{plain(sample.value)} on the monitor"
                for sample in read.values()
                if sample.value is not None
            }
            words |= {name: plain(value) for name, value in baseline.items()}
            yield replace(on_the_monitor(rule, words), is_looked_after=_was_charted(rule, chart))


def _before(
    rule: AlertRule, read: dict[str, Sample], chart: SessionChart, samples: Sequence[Sample]
) -> dict[str, Decimal]:
    """Return what was read before, of a rule that two readings make true: charted, or an earlier one of the cuff."""
    if not rule.above_twice:
        return {}
    since = min(sample.moment for sample in read.values())
    charted = [each for each in charted_for(rule, chart) if each.at < since[0]]
    cuff = [each for each in samples if each.signal in rule.reads and each.moment < since and each.value is not None]
    newest = newest_of(cuff)
    if charted and (newest is None or charted[-1].at >= newest.at):
        return {f"{PREVIOUS}{name}": value for name, value in values_of(charted[-1], rule.reads).items()}
    last = newest.moment if newest else None
    return {f"{PREVIOUS}{each.signal}": each.value for each in cuff if each.moment == last and each.value is not None}


def _was_charted(rule: AlertRule, chart: SessionChart) -> bool:
    """Say whether somebody charted one of the signs since the monitor first asked for it to be confirmed."""
    raised = chart.alerts.get(to_confirm(rule.id))
    return raised is not None and any(each.at >= raised.raised.at for each in charted_for(rule, chart))


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
        newest = newest_of(own)
        if (
            newest is not None
            and newest.value is not None
            and now - newest.at < counts_as_now_for(signal, feed.interval_s, knowledge)
        ):
            found[signal] = newest
    return found


def counts_as_now_for(signal: str, interval_s: int, knowledge: Knowledge) -> timedelta:
    """Return for how long a sample of a signal counts as now."""
    if signal in CUFF_SIGNALS:
        return timedelta(minutes=knowledge.feed.cuff_fresh_min)
    return timedelta(seconds=interval_s * knowledge.feed.missing_after_intervals)
