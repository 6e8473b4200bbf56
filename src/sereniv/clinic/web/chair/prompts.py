"""What is done about prompts that acts on none: seen by whoever touched the page, and the sound off for a while."""

import re
import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.web.chair.care_forms import SoundOffForm
from sereniv.clinic.web.chair.views import ChairSheet, chair_sheet, opened_or_404
from sereniv.clinic.web.shell.acts import act_of
from sereniv.clinic.workflows.chair import reaching, ringing
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force

SHAPE = re.compile(r"(?P<alert>[a-z0-9_-]{1,80})@(?P<first>[0-9]{1,9})", re.ASCII)


@require_POST
def seen(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Note which prompts somebody had in front of them."""
    opened_or_404(session_id)
    told = [SHAPE.fullmatch(each) for each in request.POST.getlist("prompt")]
    reaching.see(session_id, {each["alert"]: int(each["first"]) for each in told if each}, act_of(request))
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def sound_off(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Turn the sound of what prompts here off for a while."""
    minutes = rules_in_force(clock.now()).reaching.sound_off_min

    def act_on(valid: SoundOffForm, act: Act) -> str | None:
        ringing.turn_off(session_id, valid.cleaned_data["reason"], act)
        return f"The sound is off for {minutes} minutes. Whoever is told by other ways is told all the same."

    page = ChairSheet(
        title="Sound off",
        button=f"Sound off for {minutes} minutes",
        intro="For what prompts at this chair now. It comes again by itself, and at once with any other prompt; "
        "the prompts stay, and go on to the next who is told.",
    )
    return chair_sheet(request, session_id, SoundOffForm, page, act_on)
