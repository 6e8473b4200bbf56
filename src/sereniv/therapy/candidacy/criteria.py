"""Explains candidacy: each cited criterion gives met, not met or unknown, with what it read and what is missing.

The predicates here carry the names of the rows in `knowledge/criteria.toml`; a guard demands the bijection.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import Action, Criterion, Knowledge, Phase
from sereniv.therapy.candidacy import evaluations
from sereniv.therapy.candidacy.inclusion import entry_findings
from sereniv.therapy.candidacy.interactions import interaction_findings
from sereniv.therapy.candidacy.work_up import standing
from sereniv.therapy.person import substances
from sereniv.therapy.person.chart import PersonChart, Pressure, Registered
from sereniv.therapy.person.concern import NOT_MET, Facts, Finding, Known, Result, Verdict, unknown
from sereniv.therapy.person.condition_findings import condition_findings
from sereniv.therapy.person.events import (
    CandidacyDecided,
    LevelOfCareDecided,
    Pregnancy,
    PregnancyRecorded,
    SubstanceUse,
)
from sereniv.therapy.person.physical import age_years, asa_class, banded, body_mass_index
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.safety.suicide import suicide_findings

__all__ = ["PREDICATES", "Facts", "Finding", "Known", "Result", "Verdict", "facts_for", "findings"]

REST_BETWEEN_PRESSURES = timedelta(minutes=5)
"""Two readings count as two when this far apart (row `uncontrolled_hypertension`)."""

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


def facts_for(row: Criterion, chart: PersonChart, registered: Registered, phase: Phase, now: datetime) -> Facts:
    """Collect the inputs of `row` that the chart or the register holds and that are fresh enough for `phase`."""
    found: dict[str, Known] = {}
    for name, wanted in row.inputs.items():
        if name in _REGISTER_READERS:
            found[name] = _REGISTER_READERS[name](registered, now)
            continue
        known = _READERS[name](chart, now, wanted.max_age(phase))
        if known is not None:
            found[name] = known
    return found


Reader = Callable[[PersonChart, datetime, timedelta], Known | None]


def _last_pressure(chart: PersonChart, now: datetime, max_age: timedelta) -> Pressure | None:
    pressures = chart.pressures(now, max_age)
    return pressures[-1] if pressures else None


def _pressure_reader(side: str) -> Reader:
    def read(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
        pressure = _last_pressure(chart, now, max_age)
        if pressure is None:
            return None
        return Known(value=getattr(pressure, side), words=f"{getattr(pressure, side)} mmHg on {_when(pressure.at)}")

    return read


def _pressure_pairs(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    pressures = chart.pressures(now, max_age)
    if not pressures:
        return None
    paired = pressures[-1].at - pressures[0].at >= REST_BETWEEN_PRESSURES
    words = " and ".join(f"{each.systolic}/{each.diastolic} mmHg on {_when(each.at)}" for each in pressures[-2:])
    return Known(value=int(paired), words=words if paired else f"only {words}")


def _weight(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    fact = chart.latest("weight_kg", now, max_age)
    return None if fact is None else Known(value=fact.value, words=f"{fact.value} kg on {_when(fact.at)}")


def _fresh_pregnancy(chart: PersonChart, now: datetime, max_age: timedelta) -> Recorded[PregnancyRecorded] | None:
    last = chart.last(PregnancyRecorded)
    # Who cannot become pregnant need not be asked again every week.
    if last is None or (last.event.status is not Pregnancy.NOT_APPLICABLE and now - last.at > max_age):
        return None
    return last


def _pregnancy(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    last = _fresh_pregnancy(chart, now, max_age)
    # An older form knew breastfeeding as a status of its own: it says nothing of a new pregnancy.
    if last is None or last.event.status is Pregnancy.BREASTFEEDING:
        return None
    words = f"{last.event.status.replace('_', ' ')} ({last.event.basis}) on {_when(last.at)}"
    return Known(value=last.event.status, words=words)


def _breastfeeding(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    last = _fresh_pregnancy(chart, now, max_age)
    if last is None:
        return None
    return Known(value=last.event.breastfeeds, words=f"{'yes' if last.event.breastfeeds else 'no'}, {_when(last.at)}")


def _medicines_reviewed(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    recent = [each for each in chart.medicine_reviews if now - each.at <= max_age]
    return Known(value=True, words=f"reviewed on {_when(recent[-1].at)}") if recent else None


def _substance_use(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    history = substances.history(chart)
    if history is None or now - history.at > max_age:
        return None
    return Known(value=history.uses or "none", words=f"{history.words}, asked on {_when(history.at)}")


def _score_reader(scale: str) -> Reader:
    def read(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
        score = substances.latest_score(chart, scale, now, max_age)
        return None if score is None else Known(value=score.total, words=f"{score.total}, {score.at:%d %b %Y}")

    return read


def _only_how_often(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    score = substances.latest_score(chart, substances.AUDIT_C, now, max_age)
    only = None if score is None else substances.only_how_often(score)
    return None if only is None else Known(value=only, words="every point from how often" if only else "no")


def _level_of_care(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    last = chart.last(LevelOfCareDecided)
    if last is None or now - last.at > max_age:
        return None
    words = f"{last.event.level}, {last.recorded_by}, {_when(last.at)}: {last.event.words}"
    return Known(value=last.event.level, words=words)


def _evaluated_against(chart: PersonChart, now: datetime, max_age: timedelta) -> Known:
    del now, max_age
    found = evaluations.against(chart)
    words = "; ".join(f"{each.event.evaluator}, {_when(each.at)}: {each.event.finding}" for each in found)
    return Known(value=tuple(each.event.criterion for each in found) or "none", words=words or "none")


def _decided_for(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    del now, max_age
    decided = chart.last(CandidacyDecided)
    return None if decided is None else Known(value=decided.event.indication, words=decided.event.indication)


def _when(at: datetime) -> str:
    return f"{at:%d %b %H:%M}"


_READERS: dict[str, Reader] = {
    "systolic": _pressure_reader("systolic"),
    "diastolic": _pressure_reader("diastolic"),
    "pressure_pairs": _pressure_pairs,
    "weight_kg": _weight,
    "pregnancy": _pregnancy,
    "breastfeeding": _breastfeeding,
    "medicines_reviewed": _medicines_reviewed,
    "substance_use": _substance_use,
    "body_mass_index": body_mass_index,
    "asa_class": asa_class,
    "ymrs": _score_reader("ymrs"),
    "auditc": _score_reader("auditc"),
    "dast10": _score_reader("dast10"),
    "only_how_often": _only_how_often,
    "level_of_care": _level_of_care,
    "evaluated_against": _evaluated_against,
    "decided_for": _decided_for,
}


def _sex_at_birth(registered: Registered, now: datetime) -> Known:
    del now
    return Known(value=registered.sex_at_birth, words=registered.sex_at_birth)


def _indication(registered: Registered, now: datetime) -> Known:
    del now
    return Known(value=registered.indication, words=registered.indication.replace("_", " "))


_REGISTER_READERS: dict[str, Callable[[Registered, datetime], Known]] = {
    "age_years": age_years,
    "sex_at_birth": _sex_at_birth,
    "indication": _indication,
}
"""Inputs that the register answers; they do not go stale."""
