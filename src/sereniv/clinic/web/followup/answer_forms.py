"""Forms on which rating scales are asked, and a suicide item is taken up."""

from typing import Any, cast

from django import forms

from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm, OnDayMixin
from sereniv.clinic.web.shell.typed_fields import DayField, WholeField
from sereniv.knowledge.rows import Knowledge, Scale
from sereniv.therapy.followup.scales import allowed_answers, answers_of
from sereniv.therapy.person.events import Risk, SafetyAsked
from sereniv.therapy.person.events.answers import BY_SOMEBODY_ELSE

SAFETY_FIELD = "suicide_item"
IN_CLINIC = "patient, in clinic"
BY_STAFF = "staff, from a form on paper"
SOURCES = (IN_CLINIC, "patient, on paper", "patient, by telephone", BY_SOMEBODY_ELSE)
"""Who answered a scale that patients answer, and how: it stands beside the score."""
MOST_CHOICES = 11
"""More numbers than this are typed, not chosen."""


class ScaleForm(OnDayMixin, ActForm):
    """The items of any scale; each may be left blank, and is then unknown, never 0."""

    source = forms.ChoiceField(
        label="Who answered, and how",
        required=False,
        choices=[(each, each[:1].upper() + each[1:]) for each in SOURCES],
        initial=IN_CLINIC,
        widget=forms.RadioSelect(attrs={"class": "answers"}),
    )

    def __init__(self, *arguments: Any, scale: Scale, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.scale = scale
        if scale.by_staff:
            del self.fields["source"]
        for number, name in enumerate(self.names, start=1):
            self.fields[name] = safety_field(scale) if name == SAFETY_FIELD else answer_field(scale, number)
        self.order_fields([*self.names, "source", "on", "when"])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in item order."""
        items = tuple(f"item_{number}" for number in range(1, len(self.scale.items) + 1)) or (self.scale.id,)
        return (*items, SAFETY_FIELD) if self.scale.safety_range else items

    @property
    def answered_by(self) -> str:
        """Return who answered, and how."""
        return BY_STAFF if self.scale.by_staff else self.cleaned_data.get("source") or IN_CLINIC

    def answers(self) -> tuple[int | None, ...]:
        """Return the answers in item order."""
        return tuple(self.cleaned_data.get(name) for name in self.names)

    def clean(self) -> dict[str, Any]:
        """Ask for the one number of a scale that is a single number: left blank there would be nothing to keep."""
        cleaned = super().clean() or {}
        if not self.scale.items and not self.errors and cleaned.get(self.scale.id) is None:
            self.add_error(self.scale.id, "Choose or enter a number.")
        total, item = cleaned.get(self.scale.id), cleaned.get(SAFETY_FIELD)
        if total is not None and item is not None and item > total:
            self.add_error(self.scale.id, f"The total is {total}, and its item about suicide is {item}: correct it.")
        return cleaned


def safety_field(scale: Scale) -> forms.Field:
    """Return the field that asks, beside a total, what the form's item about suicide said."""
    return forms.TypedChoiceField(
        label=f"Item {scale.safety_item} of the form, which asks about suicide",
        choices=[(each, str(each)) for each in allowed_answers(scale, number=2)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "scale"}),
        help_text="As on the form. Left empty it is unknown, and asked in person.",
    )


def answer_field(scale: Scale, number: int) -> forms.Field:
    """Return the field that asks one item of a scale, counted from 1."""
    item = scale.items[number - 1] if scale.items else None
    label = f"{number}. {item.text}" if item else scale.question
    low, high = (item.low, item.high) if item else (scale.low, scale.high)
    worded = answers_of(scale, number)
    allowed = allowed_answers(scale, number)
    if not worded and len(allowed) > MOST_CHOICES:
        return WholeField(
            label=label,
            required=False,
            min_value=allowed[0],
            max_value=allowed[-1],
            widget=forms.NumberInput(attrs=CODE_WIDGET),
            help_text=f"A whole number from {allowed[0]} to {allowed[-1]}.",
        )
    return forms.TypedChoiceField(
        label=label,
        choices=[(each.value, each.text) for each in worded] or [(each, str(each)) for each in allowed],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "answers" if worded else "scale"}),
        help_text=f"{allowed[0]}: {low}. {allowed[-1]}: {high}." if low else "",
    )


