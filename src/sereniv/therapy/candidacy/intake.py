"""What intake asks before anybody can decide: each step done, missing or expired, in the order it is asked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sereniv.knowledge.rows import EntryRule, Knowledge, Phase
from sereniv.therapy.candidacy import criteria, work_up
from sereniv.therapy.candidacy.inclusion import (
    COUNTS,
    FEATURES,
    PAST_MANIA,
    PRESENT_EPISODE,
    diagnosis_of,
    entry_findings,
    entry_rule_of,
)
from sereniv.therapy.candidacy.interactions import interaction_findings
from sereniv.therapy.candidacy.readings import facts_for
from sereniv.therapy.person import substances, trials
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.concern import Finding
from sereniv.therapy.person.condition_findings import condition_findings
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.person.events import (
    AnaestheticRiskRecorded,
    HistoryList,
    LevelOfCareDecided,
    Measured,
    PregnancyRecorded,
    ScaleAnswered,
    ScoreEntered,
)


class StepState(StrEnum):
    """Where a step stands."""

    DONE = "done"
    MISSING = "missing"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of intake: what it is about, where it stands, and in words what is there or lacking.

    `subject` names the scale of a step about a score.
    """

    id: str
    title: str
    state: StepState
    words: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the steps are about, at which moment and by which rules."""

    chart: PersonChart
    registered: Registered
    now: datetime
    knowledge: Knowledge

    def read(self, criterion: str) -> dict[str, str]:
        """Return what is known and fresh of a criterion's inputs, in words."""
        row = self.knowledge.criteria[criterion]
        facts = facts_for(row, self.chart, self.registered, Phase.SCREEN, self.now)
        return {name: known.words for name, known in facts.items()}


def steps(chart: PersonChart, registered: Registered, now: datetime, knowledge: Knowledge) -> tuple[Step, ...]:
    """Return every step that this person's intake has, as it stands."""
    person = Person(chart=chart, registered=registered, now=now, knowledge=knowledge)
    return (
        _consent(person),
        *_of_the_indication(person),
        *_of_substances(person),
        *_medical(person),
        *_measured(person),
        _work_up(person),
    )


def _state(known: bool, ever: bool) -> StepState:
    if known:
        return StepState.DONE
    return StepState.EXPIRED if ever else StepState.MISSING


def _consent(person: Person) -> Step:
    found = consent(person.chart, person.now, person.knowledge.consent)
    state = {ConsentState.HOLDS: StepState.DONE, ConsentState.EXPIRED: StepState.EXPIRED}
    return Step(id="consent", title="Consent", state=state.get(found.state, StepState.MISSING), words=found.words())


def _of_the_indication(person: Person) -> Iterator[Step]:
    rule = entry_rule_of(person.registered.indication, person.knowledge)
    if rule is None:
        return
    (finding,) = entry_findings(person.chart, person.registered, Phase.SCREEN, person.now, person.knowledge)
    read, missing = finding.read, finding.verdict.missing
    yield _diagnosis(person, rule, read)
    if person.registered.indication in person.knowledge.criteria["level_of_care"].only_for:
        level = person.read("level_of_care").get("level_of_care")
        ever = person.chart.last(LevelOfCareDecided) is not None
        words = level or "A prescriber decides this first."
        yield Step(id="level_of_care", title="Level of care", state=_state(level is not None, ever), words=words)
    if any(name in rule.inputs for name in COUNTS):
        yield _trials(person, missing)
    stand_ins = set(rule.instead.values())
    for name in rule.inputs:
        if (
            name == "diagnosis"
            or name in (*FEATURES, *COUNTS, PAST_MANIA, PRESENT_EPISODE)
            or (name in stand_ins and name not in read)
        ):
            continue
        if name not in read and rule.instead.get(name) in read:
            continue
        yield _score(person, name, read.get(name))


def _diagnosis(person: Person, rule: EntryRule, read: dict[str, str]) -> Step:
    asked = [name for name in rule.inputs if name == "diagnosis" or name in FEATURES]
    lacking = [name.replace("_", " ") for name in asked if name not in read]
    ever = diagnosis_of(person.chart, rule.indication) is not None
    words = read.get("diagnosis", "Not recorded yet.")
    if ever and lacking:
        words = f"{words}. Not known or too long ago: {', '.join(lacking)}."
    return Step(id="diagnosis", title="Diagnosis", state=_state(not lacking, ever), words=words)


def _trials(person: Person, missing: tuple[str, ...]) -> Step:
    found = [each.event for each in trials.listed(person.chart)]
    closed = trials.is_closed(person.chart)
    counts = ", ".join(f"{each.title} {trials.n_adequate(found, each).certain}" for each in person.knowledge.trials)
    words = f"{len(found)} listed; adequate and failed: {counts}." if found else "None listed."
    if not closed:
        words += " Say when there are no others." if found else " Say so where there were none."
    done = closed and not set(missing) & set(COUNTS)
    if closed and not done:
        words += " Something is not known that decides whether they count."
    return Step(id="trials", title="Earlier treatments", state=_state(done, ever=False), words=words)


def _score(person: Person, scale: str, words: str | None) -> Step:
    answered = any(each.event.scale == scale for each in person.chart.all(ScaleAnswered))
    entered = any(each.event.scale == scale for each in person.chart.all(ScoreEntered))
    return Step(
        id="score",
        subject=scale,
        title=score_title(scale, person.knowledge),
        state=_state(words is not None, answered or entered),
        words=words or ("Too long ago, or without a total." if answered or entered else "Not asked yet."),
    )


