"""A course of infusions: what was run, when the next may be, and when the protocol asks for review and decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sereniv.knowledge.rows import Protocol


class Milestone(StrEnum):
    """What the protocol asks after an infusion."""

    REVIEW = "review"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One infusion of the course: the day the protocol puts it on, and when it was run."""

    number: int
    planned: date
    run_at: datetime | None
    milestone: Milestone | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course as it stands.

    `not_before` is the earliest start of the next infusion by the protocol's spacing, None before the
    first; `due` is what the protocol asks for now, after the infusions run so far.
    """

    protocol: Protocol
    places: tuple[Place, ...]
    not_before: datetime | None
    window_ends: date | None
    due: Milestone | None

    @property
    def run(self) -> int:
        """How many infusions were run."""
        return sum(place.run_at is not None for place in self.places)

    @property
    def next(self) -> Place | None:
        """The first infusion that was not run yet, None when the series is complete."""
        return next((place for place in self.places if place.run_at is None), None)


def course(protocol: Protocol, runs: Sequence[datetime], today: date) -> Course:
    """Lay a course out from its protocol and the infusions run, oldest first.

    Days are counted from the first infusion, or from `today` before it. Infusions beyond the series are
    not part of it: they belong to maintenance.
    """
    series = tuple(sorted(runs))[: len(protocol.days)]
    first_day = series[0].date() if series else today
    places = tuple(
        Place(
            number=number,
            planned=first_day + timedelta(days=day),
            run_at=series[number - 1] if number <= len(series) else None,
            milestone=_milestone(protocol, number),
        )
        for number, day in enumerate(protocol.days, start=1)
    )
    return Course(
        protocol=protocol,
        places=places,
        not_before=earliest_next(protocol, runs),
        window_ends=first_day + timedelta(days=protocol.all_within_days) if series else None,
        due=_milestone(protocol, len(series)) if len(runs) == len(series) else None,
    )


def earliest_next(protocol: Protocol, runs: Sequence[datetime]) -> datetime | None:
    """Return the earliest start of a further infusion by the protocol's spacing, None when none was run."""
    return max(runs) + timedelta(hours=protocol.minimum_hours_between) if runs else None


def _milestone(protocol: Protocol, number: int) -> Milestone | None:
    if number == protocol.decision_after:
        return Milestone.DECISION
    return Milestone.REVIEW if number == protocol.review_after else None
