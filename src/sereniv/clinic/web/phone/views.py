"""Pages a patient opens on their own phone: questionnaires, their next visits and what to do, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records.models import Invitation
from sereniv.clinic.web.phone.forms import PhoneEscortForm, PhoneForm
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, form_for
from sereniv.clinic.workflows.admin import on_call
from sereniv.clinic.workflows.looks.record_views import looked_at
from sereniv.clinic.workflows.phone import invitations, patient_visits
from sereniv.clinic.workflows.phone.invitations import PATIENT, NoSuchInvitation, TooManyTries
from sereniv.clinic.workflows.phone.patient_visits import Visits
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import clinic_details, home_zone
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import GuideSection
from sereniv.therapy.followup import scales
from sereniv.therapy.followup.assessments import MOOD
from sereniv.therapy.person.events import Purpose, ScaleAnswered
from sereniv.therapy.phone.visits import Rest
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Malformed

NOT_FOUND, TOO_MANY_REQUESTS = 404, 429
SENT = "Sent to the clinic. Thank you. This page cannot tell you what your answers mean."
NOTHING_FILLED_IN = "Nothing is filled in yet, so nothing was sent. Answer at least one question."
SENT_COOKIE = "sent"
READ_AGAIN_S = 24 * 3600
MOST_REMEMBERED = 12
NOT_HERE = "What was sent can be read for a day, and only on the phone that sent it."
HELP = "help"
"""In the address of the first page after an answer about suicide: whom to call stays on top, on this phone alone."""
ESCORT_SENT = "Thank you. We have noted who takes you home, and will ask you again when you come."
FORGOTTEN = "What you had filled in is gone from here. Nothing of it was sent."
SPEAK_FIRST = "We need to speak with you before this visit. You do not need to prepare for it until we have."
PREPARED_FROM_DAYS = 1
"""From how many days before an infusion what to prepare stands open on the page."""

DRIVING = "no_driving_or_machines"
"""The claim that still holds on the day after an infusion, until somebody has slept."""

Page = Callable[..., HttpResponse]


def invited(page: Page) -> Page:
    """Let a page run only for a link that works; any other link gets one and the same answer."""

    @wraps(page)
    def asked(request: HttpRequest, token: str, **keywords: Any) -> HttpResponse:
        now = clock.now()
        try:
            invitation = invitations.found(token, now, request.META.get("REMOTE_ADDR", ""))
            looked_at(PATIENT, page.__name__, f"invitation={invitation.pk}", now)
            response = page(request, invitation, token, **keywords)
        except NoSuchInvitation:
            context = {**_clinic(), **_unsent(request, keywords)}
            response = render(request, "phone/closed.html", context, status=NOT_FOUND)
        except TooManyTries:
            context = {**_clinic(), **_unsent(request, keywords), "too_many": True}
            response = render(request, "phone/closed.html", context, status=TOO_MANY_REQUESTS)
        # The address is the key: no other site may learn it, and no search may keep it. With no referrer at all a
        # browser sends a form from "null", which the check against forged forms refuses: nothing could be sent.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return asked


def _unsent(request: HttpRequest, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what somebody sent through a link that is shut, in the words they saw: it reached nobody."""
    if request.method != "POST":
        return {}
    scale = knowledge().scales.get(asked.get("scale_id", ""))
    form = PhoneForm(request.POST, scale=scale) if scale else PhoneEscortForm(request.POST)
    typed = [(str(each.label), _in_words(each)) for each in form.visible_fields()]
    return {"is_unsent": True, "typed": [(label, words) for label, words in typed if words]}


def _in_words(field: BoundField) -> str:
    value = str(field.value() or "")
    return next((text for each, text in getattr(field.field, "choices", ()) if str(each) == value), value)


def _clinic() -> dict[str, Any]:
    """Return what a page shows of the clinic: name, numbers, whether somebody is there, and whom to call now."""
    now = clock.now()
    staffing = safety.staffing(now)
    return {
        "clinic": clinic_details(),
        "staffing": staffing,
        "hours": staffing.week,
        "call_now": None if staffing.is_staffed else on_call.called_when_closed(now),
        "item": rules_in_force(now).suicide_item,
    }


def _frame(invitation: Invitation, token: str) -> dict[str, Any]:
    """Return what every page shows: a first name, who reads the answers and when, and whom to call."""
    names = invitation.person.given_names.split()
    return {"token": token, "first_name": names[0] if names else "", **_clinic()}


