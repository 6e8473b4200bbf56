"""Pages of the controlled-drug ledger."""

import uuid
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.web.admin.house_forms import StandardForm
from sereniv.clinic.web.documents.views import as_pdf, page
from sereniv.clinic.web.shell.acts import Caution, Sheet, form_for, sheet
from sereniv.clinic.web.shell.days import asked_days
from sereniv.clinic.web.shell.looks import show_people
from sereniv.clinic.web.stock.forms import VialForm
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.orders.held_by import live_orders, orders_held
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import (
    Stock,
    rules_in_force,
    sign_standard,
    standard_signed,
    tables_with_stock,
)
from sereniv.clinic.workflows.stock import stock as workflows
from sereniv.clinic.workflows.stock import vial_use
from sereniv.therapy.custody import STRIKABLE, VialReceived, settle_by
from sereniv.therapy.documents.drug_record import BALANCE, COUNTS, balance_rows, counts_in, ml_off, told
from sereniv.therapy.documents.vial import balance, session_of, superseded_words


def _stocked() -> dict[str, object]:
    standard = rules_in_force(clock.now()).standard
    return {"standard": standard, "signed": standard_signed()}


SHOWN_DAYS = 7


@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    """List every vial with what is left of it; those that are gone stand apart."""
    every = list(queries.vials())
    here = [row for row in every if row.on_hand_ml != 0 or row.residual_mg != 0 or row.differs]
    context = {
        "vials": here,
        "gone": [row for row in every if row not in here],
        "today": workflows.day_of(clock.now()),
        **_stocked(),
    }
    return render(request, "stock/list.html", context)


@require_GET
def vial(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Show one vial's ledger, entry by entry, with whom each was for and what may be done with it."""
    found = chart_store.vial(vial_id)
    if found.received is None:
        raise Http404
    whom = vial_use.drawn_for(found.entries)
    entries = [
        {
            "entry": each,
            "whom": whom.get(session_of(each.event)),
            "superseded_by": found.superseded.get(each.stream_seq),
            "may_be_struck": isinstance(each.event, STRIKABLE) and each.stream_seq not in found.superseded,
        }
        for each in found.entries
    ]
    rule = rules_in_force(clock.now()).custody.difference
    context = {
        "entries": entries,
        "vial": found,
        "vial_id": vial_id,
        "names_people": bool(whom),
        "balance": balance(found),
        "is_expired": found.received.expires < workflows.day_of(clock.now()),
        "differences": [(each, ml_off(each), settle_by(each, rule)) for each in found.open_differences],
    }
    return render(request, "stock/vial.html", context)


@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """Show the controlled drug's record over any days: balance, entries with their patient, counts, differences."""
    form, first, last = asked_days(request, SHOWN_DAYS)
    vials = vial_use.vials_between(first, last)
    setting = documents.setting_at(clock.now())
    said = told(setting, vials, first, last)
    whom = vial_use.drawn_for(each for each, _ in said)
    ids = dict(queries.vials_called(each.label for each in vials).values_list("label", "pk"))
    context = {
        "form": form,
        "first": first,
        "last": last,
        "columns": BALANCE,
        "balances": [
            (ids.get(vial.label) if vial else None, row[0], row[1:])
            for vial, row in balance_rows(setting, vials, first, last)
        ],
        "count_columns": COUNTS,
        "counts": counts_in(setting, vials, first, last),
        "entries": [
            (each, vial, ids.get(vial.label), whom.get(session_of(each.event)), superseded_words(vial, each.stream_seq))
            for each, vial in said
        ],
    }
    return render(request, "stock/record.html", context)


@require_GET
def record_document(request: HttpRequest) -> HttpResponse:
    """Show the record as it prints."""
    _, first, last = asked_days(request, SHOWN_DAYS)
    _show_those_told(request, first, last)
    asked = urlencode({"first": first.isoformat(), "last": last.isoformat()})
    address, back = f"{reverse('stock_record_document_pdf')}?{asked}", f"{reverse('stock_record')}?{asked}"
    return page(request, documents.of_drug(first, last, clock.now()), address, back)


@require_GET
def record_document_pdf(request: HttpRequest) -> HttpResponse:
    """Give the record as PDF."""
    _, first, last = asked_days(request, SHOWN_DAYS)
    _show_those_told(request, first, last)
    return as_pdf(request, documents.of_drug(first, last, clock.now()), "controlled-drug-record")


def _show_those_told(request: HttpRequest, first: date, last: date) -> None:
    vials = vial_use.vials_between(first, last)
    said = told(documents.setting_at(clock.now()), vials, first, last)
    show_people(request, {found.person.pk for found in vial_use.drawn_for(each for each, _ in said).values()})


def _usual() -> str:
    stocked = rules_in_force(clock.now()).standard.stocked_mg_per_ml
    return f" This clinic stocks {' and '.join(f'{each:f}' for each in stocked)} mg/mL." if stocked else ""


@require_http_methods(["GET", "POST"])
def standard(request: HttpRequest) -> HttpResponse:
    """Let the medical director sign what is stocked, the bag and the pump."""
    now_signed = rules_in_force(clock.now()).standard
    initial = {
        "stocked_mg_per_ml": [f"{each:f}" for each in now_signed.stocked_mg_per_ml],
        "concentration_mg_per_ml": now_signed.concentration_mg_per_ml,
        "rate_increment_ml_per_h": now_signed.rate_increment_ml_per_h,
    }
    form = form_for(request, StandardForm, initial=initial)
    words = Sheet(
        title="Stock, bag and pump",
        button="Sign",
        back=reverse("stock"),
        intro="What every order here is worked out with. Another concentration than this is past a hard limit and "
        "needs a second signer. An order that is signed keeps its numbers; of another concentration, it is held at "
        "co-signature and gate until it is signed anew. You sign as medical director.",
        template="stock/standard.html",
        context={"live": live_orders(clock.now())},
    )

    def sign(valid: StandardForm, act: Act) -> str | None:
        data = valid.cleaned_data
        chosen = Stock(
            stocked_mg_per_ml=tuple(data["stocked_mg_per_ml"]),
            concentration_mg_per_ml=data["concentration_mg_per_ml"],
            rate_increment_ml_per_h=data["rate_increment_ml_per_h"],
        )
        held = [each for each in orders_held(tables_with_stock(chosen, act.now), act.now) if each.is_held_anew]
        sign_standard(chosen, data["reason"], act)
        if held:
            named = "; ".join(f"{each.person}: {each.words}" for each in held)
            return Caution(f"Signed. Held until signed anew: {named}.")
        return "Signed. Orders are worked out with this from now on."

    return sheet(request, form, words, sign)


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Take a vial into stock with a second person."""
    form = form_for(request, VialForm)
    words = Sheet(
        title="Receive a vial",
        button="Receive vial",
        back=reverse("stock"),
        intro="Two people at the safe. Strength and volume are the label's, in ketamine base." + _usual(),
    )

    def take_in(valid: VialForm, act: Act) -> str | None:
        data = valid.cleaned_data
        names = ("label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier")
        reason = data["unusual_reason"]
        workflows.receive_vial(VialReceived(**{name: data[name] for name in names}, unusual_reason=reason), act)
        return f"Vial {data['label']} is in stock."

    return sheet(request, form, words, take_in)
