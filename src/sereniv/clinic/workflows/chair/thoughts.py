"""Words at a chair that name thoughts of suicide, once no prompt there can ask: they go on as an item to take up."""

from dataclasses import replace

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.monitoring.suicide_said import suicide_named
from sereniv.therapy.person.events import ThoughtsHeard
from sereniv.therapy.session.chart import FINISHED
from sereniv.therapy.session.written import written_by_hand


def carry_over(row: SessionRow, act: Act) -> None:
    """Open an item for the newest words of a session that is over of which nobody has asked; called after each fact.

    A session that goes on asks by a prompt of its own.
    """
    if row.phase not in FINISHED:
        return
    session_id = row.pk
    chart = chart_store.session_chart_of(session_id)
    named = suicide_named(chart, rules_in_force(act.now))
    if named is None or chart.died is not None:
        return
    heard = chart_store.person_chart(row.person_id).all(ThoughtsHeard)
    if any(each.event.session == str(session_id) and each.seq > named.seq for each in heard):
        return
    written = ThoughtsHeard(session=str(session_id), said=written_by_hand(named.event), in_words=True)
    new = New(stream=chart_store.person_stream(row.person_id), event=written, at=act.now)
    chart_store.append([new], replace(act.writing(), key=f"{act.key[:52]}-thoughts", seen=None))
