"""What the checklists of conditions and the list of allergies come to: one finding for each, and for what holds."""

from collections.abc import Iterable
from datetime import datetime

from sereniv.knowledge.rows import Knowledge, ListRow, Phase
from sereniv.therapy.person.allergies import unplaced, unread_allergies
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import Finding, Known, Result, Verdict, unknown
from sereniv.therapy.person.conditions import (
    CHECKLISTS,
    allergies_of,
    condition,
    conditions_of,
    named_in_allergies,
    never_asked,
    unread_conditions,
)
from sereniv.therapy.person.contradictions import asked_by_words
from sereniv.therapy.person.diagnoses import coded_conditions
from sereniv.therapy.person.elsewhere import origins
from sereniv.therapy.person.events import HistoryList
from sereniv.therapy.person.free_text import folded, judgements


def condition_findings(chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return a finding for each condition that holds, and one for each list that was to be gone through."""
    found: list[Finding] = []
    for which in CHECKLISTS:
        row = knowledge.lists[which]
        if phase in row.phase:
            found.append(_checklist(row, which, chart, phase, now, knowledge))
    found.append(_allergies(chart, phase, now, knowledge))
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
    named = asked_by_words(chart, said, knowledge) if which is HistoryList.PSYCHIATRIC else ()
    missing = (*((which.value,) if stale else ()), *came_later, *unread_conditions(chart, which, knowledge), *named)
    return Finding(row=row, verdict=unknown(*missing) if missing else Verdict(result=Result.NOT_MET), read=read)


def _written(chart: PersonChart, which: HistoryList, other: Iterable[str]) -> dict[str, str]:
    read = judgements(chart, which)
    lines = {line: read.get(folded(line)) for line in other}
    return {
        f"“{line}”": f"read by {each.recorded_by}, no concern known: {each.event.reason}" if each else "nobody read it"
        for line, each in lines.items()
    }


def _allergies(chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge) -> Finding:
    row, said = knowledge.lists[HistoryList.ALLERGIES], allergies_of(chart)
    if said is None:
        return Finding(row=row, verdict=unknown(HistoryList.ALLERGIES), read={})
    # What another record has is heard, but nobody here has asked: it may be old, and does not say what was asked.
    origin = origins(chart).get(said.stream_seq)
    words = f"{', '.join(said.event.entries) or 'none'}, {origin.words if origin else f'asked on {_when(said.at)}'}"
    read = {HistoryList.ALLERGIES.value: words} | _written(chart, HistoryList.ALLERGIES, unplaced(chart, knowledge))
    stale = origin is not None or now - said.at > row.max_age(phase)
    missing = (*((HistoryList.ALLERGIES.value,) if stale else ()), *unread_allergies(chart, knowledge))
    return Finding(row=row, verdict=unknown(*missing) if missing else Verdict(result=Result.NOT_MET), read=read)


def _met(chart: PersonChart, phase: Phase, knowledge: Knowledge) -> Iterable[Finding]:
    """Yield what holds, by a diagnosis too, and from a list gone stale: what was known once is not forgotten."""
    reasons: dict[str, str] = {}
    for which in CHECKLISTS:
        said = conditions_of(chart, which)
        for name in said.event.conditions if said else ():
            reasons[name] = f"said to hold on {_when(said.at)}" if said else ""
    reasons = coded_conditions(chart, knowledge, reasons) | reasons
    allergies = allergies_of(chart)
    for row in knowledge.conditions.values():
        named = named_in_allergies(row, allergies.event.entries) if allergies else ()
        if named and allergies:
            origin = origins(chart).get(allergies.stream_seq)
            asked_on = origin.words if origin else f"asked on {_when(allergies.at)}"
            reasons[row.id] = f"allergy to {', '.join(named)}, {asked_on}"
    for name, words in reasons.items():
        asked = knowledge.conditions.get(name)
        if asked is not None and phase in asked.phase:
            facts = {"conditions": Known(value=tuple(reasons), words=words)}
            yield Finding(row=asked, verdict=condition(asked, facts), read={"conditions": words})


def _when(at: datetime) -> str:
    return f"{at:%d %b %H:%M}"
