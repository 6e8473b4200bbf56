"""Rows that list pages read, made from the entries and rebuildable from them."""

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM
from sereniv.clinic.records.models import Id, SessionRow, VialRow


def project_session(session_id: Id) -> SessionRow:
    """Bring one session's row in line with its chart; `changed_at` is when a person last recorded something."""
    chart = chart_store.session_chart_of(session_id)
    if chart.opened is None:
        raise ValueError(f"Session {session_id} has no opening entry.")
    opened = chart.opened.event
    changed_at = next(
        (each.recorded_at for each in reversed(chart.entries) if each.recorded_by != SYSTEM), chart.opened.recorded_at
    )
    row, _ = SessionRow.objects.update_or_create(
        id=session_id,
        defaults={
            "person_id": opened.person,
            "chair": opened.chair,
            "label": opened.label,
            "phase": str(chart.phase),
            "opened_at": chart.opened.at,
            "changed_at": changed_at,
            "infusion_number": opened.plan.infusion_number,
        },
    )
    return row


def project_vial(vial_id: Id) -> VialRow:
    """Bring one vial's row in line with its ledger."""
    vial = chart_store.vial(vial_id)
    if vial.received is None:
        raise ValueError(f"Vial {vial_id} was never received.")
    row, _ = VialRow.objects.update_or_create(
        id=vial_id,
        defaults={
            "label": vial.label,
            "strength_mg_per_ml": vial.strength_mg_per_ml,
            "lot": vial.received.lot,
            "expires": vial.received.expires,
            "on_hand_ml": vial.on_hand_ml,
            "residual_mg": vial.residual_mg,
        },
    )
    return row


def rebuild() -> int:
    """Make every projected row anew from the entries; returns how many."""
    with chart_store.in_turn():
        SessionRow.objects.all().delete()
        VialRow.objects.all().delete()
        sessions = [name.partition("/")[2] for name in chart_store.streams("session/")]
        for session_id in sessions:
            project_session(session_id)
        vials = [name.partition("/")[2] for name in chart_store.streams("stock/")]
        for vial_id in vials:
            project_vial(vial_id)
    return len(sessions) + len(vials)
