"""Forms that gather what candidacy reads: indication, diagnosis, earlier treatments, substances, scores, work-up."""

from datetime import date
from typing import Any

from django import forms

from sereniv.clinic import clock
from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm, OnDayMixin
from sereniv.clinic.web.shell.typed_fields import DayField, WholeField
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.candidacy.inclusion import FEATURES, entry_rule_of
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.contradictions import contradictions
from sereniv.therapy.person.diagnoses import BESIDE

YES_NO_UNKNOWN = (("yes", "Yes"), ("no", "No"), ("", "Not known"))
FEATURE_LABELS = {
    "psychotic_features": "Psychotic features in this episode",
    "mood_stabiliser_therapeutic": "On a mood stabiliser, at a therapeutic level",
    "budapest_criteria_met": "Budapest criteria for CRPS met on examination",
    "ideation_present": "Suicidal ideation present, as rated by you in person",
}
DIAGNOSIS_TEXTS = ("icd10", "words", "diagnosed_by", "since")
SUBSTANCE_LABELS = {
    pe.Substance.ALCOHOL: "Alcohol",
    pe.Substance.CANNABIS: "Cannabis",
    pe.Substance.OPIOIDS: "Opioids",
    pe.Substance.STIMULANTS: "Cocaine, amfetamines, other stimulants",
    pe.Substance.SEDATIVES: "Sedatives, sleeping pills, benzodiazepines",
    pe.Substance.HALLUCINOGENS: "Hallucinogens, MDMA",
    pe.Substance.KETAMINE_OR_PCP: "Ketamine or phencyclidine, outside treatment",
    pe.Substance.OTHER: "Anything else",
}
DAY = {"type": "date"}


def indication_choices() -> list[tuple[str, str]]:
    """Return every indication with its title."""
    return [(row.id, row.title) for row in knowledge().indications.values()]


