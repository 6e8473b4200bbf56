"""What a resource must pass before anybody else reads it: FHIR's own schema, fhir.resources, and a table of ours.

No one of them is enough. The schema lets two values of one choice pass; fhir.resources takes any status; neither knows
UCUM, nor that a pressure has two halves.
"""

import json
import lzma
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

SCHEMA = Path(__file__).parents[2] / "data" / "fhir_r4" / "fhir.schema.json.xz"
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"

UNITS = {
    "8867-4": "/min", "9279-1": "/min", "2708-6": "%", "59408-5": "%", "8480-6": "mm[Hg]", "8462-4": "mm[Hg]",
    "8478-0": "mm[Hg]", "29463-7": "kg", "8302-2": "cm", "8310-5": "Cel",
}  # fmt: skip
"""UCUM's code of what is measured under a code of LOINC, as the vital signs profiles ask for it."""

KNOWN_UCUM = {*UNITS.values(), "mg", "ug", "g", "mL", "mL/h", "L/min", "{score}"}


@cache
def _schema() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(lzma.decompress(SCHEMA.read_bytes()))
    return content


@cache
def _validator(type_name: str) -> Any:
    """Return the validator of one type: held against all at once, what is wrong has no words."""
    return jsonschema_rs.validator_for({**_schema(), "oneOf": [{"$ref": f"#/definitions/{type_name}"}]})


def wrong_with(resource: dict[str, Any]) -> list[str]:
    """Return everything that is wrong with a resource."""
    name = resource["resourceType"]
    return [f"{name}/{resource.get('id', '')}: {words}" for words in _wrong(name, resource)]


def _wrong(name: str, resource: dict[str, Any]) -> Iterator[str]:
    if not _validator(name).is_valid(resource):
        definition = {**_schema(), **_schema()["definitions"][name]}
        definition.pop("oneOf", None)
        for error in jsonschema_rs.validator_for(definition).iter_errors(resource):
            yield f"schema: {error.message[:300]} at {list(error.instance_path)}"
    try:
        get_fhir_model_class(name).model_validate(resource)
    except ValidationError as error:
        yield f"fhir.resources: {str(error)[:300]}"
    yield from _against_our_table(resource)


def _against_our_table(resource: dict[str, Any]) -> Iterator[str]:
    yield from (f"unit {each}" for each in _units(resource) if each not in KNOWN_UCUM)
    if resource["resourceType"] != "Observation":
        return
    codes = {each["code"] for each in resource.get("code", {}).get("coding", []) if each["system"] == LOINC}
    if "85354-9" in codes:
        parts = {part["code"]["coding"][0]["code"]: part for part in resource.get("component", [])}
        if not {"8480-6", "8462-4"} <= set(parts):
            yield "a pressure without one of its halves"
        for code, part in parts.items():
            if ("valueQuantity" in part) == ("dataAbsentReason" in part):
                yield f"{code} has neither a value nor a reason for none, or both"
            if part.get("valueQuantity", {}).get("code", UNITS[code]) != UNITS[code]:
                yield f"{code} in another unit"
    elif not any(key.startswith("value") for key in resource) and "dataAbsentReason" not in resource:
        yield "neither a value nor a reason for none"
    for code in codes & set(UNITS):
        if resource.get("valueQuantity", {}).get("code", UNITS[code]) != UNITS[code]:
            yield f"{code} in {resource['valueQuantity']['code']}"
    for needed in ("subject", "effectiveDateTime", "category"):
        if needed not in resource:
            yield f"no {needed}"


def _units(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("system") == UCUM:
            yield value["code"]
        for each in value.values():
            yield from _units(each)
    elif isinstance(value, list):
        for each in value:
            yield from _units(each)
