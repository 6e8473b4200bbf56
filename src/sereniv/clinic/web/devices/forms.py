"""Forms about bedside devices."""

from typing import Any

from django import forms

from sereniv.clinic.records import queries
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.web.shell.typed_fields import WholeField
from sereniv.clinic.workflows.chair.monitors import LONGEST_INTERVAL_S, SIGNALS
from sereniv.clinic.workflows.devices import held
from sereniv.clinic.workflows.devices.known import KINDS
from sereniv.clinic.workflows.devices.registering import FARTHEST_CLOCK_S, Wanted

CALLED = {name: name.replace("_", " ").replace("spo2", "saturation").capitalize() for name in SIGNALS}


class ChangeForm(ActForm):
    """How a device names itself, how it is known at the door, and what it sends."""

    kind = forms.ChoiceField(choices=[(name, name.capitalize()) for name in KINDS], label="Kind")
    signals = forms.MultipleChoiceField(
        choices=list(CALLED.items()),
        required=False,
        label="What it sends",
        widget=forms.CheckboxSelectMultiple,
        help_text="One of these that falls silent at a chair is missed. Tick what this monitor measures here.",
    )
    interval_s = WholeField(min_value=1, max_value=LONGEST_INTERVAL_S, initial=1, label="Seconds between two messages")
    sender = forms.CharField(
        required=False,
        max_length=120,
        label="What it calls itself (HL7)",
        help_text="Its equipment number (OBX-18), its bed (PV1-3) or its name (MSH-3), as its messages have it. "
        "Blank where it sends to the door for feeds alone.",
    )
    certificate = forms.CharField(
        required=False,
        max_length=120,
        label="Its certificate (HL7 under TLS)",
        help_text="SHA-256 of the certificate: 64 digits and letters. It speaks under no other one then.",
    )
    source = forms.CharField(
        required=False,
        max_length=45,
        label="Its address (HL7 without a certificate)",
        help_text="As 192.0.2.14. What comes from elsewhere under its name is turned away.",
    )

    def wanted(self, name: str = "") -> Wanted:
        """Return what was typed."""
        typed = self.cleaned_data
        return Wanted(
            name=typed.get("name", name),
            kind=typed["kind"],
            sender=typed["sender"],
            source=typed["source"],
            certificate=typed["certificate"],
            interval_s=typed["interval_s"],
            signals=tuple(typed["signals"]),
        )


class DeviceForm(ChangeForm):
    """A device that is new here."""

    name = forms.CharField(max_length=60, label="Name", help_text="As staff call it and as it is labelled: Bedside 3.")
    field_order = ("name",)


class GiveForm(ActForm):
    """Whose it is."""

    session = forms.ChoiceField(label="Whose it is", widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["session"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(pk), words) for pk, words in held.session_choices()]


class RefuseForm(ActForm):
    """Why it is nobody's here."""

    reason = forms.CharField(
        max_length=200,
        label="Why it is nobody's here",
        help_text="Of another patient, a test, a monitor that ran with nobody at it.",
    )


class ClockForm(ActForm):
    """How far a device's clock is off."""

    ahead_s = WholeField(
        min_value=-FARTHEST_CLOCK_S,
        max_value=FARTHEST_CLOCK_S,
        label="Seconds its clock runs ahead",
        help_text="Less than 0 where it runs behind; 0 where it is right.",
    )


class PickForm(ActForm):
    """Which monitor stands at a chair."""

    monitor = forms.ModelChoiceField(queryset=queries.no_device(), widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["monitor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queries.devices_let_in()
