"""Who may be treated: every concern with what it read, its evaluation, and what is honestly known of the indication."""

from datetime import datetime
from typing import Any

from sereniv.clinic.records.models import Person
from sereniv.clinic.web.person_page.story import Story
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import Phase
from sereniv.therapy.candidacy import Finding, findings
from sereniv.therapy.evaluations import Evaluation, evaluations
from sereniv.therapy.patient import PersonChart


def candidacy(story: Story) -> dict[str, Any]:
    """Return every finding as it stands."""
    return standing_of(story.person, story.chart, story.now)


def standing_of(person: Person, chart: PersonChart, now: datetime) -> dict[str, Any]:
    """Return what a prescriber looks at before deciding: what stands in the way first, then the rest."""
    known = rules_in_force(now)
    found = findings(chart, person.registered, Phase.SCREEN, now, known)
    of_concern = {each.criterion: each for each in evaluations(chart, now)}
    in_the_way = [each for each in found if each.stands_in_the_way]
    return {
        "findings": found,
        "in_the_way": _with_evaluation(in_the_way, of_concern),
        "not_in_the_way": _with_evaluation([each for each in found if not each.stands_in_the_way], of_concern),
        "indication": known.indications.get(person.indication),
        "evaluations": [(known.concern(name), each) for name, each in of_concern.items()],
        "knowledge": known,
        "now": now,
    }


def _with_evaluation(
    found: list[Finding], of_concern: dict[str, Evaluation]
) -> list[tuple[Finding, Evaluation | None]]:
    return [(each, of_concern.get(each.row.id)) for each in found]
