"""Which vials a clinic had, and whom drug was drawn for from each."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.models import Person, SessionRow, VialRow
from sereniv.clinic.workflows.stock.stock import day_of
from sereniv.therapy.custody import StockEvent, Vial
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.documents.vial import session_of
from sereniv.therapy.recording.entry import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFor:
    """Whom drug was drawn for: the patient, and the session with its order."""

    person: Person
    session: SessionRow
    order: int

    def words(self, setting: Setting) -> str:
        """Write patient, infusion and order."""
        born = "" if self.person.erased_at else f", born {setting.day(self.person.born)}"
        return f"{self.person}{born}, infusion {self.session.infusion_number}, order entry {self.order}"


def drawn_for(entries: Iterable[Recorded[StockEvent]]) -> dict[str, DrawnFor]:
    """Return whom each session is about that drug was drawn for in these entries of vials."""
    sessions = {name for each in entries if (name := session_of(each.event))}
    rows = SessionRow.objects.filter(pk__in=[uuid.UUID(each) for each in sessions]).select_related("person")
    charts = chart_store.session_charts(row.pk for row in rows)
    opened = {row: charts[str(row.pk)].opened for row in rows}
    return {
        str(row.pk): DrawnFor(person=row.person, session=row, order=each.event.order)
        for row, each in opened.items()
        if each is not None
    }


def vials_between(first: date, last: date) -> tuple[Vial, ...]:
    """Return every vial received by the end of the last day that had anything left on the first, by their labels.

    One that was empty before the first day, with nothing written in it since, is found by its row and is not read.
    """
    empty = {f"stock/{row}" for row in VialRow.objects.filter(on_hand_ml=0, residual_mg=0).values_list("pk", flat=True)}
    ends = over_streams.last_recorded("stock/")
    over = {name for name, at in ends.items() if name in empty and day_of(at) < first}
    vials = [chart_store.vial(name.partition("/")[2]) for name in sorted(set(ends) - over)]
    there = [each for each in vials if each.entries and day_of(each.entries[0].at) <= last]
    return tuple(sorted(there, key=lambda vial: vial.label))
