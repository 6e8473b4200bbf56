"""What is owed at a chair of telling people, and what was told: kept as it went."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.monitoring import reaching
from sereniv.therapy.monitoring.reaching import Owed, Reachable
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart

Ways = Mapping[ev.Rung, Collection[str]]
"""By which ways those of each rung are told."""


def owed_at(
    session_id: Id, now: datetime, who: Sequence[Reachable], ways: Ways
) -> tuple[SessionChart, tuple[Owed, ...]]:
    """Return a session's chart and what is owed of telling by `now`."""
    chart = chart_store.session_chart_of(session_id)
    if chart.opened is None:
        return chart, ()
    return chart, reaching.owed(chart, now, rules_in_force(now), who, ways)


def raised_first(chart: SessionChart, alerts: Collection[str]) -> dict[str, int]:
    """Return of each prompt the entry by which it was first raised since anybody acted: what a telling is about."""
    return {name: chart.alerts[name].first.stream_seq for name in alerts if name in chart.alerts}


def keep(session_id: Id, first: Mapping[str, int], rung: ev.Rung, told: Sequence[ev.Telling], now: datetime) -> None:
    """Write who was told of prompts; one raised anew meanwhile is told anew, and what stands is not written twice.

    Parameters
    ----------
    first
        The prompts with the entries by which they were raised when they were told.
    told
        Nobody, where nobody could be.
    """
    with chart_store.in_turn():
        chart = chart_store.session_chart_of(session_id)
        same = [name for name, seq in first.items() if raised_first(chart, [name]).get(name) == seq]
        news = [each for each in told if not all(_stands(chart, name, rung, each) for name in same)]
        if not same or (told and not news):
            return
        event = ev.AlertTold(alerts=tuple(same), rung=rung, told=tuple(news))
        new = New(stream=chart_store.session_stream(session_id), event=event, at=now)
        chart_store.append([new], Writing(by=SYSTEM, now=now, key=new_key()))


def _stands(chart: SessionChart, alert: str, rung: ev.Rung, telling: ev.Telling) -> bool:
    """Say whether this stands in the record already: a way that fails again and again is written once."""
    return any(
        each.event.rung is rung
        and any(
            one.who == telling.who and one.way == telling.way and bool(one.failure) is bool(telling.failure)
            for one in each.event.told
        )
        for each in chart.alerts[alert].told
    )


def see(session_id: Id, first: Mapping[str, int], act: Act) -> None:
    """Note that somebody had prompts in front of them and touched the page; each is noted once for each person.

    Parameters
    ----------
    first
        The prompts with the entries by which they were first raised, as they stood on the page.
    """
    act.permit(Permission.READ_SESSIONS)
    with chart_store.in_turn():
        chart = chart_store.session_chart_of(session_id)
        alerts = {name: chart.alerts[name] for name in first if name in chart.alerts}
        new = tuple(
            name
            for name, alert in alerts.items()
            if alert.first.stream_seq == first[name]
            and alert in chart.open_alerts
            and act.by.username not in {who for _, who in reaching.seen_by(alert)}
        )
        if new:
            stream = chart_store.session_stream(session_id)
            chart_store.append([New(stream=stream, event=ev.AlertSeen(alerts=new), at=act.now)], act.writing())
