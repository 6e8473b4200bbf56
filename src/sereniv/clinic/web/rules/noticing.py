"""Who notices when the clinic moves a number: what reads it, and of whom something would read otherwise today."""

from dataclasses import dataclass

from sereniv.clinic.records.models import Person
from sereniv.clinic.web.today.clinic_now import Clinic
from sereniv.clinic.workflows.orders.held_by import GOES_ON, OrderHeld, orders_held
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.opening_hours import opening_hours
from sereniv.knowledge import Knowledge
from sereniv.therapy.rules import change
from sereniv.therapy.rules.change import ExamplesJudged, Otherwise
from sereniv.therapy.safety import worklist as item_nine


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """One person, or one chair, of whom something would read otherwise."""

    person: Person
    where: str
    otherwise: tuple[Otherwise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Who would notice: the row's examples, today's people, and how many were looked at."""

    examples: ExamplesJudged
    noticed: tuple[Noticed, ...]
    held: int
    """How many live orders would be held until they are signed anew."""
    people: int
    sessions: int

    @property
    def who(self) -> int:
        """How many people would notice: one who sits at a chair with a live order is one."""
        return len({each.person.pk for each in self.noticed})


def notice(name: str, before: Knowledge, after: Knowledge, clinic: Clinic) -> Notice:
    """Judge the row's examples, everybody on today's lists and every open session by both tables."""
    people = [
        Noticed(
            person=person,
            where="",
            otherwise=(
                *change.for_person(chart, person.registered, clinic.now, before, after),
                *_items(person, clinic, before, after),
            ),
        )
        for person, chart in clinic.people
    ]
    sessions = [
        Noticed(
            person=row.person,
            where=row.chair,
            otherwise=change.for_session(clinic.gate_facts(chart, row.person), before, after),
        )
        for row, chart in clinic.open_sessions
    ]
    held = orders_held(after, clinic.now)
    orders = [Noticed(person=each.person, where="Live order", otherwise=(_order(each),)) for each in held]
    return Notice(
        examples=change.examples_of(change.row_of(name, before).id, before, after),
        noticed=tuple(each for each in (*orders, *sessions, *people) if each.otherwise),
        held=sum(each.is_held_anew for each in held),
        people=len(people),
        sessions=len(sessions),
    )


def _order(held: OrderHeld) -> Otherwise:
    return Otherwise(what=held.words, before=held.before or GOES_ON, after=held.after or GOES_ON)


def _items(person: Person, clinic: Clinic, before: Knowledge, after: Knowledge) -> tuple[Otherwise, ...]:
    """Return the open safety items of a person whose next step would be due at another time."""
    if before.suicide_item == after.suicide_item:
        return ()
    hours, zone = opening_hours(), this_clinic.home_zone()
    old, new = (
        item_nine.items(clinic.chart_of(person.pk), clinic.now, rules, hours, zone) for rules in (before, after)
    )
    return tuple(
        Otherwise(
            what="Suicide item, what is due",
            before=f"due {one.due_at.astimezone(zone):%d %b %H:%M}, step {one.step}",
            after=f"due {other.due_at.astimezone(zone):%d %b %H:%M}, step {other.step}",
        )
        for one, other in zip(old, new, strict=True)
        if one.state is not item_nine.SuicideItemState.CLOSED and (one.due_at, one.step) != (other.due_at, other.step)
    )
