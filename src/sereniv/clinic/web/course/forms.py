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


ENDINGS = [(each, each.capitalize()) for each in pe.Ending]


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


class ReviewForm(SecondPersonMixin, ActForm):
    """What a prescriber decides at a review."""

    second_for = TwoPersonAct.GOING_ON
    second_asked = "Only where something asks for two."

    outcome = forms.ChoiceField(label="Decision", widget=forms.RadioSelect)
    ending = forms.ChoiceField(
        label="How it ended",
        required=False,
        widget=forms.RadioSelect,
        choices=ENDINGS,
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

    def __init__(self, *arguments: Any, outcomes: tuple[pe.ReviewOutcome, ...], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["outcome"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each, OUTCOME_WORDS[each]) for each in outcomes]
        self.order_fields(["outcome", "ending", "interval_days", "reason"])


class EndForm(ActForm):
    """How a course ended, and why."""

    outcome = forms.ChoiceField(label="How it ended", widget=forms.RadioSelect, choices=ENDINGS)
    reason = forms.CharField(max_length=500, label="Reason")


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
