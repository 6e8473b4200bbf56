"""Every form: what is asked, how a wrong answer is put right, and who signs."""

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from sereniv.clinic.accounts.chairside import TooManyTries, proven
from sereniv.clinic.accounts.models import Staff
from sereniv.knowledge import knowledge
from sereniv.therapy import person_events as pe
from sereniv.therapy.session import events as ev

HALF_A_DAY = timedelta(hours=12)
DECIMAL_WIDGET = {"inputmode": "decimal", "autocomplete": "off"}
CODE_WIDGET = {"inputmode": "numeric", "autocomplete": "off"}


class ActForm(forms.Form):
    """A form that performs one act: it carries the idempotency key and the chart it was made from."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    expected_seq = forms.IntegerField(widget=forms.HiddenInput, required=False)
    use_required_attribute = False
    needs_second_person: ClassVar[bool] = False

    def __init__(self, *arguments: Any, device: str = "", now: datetime | None = None, **keywords: Any) -> None:  # noqa: ANN401
        initial = {"key": uuid.uuid4().hex, **(keywords.pop("initial", None) or {})}
        super().__init__(*arguments, initial=initial, **keywords)
        self.device = device
        self.now = now


class WhenMixin(forms.Form):
    """Asks when something happened; blank is now."""

    when = forms.TimeField(
        required=False,
        label="When",
        help_text="Blank is now. Late charting is fine: enter the time it happened.",
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": "Enter the time as 14:05."},
    )
    now: datetime | None

    def happened_at(self) -> datetime | None:
        """Return the moment meant: today's, or yesterday's for a time that is still half a day away."""
        typed: time | None = self.cleaned_data.get("when")
        if typed is None or self.now is None:
            return None
        here = self.now.astimezone(ZoneInfo(settings.TIME_ZONE))
        moment = here.replace(hour=typed.hour, minute=typed.minute, second=0, microsecond=0)
        if moment - here > HALF_A_DAY:
            moment -= timedelta(days=1)
        # The minute we are in has begun: charting "14:05" at 14:05:30 means now.
        same_minute = moment <= here < moment + timedelta(minutes=1)
        return None if same_minute else moment.astimezone(self.now.tzinfo)


class SecondPersonMixin(forms.Form):
    """Asks a second person to sign with PIN or password."""

    second_person = forms.ModelChoiceField(
        queryset=Staff.objects.none(), required=False, label="Second person", empty_label="Choose who signs with you"
    )
    second_secret = forms.CharField(
        required=False,
        label="Their PIN or password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    device: str

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401  Django's signature
        super().__init__(*arguments, **keywords)
        field = self.fields["second_person"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Staff.objects.filter(is_active=True).order_by("full_name")

    def clean(self) -> dict[str, Any]:
        """Check the second person's PIN or password where one was chosen."""
        cleaned = super().clean() or {}
        person, secret = cleaned.get("second_person"), cleaned.get("second_secret") or ""
        if person is not None:
            try:
                if not proven(person, secret, self.device):
                    self.add_error("second_secret", "That is not their PIN on this device, nor their password.")
            except TooManyTries:
                self.add_error("second_secret", "Five wrong tries. Wait five minutes or use another device.")
        return cleaned


class RegisterForm(ActForm):
    """A new person."""

    given_names = forms.CharField(max_length=120, label="Given names")
    family_name = forms.CharField(max_length=80, label="Family name")
    born = forms.DateField(
        label="Date of birth",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter the date as 1984-03-02."},
    )
    sex_at_birth = forms.ChoiceField(
        label="Sex at birth",
        choices=[("female", "Female"), ("male", "Male")],
        widget=forms.RadioSelect,
        help_text="Ideal weight and pregnancy depend on it.",
    )
    phone = forms.CharField(max_length=40, required=False, label="Phone")

    def clean_born(self) -> date:
        """Refuse a birth in the future."""
        born: date = self.cleaned_data["born"]
        if self.now is not None and born > self.now.date():
            raise forms.ValidationError("That date has not come yet.")
        return born


