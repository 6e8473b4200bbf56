"""What every entry carries beside its event: its place, its two clocks and its people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

EventT_co = TypeVar("EventT_co", covariant=True)
EventT = TypeVar("EventT")

LATE_AFTER = timedelta(minutes=2)
"""Charted more than this after it happened, an entry is shown as late (a house convention, not a clinical limit)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[EventT_co]):
    """An event as it stands in the ledger.

    `at` is when it happened; `recorded_at` when it was written down. Entries of one stream are
    numbered from 1 without holes by `stream_seq`; all streams together by `seq`.
    """

    seq: int
    stream_seq: int
    at: datetime
    recorded_at: datetime
    recorded_by: str
    co_signed_by: str
    event: EventT_co

    @property
    def charted_late(self) -> bool:
        """True where the entry was written down noticeably after it happened."""
        return self.recorded_at - self.at > LATE_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What stands in an event's place where the ledger holds an entry that this program cannot read."""

    kind: str
    why: str
    """Why it cannot be read, without what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What stands in an event's place where the law had it erased: its kind, and since which entry of the ledger."""

    kind: str
    since: int


def narrowed(entry: Recorded[object], event: EventT) -> Recorded[EventT]:
    """Return `entry` with `event` in place of its own: the same event, its type now known."""
    return Recorded(
        seq=entry.seq,
        stream_seq=entry.stream_seq,
        at=entry.at,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        co_signed_by=entry.co_signed_by,
        event=event,
    )
