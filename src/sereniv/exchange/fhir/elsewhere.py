"""Infusions that others gave, as their record has them: statements, never administrations of this clinic."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from sereniv.exchange.fhir import lists
from sereniv.exchange.fhir.record import IN_ERROR, Record, Versions, headed
from sereniv.exchange.fhir.written import Element, kept, moment, reference
from sereniv.therapy.person.elsewhere import infused_words
from sereniv.therapy.person.events import InfusedElsewhere, TellingPlaced
from sereniv.therapy.person.told_twice import infusions_told, perhaps_twice
from sereniv.therapy.recording.entry import Recorded

AGAIN = "Told twice: this is part of what it names, one infusion and not two."


def medicines(record: Record) -> Iterator[Versions]:
    """Give every medicine that was ever on the list, and every infusion that others gave."""
    return chain(lists.medicines(record), _infusions(record))


def _infusions(record: Record) -> Iterator[Versions]:
    part_of, doubts = _part_of(record), _doubts(record)
    for entry in record.chart.entries:
        if isinstance(entry.event, InfusedElsewhere):
            told = _infusion(record, entry, entry.event, part_of.get(entry.seq), doubts.get(entry.seq, ""))
            yield _as_it_was_said(record, entry, told)


def _as_it_was_said(record: Record, entry: Recorded[object], told: Element) -> Versions:
    """Return a telling with a version for each word on which infusion it is of: the newest word as it counts now."""
    words = [each for each in record.chart.all(TellingPlaced) if each.event.told == entry.seq]
    untold = {name: value for name, value in told.items() if name != "partOf"} if words else told
    found = [headed(untold, 1, entry.recorded_at)]
    for number, word in enumerate(words, start=2):
        found.append(headed(told if word is words[-1] else untold, number, word.recorded_at))
    struck = record.chart.struck.get(entry.stream_seq)
    if struck is not None:
        found.append(headed({**told, "status": IN_ERROR}, len(found) + 1, struck.recorded_at))
    return Versions(all=tuple(found))


def _part_of(record: Record) -> dict[int, Element]:
    """Return of each further telling of one infusion what it is part of: the first telling, or what was given here."""
    zone = record.clinic.zone
    here = {
        each.chart.started_at.astimezone(zone).date(): reference("MedicationAdministration", each.id)
        for each in record.sittings
        if each.chart.started_at is not None
    }
    found: dict[int, Element] = {}
    for tellings in infusions_told(record.chart):
        day, is_sure = tellings[0].event.given_on, not tellings[0].event.within_days
        first, *again = sorted(each.seq for each in tellings)
        if day in here and is_sure:
            found |= dict.fromkeys((first, *again), here[day])
        else:
            found |= dict.fromkeys(again, reference("MedicationStatement", f"{first}-infused-elsewhere"))
    return found


def _doubts(record: Record) -> dict[int, str]:
    """Return of each telling that may be of an infusion told already what it may be: nobody has said yet."""
    starts = [each.chart.started_at for each in record.sittings if each.chart.started_at is not None]
    return {each.telling.seq: each.words for each in perhaps_twice(record.chart, starts)}


def _infusion(
    record: Record, entry: Recorded[object], event: InfusedElsewhere, part_of: Element | None, doubt: str
) -> Element:
    mg = {"doseQuantity": {"value": event.mg, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
    notes = (f"Given elsewhere, as {event.told_by} has it: {infused_words(event)}", AGAIN if part_of else "", doubt)
    return kept(
        {
            "resourceType": "MedicationStatement",
            "id": f"{entry.seq}-infused-elsewhere",
            "partOf": [part_of] if part_of else [],
            "status": "completed",
            "medicationCodeableConcept": {"text": "Ketamine, intravenous infusion given elsewhere"},
            "subject": record.patient,
            **_effective(event),
            "dateAsserted": moment(entry.recorded_at),
            "informationSource": {"display": event.told_by},
            "note": [{"text": each} for each in notes if each],
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
