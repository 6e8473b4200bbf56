"""The sheet of a chair that a tablet keeps for when it has no network: the chart as it was, and forms for facts."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.web.chair.forms import ObserveForm, RemarkForm, StoppedForm, VitalsForm
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.web.chair.views import log_of, opened_or_404, strip
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.chair import care
from sereniv.clinic.workflows.chair.spare_sheets import may_rest
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import RUNNING, SessionChart

NEWEST = 12
"""How many entries of the log lie on the sheet, the newest first."""
GRADED = (None, ev.Observation.MOAAS, ev.Observation.DISSOCIATION, ev.Observation.DISTRESS, ev.Observation.PAIN)
"""What is graded at a chair, as its page asks it: the side effects at once, and the others each."""


@require_GET
def spare(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Give the sheet; nothing, for a session that is over or not begun, and for a record that only its readers see."""
    row, chart = opened_or_404(session_id)
    if not may_rest(row, chart):
        return HttpResponse(status=204)
    now = clock.now()
    context = {
        **strip(row, chart),
        "status": status_of(session_id, chart, now),
        "log": log_of(chart)[:NEWEST],
        "offers": care.offers(session_id, now),
        "measures": care.standing_orders("measure"),
        **_forms(chart),
    }
    return render(request, "chair/spare.html", context)


def _forms(chart: SessionChart) -> dict[str, Any]:
    """Return the forms of facts: their fields carry no value of this chart."""

    def named(form_class: type[ActForm], act: str, **keywords: Any) -> ActForm:
        return form_class(auto_id=f"{act}_%s", **keywords)

    return {
        "vitals": named(VitalsForm, "vitals", has_pump=chart.phase in RUNNING, last={}),
        "graded": [named(ObserveForm, f"observe{number}", what=what) for number, what in enumerate(GRADED)],
        "stopped": named(StoppedForm, "stopped"),
        "remark": named(RemarkForm, "remark"),
    }
