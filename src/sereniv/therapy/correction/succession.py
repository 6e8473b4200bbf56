"""Succession: which newer entry takes the place of what a page was drawn from, and how that is said.

Of what the newest entry holds is a table, `knowledge/succession.toml`. Nothing here refuses: whoever decided on what no
longer stands reads what does, and decides anew.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from sereniv.knowledge.rows import Knowledge, SuccessionRow
from sereniv.therapy.correction.record_words import kind_words, record_words
from sereniv.therapy.person.events import PersonEvent
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.recording.typed_values import plain


def row_asked(kind: str, rows: Mapping[str, SuccessionRow]) -> SuccessionRow | None:
    """Return the row by which whoever writes an entry of a kind is asked about a successor, None where none is."""
    return next((row for row in rows.values() if kind in row.asks), None)


def is_of_the_same(written: object, newer: object, row: SuccessionRow) -> bool:
    """Say whether a newer entry is about what somebody is about to write, so that one takes the other's place.

    One that does not read may be.
    """
    if isinstance(newer, Unread):
        return True
    if any(str(getattr(written, name, "")) in values for name, values in row.adds_up.items()):
        return False
    return all(_share(getattr(written, name, None), getattr(newer, name, None)) for name in row.same)


def _share(one: object, other: object) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return bool(set(one) & set(other))
    return one == other


def words(newer: Recorded[object], row: SuccessionRow, knowledge: Knowledge, name_of: Callable[[str], str]) -> str:
    """Say what stands now, who wrote it and when, and that what is being written would take its place."""
    who, when = name_of(newer.recorded_by), f"{newer.recorded_at:%d %b %H:%M}"
    return (
        f"{row.title}: a newer entry was written since this page was opened. {who} wrote on {when}: "
        f"{_said(newer.event, row, knowledge)}. Yours would take its place; nothing was kept. "
        "Look at what stands now and decide again: sent once more, yours holds."
    )


def _said(event: object, row: SuccessionRow, knowledge: Knowledge) -> str:
    if isinstance(event, Unread):
        return f"{event.kind}, which cannot be read"
    found = [(name, getattr(event, name)) for name in row.says if hasattr(event, name)]
    told = [f"{name.replace('_', ' ')} {_value(value)}" for name, value in found if value not in {None, ""}]
    if told:
        return f"{kind_words(event)} ({', '.join(told)})"
    return record_words(event, knowledge) if isinstance(event, PersonEvent) else kind_words(event)


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case datetime():
            return f"{value:%d %b %Y %H:%M}"
        case date():
            return f"{value:%d %b %Y}"
        case tuple():
            return "; ".join(_value(each) for each in value)
        case Enum():
            return str(value).replace("_", " ")
        case _:
            return str(value)
