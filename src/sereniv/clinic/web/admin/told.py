"""How one is told of prompts at the chairs: whether one is on duty, and by which ways."""

from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.models import PushDevice
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.home import HomeError
from sereniv.clinic.operating import prompts, push
from sereniv.clinic.operating.plan import Plan, plan_of
from sereniv.clinic.operating.ways import NotDeliveredError
from sereniv.clinic.web.admin.forms import SureForm
from sereniv.clinic.web.admin.views import sure
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, Caution, Sheet, form_for, perform, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.admin import duty, push_devices
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone, served_home
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.session.typed_time import shown_on


class DutyForm(ActForm):
    """Until when one is on duty; blank ends it."""

    until = forms.TimeField(
        required=False,
        label="On duty until",
        help_text="It ends by itself then. Blank: you are on duty no longer.",
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": "Enter the time as 18:00."},
    )


class AddressForm(ActForm):
    """Where one is told by mail."""

    address = forms.CharField(
        required=False,
        max_length=254,
        label="Your address",
        help_text="A mailbox that you read at work. Blank: nothing is sent to you by mail.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class PushForm(ActForm):
    """What this browser gives so that messages reach it."""

    endpoint = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    p256dh = forms.RegexField(r"^[A-Za-z0-9_-]{86,88}$", widget=forms.HiddenInput)
    auth = forms.RegexField(r"^[A-Za-z0-9_-]{22,24}$", widget=forms.HiddenInput)
    named = forms.CharField(
        max_length=60, label="What you call this device", widget=forms.TextInput(attrs={"placeholder": "my phone"})
    )


@require_GET
def my_told(request: HttpRequest) -> HttpResponse:
    """Show how one is told, and whether one is on duty."""
    return _told(request, form_for(request, PushForm))


def _told(request: HttpRequest, push_form: PushForm, status: int = 200) -> HttpResponse:
    me, now, plan = staff_of(request), clock.now(), _plan()
    reached = next(each for each in prompts.people(plan, now) if each.who == me.username)
    content = {
        "until": duty.until_when(me, now),
        "address": me.email,
        "mail_leaves": bool(plan.mail_server and plan.mail_sender),
        "is_reached": bool(reached.ways),
        "devices": staff.pushed_to(me),
        "push_form": push_form,
        "push_key": push.public_key(served_home()),
        "on_duty": len(duty.on_duty(now)),
        "rule": rules_in_force(now).acknowledgement,
    }
    return render(request, "admin/told.html", content, status=status)


@require_http_methods(["GET", "POST"])
def my_duty(request: HttpRequest) -> HttpResponse:
    """Say until when one is on duty, or that one has left."""

    def keep(valid: DutyForm, act: Act) -> str | None:
        until = valid.cleaned_data["until"]
        if until is None:
            duty.go_off_duty(act)
            return "You are on duty no longer."
        duty.go_on_duty(next_time(until, act.now), act)
        return f"You are on duty until {until:%H:%M}. Prompts that others have not acted on reach you."

    words = Sheet(title="On duty", button="Save", back=reverse("my_told"))
    return sheet(request, form_for(request, DutyForm), words, keep)


def next_time(shown: time, now: datetime) -> datetime:
    """Return when the clinic's clock shows a time next: of an hour that it goes through twice, the later one."""
    today = now.astimezone(home_zone()).date()
    moments = (each for day in (today, today + timedelta(days=1)) for each in _moments(day, shown))
    ahead = [each for each in moments if each > now]
    return max(each for each in ahead if each.date() == ahead[0].date())


def _moments(day: date, shown: time) -> tuple[datetime, ...]:
    """Return when the clock shows a time on a day; one that it leaves out is as long after the change."""
    left_out = datetime.combine(day, shown, home_zone())
    return tuple(shown_on(day, shown, home_zone())) or (on_the_wall(left_out.astimezone(UTC)),)


@require_http_methods(["GET", "POST"])
def my_mail(request: HttpRequest) -> HttpResponse:
    """Say where one is told by mail."""

    def keep(valid: AddressForm, act: Act) -> str | None:
        duty.set_own_address(valid.cleaned_data["address"], act)
        return "Saved. Send yourself a trial."

    words = Sheet(
        title="Told by mail",
        button="Save",
        back=reverse("my_told"),
        intro="A mail names the chair and says that a prompt waits there; nothing about a patient leaves the house.",
    )
    return sheet(request, form_for(request, AddressForm, initial={"address": staff_of(request).email}), words, keep)


@require_POST
def my_push(request: HttpRequest) -> HttpResponse:
    """Let this browser take messages for whoever is signed in."""
    form = form_for(request, PushForm)

    def keep(valid: PushForm, act: Act) -> str | None:
        # This computer posts there: to push services, and to no other address that somebody types.
        if not push.is_a_service(valid.cleaned_data["endpoint"]):
            raise Malformed("That is no push service that we know; nothing is sent there.")
        given = {name: valid.cleaned_data[name] for name in ("endpoint", "p256dh", "auth", "named")}
        push_devices.subscribe(push_devices.Subscription(**given), act)
        return "This device is told. Send yourself a trial; signing out here ends it."

    if perform(request, form, keep):
        return redirect("my_told")
    return _told(request, form, UNPROCESSABLE)


@require_http_methods(["GET", "POST"])
def my_push_off(request: HttpRequest, device_id: int) -> HttpResponse:
    """Send nothing to one of one's own devices any more."""
    device = get_object_or_404(PushDevice, pk=device_id, staff=staff_of(request))
    words = Sheet(title=f"Tell {device.named} no more", button="Tell it no more", back=reverse("my_told"))
    return sure(request, words, device_id, push_devices.take_back, f"{device.named} is told no more.")


@require_http_methods(["GET", "POST"])
def my_trial(request: HttpRequest) -> HttpResponse:
    """Send oneself a trial by every way that leads to one."""
    me = staff_of(request)

    def send(valid: SureForm, act: Act) -> str | None:
        del valid
        lines, failed = [], False
        for way in prompts.ways_of(me, _plan()):
            try:
                way.send(prompts.trial(act.now))
                lines.append(f"Sent by {way.name}.")
            except NotDeliveredError as error:
                failed = True
                lines.append(f"NOT sent by {way.name}: {error}")
        words = " ".join(lines) or "No way leads to you yet."
        return Caution(words) if failed or not lines else f"{words} See that it came."

    words = Sheet(title="Send yourself a trial", button="Send", back=reverse("my_told"))
    return sheet(request, form_for(request, SureForm), words, send)


def _plan() -> Plan:
    try:
        return plan_of(served_home())
    except HomeError:
        return Plan()
