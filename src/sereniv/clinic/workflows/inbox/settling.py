"""What somebody here says of something that was received: taken over, known already, or refused.

Taking over charts it as an import does: as told, from elsewhere, never as asked here. Time settles nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.importing.entries import Made, entries_of
from sereniv.clinic.workflows.inbox.beside import behold, said_of, setting
from sereniv.clinic.workflows.inbox.receiving import resource_id_of
from sereniv.clinic.workflows.inbox.reports import Report
from sereniv.clinic.workflows.person import identity
from sereniv.clinic.workflows.person.people import where_it_stands
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.exchange.incoming.contents import AllergicTo, Takes
from sereniv.exchange.received.reading import Details, Said
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import allergies_of
from sereniv.therapy.person.days import demand_lived
from sereniv.therapy.person.medicines import medicine, medicines_of
from sereniv.therapy.person.received import ReceivedItem, inbox
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused

RULE = "inbox"
WHY = "Write why, so that whoever reads the record later understands it."


def take_over(person_id: Id, entry: int, act: Act) -> None:
    """Chart what was received, marked from elsewhere; a repeated key charts nothing twice.

    Raises
    ------
    Refused
        When there is no such item, it was taken over before, or no tap can chart it.
    PerhapsRegistered
        When a telephone number that is taken over makes the person look like somebody else.
    """
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        item = _item(person_id, entry)
        person, chart = Person.objects.get(pk=person_id), chart_store.person_chart(person_id)
        found = behold(person, chart, item, act.now)
        if found.why_not:
            raise Refused(RULE, found.why_not)
        together = found.report.items if found.report is not None else (item,)
        if act.seen is not None and any(each.received.seq > act.seen for each in together):
            raise Refused(RULE, "More of this report came in since this page was drawn. Look at it again.")
        taken: list[ev.PersonEvent] = [
            ev.ReceivedSettled(entry=each.entry, outcome=ev.ReceivedOutcome.TAKEN_OVER, reason="") for each in together
        ]
        stream, in_its_record = where_it_stands(person_id, taken)
        said = said_of(item, act.now)
        if said.details is not None:
            _correct(person, said.details, item, act)
        own = chart_store.own_chart(stream.partition("/")[2])
        if found.report is not None:
            made: tuple[Made, ...] = tuple(_reported(found.report, person, act))
        else:
            made = tuple(_made(own, item, said, act)) if said.details is None else ()
        news = [New(stream=stream, event=each.event, at=each.at) for each in made]
        if made:
            news.insert(0, New(stream=stream, event=_brought(item, made, act), at=act.now))
        settled = [New(stream=stream, event=each, at=act.now) for each in in_its_record]
        chart_store.append([*news, *settled], act.writing())


def know(person_id: Id, entry: int, act: Act) -> None:
    """Say that what was received is known here already: nothing is charted."""
    act.permit(Permission.CHART)
    _settle(person_id, ev.ReceivedSettled(entry=entry, outcome=ev.ReceivedOutcome.KNOWN, reason=""), act)


def refuse(person_id: Id, entry: int, reason: str, act: Act) -> None:
    """Refuse what was received, in words; it stays in the inbox as it came, and may be taken over later."""
    act.permit(Permission.CHART)
    demand_reason(reason, WHY)
    _settle(person_id, ev.ReceivedSettled(entry=entry, outcome=ev.ReceivedOutcome.REFUSED, reason=reason), act)


def _settle(person_id: Id, settled: ev.ReceivedSettled, act: Act) -> None:
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        _item(person_id, settled.entry)
        stream, (in_its_record,) = where_it_stands(person_id, [settled])
        chart_store.append([New(stream=stream, event=in_its_record, at=act.now)], act.writing())


def _item(person_id: Id, entry: int) -> ReceivedItem:
    chart = chart_store.person_chart(person_id)
    item = next((each for each in inbox(chart) if each.entry == entry), None)
    if item is None:
        raise Refused(RULE, "There is no such entry in this inbox.")
    if item.is_taken_over:
        raise Refused(RULE, "This was taken over already. If it is wrong, strike what was charted by it.")
    return item


def _made(own: PersonChart, item: ReceivedItem, said: Said, act: Act) -> Iterator[Made]:
    """Return the entries that chart an item; a list gains it beside what stands there.

    The list is that of the record that it was sent to: where two are read together, parting them takes it along.
    """
    by = setting(own, _told_by(item), act.now)
    for each in said.facts:
        match each:
            case AllergicTo(written=written):
                listed = allergies_of(own)
                lines = (*(listed.event.entries if listed else ()), *((written,) if written else ()))
                event = ev.HistoryRecorded(list=ev.HistoryList.ALLERGIES, entries=lines)
                yield Made(event=event, at=act.now, rows=_row(item))
            case Takes(written=written, daily_mg=daily_mg, as_needed=as_needed):
                taken = medicines_of(own)
                new = medicine(written, daily_mg, as_needed, by.knowledge.medicines)
                medicines = (*(taken.event.medicines if taken else ()), new)
                yield Made(event=ev.MedicinesListed(medicines=medicines), at=act.now, rows=_row(item))
    others = [each for each in said.facts if not isinstance(each, AllergicTo | Takes)]
    yield from entries_of(others, by)


def _reported(report: Report, person: Person, act: Act) -> Iterator[Made]:
    """Return the item of the work-up that a laboratory's results are charted as."""
    if report.event is not None:
        title = rules_in_force(act.now).work_up[report.event.item].title
        demand_lived(report.event.done_on, person.born, act.now.date(), f"{title}: that day")
        yield Made(event=report.event, at=act.now, rows="; ".join(map(_row, report.items)))


def _brought(item: ReceivedItem, made: tuple[Made, ...], act: Act) -> ev.RecordBrought:
    """Say where the entries that follow came from."""
    event = item.received.event
    return ev.RecordBrought(
        batch=act.key[:50],
        file=f"inbox, sent {item.received.at:%d %b %Y}",
        sha256=sha256(event.body.encode()).hexdigest(),
        told_by=_told_by(item),
        number="",
        rows=tuple(each.rows for each in made),
    )


def _told_by(item: ReceivedItem) -> str:
    return item.received.event.sent_by


def _row(item: ReceivedItem) -> str:
    return f"{item.received.event.resource_type}/{resource_id_of(item.received)}"


def _correct(person: Person, details: Details, item: ReceivedItem, act: Act) -> None:
    """Take telephone and address into the register, where the old values stay legible."""
    here = {name: getattr(person, name) for name in identity.FIELD_WORDS}
    told = {name: value for name in ("phone", "address") if (value := getattr(details, name))}
    reason = f"As {_told_by(item)} has it: {_row(item)}"
    identity.correct(person.pk, identity.Corrected(**{**here, **told}), reason, replace(act, key=f"{act.key[:50]}-who"))
