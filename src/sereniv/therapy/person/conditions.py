"""Applies the checklists of conditions: what holds is met, what was never asked is unknown, never fine."""

from collections.abc import Iterable

from sereniv.knowledge.rows import Condition, Knowledge, words_of
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import Facts, Result, Verdict, unknown
from sereniv.therapy.person.diagnoses import not_of_their_indication
from sereniv.therapy.person.events import ConditionsRecorded, HistoryList, HistoryRecorded
from sereniv.therapy.person.free_text import unread
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
    """Return what was written beside a checklist, and conditions no row knows any more, that nobody has read.

    A diagnosis that infusions are considered for, and whose code is none of theirs, is read with the medical one.
    """
    said = conditions_of(chart, which)
    if said is None:
        return ()
    unknown_rows = (name for name in said.event.conditions if name not in knowledge.conditions)
    diagnosed = not_of_their_indication(chart, knowledge) if which is HistoryList.CONDITIONS else ()
    return unread(chart, which, (*said.event.other, *unknown_rows, *diagnosed))


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
