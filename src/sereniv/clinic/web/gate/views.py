"""The gate: line by line before the start, with what each line read."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records import queries
from sereniv.clinic.records.models import VialRow
from sereniv.clinic.web.chair.forms import AttestForm, DrawForm, ReadBackForm
from sereniv.clinic.web.chair.mishaps import no_bag
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.web.chair.views import opened_or_404, strip
from sereniv.clinic.web.shell.acts import Sheet, act_of, drawn_from, form_for, perform, sheet, why_refused
from sereniv.clinic.web.shell.form_parts import ReasonForm
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.orders.order_state import live_instead, otherwise_since, why_not_drawn_for
from sereniv.clinic.workflows.phone.patient_visits import said_for_today
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import demand_infusions_allowed
from sereniv.clinic.workflows.stock.drug import why_no_bag
from sereniv.clinic.workflows.stock.stock import day_of
from sereniv.knowledge import knowledge
from sereniv.therapy.chair.gate_facts import LineFinding
from sereniv.therapy.chair.still_open import demand_closable_unused
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.treatment.dose import stock_volume_ml


@require_GET
def gate(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show every line of the gate as it stands."""
    return _gate_page(request, session_id)


def _gate_page(
    request: HttpRequest, session_id: uuid.UUID, refused: dict[str, AttestForm] | None = None, status: int = 200
) -> HttpResponse:
    row, chart = opened_or_404(session_id)
    lines = sessions.gate_lines(chart, act_of(request))
    shown = [_shown(line, (refused or {}).get(line.row.id), chart.attested.get(line.row.id)) for line in lines]
    about = strip(row, chart)
    begun = chart.started_at is not None
    context = {
        **about,
        "otherwise": () if begun else otherwise_since(row.person_id, about["signed_order"], clock.now()),
        "status": status_of(session_id, chart, clock.now()),
        "lines": shown,
        "live": None if begun else live_instead(row.person_id, about["signed_order"], act_of(request)),
        "open_lines": [line for line in lines if not line.lets_pass],
        "key": new_key(),
        "start_form": ReadBackForm(initial={"expected_seq": chart.head, "seen": drawn_from(request)}),
        "staffing": sessions.staffing_beside(session_id, clock.now()),
        "is_ready": chart.phase is Phase.READY,
        "not_here": why_refused(lambda _: demand_infusions_allowed(), chart),
        "said_on_phone": said_for_today(row.person_id, clock.now()),
    }
    return render(request, "gate/gate.html", context, status=status)


def _shown(line: LineFinding, refused: AttestForm | None, said: Recorded[ev.GateLineAttested] | None) -> dict[str, Any]:
    """Return a line of the gate with what was typed for it: where it was refused, that stands before what was said."""
    typed = (refused["detail"].value() or "") if refused else said.event.detail if said else ""
    return {"line": line, "form": refused, "said": said, "detail": typed, "key": new_key()}


@require_POST
def attest(request: HttpRequest, session_id: uuid.UUID, line: str) -> HttpResponse:
    """Record one attested line; a mistake comes back beside the line."""
    opened_or_404(session_id)
    form = form_for(request, AttestForm)

    def say(valid: AttestForm, act: Act) -> None:
        data = valid.cleaned_data
        sessions.attest(session_id, line, data["holds"] == "yes", data["detail"], act)

    if not perform(request, form, say):
        return _gate_page(request, session_id, {line: form}, 422)
    return redirect(f"{reverse('session_gate', args=[session_id])}#line-{line}")


