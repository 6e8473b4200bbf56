"""What is ordered, the appointments to come, and the sessions so far."""

from collections import Counter
from datetime import date
from typing import Any

from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge.rows import OrderState
from sereniv.therapy.person.elsewhere import infused_words
from sereniv.therapy.person.events import InfusedElsewhere
from sereniv.therapy.person.told_twice import perhaps_twice, told_elsewhere, words_on
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.scheduling import calendar


def order(story: Story) -> dict[str, Any]:
    """Return the newest order as it stands, and those before it that nobody ever carried out."""
    newest = story.orders[-1] if story.orders else None
    return {
        "order": newest,
        "is_seated": newest is not None and newest.entry in story.seated_orders,
        "never_used": [each for each in reversed(story.orders[:-1]) if each.state is not OrderState.USED],
    }


def appointments(story: Story) -> dict[str, Any]:
    """Return the appointments to come, and why one can no longer be kept where it is booked."""
    found = calendar.appointments(story.chart)
    return {
        "coming": [each for each in found if each.state == "booked" and each.ends_at > story.now],
        "misplaced": story.misplaced,
    }


def sessions(story: Story) -> dict[str, Any]:
    """Return the sessions, the latest first, and what was given elsewhere."""
    told, here = told_elsewhere(story.chart), {each.astimezone(home_zone()).date() for each in story.infusion_starts}
    days = Counter(each.event.given_on for each in told if not each.event.within_days)
    placed, asked = words_on(story.chart), perhaps_twice(story.chart, story.infusion_starts)
    elsewhere = [
        {
            "told": each,
            "words": infused_words(each.event),
            "counts": _how_it_counts(each, here, days),
            "placed": placed.get(each.seq),
            "perhaps": next((one for one in asked if one.telling.seq == each.seq), None),
        }
        for each in told
    ]
    return {"sessions": [row for row, _ in story.sessions], "given_elsewhere": elsewhere[::-1]}


def _how_it_counts(told: Recorded[InfusedElsewhere], here: set[date], days: Counter[date]) -> str:
    if told.event.within_days:
        return ""
    if told.event.given_on in here:
        return ", was given here on this day, counts once"
    return ", told twice of this day, counts once" if days[told.event.given_on] > 1 else ""