class ConsentForm(ActForm):
    """Consent that was signed."""

    version = forms.CharField(max_length=40, label="Consent version", initial="2026-11")
    signer_name = forms.CharField(max_length=120, label="Signed by", help_text="The patient, as they signed.")
    witness_name = forms.CharField(max_length=120, required=False, label="Witness")


class HistoryForm(ActForm):
    """A history list with entries."""

    entries = forms.CharField(
        required=False,
        max_length=4000,
        label="What there is, one on a line",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SubstanceForm(HistoryForm):
    """The substance-use history."""

    substance_use = forms.MultipleChoiceField(
        required=False,
        label="What holds",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (pe.SubstanceUse.PAST_DISORDER, "A substance use disorder in the past"),
            (pe.SubstanceUse.ACTIVE_DISORDER, "An active substance use disorder"),
            (pe.SubstanceUse.KETAMINE_OR_PCP_MISUSE, "Misuse of ketamine or phencyclidine, ever"),
        ],
    )
    field_order: ClassVar = ["substance_use", "entries"]

    def clean(self) -> dict[str, Any]:
        """Entries without a classification would be read as nothing."""
        cleaned = super().clean() or {}
        if not cleaned.get("substance_use"):
            self.add_error("substance_use", "Choose what holds, or go back and tap None of these.")
        return cleaned


def _number(label: str, unit: str) -> forms.CharField:
    widget = forms.TextInput(attrs=DECIMAL_WIDGET)
    return forms.CharField(required=False, max_length=12, label=f"{label} ({unit})", widget=widget)


class MeasureForm(WhenMixin, ActForm):
    """Body measurements and vital signs outside an infusion."""

    weight_kg = _number("Weight", "kg")
    height_cm = _number("Height", "cm")
    systolic = _number("Systolic", "mmHg")
    diastolic = _number("Diastolic", "mmHg")
    heart_rate = _number("Heart rate", "/min")
    spo2 = _number("SpO₂", "%")
    respiratory_rate = _number("Breathing", "/min")


class VitalsForm(WhenMixin, ActForm):
    """Vital signs at the chair."""

    systolic = _number("Systolic", "mmHg")
    diastolic = _number("Diastolic", "mmHg")
    heart_rate = _number("Heart rate", "/min")
    spo2 = _number("SpO₂", "%")
    respiratory_rate = _number("Breathing", "/min")


class ConfirmForm(ActForm):
    """Confirmation of a questioned value."""

    remark = forms.CharField(max_length=300, label="How you know it is right", initial="Measured again, the same.")


class PregnancyForm(ActForm):
    """Pregnancy status."""

    status = forms.ChoiceField(
        label="Status",
        widget=forms.RadioSelect,
        choices=[
            (pe.Pregnancy.NOT_PREGNANT, "Not pregnant"),
            (pe.Pregnancy.PREGNANT, "Pregnant"),
            (pe.Pregnancy.BREASTFEEDING, "Breastfeeding"),
            (pe.Pregnancy.NOT_APPLICABLE, "Cannot become pregnant"),
        ],
    )
    basis = forms.CharField(max_length=120, label="How it is known", initial="Urine hCG negative today")


