"""The dictionary of an export: each file, each column, what it holds and how it is written."""

import dataclasses
import enum
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from inspect import getdoc
from typing import Any
from uuid import UUID

from django.db.models import Field, Model

from sereniv.clinic.records import codec
from sereniv.clinic.records.carried import ENTRY_COLUMNS, TABLES, Table

COLUMNS = ("file", "column", "written as", "meaning")
ENVELOPE = {
    "seq": ("whole number", "Place in the clinic's one order of all entries, from 1."),
    "stream": ("text", "Whose entry it is: person/ID, session/ID, stock/ID, register/ID, home, audit or staff."),
    "stream_seq": ("whole number", "Place within the stream, from 1."),
    "at": ("moment", "When it happened."),
    "recorded_at": ("moment", "When it was recorded."),
    "recorded_by": ("text", "User name of who recorded it."),
    "co_signed_by": ("text", "User name of who signed as second; empty where one person signs."),
    "key": ("text", "The key of the act: one that is sent twice is recorded once."),
    "kind": ("text", "What kind of event it is; each kind has a file under events/."),
    "version": ("whole number", "The version of the payload's form."),
    "payload": ("JSON", "What happened, as it is hashed; none where it was erased by law."),
    "salt": ("text", "What is hashed beside the payload."),
    "payload_hash": ("hexadecimal", "SHA-256 of salt and payload."),
    "hash": ("hexadecimal", "SHA-256 of the entry before, the envelope and the payload's hash."),
}
EVENT_ENVELOPE = ("seq", "stream", "stream_seq", "at", "recorded_at", "recorded_by", "co_signed_by", "version")
_PLAIN: dict[object, str] = {
    str: "text", int: "whole number", float: "number", bool: "true or false", Decimal: "decimal number",
    datetime: "moment", date: "day", UUID: "id",
}  # fmt: skip

_OF_COLUMNS = {
    "DateTimeField": "moment", "DateField": "day", "BooleanField": "true or false", "UUIDField": "id",
    "DecimalField": "decimal number", "JSONField": "JSON", "ForeignKey": "id of another row",
}  # fmt: skip

Line = tuple[str, str, str, str]


def lines(kinds: Iterable[str]) -> Iterator[Line]:
    """Give every line of the dictionary for an export that holds these kinds of events."""
    for name in ENTRY_COLUMNS:
        yield ("entries.jsonl", name, *ENVELOPE[name])
    for table in TABLES:
        yield from _of_table(table)
    for kind in kinds:
        yield from _of_kind(kind)


def _of_table(table: Table) -> Iterator[Line]:
    file = f"tables/{table.name}.csv"
    whole = "; made from the entries" if table.is_derived else f", and tables/{table.name}.jsonl"
    yield (file, "", f"a row for each{whole}", _first_line(table.model))
    for each in table.fields:
        yield (file, each.attname, _written(each), _asks(each))


def _written(column: "Field[Any, Any]") -> str:
    kind = column.get_internal_type()
    return _OF_COLUMNS.get(kind, "text" if "Char" in kind or "Text" in kind else "whole number")


def _asks(column: "Field[Any, Any]") -> str:
    related = column.related_model
    if isinstance(related, type) and issubclass(related, Model):
        return f"Which row of {related._meta.verbose_name} it belongs to."
    return column.name.replace("_", " ")


def _of_kind(kind: str) -> Iterator[Line]:
    file = f"events/{kind}.csv"
    found = codec.kinds().get(kind)
    yield (file, "", "a row for each entry of this kind", _first_line(found) if found else "Not known to this program.")
    for name in EVENT_ENVELOPE:
        yield (file, name, *ENVELOPE[name])
    if found is None:
        yield (file, "payload", *ENVELOPE["payload"])
        return
    hints = typing.get_type_hints(found)
    for each in dataclasses.fields(found):
        yield (file, each.name, in_words(hints[each.name]), each.name.replace("_", " "))


def in_words(kind: object) -> str:
    """Say how a value of a type is written in a cell."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    arguments = [each for each in typing.get_args(kind) if each is not types.NoneType]
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return f"{' or '.join(map(in_words, arguments))}; empty where there is none"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return f"one of: {', '.join(str(each.value) for each in kind)}"
    return "JSON"


def _first_line(described: type) -> str:
    return (getdoc(described) or "").partition("\n")[0]
