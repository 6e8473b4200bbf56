"""Condition and prompt held against each other: what is raised, what ends, what gives way, and who is told next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.charted import repeat_due
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import FINISHED, SessionChart

SWINGS_WITHIN = timedelta(seconds=60)
"""A monitor's value that swings about a limit is one prompt a minute at most, and no entry a second."""


GRAVEST_FIRST = {"high": 0, "medium": 1, "low": 2}
"""The places of the priorities, in the words of IEC 60601-1-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is to be written of the prompts: (milder, graver) that gave way, those that ended, those to raise."""

    gave_way: tuple[tuple[str, str], ...]
    ended: tuple[str, ...]
    raised: tuple[Condition, ...]

    def events(self) -> Iterator[ev.SessionEvent]:
        """Give the news as entries, in the order they are written."""
        yield from (ev.AlertReplaced(alert=milder, by=graver) for milder, graver in self.gave_way)
        yield from (ev.AlertEnded(alert=name) for name in self.ended)
        for each in self.raised:
            yield ev.AlertRaised(
                alert=each.alert,
                kind=each.kind,
                priority=each.priority,
                title=each.title,
                message=each.message,
                rule=each.rule,
                read=each.read,
                latching=each.latching,
            )


def gravest(found: Sequence[Condition]) -> tuple[Condition, ...]:
    """Leave out the milder of two prompts about one sign: the graver one stands for both."""
    replaced = {name for each in found for name in each.replaces}
    return tuple(each for each in found if each.alert not in replaced)


def news(chart: SessionChart, found: Sequence[Condition], now: datetime) -> News:
    """Compare what holds with what was raised.

    A prompt that is over and that nobody has taken notice of stays latched, and is raised anew when it is so again:
    what stands there is the value of now. One that was acknowledged asks again for a newer value, and when the repeat
    that it asks for has not come.
    """
    holding = {condition.alert for condition in found}
    graver = {name: each.alert for each in found for name in each.replaces if name not in holding}
    gave_way = tuple(
        (name, graver[name]) for name, alert in chart.alerts.items() if name in graver and alert.presence != "off"
    )
    open_still = [name for name, alert in chart.alerts.items() if alert.ended_at is None]
    return News(
        gave_way=gave_way,
        ended=tuple(name for name in open_still if name not in holding and name not in graver),
        raised=tuple(each for each in found if _is_new(each, chart.alerts.get(each.alert), now)),
    )


def _is_new(condition: Condition, before: Alert | None, now: datetime) -> bool:
    if before is None or before.presence == "off":
        return True
    seen = before.acknowledged
    if seen is None:
        return before.ended_at is not None and (condition.read_entry > 0 or now - before.ended_at >= SWINGS_WITHIN)
    if condition.read_entry > seen.stream_seq or (condition.read_at is not None and condition.read_at > seen.at):
        return True
    owes_repeat = condition.repeat_within_min > 0 and not condition.is_looked_after
    return owes_repeat and now >= repeat_due(condition, seen.at)


def escalated(chart: SessionChart, now: datetime, knowledge: Knowledge) -> dict[str, str]:
    """Say, for each prompt nobody has acknowledged in time, to whom it has escalated; none at a chair that is empty."""
    if chart.phase in FINISHED:
        return {}
    rule = knowledge.acknowledgement
    words = {}
    for alert in chart.open_alerts:
        waited = (now - alert.first.at) // timedelta(seconds=1)
        if waited >= rule.second_role_after_s:
            words[alert.raised.event.alert] = "prescriber and charge nurse"
        elif waited >= rule.escalate_after_s:
            words[alert.raised.event.alert] = "charge nurse"
    return words
