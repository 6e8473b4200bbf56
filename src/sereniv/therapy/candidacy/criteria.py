"""Explains candidacy: each cited criterion gives met, not met or unknown, with what it read and what is missing.

The predicates here carry the names of the rows in `knowledge/criteria.toml`; a guard demands the bijection.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import Action, Criterion, Knowledge, Phase
from sereniv.therapy.candidacy.inclusion import entry_findings
from sereniv.therapy.candidacy.interactions import interaction_findings
from sereniv.therapy.candidacy.readings import facts_for
from sereniv.therapy.candidacy.work_up import standing
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.concern import NOT_MET, Facts, Finding, Known, Result, Verdict, unknown
from sereniv.therapy.person.condition_findings import condition_findings
from sereniv.therapy.person.events import (
    SubstanceUse,
)
from sereniv.therapy.person.physical import banded
from sereniv.therapy.safety.suicide import suicide_findings

__all__ = ["PREDICATES", "Facts", "Finding", "Known", "Result", "Verdict", "findings"]

ASKS_DAST10 = frozenset({SubstanceUse.ACTIVE_DISORDER, SubstanceUse.KETAMINE_OR_PCP_MISUSE})
"""What in a history asks for a DAST-10 (row `drug_screen_score`)."""


def findings(
    chart: PersonChart, registered: Registered, phase: Phase, now: datetime, knowledge: Knowledge
) -> tuple[Finding, ...]:
    """Apply every concern asked in `phase` to one person at time `now`.

    The entry rule of the person's own indication comes first, then thoughts of suicide, the criteria, the conditions
    and interactions, and the work-up item by item.
    """
    criteria = tuple(
        _finding(row, facts_for(row, chart, registered, phase, now))
        for row in knowledge.criteria.values()
        if phase in row.phase and (not row.only_for or registered.indication in row.only_for)
    )
    conditions = condition_findings(chart, phase, now, knowledge)
    medical = (*conditions, *interaction_findings(chart, phase, now, knowledge, registered.indication))
    thoughts = suicide_findings(chart, phase, now, knowledge)
    items = tuple(each.finding for each in standing(chart, registered, now, knowledge) if phase in each.row.phase)
    return (*entry_findings(chart, registered, phase, now, knowledge), *thoughts, *criteria, *medical, *items)


def _finding(row: Criterion, facts: Facts) -> Finding:
    verdict = PREDICATES[row.id](row, facts)
    return Finding(row=row, verdict=verdict, read={name: known.words for name, known in facts.items()})


def uncontrolled_hypertension(row: Criterion, facts: Facts) -> Verdict:
    """Judge the most recent pressure against the hold and gate limits of `row`."""
    missing = _missing(row, facts)
    if missing:
        return unknown(*missing)
    pressure = {name: Decimal(str(facts[name].value)) for name in ("systolic", "diastolic")}
    if any(pressure[name] >= limit for name, limit in row.gate_from.items()):
        return Verdict(result=Result.MET, action=Action.GATE)
    if any(pressure[name] > limit for name, limit in row.hold_above.items()):
        return Verdict(result=Result.MET, action=Action.HOLD)
    return Verdict(result=Result.NOT_MET)


def substance_use_needs_evaluation(row: Criterion, facts: Facts) -> Verdict:
    """Judge a substance-use history that was gone through; the strictest action of its entries holds."""
    missing = _missing(row, facts)
    if missing:
        return unknown(*missing)
    value = facts["substance_use"].value
    uses = value if isinstance(value, tuple) else (value,)
    actions = [row.action_when[str(use)] for use in uses if str(use) in row.action_when]
    if not actions:
        return Verdict(result=Result.NOT_MET)
    counted = tuple(sorted(str(use) for use in uses if str(use) in row.action_when))
    return Verdict(result=Result.MET, action=max(actions, key=list(Action).index), grounds=counted)


def present(row: Criterion, facts: Facts) -> Verdict:
    """Judge whether what `row` asks for is there and fresh; it raises nothing else."""
    missing = _missing(row, facts)
    return unknown(*missing) if missing else NOT_MET


def pressures_taken(row: Criterion, facts: Facts) -> Verdict:
    """Judge whether two pressures far enough apart were taken."""
    if "pressure_pairs" in facts and facts["pressure_pairs"].value == 0:
        return unknown("pressure_pairs")
    return present(row, facts)


def pregnancy(row: Criterion, facts: Facts) -> Verdict:
    """Judge the pregnancy status."""
    status = str(facts["pregnancy"].value) if "pregnancy" in facts else ""
    if status in row.action_when:
        return Verdict(result=Result.MET, action=row.action_when[status], grounds=(status,))
    return present(row, facts)


def breastfeeding(row: Criterion, facts: Facts) -> Verdict:
    """Judge whether the patient breastfeeds."""
    if "breastfeeding" in facts and facts["breastfeeding"].value is True:
        return Verdict(result=Result.MET, action=row.action_when["breastfeeding"], grounds=("breastfeeding",))
    return present(row, facts)


def alcohol_screen(row: Criterion, facts: Facts) -> Verdict:
    """Judge an AUDIT-C against the cut of the person's sex at birth."""
    missing = _missing(row, facts)
    if missing:
        return unknown(*missing)
    cut = row.positive_from[str(facts["sex_at_birth"].value)]
    if Decimal(str(facts["auditc"].value)) < cut:
        return NOT_MET
    mild = "only_how_often" in facts and facts["only_how_often"].value is True
    return Verdict(result=Result.MET, action=row.action_when["only_how_often" if mild else "positive"])


