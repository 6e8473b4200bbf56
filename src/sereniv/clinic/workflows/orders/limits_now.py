"""The limits of an order as they are now: what they depend on of a person, and what a signed order would ask for."""

from datetime import datetime
from decimal import Decimal

from sereniv.clinic.workflows.course.treatment import Treatment
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import Protocol
from sereniv.therapy.person.chart import Order
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment import dose, order_limits
from sereniv.therapy.treatment.dose_step import compared_with
from sereniv.therapy.treatment.last_time import doses_before


def circumstances_of(
    stands: Treatment, protocol: Protocol, actual_kg: Decimal, basis: WeightBasis, now: datetime
) -> order_limits.Circumstances:
    """Return what the limits of an order depend on beside its own numbers."""
    a_year, rules = stands.exposure, rules_in_force(now)
    reckoned_mg = a_year.mg_unknown_12_months * (rules.limits["mg_in_12_months"].unknown_counts or Decimal(0))
    given = doses_before(stands.infusions, stands.chart, protocol.kind, rules, now)
    before = compared_with(given)
    return order_limits.Circumstances(
        protocol=protocol,
        actual_kg=actual_kg,
        basis=basis,
        before=before,
        last=given[-1] if given else None,
        days_since_before=(now - before.at).days if before else 0,
        grounds_to_raise=stands.grounds_to_raise,
        infusions_in_12_months=a_year.count_12_months + 1,
        mg_in_12_months=a_year.mg_12_months + reckoned_mg,
        planned_interval_days=stands.planned_interval_days,
        days_to_the_plan=stands.days_to_the_plan,
    )


def past_since(order: Order, stands: Treatment, protocol: Protocol, now: datetime) -> str:
    """Say that a signed order goes past a limit now that it was not signed past, or not as severely; "" if none.

    The clinic tightened the limit, or more became known of what was given before.
    """
    terms = order.terms
    numbers = dose.PumpOrder(
        dose_mg_per_kg=terms.dose_mg_per_kg,
        dose_weight_kg=terms.dose_weight_kg,
        dose_mg=terms.dose_mg,
        concentration_mg_per_ml=terms.concentration_mg_per_ml,
        volume_ml=terms.volume_ml,
        rate_ml_per_h=terms.rate_ml_per_h,
        duration_min=terms.duration_min,
        rate_mg_per_kg_per_h=terms.rate_mg_per_kg_per_h,
        cap_mg_per_h=terms.cap_mg_per_h,
    )
    around = circumstances_of(stands, protocol, terms.measured_weight_kg, terms.weight_basis, now)
    taken = {each.limit: each.severity for each in terms.limits}
    hits = order_limits.past_what_was_taken(order_limits.limit_hits(numbers, around, rules_in_force(now)), taken)
    if not hits:
        return ""
    found = "; ".join(f"{each.words}, {each.severity} limit" for each in hits)
    asks = (
        "It cannot be ordered any more: withdraw it, and order another dose."
        if hits[0].severity is order_limits.Severity.ABSOLUTE
        else "Sign it anew, with what the limit asks for, or another dose."
    )
    return f"Since this order of {plain(terms.dose_mg)} mg was signed it goes past: {found}. {asks}"
