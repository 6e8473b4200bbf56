"""Opens the demo clinic: its house first, then every story, step by step in the order of time."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo

from sereniv.clinic.demo import bedside, safe, visits
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.diary import Diary
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage, add_staff
from sereniv.clinic.demo.stories import everybody
from sereniv.clinic.records.models import Chair, Room
from sereniv.clinic.workflows.admin import apps, on_call, opening, rooms, setting_up
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.shell.in_force import read_once
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.scheduling.hours import DAYS

OPENED_BEFORE = timedelta(days=40)
"""How long before now the clinic was set up: before the oldest story begins."""


MID_MORNING = time(10, 30)
"""When the demo's day begins: patients have come, and most of the day is still ahead."""


def opening_moment(real: datetime, zone: tzinfo) -> datetime:
    """Return the moment at which a demo staged now begins: mid-morning of today, or of the next day it is open.

    Whatever the wall clock says, a stranger sees a clinic at work, within its own hours.
    """
    day = real.astimezone(zone).date()
    while DAYS[day.weekday()] not in cast_list.WEEK:
        day += timedelta(days=1)
    return datetime.combine(day, MID_MORNING, zone).astimezone(UTC)


def stage_demo(now: datetime, tell: Callable[[float], None] = lambda _: None) -> None:
    """Fill an empty demo home so that a stranger sees a clinic at work; `tell` hears which share of it is done."""
    add_staff()
    stage, diary = Stage(), Diary(now=now, zone=home_zone())
    set_up(stage, now - OPENED_BEFORE)
    _ask(stage, now)
    told = [*everybody(stage, diary), *visits.week_before_and_after(stage, diary), *safe.this_morning(stage, now)]
    steps = sorted((step for step in told if step.at <= now), key=lambda step: step.at)
    # Nothing that is staged changes a rule: they are read once.
    with read_once():
        for number, step in enumerate(steps, start=1):
            step.happens(step.at)
            tell(number / len(steps))
    _let_an_app_in(stage, now)
    bedside.fill(stage, now)


def set_up(stage: Stage, at: datetime) -> None:
    """Put up the chairs, fill the safe, and enter who the clinic is and how it is reached."""
    for name in cast_list.CHAIRS:
        Chair.objects.create(name=name)
    safe.fill(stage, at)
    setting_up.set_details(cast_list.CLINIC, stage.act("admin", at))
    opening.set_hours(cast_list.WEEK, {}, stage.act("admin", at))
    for role, name, phone in cast_list.ON_CALL:
        on_call.put_on_call(on_call.Shift(role=role, name=name, phone=phone), stage.act("admin", at))
    for room, chairs in cast_list.ROOMS.items():
        rooms.add_room(room, stage.act("admin", at))
        for chair in Chair.objects.filter(name__in=chairs):
            rooms.place_chair(chair.pk, Room.objects.get(name=room).pk, stage.act("admin", at))


def _let_an_app_in(stage: Stage, now: datetime) -> None:
    """Let the hospital's record read: nobody has the private half of this key, so that nothing ever comes of it."""
    act = stage.act("admin", now, "director")
    wanted = apps.Wanted(
        name="Town hospital",
        keys=json.dumps(cast_list.APP_KEY),
        scopes=("system/Patient.rs", "system/Observation.rs"),
        reason="The hospital's psychiatrists follow their own patients here",
    )
    apps.register(wanted, replace(act, key="demo-stage-app"))


def _ask(stage: Stage, now: datetime) -> None:
    """Let two people ask; the first was answered."""
    for number, (name, reach, message) in enumerate(cast_list.ENQUIRIES):
        at = now - timedelta(hours=3 - number)
        key, words = f"demo-enquiry-{number}", enquiries.Asked(name=name, reach=reach, message=message)
        asked = enquiries.receive(words, key, at, enquiries.Place(), demo_id(key))
        if number == 0:
            enquiries.answered(asked.pk, stage.act("coordinator", at + timedelta(minutes=25)))
