"""What every form carries, and the parts that several forms share."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import QueryDict

from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.chairside import (
    NOT_THEIRS,
    TRIES_USED_UP,
    TooManyTries,
    is_known_on,
    proven,
    proven_far_from_home,
)
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.seconds import SECOND_SIGNATURES, TwoPersonAct, seconds_for
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.shell.typed_fields import DayField, PhoneField, SureWidget
from sereniv.clinic.workflows.shell.acting import key_of_sent
from sereniv.therapy.recording.refusal import Unsure
from sereniv.therapy.recording.typed import cannot_be_read
from sereniv.therapy.session.typed_time import Told, Typed, moment_of_the_day, moment_on

LONGEST_MOMENT = 40
NOON = time(12)
SURE = "sure"
"""What follows the name of a telephone number's field in that of the box which says that the number is right."""
DAMAGED = "This form is damaged. Open the page again; what you typed is still here to copy."
FILLED_IN = "when_filled_in"
"""Says that a time left blank was filled in while the form was kept, with that of its first sending."""

NOT_TYPED = frozenset({"key", "expected_seq", "seen"})
"""The fields by which a form knows its page: nobody types into them."""
CODE_WIDGET = {"inputmode": "numeric", "autocomplete": "off"}


class ActForm(forms.Form):
    """A form that performs one act: it carries the idempotency key and the chart it was made from.

    `expected_seq` is the end of one stream, for decisions that read all of it; `seen` that of the ledger, by which an
    entry is found that this one would replace unseen.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    expected_seq = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.RegexField(r"^[0-9]{1,18}$", widget=forms.HiddenInput, required=False)
    use_required_attribute = False
    keeps_as_typed: ClassVar[bool] = False
    """True where what somebody from outside writes is kept as they wrote it, whatever is in it."""

    def __init__(
        self, *arguments: Any, device: str = "", now: datetime | None = None, by: Staff | None = None, **keywords: Any
    ) -> None:
        keywords["initial"] = {"key": uuid.uuid4().hex, **(keywords.get("initial") or {})}
        super().__init__(*arguments, **keywords)
        self.device = device
        self.now = now
        self.by = by
        self.conflicted = False
        self.was_not_taken = False

    def full_clean(self) -> None:
        """Say damage to what nobody sees where somebody sees it."""
        doubted = self._numbers_said_to_be_right()
        super().full_clean()
        self._ask_about_numbers(doubted)
        damaged = [field.name for field in self.hidden_fields() if field.name in self.errors]
        for name in damaged:
            del self.errors[name]
        self._refuse_the_unseen()
        if damaged:
            self.add_error(None, DAMAGED)

    def _numbers_said_to_be_right(self) -> dict[str, PhoneField]:
        """Take at their word those who said of a telephone number that it is right as it stands."""
        phones = {name: field for name, field in self.fields.items() if isinstance(field, PhoneField)}
        for name, field in phones.items():
            field.initial = self.get_initial_for_field(field, name)
            field.sure_of = self.data.get(self.add_prefix(f"{name}_{SURE}"))
        return phones

    def _ask_about_numbers(self, phones: dict[str, PhoneField]) -> None:
        """Offer to say so of each telephone number that may not be whole, beside its question."""
        for name, field in phones.items():
            if not self.has_error(name, code=field.doubtful):
                continue
            typed = str(self.data.get(self.add_prefix(name), "")).strip()
            sure = forms.BooleanField(required=False, label=f"{typed} is right as it stands", widget=SureWidget(typed))
            order = list(self.fields)
            self.fields[f"{name}_{SURE}"] = sure
            self.order_fields([*order[: order.index(name) + 1], f"{name}_{SURE}", *order[order.index(name) + 1 :]])

    def _refuse_the_unseen(self) -> None:
        """Refuse characters that nobody can see or that turn the writing round, in every field that keeps text."""
        for name, field in self.fields.items() if not self.keeps_as_typed else ():
            value = getattr(self, "cleaned_data", {}).get(name)
            is_secret = isinstance(field.widget, forms.PasswordInput | forms.HiddenInput)
            if isinstance(value, str) and not is_secret and (why := cannot_be_read(value)):
                self.add_error(name, why)

    @property
    def act_key(self) -> str:
        """The key of what a valid form does: of its page and of what was typed.

        A page sent twice as it was is one act. Gone back to and sent with something else, it is another: a fact is
        taken, and what decides on a chart meets it as it now is; by the page's own key alone it would pass for
        recorded. What is kept tells nothing of what was typed, since nobody keeps the page's key, and no secret is
        part of it.
        """
        key: str = self.cleaned_data["key"]
        not_typed = NOT_TYPED | {"when"} if self.data.get(FILLED_IN) else NOT_TYPED
        open_fields = (
            name
            for name, field in self.fields.items()
            if name not in not_typed and not isinstance(field.widget, forms.PasswordInput)
        )
        typed = ((name, _as_typed(self[name].data)) for name in sorted(open_fields))
        return key_of_sent(key, [(name, value) for name, value in typed if value])

    def decide_anew(self, current_seq: int) -> None:
        """Point a form that met a conflict at the chart as it now is, everything typed kept."""
        self._point(expected_seq=str(current_seq))

    def look_again(self, seen: int) -> None:
        """Point a form at the newer entry that its page now tells of, everything typed kept."""
        self._point(seen=str(seen))

    def _point(self, **to: str) -> None:
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in {**to, "key": uuid.uuid4().hex}.items():
            data[name] = value
        self.data = data


def _as_typed(data: object) -> str:
    """Return what a field was sent with, however it travelled: a field left empty is as one that was not sent."""
    return " ".join(str(data).split()) if data else ""


class MomentField(forms.ChoiceField):
    """Which moment was meant: hidden until it is asked, then one of those that may be."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **keywords)

    def valid_value(self, value: str) -> bool:
        """Take any answer: whoever asked knows what they offered, and passes over the rest."""
        return len(value) <= LONGEST_MOMENT

    def ask(self, choices: list[tuple[str, str]]) -> None:
        """Show what may be meant."""
        self.widget = forms.RadioSelect()
        self.choices = choices


