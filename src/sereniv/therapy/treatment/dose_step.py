"""How an order differs from the last dose a person tolerated: in mg, mg/kg and mg/h, and in which weight doses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.tolerance import TENTH, Tolerance

HUNDREDTH = Decimal("0.01")
"""Doses are ordered to 0.1 mg: finer than this a step by weight says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseBefore:
    """A dose that was given: what of it reached the patient, and what it was reckoned from.

    `mg` is what was given, not what was ordered; `actual_kg` the weight measured then. Of an infusion elsewhere nobody
    may have written the weight, its basis or how long it ran: None is not known, and nothing is compared with it.
    """

    at: datetime
    mg: Decimal
    mg_per_kg: Decimal | None
    mg_per_h: Decimal | None
    basis: WeightBasis | None
    actual_kg: Decimal | None
    tolerance: Tolerance
    is_elsewhere: bool = False

    @property
    def tolerated(self) -> bool:
        """True where it was borne, as far as anybody knows."""
        return self.tolerance.is_borne


class WholeDose(Protocol):
    """An order, worked out or signed, as far as its whole dose is compared."""

    @property
    def dose_mg(self) -> Decimal:
        """The whole dose."""


class Worked(WholeDose, Protocol):
    """An order that is being worked out, as far as it is compared."""

    @property
    def dose_mg_per_kg(self) -> Decimal:
        """The dose by dose weight."""

    @property
    def rate_mg_per_h(self) -> Decimal:
        """The set rate."""


def compared_with(given: Sequence[DoseBefore]) -> DoseBefore | None:
    """Return the dose that an order is held against: the last one tolerated, else the last one, else none."""
    tolerated = [each for each in given if each.tolerated]
    found = tolerated or list(given)
    return found[-1] if found else None


def step_quantities(
    order: Worked, basis: WeightBasis, actual_kg: Decimal, before: DoseBefore | None
) -> Mapping[str, Decimal]:
    """Return what the limits on a step read, by quantity; without a dose before only what the order itself says."""
    quantities = {"mg_per_kg_actual": _rounded(order.dose_mg / actual_kg, HUNDREDTH)}
    if before is None:
        return quantities
    steps = {
        "step_percent": percent_over(order.dose_mg, before.mg),
        "fall_percent": max(-percent_over(order.dose_mg, before.mg), Decimal(0)),
    }
    if before.mg_per_kg is not None:
        steps["step_mg_per_kg"] = order.dose_mg_per_kg - before.mg_per_kg
    if before.actual_kg is not None:
        steps["step_mg_per_kg_actual"] = _rounded(order.dose_mg / actual_kg - before.mg / before.actual_kg, HUNDREDTH)
    if before.mg_per_h is not None:
        steps["rate_step_percent"] = percent_over(order.rate_mg_per_h, before.mg_per_h)
    if before.basis is not None:
        steps["basis_changed"] = Decimal(int(basis is not before.basis))
    return quantities | steps


def as_much_as_was_not_borne(order: WholeDose, last: DoseBefore | None) -> bool:
    """Say whether an order gives as much again as the last infusion, of which nobody can say that it was borne."""
    if last is None or last.tolerated or last.tolerance.runs_still:
        return False
    return order.dose_mg >= last.mg


def percent_over(value: Decimal, before: Decimal) -> Decimal:
    """Return by how many per cent `value` is over `before`, to 0.1; a step from nothing is a hundred and more."""
    if before <= 0:
        return Decimal(1000) if value > 0 else Decimal(0)
    return _rounded((value / before - 1) * 100, TENTH)


def step_words(order: Worked, basis: WeightBasis, before: DoseBefore) -> str:
    """Say the step in mg and per cent, and a change of the weight that doses."""
    change = order.dose_mg - before.mg
    percent = percent_over(order.dose_mg, before.mg)
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    step = f"{sign}{plain(abs(change))} mg ({sign}{plain(abs(percent))} %)"
    where = " given elsewhere" if before.is_elsewhere else ""
    words = f"{plain(order.dose_mg)} mg after {plain(before.mg)} mg{where}: {step}"
    if before.basis is not None and basis is not before.basis:
        words += f"; dosed by {basis} weight, before by {before.basis} weight"
    return words + "."


def _rounded(value: Decimal, increment: Decimal) -> Decimal:
    return value.quantize(increment, rounding=ROUND_HALF_UP)
