"""Who is to be told of a prompt by now, and who was: the nurse at once, then the next role, then the lead.

Nothing here sends anything. What was told stands in the chart, so that whoever asks again after a restart is told what
is still owed and no more.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.raising import GRAVEST_FIRST
from sereniv.therapy.session import events as ev
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


def who_charted(chart: SessionChart) -> tuple[str, ...]:
    """Return who recorded each entry of a session, oldest first; who only looked, or came to help, has not charted."""
    passing = ev.AlertSeen | ev.HelpComing
    return tuple(entry.recorded_by for entry in chart.entries if not isinstance(entry.event, passing))


def nurse_of(chart: SessionChart, people: Sequence[Reachable]) -> str:
    """Return who is the nurse of a session: the last nurse who charted here, else whoever did; "" where nobody has."""
    roles = {each.who: each.roles for each in people}
    charted = [who for who in who_charted(chart) if who in roles]
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
    that nobody at all could be is owed as an entry, once.

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


def help_owed(
    chart: SessionChart, rules: Knowledge, people: Sequence[Reachable], ways: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return whom an open call for help is still to be told to, by which way: everybody of all rungs, at once.

    Those on duty, and everybody of their roles where nobody in the house says they are; ("", "") once where nobody can
    be told. Nobody is told of one call twice by one way.
    """
    if chart.help_open_since is None:
        return ()
    roles = {*rules.reaching.next_role, *rules.reaching.lead}
    of_role = [each for each in people if each.roles & roles]
    on_duty = [each for each in of_role if each.on_duty]
    whom = [*(on_duty or of_role), *(each for each in people if each.on_rungs)]
    can = [(each.who, way) for each in whom for way in sorted(each.ways & set(ways))]
    if not can:
        return () if any(not each.event.told for each in chart.help_told) else (("", ""),)
    gone = {(one.who, one.way) for each in chart.help_told for one in each.event.told if not one.failure}
    return tuple(each for each in can if each not in gone)


def _of_alert(
    alert: Alert,
    due: Sequence[Rung],
    on: Mapping[Rung, Sequence[Reachable]],
    ways: Mapping[Rung, Collection[str]],
) -> Iterator[Told]:
    gone = _told_as(alert, went=True)
    failed = _told_as(alert, went=False) - gone
    persons = {(who, way) for _, who, way in gone}
    is_held = could = False
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
        could = could or bool(can)
    if not could and not any(not each.event.told for each in alert.told):
        yield Rung.LEAD, "", ""


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


def furthest(alert: Alert, now: datetime, rules: Knowledge) -> Rung:
    """Return the furthest rung that a prompt has reached: by its time, or because nobody nearer could be told."""
    reached = {*rungs_by(alert.first.at, now, rules), *(each.event.rung for each in alert.told)}
    return max(reached, key=list(Rung).index)


def quiet_until(alert: Alert) -> datetime | None:
    """Return until when somebody has turned off the sound of a prompt, None where nobody has."""
    off = alert.quiet
    return None if off is None else off.at + timedelta(minutes=off.event.minutes)


def told_of(alert: Alert) -> tuple[tuple[datetime, Telling], ...]:
    """Return who was told of a prompt since it was first raised, and when, in that order; what failed too."""
    return tuple((each.at, one) for each in alert.told for one in each.event.told)


def seen_by(alert: Alert) -> tuple[tuple[datetime, str], ...]:
    """Return who had a prompt in front of them since it was first raised, each once, and when first."""
    first: dict[str, datetime] = {}
    for each in alert.seen:
        first.setdefault(each.recorded_by, each.at)
    return tuple((at, who) for who, at in first.items())