def drug_screen_score(row: Criterion, facts: Facts) -> Verdict:
    """Judge a DAST-10; it is asked for only where somebody uses now, or ever misused ketamine."""
    if "dast10" in facts:
        score = Decimal(str(facts["dast10"].value))
        if score >= row.gate_from["dast10"]:
            return Verdict(result=Result.MET, action=Action.GATE)
        return Verdict(result=Result.MET, action=Action.HOLD) if score >= row.hold_from["dast10"] else NOT_MET
    if "substance_use" not in facts:
        return unknown("substance_use")
    value = facts["substance_use"].value
    uses = {str(each) for each in value} if isinstance(value, tuple) else {str(value)}
    return unknown("dast10") if uses & ASKS_DAST10 else NOT_MET


def manic_score(row: Criterion, facts: Facts) -> Verdict:
    """Judge the last YMRS, where there is one; a higher band than a decision read is news to it."""
    if "ymrs" not in facts:
        return NOT_MET
    verdict = banded(row, facts)
    return replace(verdict, grounds=(str(facts["ymrs"].value),)) if verdict.result is Result.MET else verdict


def level_of_care(row: Criterion, facts: Facts) -> Verdict:
    """Judge where somebody decided that the person is cared for."""
    if "level_of_care" not in facts:
        return unknown("level_of_care")
    level = str(facts["level_of_care"].value)
    action = row.action_when.get(level)
    return Verdict(result=Result.MET, action=action, grounds=(level,)) if action else NOT_MET


def evaluated_against(row: Criterion, facts: Facts) -> Verdict:
    """Judge whether an evaluation's last word is not to proceed."""
    value = facts["evaluated_against"].value
    if value == "none":
        return NOT_MET
    concerns = tuple(str(each) for each in value) if isinstance(value, tuple) else (str(value),)
    return Verdict(result=Result.MET, action=row.action_when["against"], grounds=concerns)


def decided_for_another(row: Criterion, facts: Facts) -> Verdict:
    """Judge whether the last decision was made for another indication than the present one."""
    missing = _missing(row, facts)
    if missing:
        return unknown(*missing)
    if facts["decided_for"].value == facts["indication"].value:
        return NOT_MET
    return Verdict(result=Result.MET, action=row.action_when["another"], grounds=(str(facts["indication"].value),))


PREDICATES: dict[str, Callable[[Criterion, Facts], Verdict]] = {
    "uncontrolled_hypertension": uncontrolled_hypertension,
    "substance_use_needs_evaluation": substance_use_needs_evaluation,
    "weight_measured": present,
    "pressures_taken": pressures_taken,
    "medicines_reviewed": present,
    "pregnancy": pregnancy,
    "breastfeeding": breastfeeding,
    "age": banded,
    "body_mass": banded,
    "low_body_mass": banded,
    "anaesthetic_risk": banded,
    "alcohol_screen": alcohol_screen,
    "drug_screen_score": drug_screen_score,
    "manic_score": manic_score,
    "level_of_care": level_of_care,
    "evaluated_against": evaluated_against,
    "decided_for_another": decided_for_another,
}


def _missing(row: Criterion, facts: Facts) -> tuple[str, ...]:
    return tuple(name for name in row.inputs if name not in facts and name not in row.optional)
