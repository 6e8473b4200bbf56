"""The page on which somebody makes a link for their own calendar program, and ends it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic.web.shell.acts import UNPROCESSABLE, Sheet, form_for, perform, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.calendar import feeds
from sereniv.clinic.workflows.shell.acting import Act


@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Show whether one has a link, and make one: it is shown once."""
    form = form_for(request, ActForm)
    made: list[str] = []

    def act_on(valid: ActForm, act: Act) -> None:
        del valid
        made.append(feeds.make(act))

    context = {"form": form, "address": ""}
    if request.method == "POST" and perform(request, form, act_on):
        context["address"] = request.build_absolute_uri(reverse("calendar_feed_given", args=[made[0]]))
    status = UNPROCESSABLE if form.is_bound and not made else 200
    return render(request, "calendar/feed.html", {**context, "feed": feeds.of_staff(staff_of(request))}, status=status)


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest) -> HttpResponse:
    """End one's own link; whoever has none is led to where one is made."""
    if feeds.of_staff(staff_of(request)) is None:
        return redirect("calendar_feed")

    def act_on(valid: ActForm, act: Act) -> str:
        del valid
        feeds.take_back(act)
        return "Your link gives nothing any more."

    words = Sheet(
        title="End your link",
        button="End it",
        back=reverse("calendar_feed"),
        intro="Whatever calendar has it shows nothing new from then on; what it fetched before stays there.",
    )
    return sheet(request, form_for(request, ActForm), words, act_on)
