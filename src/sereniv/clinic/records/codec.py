"""Events to the canonical JSON text that is stored and hashed, and back; every old version stays readable."""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import cattrs
from cattrs.errors import BaseValidationError

from sereniv.clinic.records import house_events
from sereniv.therapy import custody
from sereniv.therapy.person import events as person_events
from sereniv.therapy.session import events as session_events
from sereniv.verify import canonical

Event = person_events.PersonEvent | session_events.SessionEvent | custody.StockEvent | house_events.HouseEvent

VERSIONS: dict[str, int] = {
    "AppointmentBooked": 2,
    "AppointmentCancelled": 2,
    "AppointmentMoved": 3,
    "CandidacyDecided": 2,
    "CheckInRecorded": 2,
    "ConditionsRecorded": 2,
    "ConsentRecorded": 4,
    "Discharged": 3,
    "DrugAccounted": 2,
    "DrugDrawn": 2,
    "DrugPrepared": 2,
    "DrugReconciled": 2,
    "DrugSpilt": 2,
    "EvaluationRecorded": 2,
    "HomeFounded": 2,
    "InfusedElsewhere": 2,
    "MedicineGiven": 2,
    "MonitorDisconnected": 2,
    "OrderSigned": 3,
    "RecordReceived": 2,
    "SafetyAsked": 2,
    "PregnancyRecorded": 2,
    "ScaleAnswered": 2,
    "SessionOpened": 3,
    "ThoughtsHeard": 2,
    "VialCounted": 2,
    "VialReceived": 3,
    "VialWasted": 2,
    "ViewsAudited": 2,
    "VitalsCharted": 3,
    "WorkUpRecorded": 3,
    "SignInLinked": 2,
}
"""The present payload version of a kind, where it is not 1."""

_CORRECTS_NOTHING: Mapping[str, Any] = {"corrects": None, "reason": ""}
_BY_RATE: Mapping[str, Any] = {"rate_mg_per_kg_per_h": None, "cap_mg_per_h": None}


def _decided_without_grounds(content: dict[str, Any]) -> dict[str, Any]:
    """Read a decision of before findings kept their grounds: what was met then is looked at again."""
    return {**content, "findings": [{**each, "grounds": []} for each in content["findings"]]}


def _evaluated_without_conclusion(content: dict[str, Any]) -> dict[str, Any]:
    """Read an evaluation of before they concluded: it left that to the decision."""
    return {**content, "conclusion": "not_stated"}


def _total_as_decimal(content: dict[str, Any]) -> dict[str, Any]:
    """Read a total that was written as a whole number: since then a total may be a mean."""
    total = content["total"]
    return {**content, "total": None if total is None else str(total)}


def _asked_of_volume_too(content: dict[str, Any]) -> dict[str, Any]:
    """Read a receipt of before its volume was asked back: the reason was of its strength alone."""
    kept = {name: value for name, value in content.items() if name != "unusual_strength_reason"}
    return {**kept, "unusual_reason": content["unusual_strength_reason"]}


_ONLY_IN_WORDS: Mapping[str, Any] = {
    "asked_by": "",
    "questions": {},
    "risk": "not_stated",
    "why_lower": "",
    "done": [],
    "safety_plan": "",
    "told": [],
    "next_contact": None,
}
"""What taking up a suicide item did not ask for before."""

