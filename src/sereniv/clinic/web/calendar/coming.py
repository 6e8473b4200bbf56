"""Pages about somebody coming: who missed, who was called back or told, and who takes them home."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records.sent_again import in_order
from sereniv.clinic.web.calendar import forms as calendar_forms
from sereniv.clinic.web.calendar.appointment_sheet import found_or_404, when_of, words_of
from sereniv.clinic.web.shell.acts import act_of, form_for, go_back, sheet, why_refused
from sereniv.clinic.workflows.calendar import coming
from sereniv.clinic.workflows.shell.acting import Act, key_of_sent
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed


@require_http_methods(["GET", "POST"])
def missed(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Record that the patient did not come."""
    who, found = found_or_404(person_id, entry)

    def act_on(valid: calendar_forms.MissedForm, act: Act) -> str:
        coming.miss(person_id, entry, valid.cleaned_data["remark"], act)
        return "Recorded as missed. Call, or book another time: it stays on Today until then."

    form = form_for(request, calendar_forms.MissedForm)
    why_not = why_refused(lambda when: coming.demand_not_come(person_id, entry, when), clock.now())
    words = words_of(who, "Did not come", "Record as missed", when_of(found), why_not=why_not)
    return sheet(request, form, words, act_on)


@require_http_methods(["GET", "POST"])
def called_back(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Write down that somebody asked after a patient who had not come."""
    who, found = found_or_404(person_id, entry)

    def act_on(valid: calendar_forms.CalledBackForm, act: Act) -> str:
        data = valid.cleaned_data
        coming.called_back(person_id, entry, data["reached"] == "yes", data["words"], act)
        return "Written down." if data["reached"] == "yes" else "Written down: nobody reached. It stays on Today."

    form = form_for(request, calendar_forms.CalledBackForm)
    phone = f" Phone {who.phone}." if who.phone else " No phone number is recorded."
    why_not = why_refused(lambda when: coming.demand_call_owed(person_id, entry, when), clock.now())
    intro = f"{when_of(found)}{phone}"
    words = words_of(who, "Call after a missed visit", "Write it down", intro, why_not=why_not)
    return sheet(request, form, words, act_on)


@require_http_methods(["GET", "POST"])
def escort(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Name who takes the patient home."""
    who, found = found_or_404(person_id, entry)
    named = found.said or found.escort
    initial = {"name": named.name, "phone": named.phone, "way_home": named.way_home} if named else {}
    form = form_for(request, calendar_forms.EscortForm, initial=initial)

    def act_on(valid: calendar_forms.EscortForm, act: Act) -> str:
        data = valid.cleaned_data
        coming.arrange_escort(person_id, entry, data["name"], data["phone"], data["way_home"], act)
        return f"{data['name']} takes {who} home."

    said = " As the patient said on their phone: keep it once you have checked it." if found.said else ""
    return sheet(
        request, form, words_of(who, "Who takes the patient home", "Keep it", f"{when_of(found)}{said}"), act_on
    )


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Write down that the patient was told of a change to their appointment, or that nobody was reached."""
    who, found = found_or_404(person_id, entry)

    def act_on(valid: calendar_forms.TellForm, act: Act) -> str:
        data = valid.cleaned_data
        reached = data["reached"] == "yes"
        event = pe.PatientTold(appointment=entry, how=pe.Told(data["how"]), reached=reached, words=data["words"])
        coming.tell(person_id, event, act)
        return "Written down." if reached else "Written down: nobody reached. It stays on Today."

    form = form_for(request, calendar_forms.TellForm)
    what = f"{str(found.state).capitalize()}: {when_of(found)}"
    phone = f" Phone {who.phone}." if who.phone else " No phone number is recorded."
    words = words_of(who, "Tell the patient", "Write it down", f"{what}{phone}")
    return sheet(request, form, words, act_on)


@require_POST
def note(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Note with one tap that somebody arrived, comes late, is expected after all, or did not come."""
    who, _ = found_or_404(person_id, entry)
    key, what = request.POST.get("key", ""), request.POST.get("what", "")
    # The buttons of one row share its key, and each of them is an act of its own.
    act = act_of(request, in_order(key_of_sent(key, what)) if key else "")
    if what == MISSED:
        coming.miss(person_id, entry, "", act)
        messages.success(request, f"{who}: did not come. A call is owed: it stays on Today.")
    elif what in set(pe.Coming):
        coming.note(person_id, entry, pe.Coming(what), act)
        messages.success(request, f"{who}: {NOTED[pe.Coming(what)]}.")
    else:
        raise Malformed("This button is damaged. Open the page again.")
    back, theirs = request.POST.get("next", ""), reverse("appointments", args=[person_id])
    return go_back(request, back if back in {reverse("today"), theirs} else reverse("calendar"))


MISSED = "missed"
NOTED = {pe.Coming.ARRIVED: "arrived", pe.Coming.LATE: "comes late", pe.Coming.EXPECTED: "expected"}
