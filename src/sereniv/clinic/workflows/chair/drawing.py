"""Drug is drawn for the live order alone: what is asked of the order before a bag is made up at a chair."""

from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.orders.order_state import why_not_drawn_for
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.stock import drug
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session.chart import SessionChart


def demand_live_order(chart: SessionChart, act: Act) -> None:
    """Raise Refused where a session waits for an order that is not the live one, or is to be signed anew."""
    if why := why_not_drawn_for(chart, act):
        raise Refused("order", why)


def draw_another_bag(session_id: Id, vial_id: Id, final_volume_ml: Decimal, reason: str, act: Act) -> None:
    """Draw a further bag of the same order; before the start it is the live one still.

    Raises
    ------
    Refused
        When the pump has not run and the order is not the live one any more, and as `drug.draw_further` does.
    """
    act.permit(Permission.RUN_INFUSION)
    with chart_store.in_turn():
        if not chart_store.written_before(act.key, act.by.username):
            demand_live_order(chart_store.session_chart_of(session_id), act)
        drug.draw_further(session_id, vial_id, final_volume_ml, reason, act)
