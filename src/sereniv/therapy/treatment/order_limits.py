"""Holds an order against every limit of its kind: what each limit reads, and how severely the order goes past it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows import Knowledge, Limit, Protocol, ProtocolKind
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.dose import PumpOrder
from sereniv.therapy.treatment.dose_step import (
    DoseBefore,
    as_much_as_was_not_borne,
    percent_over,
    step_quantities,
)
from sereniv.units import MINUTES_PER_HOUR


class Severity(StrEnum):
    """How a limit bites, mildest first."""

    WITHIN = "within"
    SOFT = "soft"
    HARD = "hard"
    ABSOLUTE = "absolute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the limits of an order depend on beside its own numbers.

    `actual_kg` is the weight measured for this order, `before` the dose it is held against and `days_since_before` how
    long ago that was, `last` the last one whether or not it was borne, `mg_in_12_months` what was given without this
    order. `planned_interval_days` is the interval of maintenance, None outside it, and
    `days_to_the_plan` how many days its next infusion still lies ahead. `grounds_to_raise` is True when non-response
    to a tolerated dose is on record. Without a protocol every limit counts, whatever kind it is for.
    """

    actual_kg: Decimal
    basis: WeightBasis = WeightBasis.ACTUAL
    protocol: Protocol | None = None
    before: DoseBefore | None = None
    grounds_to_raise: bool = False
    infusions_in_12_months: int = 1
    last: DoseBefore | None = None
    days_since_before: int = 0
    mg_in_12_months: Decimal = Decimal(0)
    planned_interval_days: int | None = None
    days_to_the_plan: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitHit:
    """One limit that an order goes past, and how severely."""

    limit: Limit
    severity: Severity
    value: Decimal

    @property
    def words(self) -> str:
        """Say which limit, and by what number; a yes or no has none."""
        number = "" if self.limit.unit == "flag" else f": {plain(self.value)} {self.limit.unit}"
        return f"{self.limit.title}{number}"


def limits_for(kind: ProtocolKind | None, knowledge: Knowledge) -> tuple[Limit, ...]:
    """Return the limits that count for a kind of protocol; every one where the kind is not known."""
    return tuple(limit for limit in knowledge.limits.values() if None in {kind, limit.kind} or limit.kind is kind)


def limit_hits(order: PumpOrder, circumstances: Circumstances, knowledge: Knowledge) -> tuple[LimitHit, ...]:
    """Hold an order against every limit of its kind; only those it goes past are returned, severest first."""
    quantities = _quantities(order, circumstances, knowledge)
    kind = circumstances.protocol.kind if circumstances.protocol else None
    hits = [
        LimitHit(limit=limit, severity=severity, value=quantities[limit.quantity])
        for limit in limits_for(kind, knowledge)
        if limit.quantity in quantities
        and (severity := severity_of(limit, quantities[limit.quantity])) is not Severity.WITHIN
    ]
    return tuple(sorted(hits, key=lambda hit: -list(Severity).index(hit.severity)))


def past_what_was_taken(hits: Sequence[LimitHit], taken: Mapping[str, str]) -> tuple[LimitHit, ...]:
    """Return the limits that an order goes past and was not signed past, or not as severely.

    Parameters
    ----------
    taken
        How severely an order was signed past each limit, by the limit's id.
    """
    rank = list(Severity).index
    return tuple(
        each for each in hits if rank(each.severity) > rank(Severity(taken.get(each.limit.id, Severity.WITHIN)))
    )


def severity_of(limit: Limit, value: Decimal) -> Severity:
    """Say how severely `value` goes past one limit."""
    if limit.absolute_above is not None and value > limit.absolute_above:
        return Severity.ABSOLUTE
    if limit.absolute_below is not None and value < limit.absolute_below:
        return Severity.ABSOLUTE
    if limit.hard_above is not None and value > limit.hard_above:
        return Severity.HARD
    if limit.soft_above is not None and value > limit.soft_above:
        return Severity.SOFT
    return Severity.WITHIN


