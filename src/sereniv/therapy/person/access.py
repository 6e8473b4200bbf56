"""Whether somebody may open a person's record: restricted or not, who reads it, and who opened it all the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    OpeningReviewed,
    RecordRestricted,
    RestrictedRecordOpened,
    RestrictionLifted,
)
from sereniv.therapy.recording.entry import Recorded

OPEN_FOR = timedelta(minutes=60)
"""How long a restricted record stays open for whoever opened it with a reason; ours (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening of a restricted record, and what a second person found of it."""

    opened: Recorded[RestrictedRecordOpened]
    reviewed: Recorded[OpeningReviewed] | None

    @property
    def until(self) -> datetime:
        """When it ends by itself."""
        return self.opened.recorded_at + OPEN_FOR


def restriction(chart: PersonChart) -> Recorded[RecordRestricted] | None:
    """Return the restriction that holds, None where whoever's role reads records may open this one."""
    restricted, lifted = chart.last(RecordRestricted), chart.last(RestrictionLifted)
    if restricted is None or (lifted is not None and lifted.seq > restricted.seq):
        return None
    return restricted


def openings(chart: PersonChart) -> tuple[Opening, ...]:
    """Return every opening of a restricted record, oldest first, each with its review."""
    reviews = {each.event.opening: each for each in chart.all(OpeningReviewed)}
    return tuple(Opening(opened=each, reviewed=reviews.get(each.seq)) for each in chart.all(RestrictedRecordOpened))


def opening_of(chart: PersonChart, username: str, now: datetime) -> Opening | None:
    """Return the opening by which somebody reads the record now, None where they opened none or it has ended."""
    mine = [each for each in openings(chart) if each.opened.recorded_by == username]
    return mine[-1] if mine and now < mine[-1].until else None


def is_in_doubt(chart: PersonChart) -> bool:
    """Say whether an entry that restricts the record cannot be read: nobody is known to be a reader of it."""
    known = [each.seq for each in (chart.last(RecordRestricted), chart.last(RestrictionLifted)) if each is not None]
    return any(
        each.event.kind == RecordRestricted.__name__ and each.seq > max(known, default=0) for each in chart.unread
    )


def may_open(chart: PersonChart, username: str, now: datetime) -> bool:
    """Say whether somebody opens the record now: it is not restricted, they are a reader, or have opened it."""
    if opening_of(chart, username, now) is not None:
        return True
    holds = restriction(chart)
    return not is_in_doubt(chart) and (holds is None or username in holds.event.readers)