@require_http_methods(["GET", "POST"])
def override(request: HttpRequest, session_id: uuid.UUID, line: str) -> HttpResponse:
    """Let a prescriber pass a line with a reason."""
    row, chart = opened_or_404(session_id)
    titled = next((each for each in knowledge().gate if each.id == line), None)
    if titled is None:
        raise Http404
    finding = next(each for each in sessions.gate_lines(chart, act_of(request)) if each.row.id == line)
    form = form_for(request, ReasonForm)

    def allow(valid: ReasonForm, act: Act) -> None:
        sessions.override(session_id, line, valid.cleaned_data["reason"], act)

    question = f"{titled.question}. " if titled.question else ""
    words = Sheet(
        title=f"Override: {titled.title}",
        button="Sign the override",
        intro=f"{question}Now: {finding.state}. {finding.why} Your name and reason stand in the note.",
        back=f"{reverse('session_gate', args=[session_id])}#line-{line}",
        template="chair/sheet.html",
        context={**strip(row, chart), "status": status_of(session_id, chart, clock.now())},
    )
    return sheet(request, form, words, allow)


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Draw the dose from a vial, two people; where none may be drawn now, say so before anybody types."""
    row, chart = opened_or_404(session_id)
    if why := why_no_bag(chart, clock.now()) or _dead_order(request, chart):
        return no_bag(request, session_id, why)
    if chart.prepared is not None:
        return redirect("session_bag", session_id=session_id)
    offered = _offered(chart.plan.dose_mg, clock.now())
    vials = [(str(vial.pk), _vial_words(vial, needed, chart.plan.volume_ml)) for vial, needed in offered]
    form = form_for(request, DrawForm, vials=vials)
    ordered = chart.plan.concentration_mg_per_ml
    is_stronger = any(vial.strength_mg_per_ml > ordered for vial, _ in offered)

    def take(valid: DrawForm, act: Act) -> str:
        data = valid.cleaned_data
        sessions.prepare_drug(session_id, uuid.UUID(data["vial"]), data["final_volume_ml"], act)
        return "Drug drawn and checked by two people."

    words = Sheet(
        title="Draw the drug",
        button="Sign: drawn and checked",
        back=reverse("session_gate", args=[session_id]),
        template="gate/draw.html",
        intro="Both people read vial, volume and bag."
        + (f" A vial of more than {plain(ordered)} mg/mL is never given undiluted." if is_stronger else ""),
        context={**strip(row, chart), "status": status_of(session_id, chart, clock.now())},
    )
    return sheet(request, form, words, take)


def _dead_order(request: HttpRequest, chart: SessionChart) -> str:
    """Say why nothing is drawn for the order, before anybody opens a vial; what is sent is refused by the workflow."""
    return why_not_drawn_for(chart, act_of(request)) if request.method == "GET" else ""


def _offered(dose_mg: Decimal, now: datetime) -> list[tuple[VialRow, Decimal]]:
    """Offer the vials that hold a dose, the first to expire first; where none does, all, and the refusal says why.

    Beside each stands how many mL of it hold the dose.
    """
    standard = rules_in_force(now).standard
    usable = queries.vials_to_draw_from().filter(expires__gte=day_of(now)).order_by("expires", "label")
    drawn = [(vial, stock_volume_ml(dose_mg, vial.strength_mg_per_ml, standard)) for vial in usable]
    enough = [(vial, needed) for vial, needed in drawn if needed <= vial.on_hand_ml]
    return enough or drawn


def _vial_words(vial: VialRow, needed_ml: Decimal, volume_ml: Decimal) -> str:
    diluent_ml = volume_ml - needed_ml
    diluent = f" + {plain(diluent_ml)} mL diluent" if diluent_ml > 0 else ""
    strength, on_hand = plain(vial.strength_mg_per_ml), plain(vial.on_hand_ml)
    return f"{vial.label}: {strength} mg/mL, draw {plain(needed_ml)} mL{diluent} ({on_hand} mL left)"


@require_POST
def pass_gate(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Pass the gate, or say what is still open."""
    from django.contrib import messages

    _, chart = opened_or_404(session_id)
    try:
        sessions.pass_gate(session_id, chart.head, act_of(request, request.POST.get("key", "")))
    except Refused as no:
        messages.warning(request, no.reason)
    return redirect("session_gate", session_id=session_id)


@require_POST
def start(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Start at the rate read back from the pump."""
    row, chart = opened_or_404(session_id)
    form = form_for(request, ReadBackForm)

    def begin(valid: ReadBackForm, act: Act) -> None:
        data = valid.cleaned_data
        sessions.start(session_id, data["rate_ml_per_h"], data["expected_seq"] or 0, act)

    words = Sheet(
        title="Start the infusion",
        button="Start infusion",
        back=reverse("session", args=[session_id]),
        template="chair/sheet.html",
        intro="Start the pump by hand; chart the rate its screen shows.",
        context={**strip(row, chart), "status": status_of(session_id, chart, clock.now())},
    )
    return sheet(request, form, words, begin, lambda: opened_or_404(session_id)[1].head)


@require_http_methods(["GET", "POST"])
def close_unused(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Close a session in which nothing was infused."""
    row, chart = opened_or_404(session_id)
    form = form_for(request, ReasonForm)

    def close(valid: ReasonForm, act: Act) -> str:
        sessions.close_unused(session_id, valid.cleaned_data["reason"], act)
        return "Session closed; nothing was infused."

    words = Sheet(
        title="Close: nothing was infused",
        button="Close the session",
        back=reverse("person", args=[row.person.pk]),
        template="chair/sheet.html",
        intro="Drug that was drawn is accounted for first, with a witness.",
        why_not=why_refused(demand_closable_unused, chart),
        context={**strip(row, chart), "status": status_of(session_id, chart, clock.now())},
    )
    return sheet(request, form, words, close)
