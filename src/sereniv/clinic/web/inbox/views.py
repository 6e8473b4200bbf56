"""A person's inbox, and the three things that may be said of each entry."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.shell.acts import Caution
from sereniv.clinic.web.shell.form_parts import ActForm, ReasonForm
from sereniv.clinic.workflows.inbox import settling
from sereniv.clinic.workflows.inbox.beside import Beheld, beheld, behold
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person.events import ReceivedKind
from sereniv.therapy.person.received import inbox as inbox_of

ASK = {
    ReceivedKind.ALLERGY: "Charted, from elsewhere. Ask about allergies here: nobody has since.",
    ReceivedKind.MEDICINE: "Charted, from elsewhere. Go through the medicines here: nobody has since.",
}
IN_DOUBT = (
    "Charted, from elsewhere, and in doubt: no rule reads it as within its limit. Enter it at the work-up from the "
    "report; there it is asked whether values, units and limits are right."
)


@require_GET
def inbox(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show everything that was received about somebody, what waits first."""
    who = get_object_or_404(Person, pk=person_id)
    items = beheld(who, clock.now())
    waiting = [each for each in items if each.item.settled is None]
    settled = [each for each in items if each.item.settled is not None]
    context = {"person": who, "waiting": waiting, "settled": settled, "chart": chart_store.person_chart(who.pk)}
    return render(request, "inbox/inbox.html", context)


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Chart what was received."""
    found = _one(person_id, entry)

    def act_on(valid: ActForm, act: Act) -> str:
        del valid
        settling.take_over(person_id, entry, act)
        doubted = found.report is not None and bool(found.report.asked)
        asks = IN_DOUBT if doubted else ASK.get(found.item.received.event.kind)
        return Caution(asks) if asks else "Charted, from elsewhere."

    words = {"title": "Take over what was received", "button": "Take over", "why_not": found.why_not}
    return _sheet(request, person_id, found, ActForm, words, act_on)


@require_http_methods(["GET", "POST"])
def known(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Say that what was received is known here already."""
    found = _one(person_id, entry)

    def act_on(valid: ActForm, act: Act) -> str:
        del valid
        settling.know(person_id, entry, act)
        return "Known already: nothing was charted."

    words = {"title": "Known here already", "button": "Known already"}
    return _sheet(request, person_id, found, ActForm, words, act_on)


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Refuse what was received, in words."""
    found = _one(person_id, entry)

    def act_on(valid: ReasonForm, act: Act) -> str:
        settling.refuse(person_id, entry, valid.cleaned_data["reason"], act)
        return "Refused. It stays here as it came, and may be taken over later."

    words = {"title": "Refuse what was received", "button": "Refuse"}
    return _sheet(request, person_id, found, ReasonForm, words, act_on)


@require_GET
def as_it_came(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Give what was received sign for sign, as a text that no browser runs."""
    del request
    received = _one(person_id, entry).item.received
    found = HttpResponse(received.event.body, content_type="text/plain; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="received-{received.seq}.json.txt"'
    found["Cache-Control"] = "no-store"
    return found


def _one(person_id: uuid.UUID, entry: int) -> Beheld:
    who = get_object_or_404(Person, pk=person_id)
    chart = chart_store.person_chart(person_id)
    item = next((each for each in inbox_of(chart) if each.entry == entry), None)
    if item is None:
        raise Http404
    return behold(who, chart, item, clock.now())


def _sheet(
    request: HttpRequest,
    person_id: uuid.UUID,
    found: Beheld,
    form_class: type[ActForm],
    words: dict[str, Any],
    act_on: Any,  # noqa: ANN401  a form's own act
) -> HttpResponse:
    event = found.item.received.event
    intro = f"{event.sent_by} sent: {found.item.words}."
    if found.known:
        intro += f" The chart: {found.known}."
    if found.with_it:
        intro += f" With it: {'; '.join(found.with_it)}."
    back = reverse("person_inbox", args=[person_id])
    return person_sheet(request, person_id, form_class, {"intro": intro, "back": back, **words}, act_on)
