"""Who may be treated: every criterion with what it read."""

from typing import Any

from sereniv.clinic.web.person_page.story import Story
from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.candidacy import findings


def candidacy(story: Story) -> dict[str, Any]:
    """Return every finding as it stands."""
    return {"findings": findings(story.chart, story.person.registered, Phase.SCREEN, story.now, knowledge())}
