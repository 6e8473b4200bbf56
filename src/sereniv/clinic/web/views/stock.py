"""Pages of the controlled-drug ledger."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import VialRow
from sereniv.clinic.web import forms
from sereniv.clinic.web.acts import Sheet, form_for, sheet
from sereniv.clinic.workflows import house
from sereniv.clinic.workflows.acting import Act
from sereniv.therapy.custody import VialReceived


@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    """List every vial with what is left of it."""
    return render(request, "stock/list.html", {"vials": VialRow.objects.order_by("label")})


@require_GET
def vial(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Show one vial's ledger, entry by entry."""
    entries = chart_store.vial_entries(vial_id)
    if not entries:
        raise Http404
    return render(
        request, "stock/vial.html", {"entries": entries, "vial": chart_store.vial(vial_id), "vial_id": vial_id}
    )


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Take a vial into stock with a second person."""
    form = form_for(request, forms.VialForm)
    words = Sheet(
        title="Receive a vial",
        button="Receive vial",
        back=reverse("stock"),
        intro="Two people at the safe. Strength and volume are the label's, in ketamine base.",
    )

    def take_in(valid: forms.VialForm, act: Act) -> str | None:
        data = valid.cleaned_data
        names = ("label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier")
        house.receive_vial(VialReceived(**{name: data[name] for name in names}), act)
        return f"Vial {data['label']} is in stock."

    return sheet(request, form, words, take_in)
