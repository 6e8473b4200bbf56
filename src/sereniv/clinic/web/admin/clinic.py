"""Pages about the clinic's rooms, its hours, and whom to call."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import AppointmentRow, Chair, OnCall, Room
from sereniv.clinic.web.admin import clinic_forms as forms
from sereniv.clinic.web.admin.views import sure
from sereniv.clinic.web.shell.acts import Caution, Sheet, form_for, sheet
from sereniv.clinic.workflows.admin import on_call, opening, rooms, setting_up
from sereniv.clinic.workflows.calendar import misplaced_bookings
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import named_closed_days, opening_hours, week_of
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge.rows import Standing
from sereniv.therapy.correction.reach import Open, touched
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.scheduling.hours import open_on


@require_http_methods(["GET", "POST"])
def room_new(request: HttpRequest) -> HttpResponse:
    """Add a room."""

    def add(valid: forms.RoomForm, act: Act) -> str | None:
        rooms.add_room(valid.cleaned_data["name"], act)
        return f"{valid.cleaned_data['name']} is added. Say at each chair whether it stands there."

    words = Sheet(title="Add a room", button="Add room", back=reverse("setup"))
    return sheet(request, form_for(request, forms.RoomForm), words, add)


@require_http_methods(["GET", "POST"])
def room_rename(request: HttpRequest, room_id: int) -> HttpResponse:
    """Give a room another name."""
    room = get_object_or_404(Room, pk=room_id)

    def rename(valid: forms.RoomForm, act: Act) -> str | None:
        rooms.rename_room(room_id, valid.cleaned_data["name"], act)
        return f"{room} is now called {valid.cleaned_data['name']}."

    words = Sheet(title=f"Rename {room}", button="Rename", back=reverse("setup"))
    return sheet(request, form_for(request, forms.RoomForm, initial={"name": room.name}), words, rename)


@require_http_methods(["GET", "POST"])
def room_retire(request: HttpRequest, room_id: int) -> HttpResponse:
    """Take a room out of use."""
    room = get_object_or_404(Room, pk=room_id)
    words = Sheet(
        title=f"Retire {room}",
        button="Retire",
        back=reverse("setup"),
        intro="No chair can be placed in it then. You can put it back into use later.",
    )
    return sure(request, words, room_id, rooms.retire_room, f"{room} is retired.")


@require_http_methods(["GET", "POST"])
def room_reinstate(request: HttpRequest, room_id: int) -> HttpResponse:
    """Put a retired room back into use."""
    room = get_object_or_404(Room, pk=room_id)
    words = Sheet(title=f"Put {room} back", button="Put back", back=reverse("setup"))
    return sure(request, words, room_id, rooms.reinstate_room, f"{room} is in use again.")


@require_http_methods(["GET", "POST"])
def chair_room(request: HttpRequest, chair_id: int) -> HttpResponse:
    """Say in which room a chair stands."""
    chair = get_object_or_404(Chair, pk=chair_id)

    def place(valid: forms.PlaceForm, act: Act) -> str | None:
        room: Room | None = valid.cleaned_data["room"]
        rooms.place_chair(chair_id, room.pk if room else None, act)
        return f"{chair} stands in {room}." if room else f"{chair} stands in no room of the list."

    words = Sheet(
        title=f"Room of {chair}",
        button="Save",
        back=reverse("setup"),
        intro="The board shows it, so that whoever is called knows where to run.",
    )
    return sheet(request, form_for(request, forms.PlaceForm, initial={"room": chair.room}), words, place)


def _lines(outside: Sequence[tuple[AppointmentRow, str]]) -> Open:
    """Write bookings by their times alone: who sets hours need not read names."""
    zone = home_zone()
    return {Standing.BOOKINGS: [f"{row.starts_at.astimezone(zone):%a %d %b, %H:%M}, {row.chair}" for row, _ in outside]}


@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """Edit the week and the closed days."""
    details = setting_up.entered_details()
    initial: dict[str, object] = {
        f"{day.lower()}_{end}": at
        for day, span in week_of(details).items()
        for end, at in zip(("opens", "closes"), span, strict=True)
    }
    initial["closed_days"] = "\n".join(f"{day} {why}".strip() for day, why in named_closed_days(details))

    def keep(valid: forms.HoursForm, act: Act) -> str | None:
        opening.demand_hours(valid.week(), valid.cleaned_data["closed_days"])
        wanted = replace(opening_hours(), week=valid.week(), closed=tuple(valid.cleaned_data["closed_days"]))
        outside = misplaced_bookings.would_lie_outside(lambda day: open_on(day, wanted), act.now)
        if outside and not valid.cleaned_data["read"]:
            words.context["touched"] = touched("house_closed", _lines(outside), rules_in_force(act.now))
            raise Refused("hours", "Nothing is saved yet. Read what these hours touch, then save them.")
        changed = opening.set_hours(valid.week(), valid.cleaned_data["closed_days"], act)
        if not changed:
            return "Nothing was changed."
        moved = misplaced_bookings.to_rebook(clock.now())
        if not moved:
            return "The hours are saved."
        first = moved[0][0].starts_at.astimezone(home_zone())
        few = f"{len(moved)} bookings lie" if len(moved) > 1 else "One booking lies"
        return Caution(
            f"The hours are saved. {few} outside them now, the first on {first:%a %d %b, %H:%M}. "
            "They wait on Today, under To rebook, until each is moved or cancelled: tell the people."
        )

    words = Sheet(
        title="Opening hours",
        button="Save the hours",
        back=reverse("setup"),
        template="admin/hours.html",
        intro="When somebody is on duty here. The guide shows these hours, and the suicide item's clock runs by them: "
        "while the clinic is closed, whoever is on call is asked. A day with both times blank is closed.",
    )
    return sheet(request, form_for(request, forms.HoursForm, initial=initial), words, keep)


@require_http_methods(["GET", "POST"])
def on_call_new(request: HttpRequest) -> HttpResponse:
    """Put somebody on the on-call roster."""

    def put(valid: forms.ShiftForm, act: Act) -> str | None:
        typed = valid.cleaned_data
        shift = on_call.Shift(
            role=typed["role"],
            name=typed["name"],
            phone=typed["phone"],
            begins=valid.moment("begins"),
            ends=valid.moment("ends"),
        )
        on_call.put_on_call(shift, act)
        return f"{typed['name']} is on the roster."

    words = Sheet(title="Put somebody on call", button="Put on the roster", back=reverse("setup"))
    return sheet(request, form_for(request, forms.ShiftForm), words, put)


@require_http_methods(["GET", "POST"])
def on_call_off(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take somebody off the on-call roster."""
    row = get_object_or_404(OnCall, pk=shift_id)
    words = Sheet(
        title=f"Take {row.name} off the roster",
        button="Take off",
        back=reverse("setup"),
        intro=f"{row.role.capitalize()}, {row.phone}. Somebody else must stand in, or nobody is called.",
    )
    return sure(request, words, shift_id, on_call.take_off_call, f"{row.name} is off the roster.")


@require_http_methods(["GET", "POST"])
def staff_co_sign(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Say whether a nurse is trained to co-sign."""
    person = get_object_or_404(Staff, pk=staff_id)
    trained = not person.co_signs_orders
    words = Sheet(
        title=f"{person}: {'may co-sign' if trained else 'co-signs no more'}",
        button="Trained to co-sign" if trained else "Take co-signing away",
        back=reverse("setup"),
        intro="Co-signing an order means working out dose and rate anew, independently, and knowing when to say no. "
        "It is never the person who signed first."
        if trained
        else "They chart, run infusions and witness as before. An order needs somebody else to check it then.",
    )

    def work(subject: int, act: Act) -> None:
        setting_up.set_co_signing(subject, trained, act)

    return sure(request, words, staff_id, work, f"{person} {'may co-sign' if trained else 'co-signs no more'}.")