def known_or_not(label: str, help_text: str = "") -> forms.TypedChoiceField:
    """Return a question answered yes, no or not known; not known is None and never a no."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_NO_UNKNOWN,
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        initial="",
        widget=forms.RadioSelect,
    )


def day_field(label: str, **keywords: Any) -> DayField:
    """Return a field for a day."""
    mistakes = {"invalid": "Enter the date as 2026-03-02."}
    return DayField(
        label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), error_messages=mistakes, **keywords
    )


class IndicationForm(ActForm):
    """What infusions are considered for, changed."""

    indication = forms.ChoiceField(label="Indication", widget=forms.RadioSelect, choices=indication_choices)
    reason = forms.CharField(max_length=500, label="Why it changes")


class DiagnosisForm(ActForm):
    """The diagnosis behind an indication, with the features its entry rule reads."""

    icd10 = forms.ChoiceField(label="ICD-10-CM")
    words = forms.CharField(max_length=300, required=False, label="In words")
    diagnosed_by = forms.CharField(max_length=120, label="Diagnosed by", help_text="Here or outside: name and role.")
    since = day_field("Present illness or episode since", required=False)

    def __init__(self, *arguments: Any, indication: str, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.indication = indication
        codes = knowledge().indications[indication].icd10
        other = [("other", "Another code: write it in words")]
        titles = knowledge().diagnoses.titles
        named = [(each, f"{each} {titles[each]}" if each in titles else each) for each in codes]
        # Nothing is chosen beforehand: what nobody chose would stand as what somebody diagnosed.
        choices = [("", "Choose the code"), *named, *other]
        self.fields["icd10"] = forms.ChoiceField(label="ICD-10-CM", choices=choices)
        rule = entry_rule_of(indication, rules_in_force(clock.now()))
        self.features = tuple(name for name in FEATURES if rule is not None and name in rule.inputs)
        for name in self.features:
            self.fields[name] = known_or_not(FEATURE_LABELS[name])
        self.order_fields(["icd10", "words", *self.features, "diagnosed_by", "since"])

    def clean(self) -> dict[str, Any]:
        """Ask for words where no code of the list fits."""
        cleaned = super().clean() or {}
        if cleaned.get("icd10") == "other" and not (cleaned.get("words") or "").strip():
            self.add_error("words", "Write the diagnosis and its code.")
        if not self.errors:
            for said in contradictions(self.diagnosis(self.indication), rules_in_force(clock.now())):
                self.add_error(None, f"{said} Both cannot be so: correct the code, the answer or the words.")
        return cleaned

    def diagnosis(self, indication: str) -> pe.DiagnosisRecorded:
        """Return what was entered."""
        data = self.cleaned_data
        features = {name: data[name] for name in self.features}
        texts = {name: data[name] for name in DIAGNOSIS_TEXTS}
        return pe.DiagnosisRecorded(indication=indication, **texts, **features)


class OtherDiagnosisForm(ActForm):
    """A diagnosis that stands beside the one that infusions are considered for."""

    icd10 = forms.RegexField(
        r"^[A-Z]\d\d(\.\w{1,4})?$",
        label="ICD-10-CM",
        error_messages={"invalid": "Write the code as it stands in a letter, such as F31.81 or E11.9."},
    )
    words = forms.CharField(max_length=300, label="In words")
    diagnosed_by = forms.CharField(max_length=120, label="Diagnosed by", help_text="Here or outside: name and role.")
    since = day_field("Since", required=False)

    def diagnosis(self) -> pe.DiagnosisRecorded:
        """Return what was entered."""
        return pe.DiagnosisRecorded(indication=BESIDE, **{name: self.cleaned_data[name] for name in DIAGNOSIS_TEXTS})

    def clean(self) -> dict[str, Any]:
        """Hold the words against the code."""
        cleaned = super().clean() or {}
        if not self.errors:
            for said in contradictions(self.diagnosis(), rules_in_force(clock.now())):
                self.add_error(None, f"{said} Both cannot be so: correct the code or the words.")
        return cleaned


def as_recorded(diagnosis: pe.DiagnosisRecorded) -> dict[str, Any]:
    """Return a recorded diagnosis as its form shows it, a feature that is known never as not known."""
    answers = {True: "yes", False: "no", None: ""}
    texts = {name: getattr(diagnosis, name) for name in DIAGNOSIS_TEXTS}
    return texts | {name: answers[getattr(diagnosis, name)] for name in FEATURES}


class TrialForm(ActForm):
    """One earlier treatment, as raw facts."""

    treatment = forms.CharField(max_length=120, label="Treatment", help_text="Its name: sertraline, CBT, ECT.")
    kind = forms.ChoiceField(
        label="Kind",
        choices=[
            (pe.TrialKind.MEDICATION, "Medicine"),
            (pe.TrialKind.AUGMENTATION, "Augmentation of a medicine"),
            (pe.TrialKind.PSYCHOTHERAPY, "Psychotherapy"),
            (pe.TrialKind.ECT, "ECT"),
            (pe.TrialKind.TMS, "TMS"),
            (pe.TrialKind.ESKETAMINE, "Esketamine"),
            (pe.TrialKind.KETAMINE, "Ketamine"),
        ],
    )
    drug_class = forms.CharField(max_length=60, required=False, label="Class", help_text="SSRI, SNRI, TCA, …")
    highest_dose = forms.CharField(
        max_length=60, required=False, label="Highest dose", help_text="Such as 200 mg a day."
    )
    reached_minimum_dose = known_or_not("At least the labelled minimum effective dose")
    weeks = WholeField(
        required=False,
        min_value=0,
        max_value=2000,
        label="Weeks at that dose",
        help_text="Blank is not known.",
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )
    adherent = known_or_not("Taken as prescribed")
    improvement_percent = WholeField(
        required=False,
        min_value=0,
        max_value=100,
        label="Best improvement (%)",
        help_text="0 is none, 100 is well again. Blank is not known.",
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )
    stopped_for = forms.ChoiceField(
        label="Stopped because",
        widget=forms.RadioSelect,
        choices=[
            (pe.StoppedFor.NO_BENEFIT, "It did not help"),
            (pe.StoppedFor.SIDE_EFFECTS, "Side effects"),
            (pe.StoppedFor.OTHER, "Another reason"),
            (pe.StoppedFor.STILL_TAKEN, "It goes on"),
        ],
    )
    in_current_episode = known_or_not("In the present episode")
    is_last = forms.BooleanField(required=False, label="There are no others: the list is complete")

    def trial(self) -> pe.TrialRecorded:
        """Return what was entered."""
        data = self.cleaned_data
        facts = {name: data[name] for name in ("treatment", "drug_class", "highest_dose", "weeks")}
        answers = {
            name: data[name]
            for name in ("reached_minimum_dose", "adherent", "improvement_percent", "in_current_episode")
        }
        kind, stopped_for = pe.TrialKind(data["kind"]), pe.StoppedFor(data["stopped_for"])
        return pe.TrialRecorded(kind=kind, stopped_for=stopped_for, **facts, **answers)


class SubstancesForm(ActForm):
    """Every substance, one by one: problem use never, in the past, or now."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for substance, label in SUBSTANCE_LABELS.items():
            self.fields[str(substance)] = forms.ChoiceField(
                label=label,
                widget=forms.RadioSelect,
                choices=[
                    (pe.Use.NONE, "Never a problem"),
                    (pe.Use.PAST, "A problem in the past"),
                    (pe.Use.ACTIVE, "A problem now"),
                ],
                error_messages={"required": "Answer this line: never a problem, in the past, or now."},
            )
            self.fields[f"{substance}_words"] = forms.CharField(
                label="What, how much, since when",
                required=False,
                max_length=300,
                widget=forms.TextInput(attrs={"aria-label": f"{label}: what, how much, since when"}),
            )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return each substance's question beside the field for its words."""
        return [(self[str(each)], self[f"{each}_words"]) for each in SUBSTANCE_LABELS]

    def asked(self) -> tuple[pe.SubstanceAsked, ...]:
        """Return what was answered."""
        data = self.cleaned_data
        return tuple(
            pe.SubstanceAsked(substance=each, use=pe.Use(data[str(each)]), words=data[f"{each}_words"])
            for each in SUBSTANCE_LABELS
        )


