"""Pages of the calendar: a day, a week and a month by chair, and one person's appointments."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Person
from sereniv.clinic.web.calendar.appointment_sheet import day_asked, today
from sereniv.clinic.web.calendar.by_chair import by_chair, weeks_of
from sereniv.clinic.web.calendar.day_grid import grid
from sereniv.clinic.web.calendar.in_doubt import in_doubt
from sereniv.clinic.web.calendar.who_comes import counted, who_comes
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.web.shell.staff_names import staff_name
from sereniv.clinic.workflows.calendar import calendar, misplaced_bookings
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.person.finding import found
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.scheduling.arrivals import arrived
from sereniv.therapy.scheduling.calendar import ChairsAndHours, appointments
from sereniv.therapy.scheduling.telling import to_tell, told_words

DAYS_A_WEEK = 7
DAYS_A_MONTH = 32
"""From the first of a month so many days on lies the next one."""

MOST_FOUND = 20


@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """Show one day by chair."""
    shown = day_asked(request)
    rows = calendar.rows_between(shown, shown)
    comers = who_comes(clock.now()) if shown == today() else ()
    context = {
        **_doubted(request, rows, clock.now()),
        "misplaced": {row.pk: why for row, why in misplaced_bookings.to_rebook(clock.now())},
        "day": shown,
        "grid": grid(
            shown,
            calendar.chairs_and_hours(shown, shown, standing=[row for row in rows if row.state == calendar.BOOKED]),
            rows,
            calendar.at_the_chairs(shown, clock.now()),
            clock.now(),
        ),
        "comers": comers,
        "counted": counted(comers),
        "dropped": [row for row in rows if row.state != calendar.BOOKED],
        "before": shown - timedelta(days=1),
        "after": shown + timedelta(days=1),
        "today": today(),
        "is_today": shown == today(),
    }
    return render(request, "calendar/day.html", context)


def _doubted(request: HttpRequest, rows: Sequence[AppointmentRow], now: datetime) -> dict[str, Any]:
    """Say against which of these bookings something speaks, and why each is held all the same, by the row."""
    me, found = staff_of(request), calendar.doubted(rows, now)
    whose = {row.pk: str(row.person_id) for row in rows if row.pk in found}
    charts = chart_store.person_charts(set(whose.values()))
    return {
        "doubted": {row: calendar.told(against, me, charts[whose[row]], now) for row, against in found.items()},
        "despite": calendar.held_despite(rows, found),
    }


@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """Show a week by chair: who comes on which day, and every free time."""
    shown, now = day_asked(request), clock.now()
    monday = shown - timedelta(days=shown.weekday())
    days = [monday + timedelta(days=number) for number in range(DAYS_A_WEEK)]
    rows = list(calendar.standing_between(days[0], days[-1]).select_related("person"))
    chairs, laid = by_chair(days, rows, calendar.opened_between(days[0], days[-1]), _house(days, rows, now), now)
    shown_days = [each for each in laid if each.is_shown]
    context = {
        **_doubted(request, rows, now),
        "misplaced": {row.pk: why for row, why in misplaced_bookings.to_rebook(now)},
        "days": shown_days,
        "lines": [(chair, [(each, each.places[number]) for each in shown_days]) for number, chair in enumerate(chairs)],
        "day": shown,
        "monday": monday,
        "before": monday - timedelta(days=DAYS_A_WEEK),
        "after": monday + timedelta(days=DAYS_A_WEEK),
        "today": today(),
    }
    return render(request, "calendar/week.html", context)


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """Show a month: of each day its hours, and of each chair how many are booked and when it is free first."""
    shown, now = day_asked(request), clock.now()
    first = shown.replace(day=1)
    weeks = weeks_of(first)
    days = [each for days in weeks for each in days]
    rows = list(calendar.standing_between(days[0], days[-1]))
    _, laid = by_chair(days, rows, (), _house(days, rows, now), now, _questioned(rows, now))
    by_day = {each.day: each for each in laid}
    context = {
        "first": first,
        "day": shown,
        "weeks": [[by_day[each] for each in days] for days in weeks],
        "names": [each.strftime("%a") for each in weeks[0]],
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=DAYS_A_MONTH)).replace(day=1),
        "today": today(),
        "behind": lists.words_of_behind(lists.TODAY, now),
    }
    return render(request, "calendar/month.html", context)


def _house(days: Sequence[date], rows: Sequence[AppointmentRow], now: datetime) -> ChairsAndHours:
    return calendar.chairs_and_hours(days[0], days[-1], now, standing=rows)


def _questioned(rows: Sequence[AppointmentRow], now: datetime) -> frozenset[int]:
    """Return the rows to look at, as Today keeps them of people, without reading anybody's record for it."""
    return in_doubt(rows, now) | {row.pk for row, _ in misplaced_bookings.to_rebook(now)}


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Find whom a free time is booked for; the time and chair that were tapped go along."""
    wanted = request.GET.get("q", "").strip()[:80]
    people = found(wanted)
    place = {name: request.GET.get(name, "")[:40] for name in ("day", "time", "chair")}
    context = {
        "q": wanted,
        "found": people[:MOST_FOUND],
        "more": max(0, people.count() - MOST_FOUND),
        "place": place,
        "place_query": urlencode(place),
        "day": day_asked(request),
    }
    return render(request, "calendar/find.html", context)


@require_GET
def of_person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """List one person's appointments, those to come first."""
    who = get_object_or_404(Person, pk=person_id)
    chart = chart_store.person_chart(person_id)
    found = appointments(chart)
    now = clock.now()

    def when(at: datetime) -> str:
        return f"{at.astimezone(home_zone()):%a %d %b %H:%M}"

    context = {
        "person": who,
        "call_back": {each.entry for each in calendar.owed_calls(person_id, chart, now)},
        "to_tell": {each.appointment.entry for each in to_tell(chart)},
        "came": {each.entry for each in found if arrived(chart, each.entry) is not None},
        "told": {each.entry: told_words(chart, each.entry, when, staff_name) for each in found},
        "against": calendar.told(
            calendar.doubts_of(person_id, treatment_of(person_id, now)), staff_of(request), chart, now
        ),
        "misplaced": {row.entry: why for row, why in misplaced_bookings.to_rebook(now, person_id)},
        "coming": [each for each in found if each.state == "booked" and each.ends_at > now],
        "past": [each for each in reversed(found) if each.state != "booked" or each.ends_at <= now],
        "now": now,
    }
    return render(request, "calendar/person.html", context)
