"""The worklist of suicide items: read from the ledger each time, so that nothing has to be noticed to be listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows import people
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.house import clinic_details, home_zone, served_home
from sereniv.clinic.workflows.opening import hours_in_words, opening_hours
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Knowledge, Scale
from sereniv.therapy.followup.scales import expected_answers
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CheckInRecorded, SafetyAsked, ScaleAnswered, ThoughtsHeard
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.safety import suicide
from sereniv.therapy.safety import worklist as safety
from sereniv.therapy.safety.worklist import SafetyItem, State
from sereniv.therapy.scheduling.hours import is_staffed as is_staffed_at
from sereniv.therapy.scheduling.hours import next_opening, open_on, week_in_words
from sereniv.therapy.session.incidents import Suicidality

HEARD_NOTHING = (Suicidality.NONE, Suicidality.NO_WORSE)
"""What a check-in hears that opens nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One item with whose it is, and the number their chart had when it was read."""

    person: Person
    item: SafetyItem
    head: int


def crisis_words() -> str:
    """Return what a patient reads under the suicide item: the words and number that the guide shows."""
    clinic = clinic_details()
    number = clinic.crisis_number
    return clinic.crisis_words if number in clinic.crisis_words else f"{clinic.crisis_words} Call {number}."


def is_staffed(now: datetime) -> bool:
    """Say whether the clinic is staffed now."""
    return is_staffed_at(now, opening_hours(), ZoneInfo(served_home().timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Whether the clinic is staffed now, until when or when again, and its hours in words."""

    until: datetime | None
    opens_next: datetime | None
    week: tuple[str, ...]

    @property
    def is_staffed(self) -> bool:
        """True while somebody is here."""
        return self.until is not None


def staffing(now: datetime) -> Staffing:
    """Return how the clinic is staffed at a moment, for somebody outside."""
    hours, zone = opening_hours(), ZoneInfo(served_home().timezone)
    here = now.astimezone(zone)
    span = open_on(here.date(), hours)
    is_now = span is not None and is_staffed_at(now, hours, zone)
    return Staffing(
        until=datetime.combine(here.date(), span[1], zone) if span and is_now else None,
        opens_next=next_opening(now, hours, zone),
        week=hours_in_words(clinic_details(), here.date()) or week_in_words(hours.week),
    )


def of_person(person: Person, now: datetime) -> tuple[Listed, ...]:
    """Return every item of one person, oldest first, closed ones included."""
    chart = chart_store.person_chart(person.pk)
    found = safety.items(chart, now, rules_in_force(now), opening_hours(), ZoneInfo(served_home().timezone))
    return tuple(Listed(person=person, item=item, head=chart.head) for item in found)


def open_of_person(person: Person, now: datetime) -> tuple[Listed, ...]:
    """Return what is still to be taken up with one person."""
    return tuple(each for each in of_person(person, now) if each.item.state is not State.CLOSED)


def worklist(now: datetime) -> tuple[Listed, ...]:
    """Return every item that is not closed: the furthest escalated first, then the soonest due."""
    waiting = _may_be_open() - _closed_when_asked(now)
    rows = Person.objects.select_related("joined_into").in_bulk({stream.partition("/")[2] for stream, _ in waiting})
    # What is told in a record that is joined into another is taken up where somebody decides: in the kept one.
    kept = {each.pk: each for row in rows.values() for each in (row.joined_into or row,)}
    found = [each for row in kept.values() for each in of_person(row, now) if each.item.state is not State.CLOSED]
    return tuple(sorted(found, key=lambda each: (-each.item.step, each.item.due_at, each.item.opened.source.seq)))


def _may_be_open() -> set[tuple[str, int]]:
    """Return the entries that may have opened an item: thoughts heard at a gate, answers and calls not clear."""
    answered = over_streams.entries_but(ScaleAnswered, _plainly_zero(knowledge().scales.values()))
    called = over_streams.entries_but(CheckInRecorded, [f'"suicidality":"{each}"' for each in HEARD_NOTHING])
    heard = over_streams.entries_but(ThoughtsHeard, ())
    return {*answered, *called, *heard}


def _plainly_zero(scales: Iterable[Scale]) -> tuple[str, ...]:
    """Return what the text of an answer holds that cannot open an item: no such question, or its last answer a zero."""
    return tuple(
        f',0],"scale":"{scale.id}"' if scale.safety_item else f'"scale":"{scale.id}"'
        for scale in scales
        if scale.safety_place in (None, expected_answers(scale) - 1)
    )


def _closed_when_asked(now: datetime) -> set[tuple[str, int]]:
    """Return the items that asking alone has closed; of every other the person's record is read."""
    rules = rules_in_force(now)
    high = [scale.id for scale in rules.scales.values() if scale.safety_high_from is not None]
    found = ((stream, cast("SafetyAsked", each.event)) for stream, each in over_streams.entries_of_kind(SafetyAsked))
    closed = {(stream, event.entry) for stream, event in found if suicide.closes_alone(event, rules)}
    others = [f'"scale":"{scale}"' for scale in rules.scales if scale not in high]
    return closed - set(over_streams.entries_but(ScaleAnswered, others))


def take_up(person_id: Id, asked: SafetyAsked, act: Act) -> tuple[str, ...]:
    """Record that an item was taken up in person, and return what is still to do before it closes.

    Raises
    ------
    Malformed
        When a question is not answered, the risk is not stated, or words are missing.
    Refused
        When there is no such item, or it is closed.
    """
    act.permit(Permission.CHART)
    rules = rules_in_force(act.now)
    suicide.demand_whole(asked, rules)
    if asked.next_contact is not None and asked.next_contact < act.now.astimezone(home_zone()).date():
        raise Malformed("The day on which they are next heard from has passed.")
    with chart_store.in_turn():
        if not chart_store.written_before(act.key, act.by.username):
            _demand_open(chart_store.person_chart(person_id), asked.entry, rules)
            people.record(person_id, asked, act)
        chart = chart_store.person_chart(person_id)
    return next((each.left for each in suicide.opened(chart, rules) if each.entry == asked.entry), ())


def _demand_open(chart: PersonChart, entry: int, rules: Knowledge) -> None:
    if not any(each.entry == entry for each in suicide.waiting(chart, rules)):
        raise Refused("safety", "There is nothing to take up here, or it was taken up before.")


def acknowledge(person_id: Id, entry: int, owner_seen: str, act: Act) -> None:
    """Take an item on, or over from the owner that was shown.

    Raises
    ------
    Refused
        When there is no such item, it is closed, already the actor's, or somebody else's by now.
    """
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        found = of_person(Person.objects.get(pk=person_id), act.now)
        item = next((each.item for each in found if each.item.entry == entry), None)
        if item is None:
            raise Refused("safety", "There is nothing to take on here.")
        people.record(person_id, safety.acknowledge(item, act.by.username, owner_seen), act)
