"""Locking a screen, and opening it again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, form_for, staff_of
from sereniv.clinic.web.shell.lock import is_locked, noted
from sereniv.clinic.web.shell.lock_forms import UnlockForm
from sereniv.clinic.web.shell.way_back import way_back
from sereniv.clinic.workflows.shell.in_force import rules_in_force


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock this screen, by hand or because nobody touched it."""
    if not is_locked(request):
        noted(staff_of(request), "locked the screen", request)
    idle.lock(request.session)
    if request.headers.get("X-Quiet"):
        return HttpResponse(status=204)
    return redirect(way_back(request))


@require_POST
def touch(request: HttpRequest) -> HttpResponse:
    """Note that somebody works on a page that asks for nothing meanwhile; 423 where it has locked already."""
    idle.touch(request.session, clock.real_now(), rules_in_force(clock.now()).sign_in)
    return HttpResponse(status=423 if is_locked(request) else 204)


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open a locked screen by the PIN or password of whoever is signed in."""
    me = staff_of(request)
    form: UnlockForm = form_for(request, UnlockForm, owner=me)
    if form.is_bound:
        if form.is_valid():
            idle.unlock(request.session, clock.real_now())
            noted(me, "unlocked the screen", request)
            return HttpResponse(status=204) if request.headers.get("X-Quiet") else redirect(way_back(request))
        noted(me, "failed to unlock", request)
        if request.headers.get("X-Quiet"):
            words = " ".join(str(each) for errors in form.errors.values() for each in errors)
            return HttpResponse(words, status=UNPROCESSABLE, content_type="text/plain")
    elif not is_locked(request):
        return redirect(way_back(request))
    context = {"form": form, "next": way_back(request)}
    return render(request, "account/unlock.html", context, status=UNPROCESSABLE if form.is_bound else 200)
