"""The page of one person, part by part: each part reads the story and gives its template what it shows."""

from collections.abc import Callable
from typing import Any

from sereniv.clinic.accounts.permissions import PARTS, Permission
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
from sereniv.knowledge import knowledge

Part = Callable[[Story], dict[str, Any]]

SECTIONS: tuple[tuple[Part, Permission], ...] = (
    (summary, Permission.READ_INTAKE),
    (safety, Permission.READ_ANSWERS),
    (inbox_part, Permission.READ_PEOPLE),
    (intake, Permission.READ_INTAKE),
    (medical, Permission.READ_INTAKE),
    (candidacy, Permission.READ_CANDIDACY),
    (order, Permission.READ_ORDERS),
    (appointments, Permission.READ_PEOPLE),
    (sessions, Permission.READ_SESSIONS),
    (aftercare, Permission.READ_SESSIONS),
    (response_part, Permission.READ_SCORES),
    (documents, Permission.READ_INTAKE),
)
"""Every section with the permission that shows it; its template of the same subject stands under `person/parts/`."""

OF_A_RECORD = tuple(part for part in PARTS if part.name.startswith("READ_") and part not in {
    Permission.READ_STOCK, Permission.READ_LEDGER,
})  # fmt: skip
"""The parts that stand on this page: of those a reader is not shown, the page says that it is so."""


def context_of(story: Story) -> dict[str, Any]:
    """Return everything the page shows."""
    context: dict[str, Any] = {
        "person": story.person,
        "chart": story.chart,
        "unread": story.unread,
        "indication": knowledge().indications.get(story.person.indication),
        "not_shown": [PARTS[part] for part in OF_A_RECORD if not story.shows(part)],
    }
    for section, part in SECTIONS:
        if story.shows(part):
            context |= section(story)
    return context
