"""What intake asks, and where each step of it stands."""

from typing import Any

from sereniv.clinic.web.intake.walk import step_for
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.candidacy.intake import StepState, steps
from sereniv.therapy.person.consent import consent
from sereniv.therapy.person.referrer import referrer_of, referrer_words

MEDICAL = frozenset({"conditions", "psychiatric", "allergies", "medicines", "anaesthetic_risk"})
"""The steps that the medical part of the page shows line by line."""


def intake(story: Story) -> dict[str, Any]:
    """Return the steps of intake as they stand."""
    known = steps(story.chart, story.person.registered, story.now, rules_in_force(story.now))
    found = [step_for(each, story.shows) for each in known]
    done = [each for each in found if each.state is StepState.DONE]
    referrer = referrer_of(story.chart)
    others = [each for each in found if each.id not in MEDICAL]
    return {
        "referrer": None if referrer is None else referrer_words(referrer),
        "steps_open": [each for each in others if each not in done],
        "steps_done": [each for each in others if each in done],
        "medical": {
            "open": {each.id for each in found if each.id in MEDICAL and each not in done},
            "done": {each.id for each in done if each.id in MEDICAL},
        },
        "done_titles": [each.title for each in done],
        "steps_asked": len(found),
        "steps_left": sum(each.state is not StepState.DONE for each in found),
        "consent": consent(story.chart, story.now, rules_in_force(story.now).consent),
    }
