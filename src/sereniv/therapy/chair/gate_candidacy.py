"""The gate's line about candidacy: decided, and nothing new since that bears on it."""

from collections.abc import Iterator

from sereniv.knowledge.rows import Action, GateLine, Knowledge, Phase
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.candidacy.decided_on import reads_gone
from sereniv.therapy.candidacy.interactions import unrecognised
from sereniv.therapy.chair.gate_facts import GateFacts, Judgement, LineState
from sereniv.therapy.person.concern import Finding, Result, grounds_in_words
from sereniv.therapy.person.diagnoses import psychotic_since, struck_since_the_decision
from sereniv.therapy.person.events import Decision, HistoryList
from sereniv.therapy.person.free_text import folded, judgements
from sereniv.therapy.person.joined import as_of
from sereniv.therapy.person.medicines import lines_of, medicines_of
from sereniv.therapy.treatment.mood_stabiliser import stabiliser_gone


def candidacy_line(row: GateLine, facts: GateFacts) -> Judgement:
    """Judge whether candidacy is decided, and whether anything bears on it that came since decision or order."""
    del row
    if not facts.person.decisions:
        return LineState.NOT_YET_KNOWN, "No prescriber has decided on candidacy."
    decided = facts.person.decisions[-1]
    if decided.event.decision is not Decision.ELIGIBLE:
        return LineState.DOES_NOT_HOLD, f"Decided {decided.event.decision}: {decided.event.reason}"
    found = findings(facts.person, facts.registered, Phase.BEFORE_START, facts.now, facts.knowledge)
    # The pressure of the day has a line of its own.
    news = [
        each
        for each in found
        if each.stands_in_the_way
        and each.row.id != "uncontrolled_hypertension"
        and not any(each.settled_by(taken) for taken in decided.event.findings)
    ]
    diagnosed = (*_psychotic(facts), *_diagnosis_struck(facts), *_stabiliser_gone(facts), *_reads_gone(facts))
    if news or diagnosed:
        return LineState.DOES_NOT_HOLD, " ".join(filter(None, (_news(news, facts.knowledge), *diagnosed)))
    who = f"Eligible, {facts.name_of(decided.recorded_by)}, {decided.at:%d %b}; nothing new."
    who = " ".join((who, *_read_lines(facts)))
    over = [each for each in facts.signed_over if each.is_weighty]
    if over:
        titles = "; ".join(each.titled for each in over)
        return LineState.OVERRIDDEN, f"{who} Signed over: {titles}. {decided.event.reason}"
    return LineState.HOLDS, who


def _read_lines(facts: GateFacts) -> Iterator[str]:
    """Say which medicines only a prescriber's word places, with that word: no rule has read them."""
    listed = medicines_of(facts.person)
    lines = lines_of(listed.event.medicines, facts.knowledge.medicines) if listed is not None else ()
    read = judgements(facts.person, HistoryList.MEDICINES)
    told = [
        f"“{line}” ({read[folded(line)].event.reason.rstrip('.')})"
        for line in unrecognised(lines)
        if folded(line) in read
    ]
    if told:
        yield f"Not known to our tables, read by a prescriber: {'; '.join(told)}."


def is_shut(facts: GateFacts) -> bool:
    """Say whether candidacy keeps the way shut whatever the reason: declined, or a concern that refuses is met.

    Such are an evaluation that concluded not to proceed, and a level of care other than outpatient. So is what two
    people decide, until it is decided anew: one prescriber does not pass it over at the chair. A diagnosis that was
    struck is recorded anew before anybody is dosed for it.
    """
    if facts.person.decisions and facts.person.decisions[-1].event.decision is not Decision.ELIGIBLE:
        return True
    if any(_psychotic(facts)) or any(_diagnosis_struck(facts)):
        return True
    found = findings(facts.person, facts.registered, Phase.BEFORE_START, facts.now, facts.knowledge)
    met = [each for each in found if each.verdict.result is Result.MET]
    settled = facts.person.decisions[-1].event.findings if facts.person.decisions else ()
    return any(
        each.row.refuses
        or (each.verdict.action is Action.GATE2 and not any(each.settled_by(taken) for taken in settled))
        for each in met
    )


def _psychotic(facts: GateFacts) -> Iterator[str]:
    """Say that a diagnosis since the decision has psychotic features: two people decide anew."""
    for words in psychotic_since(facts.person):
        yield f"New since the decision: {words}."


def _diagnosis_struck(facts: GateFacts) -> Iterator[str]:
    """Say that the diagnosis by which candidacy was decided was struck since, and is not recorded anew."""
    for words in struck_since_the_decision(facts.person):
        yield f"{words[:1].upper()}{words[1:]}."


def _stabiliser_gone(facts: GateFacts) -> Iterator[str]:
    """Say that no mood stabiliser is taken any more since the order was signed.

    Whoever ordered without one wrote why: it is asked once.
    """
    row, order = facts.knowledge.signals["mood_stabiliser"], facts.order
    found = tuple(stabiliser_gone(row, facts.person, facts.knowledge))
    known = order is not None and any(stabiliser_gone(row, as_of(facts.person, order.signed.seq), facts.knowledge))
    if found and not known:
        yield f"Since the order: {'; '.join(found)}. The prescriber decides."


def _reads_gone(facts: GateFacts) -> Iterator[str]:
    """Say what the decision read and was struck or erased since the order was signed: whoever ordered has said why."""
    order = facts.order
    before = as_of(facts.person, order.signed.seq) if order is not None else None
    known = set(reads_gone(before, facts.registered, facts.knowledge)) if before is not None else set()
    new = [each for each in reads_gone(facts.person, facts.registered, facts.knowledge) if each not in known]
    if new:
        yield f"Since the order: {'; '.join(new)}. The prescriber decides."


def _news(found: list[Finding], knowledge: Knowledge) -> str:
    """Say what came up since the decision, and apart from it what has to be measured or asked anew."""
    met = [each for each in found if each.verdict.result is Result.MET]
    due = [each.due(knowledge) for each in found if each.verdict.result is Result.UNKNOWN]
    named = "; ".join(f"{each.row.title} ({each.verdict.words()}{_named(each, knowledge)})" for each in met)
    parts = [f"New since the decision: {named}." if met else "", f"Needed anew: {'; '.join(due)}." if due else ""]
    return " ".join(part for part in parts if part)


def _named(found: Finding, knowledge: Knowledge) -> str:
    """Name what a finding rests on, and what it lacks."""
    grounds = ", ".join(grounds_in_words(found.verdict.grounds, found.read, knowledge.scales))
    missing = ", ".join(found.lacks(knowledge.scales, knowledge.entered_scores))
    return (f", {grounds}" if grounds else "") + (f", missing {missing}" if missing else "")