class MedicinesForm(ActForm):
    """The medicine review."""

    medicines = forms.CharField(
        required=False,
        max_length=4000,
        label="Medicines and supplements, one on a line",
        help_text="Leave empty only when the patient takes none: that is recorded as none.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MoodForm(WhenMixin, ActForm):
    """Mood today."""

    mood = forms.TypedChoiceField(
        label="How is your mood today?",
        coerce=int,
        choices=[(number, str(number)) for number in range(11)],
        widget=forms.RadioSelect(attrs={"class": "scale"}),
        help_text="0, the worst I can imagine, to 10, the best I can imagine.",
    )


class Phq9Form(ActForm):
    """The nine items; each may be left blank, and is then unknown, never 0."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401  Django's signature
        super().__init__(*arguments, **keywords)
        scale = knowledge().scales["phq9"]
        for number, item in enumerate(scale.items, start=1):
            self.fields[f"item_{number}"] = forms.TypedChoiceField(
                label=f"{number}. {item.text}",
                choices=[(answer.value, answer.text) for answer in scale.answers],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "answers"}),
            )

    def answers(self) -> tuple[int | None, ...]:
        """Return the answers in item order."""
        count = len(knowledge().scales["phq9"].items)
        return tuple(self.cleaned_data.get(f"item_{number}") for number in range(1, count + 1))


class SafetyForm(ActForm):
    """A suicide item taken up in person."""

    finding = forms.CharField(
        max_length=2000, label="What you found, and what was done", widget=forms.Textarea(attrs={"rows": 3})
    )


class EvaluationForm(ActForm):
    """An evaluation of a concern."""

    finding = forms.CharField(max_length=2000, label="Finding", widget=forms.Textarea(attrs={"rows": 3}))
    valid_days = forms.IntegerField(
        label="Holds for (days)", initial=90, widget=forms.TextInput(attrs=CODE_WIDGET), min_value=1, max_value=365
    )


class DecideForm(SecondPersonMixin, ActForm):
    """The prescriber's decision."""

    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            (pe.Decision.ELIGIBLE, "Eligible"),
            (pe.Decision.NEEDS_EVALUATION, "Needs evaluation first"),
            (pe.Decision.DECLINED, "Declined"),
        ],
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Reason",
        help_text="Needed unless eligible with nothing in the way.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order: ClassVar = ["decision", "reason", "second_person", "second_secret"]


def _decimal(label: str, unit: str, **keywords: Any) -> forms.DecimalField:  # noqa: ANN401  passed on to Django
    return forms.DecimalField(
        label=f"{label} ({unit})",
        max_digits=8,
        min_value=Decimal(0),
        widget=forms.TextInput(attrs=DECIMAL_WIDGET),
        error_messages={"invalid": f"Enter a plain number in {unit}."},
        **keywords,
    )


class OrderForm(SecondPersonMixin, ActForm):
    """One infusion's order."""

    protocol = forms.ChoiceField(label="Protocol", choices=[])
    dose_mg_per_kg = _decimal("Dose", "mg/kg", decimal_places=2)
    duration_min = forms.IntegerField(
        label="Duration (min)", min_value=1, max_value=600, widget=forms.TextInput(attrs=CODE_WIDGET)
    )
    concentration_mg_per_ml = _decimal("Concentration of the bag", "mg/mL", decimal_places=2)
    weight_basis = forms.ChoiceField(
        label="Dose weight", widget=forms.RadioSelect, choices=[(basis, basis.capitalize()) for basis in pe.WeightBasis]
    )
    reason = forms.CharField(
        required=False, max_length=500, label="Reason", help_text="Needed where the order passes a limit."
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401  Django's signature
        super().__init__(*arguments, **keywords)
        field = self.fields["protocol"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.id, f"{each.id}: {each.title}") for each in knowledge().protocols.values()]

    field_order: ClassVar = [
        "protocol",
        "dose_mg_per_kg",
        "duration_min",
        "concentration_mg_per_ml",
        "weight_basis",
        "reason",
        "second_person",
        "second_secret",
    ]


class CoSignForm(SecondPersonMixin, ActForm):
    """An independent check of an order."""

    dose_mg = _decimal("Dose you worked out", "mg", decimal_places=2)
    rate_ml_per_h = _decimal("Rate you worked out", "mL/h", decimal_places=2)
    field_order: ClassVar = ["dose_mg", "rate_ml_per_h", "second_person", "second_secret"]


class ReasonForm(ActForm):
    """A reason."""

    reason = forms.CharField(max_length=500, label="Reason")


class SeatForm(ActForm):
    """The chair for a session."""

    chair = forms.ChoiceField(label="Chair", choices=[], widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, chairs: list[str], **keywords: Any) -> None:  # noqa: ANN401  Django's signature
        super().__init__(*arguments, **keywords)
        field = self.fields["chair"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(chair, chair) for chair in chairs]


