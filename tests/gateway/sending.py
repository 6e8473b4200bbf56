"""What another record sends of somebody: resources as its maker would write them."""

import json
from typing import Any

ACTIVE = [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]
SENT = ("Patient", "Condition", "AllergyIntolerance", "MedicationStatement", "Observation")
SENDS = tuple(f"system/{each}.crs" for each in SENT)


def allergy(person: str, written: str = "penicillin", **more: Any) -> dict[str, Any]:
    """Return an allergy."""
    return {
        "resourceType": "AllergyIntolerance", "clinicalStatus": {"coding": ACTIVE}, "code": {"text": written},
        "patient": {"reference": f"Patient/{person}"}, **more,
    }  # fmt: skip


def condition(person: str, written: str = "Glaucoma", **more: Any) -> dict[str, Any]:
    """Return a condition."""
    return {
        "resourceType": "Condition", "code": {"text": written}, "subject": {"reference": f"Patient/{person}"}, **more,
    }  # fmt: skip


def medicine(person: str, written: str = "sertraline 50 mg", **more: Any) -> dict[str, Any]:
    """Return a medicine that is taken."""
    return {
        "resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": written},
        "subject": {"reference": f"Patient/{person}"}, **more,
    }  # fmt: skip


def weight(person: str, value: Any = 71.5, unit: str = "kg", **more: Any) -> dict[str, Any]:
    """Return a weight."""
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-02-27T09:30:00+01:00",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}, "valueQuantity": quantity,
        "subject": {"reference": f"Patient/{person}"}, **more,
    }  # fmt: skip


def patient(person: str, **more: Any) -> dict[str, Any]:
    """Return a Patient as this clinic knows them by its own identifier."""
    return {
        "resourceType": "Patient", "identifier": [{"system": "urn:sereniv:person", "value": person}],
        "name": [{"family": "Lind", "given": ["Ida"]}], "birthDate": "1980-02-02", **more,
    }  # fmt: skip


def transaction(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a transaction that creates resources."""
    entries = [
        {"resource": each, "request": {"method": "POST", "url": each["resourceType"]}, **more} for each in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def posted(client: Any, resource: Any, address: str = "", **headers: str) -> Any:
    """Send a resource, or a text as it is, to the address of its type."""
    text = resource if isinstance(resource, str | bytes) else json.dumps(resource)
    where = address or f"/fhir/{resource['resourceType']}"
    return client.post(where, text, "application/fhir+json", headers=headers)
