"""What came from elsewhere: infusions that others gave, and from which file and row an entry came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeVar

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import InfusedElsewhere, RecordBrought
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an entry came from: whose record, which file and which of its rows."""

    told_by: str
    file: str
    row: str

    @property
    def words(self) -> str:
        """Say it in a few words."""
        return f"from elsewhere: {self.told_by} ({self.file}, {self.row})"


def told_elsewhere(chart: PersonChart) -> tuple[Recorded[InfusedElsewhere], ...]:
    """Return every telling of an infusion elsewhere, the first one first: two joined records may both tell of one."""
    return tuple(sorted(chart.all(InfusedElsewhere), key=lambda each: (each.event.given_on, each.seq)))


def infusions_elsewhere(chart: PersonChart, here: Iterable[datetime] = ()) -> tuple[Recorded[InfusedElsewhere], ...]:
    """Return the infusions that others gave, the first one first, each once however many records tell of it.

    Nobody is given two on one day: what is told twice of a day is one infusion, and so is what was given here on it.

    Parameters
    ----------
    here
        When each infusion of this clinic began.
    """
    days = groupby(told_elsewhere(chart), key=lambda each: each.event.given_on)
    found = (_as_one(tuple(told)) for _, told in days)
    starts = tuple(here)
    return tuple(
        each
        for each in found
        if not any(start.astimezone(each.at.tzinfo).date() == each.event.given_on for start in starts)
    )


def most_mg(chart: PersonChart, infusion: Recorded[InfusedElsewhere]) -> Decimal | None:
    """Return the most mg that any record tells of an infusion elsewhere, None where none does."""
    told = (each.event for each in told_elsewhere(chart) if each.event.given_on == infusion.event.given_on)
    return max((each.mg for each in told if each.mg is not None), default=None)


def _as_one(told: tuple[Recorded[InfusedElsewhere], ...]) -> Recorded[InfusedElsewhere]:
    """Return what several records tell of one infusion: what they agree on, the least dose, harm if one tells of it."""
    if len(told) == 1:
        return told[0]
    events = [each.event for each in told]
    doses = sorted({each.mg for each in events if each.mg is not None})
    differ = f"the records differ: {', '.join(f'{plain(each)} mg' for each in doses)}" if len(doses) > 1 else ""
    borne = {each.tolerated for each in events} - {None}
    event = replace(
        events[0],
        # A step is held against the least that it can have been.
        mg=doses[0] if doses else None,
        weight_kg=_agreed([each.weight_kg for each in events]),
        minutes=_agreed([each.minutes for each in events]),
        treats=_agreed([each.treats or None for each in events]) or "",
        tolerated=False if False in borne else True if borne else None,
        told_by=" and ".join(dict.fromkeys(each.told_by for each in events)),
        words="; ".join(dict.fromkeys(filter(None, (*(each.words for each in events), differ)))),
    )
    return replace(told[0], event=event)


def _agreed(told: Sequence[Told | None]) -> Told | None:
    """Return what those who tell something tell alike, None where they differ or nobody does."""
    found = {each for each in told if each is not None}
    return found.pop() if len(found) == 1 else None


def latest_start(event: InfusedElsewhere, zone: tzinfo) -> datetime:
    """Return when an infusion elsewhere began at the latest: of its day the hour is not known, so its last moment."""
    return datetime.combine(event.given_on + timedelta(days=1), time(), tzinfo=zone) - timedelta(minutes=1)


def latest_starts(chart: PersonChart, zone: tzinfo, here: Iterable[datetime] = ()) -> tuple[datetime, ...]:
    """Return when each infusion elsewhere began at the latest, the first one first."""
    return tuple(latest_start(each.event, zone) for each in infusions_elsewhere(chart, here))


def origins(chart: PersonChart) -> Mapping[int, Origin]:
    """Return by its number where each entry came from that a file brought."""
    found: dict[int, Origin] = {}
    for each in chart.all(RecordBrought):
        brought = each.event
        for place, row in enumerate(brought.rows, start=each.stream_seq + 1):
            found[place] = Origin(told_by=brought.told_by, file=brought.file, row=row)
    return found


def unasked_here(chart: PersonChart, entry: Recorded[Any] | None) -> str:
    """Return what to write behind a list that a file brought, "" where it was gone through here."""
    return ", from elsewhere, NOT ASKED here" if entry is not None and entry.stream_seq in origins(chart) else ""


def infused_words(event: InfusedElsewhere) -> str:
    """Say in a line what was given elsewhere, and what nobody wrote down."""
    mg = f"{plain(event.mg)} mg" if event.mg is not None else "? mg not known"
    weight = f"by {plain(event.weight_kg)} kg" if event.weight_kg is not None else ""
    minutes = f"in {event.minutes} min" if event.minutes is not None else ""
    borne = {True: "tolerated", False: "● not tolerated", None: "? not said whether it was tolerated"}[event.tolerated]
    what = " ".join(part for part in (mg, weight, minutes) if part)
    return "; ".join(part for part in (what, borne, event.words) if part)
