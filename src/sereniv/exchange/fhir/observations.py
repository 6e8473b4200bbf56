"""What was measured, seen and scored, as Observations: one for each value of each entry, with an id for life.

The id is the entry's number in the ledger and what it is (`1234-heart-rate`), so that it never changes, and two values
never share one. A value that a person must confirm is `preliminary` until then, and `final` in its next version; one of
an entry that was struck is `entered-in-error`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sereniv.exchange.fhir import codes
from sereniv.exchange.fhir.record import IN_ERROR, Record, Sitting, Versions, performers
from sereniv.exchange.fhir.written import (
    Element,
    Resource,
    concept,
    kept,
    meta,
    moment,
    notes,
    own_concept,
    quantity,
    reference,
)
from sereniv.knowledge.rows import Scale
from sereniv.therapy.person.events import Measured, ScaleAnswered, ScoreEntered, ValueConfirmed
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev

ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
PROFILES = {
    "pressure": "bp",
    "heart_rate": "heartrate",
    "respiratory_rate": "resprate",
    "spo2": "oxygensat",
    "temperature": "bodytemp",
    "weight_kg": "bodyweight",
    "height_cm": "bodyheight",
}
"""The vital signs profiles of FHIR R4 that these are made by."""

Confirmed = Mapping[tuple[int, str], Recorded[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What one Observation is made of: its entry, what struck it, in which session, and when it was confirmed."""

    record: Record
    entry: Recorded[object]
    struck: Recorded[object] | None
    sitting: str = ""
    doubted: tuple[str, ...] = ()
    """Questions about the value that were asked when it was charted."""
    confirmed: Recorded[object] | None = None
    outside: str = ""
    """Why its time lies outside the session, until somebody has answered."""

    def versions(self, what: str, content: Element) -> Versions:
        """Return every version of it: as charted, as confirmed, as struck."""
        base = {
            "resourceType": "Observation",
            "id": f"{self.entry.seq}-{what.replace('_', '-')}",
            "status": "preliminary" if self.doubted or self.outside else "final",
            **content,
            "subject": self.record.patient,
            "encounter": reference("Encounter", self.sitting) if self.sitting else None,
            "effectiveDateTime": moment(self.entry.at),
            "issued": self.entry.recorded_at.isoformat(timespec="milliseconds"),
            "performer": performers(self.record, self.entry),
            "note": notes((*content.get("remarks", ()), *self.doubted, self.outside)),
        }
        base.pop("remarks", None)
        told = [(self.entry, str(base["status"]))]
        told += [(self.confirmed, "final")] if self.confirmed is not None and self.doubted else []
        told += [(self.struck, IN_ERROR)] if self.struck is not None else []
        return Versions(
            all=tuple(
                _profiled(what, {**base, "status": status}, meta(number, by.recorded_at))
                for number, (by, status) in enumerate(told, start=1)
            )
        )


def _profiled(what: str, resource: Resource, about: Element) -> Resource:
    name = PROFILES.get(what)
    profile = {"profile": [f"http://hl7.org/fhir/StructureDefinition/{name}"]} if name else {}
    head = {"resourceType": "Observation", "id": resource["id"], "meta": {**about, **profile}}
    return kept({**head, **{key: each for key, each in resource.items() if key not in head}})


def observations(record: Record) -> Iterator[Versions]:
    """Give every Observation of a record, in the ledger's order as far as one stream goes."""
    yield from _of_the_person(record)
    for sitting in record.sittings:
        yield from _of_the_sitting(record, sitting)


def _of_the_person(record: Record) -> Iterator[Versions]:
    confirmed: Confirmed = {
        (each.event.entry, each.event.field): each for each in record.chart.all(ValueConfirmed)
    }  # fmt: skip
    for entry in record.chart.entries:
        struck = record.chart.struck.get(entry.stream_seq)
        match entry.event:
            case Measured() as event:
                yield from _measured(record, entry, struck, event, confirmed)
            case ScaleAnswered() as event:
                yield from _answered(record, entry, struck, event)
            case ScoreEntered() as event:
                yield from _entered(record, entry, struck, event)


def _of_the_sitting(record: Record, sitting: Sitting) -> Iterator[Versions]:
    chart = sitting.chart
    confirmed: Confirmed = {
        (each.event.entry, each.event.field): each
        for each in chart.entries
        if isinstance(each.event, ev.ValueConfirmedInSession)
    }
    for entry in chart.entries:
        struck = chart.struck.get(entry.stream_seq)
        match entry.event:
            case ev.VitalsCharted() as event:
                yield from _measured(record, entry, struck, event, confirmed, sitting)
            case ev.ObservationCharted() as event:
                made = _Made(
                    record=record, entry=entry, struck=struck, sitting=sitting.id,
                    outside=chart.outside.get(entry.stream_seq, ""),
                )  # fmt: skip
                yield made.versions(_named(event.observation), _graded(event))


def _measured(
    record: Record,
    entry: Recorded[object],
    struck: Recorded[object] | None,
    event: Measured | ev.VitalsCharted,
    confirmed: Confirmed,
    sitting: Sitting | None = None,
) -> Iterator[Versions]:
    def made(*fields: str) -> _Made:
        doubted = [name for name in fields if name in event.questions]
        confirming = [found for name in doubted if (found := confirmed.get((entry.stream_seq, name)))]
        return _Made(
            record=record, entry=entry, struck=struck, sitting=sitting.id if sitting else "",
            doubted=tuple(event.questions[name] for name in doubted),
            # A panel is final once each of its doubted values was confirmed.
            confirmed=confirming[-1] if doubted and len(confirming) == len(doubted) else None,
            outside=sitting.chart.outside.get(entry.stream_seq, "") if sitting else "",
        )  # fmt: skip

    if event.systolic is not None or event.diastolic is not None:
        yield made("systolic", "diastolic").versions("pressure", _pressure(event))
    for name, measure in codes.MEASURES.items():
        value: Decimal | None = getattr(event, name, None)
        if value is not None:
            content = {
                "category": codes.VITAL_SIGNS,
                "code": measure.coded,
                "valueQuantity": quantity(value, measure.unit, measure.ucum),
            }
            yield made(name).versions(name, content)


