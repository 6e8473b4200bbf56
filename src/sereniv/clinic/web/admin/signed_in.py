"""Where somebody is signed in, and out from there: one's own sign-ins, and for an administrator those of another."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts import places
from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, form_for, perform, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.admin import credentials
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force

ELSEWHERE = "elsewhere"


class PlaceForm(ActForm):
    """Which sign-in is to end: one by its mark, or all but this one."""

    mark = forms.RegexField(rf"^([0-9a-f]{{{places.MARK}}}|{ELSEWHERE})$", widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def my_places(request: HttpRequest) -> HttpResponse:
    """List one's own sign-ins and the devices that take one's PIN, and end one or all others."""
    me, here = staff_of(request), request.session.session_key or ""
    device = device_of(request)
    found = places.places_of(me, here)
    form = form_for(request, PlaceForm)

    def end(valid: PlaceForm, act: Act) -> str | None:
        wanted = valid.cleaned_data["mark"]
        others = {each.mark for each in found if not each.is_here}
        ended = credentials.end_own_sessions(others if wanted == ELSEWHERE else {wanted} & others, device, act)
        return f"Ended in {ended} other place{'s' if ended != 1 else ''}, your PIN there too." if ended else None

    if request.method == "POST" and perform(request, form, end):
        return redirect("my_places")
    return _listed(request, found, form, whose=None)


@require_http_methods(["GET", "POST"])
def staff_places(request: HttpRequest, staff_id: int) -> HttpResponse:
    """List the sign-ins of somebody else and the devices that take their PIN, and end one or all of them."""
    person = get_object_or_404(Staff, pk=staff_id)
    if person.pk == staff_of(request).pk:
        return redirect("my_places")
    found = places.places_of(person, "")
    form = form_for(request, PlaceForm)

    def end(valid: PlaceForm, act: Act) -> str | None:
        wanted, theirs = valid.cleaned_data["mark"], {each.mark for each in found}
        ended = credentials.end_sessions_of(staff_id, theirs if wanted == ELSEWHERE else {wanted} & theirs, act)
        where = f"{ended} place{'s' if ended != 1 else ''}"
        return f"{person} is signed out in {where}, their PIN is not taken there, and they are told." if ended else None

    if request.method == "POST" and perform(request, form, end):
        return redirect("setup_staff_places", staff_id=staff_id)
    return _listed(request, found, form, whose=person)


def _listed(request: HttpRequest, found: list[places.Place], form: PlaceForm, *, whose: Staff | None) -> HttpResponse:
    """Draw the list; `whose` is None for one's own."""
    content = {
        "whose": whose,
        "found": [(each, _button(each.mark)) for each in found],
        "others": _button(ELSEWHERE) if len(found) > 1 else None,
        "failed": form if form.is_bound else None,
        "rule": rules_in_force(clock.now()).sign_in,
    }
    return render(request, "admin/places.html", content, status=UNPROCESSABLE if form.is_bound else 200)


def _button(mark: str) -> PlaceForm:
    """Return the form of one button."""
    return PlaceForm(initial={"mark": mark})
