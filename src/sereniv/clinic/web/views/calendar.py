"""Pages of the calendar: a day by chair, a week, and one person's appointments."""

import json
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.acts import Sheet, form_for, sheet
from sereniv.clinic.web.day_grid import grid
from sereniv.clinic.web.forms import calendar as calendar_forms
from sereniv.clinic.workflows import calendar
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.courses import treatment_of
from sereniv.clinic.workflows.house import home_zone
from sereniv.knowledge import knowledge
from sereniv.therapy import person_events as pe
from sereniv.therapy.calendar import Appointment, Slot, appointments, minutes_for, to_call_back
from sereniv.therapy.refusal import Malformed, Refused

DAYS_A_WEEK = 7
FURTHEST_SHOWN = timedelta(days=3660)
"""How far from today the calendar turns its pages, either way."""
LOOK_AHEAD_DAYS = 14
"""How far the form for one appointment looks for a free time after the day an infusion is due."""


def _today() -> date:
    return clock.now().astimezone(home_zone()).date()


def _day(request: HttpRequest) -> date:
    """Return the day asked for; today for none, for something that is no day, and for one out of all reach."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return _today()
    return asked if abs(asked - _today()) <= FURTHEST_SHOWN else _today()


@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """Show one day by chair."""
    shown = _day(request)
    rows = calendar.rows_between(shown, shown)
    context = {
        "doubted": calendar.doubted(rows, clock.now()),
        "misplaced": {row.pk: why for row, why in calendar.to_rebook(clock.now())},
        "day": shown,
        "grid": grid(shown, calendar.house(shown, shown), rows, calendar.seated_on(shown)),
        "dropped": [row for row in rows if row.state != calendar.BOOKED],
        "before": shown - timedelta(days=1),
        "after": shown + timedelta(days=1),
        "today": _today(),
    }
    return render(request, "calendar/day.html", context)


@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """Show a week: who comes on which day, and how many chairs are taken."""
    shown = _day(request)
    monday = shown - timedelta(days=shown.weekday())
    days = [monday + timedelta(days=number) for number in range(DAYS_A_WEEK)]
    rows = [row for row in calendar.rows_between(days[0], days[-1]) if row.state == calendar.BOOKED]
    zone = home_zone()
    by_day = [
        {
            "day": each,
            "hours": calendar.opening(each),
            "rows": [row for row in rows if row.starts_at.astimezone(zone).date() == each],
        }
        for each in days
    ]
    shown_days = [each for each in by_day if each["hours"] or each["rows"]]
    context = {
        "doubted": calendar.doubted(rows, clock.now()),
        "misplaced": {row.pk: why for row, why in calendar.to_rebook(clock.now())},
        "days": shown_days,
        "monday": monday,
        "before": monday - timedelta(days=DAYS_A_WEEK),
        "after": monday + timedelta(days=DAYS_A_WEEK),
        "today": _today(),
    }
    return render(request, "calendar/week.html", context)


@require_GET
def of_person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """List one person's appointments, those to come first."""
    who = get_object_or_404(Person, pk=person_id)
    found = appointments(chart_store.person_chart(person_id))
    now = clock.now()
    context = {
        "person": who,
        "call_back": {each.entry for each in to_call_back(chart_store.person_chart(person_id), now)},
        "against": calendar.doubts_of(treatment_of(person_id, now)),
        "coming": [each for each in found if each.state == "booked" and each.ends_at > now],
        "past": [each for each in reversed(found) if each.state != "booked" or each.ends_at <= now],
        "now": now,
    }
    return render(request, "calendar/person.html", context)


def _found(person_id: uuid.UUID, entry: int) -> tuple[Person, Appointment]:
    who = get_object_or_404(Person, pk=person_id)
    found = next((each for each in appointments(chart_store.person_chart(person_id)) if each.entry == entry), None)
    if found is None:
        raise Http404
    return who, found


def _words(
    who: Person, title: str, button: str, intro: str = "", template: str = "sheet.html", **context: Any
) -> Sheet:
    back = reverse("appointments", args=[who.pk])
    context = {"person": who, **context}
    return Sheet(title=title, button=button, back=back, intro=intro, template=template, context=context)


def _when(found: Appointment) -> str:
    here = found.starts_at.astimezone(home_zone())
    return f"{here:%A %d %B, %H:%M}, {found.chair}, {found.minutes} minutes ({found.purpose})."


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Book one appointment; the form begins with the earliest time that would do."""
    who = get_object_or_404(Person, pk=person_id)
    against = calendar.doubts_of(treatment_of(person_id, clock.now()))
    purpose = "assessment" if against else "infusion"
    form = form_for(
        request, calendar_forms.BookForm, chairs=_chairs(), asks_despite=bool(against),
        initial={"purpose": purpose, **_earliest(who)},
    )  # fmt: skip

    def act_on(valid: calendar_forms.BookForm, act: Act) -> str:
        data = valid.cleaned_data
        wish = calendar.Wish(
            starts_at=valid.starts_at(), chair=data["chair"], purpose=pe.Purpose(data["purpose"]),
            minutes=data["minutes"], exception=data["exception"], despite=data.get("despite", ""),
        )  # fmt: skip
        calendar.book(person_id, wish, act)
        return f"Booked for {data['day']:%A %d %B}, {data['time']:%H:%M}."

    words = _words(
        who, "Book an appointment", "Book it", "The earliest time that would do is filled in.",
        template="calendar/book.html", against=against,
    )  # fmt: skip
    return sheet(request, form, words, act_on)


def _chairs() -> tuple[str, ...]:
    return calendar.house(_today(), _today()).chairs


def _earliest(who: Person) -> dict[str, Any]:
    """Return the earliest workable time for a person's next infusion, nothing where none is found."""
    try:
        slots = calendar.plan_course(who.pk, _today(), clock.now())
    except (Refused, Malformed):
        slots = _any_time(who)
    if not slots:
        return {}
    here = slots[0].starts_at.astimezone(home_zone())
    return {"day": here.date(), "time": here.time(), "chair": slots[0].chair}