def _pressure(event: Measured | ev.VitalsCharted) -> Element:
    panel = concept(codes.LOINC, codes.PRESSURE, "Blood pressure panel")
    mean: Decimal | None = getattr(event, "mean_pressure", None)
    parts = [_component(codes.SYSTOLIC, event.systolic), _component(codes.DIASTOLIC, event.diastolic)]
    parts += [_component(codes.MEAN, mean)] if mean is not None else []
    return {"category": codes.VITAL_SIGNS, "code": panel, "component": parts}


def _component(measure: codes.Measure, value: Decimal | None) -> Element:
    """Return one half of a pressure; one that was not taken says so, and is never left out."""
    if value is None:
        absent = {"coding": [{"system": ABSENT, "code": "not-performed", "display": "Not Performed"}]}
        return {"code": measure.coded, "dataAbsentReason": absent}
    return {"code": measure.coded, "valueQuantity": quantity(value, measure.unit, measure.ucum)}


def _named(observation: ev.Observation) -> str:
    return str(observation).replace(" ", "-")


def _graded(event: ev.ObservationCharted) -> Element:
    """Return a grade; what is there or not is a boolean, and pain has LOINC's code."""
    remarks = {"remarks": (event.remark,)}
    if event.observation in ev.IS_THERE_OR_NOT:
        code = own_concept("sign", str(event.observation), str(event.observation).capitalize())
        return {"category": codes.EXAM, "code": code, "valueBoolean": event.grade > 0, **remarks}
    if event.observation is ev.Observation.PAIN:
        return {"category": codes.SURVEY, "code": codes.PAIN.coded, "valueInteger": event.grade, **remarks}
    highest = ev.HIGHEST_GRADE.get(event.observation, 3)
    name = "Alertness (MOAA/S)" if event.observation is ev.Observation.MOAAS else str(event.observation).capitalize()
    code = own_concept("grade", str(event.observation), f"{name}, 0 to {highest}")
    return {"category": codes.EXAM, "code": code, "valueInteger": event.grade, **remarks}


def _answered(
    record: Record, entry: Recorded[object], struck: Recorded[object] | None, event: ScaleAnswered
) -> Iterator[Versions]:
    scale = record.clinic.rules.scales.get(event.scale)
    made = _Made(record=record, entry=entry, struck=struck)
    yield made.versions("score", {**_score(event.scale, scale, event.total), **_derived(entry)})
    # The item on suicide is an Observation of its own, so that nobody must know the form to find it.
    if scale is not None and scale.items and scale.safety_item is not None and not scale.safety_range:
        yield made.versions("suicide-item", {**_safety(scale, event), **_derived(entry)})


def _derived(entry: Recorded[object]) -> Element:
    return {"derivedFrom": [reference("QuestionnaireResponse", f"{entry.seq}-answers")]}


def _entered(
    record: Record, entry: Recorded[object], struck: Recorded[object] | None, event: ScoreEntered
) -> Iterator[Versions]:
    scale = record.clinic.rules.scales.get(event.scale)
    made = _Made(record=record, entry=entry, struck=struck)
    yield made.versions("score", _score(event.scale, scale, Decimal(event.total)))


def _score(scale_id: str, scale: Scale | None, total: Decimal | None) -> Element:
    """Return a total; one that could not be worked out because of a blank says so, and is never a zero."""
    title = scale.title if scale is not None else scale_id
    value: Element = {"valueQuantity": quantity(total, "{score}", "{score}")} if total is not None else {
        "dataAbsentReason": {"coding": [{"system": ABSENT, "code": "unknown", "display": "Unknown"}],
                             "text": "At least one item was left blank, so that there is no total."}
    }  # fmt: skip
    return {"category": codes.SURVEY, "code": score_code(scale_id, scale, title), **value}


def score_code(scale_id: str, scale: Scale | None, title: str) -> Element:
    """Return the code of a scale's total: LOINC's where the scale's row has it."""
    if scale is not None and scale.total_loinc:
        coding = {"system": codes.LOINC, "code": scale.total_loinc, "display": f"{title} total score"}
        return {"coding": [coding], "text": f"{title} total score"}
    return own_concept("score", scale_id, f"{title} total score")


def _safety(scale: Scale, event: ScaleAnswered) -> Element:
    number = scale.safety_item or 0
    item = scale.items[number - 1]
    answer = event.answers[number - 1] if number <= len(event.answers) else None
    name = f"{scale.title} item {number}, on suicide"
    coded = {"coding": [{"system": codes.LOINC, "code": item.loinc, "display": name}], "text": name}
    code = coded if item.loinc else own_concept("item", f"{event.scale}-{number}", name)
    value: Element = {"valueInteger": answer} if answer is not None else {
        "dataAbsentReason": {"coding": [{"system": ABSENT, "code": "asked-unknown", "display": "Asked But Unknown"}],
                             "text": "Left blank: it is to be asked in person."}
    }  # fmt: skip
    return {"category": codes.SURVEY, "code": code, **value}
