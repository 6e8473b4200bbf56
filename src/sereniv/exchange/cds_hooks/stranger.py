"""Somebody who is not in this clinic's register, as another record sent them: a chart of what was sent, no more.

What was not sent is unknown and never fine. A list that was looked for and came back empty is a list of nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sereniv.exchange.cds_hooks.asking import Asking
from sereniv.exchange.fhir.written import Resource
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.chart import PersonChart, Registered, chart_of
from sereniv.therapy.person.events import HistoryList, HistoryRecorded, Measured, MedicinesListed, PersonEvent
from sereniv.therapy.person.medicines import medicine
from sereniv.therapy.recording.entry import Recorded

BODY_WEIGHT = "29463-7"
SEXES = {"male": "male", "female": "female"}
TAKEN = frozenset({"active", "intended", "on-hold"})
LONGEST_NAME = 200
FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """What is known of them: a chart of it, and what the register would hold; None without a day of birth."""

    chart: PersonChart
    registered: Registered | None


def stranger(
    asking: Asking, patient: Resource, now: datetime, rules: Knowledge, drafted: Sequence[str] = ()
) -> Stranger:
    """Return somebody as another record sent them; `drafted` are medicines about to be ordered."""
    events: list[tuple[datetime, PersonEvent]] = []
    names = [*_medicines(asking), *drafted]
    if asking.has("medications") or names:
        listed = tuple(medicine(each, None, False, rules.medicines) for each in dict.fromkeys(names))
        events.append((now, MedicinesListed(medicines=listed)))
    allergies = tuple(name for each in asking.resources("AllergyIntolerance") if (name := name_of(each, "code")))
    if asking.has("allergies") or allergies:
        events.append((now, HistoryRecorded(list=HistoryList.ALLERGIES, entries=allergies)))
    weighed = weight(asking)
    if weighed is not None:
        events.append((weighed[1], Measured(weight_kg=weighed[0], questions={})))
    return Stranger(chart=chart_of(_entries(events)), registered=_registered(patient))


def _entries(events: Sequence[tuple[datetime, PersonEvent]]) -> Iterator[Recorded[PersonEvent]]:
    for number, (at, event) in enumerate(events, start=1):
        yield Recorded(
            seq=number, stream_seq=number, at=at, recorded_at=at, recorded_by="sent", co_signed_by="", event=event
        )


def _registered(patient: Resource) -> Registered | None:
    born = born_on(patient)
    if born is None:
        return None
    # What they are considered for is not known to another record: no rule of an indication is asked.
    return Registered(born=born, sex_at_birth=SEXES.get(str(patient.get("gender")), "other"), indication="")


def born_on(patient: Resource) -> date | None:
    """Return the day of birth that a Patient has; a year alone is none."""
    try:
        born = date.fromisoformat(str(patient.get("birthDate")))
    except ValueError:
        return None
    return born if born.year >= FIRST_YEAR else None


def _medicines(asking: Asking) -> Iterator[str]:
    for each in asking.resources("MedicationStatement", "MedicationRequest"):
        name = name_of(each, "medicationCodeableConcept")
        if name and str(each.get("status")) in TAKEN:
            yield name


def name_of(resource: Resource, element: str) -> str:
    """Return how a resource names what it is about: its text, else what its codes are called."""
    concept = resource.get(element)
    if not isinstance(concept, dict):
        return ""
    codings = concept.get("coding")
    called = [each.get("display") for each in codings if isinstance(each, dict)] if isinstance(codings, list) else []
    found = next((each for each in (concept.get("text"), *called) if isinstance(each, str) and each.strip()), "")
    return found.strip()[:LONGEST_NAME]


def weight(asking: Asking) -> tuple[Decimal, datetime] | None:
    """Return the newest weight in kg that was sent, and when it was taken; None where there is none that reads."""
    found = [taken for each in asking.resources("Observation") if (taken := _weight(each)) is not None]
    return max(found, key=lambda each: each[1], default=None)


def _weight(observation: Resource) -> tuple[Decimal, datetime] | None:
    code = observation.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    named = (
        {str(each.get("code")) for each in codings if isinstance(each, dict)} if isinstance(codings, list) else set()
    )
    value = observation.get("valueQuantity")
    if BODY_WEIGHT not in named or not isinstance(value, dict) or value.get("code", value.get("unit")) != "kg":
        return None
    if str(observation.get("status")) not in {"final", "amended", "corrected"}:
        return None
    kilograms = number(value.get("value"))
    try:
        at = datetime.fromisoformat(str(observation.get("effectiveDateTime")).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (kilograms, at) if kilograms is not None and at.tzinfo is not None else None


def number(value: Any) -> Decimal | None:  # noqa: ANN401  whatever was sent
    """Return a number that was sent, None where it is none that a scale or a pump could show."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found < Decimal(100_000) else None
