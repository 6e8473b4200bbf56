"""What a page says by itself of the prompts on it: that whoever touched it had them in front of them."""

import re
import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from sereniv.clinic.web.chair.views import opened_or_404
from sereniv.clinic.web.shell.acts import act_of
from sereniv.clinic.workflows.chair import reaching

SHAPE = re.compile(r"(?P<alert>[a-z0-9_-]{1,80})@(?P<first>[0-9]{1,9})", re.ASCII)


@require_POST
def seen(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Note which prompts somebody had in front of them."""
    opened_or_404(session_id)
    told = [SHAPE.fullmatch(each) for each in request.POST.getlist("prompt")]
    reaching.see(session_id, {each["alert"]: int(each["first"]) for each in told if each}, act_of(request))
    return HttpResponse(status=204)
