"""Who is to be told of a prompt by now, and who was: the nurse at once, then the next role, then the lead.

Nothing here sends anything. What was told stands in the chart, so that whoever asks again after a restart is told what
is still owed and no more.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.raising import GRAVEST_FIRST
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import FINISHED, SessionChart
from sereniv.therapy.session.events import Rung, Telling

NURSE_ROLE = "nurse"
"""Who charts in this role at a chair is the nurse of its session."""

Told = tuple[Rung, str, str]
"""Who was told of a prompt on which rung, and by which way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """Somebody who can be told, with roles and ways; `on_rungs` names those of a pager that stands for no role."""

    who: str
    roles: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    on_duty: bool = True
    on_rungs: frozenset[Rung] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One telling that is owed: of these prompts, to one person by one way; to nobody where nobody can be told."""

    alerts: tuple[str, ...]
    rung: Rung
    who: str = ""
    way: str = ""


def rungs_by(first_at: datetime, now: datetime, rules: Knowledge) -> tuple[Rung, ...]:
    """Return the rungs whose time has come at `now`, of a prompt that nobody has acted on since `first_at`.

    A prompt of a later moment than `now` (a clock that was set back) is still the nurse's.
    """
    waited = now - first_at
    rule = rules.acknowledgement
    after = {Rung.NEXT: rule.escalate_after_s, Rung.LEAD: rule.second_role_after_s}
    later = (rung for rung, seconds in after.items() if waited >= timedelta(seconds=seconds))
    return (Rung.NURSE, *later)


def nurse_of(chart: SessionChart, people: Sequence[Reachable]) -> str:
    """Return who is the nurse of a session: the last nurse who charted here, else whoever did; "" where nobody has."""
    roles = {each.who: each.roles for each in people}
    charted = [entry.recorded_by for entry in chart.entries if entry.recorded_by in roles]
    nurses = [who for who in charted if NURSE_ROLE in roles[who]]
    return next(reversed(nurses or charted), "")


def owed(
    chart: SessionChart,
    now: datetime,
    rules: Knowledge,
    people: Sequence[Reachable],
    ways: Mapping[Rung, Collection[str]],
) -> tuple[Owed, ...]:
    """Return every telling that is owed by `now` and stands in no entry as gone, the nearest rung and gravest first.

    Nobody is told of one prompt twice by one way. A rung on which nobody can be told hands over to the next at once;
    that there was nobody is owed as an entry, once.

    Parameters
    ----------
    people
        Everybody who works here, also whoever has no way.
    ways
        By which ways those of each rung are told, as the clinic has set it.
    """
    if chart.phase in FINISHED:
        return ()
    on = {rung: _on(rung, chart, rules, people) for rung in Rung}
    open_alerts = sorted(chart.open_alerts, key=lambda alert: GRAVEST_FIRST[alert.raised.event.priority])
    found: dict[Told, list[str]] = {}
    for alert in open_alerts:
        for told in _of_alert(alert, rungs_by(alert.first.at, now, rules), on, ways):
            found.setdefault(told, []).append(alert.raised.event.alert)
    return tuple(
        Owed(alerts=tuple(alerts), rung=rung, who=who, way=way)
        for (rung, who, way), alerts in sorted(found.items(), key=lambda each: list(Rung).index(each[0][0]))
    )


def _of_alert(
    alert: Alert,
    due: Sequence[Rung],
    on: Mapping[Rung, Sequence[Reachable]],
    ways: Mapping[Rung, Collection[str]],
) -> Iterator[Told]:
    gone = _told_as(alert, went=True)
    failed = _told_as(alert, went=False) - gone
    persons = {(who, way) for _, who, way in gone}
    is_held = False
    for rung in Rung:
        if is_held and rung not in due:
            return
        can = [(each, way) for each in on[rung] for way in sorted(each.ways & set(ways.get(rung, ())))]
        # Where everything that was tried has failed, nobody knows yet: the next rung does not wait for its time.
        is_held = any((rung, each.who, way) not in failed for each, way in can)
        for each, way in can:
            if ((rung, each.who, way) in gone) if each.on_rungs else ((each.who, way) in persons):
                continue
            persons.add((each.who, way))
            yield rung, each.who, way
        if not can and not any(each.event.rung is rung for each in alert.told):
            yield rung, "", ""


def _told_as(alert: Alert, *, went: bool) -> set[Told]:
    return {
        (each.event.rung, one.who, one.way)
        for each in alert.told
        for one in each.event.told
        if went is not bool(one.failure)
    }


def _on(rung: Rung, chart: SessionChart, rules: Knowledge, people: Sequence[Reachable]) -> list[Reachable]:
    """Return who stands on a rung: of a role those on duty, all of it where nobody in the house says they are.

    The last rung is never empty for want of somebody on duty: then everybody of its roles is told.
    """
    pagers = [each for each in people if rung in each.on_rungs]
    nurse = nurse_of(chart, people)
    if rung is Rung.NURSE:
        return [*(each for each in people if each.who == nurse), *pagers]
    roles = set(rules.reaching.next_role if rung is Rung.NEXT else rules.reaching.lead)
    of_role = [each for each in people if each.roles & roles and (each.who != nurse or rung is Rung.LEAD)]
    on_duty = [each for each in of_role if each.on_duty]
    tells_all = rung is Rung.LEAD or not any(each.on_duty for each in people)
    return [*(on_duty or (of_role if tells_all else [])), *pagers]


def told_of(alert: Alert) -> tuple[tuple[datetime, Telling], ...]:
    """Return who was told of a prompt since it was first raised, and when, in that order; what failed too."""
    return tuple((each.at, one) for each in alert.told for one in each.event.told)


def seen_by(alert: Alert) -> tuple[tuple[datetime, str], ...]:
    """Return who had a prompt in front of them since it was first raised, each once, and when first."""
    first: dict[str, datetime] = {}
    for each in alert.seen:
        first.setdefault(each.recorded_by, each.at)
    return tuple((at, who) for who, at in first.items())
