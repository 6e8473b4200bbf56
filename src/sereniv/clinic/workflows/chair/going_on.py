"""Whether a session whose ending was struck may go on at its chair."""

from django.db.models import Q

from sereniv.clinic.records.models import OPEN_PHASES, Id, SessionRow
from sereniv.therapy.recording.refusal import Refused


def demand_the_place_is_free(session_id: Id) -> None:
    """Refuse to let a session go on whose chair or patient has another one by now."""
    row = SessionRow.objects.get(pk=session_id)
    others = SessionRow.objects.filter(Q(chair=row.chair) | Q(person=row.person_id), phase__in=OPEN_PHASES)
    other = others.exclude(pk=session_id).select_related("person").first()
    if other is not None:
        raise Refused(
            "strike", f"{other.person} has sat at {other.chair} since then. Close that session first, or add a remark."
        )
