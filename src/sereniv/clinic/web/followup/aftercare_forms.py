"""Forms after a session: the check-in, a side effect, and what became of it."""

from typing import Any

from django import forms

from sereniv.clinic import clock
from sereniv.clinic.web.shell.form_parts import ActForm, WhenMixin
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import Aftercare, CheckInQuestion, Knowledge
from sereniv.therapy.monitoring.said import signs_said
from sereniv.therapy.person.events import Mood, Outcome, Related
from sereniv.therapy.recording.phrases import names_suicide
from sereniv.therapy.session.events.incidents import Suicidality

NOT_ASKED = -1
HOW_BAD = [(0, "No"), (1, "Mild"), (2, "Moderate"), (3, "Severe"), (NOT_ASKED, "Not asked")]
YES_NO = [("no", "No"), ("yes", "Yes"), ("not asked", "Not asked")]


def _said(choices: list[tuple[Any, str]], label: str, **keywords: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": "answers"})
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=widget, **keywords)


def _at_once(row: CheckInQuestion) -> str:
    """Say beside a question what a red answer asks for, before anybody gives one."""
    if row.red_from is None:
        return ""
    how_bad = "Any" if row.red_from == 1 else f"{dict(HOW_BAD)[row.red_from]}{' or worse' if row.red_from == 2 else ''}"
    return f"▲ {how_bad}: {row.at_once}"


def _unasked_last(kind: type[Suicidality] | type[Mood]) -> list[tuple[Any, str]]:
    """Return the answers as they are offered, the one that says nothing at the end."""
    return [(each, each.capitalize()) for each in sorted(kind, key=lambda each: each.value == "not asked")]


