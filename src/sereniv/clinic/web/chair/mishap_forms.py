"""Forms of what goes otherwise at a chair: a spilt bag, a further bag, a line moved, a draw written wrong, an end."""

from collections.abc import Sequence
from typing import Any

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin, WhenMixin
from sereniv.clinic.web.shell.typed_fields import decimal_field


class FurtherBagForm(SecondPersonMixin, ActForm):
    """A further bag or syringe of the same order."""

    second_for = TwoPersonAct.DRUG_DRAWN

    vial = forms.ChoiceField(label="Vial", choices=[])
    final_volume_ml = decimal_field("Volume in the new bag", "mL", decimal_places=1)
    reason = forms.CharField(max_length=300, label="Why another bag")
    field_order = ("vial", "final_volume_ml", "reason", "second_person", "second_secret")

    def __init__(self, *arguments: Any, vials: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["vial"]
        if isinstance(field, forms.ChoiceField):
            field.choices = vials


class CorrectDrawForm(SecondPersonMixin, ActForm):
    """A draw that was written down wrong."""

    second_for = TwoPersonAct.DRUG_DRAWN

    vial = forms.ChoiceField(label="Vial it was really drawn from", choices=[])
    stock_ml = decimal_field("Really drawn from it", "mL", decimal_places=2)
    reason = forms.CharField(max_length=300, label="How it was written down wrong")
    field_order = ("vial", "stock_ml", "reason", "second_person", "second_secret")

    def __init__(self, *arguments: Any, vials: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["vial"]
        if isinstance(field, forms.ChoiceField):
            field.choices = vials


class SpillForm(SecondPersonMixin, WhenMixin, ActForm):
    """Drug spilt from a bag or syringe."""

    second_for = TwoPersonAct.DRUG_ACCOUNTED

    volume_ml = decimal_field("Spilt", "mL", decimal_places=1)
    words = forms.CharField(max_length=500, label="What happened, and what became of the remains")
    corrects = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label="Is it another one, or was one written down wrong?",
        widget=forms.RadioSelect,
    )
    field_order = ("corrects", "volume_ml", "words", "when", "second_person", "second_secret")

    def __init__(self, *arguments: Any, spilt: Sequence[tuple[int, str]] = (), **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["corrects"]
        if spilt and isinstance(field, forms.TypedChoiceField):
            field.choices = [("", "Another spill"), *spilt]
        else:
            del self.fields["corrects"]


class ResiteForm(WhenMixin, ActForm):
    """The line put in anew."""

    site = forms.CharField(max_length=200, label="Where the line is now", help_text="Side, site and gauge.")
    reason = forms.CharField(max_length=300, label="Why it was moved")
    field_order = ("site", "reason", "when")


class LeftUnseenForm(WhenMixin, ActForm):
    """A patient who was found gone."""

    last_seen = forms.CharField(max_length=300, label="When and how they were last seen, and whether the line is in")
    done = forms.CharField(
        max_length=1000,
        label="What was done to reach them, and which prescriber was told",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("last_seen", "done", "when")


class DiedForm(WhenMixin, ActForm):
    """A patient who died here."""

    words = forms.CharField(max_length=1000, label="What happened", widget=forms.Textarea(attrs={"rows": 3}))
    told = forms.CharField(max_length=500, label="Who was told")
    field_order = ("words", "told", "when")
