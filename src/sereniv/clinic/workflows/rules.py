"""The rules in force: the packaged tables with what this clinic signed for itself over them."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import StandardSigned
from sereniv.clinic.workflows.acting import Act
from sereniv.knowledge import Knowledge, knowledge
from sereniv.knowledge.own_rules import with_own
from sereniv.knowledge.rows import ClinicStandard
from sereniv.therapy.dose import Severity, severity_of
from sereniv.therapy.recorded import Recorded, narrowed
from sereniv.therapy.refusal import Malformed, Refused

COARSEST_PUMP_ML_PER_H = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What the medical director chooses of bag, pump and stock."""

    stocked_mg_per_ml: tuple[Decimal, ...]
    concentration_mg_per_ml: Decimal
    rate_increment_ml_per_h: Decimal


def rules_in_force(now: datetime) -> Knowledge:
    """Return the tables that hold now, the clinic's own numbers among them."""
    del now
    return _in_force(chart_store.mark_of("home"))


@lru_cache(maxsize=8)
def _in_force(mark: str) -> Knowledge:
    """Fold the home's stream; `mark` says which it is, so that it is folded once for each time it was signed."""
    del mark
    signed = standard_signed()
    return with_own(knowledge(), {}, _standard(signed.event) if signed else None)


def standard_signed() -> Recorded[StandardSigned] | None:
    """Return what was last signed of bag, pump and stock, None where nobody has yet."""
    found = [narrowed(each, each.event) for each in chart_store.read("home") if isinstance(each.event, StandardSigned)]
    return found[-1] if found else None


def _standard(signed: StandardSigned) -> ClinicStandard:
    return replace(
        knowledge().standard,
        stocked_mg_per_ml=signed.stocked_mg_per_ml,
        concentration_mg_per_ml=signed.concentration_mg_per_ml,
        rate_increment_ml_per_h=signed.rate_increment_ml_per_h,
        approved_by="the medical director",
    )


def sign_standard(stock: Stock, reason: str, act: Act) -> None:
    """Sign which strengths are stocked, the one bag concentration, and the pump's increment.

    Raises
    ------
    Malformed
        When a strength is none that vials come in, the increment is none a pump shows, or the reason is missing.
    Refused
        When the concentration is past a limit on an order.
    """
    act.permit(Permission.SIGN_RULES)
    _demand_stock(stock)
    if not reason.strip():
        raise Malformed("Write the reason; it stands beside what you sign.")
    event = StandardSigned(
        stocked_mg_per_ml=tuple(sorted(stock.stocked_mg_per_ml)),
        concentration_mg_per_ml=stock.concentration_mg_per_ml,
        rate_increment_ml_per_h=stock.rate_increment_ml_per_h,
        reason=reason.strip(),
    )
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart_store.append([New(stream="home", event=event, at=act.now)], act.writing())


def _demand_stock(stock: Stock) -> None:
    known = knowledge().standard.vial_strengths_mg_per_ml
    if not stock.stocked_mg_per_ml or any(each not in known for each in stock.stocked_mg_per_ml):
        raise Malformed(f"Choose what is stocked: {', '.join(f'{each:f}' for each in known)} mg/mL.")
    if not 0 < stock.rate_increment_ml_per_h <= COARSEST_PUMP_ML_PER_H:
        raise Malformed(f"A pump's increment is above 0 and at most {COARSEST_PUMP_ML_PER_H} mL/h, such as 0.1.")
    if not stock.concentration_mg_per_ml > 0:
        raise Malformed("The concentration of the bag is above 0 mg/mL.")
    limit = knowledge().limits["concentration_mg_per_ml"]
    if severity_of(limit, stock.concentration_mg_per_ml) is not Severity.WITHIN:
        raise Refused("limits", f"{stock.concentration_mg_per_ml:f} mg/mL is past the limit: {limit.statement}.")
