"""What is ordered, the appointments to come, and the sessions so far."""

from collections import Counter
from typing import Any

from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.knowledge.rows import OrderState
from sereniv.therapy.person.elsewhere import infused_words, told_elsewhere
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
    days = Counter(each.event.given_on for each in told)
    elsewhere = [
        {
            "told": each,
            "words": infused_words(each.event),
            "counts": ", was given here on this day, counts once"
            if each.event.given_on in here
            else ", told twice of this day, counts once"
            if days[each.event.given_on] > 1
            else "",
        }
        for each in told
    ]
    return {"sessions": [row for row, _ in story.sessions], "given_elsewhere": elsewhere[::-1]}
