"""Pages a patient opens on their own phone: today's questionnaires, one page for each, and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records.models import Invitation
from sereniv.clinic.web.acts import UNPROCESSABLE, form_for
from sereniv.clinic.web.forms.phone import PhoneForm
from sereniv.clinic.workflows import invitations, safety
from sereniv.clinic.workflows.house import clinic_details
from sereniv.clinic.workflows.invitations import PATIENT, NoSuchInvitation, TooManyTries
from sereniv.clinic.workflows.viewing import looked_at
from sereniv.knowledge import knowledge
from sereniv.therapy.assessments import MOOD
from sereniv.therapy.refusal import Malformed

NOT_FOUND, TOO_MANY_REQUESTS = 404, 429
SENT = "Sent to the clinic. This page cannot tell you what your answers mean."
SENT_UNSEEN = "Your answers are sent, but nobody may have seen them yet."
Page = Callable[..., HttpResponse]


def invited(page: Page) -> Page:
    """Let a page run only for a link that works; any other link gets one and the same answer."""

    @wraps(page)
    def asked(request: HttpRequest, token: str, **keywords: str) -> HttpResponse:
        try:
            invitation = invitations.found(token, clock.now(), request.META.get("REMOTE_ADDR", ""))
            looked_at(PATIENT, page.__name__, f"invitation={invitation.pk}", clock.now())
            return page(request, invitation, token, **keywords)
        except NoSuchInvitation:
            return render(request, "phone/closed.html", {"clinic": clinic_details()}, status=NOT_FOUND)
        except TooManyTries:
            context = {"clinic": clinic_details(), "too_many": True}
            return render(request, "phone/closed.html", context, status=TOO_MANY_REQUESTS)

    return asked


def _frame(invitation: Invitation, token: str) -> dict[str, Any]:
    """Return what every page shows: a first name, who reads the answers and when, and whom to call."""
    names = invitation.person.given_names.split()
    clinic = clinic_details()
    return {
        "token": token,
        "first_name": names[0] if names else "",
        "clinic": clinic,
        "hours": safety.opening_hours(),
        "is_staffed": safety.is_staffed(clock.now()),
    }


@require_GET
@invited
def home(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Show what may be answered today; the mood is asked right here."""
    offered = invitations.today_of(invitation, clock.now())
    mood = knowledge().scales[MOOD]
    context = {
        **_frame(invitation, token),
        "todo": [scale for scale, too_soon in offered if too_soon is None and scale.id != MOOD],
        "done": [(scale, too_soon) for scale, too_soon in offered if too_soon is not None],
        "begun": set(invitation.drafts),
        "mood": form_for(request, PhoneForm, scale=mood) if (mood, None) in offered else None,
    }
    return render(request, "phone/home.html", context)


@require_http_methods(["GET", "POST"])
@invited
def scale(request: HttpRequest, invitation: Invitation, token: str, scale_id: str) -> HttpResponse:
    """Ask one questionnaire, with what was filled in before; what is sent is recorded, whenever it is sent."""
    asked = invitations.scale_of(invitation, scale_id)
    kept = invitation.drafts.get(asked.id, [])
    form: PhoneForm = form_for(request, PhoneForm, scale=asked, initial=PhoneForm.filled(asked, kept))
    if form.is_bound and form.is_valid():
        try:
            key = form.cleaned_data["key"]
            scored = invitations.answer(invitation, asked, form.answers(), key, clock.now())
        except Malformed as damaged:
            form.add_error(None, str(damaged))
        else:
            if scored.opens_safety_flow:
                messages.warning(request, f"{clinic_details().crisis_words} {SENT_UNSEEN}")
            else:
                messages.success(request, SENT)
            return redirect("phone", token=token)
    if form.is_bound and "key" in form.errors:
        form.add_error(None, "This page is damaged. Open the link again.")
    lately = {offered.id: too_soon for offered, too_soon in invitations.today_of(invitation, clock.now())}
    context = {
        **_frame(invitation, token),
        "scale": asked,
        "form": form,
        "too_soon": None if form.is_bound else lately.get(asked.id),
        "answered": len([each for each in kept if each is not None]),
    }
    return render(request, "phone/scale.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_POST
@invited
def keep(request: HttpRequest, invitation: Invitation, token: str, scale_id: str) -> HttpResponse:
    """Keep what is filled in so far, and say how far that is."""
    del token
    asked = invitations.scale_of(invitation, scale_id)
    form: PhoneForm = form_for(request, PhoneForm, scale=asked)
    if not form.is_valid():
        return HttpResponse("Not kept: open the link again.", status=UNPROCESSABLE)
    answers = form.answers()
    invitations.keep(invitation, asked, answers)
    answered = len([each for each in answers if each is not None])
    return render(request, "phone/progress.html", {"scale": asked, "answered": answered})
