"""Forms of the calendar: booking, moving, cancelling, missing, and who takes the patient home."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms

from sereniv.clinic.web.shell.form_parts import CODE_WIDGET, ActForm, MeantMixin, MomentField
from sereniv.clinic.web.shell.typed_fields import DayField, PhoneField, WholeField
from sereniv.clinic.workflows.calendar import booking, calendar
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Unsure
from sereniv.therapy.session.typed_time import Typed, moment_on

PURPOSES = [(each, each.capitalize()) for each in pe.Purpose]


class PlaceMixin(MeantMixin):
    """Asks for a day, a time and a chair."""

    day = DayField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(
        label="Arrives at",
        widget=forms.TimeInput(attrs={"type": "time", "step": "900"}, format="%H:%M"),
        error_messages={"invalid": "Enter the time as 14:15."},
    )
    meant = MomentField(required=False, label="Which of the two?")
    chair = forms.ChoiceField(label="Chair", choices=[], widget=forms.RadioSelect)
    now: datetime | None
    exception = forms.CharField(
        required=False,
        max_length=300,
        label="Why outside the opening hours",
        help_text="Only where the time lies outside them.",
    )

    def __init__(self, *arguments: Any, chairs: tuple[str, ...], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["chair"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(chair, chair) for chair in chairs]

    def clean_day(self) -> date:
        """Refuse a day so far off that no clinic books it, before a moment is made of it."""
        day: date = self.cleaned_data["day"]
        if self.now is not None and day > self.now.date() + calendar.FURTHEST_AHEAD:
            raise forms.ValidationError(calendar.TOO_FAR_AHEAD)
        return day

    def clean(self) -> dict[str, Any]:
        """Ask about a time that the clock on the wall will not show, or will show twice: kept, it may be another."""
        cleaned = super().clean() or {}
        if cleaned.get("day") and cleaned.get("time"):
            try:
                self.starts_at()
            except Malformed as no:
                self.add_error("time", str(no))
            except Unsure as unsure:
                self.ask(unsure)
        return cleaned

    def starts_at(self) -> datetime:
        """Return the moment that day and time mean.

        Raises
        ------
        Unsure
            When the clock shows that time twice on that day, and nobody chose which.
        Malformed
            When it shows it not at all.
        """
        typed = Typed(time_of_day=self.cleaned_data["time"], chosen=self.cleaned_data.get("meant") or "")
        return moment_on(self.cleaned_data["day"], typed, home_zone()).astimezone(UTC)


class DespiteMixin(forms.Form):
    """Asks why an infusion is held although something speaks against it; only where something does."""

    ASKED = "Why the infusion is booked all the same"
    despite = forms.CharField(
        required=False,
        max_length=300,
        help_text="In a few words. It stays in sight on the calendar and on Today.",
    )

    def __init__(self, *arguments: Any, asks_despite: bool = False, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["despite"].label = self.ASKED
        if not asks_despite:
            del self.fields["despite"]


class BookForm(DespiteMixin, PlaceMixin, ActForm):
    """One appointment."""

    purpose = forms.ChoiceField(label="For", widget=forms.RadioSelect, choices=PURPOSES)
    minutes = WholeField(
        required=False,
        min_value=1,
        max_value=booking.LONGEST_MIN,
        label="How long (min)",
        help_text="Empty: as long as the protocol takes with preparation and recovery; an hour for anything else.",
        widget=forms.TextInput(attrs=CODE_WIDGET),
    )
    field_order = ("purpose", "despite", "day", "time", "meant", "chair", "minutes", "exception")


TOLD = [
    ("by telephone", "Yes, by telephone"),
    ("in person", "Yes, in person"),
    ("by letter or message", "Yes, by letter or message"),
    ("not yet", "Not yet: it waits on Today"),
]
"""How the patient knows of a change, in the words of the form."""


class MoveForm(DespiteMixin, PlaceMixin, ActForm):
    """Another time or chair for an appointment."""

    ASKED = "Why it is moved and not cancelled"

    reason = forms.CharField(max_length=300, label="Why it is moved")
    told = forms.ChoiceField(label="Does the patient know?", widget=forms.RadioSelect, choices=TOLD)
    field_order = ("day", "time", "meant", "chair", "reason", "despite", "told", "exception")


class CancelForm(ActForm):
    """Why an appointment is cancelled, and by whom."""

    by_patient = forms.ChoiceField(
        label="Who cancelled", widget=forms.RadioSelect, choices=[("yes", "The patient"), ("no", "The clinic")]
    )
    reason = forms.CharField(max_length=300, label="Why")
    told = forms.ChoiceField(
        required=False,
        label="Where the clinic cancelled: does the patient know?",
        widget=forms.RadioSelect,
        choices=TOLD,
    )


class TellForm(ActForm):
    """Whether somebody was told of a change to their appointment, how, and what was said."""

    reached = forms.ChoiceField(
        label="Was the patient reached?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes, they know"), ("no", "Nobody answered")],
    )
    how = forms.ChoiceField(
        label="How",
        widget=forms.RadioSelect,
        choices=[(each, each.removeprefix("by ").capitalize()) for each, _ in TOLD[:-1]],
    )
    words = forms.CharField(
        max_length=500, label="What was said and agreed, or how you tried", widget=forms.Textarea(attrs={"rows": 2})
    )


class MissedForm(ActForm):
    """The patient did not come."""

    remark = forms.CharField(required=False, max_length=300, label="Remark", help_text="Such as: reached by telephone.")


class CalledBackForm(ActForm):
    """Whether somebody who had not come was reached, and what was agreed."""

    reached = forms.ChoiceField(
        label="Was the patient reached?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes, reached"), ("no", "Nobody answered")],
    )
    words = forms.CharField(
        max_length=500, label="What was said and agreed, or how you tried", widget=forms.Textarea(attrs={"rows": 2})
    )


class EscortForm(ActForm):
    """The adult who takes the patient home."""

    name = forms.CharField(max_length=120, label="Name of the adult")
    phone = PhoneField(label="Their telephone", required=False)
    way_home = forms.CharField(max_length=200, label="How they get home", required=False, help_text="Such as: by taxi.")


class CourseDatesForm(DespiteMixin, ActForm):
    """The dates of a course as they were shown; booking takes exactly these."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=4000)


class MoveCourseForm(DespiteMixin, ActForm):
    """The infusions to come and where they were shown to lie; moving takes exactly these."""

    ASKED = "Why they are moved and not cancelled"

    shown = forms.CharField(widget=forms.HiddenInput, max_length=4000)
    reason = forms.CharField(max_length=300, label="Why they are moved")
    told = forms.ChoiceField(label="Does the patient know?", widget=forms.RadioSelect, choices=TOLD)
    field_order = ("shown", "reason", "despite", "told")