class ScoreForm(OnDayMixin, ActForm):
    """The total of a score that was worked out elsewhere."""

    total = WholeField(label="Total", widget=forms.TextInput(attrs=CODE_WIDGET))
    scored_by = forms.CharField(max_length=120, label="Scored by")

    def __init__(self, *arguments: Any, limits: tuple[int, int], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        low, high = limits
        self.fields["total"].help_text = f"{low} to {high}."
        self.order_fields(["total", "scored_by", "on", "when"])


class LevelOfCareForm(ActForm):
    """Where a person is cared for."""

    level = forms.ChoiceField(
        label="Level of care",
        widget=forms.RadioSelect,
        choices=[
            (pe.LevelOfCare.OUTPATIENT, "Outpatient: an infusion here may be considered"),
            (pe.LevelOfCare.EMERGENCY, "Emergency department now"),
            (pe.LevelOfCare.INPATIENT, "Inpatient"),
        ],
    )
    words = forms.CharField(max_length=1000, label="What it rests on", widget=forms.Textarea(attrs={"rows": 3}))


class AskEvaluationForm(ActForm):
    """A concern sent to somebody to be evaluated."""

    question = forms.CharField(max_length=1000, label="What is asked", widget=forms.Textarea(attrs={"rows": 3}))
    asked_of = forms.CharField(max_length=120, label="Asked of", help_text="Here or outside: name and role.")
    due_on = day_field("Wanted by", required=False)

    def clean_due_on(self) -> date | None:
        """Refuse a day that has passed."""
        due: date | None = self.cleaned_data["due_on"]
        if due is not None and self.now is not None and due < self.now.date():
            raise forms.ValidationError("That day has passed.")
        return due
