"""An infusion session as an Encounter, and what ran in it as MedicationAdministrations.

The infusion is one MedicationAdministration, and each rate at which the pump ran is another that is part of it: FHIR
gives one of them one dosage.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from sereniv.exchange.fhir.people import ORGANIZATION
from sereniv.exchange.fhir.record import Record, Sitting, Versions, performers, unversioned, versions
from sereniv.exchange.fhir.written import Element, kept, moment, quantity, reference
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.delivered import delivered, given_mg

CLASS = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "code": "AMB",
    "display": "ambulatory",
}
KETAMINE = {"text": "Ketamine, intravenous infusion"}
INTRAVENOUS = {"text": "Intravenous"}
UNITS = {"mg": "mg", "mcg": "ug", "g": "g", "mL": "mL", "ml": "mL"}
"""Units of medicines as they are charted here, and UCUM's."""

PHASES = {
    Phase.PREPARING: "arrived",
    Phase.READY: "arrived",
    Phase.INFUSING: "in-progress",
    Phase.PAUSED: "in-progress",
    Phase.RECOVERY: "in-progress",
    Phase.DISCHARGED: "finished",
    Phase.SIGNED: "finished",
    Phase.CLOSED_UNUSED: "cancelled",
}


def encounters(record: Record) -> Iterator[Versions]:
    """Give every session."""
    for sitting in record.sittings:
        opened = sitting.chart.opened
        if opened is not None:
            yield unversioned(_encounter(record, sitting, opened.at), sitting.chart.entries)


def _encounter(record: Record, sitting: Sitting, began: datetime) -> Element:
    chart = sitting.chart
    opened = chart.opened
    place = record.clinic.places.get(opened.event.chair) if opened is not None else None
    plan = chart.plan
    return kept(
        {
            "resourceType": "Encounter",
            "id": sitting.id,
            "status": PHASES[chart.phase],
            "class": CLASS,
            "type": [{"text": f"Ketamine infusion {plan.infusion_number}, protocol {plan.protocol}"}],
            "subject": record.patient,
            "period": kept({"start": moment(began), "end": _ended(chart)}),
            "location": [{"location": reference("Location", place.id, place.name)}] if place else [],
            "serviceProvider": reference("Organization", ORGANIZATION, record.clinic.name),
            "hospitalization": _gone(chart),
        }
    )


def _ended(chart: SessionChart) -> str:
    gone = chart.died or chart.transferred or chart.left_unseen or chart.discharged or chart.closed_unused
    return moment(gone.at) if gone is not None else ""


def _gone(chart: SessionChart) -> Element | None:
    """Say in words in which way the patient left, where it was not home as planned."""
    if chart.died is not None:
        return {"dischargeDisposition": {"text": "Died here"}}
    if chart.transferred is not None:
        return {"dischargeDisposition": {"text": f"Transferred: {chart.transferred.event.where}"}}
    if chart.left_unseen is not None:
        return {"dischargeDisposition": {"text": "Left unseen"}}
    if chart.discharged is not None:
        return {"dischargeDisposition": {"text": f"Home, {chart.discharged.event.way}"}}
    return None


def administrations(record: Record) -> Iterator[Versions]:
    """Give every infusion that ran with each of its rates, and every other medicine that was given at the chair."""
    for sitting in record.sittings:
        if sitting.chart.started_at is not None:
            yield unversioned(_infusion(record, sitting, sitting.chart.started_at), sitting.chart.entries)
            yield from _rates(record, sitting)
        yield from _others(record, sitting)


def _infusion(record: Record, sitting: Sitting, started: datetime) -> Element:
    chart = sitting.chart
    now = record.clinic.now
    mg = given_mg(chart, now)
    volume = delivered(chart, chart.stopped_at or now).volume_ml
    account = "as accounted for" if chart.reconciled is not None else "by its charted rates"
    order = record.by_place.get(chart.opened.event.order) if chart.opened is not None else None
    dose = mg.quantize(Decimal("0.01"))
    return kept(
        {
            "resourceType": "MedicationAdministration",
            "id": sitting.id,
            "status": _status(chart),
            "medicationCodeableConcept": KETAMINE,
            "subject": record.patient,
            "context": reference("Encounter", sitting.id),
            "effectivePeriod": kept(
                {"start": moment(started), "end": moment(chart.stopped_at) if chart.stopped_at else ""}
            ),
            "request": reference("MedicationRequest", f"{order.seq}-order") if order is not None else None,
            "note": [{"text": each} for each in chart.deviations],
            "dosage": {
                "text": f"{plain(dose)} mg in {plain(volume.quantize(Decimal('0.1')))} mL, {account}",
                "route": INTRAVENOUS,
                "dose": quantity(dose, "mg", "mg"),
            },
        }
    )


def _status(chart: SessionChart) -> str:
    if chart.stopped_at is not None:
        return "completed"
    return "on-hold" if chart.phase is Phase.PAUSED else "in-progress"


def _rates(record: Record, sitting: Sitting) -> Iterator[Versions]:
    """Give each rate from when it was set until the next; while the pump stood still, nothing was given."""
    chart = sitting.chart
    by_place = {each.stream_seq: each for each in chart.entries}
    last = chart.rates[-1:]
    for step, after in (*pairwise(chart.rates), *((each, None) for each in last)):
        if step.rate_ml_per_h == 0:
            continue
        entry = by_place[step.entry]
        ended = after.at if after is not None else chart.stopped_at
        resource = {
            "resourceType": "MedicationAdministration",
            "id": f"{entry.seq}-rate",
            "partOf": [reference("MedicationAdministration", sitting.id)],
            "status": "completed" if ended is not None else "in-progress",
            "medicationCodeableConcept": KETAMINE,
            "subject": record.patient,
            "context": reference("Encounter", sitting.id),
            "effectivePeriod": kept({"start": moment(step.at), "end": moment(ended) if ended is not None else ""}),
            "performer": [{"actor": each} for each in performers(record, entry)],
            "dosage": {
                "text": f"{plain(step.rate_ml_per_h)} mL/h",
                "route": INTRAVENOUS,
                "rateQuantity": quantity(step.rate_ml_per_h, "mL/h", "mL/h"),
            },
        }
        yield unversioned(kept(resource), chart.entries)


def _others(record: Record, sitting: Sitting) -> Iterator[Versions]:
    for entry in sitting.chart.entries:
        if not isinstance(entry.event, ev.MedicineGiven):
            continue
        event = entry.event
        code = UNITS.get(event.unit)
        dose: Element = quantity(event.dose, event.unit, code) if code else {"value": event.dose, "unit": event.unit}
        resource = {
            "resourceType": "MedicationAdministration",
            "id": f"{entry.seq}-medicine",
            "status": "completed",
            "medicationCodeableConcept": {"text": event.medicine},
            "subject": record.patient,
            "context": reference("Encounter", sitting.id),
            "effectiveDateTime": moment(entry.at),
            "performer": [{"actor": each} for each in performers(record, entry)],
            "reasonCode": [{"text": event.indication}] if event.indication else [],
            "note": [{"text": each} for each in event.questions],
            "dosage": {"text": f"{plain(event.dose)} {event.unit}", "route": {"text": event.route}, "dose": dose},
        }
        yield versions(kept(resource), entry, sitting.chart.struck.get(entry.stream_seq))
