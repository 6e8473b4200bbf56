"""Values past the limits of the card that a monitor sent too late to prompt anybody: facts, with their times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import AlertRule, Knowledge, Priority
from sereniv.therapy.monitoring.alert_limits import baseline_for, holds
from sereniv.therapy.monitoring.feed import Sample, counts_as_now_for
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import MonitorSentLate
from sereniv.therapy.session.not_theirs import is_of_this_patient

SIGN_OF = {"pulse_rate": "heart_rate"}
"""The vital sign that a signal is charted as, where it is called otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """One value that came too late: the gravest row that it is past, and how far it is past it."""

    sample: Sample
    value: Decimal
    rule: AlertRule

    @property
    def gravity(self) -> tuple[int, Decimal]:
        """Its place among others of its sign, the gravest greatest."""
        sign = sign_of(self.sample.signal)
        is_high = sign in self.rule.above and self.value > self.rule.above[sign]
        is_low = sign in self.rule.below and not is_high
        return list(Priority).index(self.rule.priority), -self.value if is_low else self.value


def sign_of(signal: str) -> str:
    """Return the vital sign that a signal is charted as."""
    return SIGN_OF.get(signal, signal)


def sent_late(
    chart: SessionChart, came: Sequence[Sample], now: datetime, knowledge: Knowledge
) -> tuple[tuple[MonitorSentLate, datetime], ...]:
    """Return what of the samples that came just now is to be told, with when it was measured: the worst of each sign.

    What was told of a sign within the minutes after which a prompt asks again is told anew only where it is worse.
    """
    interval_s = chart.monitor.event.interval_s if chart.monitor is not None else 1
    worst: dict[str, Late] = {}
    for sample in came:
        late = _past_the_card(sample, chart, knowledge)
        if late is None or now - sample.at < counts_as_now_for(sample.signal, interval_s, knowledge):
            continue
        sign = sign_of(sample.signal)
        worst[sign] = max(late, worst.get(sign, late), key=lambda each: each.gravity)
    return tuple(
        (MonitorSentLate(device=late.sample.device, signal=late.sample.signal, value=late.value, rule=late.rule.id),
         late.sample.at)
        for late in worst.values()
        if not _is_told(chart, late, now, knowledge)
    )  # fmt: skip


def _past_the_card(sample: Sample, chart: SessionChart, knowledge: Knowledge) -> Late | None:
    """Return a sample with the gravest row that its value is past, alone or by its fall, None where it is past none."""
    if sample.value is None:
        return None
    given = {sign_of(sample.signal): sample.value}
    own = [rule for rule in knowledge.alerts.values() if set(given) & set(rule.reads)]
    past = [rule for rule in own if holds(rule, given | baseline_for(rule, chart))]
    found = [Late(sample=sample, value=sample.value, rule=rule) for rule in past]
    return max(found, key=lambda each: each.gravity, default=None)


def _is_told(chart: SessionChart, late: Late, now: datetime, knowledge: Knowledge) -> bool:
    again_after = timedelta(minutes=knowledge.acknowledgement.again_after_min)
    for told in told_late(chart):
        rule = knowledge.alerts.get(told.event.rule)
        if sign_of(told.event.signal) == sign_of(late.sample.signal) and now - told.recorded_at < again_after:
            before = Late(sample=late.sample, value=told.event.value, rule=rule or late.rule)
            if late.gravity <= before.gravity:
                return True
    return False


def told_late(chart: SessionChart) -> Iterator[Recorded[MonitorSentLate]]:
    """Give what was told of values that came too late, without what was another patient's."""
    for each in chart.entries:
        if isinstance(each.event, MonitorSentLate) and is_of_this_patient(chart, each):
            yield narrowed(each, each.event)


def late_and_not_looked_at(chart: SessionChart) -> tuple[Recorded[MonitorSentLate], ...]:
    """Return the values that came too late and whose sign nobody has charted since they came, the newest first."""
    found = (
        each
        for each in told_late(chart)
        if each.stream_seq not in chart.struck
        and not _charted_since(chart, sign_of(each.event.signal), each.stream_seq)
    )
    return tuple(sorted(found, key=lambda each: each.stream_seq, reverse=True))


def _charted_since(chart: SessionChart, sign: str, entry: int) -> bool:
    return any(each.stream_seq > entry and getattr(each.event, sign) is not None for each in chart.usable_vitals())
