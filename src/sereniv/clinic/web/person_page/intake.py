"""What is asked at intake, and what of it is there."""

from typing import Any

from sereniv.clinic.web.person_page.story import Story
from sereniv.clinic.web.views.intake import HISTORY_TITLES
from sereniv.knowledge import knowledge
from sereniv.therapy import person_events as pe
from sereniv.therapy.patient import MEASURED_FIELDS
from sereniv.therapy.scales import score

STEPS = {which: title for which, title in HISTORY_TITLES.items() if which is not pe.HistoryList.ALLERGIES}
"""The history lists that are steps of their own here; allergies stand among the medical ones."""


def intake(story: Story) -> dict[str, Any]:
    """Return the steps of intake as they stand."""
    chart = story.chart
    phq9 = [each for each in chart.scores if each.event.scale == "phq9"]
    last = phq9[-1] if phq9 else None
    return {
        "histories": [(which, title, chart.history(which)) for which, title in STEPS.items()],
        "phq9": last,
        "phq9_score": score(knowledge().scales["phq9"], last.event.answers) if last else None,
        "facts": {field: chart.latest(field, story.now) for field in MEASURED_FIELDS},
        "pressures": [each for each in chart.measurements if each.event.systolic is not None][-3:],
    }
