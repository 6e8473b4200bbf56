"""What is ordered, the appointments to come, and the sessions so far."""

from typing import Any

from sereniv.clinic.web.person_page.story import Story
from sereniv.therapy import calendar


def order(story: Story) -> dict[str, Any]:
    """Return the last order, and which orders were used."""
    orders = story.chart.orders
    used = {chart.opened.event.order for _, chart in story.sessions if chart.opened is not None}
    return {"order": orders[-1] if orders else None, "used_orders": used}


def appointments(story: Story) -> dict[str, Any]:
    """Return the appointments to come."""
    found = calendar.appointments(story.chart)
    return {"coming": [each for each in found if each.state == "booked" and each.ends_at > story.now]}


def sessions(story: Story) -> dict[str, Any]:
    """Return the sessions, the latest first."""
    return {"sessions": [row for row, _ in story.sessions]}
