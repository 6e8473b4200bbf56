"""Suicide items: what is to be taken up in person, and what was."""

from typing import Any

from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.safety import safety as safety_list
from sereniv.therapy.safety.worklist import SuicideItemState


def safety(story: Story) -> dict[str, Any]:
    """Return open and closed items."""
    items = safety_list.of_person(story.person, story.now)
    return {
        "open_items": [each for each in items if each.item.state is not SuicideItemState.CLOSED],
        "closed_items": [each for each in items if each.item.state is SuicideItemState.CLOSED],
    }
