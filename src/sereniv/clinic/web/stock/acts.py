"""What is done with a vial: counted, opened, wasted, broken, returned, set apart, put right, and its differences."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.web.shell.acts import Caution, Sheet, form_for, sheet, why_refused
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.web.stock import forms as stock_forms
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import receipts, stock
from sereniv.therapy.custody import ReceiptCorrected, Vial, report_due
from sereniv.therapy.documents.drug_record import ml_off
from sereniv.therapy.documents.vial import stock_words
from sereniv.therapy.recording.typed_values import plain

TWO_PEOPLE = "Two people at it, and both have seen it."


def _vial_or_404(vial_id: uuid.UUID) -> Vial:
    vial = chart_store.vial(vial_id)
    if vial.received is None:
        raise Http404
    return vial


def _act_page(
    request: HttpRequest,
    vial_id: uuid.UUID,
    form_class: type[ActForm],
    title: str,
    button: str,
    intro: str,
    perform: Callable[[Any, Act], str],
    initial: dict[str, Any] | None = None,
    why_not: str = "",
) -> HttpResponse:
    vial = _vial_or_404(vial_id)
    form = form_for(request, form_class, **({"initial": initial} if initial else {}))
    words = Sheet(
        title=f"{title}: vial {vial.label}", button=button, back=reverse("stock_vial", args=[vial_id]), intro=intro,
        why_not=why_not,
    )  # fmt: skip
    return sheet(request, form, words, perform)


@require_http_methods(["GET", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """Take the figures of a count; what the ledger has is shown on no line of this page."""
    vials = queries.vials_with_drug()
    form = form_for(request, stock_forms.CountForm, vials=vials)

    def keep(valid: stock_forms.CountForm, act: Act) -> str:
        counted = valid.counted()
        differing = stock.count(counted, act)
        if not differing:
            return f"{len(counted)} counted; each as the ledger has it."
        names = ", ".join(each.label for each in differing)
        return Caution(f"{len(counted)} counted. Not as the ledger has it: {names}. Count again; then it is settled.")

    words = Sheet(
        title="Count the stock",
        button="Record the count",
        back=reverse("stock"),
        intro="Measure what is in each vial and enter it. What the ledger has is not shown here, on purpose. "
        "Blank is not counted; an empty vial is 0.",
    )
    return sheet(request, form, words, keep)


@require_http_methods(["GET", "POST"])
def open_vial(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Record that a vial was opened."""

    def perform(_: Any, act: Act) -> str:  # noqa: ANN401  a form without fields of its own
        stock.open_vial(vial_id, act)
        return "Opened."

    intro = f"{TWO_PEOPLE} With the first drug drawn from it a vial is recorded as opened by itself."
    why_not = why_refused(stock.demand_sealed, _vial_or_404(vial_id))
    form = stock_forms.WitnessForm
    return _act_page(request, vial_id, form, "Open", "Record: opened", intro, perform, why_not=why_not)


