"""A monitor that was off before it was charted so, or before another one was picked: what it sent since is nobody's."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.chair.charting import When, chart_facts, moment_of
from sereniv.clinic.workflows.chair.own_samples import hold_strange_again
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.not_theirs import ended_connections


def was_off(session_id: Id, connection: int, act: Act, when: When) -> None:
    """Chart since when a monitor was off whose connection, an entry of the session, ended only later.

    What it sent from then to its end was no reading of this patient: it waits to be given.

    Raises
    ------
    Unsure
        When the time that somebody typed is not certain.
    Refused
        When no such connection has ended, or the time does not lie within it.
    """
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        found = next(((each, end) for each, end in ended_connections(chart) if each.stream_seq == connection), None)
        if found is None:
            raise Refused("monitor", "No connection of this session that has ended is meant. Open the page again.")
        connected, ended_at = found
        off = ev.MonitorDisconnected(device=connected.event.device, ended=connection)
        if not connected.recorded_at <= moment_of(session_id, off, act, when) < ended_at:
            first, last = (f"{on_the_wall(each):%H:%M:%S}" for each in (connected.recorded_at, ended_at))
            raise Refused("monitor", f"{off.device} was connected here from {first} to {last}: say a time between.")
        chart_facts(session_id, [(off, when)], act)
        hold_strange_again(session_id, chart.head + 1)
