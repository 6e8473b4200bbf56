"""The sessions of a person, those of the records joined to theirs among them, as the person's own chart reads them.

A session stays in its own stream, under the record it was opened in and the order it was opened for. Read for the kept
record it carries the number that its order has in the chart over both.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from sereniv.clinic.records import chart_store, written_out
from sereniv.clinic.records.models import Id, SessionRow
from sereniv.therapy.person.joined import BASE, standing
from sereniv.therapy.session.chart import SessionChart

Theirs = tuple[tuple[SessionRow, SessionChart], ...]


_ahead: ContextVar[Mapping[str, Sequence[SessionRow]] | None] = ContextVar("rows_read_ahead", default=None)


@contextmanager
def read_ahead(person_ids: Iterable[Id]) -> Iterator[None]:
    """Answer whatever is asked of these people's sessions within by their rows as they are now, read with one query.

    For who derives what is not kept where anything was written meanwhile.
    """
    token = _ahead.set(rows_of_people(person_ids))
    try:
        yield
    finally:
        _ahead.reset(token)


def rows_of(person_id: Id) -> tuple[SessionRow, ...]:
    """Return the rows of a person's sessions, the first opened first."""
    return rows_of_people([person_id])[str(person_id)]


def rows_of_people(person_ids: Iterable[Id]) -> dict[str, tuple[SessionRow, ...]]:
    """Return the rows of several people's sessions with one query, by the people's ids."""
    ids = [str(each) for each in person_ids]
    found: dict[str, list[SessionRow]] = {each: [] for each in ids}
    for whose, row in _rows(ids):
        found[whose].append(row)
    return {whose: tuple(rows) for whose, rows in found.items()}


def sessions_of(person_id: Id) -> Theirs:
    """Return a person's sessions with their charts, the first opened first."""
    return sessions_of_people([person_id])[str(person_id)]


def sessions_of_people(person_ids: Iterable[Id]) -> dict[str, Theirs]:
    """Return the sessions of several people with one query each for rows and charts; by the people's ids."""
    ids = [str(each) for each in person_ids]
    rows = _rows(ids)
    charts = chart_store.session_charts(row.pk for _, row in rows)
    found: dict[str, list[tuple[SessionRow, SessionChart]]] = {each: [] for each in ids}
    for whose, row in rows:
        found[whose].append((row, _read_for(whose, row, charts[str(row.pk)])))
    return {whose: tuple(theirs) for whose, theirs in found.items()}


def is_theirs(person_id: Id, session_id: Id) -> bool:
    """Say whether a session is one of this person."""
    return any(str(row.pk) == str(session_id) for row in rows_of(person_id))


def _rows(person_ids: Iterable[Id]) -> list[tuple[str, SessionRow]]:
    known, asked = _ahead.get() or {}, [str(each) for each in person_ids]
    if all(each in known for each in asked):
        theirs = [(whose, row) for whose in dict.fromkeys(asked) for row in known[whose]]
        return sorted(theirs, key=lambda each: each[1].opened_at)
    ids = {uuid.UUID(each) for each in asked}
    records = {each.pk: each for each in written_out.records_of(sorted(ids))}
    # Put in order here: to give them in order the database would walk every session there is.
    rows = sorted(written_out.sessions_of(list(records.values())), key=lambda row: row.opened_at)
    for row in rows:
        row.person = records[row.person_id]
    # A record that is joined into another one still reads by itself too.
    return [(str(whose), row) for row in rows for whose in (row.person_id, row.person.joined_into_id) if whose in ids]


def _read_for(whose: str, row: SessionRow, chart: SessionChart) -> SessionChart:
    if chart.opened is None or str(row.person_id) == whose:
        return chart
    place = standing(chart_store.own_chart(whose)).get(str(row.person_id), 0)
    event = replace(chart.opened.event, person=whose, order=chart.opened.event.order + place * BASE)
    return replace(chart, opened=replace(chart.opened, event=event))