class MeantMixin(forms.Form):
    """Asks back which of several moments was meant by what was typed, in the form's field `meant`; the rest stays."""

    sends = "send"
    """What is done with the form, in a word."""

    def ask(self, unsure: Unsure) -> None:
        """Ask which moment was meant: what was typed stays, the answer is still to be chosen."""
        field = self.fields["meant"]
        if isinstance(field, MomentField):
            field.ask([(each.value, each.words) for each in unsure.choices])
        data = QueryDict(mutable=True)
        data.update(self.data)
        data.pop("meant", None)
        self.data = data
        self.add_error("meant", f"{unsure.question} Choose, and {self.sends} it again.")


class WhenMixin(MeantMixin):
    """Asks when something happened; blank is now. What cannot be taken as typed is asked back, everything kept."""

    sends = "chart"
    when = forms.TimeField(
        required=False,
        label="When",
        help_text="Blank is now. Late charting is fine: enter the time it happened.",
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": "Enter the time as 14:05."},
    )
    meant = MomentField(required=False, label="When was it?")
    now: datetime | None

    def typed(self) -> Typed:
        """Return the time that was typed, and which moment was chosen when it was asked about."""
        return Typed(time_of_day=self.cleaned_data.get("when"), chosen=self.cleaned_data.get("meant") or "")

    def happened_at(self) -> datetime | None:
        """Return the moment meant, None for now: today's, or the one chosen when it was asked about.

        Raises
        ------
        Unsure
            When it was not today, or twice.
        """
        typed = self.typed()
        if typed.time_of_day is None or self.now is None:
            return None
        moment = moment_of_the_day(typed, Told(now=self.now, zone=ZoneInfo(settings.TIME_ZONE)))
        return None if moment == self.now else moment