def score_title(scale: str, knowledge: Knowledge) -> str:
    """Name a scale, whether it is answered here or entered as a total."""
    row = knowledge.scales.get(scale) or knowledge.entered_scores.get(scale)
    return row.title if row else scale


def _of_substances(person: Person) -> Iterator[Step]:
    words = person.read("substance_use_needs_evaluation").get("substance_use")
    ever = substances.history(person.chart) is not None
    missing = "Asked too long ago." if ever else "Not gone through yet: unknown, which is never fine."
    yield Step(id="substances", title="Substance use", state=_state(words is not None, ever), words=words or missing)
    yield _score(person, "auditc", person.read("alcohol_screen").get("auditc"))
    drugs = person.read("drug_screen_score").get("dast10")
    if drugs is not None or _asks_dast10(person):
        yield _score(person, "dast10", drugs)


def _asks_dast10(person: Person) -> bool:
    row = person.knowledge.criteria["drug_screen_score"]
    facts = facts_for(row, person.chart, person.registered, Phase.SCREEN, person.now)
    return "dast10" in criteria.PREDICATES[row.id](row, facts).missing


def _medical(person: Person) -> Iterator[Step]:
    asked = (person.chart, Phase.SCREEN, person.now, person.knowledge)
    found = {each.row.id: each for each in (*condition_findings(*asked), *interaction_findings(*asked))}
    for name, row in person.knowledge.lists.items():
        if name in found:
            step = _list(name, row.title, found[name])
            stale = name == HistoryList.MEDICINES and "medicines_reviewed" not in person.read("medicines_reviewed")
            yield replace(step, state=StepState.EXPIRED) if stale and step.state is StepState.DONE else step
    risk = person.read("anaesthetic_risk").get("asa_class")
    ever = person.chart.last(AnaestheticRiskRecorded) is not None
    missing = "Recorded too long ago." if ever else "ASA class and airway are not recorded yet; a prescriber does."
    state = _state(risk is not None, ever)
    yield Step(id="anaesthetic_risk", title="Anaesthetic risk", state=state, words=risk or missing)


def _list(name: str, title: str, finding: Finding) -> Step:
    """Say where a list stands: gone through, gone through too long ago, or with lines that a prescriber has to read."""
    read = "; ".join(finding.read.values())
    missing = finding.verdict.missing
    if not missing:
        return Step(id=name, title=title, state=StepState.DONE, words=read)
    if not read:
        words = "Not gone through yet: unknown, which is never fine."
        return Step(id=name, title=title, state=StepState.MISSING, words=words)
    lines = [each for each in missing if each != name]
    rest = f"A prescriber has to read: {'; '.join(lines)}." if lines else "Too long ago."
    return Step(id=name, title=title, state=_state(known=False, ever=name in missing), words=f"{read}. {rest}")


def _measured(person: Person) -> Iterator[Step]:
    read = {**person.read("weight_measured"), **person.read("pressures_taken")}
    pairs = read.get("pressure_pairs", "")
    whole = "weight_kg" in read and bool(pairs) and not pairs.startswith("only")
    lacking = [*([] if "weight_kg" in read else ["weight"]), *([] if pairs else ["two pressures"])]
    words = "; ".join(each for each in (read.get("weight_kg", ""), pairs) if each)
    if pairs.startswith("only"):
        lacking.append("a second pressure, five minutes later")
    said = f"{words}{'. ' if words and lacking else ''}{'Missing: ' + ', '.join(lacking) + '.' if lacking else ''}"
    ever = person.chart.last(Measured) is not None
    yield Step(id="measure", title="Measurements", state=_state(whole, ever and not words), words=said)
    known_of = {**person.read("pregnancy"), **person.read("breastfeeding")}
    status = known_of.get("pregnancy")
    if status is not None and known_of.get("breastfeeding", "no").startswith("yes"):
        status = f"{status}; breastfeeding"
    known = person.chart.last(PregnancyRecorded) is not None
    missing = "Known too long ago." if known else "Not known yet."
    yield Step(id="pregnancy", title="Pregnancy", state=_state(status is not None, known), words=status or missing)


def _work_up(person: Person) -> Step:
    found = work_up.standing(person.chart, person.registered, person.now, person.knowledge)
    missing = [each.row.title for each in found if each.state is work_up.ItemState.MISSING]
    expired = [each.row.title for each in found if each.state is work_up.ItemState.EXPIRED]
    parts = [*([f"Missing: {', '.join(missing)}."] if missing else [])]
    parts += [f"Expired: {', '.join(expired)}."] if expired else []
    words = " ".join(parts) or f"All {len(found)} items are there and in date."
    state = StepState.MISSING if missing else _state(not expired, ever=True)
    return Step(id="work_up", title="Work-up", state=state, words=words)


def next_open(found: tuple[Step, ...], after: str = "") -> Step | None:
    """Return the next step that is not done, behind the one named where there is one, else from the start."""
    keys = [key_of(each) for each in found]
    start = keys.index(after) + 1 if after in keys else 0
    ordered = (*found[start:], *found[:start])
    return next((each for each in ordered if each.state is not StepState.DONE), None)


def key_of(step: Step) -> str:
    """Return what tells a step from every other one."""
    return f"{step.id}-{step.subject}" if step.subject else step.id
