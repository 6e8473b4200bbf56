"""The entry rule of a person's indication: diagnosis, features, earlier treatments and a baseline score."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import Action, EntryRule, Knowledge, Phase
from sereniv.therapy.person import diagnoses, substances, trials
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.concern import NOT_MET, Facts, Finding, Known, Result, Verdict, unknown
from sereniv.therapy.person.conditions import conditions_of
from sereniv.therapy.person.contradictions import said_in_words
from sereniv.therapy.person.events import DiagnosisRecorded, HistoryList
from sereniv.therapy.person.trials import Count
from sereniv.therapy.recording.entry import Recorded

FEATURES = ("psychotic_features", "mood_stabiliser_therapeutic", "budapest_criteria_met", "ideation_present")
COUNTS = ("adequate_trials", "failed_trials")
PAST_MANIA = "past_mania"
PRESENT_EPISODE = "present_episode"
"""That the diagnosis is of an episode that goes on: nobody is asked, its code or its words say where it is not."""
MANIC_ROWS = frozenset({"mania", "mania_in_the_past"})
"""Rows of the psychiatric checklist that answer whether there ever was mania."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """One thing in which a rule is not fulfilled: what it asks for, and why in words."""

    action: Action
    why: str


def entry_rule(row: EntryRule, facts: Facts) -> Verdict:
    """Judge an entry rule; as long as something is missing it is unknown, whatever else is short."""
    missing, short = _missing(row, facts), tuple(_shortfalls(row, facts))
    why = tuple(each.why for each in short)
    if missing:
        return Verdict(result=Result.UNKNOWN, action=Action.HOLD, missing=missing, grounds=why)
    if not short:
        return NOT_MET
    action = max((each.action for each in short), key=list(Action).index)
    return Verdict(result=Result.MET, action=action, grounds=why)


def _missing(row: EntryRule, facts: Facts) -> tuple[str, ...]:
    stand_ins = {other: name for name, other in row.instead.items()}
    absent = []
    lacks_diagnosis = "diagnosis" in row.inputs and "diagnosis" not in facts
    for name in row.inputs:
        if name in facts or name in stand_ins or row.instead.get(name) in facts:
            continue
        if name == PRESENT_EPISODE and lacks_diagnosis:
            continue  # The diagnosis alone answers it: one thing is said once.
        absent.append(name)
    counted = [name for name in COUNTS if name in facts and _is_open(facts[name].value, row.at_least.get(name, 0))]
    return unknown(*absent, *counted).missing


def _is_open(value: object, wanted: int) -> bool:
    if not isinstance(value, Count):
        return False
    return value.certain < wanted and (value.possible is None or value.possible >= wanted)


def _shortfalls(row: EntryRule, facts: Facts) -> Iterator[Shortfall]:
    for name, wanted in row.at_least.items():
        if name in facts and not _is_open(facts[name].value, wanted) and _number(facts[name].value) < wanted:
            yield Shortfall(action=row.action_when[name], why=f"{_spaced(name)} {facts[name].words}; asked {wanted}")
        if name not in facts and (other := row.instead.get(name)) in facts:
            yield Shortfall(action=row.action_when[str(other)], why=f"{str(other).upper()} {facts[str(other)].words}")
    for name, must in row.must_be.items():
        if name in facts and facts[name].value is not must:
            yield Shortfall(action=row.action_when[name], why=f"{_spaced(name)}: {facts[name].words}")
    yield from _too_high(row, facts)


def _too_high(row: EntryRule, facts: Facts) -> Iterator[Shortfall]:
    for name in (*row.second_from, *(each for each in row.hold_from if each not in row.second_from)):
        if name not in facts:
            continue
        value, why = _number(facts[name].value), f"{_spaced(name)} {facts[name].words}"
        if name in row.second_from and value >= row.second_from[name]:
            yield Shortfall(action=Action.GATE2, why=why)
        elif name in row.hold_from and value >= row.hold_from[name]:
            yield Shortfall(action=Action.HOLD, why=why)


def _number(value: object) -> Decimal:
    return Decimal(value.certain) if isinstance(value, Count) else Decimal(str(value))


def _spaced(name: str) -> str:
    words = name.replace("_", " ")
    return words.upper() if words[-1].isdigit() or words == "ymrs" else words.capitalize()


def entry_findings(
    chart: PersonChart, registered: Registered, phase: Phase, now: datetime, knowledge: Knowledge
) -> tuple[Finding, ...]:
    """Apply the entry rule of the person's own indication."""
    row = entry_rule_of(registered.indication, knowledge)
    return (_finding(row, chart, phase, now, knowledge),) if row is not None and phase in row.phase else ()


def entry_rule_of(indication: str, knowledge: Knowledge) -> EntryRule | None:
    """Return the rule of an indication, None where there is none."""
    return next((row for row in knowledge.entry_rules.values() if row.indication == indication), None)


