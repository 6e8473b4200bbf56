"""The page that erases a person by law: what goes, what stays and why, before two people sign it; and what is left."""

import uuid

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records.chart_store import person_stream
from sereniv.clinic.records.checkpoints import fold_log_in
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.admin.erasing import announced_in_words, how_it_goes
from sereniv.clinic.web.admin.house_forms import AnnounceErasureForm, EraseForm
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.kept import KEPT
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.person import person_erasure, reach
from sereniv.clinic.workflows.shell.acting import Act


@require_http_methods(["GET", "POST"])
def erase_person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show what an erasure would do; let two announce it, and carry it out when it has waited."""
    who = get_object_or_404(Person.everybody, pk=person_id)
    if who.erased_at is not None:
        return render(request, "person/erased.html", {"gone": who, "left": person_erasure.left_of(who)})
    now = clock.now()
    announced = announced_erasures.waiting_for(person_stream(person_id))
    if announced is not None and not announced.is_due(now):
        return redirect("erasure_stop", announced.seq)
    due = announced is not None
    me = staff_of(request)
    may_read = me.may(Permission.READ_INTAKE)
    words = Sheet(
        title=f"Erase {who} by law",
        button="Erase this person for good" if due else "Announce the erasure",
        back=reverse("person", args=[person_id]) if may_read else reverse("ledger"),
        dangerous=due,
        template="person/erase.html",
        onward=lambda: reverse("person_erase", args=[person_id]) if due else reverse("today"),
        context={
            "who": who,
            "how": announced_in_words(announced) if announced is not None else how_it_goes(),
            "preview": person_erasure.preview(who, now),
            "touched": reach.of_person("erased", person_id, now, doses=me.may(Permission.READ_ORDERS)),
        },
    )

    def go(valid: EraseForm, act: Act) -> str | None:
        del valid
        number = person_erasure.erase_person(who, act)
        _take_over_what_is_left(request)
        transaction.on_commit(fold_log_in)
        return f"Erased. What the law keeps stands under Erased person {number}."

    def announce(valid: AnnounceErasureForm, act: Act) -> str | None:
        person_erasure.announce_person(who, valid.cleaned_data["basis"], act)
        return "The erasure is announced on Today."

    if due:
        return sheet(request, form_for(request, EraseForm), words, go)
    return sheet(request, form_for(request, AnnounceErasureForm), words, announce)


def _take_over_what_is_left(request: HttpRequest) -> None:
    """Take what this browser still keeps from the database, so that what was erased there is not written again."""
    if KEPT in request.session and request.session.session_key:
        request.session[KEPT] = SessionStore(request.session.session_key).load().get(KEPT, [])
