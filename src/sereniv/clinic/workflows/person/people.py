"""Acts that put a person on the books and write facts into their stream."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, entered
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.person.likeness import refuse_alike
from sereniv.clinic.workflows.shell.acting import Act, happened_at, names_of_staff
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.followup.aftercare import red_answers_open
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.joined import belongs_to, brought_back, standing
from sereniv.therapy.person.names import Identity
from sereniv.therapy.recording.reasons import demand_reason, demand_word
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.safety import suicide

FIRST_YEAR = 1900
STRIKABLE = (
    ev.HistoryRecorded,
    ev.Measured,
    ev.PregnancyRecorded,
    ev.MedicinesReviewed,
    ev.ScaleAnswered,
    ev.CheckInRecorded,
    ev.AdverseEventRecorded,
    ev.AdverseEventFollowed,
    ev.ConditionsRecorded,
    ev.MedicinesListed,
    ev.WrittenLineJudged,
    ev.AnaestheticRiskRecorded,
    ev.DiagnosisRecorded,
    ev.TrialRecorded,
    ev.TrialLeftUnknown,
    ev.SubstancesRecorded,
    ev.ScoreEntered,
    ev.WorkUpRecorded,
    ev.InfusedElsewhere,
    ev.SafetyAsked,
)
"""Kinds of record that may be struck; decisions, orders and signatures have ways of their own."""

TAKE_UP_FIRST = "Take up the suicide item in person first; then the answer can be struck."
SAY_WHO_WAS_TOLD_FIRST = "Write down first who was told of the red answers; then this can be struck."


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What is asked of a new person."""

    family_name: str
    given_names: str
    born: date
    sex_at_birth: str
    phone: str = ""
    indication: str = "depression"
    address: str = ""

    @property
    def identity(self) -> Identity:
        """What tells this person from another."""
        return Identity(family_name=self.family_name, given_names=self.given_names, born=self.born, phone=self.phone)


def demand_identity(who: Identity, today: date) -> None:
    """Raise Malformed for a name without a letter, or a date of birth that cannot be anybody's."""
    if not any(character.isalpha() for character in who.name):
        raise Malformed("Write the name, with at least one letter. A single name goes under family name.")
    if who.born.year < FIRST_YEAR or who.born > today:
        raise Malformed("Check the date of birth.")


def register(
    registration: Registration, act: Act, person_id: uuid.UUID | None = None, told_apart: Collection[str] = ()
) -> Person:
    """Add a person; a repeated key returns the one it added before.

    Raises
    ------
    Malformed
        When there is no name, or the date of birth cannot be anybody's.
    PerhapsRegistered
        When somebody who may be the same person is registered, and nobody has told the two apart.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    demand_identity(registration.identity, act.now.date())
    _demand_indication(registration.indication)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return Person.objects.get(pk=_subject_of(act))
        refuse_alike(registration.identity, told_apart, act.by.username, act.now)
        person = Person.objects.create(
            id=person_id or uuid.uuid4(),
            family_name=registration.family_name,
            given_names=registration.given_names,
            born=registration.born,
            sex_at_birth=registration.sex_at_birth,
            phone=registration.phone,
            address=registration.address,
            indication=registration.indication,
            registered_at=act.now,
        )
        change = TableChanged(table="person", row=str(person.pk), change="added", fields=("identity", "indication"))
        news = [New(stream="audit", event=change, at=act.now), entered.of_person(person, act.now)]
        chart_store.append(news, act.writing())
    return person


def _demand_indication(indication: str) -> None:
    if indication not in knowledge().indications:
        raise Malformed("Choose what the infusions are considered for.")


def change_indication(person_id: Id, indication: str, reason: str, act: Act) -> None:
    """Consider somebody for another indication: kept in their stream, audited, and to be decided anew."""
    act.permit(Permission.REGISTER_PEOPLE)
    _demand_indication(indication)
    demand_reason(reason, "Write why the indication changes.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = Person.objects.get(pk=person_id)
        if person.indication == indication:
            raise Malformed("That is the indication already. Choose another one, or cancel.")
        happened = ev.IndicationChanged(before=person.indication, after=indication, reason=reason)
        change = TableChanged(table="person", row=str(person.pk), change="changed", fields=("indication",))
        person.indication = indication
        person.save(update_fields=["indication"])
        news = [
            New(stream=chart_store.person_stream(person_id), event=happened, at=act.now),
            New(stream="audit", event=change, at=act.now),
            entered.of_person(person, act.now),
        ]
        chart_store.append(news, act.writing())


def _subject_of(act: Act) -> str:
    event = chart_store.event_of(act.key, act.by.username)
    if not isinstance(event, TableChanged):
        raise Malformed("This form was already used for something else. Open the page again.")
    return event.row


def record(person_id: Id, event: ev.PersonEvent, act: Act, at: datetime | None = None) -> int:
    """Append one fact to a person's stream and return its number there."""
    return record_all(person_id, [event], act, at)


