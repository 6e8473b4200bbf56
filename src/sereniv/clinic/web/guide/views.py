"""Pages for anybody: the guide, the enquiry form; and the staff's list of what was asked."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from sereniv.clinic import clock
from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.records import queries
from sereniv.clinic.records.models import Enquiry
from sereniv.clinic.web.guide.forms import EnquiryForm
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, form_for, perform, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.person.likeness import Alike, as_read_by, who_asked
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import hours_in_words
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.knowledge.rows import CrisisRow, GuideRow, Reference
from sereniv.therapy.person.romanised import is_unread
from sereniv.therapy.recording.refusal import Malformed

TOO_MANY_REQUESTS = 429
PAGE = 50
"""Enquiries on one page of the list."""

TOO_MANY = (
    "Many messages have come in within the hour, so this one was not kept. What you typed is still here: "
    "try again in an hour, or call the clinic."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """A source as the guide cites it: its number, what it is, and since when it was last checked at the earliest."""

    number: int
    reference: Reference
    checked: date

    @property
    def address(self) -> str:
        """Where the source is, "" where it has no address."""
        doi = self.reference.doi
        return f"https://doi.org/{doi}" if doi else self.reference.url


def footnotes_of(rows: Iterable[GuideRow | CrisisRow], references: dict[str, Reference]) -> dict[str, Footnote]:
    """Give the sources numbers in the order they are cited; each is dated by the row that was checked longest ago."""
    checked: dict[str, date] = {}
    for row in rows:
        for source in row.sources:
            checked[source] = min(row.as_of, checked.get(source, row.as_of))
    return {
        source: Footnote(number=number, reference=references[source], checked=day)
        for number, (source, day) in enumerate(checked.items(), start=1)
    }


def _clinic() -> dict[str, object]:
    """Return what every public page shows of the clinic: name, numbers and hours."""
    details = clinic_details()
    return {"clinic": details, "hours": hours_in_words(details, localdate(clock.now()))}


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show what the therapy is, every claim with its dated sources."""
    known, clinic = rules_in_force(clock.now()), clinic_details()
    claims = known.guide.rows()
    words_are_ours = clinic.crisis_words == known.guide.crisis.text
    notes = footnotes_of((*claims, known.guide.crisis) if words_are_ours else claims, known.references)
    sections = [
        (section, [(row, [notes[source] for source in row.sources]) for row in section.rows])
        for section in known.guide.sections
    ]
    context = {
        "sections": sections,
        "footnotes": notes.values(),
        **_clinic(),
        "checked": min(row.as_of for row in claims),
    }
    return render(request, "guide/guide.html", context)


@require_http_methods(["GET", "POST"])
def enquiry(request: HttpRequest) -> HttpResponse:
    """Collect an enquiry: kept as written, for a person to read."""
    form: EnquiryForm = form_for(request, EnquiryForm)
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        asked = enquiries.Asked(**{each: typed[each] for each in ("name", "reach", "born", "referred_by", "message")})
        place = enquiries.Place(address=request.META.get("REMOTE_ADDR", ""), device=device_of(request))
        try:
            enquiries.receive(asked, typed["key"], clock.now(), place)
        except Malformed as damaged:
            form.add_error(None, str(damaged))
        except enquiries.TooManyEnquiries:
            form.add_error(None, TOO_MANY)
            status = TOO_MANY_REQUESTS
        else:
            return redirect("enquiry_thanks")
    return render(request, "guide/enquiry.html", {"form": form, **_clinic()}, status=status)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that an enquiry was kept, and promise nothing."""
    return render(request, "guide/thanks.html", _clinic())


@require_GET
def enquiry_list(request: HttpRequest) -> HttpResponse:
    """List the enquiries: new ones first, the longest waiting at the top."""
    found = Paginator(queries.enquiries(), PAGE)
    page = found.get_page(request.GET.get("page"))
    new, rules = [each for each in page if each.answered_at is None], rules_in_force(clock.now())
    context = {
        "page": page,
        "total": found.count,
        "waiting": queries.unanswered().count(),
        "in_danger": {each.pk for each in new if enquiries.names_thoughts_of_suicide(each, rules)},
        "again": enquiries.asked_before(new),
        "unread": {each.pk for each in new if is_unread(each.name)},
        "known": {each.pk: among for each in new if (among := _known(each, staff_of(request).username))},
    }
    return render(request, "guide/enquiries.html", context)


def _known(each: Enquiry, username: str) -> tuple[Alike, ...]:
    """Return whom an enquiry may come from, as far as whoever reads it may read of each."""
    return as_read_by(username, who_asked(each.name, each.reach, each.born), clock.now())


@require_POST
def enquiry_answered(request: HttpRequest, enquiry_id: uuid.UUID) -> HttpResponse:
    """Mark an enquiry as answered, or take that back."""
    get_object_or_404(Enquiry, pk=enquiry_id)
    form = form_for(request, ActForm)

    def change(valid: ActForm, act: Act) -> str:
        del valid
        if "again" in request.POST:
            enquiries.opened_again(enquiry_id, act)
            return "Marked as new again."
        enquiries.answered(enquiry_id, act)
        return "Marked as answered."

    if not perform(request, form, change):
        context = {"reason": " ".join(form.non_field_errors())}
        return render(request, "shell/errors/refused.html", context, status=UNPROCESSABLE)
    return redirect("enquiries")
