"""What a resource must be before anything is read of it: FHIR's own schema, and what that lets pass."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.fhir.written import Resource

LONGEST_WORDS = 200
CHANGES_WHAT_IT_MEANS = ("modifierExtension", "implicitRules")
ASKED = {"MedicationStatement": "status", "Observation": "status", "QuestionnaireResponse": "status"}
"""What the schema lets be missing, because an element beside it may say why, and the standard asks for."""

CHOICES = ("value", "onset", "abatement", "effective", "medication", "deceased", "multipleBirth")


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(__package__).joinpath("fhir_r4.json").read_text(encoding="utf-8"))
    return found


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({**_schema(), "$ref": f"#/definitions/{name}"})


def demand_shape(resource: Resource, name: str) -> None:
    """Raise Failed, with the path, for what FHIR does not know or asks for, or has two of.

    Whoever does not know an extension that changes what a resource means must not act on it: it is refused, too.
    """
    for error in _validator(name).iter_errors(resource):
        path = _path(name, list(error.instance_path))
        unknown = getattr(error.kind, "unexpected", None)
        if unknown:
            raise Failed(422, "structure", "FHIR R4 knows no such element here.", f"{path}.{unknown[0][:60]}")
        lacking = getattr(error.kind, "property", None)
        if lacking:
            raise Failed(422, "required", "FHIR R4 asks for it.", f"{path}.{lacking}")
        raise Failed(422, "structure", f"FHIR R4 does not take it: {error.message[:LONGEST_WORDS]}", path)
    if name in ASKED and ASKED[name] not in resource:
        raise Failed(422, "required", "FHIR R4 asks for it.", f"{name}.{ASKED[name]}")
    for path in _changes(resource, name):
        raise Failed(422, "extension", "It changes what is meant, and is not known here.", path)
    for choice in CHOICES:
        said = [each for each in resource if each.startswith(choice) and each[len(choice) : len(choice) + 1].isupper()]
        if len(said) > 1:
            raise Failed(422, "structure", f"Only one of {' and '.join(said)}.", f"{name}.{said[1]}")


def _changes(value: object, path: str) -> Iterator[str]:
    """Give where something stands that changes what is meant, also within a part."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in CHANGES_WHAT_IT_MEANS:
                yield f"{path}.{name}"
            yield from _changes(part, f"{path}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _changes(part, f"{path}[{number}]")


def _path(name: str, parts: list[str | int]) -> str:
    return name + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in parts)
