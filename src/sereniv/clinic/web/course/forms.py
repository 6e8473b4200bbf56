"""Forms on a course: review, interruption, resumption, ending, maintenance."""

from typing import Any

from django import forms

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm, SecondPersonMixin
from sereniv.clinic.web.shell.typed_fields import WholeField
from sereniv.therapy.person import events as pe

OUTCOME_WORDS = {
    pe.ReviewOutcome.CONTINUE: "Continue as planned",
    pe.ReviewOutcome.CHANGE_DOSE: "Continue with another dose",
    pe.ReviewOutcome.MAINTENANCE: "Go over to maintenance",
    pe.ReviewOutcome.STOP: "Stop the course",
}


NOT_DONE = 'What you found, or "not done".'


def endings(proposed: pe.Ending | None) -> list[tuple[str, str]]:
    """Return the endings to choose from, the one that the scores propose marked and none of them chosen."""
    mark = " (proposed by the scores)"
    return [(each, f"{each.capitalize()}{mark if each is proposed else ''}") for each in pe.Ending]


def days_field(label: str, *, required: bool = True, help_text: str = "") -> WholeField:
    """Return a field for a number of days."""
    return WholeField(
        label=label,
        required=required,
        min_value=1,
        max_value=365,
        help_text=help_text,
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )


def _choose_from(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class ReviewForm(SecondPersonMixin, ActForm):
    """What a prescriber decides at a review."""

    second_for = TwoPersonAct.GOING_ON
    second_asked = "Only where something asks for two."

    outcome = forms.ChoiceField(label="Decision", widget=forms.RadioSelect)
    ending = forms.ChoiceField(
        label="How it ended",
        required=False,
        widget=forms.RadioSelect,
        choices=endings(None),
        help_text="Only to stop. What the scores propose is marked; choose what is so.",
    )
    interval_days = days_field(
        "Maintenance interval (days)", required=False, help_text="Only for maintenance: the longest that holds."
    )
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Reason",
        help_text="Needed to stop, and to go on although something asks for it.",
    )

    def __init__(
        self,
        *arguments: Any,
        outcomes: tuple[pe.ReviewOutcome, ...],
        proposed: pe.Ending | None,
        checks: tuple[str, ...] = (),
        **keywords: Any,
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.checks = {f"check_{number}": check for number, check in enumerate(checks)}
        for name, check in self.checks.items():
            self.fields[name] = forms.CharField(label=check, required=False, max_length=200, help_text=NOT_DONE)
        _choose_from(self, "outcome", [(each, OUTCOME_WORDS[each]) for each in outcomes])
        _choose_from(self, "ending", endings(proposed))
        self.order_fields([*self.checks, "outcome", "ending", "interval_days", "reason"])

    @property
    def found(self) -> dict[str, str]:
        """What was found at each check that is due, by its name."""
        return {check: self.cleaned_data[name] for name, check in self.checks.items()}


class EndForm(ActForm):
    """How a course ended, and why."""

    outcome = forms.ChoiceField(label="How it ended", widget=forms.RadioSelect, choices=endings(None))
    reason = forms.CharField(max_length=500, label="Reason")

    def __init__(self, *arguments: Any, proposed: pe.Ending | None, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        _choose_from(self, "outcome", endings(proposed))


class MaintenanceForm(SecondPersonMixin, ActForm):
    """Another interval of maintenance."""

    second_for = TwoPersonAct.GOING_ON
    second_asked = "Only where something asks for two."

    interval_days = days_field("Interval (days)")
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Reason",
        help_text="Needed where the interval becomes shorter, and where something asks for it.",
    )
