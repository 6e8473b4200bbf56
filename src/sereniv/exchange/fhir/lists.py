"""What a person has and takes: diagnoses and conditions, allergies, medicines.

Lists are gone through as a whole, again and again. A line keeps the id of the entry in which it first stood, for as
long as it comes back: each list that says otherwise of it makes its next version.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sereniv.exchange.fhir.record import IN_ERROR, Record, Versions, headed, versions
from sereniv.exchange.fhir.written import Element, concept, kept, moment, own_concept
from sereniv.therapy.person.diagnoses import standing
from sereniv.therapy.person.elsewhere import origins
from sereniv.therapy.person.events import (
    ConditionsRecorded,
    DiagnosisRecorded,
    HistoryList,
    HistoryRecorded,
    Medicine,
    MedicinesListed,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGY_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
NONE_KNOWN = "no known allergy"


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of a list that is gone through again and again: where it first stood, and what each list said of it."""

    first: Recorded[object]
    number: int
    told: list[tuple[Recorded[object], object | None]] = field(default_factory=list)
    """By which list, and what it said; None from the list on that does not have it."""


def lines(lists: Iterable[tuple[Recorded[object], Sequence[tuple[Hashable, object]]]]) -> list[Line]:
    """Follow each line over the lists, oldest first; a list gives the lines that it has, each with what it says."""
    found: dict[Hashable, Line] = {}
    for entry, has in lists:
        standing_now = dict(has)
        for number, (key, said) in enumerate(standing_now.items(), start=1):
            line = found.setdefault(key, Line(first=entry, number=number))
            if not line.told or line.told[-1][1] != said:
                line.told.append((entry, said))
        for key, line in found.items():
            if key not in standing_now and line.told[-1][1] is not None:
                line.told.append((entry, None))
    return list(found.values())


def _versions(
    line: Line, what: str, make: Callable[[str, Recorded[object], object | None, object], Element]
) -> Versions:
    """Return every version of a line; once it is gone, it is made of what was said of it last."""
    made, last = [], line.told[0][1]
    for number, (entry, said) in enumerate(line.told, start=1):
        last = said if said is not None else last
        resource_id = f"{line.first.seq}-{what}-{line.number}"
        made.append(headed(make(resource_id, entry, said, last), number, entry.recorded_at))
    return Versions(all=tuple(made))


def conditions(record: Record) -> Iterator[Versions]:
    """Give every diagnosis, and every condition of the checklists."""
    stand = {each.seq for each in standing(record.chart)}
    for entry in record.chart.entries:
        if isinstance(entry.event, DiagnosisRecorded):
            struck = record.chart.struck.get(entry.stream_seq)
            # A condition that was entered in error has no clinical state.
            yield versions(
                _diagnosis(record, entry, entry.event, entry.seq in stand), entry, struck,
                verificationStatus=concept(VERIFICATION, IN_ERROR, "Entered in Error"), clinicalStatus=None,
            )  # fmt: skip
    for which in (HistoryList.CONDITIONS, HistoryList.PSYCHIATRIC):
        gone_through = [each for each in record.chart.all(ConditionsRecorded) if each.event.list is which]
        told = ((each, _checked(record, each.event)) for each in gone_through)
        for line in lines(told):
            yield _versions(line, "condition", _condition(record))


def _diagnosis(record: Record, entry: Recorded[object], event: DiagnosisRecorded, stands: bool) -> Element:
    return kept(
        {
            "resourceType": "Condition",
            "id": f"{entry.seq}-diagnosis",
            "clinicalStatus": _state(CLINICAL, stands),
            "verificationStatus": concept(VERIFICATION, "confirmed", "Confirmed"),
            "category": [concept(CONDITION_CATEGORY, "encounter-diagnosis", "Encounter Diagnosis")],
            "code": kept({"coding": _coding(event.icd10), "text": event.words or event.icd10}),
            "subject": record.patient,
            "onsetDateTime": event.since.isoformat() if event.since else "",
            "recordedDate": moment(entry.at),
            "recorder": record.clinic.worker(entry.recorded_by),
            "asserter": None,
            "note": [{"text": f"Diagnosed by {event.diagnosed_by}"}] if event.diagnosed_by else [],
        }
    )


def _coding(icd10: str) -> list[Element]:
    """Return the code of a diagnosis; one that came from elsewhere may be in words alone."""
    return [{"system": ICD10, "code": icd10}] if icd10 else []


def _state(system: str, active: bool) -> Element:
    return concept(system, "active", "Active") if active else concept(system, "inactive", "Inactive")


