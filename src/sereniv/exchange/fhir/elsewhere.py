"""Infusions that others gave, as their record has them: statements, never administrations of this clinic."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from sereniv.exchange.fhir import lists
from sereniv.exchange.fhir.record import Record, Versions, versions
from sereniv.exchange.fhir.written import Element, kept, moment
from sereniv.therapy.person.elsewhere import infused_words
from sereniv.therapy.person.events import InfusedElsewhere
from sereniv.therapy.recording.entry import Recorded


def medicines(record: Record) -> Iterator[Versions]:
    """Give every medicine that was ever on the list, and every infusion that others gave."""
    return chain(lists.medicines(record), _infusions(record))


def _infusions(record: Record) -> Iterator[Versions]:
    for entry in record.chart.entries:
        if isinstance(entry.event, InfusedElsewhere):
            struck = record.chart.struck.get(entry.stream_seq)
            yield versions(_infusion(record, entry, entry.event), entry, struck)


def _infusion(record: Record, entry: Recorded[object], event: InfusedElsewhere) -> Element:
    mg = {"doseQuantity": {"value": event.mg, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
    return kept(
        {
            "resourceType": "MedicationStatement",
            "id": f"{entry.seq}-infused-elsewhere",
            "status": "completed",
            "medicationCodeableConcept": {"text": "Ketamine, intravenous infusion given elsewhere"},
            "subject": record.patient,
            **_effective(event),
            "dateAsserted": moment(entry.recorded_at),
            "informationSource": {"display": event.told_by},
            "note": [{"text": f"Given elsewhere, as {event.told_by} has it: {infused_words(event)}"}],
            "dosage": [{"doseAndRate": [mg]}] if event.mg is not None else [],
        }
    )


def _effective(event: InfusedElsewhere) -> Element:
    """Return the day, or from when until when it can have been."""
    if not event.within_days:
        return {"effectiveDateTime": event.given_on.isoformat()}
    either = timedelta(days=event.within_days)
    return {
        "effectivePeriod": {
            "start": (event.given_on - either).isoformat(),
            "end": (event.given_on + either).isoformat(),
        }
    }
