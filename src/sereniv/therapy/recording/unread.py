"""Entries that cannot be read, in words: what is worked out of a chart may lack them, and missing is never fine."""

import re
from collections.abc import Callable, Iterable
from datetime import tzinfo

from sereniv.therapy.recording.entry import Recorded, Unread

WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
MAY_LACK = "Whatever is worked out here may lack it."
HOW_TO_MEND = (
    "Write down anew what it said, from paper or from whoever wrote it; the administrator looks for its cause "
    "(sereniv verify) and whether a backup still reads."
)


def kind_in_words(kind: str) -> str:
    """Write the kind of an entry as words: Gate line attested."""
    return WORD_BEGINS.sub(" ", kind).capitalize()


def unread_words(entry: Recorded[Unread], name_of: Callable[[str], str], zone: tzinfo) -> str:
    """Say of one entry that it cannot be read, with what still stands of it: kind, time and author."""
    kind = kind_in_words(entry.event.kind).lower()
    at = entry.at.astimezone(zone)
    who = name_of(entry.recorded_by)
    return f"Entry {entry.stream_seq} cannot be read: {kind}, {at:%d %b %Y %H:%M}, {who}. {entry.event.why}"


def unread_briefly(entries: Iterable[Recorded[Unread]]) -> tuple[str, ...]:
    """Name entries that cannot be read, each in a few words."""
    return tuple(f"entry {each.stream_seq} ({kind_in_words(each.event.kind).lower()})" for each in entries)
