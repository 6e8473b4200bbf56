"""Forms of the chair beside the plan: a medicine, a measure, the screen before the start, help, a hospital."""

from decimal import Decimal
from typing import Any

from django import forms

from sereniv.clinic import clock
from sereniv.clinic.web.shell.form_parts import ActForm, WhenMixin
from sereniv.clinic.web.shell.typed_fields import decimal_field
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import GateLine, StandingOrder
from sereniv.therapy.recording.phrases import names_suicide
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.events.incidents import Effect, Suicidality

OTHER = "other"
EFFECTS = [
    (Effect.NEITHER, "Neither"),
    (Effect.SEDATIVE, "It sedates"),
    (Effect.REVERSAL, "It reverses another drug"),
]


class MedicineForm(WhenMixin, ActForm):
    """A medicine of the standing orders, by one tap; another one by its name."""

    given = forms.ChoiceField(label="Given", widget=forms.RadioSelect, choices=[])
    medicine = forms.CharField(required=False, max_length=80, label="Another medicine: its name")
    dose = decimal_field("Dose", "in the unit below", decimal_places=3, required=False)
    unit = forms.CharField(required=False, max_length=20, label="Unit", initial="mg")
    route = forms.CharField(required=False, max_length=40, label="Route", initial="IV")
    effect = forms.ChoiceField(
        required=False, label="Does it sedate?", widget=forms.RadioSelect, choices=EFFECTS, initial=Effect.NEITHER
    )
    indication = forms.CharField(required=False, max_length=200, label="Indication (blank: as the standing order says)")
    field_order = ("given", "medicine", "dose", "unit", "route", "effect", "indication", "when")

    def __init__(self, *arguments: Any, orders: list[StandingOrder], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.orders = {(row.id, dose): row for row in orders for dose in row.doses}
        field = self.fields["given"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (f"{row.id} {dose}", f"{row.title} {plain(dose)} {row.unit} {row.route}")
                for (_, dose), row in self.orders.items()
            ] + [(OTHER, "Another medicine, named below")]

    def chosen(self) -> tuple[StandingOrder, Decimal] | None:
        """Return the standing order and dose chosen, None for another medicine."""
        name, _, dose = str(self.cleaned_data["given"]).partition(" ")
        return None if name == OTHER else (self.orders[name, Decimal(dose)], Decimal(dose))

    def clean(self) -> dict[str, Any]:
        """Ask for name, dose and unit where it is no standing order."""
        cleaned = super().clean() or {}
        if cleaned.get("given") == OTHER:
            for name, words in (("medicine", "its name"), ("dose", "its dose"), ("unit", "its unit")):
                if not cleaned.get(name):
                    self.add_error(name, f"Another medicine needs {words}.")
        return cleaned


class MeasureDoneForm(WhenMixin, ActForm):
    """Something done that is no medicine, by one tap."""

    done = forms.ChoiceField(label="Done", widget=forms.RadioSelect, choices=[])
    words = forms.CharField(required=False, max_length=300, label="How (litres a minute, what helped), or what else")
    field_order = ("done", "words", "when")

    def __init__(self, *arguments: Any, orders: list[StandingOrder], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["done"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(row.title, row.title) for row in orders] + [(OTHER, "Something else")]

    def clean(self) -> dict[str, Any]:
        """Ask in words what else was done."""
        cleaned = super().clean() or {}
        if cleaned.get("done") == OTHER and not (cleaned.get("words") or "").strip():
            self.add_error("words", "Write what was done.")
        return cleaned

    def what(self) -> str:
        """Say what was done."""
        done, words = self.cleaned_data["done"], self.cleaned_data["words"].strip()
        if done == OTHER:
            return str(words)
        return f"{done}: {words}" if words else str(done)


class ScreenForm(ActForm):
    """What happened since the last visit, question by question; suicide is asked in words of its own, or alone."""

    of_suicide_alone = forms.BooleanField(required=False, widget=forms.HiddenInput)
    suicidality = forms.ChoiceField(
        label="Thoughts of suicide, asked today",
        widget=forms.RadioSelect,
        choices=[(each, each.capitalize()) for each in Suicidality if each is not Suicidality.NOT_ASKED],
        error_messages={"required": "Ask it, and choose what you found."},
    )
    words = forms.CharField(required=False, max_length=500, label="What was found, in words")

    def __init__(self, *arguments: Any, row: GateLine, of_suicide_alone: bool, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["of_suicide_alone"].initial = of_suicide_alone
        # What the page drew is what is answered, whatever was charted since.
        drawn = self.data.get(self.add_prefix("of_suicide_alone")) if self.is_bound else str(of_suicide_alone)
        self.screens = {} if drawn == "True" else row.screens
        for name, question in self.screens.items():
            self.fields[f"asked_{name}"] = forms.ChoiceField(
                label=question,
                widget=forms.RadioSelect(attrs={"class": "answers"}),
                choices=[("no", "No"), ("yes", "Yes")],
                error_messages={"required": "Answer no or yes."},
            )
        self.order_fields([*(f"asked_{name}" for name in self.screens), "suicidality", "words"])

    def found(self) -> tuple[str, ...]:
        """Return the questions answered yes."""
        return tuple(name for name in self.screens if self.cleaned_data[f"asked_{name}"] == "yes")

    def clean(self) -> dict[str, Any]:
        """Ask for words where something was found."""
        cleaned = super().clean() or {}
        yes = any(cleaned.get(f"asked_{name}") == "yes" for name in self.screens)
        worse = cleaned.get("suicidality") == Suicidality.WORSE
        if (yes or worse) and not (cleaned.get("words") or "").strip():
            self.add_error("words", "Write what was found: the prescriber reads it.")
        is_none = cleaned.get("suicidality") == Suicidality.NONE
        if is_none and names_suicide(cleaned.get("words") or "", rules_in_force(clock.now())):
            self.add_error("suicidality", "What you wrote below names thoughts of suicide. Choose what you found here.")
        return cleaned


class HelpAnsweredForm(ActForm):
    """Who came to a call for help."""

    who = forms.CharField(max_length=120, label="Who came, or why it is called off")


class SoundOffForm(ActForm):
    """Why the sound is off."""

    reason = forms.CharField(max_length=200, label="Why", help_text="Such as: I am with her, she asked for quiet.")


class EmergencyOverForm(ActForm):
    """How an emergency ended, or that there was none."""

    was = forms.ChoiceField(
        label="Was it one?",
        widget=forms.RadioSelect,
        choices=[("one", "Yes, and it is over"), ("none", "No, it was opened by mistake")],
    )
    words = forms.CharField(
        max_length=500, label="What it was, and how it ended", widget=forms.Textarea(attrs={"rows": 2})
    )


class TransferForm(WhenMixin, ActForm):
    """The patient left for a hospital."""

    where = forms.CharField(max_length=200, label="Where to, and with whom")
    reason = forms.CharField(max_length=500, label="Why", widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("where", "reason", "when")


class MonitorOffForm(WhenMixin, ActForm):
    """Which monitor was taken off, where several were here, and when, where that was before now."""

    connection = forms.ChoiceField(required=False, label="Which", widget=forms.RadioSelect)
    field_order = ("connection", "when")

    def __init__(self, *arguments: Any, connections: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["when"].help_text = "Blank is now."
        field = self.fields["connection"]
        if isinstance(field, forms.ChoiceField):
            field.choices = connections
        if len(connections) < 2:
            del self.fields["connection"]
        else:
            field.required, field.initial = True, connections[0][0]