class ObserveForm(WhenMixin, ActForm):
    """A graded observation."""

    observation = forms.ChoiceField(
        label="What",
        widget=forms.RadioSelect,
        choices=[
            (each, "Alertness, MOAA/S 0-5" if each is ev.Observation.MOAAS else each.capitalize())
            for each in ev.Observation
        ],
    )
    grade = forms.IntegerField(
        label="Grade",
        min_value=0,
        max_value=10,
        widget=forms.TextInput(attrs=CODE_WIDGET),
        help_text="0 none, 1 mild, 2 moderate, 3 severe. MOAA/S 5 alert to 0; pain 0 to 10.",
    )
    remark = forms.CharField(required=False, max_length=300, label="Remark")
    field_order: ClassVar = ["observation", "grade", "remark", "when"]


class RemarkForm(WhenMixin, ActForm):
    """Something done or noticed."""

    kind = forms.ChoiceField(
        label="Kind",
        widget=forms.RadioSelect,
        choices=[("intervention", "Something done"), ("remark", "A remark")],
        initial="intervention",
    )
    text = forms.CharField(max_length=1000, label="What", widget=forms.Textarea(attrs={"rows": 2}))
    field_order: ClassVar = ["kind", "text", "when"]


class RateForm(SecondPersonMixin, ActForm):
    """Another rate."""

    rate_ml_per_h = _decimal("Rate set on the pump", "mL/h", decimal_places=1)
    reason = forms.CharField(max_length=300, label="Why")
    field_order: ClassVar = ["rate_ml_per_h", "reason", "second_person", "second_secret"]


class ReadBackForm(ActForm):
    """The rate as the pump's screen shows it."""

    rate_ml_per_h = _decimal("Rate on the pump's screen", "mL/h", decimal_places=1)


class FoundForm(WhenMixin, ActForm):
    """A pump found otherwise than charted."""

    rate_ml_per_h = _decimal("Rate the pump runs at", "mL/h", decimal_places=1)
    deviation = forms.CharField(max_length=500, label="What happened", widget=forms.Textarea(attrs={"rows": 2}))
    field_order: ClassVar = ["rate_ml_per_h", "deviation", "when"]


class StoppedForm(WhenMixin, ActForm):
    """The pump was stopped or paused by hand."""

    reason = forms.CharField(required=False, max_length=300, label="Why (optional)")
    field_order: ClassVar = ["reason", "when"]


class NoticeForm(ActForm):
    """Taking notice of a prompt."""

    action = forms.CharField(required=False, max_length=300, label="What you do")


class AttestForm(ActForm):
    """One attested gate line."""

    holds = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect, label="Holds")
    detail = forms.CharField(required=False, max_length=300, label="Detail")


class DrawForm(SecondPersonMixin, ActForm):
    """Drawing the dose."""

    vial = forms.ChoiceField(label="Vial", choices=[])
    final_volume_ml = _decimal("Volume in the bag", "mL", decimal_places=1)
    field_order: ClassVar = ["vial", "final_volume_ml", "second_person", "second_secret"]

    def __init__(self, *arguments: Any, vials: list[tuple[str, str]], **keywords: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **keywords)
        field = self.fields["vial"]
        if isinstance(field, forms.ChoiceField):
            field.choices = vials


class DrugForm(SecondPersonMixin, ActForm):
    """What was given and wasted."""

    given_mg = _decimal("Given", "mg", decimal_places=2)
    wasted_mg = _decimal("Wasted", "mg", decimal_places=2)
    method = forms.CharField(max_length=120, label="How it was wasted", initial="Denaturing container")
    explanation = forms.CharField(
        required=False, max_length=500, label="Explanation", help_text="Where given and wasted differ from drawn."
    )
    field_order: ClassVar = ["given_mg", "wasted_mg", "method", "explanation", "second_person", "second_secret"]


def _grade(label: str, choices: list[tuple[int, str]]) -> forms.TypedChoiceField:
    widget = forms.RadioSelect(attrs={"class": "answers"})
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, widget=widget)


