"""Pages that book, move and cancel: single appointments and the rest of a course."""

import json
import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.calendar import forms as calendar_forms
from sereniv.clinic.web.calendar.appointment_sheet import day_asked, found_or_404, today, when_of, words_of
from sereniv.clinic.web.shell.acts import Caution, Sheet, form_for, sheet, staff_of
from sereniv.clinic.workflows.calendar import booking, calendar, moving
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.person import reach
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Standing
from sereniv.therapy.correction.reach import Touched
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.scheduling.calendar import Slot, minutes_for

LOOK_AHEAD_DAYS = 14
"""How far the form for one appointment looks for a free time after the day an infusion is due."""


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Book one appointment; the form begins with the earliest time that would do."""
    who = get_object_or_404(Person, pk=person_id)
    against = _against(request, who, pe.Purpose.INFUSION)
    purpose, tapped = "assessment" if against else "infusion", _tapped(request)
    form = form_for(
        request, calendar_forms.BookForm, chairs=_chairs(), asks_despite=bool(against) or request.method == "POST",
        initial={"purpose": purpose, **(tapped or _earliest(who))},
    )  # fmt: skip

    def act_on(valid: calendar_forms.BookForm, act: Act) -> str:
        data = valid.cleaned_data
        wish = booking.Wish(
            starts_at=valid.starts_at(), chair=data["chair"], purpose=pe.Purpose(data["purpose"]),
            minutes=data["minutes"], exception=data["exception"], despite=data.get("despite", ""),
        )  # fmt: skip
        booking.book(person_id, wish, act)
        return f"Booked for {data['day']:%A %d %B}, {data['time']:%H:%M}."

    words = words_of(
        who, "Book an appointment", "Book it", _filled_in(request, tapped),
        template="calendar/book.html", against=against,
    )  # fmt: skip
    return sheet(request, form, words, act_on)


def _chairs() -> tuple[str, ...]:
    return calendar.chairs_and_hours(today(), today()).chairs


def soonest() -> datetime:
    """Return the earliest moment that is offered: whoever is asked now still has to get here."""
    return clock.now() + timedelta(minutes=knowledge().appointment.offered_ahead_min)


def _tapped(request: HttpRequest) -> dict[str, Any]:
    """Return the free time that was tapped in the calendar; nothing where none was, or what came is none."""
    if "day" not in request.GET or request.GET.get("chair") not in _chairs():
        return {}
    try:
        at = time.fromisoformat(request.GET.get("time", ""))
    except ValueError:
        return {}
    return {"day": day_asked(request), "time": at, "chair": request.GET["chair"]}


def _filled_in(request: HttpRequest, tapped: dict[str, Any]) -> str:
    """Say which time the form begins with, and where it is another one than was tapped."""
    if tapped:
        return "The time that you tapped in the calendar is filled in."
    gone = "The time that you tapped is not to be had any more. " if request.GET.get("chair") else ""
    return f"{gone}The earliest time that would do is filled in."


def _earliest(who: Person) -> dict[str, Any]:
    """Return the earliest workable time for a person's next infusion, nothing where none is found."""
    try:
        slots = booking.plan_course(who.pk, today(), clock.now())
    except (Refused, Malformed):
        slots = _any_time(who)
    if not slots:
        return {}
    here = slots[0].starts_at.astimezone(home_zone())
    return {"day": here.date(), "time": here.time(), "chair": slots[0].chair}


def _any_time(who: Person) -> tuple[Slot, ...]:
    """Return free times of the first open day from when the next infusion is due, after a series is complete."""
    stands = treatment_of(who.pk, clock.now())
    due = max(stands.next_due or today(), today())
    protocol = calendar.protocol_of(who.pk, stands)
    if protocol is None:
        return ()
    minutes = minutes_for(protocol, knowledge().appointment)
    days = (due + timedelta(days=number) for number in range(LOOK_AHEAD_DAYS))
    free = (calendar.chairs_and_hours(day, day, clock.now()).free(day, minutes, soonest()) for day in days)
    return next((slots for slots in free if slots), ())


