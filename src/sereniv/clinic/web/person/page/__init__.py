"""The page of one person, part by part: each part reads the story and gives its template what it shows."""

from collections.abc import Callable
from typing import Any

from sereniv.clinic.web.person.page.aftercare import aftercare
from sereniv.clinic.web.person.page.candidacy import candidacy
from sereniv.clinic.web.person.page.documents import documents
from sereniv.clinic.web.person.page.inbox import inbox_part
from sereniv.clinic.web.person.page.intake import intake
from sereniv.clinic.web.person.page.medical import medical
from sereniv.clinic.web.person.page.response import response_part
from sereniv.clinic.web.person.page.safety import safety
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.web.person.page.summary import summary
from sereniv.clinic.web.person.page.treatment import appointments, order, sessions

Part = Callable[[Story], dict[str, Any]]

PARTS: tuple[Part, ...] = (
    summary,
    safety,
    inbox_part,
    intake,
    medical,
    candidacy,
    order,
    appointments,
    sessions,
    aftercare,
    response_part,
    documents,
)
"""Every part; its template of the same subject stands under `people/parts/`."""


def context_of(story: Story) -> dict[str, Any]:
    """Return everything the page shows."""
    context: dict[str, Any] = {"person": story.person, "chart": story.chart, "unread": story.unread}
    for part in PARTS:
        context |= part(story)
    return context