class TakeOnForm(ActForm):
    """Taking on a suicide item, from the owner that was shown."""

    owner_seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=150)


class SafetyForm(ActForm):
    """A suicide item taken up in person: one tap a question, then what was found and done."""

    asked_by = forms.ChoiceField(label="Asked by", widget=forms.RadioSelect(attrs={"class": "answers"}))
    risk = forms.ChoiceField(
        label="Risk, as you find it",
        widget=forms.RadioSelect(attrs={"class": "answers"}),
        error_messages={"required": "Choose the level of risk that you found."},
    )
    why_lower = forms.CharField(
        required=False,
        max_length=500,
        label="Why lower than the answers point to",
        help_text="Only where it is.",
    )
    done = forms.MultipleChoiceField(
        required=False, label="What was done", widget=forms.CheckboxSelectMultiple(attrs={"class": "answers"})
    )
    safety_plan = forms.ChoiceField(
        required=False, label="Safety plan", widget=forms.RadioSelect(attrs={"class": "answers"})
    )
    told = forms.MultipleChoiceField(
        required=False, label="Who was told", widget=forms.CheckboxSelectMultiple(attrs={"class": "answers"})
    )
    next_contact = DayField(required=False, label="Next heard from on", widget=forms.DateInput(attrs={"type": "date"}))
    finding = forms.CharField(
        max_length=2000,
        label="What you found, and what was done, in words",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write in words what you found, and what was done."},
    )

    def __init__(self, *arguments: Any, rules: Knowledge, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.rules = rules
        row = rules.take_up
        for name, question in row.questions.items():
            self.fields[self._named(name)] = forms.ChoiceField(
                label=question.label,
                choices=list(question.answers.items()),
                widget=forms.RadioSelect(attrs={"class": "answers"}),
                error_messages={"required": f"{question.label}: ask, and choose what they answered."},
            )
        levels = sorted(rules.risk.values(), key=lambda each: each.order)
        choices: dict[str, list[tuple[str, str]]] = {
            "asked_by": list(row.asked_by.items()),
            "risk": [(each.id, f"{each.title}: {each.statement[:1].lower()}{each.statement[1:]}") for each in levels],
            "done": list(row.done.items()),
            "safety_plan": list(row.safety_plan.items()),
            "told": list(row.told.items()),
        }
        for name, offered in choices.items():
            cast("forms.ChoiceField", self.fields[name]).choices = offered
        self.order_fields(["asked_by", *map(self._named, row.questions), "risk", "why_lower"])

    @staticmethod
    def _named(question: str) -> str:
        return f"asked_{question}"

    @staticmethod
    def filled(said: SafetyAsked | None) -> dict[str, Any]:
        """Return what was written down before, for whoever goes on; a first time is asked by these questions."""
        if said is None or said.risk is Risk.NOT_STATED:
            return {"asked_by": "own"}
        fields = ("asked_by", "risk", "why_lower", "done", "safety_plan", "told", "next_contact", "finding")
        answered = {SafetyForm._named(name): answer for name, answer in said.questions.items()}
        return {name: getattr(said, name) for name in fields} | answered

    def said(self, entry: int) -> SafetyAsked:
        """Return what was written down, as it is kept."""
        data = self.cleaned_data
        return SafetyAsked(
            entry=entry,
            finding=data["finding"],
            asked_by=data["asked_by"],
            questions={name: data[self._named(name)] for name in self.rules.take_up.questions},
            risk=Risk(data["risk"]),
            why_lower=data["why_lower"],
            done=tuple(data["done"]),
            safety_plan=data["safety_plan"],
            told=tuple(data["told"]),
            next_contact=data["next_contact"],
        )
