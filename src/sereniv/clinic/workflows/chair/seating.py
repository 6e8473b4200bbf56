"""Who may be seated where: nobody twice, no chair for two, and no order used again."""

from sereniv.clinic.records.models import OPEN_PHASES, Chair, Id, SessionRow
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.therapy.recording.refusal import Refused


def demand_not_seated(person_id: Id) -> None:
    """Raise Refused where somebody sits at a chair already."""
    row = SessionRow.objects.filter(phase__in=OPEN_PHASES, person_id=person_id).first()
    if row is not None:
        raise Refused("session", f"This person already has an open session, at {row.chair}.")


def refuse_double_booking(person_id: Id, chair: str, order: int) -> None:
    """Raise Refused where the person or the chair has an open session, or the order was used."""
    demand_not_seated(person_id)
    open_rows = SessionRow.objects.filter(phase__in=OPEN_PHASES)
    if open_rows.filter(chair=chair).exists():
        raise Refused("session", f"{chair} is taken. Choose another chair.")
    if Chair.objects.filter(name=chair, retired_at__isnull=False).exists():
        raise Refused("session", f"{chair} is retired. Choose another chair.")
    for _, chart in sessions_of(person_id):
        if chart.started_at is not None and chart.opened and chart.opened.event.order == order:
            raise Refused("order", "This order was already used. A new one must be signed.")