def record_all(person_id: Id, events: list[ev.PersonEvent], act: Act, at: datetime | None = None) -> int:
    """Append facts to a person's stream in one transaction; returns the number of the first.

    Raises
    ------
    Conflict
        When the key was used with other contents: passed over in silence, what is asked for now would be lost.
    """
    when = happened_at(at, act.now)
    with chart_store.in_turn():
        stream, events = where_it_stands(person_id, events)
        written = chart_store.append([New(stream=stream, event=event, at=when) for event in events], act.writing())
        # The first alone: what goes with it may be worked out from the record, which has grown since.
        if written[0].event != events[0]:
            raise Conflict("This form was already recorded with other contents.")
    return written[0].stream_seq


def where_it_stands(person_id: Id, events: list[ev.PersonEvent]) -> tuple[str, list[ev.PersonEvent]]:
    """Return the stream that events belong in: about an entry of a joined record, its own, by the number it has there.

    Raises
    ------
    Refused
        When that record is joined no more.
    """
    place = max(map(belongs_to, events))
    if not place:
        return chart_store.person_stream(person_id), events
    joins = standing(chart_store.own_chart(person_id))
    other = next((each for each, at in joins.items() if at == place), None)
    if other is None:
        raise Refused("register", "The record that this entry stands in is read by itself again. Open it there.")
    return chart_store.person_stream(other), [brought_back(each) for each in events]


def strike_record(person_id: Id, entry: int, reason: str, act: Act) -> None:
    """Strike a wrong record of a person: it stays legible and no longer counts.

    Raises
    ------
    Refused
        When there is no such record, it was struck before, it is of a kind that is withdrawn or decided anew
        instead, or it opened a suicide item that nobody has taken up in person yet.
    """
    act.permit(Permission.CHART)
    demand_word(reason, "Write why this record is struck.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        if why := why_not_struck(chart_store.person_chart(person_id), entry, act.now):
            raise Refused("strike", why)
        record(person_id, ev.RecordStruck(entry=entry, reason=reason), act)


def why_not_struck(chart: PersonChart, entry: int, now: datetime) -> str:
    """Say why a record of a person cannot be struck at a moment; "" where it can."""
    found = next((each for each in chart.entries if each.stream_seq == entry), None)
    if found is None:
        return "There is no such record."
    if entry in chart.struck:
        return f"Already struck by {names_of_staff()(chart.struck[entry].recorded_by)}."
    if not isinstance(found.event, STRIKABLE):
        return "This cannot be struck: an order is withdrawn, and a decision is decided anew."
    return first_to_do(chart, now).get(entry, "")


def first_to_do(chart: PersonChart, now: datetime) -> dict[int, str]:
    """Return the records, by entry, that are not struck until something is done about them, each with what."""
    items = {each.entry: TAKE_UP_FIRST for each in suicide.waiting(chart, rules_in_force(now))}
    return items | {each.stream_seq: SAY_WHO_WAS_TOLD_FIRST for each in red_answers_open(chart)}
