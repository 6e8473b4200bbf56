"""Forms about the clinic's rooms, hours and numbers."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.dateparse import parse_datetime

from sereniv.clinic.records import queries
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.web.shell.typed_fields import PhoneField
from sereniv.clinic.workflows.admin.on_call import roles_on_call
from sereniv.therapy.scheduling.hours import DAYS
from sereniv.therapy.session.typed_time import shown_on

HOURS_WRONG = {"invalid": "Enter the time as 08:00."}


class RoomForm(ActForm):
    """A room's name."""

    name = forms.CharField(max_length=40, label="Name", help_text="As staff call it: Garden room, Room 2.")


class PlaceForm(ActForm):
    """In which room a chair stands."""

    room = forms.ModelChoiceField(
        queryset=queries.no_room(), required=False, label="Room", empty_label="In no room of the list"
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["room"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queries.rooms_in_use()


class HoursForm(ActForm):
    """From when until when each day is open, and the days that stay closed."""

    closed_days = forms.CharField(
        required=False,
        max_length=6000,
        label="Closed days",
        help_text="One day a line, with why: 2026-12-25 Christmas Day. Nobody is on duty then, whatever the week says.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    read = forms.BooleanField(required=False, label="I have read what these hours touch: each is moved or cancelled")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for day in DAYS:
            for which, label in (("opens", f"{day}, opens"), ("closes", f"{day}, closes")):
                self.fields[f"{day.lower()}_{which}"] = forms.TimeField(
                    required=False,
                    label=label,
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                    error_messages=HOURS_WRONG,
                )
        self.order_fields([name for name in self.fields if name not in {"closed_days", "read"}])

    def days(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return each weekday with its two fields, for the page's table."""
        return [(day, [self[f"{day.lower()}_{end}"] for end in ("opens", "closes")]) for day in DAYS]

    def clean(self) -> dict[str, Any]:
        """Check that a day has both its times or neither."""
        cleaned = super().clean() or {}
        for day in DAYS:
            opens, closes = f"{day.lower()}_opens", f"{day.lower()}_closes"
            if {opens, closes} & set(self.errors):
                continue
            if (cleaned.get(opens) is None) != (cleaned.get(closes) is None):
                missing = closes if cleaned.get(closes) is None else opens
                self.add_error(missing, "Enter both times, or leave both blank for a day that is closed.")
        return cleaned

    def clean_closed_days(self) -> dict[date, str]:
        """Read one day from each line."""
        found: dict[date, str] = {}
        for line in str(self.cleaned_data["closed_days"]).splitlines():
            written, _, why = line.strip().partition(" ")
            if not written:
                continue
            try:
                found[date.fromisoformat(written)] = why.strip()
            except ValueError:
                raise forms.ValidationError(f"“{line[:60]}” does not begin with a day as 2026-12-25.") from None
        return found

    def week(self) -> dict[str, tuple[time, time]]:
        """Return the days that are open."""
        asked = {day: [self.cleaned_data.get(f"{day.lower()}_{end}") for end in ("opens", "closes")] for day in DAYS}
        return {
            day: (opens, closes) for day, (opens, closes) in asked.items() if opens is not None and closes is not None
        }


class WallTimeField(forms.DateTimeField):
    """A day and a time as the clock on the wall shows them; one that it leaves out or shows twice is asked back."""

    def to_python(self, value: str | datetime | date | None) -> datetime | None:
        """Say which of the two it is where a change of the clocks makes one of it."""
        try:
            moment: datetime | None = super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            typed = parse_datetime(str(value))
            shown = typed is not None and any(shown_on(typed.date(), typed.time(), ZoneInfo(settings.TIME_ZONE)))
            told = "show that time twice" if shown else "leave that time out"
            words = f"The clocks are changed that night and {told}. Choose one before or after that hour."
            raise forms.ValidationError(words, code=error.code) from error
        return moment


class ShiftForm(ActForm):
    """Somebody on call."""

    role = forms.ChoiceField(label="Role", choices=[])
    name = forms.CharField(max_length=120, label="Name")
    phone = PhoneField(
        label="Number to call",
        help_text="While the clinic is closed, patients see the number of the clinician on call on their phone's page.",
    )
    begins = WallTimeField(
        required=False,
        label="From",
        help_text="Leave both times blank for somebody who is on call whenever nobody else is.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Enter day and time."},
    )
    ends = WallTimeField(
        required=False,
        label="Until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Enter day and time."},
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(role, role.capitalize()) for role in roles_on_call()]

    def moment(self, field: str) -> datetime | None:
        """Return a time of the shift in the clinic's own zone."""
        typed: datetime | None = self.cleaned_data.get(field)
        return typed.astimezone(ZoneInfo(settings.TIME_ZONE)) if typed else None
