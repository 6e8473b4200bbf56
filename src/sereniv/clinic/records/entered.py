"""Staff and register in the chain: how a row stands after each change, and whether its table still says the same.

The tables are what pages read. Whoever changes a row past the program, giving themselves a role or somebody another
name, leaves the last entry about it as it was.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.house_events import IdentityEntered, StaffEntered
from sereniv.clinic.records.models import Entry, Id, Person
from sereniv.clinic.records.table_marks import mark_of_rows
from sereniv.verify import ERASURE
from sereniv.verify_tables import REGISTER, STAFF, Table, told_otherwise

AT_ONCE = 500


def register_stream(person_id: Id) -> str:
    """Name the stream that says how one person stands in the register; it is erased with the person."""
    return f"{REGISTER.streams}{person_id}"


def of_staff(person: Staff, now: datetime) -> New:
    """Return the entry that says how somebody who works here stands; no secret is in it."""
    event = StaffEntered(
        username=person.username,
        full_name=person.full_name,
        roles=tuple(person.roles),
        is_active=person.is_active,
        co_signs_orders=person.co_signs_orders,
        let_in_by=person.let_in_by,
        new_until=person.new_until.astimezone(UTC) if person.new_until else None,
    )
    return New(stream=STAFF.streams, event=event, at=now)


def of_person(person: Person, now: datetime) -> New:
    """Return the entry that says how somebody stands in the register."""
    event = IdentityEntered(
        family_name=person.family_name,
        given_names=person.given_names,
        born=person.born,
        sex_at_birth=person.sex_at_birth,
        phone=person.phone,
        address=person.address,
        indication=person.indication,
    )
    return New(stream=register_stream(person.pk), event=event, at=now)


def enter_found(now: datetime) -> int:
    """Enter, once, the rows of a home of before they had entries; returns how many.

    A home whose staff has entries is past this: a row without one came there past the program, and stays in doubt.
    """
    if Entry.objects.filter(stream=STAFF.streams).exists():
        return 0
    with chart_store.in_turn():
        entered = set(Entry.objects.filter(kind=REGISTER.kind).values_list("stream", flat=True))
        people = [of_person(each, now) for each in Person.objects.order_by("registered_at", "pk")]
        news = [of_staff(each, now) for each in Staff.objects.order_by("pk")]
        news += [each for each in people if each.stream not in entered]
        begin = chart_store.head().seq
        for first in range(0, len(news), AT_ONCE):
            writing = Writing(by=SYSTEM, now=now, key=f"entered-as-found-{begin}-{first}")
            chart_store.append(news[first : first + AT_ONCE], writing)
    return len(news)


_agreed: dict[str, str] = {}
"""By the name of a table the mark of its rows and of the entries about them when each row last was as they say."""


def doubts() -> Iterator[str]:
    """Name every row of staff and register that is not as its last entry says; nothing in a home of before.

    All rows are read each time. They are held against their entries one by one where either has changed since they last
    agreed: whether entries are as they were written is for the chain to say.
    """
    for table, rows_of in ((STAFF, _staff_rows), (REGISTER, _register_rows)):
        mark = _mark(table)
        if _agreed.get(table.name) == mark:
            continue
        said = Entry.objects.filter(kind=table.kind).order_by("seq").values_list("seq", "stream", "payload")
        found = tuple(told_otherwise(table, said.iterator(), rows_of()))
        if not found:
            _agreed[table.name] = mark
        yield from found


def _mark(table: Table) -> str:
    """Return what tells rows and entries of one table from those of any other moment."""
    ends = [
        Entry.objects.filter(kind=kind).order_by("-seq").values_list("hash", flat=True).first()
        for kind in (table.kind, ERASURE)
    ]
    return f"{mark_of_rows(table.name, table.key, _columns(table))} {ends}"


def _staff_rows() -> dict[str, dict[str, object]]:
    rows = Staff.objects.values(*_columns(STAFF))
    return {
        each["username"]: {**each, "new_until": each["new_until"] and each["new_until"].astimezone(UTC).isoformat()}
        for each in rows
    }


def _register_rows() -> dict[str, dict[str, object]]:
    rows = Person.everybody.values(*_columns(REGISTER))
    # As the entries have them: a date is its text there.
    return {str(each["id"]): json.loads(json.dumps(each, default=str)) for each in rows}


def _columns(table: Table) -> tuple[str, ...]:
    return (table.key, *table.fields, *table.marks)