UPGRADES: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("CandidacyDecided", 1): _decided_without_grounds,
    ("CheckInRecorded", 1): lambda content: {**content, "red": []},
    ("ConditionsRecorded", 1): lambda content: {**content, "asked": []},
    ("ConsentRecorded", 1): lambda content: {
        **content,
        "signer": "patient",
        "relation": "",
        "signed_on": None,
        "interpreter_name": "",
    },
    ("ConsentRecorded", 2): lambda content: {**content, "works_here": ""},
    ("ConsentRecorded", 3): lambda content: {**content, "form": ""},
    ("Discharged", 1): lambda content: {**content, "identity_checked": False},
    ("Discharged", 2): lambda content: {**content, "way": "as planned", "told": ""},
    ("DrugPrepared", 1): lambda content: {**content, **_CORRECTS_NOTHING},
    ("DrugReconciled", 1): lambda content: {**content, **_CORRECTS_NOTHING},
    ("DrugSpilt", 1): lambda content: {**content, "corrects": None},
    ("DrugAccounted", 1): lambda content: {**content, **_CORRECTS_NOTHING},
    ("DrugDrawn", 1): lambda content: {**content, **_CORRECTS_NOTHING},
    ("VialCounted", 1): lambda content: {**content, "expected_ml": None, "tolerance_ml": "0"},
    ("VialWasted", 1): lambda content: {**content, "method": ""},
    ("VialReceived", 1): lambda content: {**content, "unusual_strength_reason": ""},
    ("VialReceived", 2): _asked_of_volume_too,
    ("HomeFounded", 1): lambda content: {**content, "home": ""},
    ("InfusedElsewhere", 1): lambda content: {**content, "within_days": 0, "others_before": 0},
    ("EvaluationRecorded", 1): _evaluated_without_conclusion,
    ("AppointmentBooked", 1): lambda content: {**content, "doubts": [], "despite": ""},
    ("AppointmentCancelled", 1): lambda content: {**content, "told": None},
    ("AppointmentMoved", 1): lambda content: {**content, "told": None},
    ("AppointmentMoved", 2): lambda content: {**content, "doubts": [], "despite": ""},
    ("MedicineGiven", 1): lambda content: {**content, "questions": []},
    ("MonitorDisconnected", 1): lambda content: {**content, "ended": 0},
    ("OrderSigned", 1): lambda content: {**content, **_BY_RATE},
    ("OrderSigned", 2): lambda content: {**content, "shown": []},
    ("SafetyAsked", 1): lambda content: {**content, **_ONLY_IN_WORDS},
    ("RecordReceived", 1): lambda content: {**content, "asks": False},
    ("PregnancyRecorded", 1): lambda content: {**content, "breastfeeding": None},
    ("ScaleAnswered", 1): _total_as_decimal,
    ("SessionOpened", 1): lambda content: {
        **content,
        "plan": {**content["plan"], "kind": "psychiatric", **_BY_RATE},
    },
    ("SessionOpened", 2): lambda content: {**content, "plan": {**content["plan"], "watched_for": []}},
    ("SignInLinked", 1): lambda content: {**content, "reason": ""},
    ("ThoughtsHeard", 1): lambda content: {**content, "in_words": False},
    ("ViewsAudited", 1): lambda content: {"views": [{**each, "showed": []} for each in content["views"]]},
    ("WorkUpRecorded", 1): lambda content: {**content, "values": []},
    ("WorkUpRecorded", 2): lambda content: {**content, "values_confirmed": False},
    ("VitalsCharted", 1): lambda content: {**content, "etco2": None, "temperature": None},
    ("VitalsCharted", 2): lambda content: {**content, "mean_pressure": None, "oxygen_flow": None, "rhythm": ""},
}
"""How to read an older payload: (kind, version) to a function giving the next version's payload."""


@cache
def kinds() -> dict[str, type[Event]]:
    """Return every kind of event by its name."""
    return {kind.__name__: kind for kind in _members(Event)}


def _members(union: object) -> tuple[type[Event], ...]:
    found: list[type[Event]] = []
    for member in typing.get_args(union):
        found.extend(_members(member) if isinstance(member, types.UnionType) else (member,))
    return tuple(found)


def encode(event: Event) -> tuple[str, int, str]:
    """Return an event's kind, payload version and canonical payload text."""
    kind = type(event).__name__
    return kind, VERSIONS.get(kind, 1), canonical(_converter().unstructure(event))


def as_plain(event: Event) -> dict[str, Any]:
    """Return an event's payload in its present form, field by field."""
    found: dict[str, Any] = _converter().unstructure(event)
    return found


def fields_of(kind: str) -> tuple[str, ...]:
    """Return the names of what a kind of event holds; the payload as it is where the kind is not known."""
    found = kinds().get(kind)
    return tuple(each.name for each in dataclasses.fields(found)) if found else ("payload",)


def decode(kind: str, version: int, payload: str) -> Event:
    """Read a stored payload of any version back into its event.

    Raises
    ------
    ValueError
        When the kind is unknown or the payload does not fit it: the ledger was written by a newer program.
    """
    if kind not in kinds() or version > VERSIONS.get(kind, 1):
        raise ValueError(
            f"Unknown kind of entry {kind!r}, version {version}: this ledger was written by a newer Sereniv."
        )
    try:
        content = json.loads(payload)
        for older in range(version, VERSIONS.get(kind, 1)):
            content = UPGRADES[kind, older](content)
        event: Event = _converter().structure(content, kinds()[kind])
    except (BaseValidationError, InvalidOperation) as error:
        problems = "; ".join(cattrs.transform_error(error))
        raise ValueError(f"A {kind} of version {version} does not read: {problems}") from error
    except (LookupError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"A {kind} of version {version} does not read: {error}") from error
    return event


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    return converter
