"""What goes otherwise at a chair: a spilt bag, a further bag, a line moved, a draw written wrong, somebody gone."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import VialRow
from sereniv.clinic.web.chair.mishap_forms import (
    CorrectDrawForm,
    DiedForm,
    FurtherBagForm,
    LeftUnseenForm,
    ResiteForm,
    SpillForm,
)
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.web.chair.views import ChairSheet, chair_sheet, opened_or_404, strip
from sereniv.clinic.web.shell.acts import Sheet, act_of, form_for, sheet, why_refused
from sereniv.clinic.workflows.chair import care
from sereniv.clinic.workflows.chair.drawing import draw_another_bag
from sereniv.clinic.workflows.orders.order_state import live_instead, why_not_drawn_for
from sereniv.clinic.workflows.person import reach
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.stock import drug
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.delivered import delivered

CHANGING = {
    Phase.INFUSING: "Pause the pump and chart it before the bag is changed. ",
    Phase.PAUSED: "Leave the pump paused until the bag is changed. ",
}
HOLDING = {Phase.INFUSING: "stop the pump and ", Phase.PAUSED: "leave the pump paused and "}
"""What is asked of the pump first, where there is anything to ask of it."""


def no_bag(request: HttpRequest, session_id: uuid.UUID, why: str) -> HttpResponse:
    """Say why no drug may be drawn, before anybody types anything, and what to do instead."""
    row, chart = opened_or_404(session_id)
    context = {**strip(row, chart), "status": status_of(session_id, chart, clock.now()), "why": why}
    if chart.opened is not None and chart.started_at is None:
        order = chart_store.person_chart(row.person_id).order_numbered(chart.opened.event.order)
        context |= {"person": row.person, "live": live_instead(row.person_id, order, act_of(request))}
    return render(request, "chair/no_bag.html", context)


@require_http_methods(["GET", "POST"])
def further_bag(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Draw a further bag or syringe for what is left of the order."""
    row, chart = opened_or_404(session_id)
    now = clock.now()
    dead = why_not_drawn_for(chart, act_of(request)) if request.method == "GET" else ""
    if chart.prepared is None or (why := drug.why_no_bag(chart, now) or dead):
        return no_bag(request, session_id, why if chart.prepared else "Draw the ordered dose first, at the gate.")
    left = plain(round(chart.plan.volume_ml - delivered(chart, now).volume_ml, 1))
    form = form_for(
        request,
        FurtherBagForm,
        vials=[(str(row.pk), _words(row)) for row in queries.vials_to_draw_from()],
        initial={"final_volume_ml": left},
    )

    def draw(valid: FurtherBagForm, act: Act) -> str:
        data = valid.cleaned_data
        draw_another_bag(session_id, uuid.UUID(data["vial"]), data["final_volume_ml"], data["reason"], act)
        return "Further bag drawn and checked by two people."

    words = Sheet(
        title="Further bag",
        button="Sign: drawn and checked",
        back=reverse("session", args=[session_id]),
        template="chair/sheet.html",
        intro=f"{left} mL of the order are left, at {plain(chart.plan.concentration_mg_per_ml)} mg/mL as ordered. "
        f"{CHANGING.get(chart.phase, '')}More than the order is a new order.",
        context={**strip(row, chart), "status": status_of(session_id, chart, now)},
    )
    return sheet(request, form, words, draw)


def _words(row: VialRow) -> str:
    return f"{row.label}: {plain(row.strength_mg_per_ml)} mg/mL"


