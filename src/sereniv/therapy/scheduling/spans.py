"""When a chair is free within a day's hours: what is left between what is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sereniv.therapy.scheduling.calendar import Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when until when a chair is free."""

    starts_at: datetime
    ends_at: datetime


def free_spans(
    hours: tuple[datetime, datetime], taken: Sequence[Taken], not_before: datetime, step_min: int, least_min: int
) -> tuple[Span, ...]:
    """Return when one chair is free between opening and closing, each from a whole step of the clock on.

    Parameters
    ----------
    taken
        What that chair is taken for, in any order; times may overlap.
    not_before
        What lies before it is over and is free no more.
    step_min, least_min
        Minutes: times begin on whole steps, and what is shorter than the least is left out.
    """
    opens, closes = (each.astimezone(UTC) for each in hours)
    begins = max(opens, not_before.astimezone(UTC))
    found: list[Span] = []
    for each in sorted(taken, key=lambda one: one.starts_at):
        found.append(Span(starts_at=begins, ends_at=min(closes, each.starts_at.astimezone(UTC))))
        begins = max(begins, each.ends_at.astimezone(UTC))
    found.append(Span(starts_at=begins, ends_at=closes))
    stepped = (Span(starts_at=_on_a_step(each.starts_at, opens, step_min), ends_at=each.ends_at) for each in found)
    return tuple(each for each in stepped if each.ends_at - each.starts_at >= timedelta(minutes=least_min))


def _on_a_step(moment: datetime, opens: datetime, step_min: int) -> datetime:
    """Return the first whole step at or after a moment, counted from the opening."""
    step = timedelta(minutes=step_min)
    return opens + -((opens - moment) // step) * step
