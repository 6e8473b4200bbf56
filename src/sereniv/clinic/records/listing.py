"""What lists show of people, kept as rows: which are behind the ledger, and how derived ones are put in their place.

A row is never trusted by its age alone. It holds while nothing was written about its person since, the rules, hours and
program are those it was derived with, and the moment has not come at which time alone may change it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from sereniv.clinic.records import written_out
from sereniv.clinic.records.models import DerivedRow, ListedRow, Person, SessionRow

IS_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line to be kept: under which topic, in which place, and what it says."""

    topic: str
    place: str
    content: Mapping[str, Any]
    presses: bool = False
    not_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """Everything that one list says of one person, and until when time alone leaves it so (None: for ever)."""

    person_id: Any
    touched: int
    lines: tuple[Listed, ...] = field(default_factory=tuple)
    holds_until: datetime | None = None


def touch(streams: Iterable[str], opened: Mapping[str, str], seq: int, *, erased: bool = False) -> None:
    """Mark whoever these streams are about as moved by entry `seq`; `opened` says whose a session just opened is.

    In the transaction that writes the entry, so that no list can miss it.
    """
    names = list(streams)
    people = {*_ids("person", names), *opened.values()}
    sessions = _ids("session", [name for name in names if name not in opened])
    if people or sessions:
        written_out.touch(sorted(people), sessions, seq)
    if erased:
        _let_lines_go(people, sessions)


def _let_lines_go(people: Iterable[str], sessions: Iterable[str]) -> None:
    """Let nothing of what was erased live on, until somebody looks, in a line that quoted it."""
    of_sessions = SessionRow.objects.filter(pk__in=list(sessions)).values_list("person_id", flat=True)
    whose = [*people, *map(str, of_sessions)]
    into = Person.objects.filter(pk__in=whose, joined_into__isnull=False).values_list("joined_into_id", flat=True)
    ListedRow.objects.filter(person_id__in=[*whose, *map(str, into)]).delete()


def _ids(subject: str, streams: Iterable[str]) -> list[str]:
    """Return whom or which session streams of one kind are about."""
    parts = (name.partition("/") for name in streams)
    return [named for kind, _, named in parts if kind == subject and IS_ID.fullmatch(named)]


NOT_YET = Q(made_at=None)
"""Whose rows were never derived: those of everybody in a home of before they were kept."""


def anybody_behind(name: str, basis: str, now: datetime) -> bool:
    """Say whether anybody's rows in a list are not known to hold, or anybody has none yet; each found by its index."""
    moment = DerivedRow._meta.get_field("holds_until").get_db_prep_value(now, connection)
    return written_out.anybody_behind(name, basis, moment)


def moved(name: str) -> QuerySet[DerivedRow]:
    """Return of whom something was written since their rows were derived, or since they were to be derived first."""
    written = DerivedRow.objects.filter(list=name).exclude(made_for=F("touched"))
    return written.exclude(NOT_YET & Q(touched=0)).order_by("-touched")


def behind(name: str, basis: str, now: datetime) -> QuerySet[DerivedRow]:
    """Return whose rows in a list are not known to hold, the longest out of time first."""
    return behind_in([name], basis, now)


def behind_in(names: Iterable[str], basis: str, now: datetime) -> QuerySet[DerivedRow]:
    """Return whose rows in some lists are not known to hold, the longest out of time first."""
    written = ~Q(made_for=F("touched"))
    aged = Q(holds_until__lte=now) | Q(made_at__gt=now) | NOT_YET
    found = DerivedRow.objects.filter(Q(list__in=list(names)) & (written | ~Q(basis=basis) | aged))
    return found.order_by(F("holds_until").asc(nulls_last=True), "-touched", "pk")


def how_many(behind: QuerySet[DerivedRow]) -> tuple[int, int]:
    """Count in one walk the rows that were never derived, and those that stand as they were before."""
    found = behind.order_by().aggregate(all=Count("pk"), never=Count("pk", filter=NOT_YET))
    return found["never"], found["all"] - found["never"]


def never_derived(names: Iterable[str]) -> int:
    """Count the rows of some lists that were never derived."""
    return DerivedRow.objects.filter(NOT_YET, list__in=list(names)).count()


def of_another_run(names: Iterable[str], run: str) -> QuerySet[DerivedRow]:
    """Return whose rows hold as far as the ledger says, and were derived by another run of the server."""
    return DerivedRow.objects.filter(list__in=list(names)).exclude(run=run).order_by("person_id")


def admit(name: str) -> None:
    """Give everybody registered their row in a list, to be derived: whoever was seated last before the others."""
    if DerivedRow.objects.filter(list=name).count() >= Person.objects.count():
        return
    known = DerivedRow.objects.filter(list=name).values("person_id")
    people = Person.objects.exclude(pk__in=known)
    seen = people.annotate(seen=Coalesce(Max("sessions__opened_at"), F("registered_at")))
    missing = seen.order_by("-seen").values_list("pk", flat=True)
    DerivedRow.objects.bulk_create((DerivedRow(person_id=each, list=name) for each in missing), ignore_conflicts=True)


def keep(name: str, basis: str, run: str, now: datetime, found: Sequence[Derived]) -> None:
    """Put derived lines in the place of what was there; not of somebody about whom something was written meanwhile."""
    with transaction.atomic():
        current = [
            each
            for each in sorted(found, key=lambda each: str(each.person_id))
            if DerivedRow.objects.filter(list=name, person_id=each.person_id, touched=each.touched).update(
                made_for=each.touched, basis=basis, run=run, made_at=now, holds_until=each.holds_until
            )
        ]
        ListedRow.objects.filter(list=name, person_id__in=[each.person_id for each in current]).delete()
        ListedRow.objects.bulk_create(
            ListedRow(
                person_id=each.person_id,
                list=name,
                topic=line.topic,
                presses=line.presses,
                place=line.place,
                not_for=line.not_for,
                content=dict(line.content),
            )
            for each in current
            for line in each.lines
        )


TOPICS = """
    WITH RECURSIVE found(topic) AS (
        SELECT min(topic) FROM records_listedrow WHERE list = %s
        UNION ALL
        SELECT (SELECT min(topic) FROM records_listedrow WHERE list = %s AND topic > found.topic)
        FROM found WHERE topic IS NOT NULL
    )
    SELECT topic FROM found WHERE topic IS NOT NULL
"""
"""Each is found from the one before by the index: to look at every row for it would take longer with each of them."""


def topics(name: str) -> frozenset[str]:
    """Return the topics under which a list holds anything."""
    with connection.cursor() as cursor:
        cursor.execute(TOPICS, [name, name])
        return frozenset(topic for (topic,) in cursor.fetchall())


def forget(people: Iterable[Person]) -> None:
    """Let go what lists say of some people, whose names it holds."""
    ids = [each.pk for each in people]
    ListedRow.objects.filter(person_id__in=ids).delete()
    DerivedRow.objects.filter(person_id__in=ids).delete()


def forget_all() -> None:
    """Let every derived row go: they are made anew from the entries."""
    ListedRow.objects.all().delete()
    DerivedRow.objects.all().delete()
