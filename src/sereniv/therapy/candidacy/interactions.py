"""Says what the medicines of a person mean for ketamine: a rule for each class, and the lines nobody knows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sereniv.knowledge.rows import Interaction, Knowledge, Medicines, Phase
from sereniv.therapy.person.benzodiazepines import CLASS, equivalents, range_words
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import Facts, Finding, Known, Result, Verdict, unknown
from sereniv.therapy.person.conditions import CHECKLISTS, unread_conditions
from sereniv.therapy.person.elsewhere import origins
from sereniv.therapy.person.events import HistoryList
from sereniv.therapy.person.free_text import folded, judgements, unread
from sereniv.therapy.person.medicines import MedicineLine, lines_of, medicines_of


def interaction(row: Interaction, facts: Facts, known: Medicines) -> Verdict:
    """Judge one rule over the lines in `medicines`; lines in `judged` were read by a prescriber."""
    if "medicines" not in facts:
        return unknown("medicines")
    lines = _lines(facts)
    if row.warn_above_diazepam_mg is not None:
        return _benzodiazepines(row, lines, facts, known)
    grounds = {each.id for line in lines for each in line.ingredients if set(each.classes) & set(row.classes)}
    if not grounds:
        return Verdict(result=Result.NOT_MET)
    several = row.action_from_two is not None and len(grounds) > 1
    action = row.action_from_two if several else row.action
    return Verdict(result=Result.MET, action=action, grounds=tuple(sorted(grounds)))


def told_for(row: Interaction, indication: str) -> Interaction:
    """Return a rule with the message that it has for one indication."""
    return replace(row, message=row.message_for.get(indication, row.message))


def _benzodiazepines(row: Interaction, lines: tuple[MedicineLine, ...], facts: Facts, known: Medicines) -> Verdict:
    """Judge the daily diazepam-equivalent: met when any table exceeds, unknown while a table lacks a dose or entry.

    A lacking entry that a prescriber has read is met, not fine: nobody can say that the dose is low.
    """
    counted = tuple(sorted(line.said for line in lines if CLASS in line.classes))
    met = Verdict(result=Result.MET, action=row.action, grounds=counted)
    if any(each.high_mg > (row.warn_above_diazepam_mg or 0) for each in equivalents(lines, known)):
        return met
    lacking = uncounted(lines, known)
    if not lacking:
        return Verdict(result=Result.NOT_MET)
    judged = facts["judged"].value if "judged" in facts else ()
    unjudged = [line for line in lacking if not isinstance(judged, Iterable) or folded(line) not in judged]
    return unknown(*(f"diazepam-equivalent of {line}" for line in unjudged)) if unjudged else met


def uncounted(lines: Iterable[MedicineLine], known: Medicines) -> tuple[str, ...]:
    """Return the benzodiazepine lines that some table lacks an entry or a dose for."""
    lacking = {line.said: None for each in equivalents(lines, known) for line in each.missing}
    return tuple(lacking)


def _lines(facts: Facts) -> tuple[MedicineLine, ...]:
    value = facts["medicines"].value
    return tuple(each for each in value if isinstance(each, MedicineLine)) if isinstance(value, tuple) else ()


def interaction_findings(
    chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge, indication: str = ""
) -> tuple[Finding, ...]:
    """Return one finding for the list of medicines, and one for each rule that its lines meet or leave unknown."""
    listed, row = medicines_of(chart), knowledge.lists[HistoryList.MEDICINES]
    if listed is None:
        return (Finding(row=row, verdict=unknown(HistoryList.MEDICINES), read={}),)
    lines = lines_of(listed.event.medicines, knowledge.medicines)
    # What another record has is read, but nobody here has asked: it may be old.
    origin = origins(chart).get(listed.stream_seq)
    when = origin.words if origin else f"written on {listed.at:%d %b %H:%M}"
    stale = origin is not None or now - listed.at > row.max_age(phase)
    missing = (*((row.id,) if stale else ()), *unread(chart, HistoryList.MEDICINES, unrecognised(lines)))
    words = "; ".join(line.said for line in lines) or "takes none"
    verdict = unknown(*missing) if missing else Verdict(result=Result.NOT_MET)
    own = Finding(row=row, verdict=verdict, read={HistoryList.MEDICINES.value: f"{words}, {when}"} | _read(chart))
    return (own, *_rules(chart, lines, when, phase, knowledge, indication))


def unrecognised(lines: Iterable[MedicineLine]) -> tuple[str, ...]:
    """Return the lines of which something is not known."""
    return tuple(line.said for line in lines if not line.wholly)


def unplaced_medicines(chart: PersonChart, known: Medicines) -> tuple[str, ...]:
    """Return the lines of which something is not known, in whatever letters, and that no prescriber has read."""
    listed = medicines_of(chart)
    lines = lines_of(listed.event.medicines, known) if listed is not None else ()
    return unread(chart, HistoryList.MEDICINES, unrecognised(lines))


def unplaced_lines(chart: PersonChart, knowledge: Knowledge) -> tuple[str, ...]:
    """Return every medicine, condition and diagnosis that no table knows, and that no prescriber has read."""
    written = (each for which in CHECKLISTS for each in unread_conditions(chart, which, knowledge))
    return (*unplaced_medicines(chart, knowledge.medicines), *written)


def unread_medicines(chart: PersonChart, known: Medicines) -> tuple[str, ...]:
    """Return the lines that wait for a prescriber: not recognised, or with a dose no table can count."""
    listed = medicines_of(chart)
    lines = lines_of(listed.event.medicines, known) if listed is not None else ()
    waiting = dict.fromkeys((*unrecognised(lines), *uncounted(lines, known)))
    return unread(chart, HistoryList.MEDICINES, waiting)


def _read(chart: PersonChart) -> dict[str, str]:
    read = judgements(chart, HistoryList.MEDICINES).values()
    return {f"“{each.event.written}”": f"read by {each.recorded_by}: {each.event.reason}" for each in read}


def _rules(
    chart: PersonChart, lines: tuple[MedicineLine, ...], when: str, phase: Phase, knowledge: Knowledge, indication: str
) -> Iterable[Finding]:
    facts = {
        "medicines": Known(value=lines, words=when),
        "judged": Known(value=frozenset(judgements(chart, HistoryList.MEDICINES)), words=""),
    }
    classes = frozenset(each for line in lines for each in line.classes)
    for row in knowledge.interactions.values():
        if phase not in row.phase or not classes & set(row.classes):
            continue
        verdict = interaction(row, facts, knowledge.medicines)
        if verdict.result is not Result.NOT_MET:
            read = _read_by(row, lines, when, knowledge.medicines)
            yield Finding(row=told_for(row, indication), verdict=verdict, read=read)


def _read_by(row: Interaction, lines: tuple[MedicineLine, ...], when: str, known: Medicines) -> dict[str, str]:
    meant = "; ".join(line.said for line in lines if line.classes & set(row.classes))
    read = {"medicines": f"{meant}, {when}"}
    if row.warn_above_diazepam_mg is not None:
        read["diazepam_a_day"] = range_words(equivalents(lines, known))
    return read


def rules_for(line: MedicineLine, knowledge: Knowledge) -> tuple[Interaction, ...]:
    """Return every rule that speaks about a line, the strictest first by its place in the table of actions."""
    found = [row for row in knowledge.interactions.values() if line.classes & set(row.classes)]
    return tuple(sorted(found, key=lambda row: -list(type(row.action)).index(row.action)))
