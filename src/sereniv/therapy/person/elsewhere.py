"""What came from elsewhere: infusions that others gave, and from which file and row an entry came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, TypeVar

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import InfusedElsewhere, RecordBrought
from sereniv.therapy.person.told_twice import day_words, infusions_told
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed_values import plain

Told = TypeVar("Told")

MOST_MG, MOST_MINUTES = Decimal(10_000), 2_880
"""What a dose and a duration can be at all; no clinical limits."""
MOST_DAYS, MOST_OTHERS = 366, 999
LEAST_MG_PER_KG = Decimal("0.05")
"""Fewer mg by their weight are asked about: they may be mg/kg (default: our choice, no clinical limit)."""


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


def infusions_elsewhere(chart: PersonChart, here: Iterable[datetime] = ()) -> tuple[Recorded[InfusedElsewhere], ...]:
    """Return the infusions that others gave, the first one first, each once however many records tell of it.

    Nobody is given two on one day: what is told twice of a day is one infusion, and so is what was given here on it.
    What is told of a day that is not sure counts by itself until somebody says which infusion it is.

    Parameters
    ----------
    here
        When each infusion of this clinic began.
    """
    found = map(_as_one, infusions_told(chart))
    starts = tuple(here)
    return tuple(
        each
        for each in found
        if each.event.within_days
        or not any(start.astimezone(each.at.tzinfo).date() == each.event.given_on for start in starts)
    )


def most_mg(chart: PersonChart, infusion: Recorded[InfusedElsewhere]) -> Decimal | None:
    """Return the most mg that any record tells of an infusion elsewhere, None where none does."""
    told = (each for each in infusions_told(chart) if any(one.seq == infusion.seq for one in each))
    return max((each.event.mg for tellings in told for each in tellings if each.event.mg is not None), default=None)


def undated(infusions: Sequence[Recorded[InfusedElsewhere]]) -> tuple[int, ...]:
    """Return for each infusion elsewhere how many before it are told of by number alone, without a day of their own."""
    counted, found = 0, []
    for each in infusions:
        alone = max(0, each.event.others_before - counted)
        found.append(alone)
        counted += alone + 1
    return tuple(found)


def demand_possible(event: InfusedElsewhere) -> None:
    """Raise Malformed where what is told of an infusion cannot have been."""
    if event.mg is not None and not 0 < event.mg <= MOST_MG:
        raise Malformed(f"{plain(event.mg)} mg cannot have been given. Leave it empty where nobody knows.")
    if event.weight_kg is not None and event.weight_kg <= 0:
        raise Malformed(f"Nobody weighs {plain(event.weight_kg)} kg. Leave it empty where nobody knows.")
    if event.mg is not None and event.weight_kg is not None and event.mg / event.weight_kg < LEAST_MG_PER_KG:
        by = f"{plain(event.mg)} mg by {plain(event.weight_kg)} kg"
        raise Malformed(f"{by} is very little. Is this mg/kg? Enter the mg that were given.")
    if event.minutes is not None and not 1 <= event.minutes <= MOST_MINUTES:
        raise Malformed(f"An infusion takes 1 to {MOST_MINUTES} minutes. Leave it empty where nobody knows.")


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
        within_days=min(each.within_days for each in events),
        others_before=max(each.others_before for each in events),
        words="; ".join(dict.fromkeys(filter(None, (*(each.words for each in events), differ)))),
    )
    return replace(told[0], event=event, recorded_at=min(each.recorded_at for each in told))


def _agreed(told: Sequence[Told | None]) -> Told | None:
    """Return what those who tell something tell alike, None where they differ or nobody does."""
    found = {each for each in told if each is not None}
    return found.pop() if len(found) == 1 else None


def latest_start(infusion: Recorded[InfusedElsewhere], zone: tzinfo) -> datetime:
    """Return when an infusion elsewhere began at the latest, of which the hour and perhaps the day are not known.

    That is the last minute of the last day that it can have been, and never after somebody told of it.
    """
    after = infusion.event.given_on + timedelta(days=1 + infusion.event.within_days)
    return min(datetime.combine(after, time(), tzinfo=zone) - timedelta(minutes=1), infusion.recorded_at)


def latest_starts(chart: PersonChart, zone: tzinfo, here: Iterable[datetime] = ()) -> tuple[datetime, ...]:
    """Return when each infusion elsewhere began at the latest, the first one first."""
    return tuple(latest_start(each, zone) for each in infusions_elsewhere(chart, here))


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
    about = f"? {day_words(event)}" if event.within_days else ""
    before = f"{event.others_before} before it" if event.others_before else ""
    return "; ".join(part for part in (what, about, borne, event.words, before) if part)
