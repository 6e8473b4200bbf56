"""What waits in a person's inbox, as their page says it."""

from typing import Any

from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person.received import inbox, not_taken_up_words, waiting


def inbox_part(story: Story) -> dict[str, Any]:
    """Return how much waits, what of it bears on safety, and whether anything was ever received."""
    return {
        "inbox_waiting": len(waiting(story.chart)),
        "inbox_presses": list(not_taken_up_words(story.chart, rules_in_force(story.now))),
        "inbox_used": bool(inbox(story.chart)),
    }
