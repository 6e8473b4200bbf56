"""Forms about the stock: what is received, counted, wasted, returned, set apart, put right and settled."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records.models import VialRow
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import DayField, decimal_field

STRENGTHS = [("10", "10 mg/mL"), ("50", "50 mg/mL"), ("100", "100 mg/mL")]


class VialForm(SecondPersonMixin, ActForm):
    """A vial received into stock."""

    second_for = TwoPersonAct.VIAL_RECEIVED

    label = forms.CharField(max_length=60, label="Label on the vial", help_text="The number your safe gives it.")
    ndc = forms.CharField(max_length=20, label="NDC")
    lot = forms.CharField(max_length=40, label="Lot")
    expires = DayField(label="Expires", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    strength_mg_per_ml = forms.TypedChoiceField(
        label="Strength (mg base per mL)", coerce=Decimal, choices=STRENGTHS, widget=forms.RadioSelect
    )
    volume_ml = decimal_field("Volume", "mL", decimal_places=2)
    supplier = forms.CharField(
        max_length=200,
        label="Supplier and invoice",
        help_text="Name, address and DEA number of the supplier, and the number of the invoice.",
    )
    unusual_reason = forms.CharField(
        required=False,
        max_length=300,
        label="Why this strength or volume",
        help_text="Needed where the vial is of another strength or volume than is expected here.",
    )
    field_order = (
        "label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier", "unusual_reason",
        "second_person", "second_secret",
    )  # fmt: skip


class ReceiptForm(SecondPersonMixin, ActForm):
    """What the label says, in the place of what was written down when the vial came in."""

    second_for = TwoPersonAct.STOCK_KEPT

    label = forms.CharField(max_length=60, label="Label on the vial")
    ndc = forms.CharField(max_length=20, label="NDC")
    lot = forms.CharField(max_length=40, label="Lot")
    expires = DayField(label="Expires", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    strength_mg_per_ml = forms.TypedChoiceField(
        label="Strength (mg base per mL)", coerce=Decimal, choices=STRENGTHS, widget=forms.RadioSelect
    )
    volume_ml = decimal_field("Volume", "mL", decimal_places=2)
    supplier = forms.CharField(max_length=200, label="Supplier and invoice")
    reason = forms.CharField(max_length=300, label="How you know")
    field_order = (
        "label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier", "reason",
        "second_person", "second_secret",
    )  # fmt: skip


class WitnessForm(SecondPersonMixin, ActForm):
    """An act of which nothing is asked but who sees it."""

    second_for = TwoPersonAct.STOCK_KEPT


class WitnessedReasonForm(SecondPersonMixin, ActForm):
    """A reason, before a witness."""

    second_for = TwoPersonAct.STOCK_KEPT

    reason = forms.CharField(max_length=500, label="Why")
    field_order = ("reason", "second_person", "second_secret")


class WasteForm(SecondPersonMixin, ActForm):
    """The rest of a vial, or a part of it, wasted."""

    second_for = TwoPersonAct.STOCK_KEPT

    volume_ml = decimal_field("Wasted", "mL", decimal_places=2)
    method = forms.CharField(max_length=120, label="How", help_text="Such as: denaturing container.")
    reason = forms.CharField(max_length=300, label="Why", help_text="Such as: expired, opened yesterday.")
    field_order = ("volume_ml", "method", "reason", "second_person", "second_secret")


class DamageForm(SecondPersonMixin, ActForm):
    """A broken vial, or drug spilt from it."""

    second_for = TwoPersonAct.STOCK_KEPT

    volume_ml = decimal_field("Lost", "mL", decimal_places=2)
    words = forms.CharField(
        max_length=500, label="What happened", help_text="And what became of the remains.", widget=forms.Textarea
    )
    field_order = ("volume_ml", "words", "second_person", "second_secret")


class ReturnForm(SecondPersonMixin, ActForm):
    """A vial that goes out of the house."""

    second_for = TwoPersonAct.STOCK_KEPT

    volume_ml = decimal_field("Returned", "mL", decimal_places=2)
    returned_to = forms.CharField(
        max_length=200, label="To whom", help_text="Reverse distributor or supplier, with address and DEA number."
    )
    reference = forms.CharField(max_length=80, label="Invoice or form number")
    field_order = ("volume_ml", "returned_to", "reference", "second_person", "second_secret")


class CountForm(SecondPersonMixin, ActForm):
    """What two people count: a field for each vial, none with a figure in it, and blank where it was not counted."""

    second_for = TwoPersonAct.STOCK_KEPT

    def __init__(self, *arguments: Any, vials: Iterable[VialRow], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._vials = {f"vial_{each.pk.hex}": each for each in vials}
        for name, each in self._vials.items():
            self.fields[name] = decimal_field(f"{each.label}, lot {each.lot}", "mL", decimal_places=2, required=False)
        self.order_fields([*self._vials, "second_person", "second_secret"])

    def counted(self) -> dict[str, Decimal]:
        """Return what was counted, by vial."""
        given = {name: self.cleaned_data.get(name) for name in self._vials}
        return {str(self._vials[name].pk): volume for name, volume in given.items() if volume is not None}


WAYS = [
    ("explain", "Explained: the ledger is right, or was put right"),
    ("adjust", "Adjusted: the ledger is put to what was counted"),
    ("report", "Reported as a loss or theft"),
]


class SettleForm(SecondPersonMixin, ActForm):
    """How a difference is settled: by one of three acts, each with its words."""

    second_for = TwoPersonAct.STOCK_SETTLED

    way = forms.ChoiceField(label="How it is settled", choices=WAYS, widget=forms.RadioSelect)
    words = forms.CharField(
        max_length=1000,
        label="What was found, looked for, or is known",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reported_to = forms.CharField(
        required=False, max_length=200, label="Reported to", help_text="Only for a loss: whom, and when."
    )
    reference = forms.CharField(
        required=False, max_length=80, label="Number of the form", help_text="Only for a loss, such as Form 106."
    )
    field_order = ("way", "words", "reported_to", "reference", "second_person", "second_secret")

    def clean(self) -> dict[str, Any]:
        """Ask to whom a loss was reported."""
        cleaned = super().clean()
        if cleaned.get("way") == "report" and not (cleaned.get("reported_to") or "").strip():
            self.add_error("reported_to", "Write to whom the loss was reported, and when.")
        return cleaned
