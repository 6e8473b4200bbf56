"""The page that says what waits for whoever is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.acts import staff_of
from sereniv.clinic.web.today import topics_for


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """List what waits, by topic, each line with the page where it is done."""
    me = staff_of(request)
    sees_charts = me.may(Permission.READ_CHART)
    quiet = "The board shows every chair." if sees_charts else "What is missing in the set-up will appear here."
    return render(request, "today/today.html", {"topics": topics_for(me, clock.now()), "quiet": quiet})