def _finding(row: EntryRule, chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge) -> Finding:
    facts: dict[str, Known] = {}
    for name in row.inputs:
        known = _reader(name)(Asked(chart=chart, row=row, now=now, phase=phase, knowledge=knowledge, name=name))
        if known is not None:
            facts[name] = known
    verdict = entry_rule(row, facts)
    read = {name: known.words for name, known in facts.items()}
    return Finding(row=row, verdict=verdict, read=read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One input of a rule that is to be read from a chart."""

    chart: PersonChart
    row: EntryRule
    now: datetime
    phase: Phase
    knowledge: Knowledge
    name: str


def _reader(name: str) -> Callable[[Asked], Known | None]:
    if name == "diagnosis":
        return _diagnosis
    if name in FEATURES:
        return _feature
    if name == PAST_MANIA:
        return _past_mania
    if name == PRESENT_EPISODE:
        return _present_episode
    return _trials if name in COUNTS else _score


def diagnosis_of(chart: PersonChart, indication: str) -> Recorded[DiagnosisRecorded] | None:
    """Return the latest diagnosis behind an indication, None where none is recorded."""
    found = [each for each in chart.all(DiagnosisRecorded) if each.event.indication == indication]
    return found[-1] if found else None


def _fresh_diagnosis(asked: Asked) -> Recorded[DiagnosisRecorded] | None:
    found = diagnosis_of(asked.chart, asked.row.indication)
    fresh = found is not None and asked.now - found.at <= asked.row.inputs[asked.name].max_age(asked.phase)
    return found if fresh else None


def _diagnosis(asked: Asked) -> Known | None:
    found = _fresh_diagnosis(asked)
    if found is None:
        return None
    event = found.event
    words = f"{event.icd10} {event.words}, {event.diagnosed_by}, recorded {found.at:%d %b %Y}"
    return Known(value=event.icd10, words=words)


def _by_code(asked: Asked) -> Known | None:
    """Read what the code of a standing diagnosis says against the rule, whatever was answered beside it.

    What a code says for the rule does not stand in for the answer: that ages faster than the diagnosis.
    """
    for each in diagnoses.standing(asked.chart):
        said = diagnoses.says(each.event, asked.name, asked.knowledge)
        if said is not None and said[0] is not asked.row.must_be.get(asked.name, said[0]):
            return Known(value=said[0], words=f"{_answer(said[0])}, by {said[1]}, {each.at:%d %b %Y}")
    return _by_words(asked)


def _by_words(asked: Asked) -> Known | None:
    """Read what the words of the diagnosis behind the indication say against the rule."""
    found = diagnosis_of(asked.chart, asked.row.indication)
    said = None if found is None else said_in_words(found.event, asked.name, asked.knowledge)
    if found is None or said is None or said[0] is asked.row.must_be.get(asked.name, said[0]):
        return None
    return Known(value=said[0], words=f"{_answer(said[0])}, by the words “{said[1]}”, {found.at:%d %b %Y}")


def _answer(value: bool) -> str:
    return "yes" if value else "no"


def _present_episode(asked: Asked) -> Known | None:
    """Read it off the diagnosis behind the indication alone: another one may well be in remission."""
    found = _fresh_diagnosis(asked)
    if found is None:
        return None
    said = diagnoses.says(found.event, asked.name, asked.knowledge)
    if said is not None and not said[0]:
        return Known(value=False, words=f"no, by {said[1]}, {found.at:%d %b %Y}")
    return _by_words(asked) or Known(value=True, words=f"yes, by the diagnosis recorded {found.at:%d %b %Y}")


def _past_mania(asked: Asked) -> Known | None:
    coded = _by_code(asked)
    said = conditions_of(asked.chart, HistoryList.PSYCHIATRIC)
    if coded is not None or said is None:
        return coded
    if MANIC_ROWS & set(said.event.conditions):
        return Known(value=True, words=f"yes, asked on {said.at:%d %b %Y}")
    fresh = asked.now - said.at <= asked.row.inputs[asked.name].max_age(asked.phase)
    if not fresh or not set(said.event.asked) >= MANIC_ROWS:
        return None
    return Known(value=False, words=f"no, asked on {said.at:%d %b %Y}")


def _feature(asked: Asked) -> Known | None:
    coded = _by_code(asked)
    if coded is not None:
        return coded
    found = _fresh_diagnosis(asked)
    value = None if found is None else getattr(found.event, asked.name)
    if found is None or value is None:
        return None
    return Known(value=value, words=f"{_answer(value)}, recorded {found.at:%d %b %Y}")


def _trials(asked: Asked) -> Known | None:
    found = [each.event for each in trials.listed(asked.chart)]
    closed = trials.is_closed(asked.chart)
    if not found and not closed:
        return None
    criterion, out = asked.knowledge.trials[0], trials.left_out(asked.chart)
    if asked.name == "adequate_trials":
        in_episode = asked.row.in_current_episode
        count = trials.n_adequate(found, criterion, in_current_episode=in_episode, closed=closed, left_unknown=out)
        others = ", ".join(
            f"{each.title} {trials.n_adequate(found, each, in_current_episode=in_episode).certain}"
            for each in asked.knowledge.trials
        )
        words = f"{count.certain} ({others})"
    else:
        count = trials.n_failed(found, asked.row.failed_kinds, criterion, closed=closed, left_unknown=out)
        words = str(count.certain)
    if out:
        words += f"; nobody can find out, not counted: {', '.join(each.treatment for each in out)}"
    return Known(value=count, words=f"{words}; not known: {'; '.join(count.missing)}" if count.missing else words)


def _score(asked: Asked) -> Known | None:
    max_age = asked.row.inputs[asked.name].max_age(asked.phase)
    found = substances.latest_score(asked.chart, asked.name, asked.now, max_age)
    return None if found is None else Known(value=found.total, words=f"{found.total}, {found.at:%d %b %Y}")
