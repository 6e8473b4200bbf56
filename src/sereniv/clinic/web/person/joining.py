"""Pages on which two records of one person are joined, and parted again."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import queries
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.person.forms import JoinForm, PartForm
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.workflows.person import joining
from sereniv.clinic.workflows.person.finding import found
from sereniv.clinic.workflows.person.likeness import as_read_by, everybody_alike
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person.names import birth_words

MOST_FOUND = 12


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Choose another record of this person, compare the two, and join it into this one."""
    who = get_object_or_404(Person, pk=person_id)
    chosen = request.POST.get("other") or request.GET.get("other", "")
    other = queries.person_of(chosen) if _is_id(chosen) else None
    if other is None:
        return _choose(request, who)
    form = form_for(request, JoinForm, initial={"other": str(other.pk)})

    def act_on(valid: JoinForm, act: Act) -> str:
        joining.join(person_id, other.pk, valid.cleaned_data["reason"], act)
        return f"Both records of {who} are read together now."

    words = Sheet(
        title="Join two records",
        button="Join them",
        back=reverse("person", args=[person_id]),
        template="person/join.html",
        context={"person": who, "other": other},
    )
    return sheet(request, form, words, act_on)


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _choose(request: HttpRequest, who: Person) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()[:80]
    others = found(wanted).exclude(pk=who.pk)
    context = {
        "person": who,
        "q": wanted,
        "alike": as_read_by(staff_of(request).username, everybody_alike(who.identity, [str(who.pk)]), clock.now()),
        "found": others[:MOST_FOUND],
        "more": max(0, others.count() - MOST_FOUND),
    }
    return render(request, "person/join_choose.html", context)


@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, person_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """Read two joined records apart again."""
    who = get_object_or_404(Person, pk=person_id)
    other = get_object_or_404(Person, pk=other_id)
    if other.joined_into_id != who.pk:
        raise Http404
    form = form_for(request, PartForm)

    def act_on(valid: PartForm, act: Act) -> str:
        joining.part(person_id, other_id, valid.cleaned_data["reason"], act)
        return (
            f"The two records are read apart again. The other one is that of {other}, born {birth_words(other.born)}."
        )

    words = Sheet(
        title="Part two records",
        button="Part them",
        back=reverse("person", args=[person_id]),
        intro=f"The record of {other}, born {birth_words(other.born)}, is read by itself again, with all that was "
        "recorded in it. What was recorded on this page since the joining stays in this record: look through both.",
        context={"person": who},
    )
    return sheet(request, form, words, act_on)
