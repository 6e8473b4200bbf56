"""Who may be treated: every concern with what it read, its evaluation, and what is honestly known of the indication."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sereniv.clinic.records.models import Person
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import Phase
from sereniv.therapy.candidacy.criteria import Finding, findings
from sereniv.therapy.candidacy.evaluations import Evaluation, evaluations
from sereniv.therapy.candidacy.signed_over import signed_over
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import Decision


def candidacy(story: Story) -> dict[str, Any]:
    """Return every finding as it stands; of somebody eligible, what the decision has not covered comes first."""
    in_the_way = open_concerns(story.chart, story.person, story.now)
    found = findings_of(story.chart, story.person, story.now)
    laid_out = _laid_out(story.person, story.chart, story.now, found, in_the_way)
    over = signed_over(story.chart, story.person.registered, story.now, rules_in_force(story.now))
    return laid_out | {"signed_over": over if is_eligible(story.chart, story.person) else ()}


def is_eligible(chart: PersonChart, person: Person) -> bool:
    """Say whether a prescriber found somebody eligible for what they are registered for."""
    decided = chart.decisions[-1].event if chart.decisions else None
    return decided is not None and decided.decision is Decision.ELIGIBLE and decided.indication == person.indication


def findings_of(chart: PersonChart, person: Person, now: datetime) -> tuple[Finding, ...]:
    """Return what candidacy finds: as before a start of somebody eligible, else as before a decision."""
    phase = Phase.BEFORE_START if is_eligible(chart, person) else Phase.SCREEN
    return findings(chart, person.registered, phase, now, rules_in_force(now))


def open_concerns(chart: PersonChart, person: Person, now: datetime) -> tuple[Finding, ...]:
    """Return the concerns that stand in the way and that no decision for eligibility has covered."""
    taken = chart.decisions[-1].event.findings if is_eligible(chart, person) else ()
    return tuple(
        each
        for each in findings_of(chart, person, now)
        if each.stands_in_the_way and not any(each.settled_by(one) for one in taken)
    )


def standing_of(person: Person, chart: PersonChart, now: datetime) -> dict[str, Any]:
    """Return what a prescriber looks at before deciding: what stands in the way first, then the rest."""
    known = rules_in_force(now)
    found = findings(chart, person.registered, Phase.SCREEN, now, known)
    return _laid_out(person, chart, now, found, tuple(each for each in found if each.stands_in_the_way))


def _laid_out(
    person: Person, chart: PersonChart, now: datetime, found: tuple[Finding, ...], in_the_way: tuple[Finding, ...]
) -> dict[str, Any]:
    known = rules_in_force(now)
    of_concern = {each.criterion: each for each in evaluations(chart, now)}
    return {
        "findings": found,
        "in_the_way": _with_evaluation(in_the_way, of_concern),
        "not_in_the_way": _with_evaluation([each for each in found if each not in in_the_way], of_concern),
        "indication": known.indications.get(person.indication),
        "evaluations": [(known.concern(name), each) for name, each in of_concern.items()],
        "knowledge": known,
        "now": now,
    }


def _with_evaluation(
    found: Iterable[Finding], of_concern: dict[str, Evaluation]
) -> list[tuple[Finding, Evaluation | None]]:
    return [(each, of_concern.get(each.row.id)) for each in found]
