"""The worklist of suicide items: derived from each record, so that nothing has to be noticed to be listed.

Rows say whose items are open and in which order; what is shown of an item is read from the record itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.listing import Listed as Row
from sereniv.clinic.records.models import Id, ListedRow, Person
from sereniv.clinic.workflows.calendar.deaths_and_transfers import died_here
from sereniv.clinic.workflows.chair.thoughts import struck_since
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import read_once, rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import hours_in_words, opening_hours
from sereniv.clinic.workflows.shell.this_clinic import clinic_details, home_zone, served_home
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import SafetyAsked
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.safety import suicide, taking_up
from sereniv.therapy.safety import worklist as safety
from sereniv.therapy.safety.worklist import SafetyItem, SuicideItemState
from sereniv.therapy.scheduling.hours import is_staffed as is_staffed_at
from sereniv.therapy.scheduling.hours import next_opening, open_on, week_in_words
from sereniv.therapy.session.events import EntryStruck

SAFETY = "safety"

ON_A_PAGE = 25
"""So many items stand on one page of the worklist; each is read from its person's record."""

EVERYBODY = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One item with whose it is, and the number their chart had when it was read."""

    person: Person
    item: SafetyItem
    head: int

    @property
    def struck(self) -> Recorded[EntryStruck] | None:
        """The strike of what it came with at a chair: it waits all the same, and whoever asks knows of it."""
        return struck_since(self.item.opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """How many items are overdue and how many are not yet, with the first of each; None where there is none.

    `not_read` counts the people whose records were not read for it yet, after a change of the program.
    """

    overdue: int
    waiting: int
    first_overdue: Listed | None
    first_waiting: Listed | None
    not_read: int = 0


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
    return _items_in(chart_store.person_chart(person.pk), person, now)


def _items_in(chart: PersonChart, person: Person, now: datetime) -> tuple[Listed, ...]:
    read = partial(safety.items, chart, now, rules_in_force(now), opening_hours(), ZoneInfo(served_home().timezone))
    found = read()
    # Asked only where something is open: of most people nothing is.
    if any(each.state is not SuicideItemState.CLOSED for each in found) and died_here(person.pk):
        found = read(died_at_a_chair=True)
    return tuple(Listed(person=person, item=item, head=chart.head) for item in found)


def open_of_person(person: Person, now: datetime) -> tuple[Listed, ...]:
    """Return what is still to be taken up with one person."""
    return _open(of_person(person, now))


def _open(items: Iterable[Listed]) -> tuple[Listed, ...]:
    return tuple(each for each in items if each.item.state is not SuicideItemState.CLOSED)


def worklist(now: datetime) -> tuple[Listed, ...]:
    """Return every item that is not closed: the gravest first, by what is known of the risk, then the soonest due."""
    return _as_they_stand(waiting(now), now)


def waiting(now: datetime) -> QuerySet[ListedRow]:
    """Return the rows of every item that is not closed, in the order of the worklist, to be read by range."""
    # Of whom anything was written is never left for later here, however many they are.
    lists.brought_up(SAFETY, now, written=EVERYBODY)
    return lists.rows(SAFETY)


def page_of(now: datetime, number: str) -> tuple[Page[ListedRow], tuple[Listed, ...]]:
    """Return one page of the worklist, and its items as the records of their people give them now."""
    page = Paginator(waiting(now), ON_A_PAGE).get_page(number)
    return page, _as_they_stand(page.object_list, now)


def glance(now: datetime) -> Glance:
    """Return how many items are overdue and how many are not yet, with the first of each."""
    rows = waiting(now)
    overdue, others = rows.filter(presses=True), rows.filter(presses=False)
    return Glance(
        overdue=overdue.count(),
        waiting=others.count(),
        first_overdue=next(iter(_as_they_stand(overdue[:1], now)), None),
        first_waiting=next(iter(_as_they_stand(others[:1], now)), None),
        not_read=lists.never_derived([SAFETY]),
    )


def _as_they_stand(rows: Iterable[ListedRow], now: datetime) -> tuple[Listed, ...]:
    """Read the items that some rows name from the records of their people: what is shown is never the row itself."""
    wanted = {(row.person_id, row.content["entry"]) for row in rows}
    whose = Person.objects.in_bulk({person for person, _ in wanted})
    charts = chart_store.person_charts(whose)
    with read_once():
        items = [each for pk, who in whose.items() for each in _open(_items_in(charts[str(pk)], who, now))]
    found = [each for each in items if (each.person.pk, each.item.entry) in wanted]
    return tuple(sorted(found, key=lambda each: (each.item.rank, each.item.due_at, each.item.opened.source.seq)))


@lists.keep_list(SAFETY, first=True, sessions=False)
def still_open(person: Person, now: datetime) -> Iterator[Row]:
    """Say what is still to be taken up with one person, in the order of the worklist."""
    for each in open_of_person(person, now):
        item = each.item
        place = f"{item.rank} {item.due_at.astimezone(UTC).isoformat()} {item.opened.source.seq:012d}"
        yield Row(topic="open", place=place, presses=bool(item.overdue), content={"entry": item.entry})


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
    taking_up.demand_whole(asked, rules)
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