def _checked(record: Record, event: ConditionsRecorded) -> list[tuple[Hashable, object]]:
    rows = record.clinic.rules.conditions
    named = [(name, (name, rows[name].title if name in rows else name)) for name in event.conditions]
    return [*named, *((f"written {each.casefold().strip()}", ("", each)) for each in event.other)]


def _condition(record: Record) -> Callable[[str, Recorded[object], object | None, object], Element]:
    def make(resource_id: str, entry: Recorded[object], said: object | None, last: object) -> Element:
        code, words = last if isinstance(last, tuple) else ("", "")
        return kept(
            {
                "resourceType": "Condition",
                "id": resource_id,
                "clinicalStatus": _state(CLINICAL, said is not None),
                "verificationStatus": concept(VERIFICATION, "confirmed", "Confirmed") if code else None,
                "category": [concept(CONDITION_CATEGORY, "problem-list-item", "Problem List Item")],
                "code": own_concept("condition", code, words) if code else {"text": words},
                "subject": record.patient,
                "recordedDate": moment(entry.at),
                "recorder": record.clinic.worker(entry.recorded_by),
            }
        )

    return make


def allergies(record: Record) -> Iterator[Versions]:
    """Give every allergy as it was written, and that none is known where that was said; never asked gives nothing."""
    gone_through = [each for each in record.chart.all(HistoryRecorded) if each.event.list is HistoryList.ALLERGIES]
    for line in lines((each, _allergies(each.event)) for each in gone_through):
        yield _versions(line, "allergy", _allergy(record))


def _allergies(event: HistoryRecorded) -> list[tuple[Hashable, object]]:
    if event.none_of_these:
        return [(NONE_KNOWN, NONE_KNOWN)]
    return [(each.casefold().strip(), each) for each in event.entries]


def _allergy(record: Record) -> Callable[[str, Recorded[object], object | None, object], Element]:
    def make(resource_id: str, entry: Recorded[object], said: object | None, last: object) -> Element:
        none = last == NONE_KNOWN
        return kept(
            {
                "resourceType": "AllergyIntolerance",
                "id": resource_id,
                "clinicalStatus": _state(ALLERGY_CLINICAL, said is not None),
                "verificationStatus": concept(ALLERGY_VERIFICATION, "unconfirmed", "Unconfirmed"),
                "code": own_concept("allergy", "none-known", "No known allergy") if none else {"text": str(last)},
                "patient": record.patient,
                "recordedDate": moment(entry.at),
                "recorder": record.clinic.worker(entry.recorded_by),
            }
        )

    return make


def medicines(record: Record) -> Iterator[Versions]:
    """Give every medicine that was ever on the list."""
    told = (
        (each, [(medicine.written.casefold().strip(), medicine) for medicine in each.event.medicines])
        for each in record.chart.all(MedicinesListed)
    )
    for line in lines(told):
        yield _versions(line, "medicine", _medicine(record))


def _medicine(record: Record) -> Callable[[str, Recorded[object], object | None, object], Element]:
    def make(resource_id: str, entry: Recorded[object], said: object | None, last: object) -> Element:
        if not isinstance(last, Medicine):
            raise TypeError("A list of medicines holds medicines.")
        gone = said is None
        return kept(
            {
                "resourceType": "MedicationStatement",
                "id": resource_id,
                # That it is on the list no more does not say why.
                "status": "unknown" if gone else "active",
                "statusReason": [{"text": "It is not on the list that was gone through last."}] if gone else [],
                "medicationCodeableConcept": {"text": last.written},
                "subject": record.patient,
                "effectiveDateTime": moment(entry.at),
                "dateAsserted": moment(entry.at),
                "informationSource": _source(record, entry),
                "note": [{"text": f"Read as {', '.join(last.ingredients)}"}] if last.ingredients else [],
                "dosage": _dosage(last),
            }
        )

    return make


def _source(record: Record, entry: Recorded[object]) -> Element:
    """Return who says so: the patient, or the record from elsewhere that the list came with."""
    origin = origins(record.chart).get(entry.stream_seq)
    return {"display": origin.words} if origin is not None else record.patient


def _dosage(medicine: Medicine) -> list[Element]:
    if medicine.daily_mg is None and not medicine.as_needed:
        return []
    # So many mg a day says not how often: it stays in words.
    words = [f"{plain(medicine.daily_mg)} mg a day"] if medicine.daily_mg is not None else []
    text = ", ".join([*words, *(["as needed"] if medicine.as_needed else [])])
    return [kept({"text": text, "asNeededBoolean": True if medicine.as_needed else None})]
