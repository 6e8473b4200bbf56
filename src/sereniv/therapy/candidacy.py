"""Explains candidacy: each cited criterion gives met, not met or unknown, with what it read and what is missing.

The predicates here carry the names of the rows in `knowledge/criteria.toml`; a guard demands the bijection.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows import Action, Criterion, Knowledge, Phase
from sereniv.therapy.patient import PersonChart, Pressure
from sereniv.therapy.person_events import FindingTaken, HistoryList, Pregnancy, SubstanceUse

REST_BETWEEN_PRESSURES = timedelta(minutes=5)
"""Two readings count as two when this far apart (row `uncontrolled_hypertension`)."""


class Result(StrEnum):
    """The three values of a criterion."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One input as read: the value, and where and when it comes from in words."""

    value: object
    words: str


Facts = Mapping[str, Known]
"""Input name to what is known of it; an absent name is a missing or stale fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a predicate concludes: the result, the action when met, and the inputs it missed."""

    result: Result
    action: Action | None = None
    missing: tuple[str, ...] = ()

    def words(self) -> str:
        """Say it as the tables' examples do: `met: GATE`, `unknown: HOLD`, `not met`."""
        return f"{self.result}: {self.action}" if self.action else str(self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A criterion applied to one person: its row, its verdict and everything it read."""

    row: Criterion
    verdict: Verdict
    read: dict[str, str]

    @property
    def stands_in_the_way(self) -> bool:
        """True when the concern is met or unknown."""
        return self.verdict.result is not Result.NOT_MET

    def taken(self) -> FindingTaken:
        """Return the finding as it is kept with a decision."""
        return FindingTaken(
            criterion=self.row.id,
            version=self.row.version,
            result=str(self.verdict.result),
            action=self.verdict.action,
            read=self.read,
            missing=self.verdict.missing,
        )


def findings(chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Apply every criterion asked in `phase` to one person at time `now`."""
    return tuple(
        _finding(row, facts_for(row, chart, phase, now)) for row in knowledge.criteria.values() if phase in row.phase
    )


def _finding(row: Criterion, facts: Facts) -> Finding:
    verdict = PREDICATES[row.id](row, facts)
    return Finding(row=row, verdict=verdict, read={name: known.words for name, known in facts.items()})


def uncontrolled_hypertension(row: Criterion, facts: Facts) -> Verdict:
    """Judge the most recent pressure against the hold and gate limits of `row`."""
    missing = _missing(row, facts)
    if missing:
        return Verdict(result=Result.UNKNOWN, action=Action.HOLD, missing=missing)
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
        return Verdict(result=Result.UNKNOWN, action=Action.HOLD, missing=missing)
    value = facts["substance_use"].value
    uses = value if isinstance(value, tuple) else (value,)
    actions = [row.action_when[str(use)] for use in uses if str(use) in row.action_when]
    if not actions:
        return Verdict(result=Result.NOT_MET)
    return Verdict(result=Result.MET, action=max(actions, key=list(Action).index))


def work_up(row: Criterion, facts: Facts) -> Verdict:
    """Judge whether the work-up is complete and nothing in it asks for a second signature."""
    missing = set(_missing(row, facts))
    if "pressure_pairs" in facts and facts["pressure_pairs"].value == 0:
        missing.add("pressure_pairs")
    if "pregnancy" in facts and facts["pregnancy"].value in {Pregnancy.PREGNANT, Pregnancy.BREASTFEEDING}:
        return Verdict(result=Result.MET, action=row.action_when["pregnant"], missing=tuple(sorted(missing)))
    if missing:
        return Verdict(result=Result.UNKNOWN, action=Action.HOLD, missing=tuple(sorted(missing)))
    return Verdict(result=Result.NOT_MET)


PREDICATES: dict[str, Callable[[Criterion, Facts], Verdict]] = {
    "uncontrolled_hypertension": uncontrolled_hypertension,
    "substance_use_needs_evaluation": substance_use_needs_evaluation,
    "work_up": work_up,
}


def _missing(row: Criterion, facts: Facts) -> tuple[str, ...]:
    return tuple(name for name in row.inputs if name not in facts)


def facts_for(row: Criterion, chart: PersonChart, phase: Phase, now: datetime) -> Facts:
    """Collect the inputs of `row` that the chart holds and that are fresh enough for `phase`."""
    found: dict[str, Known] = {}
    for name, wanted in row.inputs.items():
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
}
