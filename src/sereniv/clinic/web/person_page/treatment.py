"""What is ordered, where the course stands, and the sessions so far."""

from typing import Any

from sereniv.clinic.web.person_page.story import Story
from sereniv.knowledge import knowledge
from sereniv.therapy.course import Course, course


def order(story: Story) -> dict[str, Any]:
    """Return the last order, and which orders were used."""
    orders = story.chart.orders
    used = {chart.opened.event.order for _, chart in story.sessions if chart.opened is not None}
    return {"order": orders[-1] if orders else None, "used_orders": used}


def course_so_far(story: Story) -> dict[str, Any]:
    """Return the course of the last order's protocol, None before the first order."""
    orders = story.chart.orders
    protocol = knowledge().protocols.get(orders[-1].terms.protocol) if orders else None
    found: Course | None = course(protocol, story.infusion_starts, story.now.date()) if protocol else None
    return {"course": found}


def sessions(story: Story) -> dict[str, Any]:
    """Return the sessions, the latest first."""
    return {"sessions": [row for row, _ in story.sessions]}
