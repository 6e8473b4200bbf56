"""Words at a chair that name thoughts of suicide, once no prompt there can ask: they go on as an item to take up."""

import uuid
from dataclasses import replace
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.monitoring.suicide_said import suicide_named
from sereniv.therapy.person.events import ThoughtsHeard
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.safety import suicide
from sereniv.therapy.safety.heard import came_with, struck_under
from sereniv.therapy.safety.suicide import Opened
from sereniv.therapy.session import events as ev
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


def waits_on(row: SessionRow, entry: Recorded[ev.SessionEvent], now: datetime) -> bool:
    """Say whether an item about suicide that came with an entry of a session waits to be taken up."""
    person = chart_store.person_chart(row.person_id)
    return any(
        isinstance(heard := each.source.event, ThoughtsHeard)
        and heard.session == str(row.pk)
        and came_with(narrowed(each.source, heard), entry)
        for each in suicide.waiting(person, rules_in_force(now))
    )


def struck_since(item: Opened) -> Recorded[ev.EntryStruck] | None:
    """Return the strike of what an item came with at a chair, None where it stands or the item came otherwise."""
    heard = item.source.event
    if not isinstance(heard, ThoughtsHeard):
        return None
    return struck_under(narrowed(item.source, heard), chart_store.session_chart_of(uuid.UUID(heard.session)))
