"""What of the tables leaves with an export and comes back with an import: all but secrets and what is derived.

Passwords, PINs, second factors, sessions and the keys of patients' links stay: whoever imports gives each of the staff
a first code, and makes new links. Rows that lists read are written out to be read, and made anew from the entries.
"""

import base64
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Field, Model

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import (
    AppointmentRow,
    Chair,
    ClinicDetails,
    Device,
    DeviceMessage,
    Enquiry,
    Entry,
    Invitation,
    LedgerHead,
    LetGoRow,
    OnCall,
    Person,
    Room,
    SampleRow,
    SampleWord,
    SessionRow,
    SetAsideRow,
    VialRow,
)
from sereniv.verify import ENVELOPE_FIELDS, Head

ENTRY_COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table as it leaves: its name in an export, which columns stay, and whether it comes back from the entries."""

    name: str
    model: type[Model]
    stays: frozenset[str] = frozenset()
    is_derived: bool = False

    @property
    def fields(self) -> tuple["Field[Any, Any]", ...]:
        """Return the columns that leave, in their order."""
        return tuple(each for each in self.model._meta.concrete_fields if each.attname not in self.stays)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns that leave."""
        return tuple(each.attname for each in self.fields)


TABLES = (
    Table(name="staff", model=Staff, stays=frozenset({"password", "last_login", "pin_hash", "first_until"})),
    Table(name="register", model=Person, stays=frozenset({"sought_name", "sought_phone"})),
    Table(name="rooms", model=Room),
    Table(name="chairs", model=Chair),
    Table(name="clinic", model=ClinicDetails),
    Table(name="on-call", model=OnCall),
    Table(name="enquiries", model=Enquiry),
    Table(name="links", model=Invitation, stays=frozenset({"token_digest", "drafts"})),
    Table(name="samples", model=SampleRow),
    Table(name="devices", model=Device, stays=frozenset({"token_digest"})),
    Table(name="device-messages", model=DeviceMessage),
    Table(name="sample-words", model=SampleWord),
    Table(name="set-aside", model=SetAsideRow),
    Table(name="sessions", model=SessionRow, is_derived=True),
    Table(name="vials", model=VialRow, is_derived=True),
    Table(name="samples-let-go", model=LetGoRow, is_derived=True),
    Table(name="appointments", model=AppointmentRow, is_derived=True),
)


def count(table: Table, using: str) -> int:
    """Return how many rows a table has."""
    return table.model._base_manager.using(using).count()


def rows(table: Table, using: str) -> Iterator[dict[str, object]]:
    """Give every row of a table as plain values: text, numbers, true and false, none, lists."""
    for row in table.model._base_manager.using(using).order_by("pk").values(*table.columns).iterator(AT_ONCE):
        yield {name: plain(value) for name, value in row.items()}


def plain(value: object) -> object:
    """Write a value as JSON has it: a moment in ISO 8601 with its offset, a decimal as its digits, bytes in base64."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    return str(value) if isinstance(value, UUID | Decimal) else value


def entry_count(using: str) -> int:
    """Return how many entries the ledger has."""
    return Entry.objects.using(using).count()


def head(using: str) -> Head:
    """Return where the ledger ends."""
    row = Entry.objects.using(using).order_by("-seq").values("seq", "hash").first() or {"seq": 0, "hash": ""}
    return Head(seq=row["seq"], hash=row["hash"])


def entries(using: str, kind: str = "") -> Iterator[dict[str, Any]]:
    """Give every entry in its order, or those of one kind, as they are stored."""
    wanted = Entry.objects.using(using).order_by("seq")
    wanted = wanted.filter(kind=kind) if kind else wanted
    yield from wanted.values(*ENTRY_COLUMNS).iterator(AT_ONCE)


def kinds(using: str) -> list[str]:
    """Return the kinds of entries that there are."""
    return sorted(set(Entry.objects.using(using).order_by("kind").values_list("kind", flat=True).distinct()))


def bring_entries(lines: Iterable[str]) -> int:
    """Write the entries of an export into an empty ledger, as they were; returns how many."""
    done = 0
    for some in _in_parts(lines):
        found = [Entry(**json.loads(line)) for line in some]
        Entry.objects.bulk_create(found)
        done += len(found)
    last = head("default")
    LedgerHead.objects.update_or_create(id=1, defaults={"seq": last.seq, "hash": last.hash})
    return done


def bring_rows(table: Table, lines: Iterable[str]) -> None:
    """Write the rows of an export into an empty table, as they were; secrets that stayed are none."""
    for some in _in_parts(lines):
        found = [_row(table, json.loads(line)) for line in some]
        if issubclass(table.model, Person | Enquiry):
            for each in found:
                # Saved one by one: what is looked for is written beside what is shown.
                each.save(force_insert=True)
        else:
            table.model._base_manager.bulk_create(found)


def _row(table: Table, content: Mapping[str, object]) -> Any:  # noqa: ANN401  a row of any table
    values = {each.attname: each.to_python(content[each.attname]) for each in table.fields}
    made = table.model(**values)
    if isinstance(made, Staff):
        made.set_unusable_password()
    if isinstance(made, Invitation):
        # The key of a link is known to the patient's phone alone; without it the link opens nothing.
        made.token_digest = secrets.token_hex(32)
    return made


def _in_parts(lines: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for line in lines:
        some.append(line)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some
