"""Who looked at a record, and at whose records somebody looked: by day, from the audit in the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from sereniv.clinic.records.look_row import LookRow
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.records.reading import read_moment

MOST_LINES = 500
"""Lines of one page; a page ends with a whole day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What somebody looked at on one day: a page about a person, or a list that showed them."""

    day: date
    staff: str
    person_id: str
    page: str
    subject: str
    listed: bool
    first: datetime
    last: datetime
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Looks from the newest day to the oldest that is shown; `before` is the newest day with looks that are not."""

    lines: tuple[Look, ...]
    before: date | None


def record_ids(person: Person) -> tuple[str, ...]:
    """Return the record's id with those of the records that are read together with it."""
    return tuple(str(each) for each in (person.pk, *person.joined.values_list("pk", flat=True)))


def looks_at_record(person: Person, first: date, last: date, most: int | None = MOST_LINES) -> Looks:
    """Return who looked at somebody's record from the first to the last of some days."""
    return _found(LookRow.objects.filter(person_id__in=record_ids(person)), first, last, most)


def looks_of(username: str, first: date, last: date, most: int | None = MOST_LINES) -> Looks:
    """Return whose records somebody looked at from the first to the last of some days."""
    return _found(LookRow.objects.filter(staff=username), first, last, most)


def _found(rows: QuerySet[LookRow], first: date, last: date, most: int | None) -> Looks:
    within = rows.filter(day__gte=first, day__lte=last).order_by("-day", "staff", "first", "page")
    taken = list(within) if most is None else list(within[: most + 1])
    if most is not None and len(taken) > most:
        cut = taken[-1].day
        # A day that alone is longer than a page is shown whole: it cannot be cut at the end of another.
        taken = [row for row in taken if row.day > cut] or list(within.filter(day=cut))
    oldest = taken[-1].day if taken else first
    older = rows.filter(Q(day__lt=oldest)).order_by("-day").values_list("day", flat=True).first()
    return Looks(lines=tuple(_look(row) for row in taken), before=older)


def _look(row: LookRow) -> Look:
    first, last = (read_moment(each.isoformat()) for each in (row.first, row.last))
    return Look(
        day=row.day, staff=row.staff, person_id=str(row.person_id), page=row.page, subject=row.subject,
        listed=row.listed, first=first, last=last, times=row.times,
    )  # fmt: skip


def names_of(person_ids: Iterable[str]) -> dict[str, Person]:
    """Return the people of these ids, by id."""
    return {str(pk): person for pk, person in Person.everybody.in_bulk(set(person_ids)).items()}


def numbers_of_sessions(looks: Iterable[Look]) -> dict[str, int]:
    """Return which infusion of its person each session is that was looked at."""
    ids = {each.subject.partition("session_id=")[2].partition(",")[0] for each in looks} - {""}
    return {
        str(pk): number for pk, number in SessionRow.objects.filter(pk__in=ids).values_list("id", "infusion_number")
    }
