"""What stood on the page of an order, worked out again as of then without one entry: what of it told of that entry."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.records.their_sessions import Theirs, sessions_of
from sereniv.clinic.workflows.course.treatment import Treatment, infusions_among
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge.rows import DecisionKind
from sereniv.therapy.person.chart import Order, PersonChart
from sereniv.therapy.person.events import InfusedElsewhere, OrderShown, ShownLine
from sereniv.therapy.person.joined import BASE, as_of, standing
from sereniv.therapy.session.chart import SessionChart, chart_of
from sereniv.therapy.session.known import known_at
from sereniv.therapy.treatment.shown import known_lines, lines_left
from sereniv.therapy.treatment.signals import Known, bearing_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoting:
    """A page of an order that quotes an entry: where it stands in the ledger, and what is left of it without."""

    seq: int
    stream: str
    left: OrderShown


def quoting(person_id: Id, seq: int) -> Iterator[Quoting]:
    """Give the pages of orders that tell of the entry at `seq` of the ledger, each with what is left of it."""
    chart, sessions = chart_store.person_chart(person_id), sessions_of(person_id)
    others = {place: other for other, place in standing(chart).items()}
    elsewhere = any(each.seq == seq and isinstance(each.event, InfusedElsewhere) for each in chart.entries)
    for order in chart.orders:
        page = order.shown_in
        if page is None or order.signed.seq < seq:
            continue
        again = _lines_without(person_id, order, chart, sessions, seq)
        lines = lines_left(page.event.lines, again, step_stands=not elsewhere)
        if lines != page.event.lines:
            place, own = divmod(page.event.order, BASE)
            stream = chart_store.person_stream(others.get(place, str(person_id)))
            yield Quoting(seq=page.seq, stream=stream, left=OrderShown(order=own, lines=lines))


def _lines_without(
    person_id: Id, order: Order, chart: PersonChart, sessions: Theirs, seq: int
) -> tuple[ShownLine, ...]:
    at = order.signed.recorded_at
    rest = replace(chart, entries=tuple(each for each in chart.entries if each.seq != seq))
    then = as_of(rest, order.signed.seq - 1)
    known = ((str(row.pk), _known(session, at, seq)) for row, session in sessions)
    charts = {name: session for name, session in known if session.opened is not None}
    stands = Treatment(chart=then, infusions=infusions_among(charts), now=at)
    borne = bearing_on(
        DecisionKind.ORDER,
        Known(
            chart=then,
            registered=Person.everybody.get(pk=person_id).registered,
            sessions=tuple(charts.values()),
            course=stands.course,
            change=stands.change,
            knowledge=rules_in_force(at),
            now=at,
            zone=home_zone(),
        ),
    )
    return known_lines(stands.last_time, borne)


def _known(session: SessionChart, at: datetime, seq: int) -> SessionChart:
    """Return a session as it was known at a moment, without one entry, under the order that it has here."""
    rest = chart_of((each for each in session.entries if each.seq != seq), session.unread)
    then = known_at(rest, at)
    return replace(then, opened=session.opened) if then.opened is not None else then