@require_http_methods(["GET", "POST"])
def correct_draw(request: HttpRequest, session_id: uuid.UUID, entry: int) -> HttpResponse:
    """Put right which vial a bag was drawn from, or how much."""
    row, chart = opened_or_404(session_id)
    bag = _bag_or_404(chart, entry)
    form = form_for(
        request,
        CorrectDrawForm,
        vials=[(str(each.pk), _words(each)) for each in queries.vials()],
        initial={
            "vial": str(drug.vial_drawn_from(bag.vial, str(session_id))),
            "stock_ml": bag.stock_ml,
        },
    )

    def put_right(valid: CorrectDrawForm, act: Act) -> str:
        data = valid.cleaned_data
        drug.correct_draw(session_id, entry, uuid.UUID(data["vial"]), data["stock_ml"], data["reason"], act)
        return "Draw corrected; what was written before stays legible. Account for the drug by what was really drawn."

    words = Sheet(
        title="Correct a draw",
        button="Record what was really drawn",
        back=reverse("session_drug", args=[session_id]),
        template="chair/sheet.html",
        intro=f"Written down: {plain(bag.stock_ml)} mL from vial {bag.vial} = {plain(bag.drawn_mg)} mg. If the patient "
        f"gets or got another dose than ordered, {HOLDING.get(chart.phase, '')}call the prescriber first.",
        context={**strip(row, chart), "status": status_of(session_id, chart, clock.now())},
    )
    return sheet(request, form, words, put_right)


def _bag_or_404(chart: SessionChart, entry: int) -> ev.DrugPrepared:
    found = next((bag.event for bag in chart.bags if bag.stream_seq == entry), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def spill(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart that drug was spilt from a bag or syringe."""
    _, chart = opened_or_404(session_id)

    def act_on(valid: SpillForm, act: Act) -> str:
        data = valid.cleaned_data
        corrects = data.get("corrects")
        care.spill(session_id, data["volume_ml"], data["words"], act, valid.typed(), corrects)
        if corrects is not None:
            return "Corrected; what was written before stays legible. An account that stood on it is asked for again."
        return "Charted as spilt. A further bag may be drawn for what is left of the order."

    page = ChairSheet(
        title="Drug spilt",
        button="Chart: spilt",
        intro="From the bag, the syringe or the line. It stands in the account as wasted, with these words. One that "
        "was written down wrong is corrected here too: 0 mL where nothing was spilt.",
        why_not=why_refused(care.demand_a_bag, chart),
    )
    spilt = [
        (each.stream_seq, f"In the place of {plain(each.event.volume_ml)} mL at {each.at:%H:%M}: {each.event.words}")
        for each in chart.spilt
    ]
    return chair_sheet(request, session_id, SpillForm, page, act_on, spilt=spilt)


@require_http_methods(["GET", "POST"])
def resite(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart that the line was put in anew."""

    def act_on(valid: ResiteForm, act: Act) -> None:
        care.resite(session_id, valid.cleaned_data["site"], valid.cleaned_data["reason"], act, valid.typed())

    page = ChairSheet(
        title="IV resited",
        button="Chart the new IV site",
        intro="What ran into the tissue is not known to have reached the patient: write it beside.",
    )
    return chair_sheet(request, session_id, ResiteForm, page, act_on)


@require_http_methods(["GET", "POST"])
def left_unseen(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """End a session whose patient was found gone."""

    def act_on(valid: LeftUnseenForm, act: Act) -> str:
        data = valid.cleaned_data
        care.left_unseen(session_id, data["last_seen"], data["done"], act, valid.typed())
        return "Charted as left unseen. The call is due now; account for the drug, then sign the note."

    _, chart = opened_or_404(session_id)
    page = ChairSheet(
        title="Patient left unannounced",
        button="Chart: left unannounced",
        intro="Look first: toilet, waiting room, street. A running pump is charted as stopped then. Call the "
        "escort, the patient and the prescriber.",
        back=reverse("session_note", args=[session_id]),
        why_not=why_refused(care.demand_not_over, chart),
    )
    return chair_sheet(request, session_id, LeftUnseenForm, page, act_on)


@require_http_methods(["GET", "POST"])
def died(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """End a session whose patient died here."""

    def act_on(valid: DiedForm, act: Act) -> str:
        data = valid.cleaned_data
        care.record_death(session_id, data["words"], data["told"], act, valid.typed())
        return "Charted. Account for the drug, then sign the note."

    row, chart = opened_or_404(session_id)
    page = ChairSheet(
        title="The patient has died",
        button="Chart the death",
        intro="Ends this session. A running pump is charted as stopped then. Nobody is asked to call the patient.",
        back=reverse("session_note", args=[session_id]),
        context={"touched": reach.of_person("died", row.person_id, clock.now(), doses=True)},
        why_not=why_refused(care.demand_not_over, chart),
    )
    return chair_sheet(request, session_id, DiedForm, page, act_on)
