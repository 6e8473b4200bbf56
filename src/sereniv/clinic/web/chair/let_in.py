"""Who is let in to a chair where seconds count: whoever opens records, while help is called or an emergency stands."""

import uuid

from django.http import HttpRequest

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.therapy.chair.still_open import is_urgent


def demand_let_in(request: HttpRequest, session_id: uuid.UUID, part: Permission = Permission.READ_SESSIONS) -> None:
    """Raise NotPermitted for whoever does not read `part`, unless help is called or an emergency stands at the chair.

    The desk may be the one who tells an ambulance what it must hear.
    """
    if staff_of(request).may(part):
        return
    if not is_urgent(chart_store.session_chart_of(session_id)):
        raise NotPermitted(part)
