"""Forms of the end of a session: the drug's account, recovery, leaving, the signature under the note."""

from collections.abc import Sequence
from typing import Any

from django import forms

from sereniv.clinic.accounts.chairside import NOT_THEIRS, TRIES_USED_UP, TooManyTries, proven
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.chair.forms import DISSOCIATION, MOAAS, SEVERITY
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin, WhenMixin
from sereniv.clinic.web.shell.typed_fields import decimal_field
from sereniv.therapy.session import events as ev


class DrugForm(SecondPersonMixin, ActForm):
    """What was given and wasted."""

    second_for = TwoPersonAct.DRUG_ACCOUNTED
    given_mg = decimal_field("Given", "mg", decimal_places=2)
    wasted_mg = decimal_field("Wasted", "mg", decimal_places=2)
    method = forms.CharField(
        max_length=120,
        label="How it was wasted",
        help_text="Such as: denaturing container. Where nothing is left over: nothing wasted.",
    )
    explanation = forms.CharField(
        required=False,
        max_length=500,
        label="Explanation",
        help_text="Where given and wasted differ from drawn, or given from the charted rates.",
    )
    reason = forms.CharField(
        required=False, max_length=500, label="How the account before was wrong", help_text="It stays legible."
    )
    field_order = ("given_mg", "wasted_mg", "method", "explanation", "reason", "second_person", "second_secret")

    def __init__(self, *arguments: Any, corrects: bool = False, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if not corrects:
            del self.fields["reason"]


def _grade(label: str, choices: Sequence[tuple[int, str]]) -> forms.TypedChoiceField:
    widget = forms.RadioSelect(attrs={"class": "answers"})
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, widget=widget)


class RecoveryForm(WhenMixin, ActForm):
    """The recovery grid: modified Aldrete, alertness, and what discharge asks."""

    activity = _grade("Activity", [(2, "Moves all limbs"), (1, "Moves two limbs"), (0, "Does not move")])
    respiration = _grade("Breathing", [(2, "Deep breath and cough"), (1, "Shallow or laboured"), (0, "Apnoea")])
    circulation = _grade(
        "Circulation", [(2, "Within 20 mmHg of baseline"), (1, "20 to 50 mmHg off"), (0, "More than 50 mmHg off")]
    )
    consciousness = _grade("Consciousness", [(2, "Awake"), (1, "Wakes to voice"), (0, "Does not wake")])
    oxygen = _grade("Saturation", [(2, "Over 92 % on air"), (1, "Needs oxygen for 90 %"), (0, "Under 90 % on oxygen")])
    moaas = _grade("Alertness (MOAA/S)", MOAAS)
    dissociation = _grade("Dissociation", DISSOCIATION)
    nausea = _grade("Nausea", SEVERITY)
    oriented = forms.BooleanField(required=False, label="Oriented as before")
    walks_unaided = forms.BooleanField(required=False, label="Walks unaided")
    suicidality_asked_not_worse = forms.BooleanField(required=False, label="Suicidal thoughts asked again, not worse")
    iv_removed = forms.BooleanField(required=False, label="IV out, site looked at")
    escort_present = forms.CharField(required=False, max_length=120, label="Escort present (name)")
    field_order = (
        "activity", "respiration", "circulation", "consciousness", "oxygen", "moaas", "dissociation", "nausea",
        "oriented", "walks_unaided", "suicidality_asked_not_worse", "iv_removed", "escort_present", "when",
    )  # fmt: skip


class DischargeForm(SecondPersonMixin, ActForm):
    """Leaving."""

    second_for = TwoPersonAct.DISCHARGE_EXCEPTION
    second_asked = "Only with an exception, or without an escort."

    way = forms.ChoiceField(
        label="In which way",
        widget=forms.RadioSelect,
        choices=[
            (ev.Departure.AS_PLANNED, "As planned, with their escort"),
            (ev.Departure.WITHOUT_ESCORT, "Without an escort: a prescriber signs"),
            (ev.Departure.AGAINST_ADVICE, "Against advice: nobody lets them go, and they go"),
        ],
        initial=ev.Departure.AS_PLANNED,
    )
    handed_to = forms.CharField(required=False, max_length=120, label="Leaves with (name)")
    identity_checked = forms.BooleanField(required=False, label="Identity asked: it is the person the patient named")
    advice_given = forms.BooleanField(required=False, label="Written advice given and understood")
    exception = forms.CharField(
        required=False,
        max_length=500,
        label="Exception",
        help_text="A prescriber's reason, and signature below, where a check is not met.",
    )
    told = forms.CharField(
        required=False,
        max_length=1000,
        label="What was explained, how they get home, which prescriber was told",
        help_text="Where they leave against advice or without an escort.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = (
        "way", "handed_to", "identity_checked", "advice_given", "told", "exception", "second_person", "second_secret",
    )  # fmt: skip


class SignNoteForm(ActForm):
    """The signature under a note: PIN or password, and a word about what is still open."""

    words = forms.CharField(
        max_length=1000, label="A word about what is still open", widget=forms.Textarea(attrs={"rows": 3})
    )
    secret = forms.CharField(
        label="Your PIN or password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter your PIN or password: it is your signature."},
    )
    field_order = ("words", "secret")

    def __init__(self, *arguments: Any, signer: Staff, asks: bool, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.signer = signer
        if not asks:
            del self.fields["words"]

    def clean_secret(self) -> str:
        """Check the signer's own PIN or password, within the limit of wrong tries."""
        try:
            if not proven(self.signer, str(self.cleaned_data["secret"]), self.device):
                raise forms.ValidationError(NOT_THEIRS.format(whom=self.signer))
        except TooManyTries:
            raise forms.ValidationError(TRIES_USED_UP.format(whom=self.signer)) from None
        return ""
