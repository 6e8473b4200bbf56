"""The order as it stands for one session."""

from collections.abc import Sequence

from sereniv.knowledge import Knowledge
from sereniv.knowledge.rows import ProtocolKind
from sereniv.therapy.person.chart import Order
from sereniv.therapy.session import events as ev


def plan_of(order: Order, run_before: Sequence[ev.SessionOpened], rules: Knowledge) -> ev.SessionPlan:
    """Copy an order into the session it is given in; `run_before` says whether its dose is another than the last."""
    terms = order.terms
    protocol = rules.protocols.get(terms.protocol)
    dose_before = run_before[-1].plan.dose_mg_per_kg if run_before else terms.dose_mg_per_kg
    return ev.SessionPlan(
        protocol=terms.protocol,
        infusion_number=terms.infusion_number,
        dose_mg_per_kg=terms.dose_mg_per_kg,
        dose_weight_kg=terms.dose_weight_kg,
        weight_basis=terms.weight_basis,
        dose_mg=terms.dose_mg,
        concentration_mg_per_ml=terms.concentration_mg_per_ml,
        volume_ml=terms.volume_ml,
        rate_ml_per_h=terms.rate_ml_per_h,
        duration_min=terms.duration_min,
        dose_changed=terms.dose_mg_per_kg != dose_before,
        kind=protocol.kind if protocol else ProtocolKind.PSYCHIATRIC,
        rate_mg_per_kg_per_h=terms.rate_mg_per_kg_per_h,
        cap_mg_per_h=terms.cap_mg_per_h,
    )
