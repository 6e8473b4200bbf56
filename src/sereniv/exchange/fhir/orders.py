"""Orders as MedicationRequests: dose, volume, rate and duration exact, and where each order stands."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from sereniv.exchange.fhir.record import Record, Versions, unversioned
from sereniv.exchange.fhir.sessions import INTRAVENOUS, KETAMINE
from sereniv.exchange.fhir.written import Element, kept, moment, quantity
from sereniv.knowledge.rows import OrderState
from sereniv.therapy.person.events import OrderSigned
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.order_life import OrderNow, orders_now

STATES = {
    OrderState.SIGNED: "draft",
    OrderState.CO_SIGNED: "active",
    OrderState.USED: "completed",
    OrderState.REPLACED: "cancelled",
    OrderState.WITHDRAWN: "cancelled",
    OrderState.EXPIRED: "stopped",
}
"""An order that waits for its second person is no order yet: nobody may give by it."""


def requests(record: Record) -> Iterator[Versions]:
    """Give every order that was signed."""
    used = frozenset(
        opened.event.order
        for each in record.sittings
        if (opened := each.chart.opened) is not None and each.chart.started_at is not None
    )
    for order in orders_now(record.chart, used, record.clinic.now, record.clinic.rules):
        parts = (order.order.signed, order.order.co_signed, order.order.withdrawn, order.order.replaced_by)
        yield unversioned(_request(record, order), [each for each in parts if each is not None])


def _request(record: Record, order: OrderNow) -> Element:
    signed = order.order.signed
    terms = signed.event
    return kept(
        {
            "resourceType": "MedicationRequest",
            "id": f"{signed.seq}-order",
            "status": STATES[order.state],
            "statusReason": {"text": order.words(_names(record))} if order.state is not OrderState.CO_SIGNED else None,
            "intent": "order",
            "medicationCodeableConcept": KETAMINE,
            "subject": record.patient,
            "authoredOn": moment(signed.at),
            "requester": record.clinic.worker(signed.recorded_by),
            "note": [{"text": f"Past a limit ({each.limit}): {each.reason}"} for each in terms.limits],
            "dosageInstruction": [_dosage(terms)],
        }
    )


def _names(record: Record) -> Callable[[str], str]:
    workers = record.clinic.workers
    return lambda username: workers[username].name if username in workers else username


def _dosage(terms: OrderSigned) -> Element:
    volume = f"{plain(terms.volume_ml)} mL ({plain(terms.concentration_mg_per_ml)} mg/mL)"
    basis = f"{plain(terms.dose_mg_per_kg)} mg/kg of {plain(terms.dose_weight_kg)} kg ({terms.weight_basis} weight)"
    words = (
        f"{plain(terms.dose_mg)} mg in {volume} at {plain(terms.rate_ml_per_h)} mL/h over {terms.duration_min} min; "
        f"{basis}, protocol {terms.protocol}"
    )
    return {
        "text": words,
        "timing": {"repeat": {"count": 1, "duration": Decimal(terms.duration_min), "durationUnit": "min"}},
        "route": INTRAVENOUS,
        "doseAndRate": [
            {
                "doseQuantity": quantity(terms.dose_mg, "mg", "mg"),
                "rateQuantity": quantity(terms.rate_ml_per_h, "mL/h", "mL/h"),
            }
        ],
        "maxDosePerAdministration": quantity(terms.dose_mg, "mg", "mg"),
    }
