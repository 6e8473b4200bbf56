"""Pages of the controlled-drug ledger."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import VialRow
from sereniv.clinic.web import forms
from sereniv.clinic.web.acts import Sheet, form_for, sheet
from sereniv.clinic.workflows import house
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.rules import Stock, rules_in_force, sign_standard, standard_signed
from sereniv.therapy.custody import VialReceived


def _stocked() -> dict[str, object]:
    standard = rules_in_force(clock.now()).standard
    return {"standard": standard, "signed": standard_signed()}


@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    """List every vial with what is left of it."""
    return render(request, "stock/list.html", {"vials": VialRow.objects.order_by("label"), **_stocked()})


@require_GET
def vial(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Show one vial's ledger, entry by entry."""
    entries = chart_store.vial_entries(vial_id)
    if not entries:
        raise Http404
    return render(
        request, "stock/vial.html", {"entries": entries, "vial": chart_store.vial(vial_id), "vial_id": vial_id}
    )


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
    form = form_for(request, forms.StandardForm, initial=initial)
    words = Sheet(
        title="Stock, bag and pump",
        button="Sign",
        back=reverse("stock"),
        intro="What every order here is worked out with. Another concentration than this is past a hard limit and "
        "needs a second signer. Orders already signed stay as they are. You sign as medical director.",
    )

    def sign(valid: forms.StandardForm, act: Act) -> str | None:
        data = valid.cleaned_data
        chosen = Stock(
            stocked_mg_per_ml=tuple(data["stocked_mg_per_ml"]),
            concentration_mg_per_ml=data["concentration_mg_per_ml"],
            rate_increment_ml_per_h=data["rate_increment_ml_per_h"],
        )
        sign_standard(chosen, data["reason"], act)
        return "Signed. Orders are worked out with this from now on."

    return sheet(request, form, words, sign)


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Take a vial into stock with a second person."""
    form = form_for(request, forms.VialForm)
    words = Sheet(
        title="Receive a vial",
        button="Receive vial",
        back=reverse("stock"),
        intro="Two people at the safe. Strength and volume are the label's, in ketamine base." + _usual(),
    )

    def take_in(valid: forms.VialForm, act: Act) -> str | None:
        data = valid.cleaned_data
        names = ("label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier")
        reason = data["unusual_strength_reason"]
        house.receive_vial(VialReceived(**{name: data[name] for name in names}, unusual_strength_reason=reason), act)
        return f"Vial {data['label']} is in stock."

    return sheet(request, form, words, take_in)
