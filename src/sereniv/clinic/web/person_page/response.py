"""Scores by time, beside the infusions."""

from typing import Any

from sereniv.clinic.web.person_page.story import Story
from sereniv.clinic.web.series import response_series


def response(story: Story) -> dict[str, Any]:
    """Return the series of the response chart."""
    return {"series": response_series(story.person_id)}
