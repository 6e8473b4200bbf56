"""What another record sends of somebody: resources as its maker would write them."""

import json
from typing import Any

ACTIVE = [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]
SENT = ("Patient", "Condition", "AllergyIntolerance", "MedicationStatement", "Observation", "QuestionnaireResponse")
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


def result(
    person: str, loinc: str = "1742-6", value: Any = 22, limit: Any = 40, unit: str = "U/L", **more: Any
) -> dict[str, Any]:
    """Return a result of a laboratory with its limits: ALT, unless another code is named."""
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    limits = [{"low": {**quantity, "value": 0}, "high": {**quantity, "value": limit}}]
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-02-27T09:30:00+01:00",
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]}, "valueQuantity": quantity,
        "referenceRange": limits, "subject": {"reference": f"Patient/{person}"}, **more,
    }  # fmt: skip


def panel(person: str, **values: Any) -> list[dict[str, Any]]:
    """Return a liver panel as five results; `values` are other values than 22 U/L, of bilirubin 0.6 mg/dL."""
    codes = {"alt": "1742-6", "ast": "1920-8", "alp": "6768-6", "ggt": "2324-2"}
    limits = {"alt": 40, "ast": 40, "alp": 120, "ggt": 60}
    enzymes = [result(person, codes[name], values.get(name, 22), limits[name]) for name in codes]
    return [*enzymes, result(person, "1975-2", values.get("bilirubin", 0.6), 1.2, "mg/dL")]


def phq9(person: str, *answers: int | None, **more: Any) -> dict[str, Any]:
    """Return answers to the PHQ-9 under LOINC's codes of its items, None for one that was left blank."""
    codes = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
    items = [
        {"linkId": f"/{code}", **({} if answer is None else {"answer": [{"valueInteger": answer}]})}
        for code, answer in zip(codes, answers, strict=True)
    ]
    return {
        "resourceType": "QuestionnaireResponse", "questionnaire": "http://loinc.org/q/44249-1", "status": "completed",
        "authored": "2026-02-27T09:30:00+01:00", "subject": {"reference": f"Patient/{person}"}, "item": items, **more,
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