@require_GET
@invited
def home(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Show what may be answered today and the next visits; the mood is asked right here."""
    now = clock.now()
    offered = invitations.today_of(invitation, now)
    visits = patient_visits.visits_of(invitation, now)
    sent_here = invitations.sent_among(invitation, _sent_here(request, invitation))
    mood = knowledge().scales[MOOD]
    context = {
        **_frame(invitation, token),
        "help_now": HELP in request.GET or any(_opens_an_item(each) for each in sent_here),
        "sent_here": sent_here,
        "todo": [scale for scale, too_soon in offered if too_soon is None and scale.id != MOOD],
        "done": [(scale, too_soon) for scale, too_soon in offered if too_soon is not None],
        "begun": set(invitation.drafts),
        "mood": form_for(request, PhoneForm, scale=mood) if (mood, None) in offered else None,
        "visits": visits,
        "is_near": _is_near(visits),
        "speak_first": SPEAK_FIRST,
        "prepare": knowledge().leaflets["before"].section("prepare").rows,
        "advice": _advice(visits.rest),
    }
    return render(request, "phone/home.html", context)


def _is_near(visits: Visits) -> bool:
    """Say whether the next infusion is today or tomorrow."""
    first = next((each for each in visits.coming if each.purpose is Purpose.INFUSION), None)
    if first is None:
        return False
    ahead = first.starts_at.astimezone(home_zone()).date() - clock.now().astimezone(home_zone()).date()
    return ahead.days <= PREPARED_FROM_DAYS


def _advice(rest: Rest | None) -> tuple[GuideSection, ...]:
    """Return what the leaflet of going home says; on the day after, of what ends then only that it ends with sleep."""
    leaflet = knowledge().leaflets["departure"]
    if rest is not Rest.DAY_AFTER:
        return leaflet.sections if rest else ()
    until, *others = leaflet.sections
    return (replace(until, rows=tuple(row for row in until.rows if row.id == DRIVING)), *others)


@require_http_methods(["GET", "POST"])
@invited
def escort(request: HttpRequest, invitation: Invitation, token: str, entry: int) -> HttpResponse:
    """Ask who takes the patient home after an infusion; what they say is passed on, never taken for checked.

    What was said before is not shown: whoever else holds the link would learn somebody's name and number.
    """
    visit = patient_visits.infusion_of(invitation, entry, clock.now())
    if visit is None:
        messages.warning(request, patient_visits.CHANGED)
        return redirect("phone", token=token)
    form: PhoneEscortForm = form_for(request, PhoneEscortForm)
    if form.is_bound and form.is_valid():
        try:
            patient_visits.name_escort(invitation, form.said(entry), form.cleaned_data["key"], clock.now())
        except Malformed as damaged:
            form.add_error(None, str(damaged))
        else:
            messages.success(request, ESCORT_SENT)
            return redirect("phone", token=token)
    context = {**_frame(invitation, token), "visit": visit, "form": form}
    return render(request, "phone/escort.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@invited
def scale(request: HttpRequest, invitation: Invitation, token: str, scale_id: str) -> HttpResponse:
    """Ask one questionnaire, with what was filled in before; what is sent is recorded, whenever it is sent."""
    asked = invitations.scale_of(invitation, scale_id)
    kept = invitation.drafts.get(asked.id, [])
    form: PhoneForm = form_for(request, PhoneForm, scale=asked, initial=PhoneForm.filled(asked, kept))
    back = None
    if form.is_bound and form.is_valid():
        try:
            done = _asked_back_or_sent(request, invitation, form)
        except Malformed as damaged:
            form.add_error(None, str(damaged))
        else:
            if not isinstance(done, AskedBack):
                return _thanked(request, invitation, token, form, opens_safety_flow=done.opens_safety_flow)
            back = done
    lately = {offered.id: too_soon for offered, too_soon in invitations.today_of(invitation, clock.now())}
    context = {
        **_frame(invitation, token),
        "scale": asked,
        "form": form,
        "asked_back": back,
        "too_soon": None if form.is_bound else lately.get(asked.id),
        "answered": len([each for each in (form.answers() if back else kept) if each is not None]),
        "is_kept": bool(kept),
    }
    return render(request, "phone/scale.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _thanked(
    request: HttpRequest, invitation: Invitation, token: str, form: PhoneForm, *, opens_safety_flow: bool
) -> HttpResponse:
    help_first = f"?{HELP}=1" if opens_safety_flow else ""
    response = redirect(f"{reverse('phone', args=[token])}{help_first}")
    if not opens_safety_flow:
        messages.success(request, SENT)
    entry = invitations.entry_of(invitation, form.cleaned_data["key"], form.scale, form.answers())
    return _remembering(request, response, invitation, token, entry)


def _remembering(
    request: HttpRequest, response: HttpResponse, invitation: Invitation, token: str, entry: int | None
) -> HttpResponse:
    """Let this phone alone read for a day what it has just sent: it carries the entry's number under our signature."""
    entries = [*_sent_here(request, invitation), *([entry] if entry else [])][-MOST_REMEMBERED:]
    response.set_signed_cookie(
        SENT_COOKIE,
        ".".join(map(str, dict.fromkeys(entries))),
        salt=str(invitation.pk),
        max_age=READ_AGAIN_S,
        path=reverse("phone", args=[token]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _sent_here(request: HttpRequest, invitation: Invitation) -> list[int]:
    """Return the entries that this phone sent under this link within a day."""
    found = request.get_signed_cookie(SENT_COOKIE, default="", salt=str(invitation.pk), max_age=READ_AGAIN_S) or ""
    return [int(each) for each in found.split(".") if each.isdigit()]


def _opens_an_item(sent: Recorded[ScaleAnswered]) -> bool:
    """Say whether this phone sent something that staff take up in person: whom to call stays on top for the day."""
    asked = knowledge().scales[sent.event.scale]
    return scales.score(asked, sent.event.answers).opens_safety_flow


@require_GET
@invited
def sent(request: HttpRequest, invitation: Invitation, token: str, entry: int) -> HttpResponse:
    """Show what this phone sent, as it was sent; no other one is shown it, and nobody after a day."""
    found = invitations.sent_under(invitation, entry) if entry in _sent_here(request, invitation) else None
    if found is None:
        messages.warning(request, NOT_HERE)
        return redirect("phone", token=token)
    asked = knowledge().scales[found.event.scale]
    form = PhoneForm(None, scale=asked)
    given = [
        (str(field.label), _answer_in_words(field, answer))
        for field, answer in zip((form[name] for name in form.names), found.event.answers, strict=True)
    ]
    context = {**_frame(invitation, token), "scale": asked, "given": given, "sent": found}
    return render(request, "phone/sent.html", context)


def _answer_in_words(field: BoundField, answer: int | None) -> str:
    if answer is None:
        return "not answered"
    choices = getattr(field.field, "choices", ())
    return next((str(text) for each, text in choices if str(each) == str(answer)), str(answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBack:
    """What somebody is asked before their answers are sent, and what the button that sends them all the same says."""

    words: tuple[str, ...]
    blanks: str = ""
    again: bool = False
    may_send: bool = True


def _asked_back_or_sent(request: HttpRequest, invitation: Invitation, form: PhoneForm) -> AskedBack | scales.Score:
    """Ask what is to be asked before, or record."""
    key = form.cleaned_data["key"]
    return invitations.ask_or_answer(
        lambda: _asked_back(request, invitation, form), invitation, form.scale, form.answers(), key, clock.now()
    )


def _asked_back(request: HttpRequest, invitation: Invitation, form: PhoneForm) -> AskedBack | None:
    """Ask about questions left out, and about answers that were sent already; None where there is nothing to ask.

    A thought of suicide that was ticked waits for no question, and what this very page sent so is not asked again.
    """
    answers, scale = form.answers(), form.scale
    if all(each is None for each in answers):
        return AskedBack(words=(NOTHING_FILLED_IN,), may_send=False)
    scored = scales.score(scale, answers)
    if scored.asks_in_person or (scored.opens_safety_flow and scored.safety_answer is not None):
        return None
    if invitations.entry_of(invitation, form.cleaned_data["key"], scale, answers):
        return None
    # A question about suicide that was left out is asked in person: it holds nothing up here.
    left_out = [number for number, each in enumerate(answers, start=1) if each is None and number != scale.safety_item]
    blanks = ", ".join(map(str, left_out))
    lately = {offered.id: too_soon for offered, too_soon in invitations.today_of(invitation, clock.now())}
    sent = lately.get(scale.id)
    words = []
    if blanks and request.POST.get("without") != blanks:
        words.append(f"Not sent yet. Not answered: question {blanks}. Everything else is still filled in below.")
    if sent is not None and not request.POST.get("again"):
        when = f"{sent.answered_at.astimezone(home_zone()):%A, %H:%M}"
        words.append(
            f"Not sent again. Answers to these questions reached us already, {when}, from this phone or another."
        )
    return AskedBack(words=tuple(words), blanks=blanks, again=sent is not None) if words else None


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
    invitations.keep(invitation, asked, answers, form.cleaned_data["key"])
    answered = len([each for each in answers if each is not None])
    return render(request, "phone/progress.html", {"scale": asked, "answered": answered})


@require_POST
@invited
def forget(request: HttpRequest, invitation: Invitation, token: str, scale_id: str) -> HttpResponse:
    """Forget what is filled in and not sent."""
    invitations.forget(invitation, invitations.scale_of(invitation, scale_id))
    messages.success(request, FORGOTTEN)
    return redirect("phone", token=token)