@require_http_methods(["GET", "POST"])
def book_course(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show where the rest of the course would lie, and book exactly that."""
    who = get_object_or_404(Person, pk=person_id)
    cannot = ""
    slots: tuple[Slot, ...] = ()
    try:
        slots = booking.plan_course(person_id, day_asked(request), clock.now())
    except (Refused, Malformed) as no:
        cannot = str(no)
    against = _against(request, who, pe.Purpose.INFUSION)
    shown = {"shown": _written(slots)}
    form = form_for(
        request, calendar_forms.CourseDatesForm, asks_despite=bool(against) or request.method == "POST", initial=shown
    )

    def act_on(valid: calendar_forms.CourseDatesForm, act: Act) -> str:
        data = valid.cleaned_data
        booked = booking.book_course(person_id, _read(data["shown"]), act, data.get("despite", ""))
        return f"{len(booked)} appointments booked." if booked else "These were booked before."

    words = Sheet(
        title="Book the whole course",
        button="Book these dates",
        back=reverse("appointments", args=[person_id]),
        template="calendar/book_course.html",
        context={
            "person": who,
            "against": against,
            "slots": slots,
            "cannot": cannot,
            "from_day": max(day_asked(request), today()),
        },
    )
    return sheet(request, form, words, act_on)


@require_http_methods(["GET", "POST"])
def move_course(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show where every infusion to come would lie from another day on, and move exactly that."""
    who = get_object_or_404(Person, pk=person_id)
    cannot = ""
    moves: tuple[moving.Moved, ...] = ()
    try:
        moves = moving.plan_move(person_id, day_asked(request), clock.now())
    except (Refused, Malformed) as no:
        cannot = str(no)
    shown = json.dumps([[each.appointment.entry, *_as_written(each.slot)] for each in moves])
    against = _against(request, who, pe.Purpose.INFUSION)
    form = form_for(
        request, calendar_forms.MoveCourseForm, asks_despite=bool(against) or request.method == "POST",
        initial={"shown": shown},
    )  # fmt: skip

    def act_on(valid: calendar_forms.MoveCourseForm, act: Act) -> str:
        data = valid.cleaned_data
        why = moving.Why(reason=data["reason"], known=pe.Told(data["told"]), despite=data.get("despite", ""))
        number = moving.move_course(person_id, _read_moves(data["shown"]), why, act)
        return f"{number} infusions moved." if number else "These were moved before."

    words = words_of(
        who, "Move the rest of the course", "Move them all", template="calendar/move_course.html", moves=moves,
        cannot=cannot, from_day=max(day_asked(request), today()), touched=_touched(who), against=against,
    )  # fmt: skip
    return sheet(request, form, words, act_on)


def _read_moves(shown: str) -> tuple[tuple[int, Slot], ...]:
    """Read the moves that a form showed; Malformed where somebody changed them into something else."""
    try:
        rows = json.loads(shown)
        entries = [int(row[0]) for row in rows]
        slots = _read(json.dumps([row[1:] for row in rows]))
    except (ValueError, TypeError, OverflowError, RecursionError, LookupError) as error:
        raise Malformed("This form is damaged. Lay the course out again.") from error
    return tuple(zip(entries, slots, strict=True))


def _as_written(slot: Slot) -> tuple[str, int, str]:
    return slot.starts_at.isoformat(), slot.minutes, slot.chair


def _written(slots: tuple[Slot, ...]) -> str:
    return json.dumps([_as_written(slot) for slot in slots])


def _read(shown: str) -> tuple[Slot, ...]:
    """Read the dates that a form showed; Malformed where somebody changed them into something else."""
    try:
        found = tuple(
            Slot(starts_at=datetime.fromisoformat(starts_at), minutes=int(minutes), chair=str(chair))
            for starts_at, minutes, chair in json.loads(shown)
        )
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Malformed("This form is damaged. Lay the course out again.") from error
    if any(slot.starts_at.tzinfo is None or not slot.chair.isprintable() for slot in found):
        raise Malformed("This form is damaged. Lay the course out again.")
    return found


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Move an appointment."""
    who, found = found_or_404(person_id, entry)
    here = found.starts_at.astimezone(home_zone())
    initial = {"day": here.date(), "time": here.time(), "chair": found.chair}
    against = _against(request, who, found.purpose)
    form = form_for(
        request, calendar_forms.MoveForm, chairs=_chairs(), initial=initial,
        asks_despite=bool(against) or request.method == "POST",
    )  # fmt: skip

    def act_on(valid: calendar_forms.MoveForm, act: Act) -> str:
        data = valid.cleaned_data
        wish = booking.Move(
            starts_at=valid.starts_at(), chair=data["chair"], reason=data["reason"], told=pe.Told(data["told"]),
            exception=data["exception"], despite=data.get("despite", ""),
        )  # fmt: skip
        booking.move(person_id, entry, wish, act)
        said = f"Moved to {data['day']:%A %d %B}, {data['time']:%H:%M}, {data['chair']}."
        late = calendar.past_window(treatment_of(person_id, act.now), wish.starts_at)
        if found.purpose is pe.Purpose.INFUSION and late:
            return Caution(f"{said} {late} A prescriber decides whether it is given then: it stays on Today.")
        return said

    words = words_of(
        who, "Move the appointment", "Move it", when_of(found), template="calendar/book.html", touched=_touched(who),
        against=against,
    )  # fmt: skip
    return sheet(request, form, words, act_on)


def _against(request: HttpRequest, who: Person, purpose: pe.Purpose) -> tuple[str, ...]:
    """Say what speaks against a visit of somebody, as whoever asks may read it."""
    stands = treatment_of(who.pk, clock.now())
    return calendar.told(calendar.doubts_of(who.pk, stands, purpose), staff_of(request), stands.chart, stands.now)


def _touched(who: Person) -> tuple[Touched, ...]:
    """Return what moving or cancelling an appointment reaches: what their phone says of it."""
    found = reach.of_person("appointment_changed", who.pk, clock.now())
    return tuple(each for each in found if each.what is Standing.PHONE)


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Cancel an appointment."""
    who, found = found_or_404(person_id, entry)

    def act_on(valid: calendar_forms.CancelForm, act: Act) -> str:
        data = valid.cleaned_data
        told = pe.Told(data["told"]) if data["told"] else None
        by_patient = data["by_patient"] == "yes"
        booking.cancel(person_id, entry, data["reason"], by_patient, act, told)
        if not by_patient and told is pe.Told.NOT_YET:
            return Caution("Cancelled. The patient does not know yet: it waits on Today until somebody tells them.")
        return "Cancelled."

    form = form_for(request, calendar_forms.CancelForm)
    words = words_of(who, "Cancel the appointment", "Cancel it", when_of(found), touched=_touched(who))
    return sheet(request, form, words, act_on)
