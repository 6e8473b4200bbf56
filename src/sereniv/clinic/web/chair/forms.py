"""Forms of the chair, from the gate to discharge."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from sereniv.clinic.accounts.chairside import NOT_THEIRS, TRIES_USED_UP, TooManyTries, proven
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin, WhenMixin
from sereniv.clinic.web.shell.typed_fields import ExactField, decimal_field, number_field
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.observed import observed_name


def volume_field() -> ExactField:
    """Return a field for what the pump's screen shows as infused."""
    return decimal_field("Pump shows, if read", "mL", decimal_places=1, required=False)


class VitalsForm(WhenMixin, ActForm):
    """Vital signs at the chair, and the volume on the pump's screen while there is a pump to read."""

    systolic = number_field("Systolic", "mmHg")
    diastolic = number_field("Diastolic", "mmHg")
    heart_rate = number_field("Heart rate", "/min")
    spo2 = number_field("SpO₂", "%")
    respiratory_rate = number_field("Respiratory rate", "/min")
    etco2 = number_field("End-tidal CO₂, if on", "mmHg")
    mean_pressure = number_field("Mean, if shown", "mmHg")
    oxygen_flow = number_field("Oxygen, 0 is room air", "L/min")
    temperature = number_field("Temperature, if taken", "°C")
    rhythm = forms.CharField(required=False, max_length=80, label="Rhythm on the ECG, in words")
    volume_ml = volume_field()
    field_order = (
        "systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate", "volume_ml", "mean_pressure", "etco2",
        "oxygen_flow", "temperature", "rhythm", "when",
    )  # fmt: skip

    def __init__(self, *arguments: Any, has_pump: bool, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if not has_pump:
            del self.fields["volume_ml"]


SEVERITY = [(0, "0 none"), (1, "1 mild"), (2, "2 moderate"), (3, "3 severe")]
MOAAS = [
    (5, "5 alert"),
    (4, "4 slow to normal voice"),
    (3, "3 only to loud voice"),
    (2, "2 only to prodding"),
    (1, "1 only to painful squeeze"),
    (0, "0 no response"),
]
DISSOCIATION = [(0, "0 here as usual"), (1, "1 a little away"), (2, "2 far away, answers"), (3, "3 does not answer")]
IV_SITE = [(0, "0 clean, soft"), (1, "1 sore"), (2, "2 red or swollen"), (3, "3 out of the vein")]
VOMITING = [(0, "0 none"), (1, "1 once"), (2, "2 more than once"), (3, "3 does not stop")]
DISTRESS = [(0, "0 none"), (1, "1 uneasy"), (2, "2 distressed"), (3, "3 severe, agitated")]
GRADES = {
    ev.Observation.MOAAS: MOAAS,
    ev.Observation.DISTRESS: DISTRESS,
    ev.Observation.DISSOCIATION: DISSOCIATION,
    ev.Observation.IV_SITE: IV_SITE,
    ev.Observation.VOMITING: VOMITING,
    ev.Observation.PAIN: [(grade, str(grade)) for grade in range(11)],
}
"""The grades of what is asked by itself, in the words of its scale; everything else is mild, moderate or severe."""


SIDE_EFFECTS = (
    ev.Observation.NAUSEA,
    ev.Observation.VOMITING,
    ev.Observation.DIZZINESS,
    ev.Observation.HEADACHE,
    ev.Observation.IV_SITE,
)
"""What the side-effect page asks at once; the others have a button of their own at the chair."""


class ObserveForm(WhenMixin, ActForm):
    """A graded observation: one tap on a grade charts it."""

    observation = forms.ChoiceField(label="What", widget=forms.RadioSelect, choices=[])
    grade = forms.TypedChoiceField(label="Grade", widget=forms.RadioSelect, coerce=int, choices=[])
    remark = forms.CharField(required=False, max_length=300, label="Remark (optional)")
    field_order = ("observation", "grade", "remark", "when")

    def __init__(
        self,
        data: QueryDict | None = None,
        *arguments: Any,
        what: ev.Observation | None = None,
        standing: Collection[ev.Observation] = (),
        **keywords: Any,
    ) -> None:
        if data is not None and "pick" in data:
            # The button that was tapped names the observation and its grade.
            data = data.copy()
            data["observation"], _, data["grade"] = str(data["pick"]).rpartition(" ")
        super().__init__(data, *arguments, **keywords)
        self.asked = [what] if what is not None else list(SIDE_EFFECTS)
        self.asks_flags = what is None
        self.standing = standing
        observation, grade = self.fields["observation"], self.fields["grade"]
        if isinstance(observation, forms.ChoiceField) and isinstance(grade, forms.ChoiceField):
            observation.choices = [(each, observed_name(each)) for each in ev.Observation]
            grade.choices = [(number, str(number)) for number in range(11)]

    @property
    def rows(self) -> list[tuple[ev.Observation, str, list[tuple[int, str]]]]:
        """Each observation asked here, with a button for each of its grades."""
        return [(each, observed_name(each), GRADES.get(each, SEVERITY)) for each in self.asked]

    @property
    def flags(self) -> list[tuple[str, list[tuple[ev.Observation, str, int]]]]:
        """What is there or not, in groups: one tap charts that it is there; where it stands, also that it is gone."""
        if not self.asks_flags:
            return []
        groups = (("Red flags: prompt at once", ev.RED_FLAGS), ("The line", ev.LINE_FAULTS))
        return [(title, [button for each in found for button in self._buttons(each)]) for title, found in groups]

    def _buttons(self, what: ev.Observation) -> list[tuple[ev.Observation, str, int]]:
        there = (what, observed_name(what), 1)
        return [there, (what, f"{observed_name(what)}: gone", 0)] if what in self.standing else [there]


class RemarkForm(WhenMixin, ActForm):
    """Something done or noticed."""

    kind = forms.ChoiceField(
        label="Kind",
        widget=forms.RadioSelect,
        choices=[("intervention", "An intervention"), ("remark", "A remark")],
        initial="intervention",
    )
    text = forms.CharField(max_length=1000, label="What", widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("kind", "text", "when")


class RateForm(SecondPersonMixin, ActForm):
    """Another rate."""

    second_for = TwoPersonAct.RATE_OVER_ORDER
    rate_ml_per_h = decimal_field("Rate set on the pump", "mL/h", decimal_places=1)
    reason = forms.CharField(max_length=300, label="Why")
    field_order = ("rate_ml_per_h", "reason", "second_person", "second_secret")


class ResumeForm(SecondPersonMixin, ActForm):
    """The pump runs again: the same rate by one number, another one with its reason like any change of rate."""

    second_for = TwoPersonAct.RATE_OVER_ORDER
    rate_ml_per_h = decimal_field("Rate on the pump's screen", "mL/h", decimal_places=1)
    reason = forms.CharField(
        required=False,
        max_length=300,
        label="Why another rate",
        help_text="Only where it differs from the rate before the pause.",
    )
    field_order = ("rate_ml_per_h", "reason", "second_person", "second_secret")


class ReadBackForm(ActForm):
    """The rate as the pump's screen shows it."""

    rate_ml_per_h = decimal_field("Rate on the pump's screen", "mL/h", decimal_places=1)


class FoundForm(WhenMixin, ActForm):
    """A pump found otherwise than charted."""

    rate_ml_per_h = decimal_field("Rate the pump runs at", "mL/h", decimal_places=1)
    deviation = forms.CharField(max_length=500, label="What happened", widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("rate_ml_per_h", "deviation", "when")


class StoppedForm(WhenMixin, ActForm):
    """The pump was stopped or paused by hand."""

    reason = forms.CharField(required=False, max_length=300, label="Why (optional)")
    volume_ml = volume_field()
    field_order = ("reason", "volume_ml", "when")


PAUSED, STOPPED = "Pump paused", "Pump stopped"
ACTIONS = (
    "Looked at the patient, repeating it now",
    PAUSED,
    STOPPED,
    "Prescriber called",
    "Emergency team called",
    "Oxygen and position",
    "Staying with the patient",
)
"""What is done at most prompts, each by one tap; anything else is written."""


class NoticeForm(ActForm):
    """Taking notice of a prompt: one tap says what is done, or words do."""

    action = forms.CharField(required=False, max_length=300, label="Something else, in words")
    tapped = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    actions = ACTIONS

    def done(self) -> str:
        """Return what is done, as tapped and as written."""
        return "; ".join(each for each in (self.cleaned_data["tapped"], self.cleaned_data["action"].strip()) if each)

    def pump(self, title: str) -> ev.InfusionPaused | ev.InfusionStopped | None:
        """Return what was done to the pump for the prompt of this title, None where another button was tapped."""
        match self.cleaned_data["tapped"]:
            case tapped if tapped == PAUSED:
                return ev.InfusionPaused(reason=title)
            case tapped if tapped == STOPPED:
                return ev.InfusionStopped(reason=title)
        return None


class AttestForm(ActForm):
    """One attested gate line."""

    holds = forms.ChoiceField(choices=[("yes", "Confirmed"), ("no", "Not so")], widget=forms.RadioSelect, label="Holds")
    detail = forms.CharField(required=False, max_length=300, label="Detail")


class DrawForm(SecondPersonMixin, ActForm):
    """Drawing the dose."""

    second_for = TwoPersonAct.DRUG_DRAWN
    vial = forms.ChoiceField(label="Vial", choices=[])
    final_volume_ml = decimal_field("Volume in the bag", "mL", decimal_places=1)
    field_order = ("vial", "final_volume_ml", "second_person", "second_secret")

    def __init__(self, *arguments: Any, vials: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["vial"]
        if isinstance(field, forms.ChoiceField):
            field.choices = vials


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
    field_order = ("volume_ml", "words", "when", "second_person", "second_secret")


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
