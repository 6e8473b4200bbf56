"""Explains candidacy: each cited criterion gives met, not met or unknown, with what it read and what is missing.

The predicates here carry the names of the rows in `knowledge/criteria.toml`; a guard demands the bijection.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import Action, Criterion, Knowledge, Phase
from sereniv.therapy.conditions import condition_findings
from sereniv.therapy.interactions import interaction_findings
from sereniv.therapy.patient import PersonChart, Pressure, Registered
from sereniv.therapy.person_events import HistoryList, Pregnancy, SubstanceUse
from sereniv.therapy.physical import age_years, asa_class, banded, body_mass_index
from sereniv.therapy.verdict import Facts, Finding, Known, Result, Verdict, unknown

__all__ = ["PREDICATES", "Facts", "Finding", "Known", "Result", "Verdict", "facts_for", "findings"]

REST_BETWEEN_PRESSURES = timedelta(minutes=5)
"""Two readings count as two when this far apart (row `uncontrolled_hypertension`)."""


def findings(
    chart: PersonChart, registered: Registered, phase: Phase, now: datetime, knowledge: Knowledge
) -> tuple[Finding, ...]:
    """Apply every concern asked in `phase` to one person at time `now`."""
    criteria = tuple(
        _finding(row, facts_for(row, chart, registered, phase, now))
        for row in knowledge.criteria.values()
        if phase in row.phase
    )
    conditions = condition_findings(chart, phase, now, knowledge)
    return (*criteria, *conditions, *interaction_findings(chart, phase, now, knowledge))


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


def work_up(row: Criterion, facts: Facts) -> Verdict:
    """Judge whether the work-up is complete and nothing in it asks for a second signature."""
    missing = set(_missing(row, facts))
    if "pressure_pairs" in facts and facts["pressure_pairs"].value == 0:
        missing.add("pressure_pairs")
    if "pregnancy" in facts and facts["pregnancy"].value in {Pregnancy.PREGNANT, Pregnancy.BREASTFEEDING}:
        status = str(facts["pregnancy"].value)
        return Verdict(
            result=Result.MET, action=row.action_when["pregnant"], missing=tuple(sorted(missing)), grounds=(status,)
        )
    if missing:
        return unknown(*sorted(missing))
    return Verdict(result=Result.NOT_MET)


PREDICATES: dict[str, Callable[[Criterion, Facts], Verdict]] = {
    "uncontrolled_hypertension": uncontrolled_hypertension,
    "substance_use_needs_evaluation": substance_use_needs_evaluation,
    "work_up": work_up,
    "age": banded,
    "body_mass": banded,
    "anaesthetic_risk": banded,
}


def _missing(row: Criterion, facts: Facts) -> tuple[str, ...]:
    return tuple(name for name in row.inputs if name not in facts)


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
        return Known(value=getattr(pressure, side), words=f"{getattr(pressure, side)} mmHg at {_when(pressure.at)}")

    return read


def _pressure_pairs(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    pressures = chart.pressures(now, max_age)
    if not pressures:
        return None
    paired = pressures[-1].at - pressures[0].at >= REST_BETWEEN_PRESSURES
    words = " and ".join(f"{each.systolic}/{each.diastolic} at {_when(each.at)}" for each in pressures[-2:])
    return Known(value=int(paired), words=words if paired else f"only {words}")


def _weight(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    fact = chart.latest("weight_kg", now, max_age)
    return None if fact is None else Known(value=fact.value, words=f"{fact.value} kg at {_when(fact.at)}")


def _pregnancy(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    recent = [each for each in chart.pregnancies if now - each.at <= max_age]
    if not recent:
        return None
    last = recent[-1]
    words = f"{last.event.status.replace('_', ' ')} ({last.event.basis}) at {_when(last.at)}"
    return Known(value=last.event.status, words=words)


def _medicines_reviewed(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    recent = [each for each in chart.medicine_reviews if now - each.at <= max_age]
    return Known(value=True, words=f"reviewed at {_when(recent[-1].at)}") if recent else None


def _substance_use(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    history = chart.history(HistoryList.SUBSTANCE_USE)
    if history is None or now - history.at > max_age:
        return None
    uses: tuple[SubstanceUse, ...] = history.event.substance_use
    words = ", ".join(each.replace("_", " ") for each in uses) or "none of these"
    return Known(value=uses or "none", words=f"{words}, asked at {_when(history.at)}")


def _when(at: datetime) -> str:
    return f"{at:%d %b %H:%M}"


_READERS: dict[str, Reader] = {
    "systolic": _pressure_reader("systolic"),
    "diastolic": _pressure_reader("diastolic"),
    "pressure_pairs": _pressure_pairs,
    "weight_kg": _weight,
    "pregnancy": _pregnancy,
    "medicines_reviewed": _medicines_reviewed,
    "substance_use": _substance_use,
    "body_mass_index": body_mass_index,
    "asa_class": asa_class,
}

_REGISTER_READERS: dict[str, Callable[[Registered, datetime], Known]] = {"age_years": age_years}
"""Inputs that the register answers; they do not go stale."""