class OnDayMixin(WhenMixin):
    """Asks besides on which day a form was filled in: one on paper, or in a letter, is often entered days later."""

    on = DayField(
        required=False,
        label="Filled in on",
        help_text="Blank is today. A form without a time counts from noon of its day.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def happened_at(self) -> datetime | None:
        """Return the moment meant, None for now."""
        day, time_of_day = self.cleaned_data.get("on"), self.cleaned_data.get("when")
        if day is None or self.now is None or day == on_the_wall(self.now).date():
            return super().happened_at()
        typed = Typed(time_of_day=time_of_day or NOON, chosen=self.typed().chosen)
        return on_the_wall(moment_on(day, typed, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC))

    def clean_on(self) -> date | None:
        """Refuse a day that has not come yet."""
        day: date | None = self.cleaned_data["on"]
        if day is not None and self.now is not None and day > on_the_wall(self.now).date():
            raise forms.ValidationError("That day has not come yet.")
        return day


class SecondPersonMixin(forms.Form):
    """Asks a second person to sign with PIN or password; shows those alone who may be second for this act."""

    second_person = forms.ModelChoiceField(
        queryset=staff.nobody(),
        required=False,
        label="Second person",
        empty_label="Choose who signs with you",
        error_messages={"invalid_choice": "Choose somebody of this list: only they may sign this with you."},
    )
    second_secret = forms.CharField(
        required=False,
        label="Their PIN or password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    second_code = forms.CharField(
        required=False,
        max_length=20,
        label="Their second factor",
        help_text="The code of their authenticator. Asked where they have never signed in on this device.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    device: str
    by: Staff | None
    now: datetime | None
    second_for: ClassVar[TwoPersonAct | None] = None
    """The act of the table of seconds that this form performs."""
    second_asked: ClassVar[str] = ""
    """When a second person is needed, "" where one always is."""

    def __init__(self, *arguments: Any, second_asked: str = "", **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if not settings.IS_CLINIC:
            del self.fields["second_code"]
        # Whoever signs second signs under what is written, and reads it first.
        self.order_fields([name for name in self.fields if not name.startswith("second_")])
        shown = self.seconds()
        asked = second_asked or self.second_asked
        field = self.fields["second_person"]
        field.help_text = asked if shown else f"{asked} {self._nobody_here()}".strip()
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = staff.these(shown)

    def seconds(self) -> list[Staff]:
        """Return whom the list shows: never oneself, nobody who left, and nobody who may not."""
        if self.second_for is None or self.by is None or self.now is None:
            return []
        return seconds_for(self.second_for, self.by, self.now)

    def _nobody_here(self) -> str:
        takes = SECOND_SIGNATURES[self.second_for].who if self.second_for else "somebody else who works here"
        return f"Nobody else here may sign this: it takes {takes}."

    def clean(self) -> dict[str, Any]:
        """Check the second person's PIN or password where one was chosen."""
        cleaned = super().clean() or {}
        person, secret = cleaned.get("second_person"), cleaned.get("second_secret") or ""
        if person is not None:
            try:
                self._prove(person, secret, cleaned.get("second_code") or "")
            except TooManyTries:
                self.add_error("second_secret", TRIES_USED_UP.format(whom=person))
        return cleaned

    def _prove(self, person: Staff, secret: str, code: str) -> None:
        """Check the second signer: by PIN or password here, with their second factor where nobody knows them yet."""
        if not settings.IS_CLINIC or is_known_on(person, self.device):
            if not proven(person, secret, self.device):
                self.add_error("second_secret", NOT_THEIRS.format(whom=person))
        elif not code:
            self.add_error("second_code", f"{person} has never signed in on this device: enter the second factor too.")
        elif not proven_far_from_home(person, secret, code, self.device):
            self.add_error("second_secret", "Password and second factor do not fit. Here, a PIN does not do.")


class ReasonForm(ActForm):
    """A reason."""

    reason = forms.CharField(max_length=500, label="Reason")


class ConfirmForm(ActForm):
    """Confirmation of a questioned value."""

    remark = forms.CharField(
        max_length=300, label="How you know it is right", help_text="Such as: measured again, the same."
    )