class RecoveryForm(WhenMixin, ActForm):
    """The recovery grid: modified Aldrete, alertness, and what discharge asks."""

    activity = _grade("Activity", [(2, "Moves all limbs"), (1, "Moves two limbs"), (0, "Does not move")])
    respiration = _grade("Breathing", [(2, "Deep breath and cough"), (1, "Shallow or laboured"), (0, "Apnoea")])
    circulation = _grade("Circulation", [(2, "Within 20 mmHg of baseline"), (1, "Within 20 to 50"), (0, "Beyond 50")])
    consciousness = _grade("Consciousness", [(2, "Awake"), (1, "Wakes to voice"), (0, "Does not wake")])
    oxygen = _grade("Saturation", [(2, "Over 92 % on air"), (1, "Needs oxygen for 90 %"), (0, "Under 90 % on oxygen")])
    moaas = _grade("Alertness (MOAA/S)", [(grade, str(grade)) for grade in range(5, -1, -1)])
    dissociation = _grade("Dissociation", [(grade, str(grade)) for grade in range(4)])
    nausea = _grade("Nausea", [(grade, str(grade)) for grade in range(4)])
    oriented = forms.BooleanField(required=False, label="Oriented as before")
    walks_unaided = forms.BooleanField(required=False, label="Walks unaided")
    suicidality_asked_not_worse = forms.BooleanField(required=False, label="Suicidal thoughts asked again, not worse")
    iv_removed = forms.BooleanField(required=False, label="IV out, site looked at")
    escort_present = forms.CharField(required=False, max_length=120, label="Escort present (name)")
    field_order: ClassVar = [
        "activity", "respiration", "circulation", "consciousness", "oxygen", "moaas", "dissociation", "nausea",
        "oriented", "walks_unaided", "suicidality_asked_not_worse", "iv_removed", "escort_present", "when",
    ]  # fmt: skip


class DischargeForm(SecondPersonMixin, ActForm):
    """Leaving."""

    handed_to = forms.CharField(max_length=120, label="Leaves with (name)")
    advice_given = forms.BooleanField(required=False, label="Written advice given and understood")
    exception = forms.CharField(
        required=False,
        max_length=500,
        label="Exception",
        help_text="A prescriber's reason, and signature below, where a line does not hold.",
    )
    field_order: ClassVar = ["handed_to", "advice_given", "exception", "second_person", "second_secret"]


class VialForm(SecondPersonMixin, ActForm):
    """A vial received into stock."""

    label = forms.CharField(max_length=60, label="Label on the vial", help_text="The number your safe gives it.")
    ndc = forms.CharField(max_length=20, label="NDC")
    lot = forms.CharField(max_length=40, label="Lot")
    expires = forms.DateField(label="Expires", widget=forms.DateInput(attrs={"type": "date"}))
    strength_mg_per_ml = forms.TypedChoiceField(
        label="Strength (mg base per mL)",
        coerce=Decimal,
        choices=[("10", "10 mg/mL"), ("50", "50 mg/mL"), ("100", "100 mg/mL")],
        widget=forms.RadioSelect,
    )
    volume_ml = _decimal("Volume", "mL", decimal_places=2)
    supplier = forms.CharField(max_length=120, label="Supplier")
    field_order: ClassVar = [
        "label", "ndc", "lot", "expires", "strength_mg_per_ml", "volume_ml", "supplier", "second_person", "second_secret",
    ]  # fmt: skip


class SwitchForm(SecondPersonMixin, ActForm):
    """Handing the tablet to somebody else."""

    second_person = forms.ModelChoiceField(queryset=Staff.objects.none(), label="Who takes over", empty_label="Choose")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401  Django's signature
        super().__init__(*arguments, **keywords)
        self.fields["second_secret"].label = "PIN or password"


class ClockForm(ActForm):
    """The demo's clock."""

    act = forms.ChoiceField(
        choices=[(each, each) for each in ("freeze", "x1", "x60", "jump10", "jump60", "jump1440", "jump10080")]
    )


class GoLiveForm(SecondPersonMixin, ActForm):
    """The end of commissioning."""

    understood = forms.BooleanField(label="We have read the rules; there is no way back to commissioning")
