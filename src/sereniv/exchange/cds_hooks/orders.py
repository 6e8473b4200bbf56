"""Orders of ketamine that another record drafts: dose and duration read, and held against the limits on an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sereniv.exchange.cds_hooks.cards import Card, of_limits
from sereniv.exchange.cds_hooks.stranger import name_of, number
from sereniv.exchange.fhir.written import Resource
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.medicines import medicine
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.treatment.dose import pump_order
from sereniv.therapy.treatment.order_limits import Circumstances, LimitHit, Severity, limit_hits

KETAMINE = "ketamine"
NO_MG = "its dose is not written in mg"
MINUTES = {"min": 1, "h": 60}
BY_DOSE_ALONE = frozenset({"mg", "mg_per_kg", "first_mg_per_kg", "mg_in_12_months"})
"""What of an order can be judged where it says no duration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft of an infusion of ketamine: mg, and minutes where it says so; None of mg where it cannot be read."""

    mg: Decimal | None
    minutes: int | None


def is_ketamine(draft: Resource, rules: Knowledge) -> bool:
    """Say whether a draft orders ketamine itself."""
    name = name_of(draft, "medicationCodeableConcept")
    return KETAMINE in medicine(name, None, False, rules.medicines).ingredients if name else False


def read_draft(draft: Resource) -> Drafted:
    """Read the dose of a draft; what is not plainly mg is not guessed."""
    instructions = draft.get("dosageInstruction")
    first = instructions[0] if isinstance(instructions, list) and instructions else None
    if not isinstance(first, dict):
        return Drafted(mg=None, minutes=None)
    return Drafted(mg=_mg(first), minutes=_minutes(first))


def _mg(instruction: Resource) -> Decimal | None:
    rates = instruction.get("doseAndRate")
    dose = rates[0].get("doseQuantity") if isinstance(rates, list) and rates and isinstance(rates[0], dict) else None
    if not isinstance(dose, dict) or dose.get("code", dose.get("unit")) != "mg":
        return None
    return number(dose.get("value"))


def _minutes(instruction: Resource) -> int | None:
    timing = instruction.get("timing")
    repeat = timing.get("repeat") if isinstance(timing, dict) else None
    duration = number(repeat.get("duration")) if isinstance(repeat, dict) else None
    unit = MINUTES.get(str(repeat.get("durationUnit"))) if isinstance(repeat, dict) else None
    minutes = duration * unit if duration is not None and unit is not None else None
    return int(minutes) if minutes is not None and 1 <= minutes <= 1440 else None


def of_draft(drafted: Drafted, weight_kg: Decimal | None, rules: Knowledge) -> list[Card]:
    """Hold one draft for somebody unknown here against the limits; what cannot be judged is said.

    A draft does not say what it treats. It is judged as what it fits best: past the limits of every kind is past them.
    """
    if drafted.mg is None:
        return [cannot_judge(NO_MG)]
    if weight_kg is None:
        return [cannot_judge("no weight is known")]
    protocols = {each.kind: each for each in rules.protocols.values() if each.outpatient}.values()
    concentration = rules.standard.concentration_mg_per_ml
    by_kind = []
    for protocol in protocols:
        minutes = drafted.minutes or protocol.duration_min
        try:
            order = pump_order(drafted.mg / weight_kg, weight_kg, minutes, concentration, rules.standard)
        except Malformed as no:
            return [cannot_judge(str(no))]
        by_kind.append(limit_hits(order, Circumstances(actual_kg=weight_kg, protocol=protocol), rules))
    return told(drafted, min(by_kind, key=_gravity), rules)


def _gravity(hits: Sequence[LimitHit]) -> tuple[int, int]:
    return (max((list(Severity).index(each.severity) for each in hits), default=0), len(hits))


def told(drafted: Drafted, hits: Sequence[LimitHit], rules: Knowledge) -> list[Card]:
    """Return the cards of limits; of a draft that says no duration, only what its dose says by itself."""
    if drafted.minutes is not None:
        return of_limits(hits, rules)
    alone = [each for each in hits if each.limit.quantity in BY_DOSE_ALONE]
    return [*of_limits(alone, rules), cannot_judge("it says no duration, so that its rate is not known")]


def cannot_judge(why: str) -> Card:
    """Say that a draft was not judged, and why."""
    return Card(
        summary=f"Ketamine order not held against the limits: {why}",
        indicator="warning",
        detail=f"{why}. Write the dose in mg and its minutes, and weigh the patient. Not judged is not fine.",
    )
