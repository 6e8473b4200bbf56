"""Forms that set a clinic up: people who work here, chairs, numbers, and one's own PIN and password."""

from typing import Any

from django import forms

from sereniv.clinic.accounts.chairside import TooManyTries, proven_by_password
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Role
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import PhoneField

ROLE_WORDS = {
    Role.COORDINATOR: "Coordinator: registers people, records consent",
    Role.NURSE: "Nurse: charts, runs infusions, co-signs, witnesses",
    Role.PRESCRIBER: "Prescriber: what a nurse may, and decides, orders, signs exceptions",
    Role.MEDICAL_DIRECTOR: "Medical director: what a prescriber may, and signs the rules",
    Role.ADMINISTRATOR: "Administrator: sets the clinic up; sees no charts",
}


def _secret(label: str, autocomplete: str, help_text: str = "", **keywords: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, help_text=help_text, max_length=128, strip=False, widget=widget, **keywords)


def _roles() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Roles",
        help_text="One person may have several and then may do what each of them allows.",
        choices=[(str(role), words) for role, words in ROLE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role."},
    )


class LetInForm(SecondPersonMixin, ActForm):
    """Letting somebody in: a second person vouches for whoever prescribes, directs or sets the clinic up."""

    second_for = TwoPersonAct.LET_IN
    second_asked = "Needed where somebody becomes prescriber, medical director or administrator: who else vouches?"


class NewStaffForm(LetInForm):
    """Somebody who starts to work here."""

    full_name = forms.CharField(max_length=120, label="Full name", help_text="As printed on notes: Ada Nightfall, RN.")
    username = forms.CharField(
        max_length=40,
        label="User name",
        help_text="Small letters, digits, dots or dashes. It stays for good: the ledger names people by it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    roles = _roles()
    co_signs_orders = forms.BooleanField(
        required=False,
        label="A nurse: trained to co-sign orders",
        help_text="Works out dose and rate anew, independently. Whoever may sign orders may always co-sign another's.",
    )

    def clean_username(self) -> str:
        """Spell a user name one way."""
        return str(self.cleaned_data["username"]).lower()


class RolesForm(LetInForm):
    """Somebody's roles."""

    roles = _roles()


class ClearFactorForm(SecondPersonMixin, ActForm):
    """A lost second factor is taken away."""

    second_for = TwoPersonAct.FACTOR_CLEARED
    understood = forms.BooleanField(label="We have made sure who asks: by sight, or by calling a number that we knew")


class SureForm(ActForm):
    """A change that asks for nothing but the button."""


class ChairForm(ActForm):
    """A chair's name."""

    name = forms.CharField(max_length=40, label="Name", help_text="As staff call it: Chair 1, Chair by the window.")


class DetailsForm(ActForm):
    """Who the clinic is and whom to call."""

    name = forms.CharField(max_length=120, label="Clinic's name", help_text="As patients know it.")
    phone = PhoneField(required=False, label="Telephone")
    address = forms.CharField(max_length=300, required=False, label="Address", widget=forms.Textarea(attrs={"rows": 3}))
    hours_note = forms.CharField(
        max_length=300,
        required=False,
        label="More about the hours",
        help_text="What the week does not say: The last infusion begins at 15:00. Blank is fine.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    crisis_number = forms.CharField(
        max_length=40,
        required=False,
        label="Crisis number",
        help_text="Answered day and night. Patients see it wherever a question touches suicide.",
    )
    crisis_words = forms.CharField(
        max_length=300,
        required=False,
        label="Words with the crisis number",
        help_text="One or two sentences, such as: You can call or text at any hour. You do not need a reason.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    on_call_phone = PhoneField(
        inside=True, required=False, label="On-call prescriber", help_text="The number staff dial during an infusion."
    )
    help_number = forms.CharField(
        max_length=40,
        required=False,
        label="Number for help",
        help_text="What is dialled when somebody presses CALL HELP: an inside line, or the emergency number.",
    )
    help_words = forms.CharField(
        max_length=300,
        required=False,
        label="Words with CALL HELP",
        help_text="What to do first, as it is done here: Shout, press the red button by the door, crash trolley in the "
        "corridor.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    paper = forms.ChoiceField(
        required=False,
        label="Paper for documents",
        choices=[("a4", "A4"), ("us-letter", "US letter")],
        widget=forms.RadioSelect,
    )


class OwnSecretForm(ActForm):
    """A form that asks for one's own password first; a PIN does not do."""

    current = _secret("Current password", "current-password", error_messages={"required": "Enter your password."})

    def __init__(self, *arguments: Any, owner: Staff, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.owner = owner

    def clean_current(self) -> str:
        """Check the password, within the limit of wrong tries."""
        typed = str(self.cleaned_data["current"])
        try:
            if not proven_by_password(self.owner, typed, self.device):
                raise forms.ValidationError("That is not your password.")
        except TooManyTries:
            raise forms.ValidationError("Five wrong tries. Wait five minutes.") from None
        return typed


class PinForm(OwnSecretForm):
    """One's own PIN, twice; blank clears it."""

    pin = _secret("New PIN", "off", "Four to eight digits. Blank clears your PIN.", required=False)
    again = _secret("New PIN again", "off", required=False)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("pin", "again"):
            self.fields[name].widget.attrs.update(CODE_WIDGET)

    def clean(self) -> dict[str, Any]:
        """Check that both are the same."""
        cleaned = super().clean() or {}
        if cleaned.get("pin", "") != cleaned.get("again", ""):
            self.add_error("again", "The two differ. Type the PIN twice the same.")
        return cleaned


class TwiceForm(ActForm):
    """One's own new password, twice."""

    password = _secret("New password", "new-password", "At least 15 characters; a sentence is easy to keep.")
    again = _secret("New password again", "new-password")

    def clean(self) -> dict[str, Any]:
        """Check that both are the same."""
        cleaned = super().clean() or {}
        if "password" in cleaned and cleaned["password"] != cleaned.get("again"):
            self.add_error("again", "The two differ. Type the password twice the same.")
        return cleaned


class PasswordForm(OwnSecretForm, TwiceForm):
    """One's own password, twice, after the present one."""

    field_order = ("current", "password", "again")
