"""Pages at the bedside: which monitor stands at a chair, what waits for somebody to say whose it is, and clocks."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic.records.models import Device
from sereniv.clinic.web.chair.views import ChairSheet, chair_sheet
from sereniv.clinic.web.devices.forms import ClockForm, GiveForm, PickForm, RefuseForm
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet
from sereniv.clinic.workflows.devices import clocks, pace, placing, registering
from sereniv.clinic.workflows.devices import held as waiting
from sereniv.clinic.workflows.shell.acting import Act


@require_http_methods(["GET", "POST"])
def pick(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Pick the monitor that stands at a chair: the second of two taps connects it."""

    def connect(valid: PickForm, act: Act) -> str:
        device: Device = valid.cleaned_data["monitor"]
        placing.connect(session_id, device.pk, act)
        return f"{device} is connected: what it sends is this patient's until it is taken off or they leave."

    page = ChairSheet(
        title="Connect a monitor",
        button="Connect",
        intro="Pick the one whose name stands on it. Its readings are this patient's from then on.",
        template="devices/pick.html",
        context={"choices": placing.choices(), "waiting": waiting.count()},
    )
    return chair_sheet(request, session_id, PickForm, page, connect)


@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Show what devices sent that nobody could tell whose it is, and each monitor's clock."""
    monitors = [
        {
            "choice": each,
            "clock": clocks.words(each.device),
            "said": each.device.clock_ahead_s,
            "pace": pace.words(each.device),
        }
        for each in placing.choices()
    ]
    return render(request, "devices/held.html", {"groups": waiting.groups(), "monitors": monitors})


@require_http_methods(["GET", "POST"])
def held_give(request: HttpRequest, upto: int) -> HttpResponse:
    """Say whose it is."""

    def give(valid: GiveForm, act: Act) -> str:
        count = waiting.assign(upto, valid.cleaned_data["session"], act)
        return f"{count} {'message is' if count == 1 else 'messages are'} in that chart now, at the times of measuring."

    words = Sheet(
        title="Whose is it?",
        button="It is theirs",
        back=reverse("devices_held"),
        intro="Hold it against the monitor's own screen and the patient's name on it. What was measured before their "
        "session was opened stays here.",
    )
    return sheet(request, form_for(request, GiveForm), words, give)


@require_http_methods(["GET", "POST"])
def held_refuse(request: HttpRequest, upto: int) -> HttpResponse:
    """Say that it is nobody's here."""

    def refuse(valid: RefuseForm, act: Act) -> str:
        count = waiting.refuse(upto, valid.cleaned_data["reason"], act)
        return f"{count} {'message is' if count == 1 else 'messages are'} in nobody's chart, and kept as they came."

    words = Sheet(
        title="It is nobody's here",
        button="Nobody's",
        back=reverse("devices_held"),
        intro="The messages stay as they came, in no chart. What comes later is held anew.",
    )
    return sheet(request, form_for(request, RefuseForm), words, refuse)


@require_http_methods(["GET", "POST"])
def clock_read(request: HttpRequest, device_id: int) -> HttpResponse:
    """Say how far a device's clock is off."""
    device = get_object_or_404(Device, pk=device_id)
    ahead = clocks.seems_ahead(device)

    def keep(valid: ClockForm, act: Act) -> str:
        registering.set_clock(device_id, valid.cleaned_data["ahead_s"], act)
        return f"{device}: its times are put right from now on. What is held for its clock can be given to its patient."

    words = Sheet(
        title=f"The clock of {device}",
        button="Keep",
        back=reverse("devices_held"),
        intro="Look at the device's own screen, and at the clock of this page. Better than this: set the device's "
        "clock. Messages that waited on their way also look as if the clock were behind: then it is not.",
    )
    initial = {"ahead_s": round(ahead.total_seconds()) if ahead is not None else (device.clock_ahead_s or 0)}
    return sheet(request, form_for(request, ClockForm, initial=initial), words, keep)
