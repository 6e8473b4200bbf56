"""Pages of the register of devices: who may send, by which token, certificate or address, and who was turned away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic.records import queries
from sereniv.clinic.records.models import Device
from sereniv.clinic.web.devices.forms import ChangeForm, DeviceForm
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, Sheet, form_for, perform, sheet
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.devices import clocks, pace, placing, registering, turned_away
from sereniv.clinic.workflows.devices.known import HOME_TOKEN
from sereniv.clinic.workflows.shell.acting import Act

MOST_SET_ASIDE = 200


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Show every device, who was turned away, and what of messages is in nobody's chart."""
    at = registering.at_chairs()
    rows = [
        {
            "device": row,
            "chair": at.get(row.name, ""),
            "sent_last_at": placing.sent_last_at(row),
            "clock": clocks.words(row),
            "pace": pace.words(row),
        }
        for row in queries.devices(but=HOME_TOKEN)
    ]
    context = {
        "rows": rows,
        "home_token_is_revoked": registering.is_home_token_revoked(),
        "turned_away": turned_away.memory.all(),
        "aside": queries.set_aside(MOST_SET_ASIDE),
    }
    return render(request, "devices/devices.html", context)


@require_http_methods(["GET", "POST"])
def device_new(request: HttpRequest) -> HttpResponse:
    """Register a device, and show its token once."""
    words = Sheet(
        title="Register a device",
        button="Register",
        back=reverse("setup_devices"),
        intro="Its token is shown once, on the next page. What it sends is nobody's until it is picked at a chair.",
    )
    form = form_for(request, DeviceForm)
    return _with_token(request, form, words, lambda act: registering.add_device(form.wanted(), act))


@require_http_methods(["GET", "POST"])
def device_token(request: HttpRequest, device_id: int) -> HttpResponse:
    """Give a device another token, and show it once."""
    device = get_object_or_404(Device, pk=device_id)
    words = Sheet(
        title=f"Another token for {device}",
        button="Make another token",
        back=reverse("setup_devices"),
        intro="The one that it has opens nothing from then on: have whoever sets it up at hand.",
    )
    form = form_for(request, ActForm)
    return _with_token(request, form, words, lambda act: registering.new_token(device_id, act))


def _with_token(request: HttpRequest, form: ActForm, words: Sheet, make: Callable[[Act], str]) -> HttpResponse:
    """Show a form, or make a token and show it: it is kept nowhere, and no message carries it on."""
    made: list[str] = []

    def work(_: ActForm, act: Act) -> None:
        made.append(make(act))

    if request.method == "POST" and perform(request, form, work):
        if made and made[0]:
            return render(request, "devices/token.html", {"token": made[0], "sheet": words})
        return redirect(words.back)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, words.template, {"form": form, "sheet": words}, status=status)


@require_http_methods(["GET", "POST"])
def device_change(request: HttpRequest, device_id: int) -> HttpResponse:
    """Say anew how a device names itself and how it is known at the door."""
    device = get_object_or_404(Device, pk=device_id)

    def change(valid: ChangeForm, act: Act) -> str:
        registering.change_device(device_id, valid.wanted(device.name), act)
        return f"{device} is changed. A session that it is at goes on with what it declared there."

    initial = {
        name: getattr(device, name) for name in ("kind", "sender", "source", "certificate", "interval_s", "signals")
    }
    words = Sheet(title=f"Change {device}", button="Save", back=reverse("setup_devices"))
    return sheet(request, form_for(request, ChangeForm, initial=initial), words, change)


@require_http_methods(["GET", "POST"])
def device_revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """Let a device in no more."""
    device = get_object_or_404(Device, pk=device_id)
    at = registering.at_chairs().get(device.name, "")
    words = Sheet(
        title=f"Revoke {device}",
        button="Revoke",
        back=reverse("setup_devices"),
        intro=(f"It is at {at}: its readings stop there at once, and the chair will ask for them. " if at else "")
        + "Nothing that it sends is taken any more, by any door. What it sent stays. It is not put back: it is "
        "registered anew.",
        dangerous=True,
    )

    def revoke(_: ActForm, act: Act) -> str:
        registering.revoke_device(device_id, act)
        return f"{device} may send no more."

    return sheet(request, form_for(request, ActForm), words, revoke)


@require_http_methods(["GET", "POST"])
def home_token_revoke(request: HttpRequest) -> HttpResponse:
    """Close the door for the home's one token."""
    words = Sheet(
        title="Revoke the home's token",
        button="Revoke",
        back=reverse("setup_devices"),
        intro="Every feed that still shows it (the text of gateway.token) is turned away from then on, sereniv replay "
        "too. Give each feed a token of its own first.",
        dangerous=True,
    )

    def revoke(_: ActForm, act: Act) -> str:
        registering.revoke_home_token(act)
        return "The home's token opens no door any more."

    return sheet(request, form_for(request, ActForm), words, revoke)
