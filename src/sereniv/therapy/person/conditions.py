"""Applies the checklists of conditions: what holds is met, what was never asked is unknown, never fine."""

from collections.abc import Iterable
from datetime import datetime

from sereniv.knowledge.rows import Condition, Knowledge, ListRow, Phase, words_of
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import Facts, Finding, Known, Result, Verdict, unknown
from sereniv.therapy.person.diagnoses import coded_conditions
from sereniv.therapy.person.events import ConditionsRecorded, HistoryList, HistoryRecorded
from sereniv.therapy.person.free_text import folded, judgements, unread
from sereniv.therapy.recording.entry import Recorded

CHECKLISTS = (HistoryList.CONDITIONS, HistoryList.PSYCHIATRIC)


def condition(row: Condition, facts: Facts) -> Verdict:
    """Judge one condition of a checklist: met when it was said to hold."""
    if "conditions" not in facts:
        return unknown("conditions")
    said = facts["conditions"].value
    if isinstance(said, Iterable) and row.id in said:
        return Verdict(result=Result.MET, action=row.action, grounds=(row.id,))
    return Verdict(result=Result.NOT_MET)


def conditions_of(chart: PersonChart, which: HistoryList) -> Recorded[ConditionsRecorded] | None:
    """Return the latest word on one checklist, None when it was never gone through."""
    found = [each for each in chart.all(ConditionsRecorded) if each.event.list is which]
    return found[-1] if found else None


def allergies_of(chart: PersonChart) -> Recorded[HistoryRecorded] | None:
    """Return the latest word on allergies, None when nobody asked."""
    return chart.history(HistoryList.ALLERGIES)


def said_to_have(chart: PersonChart, names: Iterable[str], beginnings: Iterable[str]) -> bool:
    """Say whether a checklist, as last gone through, names one of these, or a word beside it begins like one."""
    latest = [said.event for which in CHECKLISTS if (said := conditions_of(chart, which)) is not None]
    written = [word for said in latest for line in said.other for word in words_of(line)]
    ticked = {name for said in latest for name in said.conditions}
    return not ticked.isdisjoint(names) or any(word.startswith(part) for word in written for part in beginnings)


def unread_conditions(chart: PersonChart, which: HistoryList, knowledge: Knowledge) -> tuple[str, ...]:
    """Return what was written beside a checklist, and conditions no row knows any more, that nobody has read."""
    said = conditions_of(chart, which)
    if said is None:
        return ()
    unknown_rows = (name for name in said.event.conditions if name not in knowledge.conditions)
    return unread(chart, which, (*said.event.other, *unknown_rows))


def never_asked(chart: PersonChart, which: HistoryList, knowledge: Knowledge) -> tuple[Condition, ...]:
    """Return the rows of a checklist that it did not hold when it was last gone through."""
    said = conditions_of(chart, which)
    if said is None:
        return ()
    return tuple(row for row in knowledge.conditions.values() if row.list == which and row.id not in said.event.asked)


def named_in_allergies(row: Condition, entries: Iterable[str]) -> tuple[str, ...]:
    """Return the allergy entries that name what this condition is about."""
    return tuple(
        entry for entry in entries if any(part in word for word in words_of(entry) for part in row.allergy_words)
    )


def condition_findings(chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return a finding for each condition that holds, and one for each list that was to be gone through."""
    found: list[Finding] = []
    for which in CHECKLISTS:
        row = knowledge.lists[which]
        if phase in row.phase:
            found.append(_checklist(row, which, chart, phase, now, knowledge))
    found.append(_allergies(knowledge.lists[HistoryList.ALLERGIES], chart, phase, now))
    return (*found, *_met(chart, phase, knowledge))


def _checklist(
    row: ListRow, which: HistoryList, chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge
) -> Finding:
    said = conditions_of(chart, which)
    if said is None:
        return Finding(row=row, verdict=unknown(which), read={})
    holds = [knowledge.conditions[name].title for name in said.event.conditions if name in knowledge.conditions]
    words = f"{', '.join(holds) or 'none'} of the checklist, asked on {_when(said.at)}"
    read = {which.value: f"{words}; none of the others it held then"} | _written(chart, which, said.event.other)
    stale = now - said.at > row.max_age(phase)
    came_later = (row.title for row in never_asked(chart, which, knowledge))
    missing = (*((which.value,) if stale else ()), *came_later, *unread_conditions(chart, which, knowledge))
    return Finding(row=row, verdict=unknown(*missing) if missing else Verdict(result=Result.NOT_MET), read=read)


def _written(chart: PersonChart, which: HistoryList, other: Iterable[str]) -> dict[str, str]:
    read = judgements(chart, which)
    lines = {line: read.get(folded(line)) for line in other}
    return {
        f"“{line}”": f"read by {each.recorded_by}, no concern known: {each.event.reason}" if each else "nobody read it"
        for line, each in lines.items()
    }


def _allergies(row: ListRow, chart: PersonChart, phase: Phase, now: datetime) -> Finding:
    said = allergies_of(chart)
    if said is None:
        return Finding(row=row, verdict=unknown(HistoryList.ALLERGIES), read={})
    words = f"{', '.join(said.event.entries) or 'none'}, asked on {_when(said.at)}"
    stale = now - said.at > row.max_age(phase)
    verdict = unknown(HistoryList.ALLERGIES) if stale else Verdict(result=Result.NOT_MET)
    return Finding(row=row, verdict=verdict, read={HistoryList.ALLERGIES.value: words})


def _met(chart: PersonChart, phase: Phase, knowledge: Knowledge) -> Iterable[Finding]:
    """Yield what holds, by a diagnosis too, and from a list gone stale: what was known once is not forgotten."""
    reasons: dict[str, str] = {}
    for which in CHECKLISTS:
        said = conditions_of(chart, which)
        for name in said.event.conditions if said else ():
            reasons[name] = f"said to hold on {_when(said.at)}" if said else ""
    reasons = coded_conditions(chart, knowledge) | reasons
    allergies = allergies_of(chart)
    for row in knowledge.conditions.values():
        named = named_in_allergies(row, allergies.event.entries) if allergies else ()
        if named and allergies:
            reasons[row.id] = f"allergy to {', '.join(named)}, asked on {_when(allergies.at)}"
    for name, words in reasons.items():
        asked = knowledge.conditions.get(name)
        if asked is not None and phase in asked.phase:
            facts = {"conditions": Known(value=tuple(reasons), words=words)}
            yield Finding(row=asked, verdict=condition(asked, facts), read={"conditions": words})


def _when(at: datetime) -> str:
    return f"{at:%d %b %H:%M}"