@require_http_methods(["GET", "POST"])
def waste(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Record what was wasted from a vial."""

    def perform(valid: stock_forms.WasteForm, act: Act) -> str:
        data = valid.cleaned_data
        stock.waste(vial_id, data["volume_ml"], data["method"], data["reason"], act)
        return f"{plain(data['volume_ml'])} mL wasted."

    return _act_page(request, vial_id, stock_forms.WasteForm, "Waste", "Record: wasted", TWO_PEOPLE, perform)


@require_http_methods(["GET", "POST"])
def damage(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Record a broken vial or spilt drug."""

    def perform(valid: stock_forms.DamageForm, act: Act) -> str:
        data = valid.cleaned_data
        stock.damage(vial_id, data["volume_ml"], data["words"], act)
        return "Recorded as broken or spilt."

    intro = f"{TWO_PEOPLE} Drug that nobody can gather up; what can be gathered up is wasted."
    return _act_page(request, vial_id, stock_forms.DamageForm, "Broken or spilt", "Record: lost", intro, perform)


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Record a vial that goes out of the house."""

    def perform(valid: stock_forms.ReturnForm, act: Act) -> str:
        data = valid.cleaned_data
        stock.send_back(vial_id, data["volume_ml"], data["returned_to"], data["reference"], act)
        return "Recorded as returned."

    return _act_page(request, vial_id, stock_forms.ReturnForm, "Return", "Record: returned", TWO_PEOPLE, perform)


@require_http_methods(["GET", "POST"])
def set_apart(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Set a vial apart."""

    def perform(valid: stock_forms.WitnessedReasonForm, act: Act) -> str:
        stock.set_apart(vial_id, valid.cleaned_data["reason"], act)
        return "Set apart: no draw offers it."

    intro = "Nothing is drawn from it until it is put back. Expired, damaged, recalled, or in doubt."
    why_not = why_refused(stock.demand_in_use, _vial_or_404(vial_id))
    form = stock_forms.WitnessedReasonForm
    return _act_page(request, vial_id, form, "Set apart", "Set apart", intro, perform, why_not=why_not)


@require_http_methods(["GET", "POST"])
def put_back(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Put a vial that was set apart back into use."""

    def perform(valid: stock_forms.WitnessedReasonForm, act: Act) -> str:
        stock.put_back(vial_id, valid.cleaned_data["reason"], act)
        return "Back in use."

    intro = "Drug may be drawn from it again."
    why_not = why_refused(stock.demand_set_apart, _vial_or_404(vial_id))
    form = stock_forms.WitnessedReasonForm
    return _act_page(request, vial_id, form, "Put back", "Put back", intro, perform, why_not=why_not)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, vial_id: uuid.UUID) -> HttpResponse:
    """Put right what was written down when a vial came in."""
    received = _vial_or_404(vial_id).received
    names = ("label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier")
    initial = {name: getattr(received, name) for name in names}
    initial["strength_mg_per_ml"] = f"{initial['strength_mg_per_ml']:f}"

    def perform(valid: stock_forms.ReceiptForm, act: Act) -> str:
        data = valid.cleaned_data
        receipts.correct_receipt(
            vial_id, ReceiptCorrected(**{name: data[name] for name in names}, reason=data["reason"]), act
        )
        return "Receipt corrected; what was written before stays legible."

    intro = (
        "Enter what the label says. Where the strength was wrong, every dose drawn from this vial was another than "
        "charted: those accounts open again. Call the prescriber."
    )
    return _act_page(
        request, vial_id, stock_forms.ReceiptForm, "Correct the receipt", "Correct", intro, perform, initial
    )


@require_http_methods(["GET", "POST"])
def strike(request: HttpRequest, vial_id: uuid.UUID, entry: int) -> HttpResponse:
    """Strike an entry that was written in error."""
    vial = _vial_or_404(vial_id)
    target = next((each.event for each in vial.entries if each.stream_seq == entry), None)
    if target is None:
        raise Http404
    why_not = stock.why_not_struck(vial, entry)

    def perform(valid: stock_forms.WitnessedReasonForm, act: Act) -> str:
        stock.strike(vial_id, entry, valid.cleaned_data["reason"], act)
        return f"Entry {entry} struck; it stays legible."

    intro = f"“{stock_words(target)}” stays legible and no longer counts."
    form = stock_forms.WitnessedReasonForm
    return _act_page(request, vial_id, form, f"Strike entry {entry}", "Strike", intro, perform, why_not=why_not)


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, vial_id: uuid.UUID, counted: int) -> HttpResponse:
    """Settle a difference by its explanation, an adjustment, or the report of a loss."""
    vial = _vial_or_404(vial_id)
    found = next((each for each in vial.differences if each.counted.stream_seq == counted), None)
    if found is None:
        raise Http404
    rules = rules_in_force(clock.now()).custody
    notice, form_by = report_due(stock.day_of(found.counted.at), rules.loss)

    def perform(valid: stock_forms.SettleForm, act: Act) -> str:
        data = valid.cleaned_data
        match data["way"]:
            case "explain":
                stock.explain(vial_id, counted, data["words"], act)
            case "adjust":
                stock.adjust(vial_id, counted, data["words"], act)
            case _:
                stock.report_loss_of(vial_id, counted, data["words"], data["reported_to"], data["reference"], act)
        return "The difference is settled."

    since = "" if found.still_ml == found.volume_ml else f" With what was corrected since, {plain(found.still_ml)} mL."
    intro = (
        f"Counted {plain(found.counted.event.volume_ml)} mL, {plain(found.expected_ml)} mL by the ledger: "
        f"{ml_off(found)}.{since} A theft or significant loss: notice to the authority by "
        f"{notice.day} {notice:%b %Y}, the form by {form_by.day} {form_by:%b %Y}."
    )
    form = stock_forms.SettleForm
    why_not = why_refused(stock.demand_unsettled, found)
    return _act_page(
        request, vial_id, form, f"Difference of count {counted}", "Settle", intro, perform, why_not=why_not
    )