def _quantities(order: PumpOrder, circumstances: Circumstances, knowledge: Knowledge) -> Mapping[str, Decimal]:
    off_standard = order.concentration_mg_per_ml != knowledge.standard.concentration_mg_per_ml
    quantities = {
        "mg_per_kg": order.dose_mg_per_kg,
        "mg": order.dose_mg,
        "mg_per_kg_per_h": _asked_mg_per_kg_per_h(order),
        "concentration_mg_per_ml": order.concentration_mg_per_ml,
        "off_standard_concentration": Decimal(int(off_standard)),
        "duration_min": Decimal(order.duration_min),
        "infusions_in_12_months": Decimal(circumstances.infusions_in_12_months),
        "mg_in_12_months": circumstances.mg_in_12_months + order.dose_mg,
    }
    if circumstances.before is None:
        # Nothing of this kind was given before: infusions for pain say nothing of a psychiatric dose.
        quantities["first_mg_per_kg"] = order.dose_mg_per_kg
    steps = step_quantities(order, circumstances.basis, circumstances.actual_kg, circumstances.before)
    quantities |= steps
    quantities["dose_weight_over_actual_percent"] = max(
        percent_over(order.dose_weight_kg, circumstances.actual_kg), Decimal(0)
    )
    if circumstances.before is not None:
        named = circumstances.protocol is not None and circumstances.protocol.titration is not None
        # Where nobody wrote the weight elsewhere, mg alone says whether it is more.
        is_raised = steps.get("step_mg_per_kg", steps["step_percent"]) > 0
        # Elsewhere nobody knows by which weight it was reckoned: more by either is more.
        is_raised |= circumstances.before.is_elsewhere and steps["step_percent"] > 0
        without_ground = is_raised and not (named and circumstances.grounds_to_raise)
        quantities["raised_without_ground"] = Decimal(int(without_ground))
        over_start = _is_over_the_start(order, circumstances.protocol)
        quantities["days_without_over_start"] = Decimal(circumstances.days_since_before if over_start else 0)
    quantities["under_protocol_percent"] = _under_the_protocol(order, circumstances.protocol)
    quantities["as_much_as_not_borne"] = Decimal(int(as_much_as_was_not_borne(order, circumstances.last)))
    quantities |= _sooner(circumstances, knowledge)
    if circumstances.protocol and circumstances.protocol.cap_mg_per_h is not None:
        cap = circumstances.protocol.cap_mg_per_h
        over = _set_mg_per_kg_per_h(order) * order.dose_weight_kg - cap
        quantities["over_cap_mg_per_h"] = max(over, Decimal(0)).quantize(Decimal("0.001"))
        # The order's own cap is what the pump is held against later, also where the rate stays under it today.
        quantities["cap_over_protocol_mg_per_h"] = max((order.cap_mg_per_h or cap) - cap, Decimal(0))
    return quantities


def _is_over_the_start(order: PumpOrder, protocol: Protocol | None) -> bool:
    """Say whether an order is more than its protocol begins with; without a protocol nobody knows, and it counts."""
    if protocol is None:
        return True
    if protocol.rate_mg_per_kg_per_h is not None:
        return _asked_mg_per_kg_per_h(order) > protocol.rate_mg_per_kg_per_h
    return protocol.dose_mg_per_kg is None or order.dose_mg_per_kg > protocol.dose_mg_per_kg


def _under_the_protocol(order: PumpOrder, protocol: Protocol | None) -> Decimal:
    """Return by how many per cent the whole dose is under its protocol's for the same weight; 0 where it has none."""
    if protocol is None:
        return Decimal(0)
    if protocol.rate_mg_per_kg_per_h is None:
        given, usual = order.dose_mg_per_kg, protocol.dose_mg_per_kg
    else:
        usual = protocol.rate_mg_per_kg_per_h
        if protocol.cap_mg_per_h is not None:
            usual = min(usual, protocol.cap_mg_per_h / order.dose_weight_kg)
        given = _set_mg_per_kg_per_h(order) * order.duration_min / protocol.duration_min
    return max(-percent_over(given, usual), Decimal(0)) if usual else Decimal(0)


def _sooner(circumstances: Circumstances, knowledge: Knowledge) -> Mapping[str, Decimal]:
    """Return by how many days an infusion of maintenance comes before its plan, and closer than the least apart."""
    planned, ahead = circumstances.planned_interval_days, circumstances.days_to_the_plan
    sooner, closer = max(ahead, 0), 0
    if planned is not None:
        least = min(planned, knowledge.course["cannot_be_spaced"].least_days)
        closer = max(least - (planned - ahead), 0)
    return {"days_sooner_than_planned": Decimal(sooner), "days_closer_than_weekly": Decimal(closer)}


def _asked_mg_per_kg_per_h(order: PumpOrder) -> Decimal:
    """Return the rate as it was typed, before any cap: 3.5 for 0.35 is seen, although a cap would hide it."""
    asked = order.rate_mg_per_kg_per_h
    return order.dose_mg_per_kg * MINUTES_PER_HOUR / Decimal(order.duration_min) if asked is None else asked


def _set_mg_per_kg_per_h(order: PumpOrder) -> Decimal:
    """Return the rate that runs, before the pump's rounding: as asked, or as the cap lets it."""
    asked = _asked_mg_per_kg_per_h(order)
    if order.rate_mg_per_kg_per_h is None or order.cap_mg_per_h is None:
        return asked
    return min(asked, order.cap_mg_per_h / order.dose_weight_kg)
