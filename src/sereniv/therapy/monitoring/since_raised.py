"""How a sign has gone on since its prompt was raised: what is newest of it, and what was worst, each with its time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sereniv.knowledge.rows import AlertRule, Knowledge
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS, charted_for, graded_for, values_of
from sereniv.therapy.monitoring.condition import to_confirm
from sereniv.therapy.monitoring.reading import Reading
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import AlertRaised


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The newest and the worst of a sign since it was first prompted for; None where the prompt says it already."""

    newest: Reading | None = None
    worst: Reading | None = None


def rule_of(alert: Alert, knowledge: Knowledge) -> AlertRule | None:
    """Return the row of the card that a prompt is about, charted or on the monitor; None for any other prompt."""
    named = alert.raised.event.alert
    return next((rule for rule in knowledge.alerts.values() if named in {rule.id, to_confirm(rule.id)}), None)


def since_raised(alert: Alert, rule: AlertRule, chart: SessionChart, on_the_monitor: Sequence[Reading]) -> Since:
    """Return how the sign of a prompt has gone on since it was first raised, by chart and monitor together.

    Parameters
    ----------
    on_the_monitor
        What the monitor sent of the sign since then: at least the newest and the worst of it.
    """
    later = sorted((*_charted(alert, rule, chart), *on_the_monitor), key=lambda each: each.at)
    if not later:
        return Since()
    said = _said(alert.raised.event, rule)
    first = Reading(at=alert.first.at, values=_said(alert.first.event, rule))
    newest = later[-1] if later[-1].values != said else None
    worst = max((first, *later), key=lambda each: past_by(rule, each.values))
    if past_by(rule, worst.values) <= past_by(rule, said) or worst is newest:
        return Since(newest=newest)
    return Since(newest=newest, worst=worst)


def past_by(rule: AlertRule, values: dict[str, Decimal]) -> Decimal:
    """Return how far values are past the limits of a row, as a multiple of them: 1 is at the limit, more is worse."""
    high = rule.above_twice | rule.from_any | rule.above
    found = [value / high[name] for name, value in values.items() if high.get(name)]
    found += [
        rule.below[name] / value if value else Decimal("Infinity")
        for name, value in values.items()
        if name in rule.below
    ]
    return max(found, default=Decimal(0))


def _charted(alert: Alert, rule: AlertRule, chart: SessionChart) -> Iterator[Reading]:
    after = alert.first.stream_seq
    if rule.reads[0] in CHARTED_FIELDS:
        for each in charted_for(rule, chart):
            if each.stream_seq > after:
                yield Reading(at=each.at, values=values_of(each, rule.reads))
        return
    for graded in graded_for(rule, chart):
        if graded.stream_seq > after:
            yield Reading(at=graded.at, values={rule.reads[0]: Decimal(graded.event.grade)})


def _said(event: AlertRaised, rule: AlertRule) -> dict[str, Decimal]:
    """Return the values that a prompt says it read; a pulse counts as the heart rate."""
    found = {}
    for name, words in event.read.items():
        sign = "heart_rate" if name == "pulse_rate" else name
        try:
            found[sign] = Decimal(words.partition(" ")[0])
        except InvalidOperation:
            continue
    return {name: value for name, value in found.items() if name in rule.reads}
