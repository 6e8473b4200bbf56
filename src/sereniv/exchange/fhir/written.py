"""Resources as JSON text, and what every part of them is made of: numbers stay as they were recorded."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Resource = dict[str, Any]
Element = dict[str, Any]

MEDIA_TYPE = "application/fhir+json"
OWN = "urn:sereniv:"
"""How our own code systems and identifiers begin."""


NUMBER = re.compile(r'"\\u0000(-?[0-9.]+)\\u0000"', re.ASCII)
"""A number as it leaves the encoder, between signs that no text of a record holds."""


def written(value: object) -> str:
    """Return a resource as JSON; a Decimal is written with the digits it has, where a float would drop some."""
    return NUMBER.sub(r"\1", json.dumps(value, default=_marked, ensure_ascii=False, separators=(",", ":")))


def _marked(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"A resource holds no {type(value).__name__}.")
    return f"\0{value:f}\0"


def kept(elements: Mapping[str, Any]) -> Element:
    """Return the elements that hold something: FHIR has no empty ones."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}


def concept(system: str, code: str, display: str, text: str = "") -> Element:
    """Return a coded concept."""
    return kept({"coding": [{"system": system, "code": code, "display": display}], "text": text or display})


def own_concept(what: str, code: str, display: str) -> Element:
    """Return a concept of our own code system for `what`, where no standard's code was looked up."""
    return concept(f"{OWN}{what}", code.replace(" ", "-"), display)


def reference(type_name: str, resource_id: str, display: str = "") -> Element:
    """Return a reference to a resource of this server."""
    return kept({"reference": f"{type_name}/{resource_id}", "display": display})


def quantity(value: Decimal, unit: str, code: str) -> Element:
    """Return a quantity in a UCUM unit."""
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": code}


def moment(at: datetime) -> str:
    """Return a time with its offset, as FHIR writes it."""
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def day(on: date) -> str:
    """Return a day."""
    return on.isoformat()


def meta(version: int, last_updated: datetime) -> Element:
    """Return what every resource says of itself: which version it is, and when that was recorded."""
    return {"versionId": str(version), "lastUpdated": moment(last_updated)}


def notes(texts: Iterable[str]) -> list[Element]:
    """Return remarks."""
    return [{"text": each} for each in texts if each.strip()]
