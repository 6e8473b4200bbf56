"""Forms of the chair: vital signs, observations, the pump, prompts, and the gate before it."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin, WhenMixin
from sereniv.clinic.web.shell.typed_fields import ExactField, decimal_field, number_field
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session import observed
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase
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

    def __init__(self, *arguments: Any, has_pump: bool, last: Mapping[str, str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if not has_pump:
            del self.fields["volume_ml"]
        for name, words in last.items():
            if name in self.fields:
                self.fields[name].help_text = f"last {words}"


def _numbered(words: Sequence[str]) -> list[tuple[int, str]]:
    return [(grade, f"{grade} {each}") for grade, each in enumerate(words)]


SEVERITY = _numbered(observed.SEVERITY)
MOAAS = _numbered(observed.ALERTNESS)[::-1]
DISSOCIATION = _numbered(observed.GRADES[ev.Observation.DISSOCIATION])
THERE = [(1, "It is there"), (0, "Not there")]
GRADES = {
    **{what: _numbered(words) for what, words in observed.GRADES.items()},
    ev.Observation.MOAAS: MOAAS,
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
        return [(each, observed_name(each), self._grades(each)) for each in self.asked]

    @staticmethod
    def _grades(what: ev.Observation) -> list[tuple[int, str]]:
        return GRADES.get(what, THERE if what in ev.IS_THERE_OR_NOT else SEVERITY)

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
        choices=[("remark", "A remark"), ("intervention", "An intervention")],
        initial="remark",
    )
    text = forms.CharField(max_length=1000, label="What", widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("kind", "text", "when")


class RateMixin(forms.Form):
    """Asks to read the screen once more where a rate is far lower than the one charted before; never refuses it.

    `before_ml_per_h` is that rate, None where none is charted; `under_fraction` from which part of it on it is asked.
    """

    def __init__(
        self,
        *arguments: Any,
        before_ml_per_h: Decimal | None = None,
        under_fraction: Decimal = Decimal(0),
        **keywords: Any,
    ) -> None:
        super().__init__(*arguments, **keywords)
        self._before, self._under = before_ml_per_h, under_fraction

    def clean(self) -> dict[str, Any]:
        """Ask about a slip of ten downwards; the answer counts for this rate alone."""
        super().clean()
        rate = self.cleaned_data.get("rate_ml_per_h")
        if not rate or self._before is None or rate >= self._before * self._under:
            return self.cleaned_data
        shown = plain(rate)
        self.fields["read_again"] = forms.BooleanField(
            required=False,
            label=f"I have read the screen again: it shows {shown} mL/h",
            widget=forms.CheckboxInput(attrs={"value": shown}),
        )
        self.order_fields(["rate_ml_per_h", "read_again", *self.fields])
        if self.data.get("read_again") != shown:
            self.add_error(
                "rate_ml_per_h",
                f"{shown} mL/h is less than half of the {plain(self._before)} mL/h charted before. "
                "Read the pump's screen once more, then say so or mend the number.",
            )
        return self.cleaned_data


class ReadByTwoMixin(RateMixin, SecondPersonMixin):
    """Asks whoever signs second to type what they read on the pump's screen: a signature alone reads nothing."""

    second_rate_ml_per_h = decimal_field(
        "Rate that the second person reads on the pump's screen", "mL/h", decimal_places=1, required=False
    )

    def __init__(self, *arguments: Any, tolerance_fraction: Decimal = Decimal(0), **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._tolerance = tolerance_fraction

    def clean(self) -> dict[str, Any]:
        """Hold the two readings against each other, without telling either."""
        super().clean()
        rate, read = (self.cleaned_data.get(name) for name in ("rate_ml_per_h", "second_rate_ml_per_h"))
        if rate is None or self.cleaned_data.get("second_person") is None:
            return self.cleaned_data
        if read is None:
            self.add_error("second_rate_ml_per_h", "Read the pump's screen yourself, and type the rate it shows.")
        elif abs(read - rate) > rate * self._tolerance:
            self.add_error("second_rate_ml_per_h", "The two readings differ. Both of you read the screen again.")
        return self.cleaned_data


class RateForm(ReadByTwoMixin, ActForm):
    """Another rate."""

    second_for = TwoPersonAct.RATE_OVER_ORDER
    rate_ml_per_h = decimal_field("Rate set on the pump", "mL/h", decimal_places=1)
    reason = forms.CharField(max_length=300, label="Why")
    field_order = ("rate_ml_per_h", "reason", "second_rate_ml_per_h", "second_person", "second_secret")


class ResumeForm(ReadByTwoMixin, ActForm):
    """The pump runs again: the same rate by one number, another one with its reason like any change of rate."""

    second_for = TwoPersonAct.RATE_OVER_ORDER
    rate_ml_per_h = decimal_field("Rate on the pump's screen", "mL/h", decimal_places=1)
    reason = forms.CharField(
        required=False,
        max_length=300,
        label="Why another rate, or why all the same",
        help_text="Where it differs from the rate before the pause, or a red flag or a value past the card stands.",
    )
    field_order = ("rate_ml_per_h", "reason", "second_rate_ml_per_h", "second_person", "second_secret")


class ReadBackForm(ActForm):
    """The rate as the pump's screen shows it."""

    rate_ml_per_h = decimal_field("Rate on the pump's screen", "mL/h", decimal_places=1)


class FoundForm(RateMixin, WhenMixin, ActForm):
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
AT_THE_CHAIR = ("Looked at the patient, repeating it now", "Oxygen and position", "Staying with the patient")


def actions_in(phase: Phase) -> tuple[str, ...]:
    """Return what can be done in this phase: no pump is stopped that does not run, and nobody is looked at who left."""
    found = tuple(each for each in ACTIONS if phase in RUNNING or each not in {PAUSED, STOPPED})
    found = tuple(each for each in found if phase is not Phase.PAUSED or each != PAUSED)
    return tuple(each for each in found if phase not in FINISHED or each not in AT_THE_CHAIR)


class NoticeForm(WhenMixin, ActForm):
    """Taking notice of a prompt: one tap says what is done, or words do."""

    action = forms.CharField(required=False, max_length=300, label="Something else, in words")
    tapped = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, phase: Phase = Phase.INFUSING, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.actions = actions_in(phase)

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