def _any_time(who: Person) -> tuple[Slot, ...]:
    """Return free times of the first open day from when the next infusion is due, after a series is complete."""
    stands = treatment_of(who.pk, clock.now())
    due = max(stands.next_due or _today(), _today())
    protocol = calendar.protocol_of(who.pk, stands)
    if protocol is None:
        return ()
    minutes = minutes_for(protocol, knowledge().appointment)
    days = (due + timedelta(days=number) for number in range(LOOK_AHEAD_DAYS))
    free = (calendar.house(day, day).free(day, minutes, clock.now()) for day in days)
    return next((slots for slots in free if slots), ())


@require_http_methods(["GET", "POST"])
def book_course(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show where the rest of the course would lie, and book exactly that."""
    who = get_object_or_404(Person, pk=person_id)
    cannot = ""
    slots: tuple[Slot, ...] = ()
    try:
        slots = calendar.plan_course(person_id, _day(request), clock.now())
    except (Refused, Malformed) as no:
        cannot = str(no)
    against = calendar.doubts_of(treatment_of(person_id, clock.now()))
    shown = {"shown": _written(slots)}
    form = form_for(request, calendar_forms.CourseDatesForm, asks_despite=bool(against), initial=shown)

    def act_on(valid: calendar_forms.CourseDatesForm, act: Act) -> str:
        data = valid.cleaned_data
        booked = calendar.book_course(person_id, _read(data["shown"]), act, data.get("despite", ""))
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
            "from_day": max(_day(request), _today()),
        },
    )
    return sheet(request, form, words, act_on)


def _written(slots: tuple[Slot, ...]) -> str:
    return json.dumps([[slot.starts_at.isoformat(), slot.minutes, slot.chair] for slot in slots])


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
    who, found = _found(person_id, entry)
    here = found.starts_at.astimezone(home_zone())
    initial = {"day": here.date(), "time": here.time(), "chair": found.chair}
    form = form_for(request, calendar_forms.MoveForm, chairs=_chairs(), initial=initial)

    def act_on(valid: calendar_forms.MoveForm, act: Act) -> str:
        data = valid.cleaned_data
        calendar.move(person_id, entry, valid.starts_at(), data["chair"], data["reason"], data["exception"], act)
        return f"Moved to {data['day']:%A %d %B}, {data['time']:%H:%M}, {data['chair']}."

    return sheet(request, form, _words(who, "Move the appointment", "Move it", _when(found)), act_on)


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Cancel an appointment."""
    who, found = _found(person_id, entry)

    def act_on(valid: calendar_forms.CancelForm, act: Act) -> str:
        data = valid.cleaned_data
        calendar.cancel(person_id, entry, data["reason"], data["by_patient"] == "yes", act)
        return "Cancelled."

    form = form_for(request, calendar_forms.CancelForm)
    return sheet(request, form, _words(who, "Cancel the appointment", "Cancel it", _when(found)), act_on)


@require_http_methods(["GET", "POST"])
def missed(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Record that the patient did not come."""
    who, found = _found(person_id, entry)

    def act_on(valid: calendar_forms.MissedForm, act: Act) -> str:
        calendar.miss(person_id, entry, valid.cleaned_data["remark"], act)
        return "Recorded as missed. Call, or book another time: it stays on Today until then."

    form = form_for(request, calendar_forms.MissedForm)
    return sheet(request, form, _words(who, "Did not come", "Record as missed", _when(found)), act_on)


@require_http_methods(["GET", "POST"])
def called_back(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Write down that somebody asked after a patient who had not come."""
    who, found = _found(person_id, entry)

    def act_on(valid: calendar_forms.CalledBackForm, act: Act) -> str:
        data = valid.cleaned_data
        calendar.called_back(person_id, entry, data["reached"] == "yes", data["words"], act)
        return "Written down." if data["reached"] == "yes" else "Written down: nobody reached. It stays on Today."

    form = form_for(request, calendar_forms.CalledBackForm)
    phone = f" Phone {who.phone}." if who.phone else " No phone number is recorded."
    return sheet(
        request, form, _words(who, "Call after a missed visit", "Write it down", f"{_when(found)}{phone}"), act_on
    )


@require_http_methods(["GET", "POST"])
def escort(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Name who takes the patient home."""
    who, found = _found(person_id, entry)
    named = found.said or found.escort
    initial = {"name": named.name, "phone": named.phone, "way_home": named.way_home} if named else {}
    form = form_for(request, calendar_forms.EscortForm, initial=initial)

    def act_on(valid: calendar_forms.EscortForm, act: Act) -> str:
        data = valid.cleaned_data
        calendar.arrange_escort(person_id, entry, data["name"], data["phone"], data["way_home"], act)
        return f"{data['name']} takes {who} home."

    said = " As the patient said on their phone: keep it once you have checked it." if found.said else ""
    return sheet(request, form, _words(who, "Who takes the patient home", "Keep it", f"{_when(found)}{said}"), act_on)
