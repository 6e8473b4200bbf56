"""A calendar as other programs subscribe to it (RFC 5545): when, at which chair, and for what; nobody is in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//Sereniv//Calendar//EN"
MEDIA_TYPE = "text/calendar"
LOOK_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One time that is held: `mark` tells it from every other, and says nothing of whom it is held for."""

    mark: str
    starts_at: datetime
    ends_at: datetime
    chair: str
    purpose: str


def calendar_of(held: Iterable[Held], made_at: datetime) -> bytes:
    """Return the times that are held as one calendar; a time that is in it no more was cancelled or moved."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Sereniv")
    calendar.add("refresh-interval", LOOK_AGAIN_AFTER, parameters={"value": "DURATION"})
    for each in held:
        event = Event()
        event.add("uid", f"{each.mark}@sereniv")
        event.add("dtstamp", made_at)
        event.add("dtstart", each.starts_at)
        event.add("dtend", each.ends_at)
        event.add("summary", f"{each.purpose.capitalize()}, {each.chair}")
        event.add("location", each.chair)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