class CheckInForm(WhenMixin, ActForm):
    """The call on the day after, question by question; nobody reached needs nothing but that."""

    reached = forms.ChoiceField(
        label="Did anybody answer?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No, nobody")],
        error_messages={"required": "Say whether anybody answered."},
    )
    by_whom = forms.CharField(required=False, max_length=120, label="Who answered", initial="the patient")
    suicidality = _said(_unasked_last(Suicidality), "Thoughts of suicide, asked in so many words")
    mood = _said(_unasked_last(Mood), "Mood compared with before the session")
    drove = _said(YES_NO, "Drove, worked with machinery, or was alone with children before a night's sleep?")
    remark = forms.CharField(
        required=False,
        max_length=1000,
        label="Anything else, and what you advised",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    named_only = forms.BooleanField(
        required=False, label="What I wrote names it, and it is not there", widget=forms.HiddenInput
    )

    def __init__(self, *arguments: Any, after: Aftercare, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.after = after
        for name, row in after.questions.items():
            self.fields[f"ask_{name}"] = _said(HOW_BAD, row.question, help_text=_at_once(row))
        asked = [f"ask_{name}" for name in after.questions]
        self.order_fields(
            ["reached", "by_whom", "suicidality", *asked, "mood", "drove", "remark", "named_only", "when"]
        )

    @property
    def was_reached(self) -> bool:
        """Say whether somebody answered."""
        return bool(self.cleaned_data["reached"] == "yes")

    def grades(self) -> dict[str, int]:
        """Return each question that was asked with how bad it is, 0 for no."""
        said = {name: self.cleaned_data[f"ask_{name}"] for name in self.after.questions}
        return {name: int(value) for name, value in said.items() if value not in ("", str(NOT_ASKED))}

    def clean(self) -> dict[str, Any]:
        """Ask for every answer where somebody was reached: what was not asked is said to be so."""
        cleaned = super().clean() or {}
        if cleaned.get("reached") == "yes":
            for name in ("suicidality", "mood", *(f"ask_{each}" for each in self.after.questions)):
                if not cleaned.get(name):
                    self.add_error(name, "Choose what was said, or that it was not asked.")
        self._ask_about_what_was_written(cleaned)
        return cleaned

    def _ask_about_what_was_written(self, cleaned: dict[str, Any]) -> None:
        """Ask where the words name a red flag whose question has no yes: the words alone reach nobody."""
        rules = rules_in_force(clock.now())
        remark = cleaned.get("remark", "")
        said = set(signs_said(remark, rules))
        unsaid = {
            name: row
            for name, row in self.after.questions.items()
            if said & set(row.signs) and cleaned.get(f"ask_{name}") in {"0", str(NOT_ASKED)}
        }
        unheard = self._unheard_of_suicide(cleaned, rules)
        if not (unsaid or unheard) or cleaned.get("named_only"):
            return
        if unheard:
            self.add_error(*unheard)
        self.fields["named_only"].widget = forms.CheckboxInput()
        for name, row in unsaid.items():
            signs = " and ".join(rules.alerts[each].title.lower() for each in row.signs if each in said)
            self.add_error(f"ask_{name}", f"What you wrote below names {signs}. Choose how bad it is here.")
        self.add_error("named_only", "Or tick this where it is not there, such as in advice that you gave.")

    def _unheard_of_suicide(self, cleaned: dict[str, Any], rules: Knowledge) -> tuple[str, str] | None:
        """Return where and what to ask when the words name thoughts of suicide of which no answer speaks."""
        if not names_suicide(cleaned.get("remark", ""), rules):
            return None
        if cleaned.get("reached") == "no":
            return "reached", "What you wrote names thoughts of suicide. Somebody told you: choose Yes, and write who."
        if cleaned.get("suicidality") in {Suicidality.NONE, Suicidality.NOT_ASKED}:
            return "suicidality", "What you wrote below names thoughts of suicide. Choose what was heard here."
        return None


class AdverseEventForm(WhenMixin, ActForm):
    """A side effect, wherever it was heard of."""

    term = forms.ChoiceField(label="What", choices=[])
    words = forms.CharField(max_length=1000, label="What happened, in words", widget=forms.Textarea(attrs={"rows": 2}))
    grade = forms.TypedChoiceField(label="Severity", widget=forms.RadioSelect, coerce=int, choices=[])
    serious = forms.BooleanField(
        required=False,
        label="Serious",
        help_text="Death, danger to life, a hospital, lasting harm, or something a doctor considers grave.",
    )
    related = forms.ChoiceField(
        label="Related to the treatment?",
        choices=[(each, each.capitalize()) for each in Related],
        initial=Related.UNKNOWN,
    )
    action = forms.CharField(required=False, max_length=500, label="What was done")
    outcome = forms.ChoiceField(
        label="Outcome so far", choices=[(each, each.capitalize()) for each in Outcome], initial=Outcome.ONGOING
    )
    session = forms.ChoiceField(required=False, label="In or after which session", choices=[])
    field_order = ("term", "words", "grade", "serious", "related", "action", "outcome", "session", "when")

    def __init__(self, *arguments: Any, after: Aftercare, sessions: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["when"].label = "When you heard of it"
        self.fields["when"].help_text = "Blank is now. Write above on which day it happened."
        choices: dict[str, list[tuple[Any, str]]] = {
            "term": [("", "Choose what it is"), *((row.id, row.title) for row in after.terms.values())],
            "grade": [(int(number), f"{row.title}: {row.statement}") for number, row in after.grades.items()],
            "session": [*sessions, ("", "None of them")],
        }
        for name, found in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = found


class GiveUpForm(ActForm):
    """Why nobody is called any more about a session, and what was done instead."""

    reason = forms.CharField(max_length=500, label="Why calling stops")
    instead = forms.CharField(
        max_length=500,
        label="What was done instead",
        help_text="Such as a letter, or a word with the family doctor.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FollowForm(ActForm):
    """What became of a side effect."""

    outcome = forms.ChoiceField(
        label="Outcome so far", widget=forms.RadioSelect, choices=[(each, each.capitalize()) for each in Outcome]
    )
    words = forms.CharField(max_length=500, label="What you heard", widget=forms.Textarea(attrs={"rows": 2}))


class RedAnswerForm(ActForm):
    """Who was told of a red answer, and what was done."""

    told = forms.CharField(max_length=200, label="Who was told: the prescriber, the emergency service, by name")
    done = forms.CharField(max_length=1000, label="What was done", widget=forms.Textarea(attrs={"rows": 3}))
