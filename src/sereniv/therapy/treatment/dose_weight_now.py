"""The weight an order doses by, worked out again from what is known now: height and sex are corrected too."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import OrderSigned, WeightBasis
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.dose import dose_weights


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseWeightNow:
    """What the basis of an order comes to now in kg, None where it cannot be said; and the words for either."""

    kg: Decimal | None
    change_fraction: Decimal
    words: str


def weight_holds_for(knowledge: Knowledge) -> timedelta:
    """Return how old a weight may be that an order or a start goes by: the row `weight` of the gate."""
    hours = next(row.max_age_h for row in knowledge.gate if row.id == "weight")
    if hours is None:
        raise ValueError("gate.toml, row [weight] names no max_age_h.")
    return timedelta(hours=hours)


def weighed_lately(knowledge: Knowledge) -> str:
    """Say in which time a weight must have been measured that an order or a start goes by."""
    return f"the last {weight_holds_for(knowledge) // timedelta(hours=1)} hours"


def dose_weight_now(
    record: PersonChart, sex: str, order: OrderSigned, weight_kg: Decimal, now: datetime, knowledge: Knowledge
) -> DoseWeightNow | None:
    """Work the dose weight of an order out from the height and the sex as they stand now.

    Parameters
    ----------
    weight_kg
        The weight to work with: today's before a start, the order's while the pump runs.

    Returns
    -------
    None where the order doses by actual weight, or nothing is known of the sex that the formula asks for.
    """
    if order.weight_basis is WeightBasis.ACTUAL or sex not in knowledge.dose_weight.ibw_base_kg:
        return None
    height = record.latest("height_cm", now)
    asked = [each for each in record.open_questions() if each.field == "height_cm"]
    by = f"The order is by {order.weight_basis} weight, {plain(order.dose_weight_kg)} kg"
    if asked and (height is None or asked[-1].entry > height.entry):
        words = f"{by}, and a height of {plain(asked[-1].value)} cm waits to be confirmed."
        return DoseWeightNow(kg=None, change_fraction=Decimal(0), words=words)
    if height is None:
        return DoseWeightNow(kg=None, change_fraction=Decimal(0), words=f"{by}, and no usable height is on record.")
    now_kg = dose_weights(weight_kg, height.value, sex, knowledge.dose_weight).of(order.weight_basis)
    change = abs(now_kg - order.dose_weight_kg) / order.dose_weight_kg
    words = f"{by}; by {plain(height.value)} cm and {sex} it is now {plain(now_kg)} kg ({change:.1%})."
    return DoseWeightNow(kg=now_kg, change_fraction=change, words=words)
