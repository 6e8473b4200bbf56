"""What came from elsewhere: infusions that others gave, and from which file and row an entry came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import InfusedElsewhere, RecordBrought
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain


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


def infusions_elsewhere(chart: PersonChart) -> tuple[Recorded[InfusedElsewhere], ...]:
    """Return the infusions that others gave, the first one first."""
    return tuple(sorted(chart.all(InfusedElsewhere), key=lambda each: (each.event.given_on, each.seq)))


def latest_start(event: InfusedElsewhere, zone: tzinfo) -> datetime:
    """Return when an infusion elsewhere began at the latest: of its day the hour is not known, so its last moment."""
    return datetime.combine(event.given_on + timedelta(days=1), time(), tzinfo=zone) - timedelta(minutes=1)


def latest_starts(chart: PersonChart, zone: tzinfo) -> tuple[datetime, ...]:
    """Return when each infusion elsewhere began at the latest, the first one first."""
    return tuple(latest_start(each.event, zone) for each in infusions_elsewhere(chart))


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
