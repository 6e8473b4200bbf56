"""Diagnoses as recorded: which stand, and what their codes say by themselves."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from sereniv.knowledge.rows import Action, DiagnosisMeaning, Knowledge
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CandidacyDecided, DiagnosisRecorded, PersonEvent
from sereniv.therapy.person.gone import gone
from sereniv.therapy.recording.entry import Recorded

BESIDE = ""
"""The indication of a diagnosis that stands beside the one that infusions are considered for."""
WORDS_ALONE = "other"
"""Stands for the code where somebody wrote a diagnosis in words."""
DIAGNOSIS = "diagnosis"
"""What an entry rule reads of a diagnosis behind its indication, by the name under which it is kept with a decision."""
CODE = re.compile(r"\b[A-Z]\d\d(?:\.\w{1,4})?\b", re.ASCII)
"""A code of ICD-10-CM, also where somebody wrote it into words, in whatever letters."""


def codes_of(event: DiagnosisRecorded) -> tuple[str, ...]:
    """Return the codes of a diagnosis: its own, and those written into its words."""
    return tuple(dict.fromkeys(CODE.findall(unicodedata.normalize("NFKC", f"{event.icd10} {event.words}").upper())))


def standing(chart: PersonChart) -> tuple[Recorded[DiagnosisRecorded], ...]:
    """Return the diagnoses that stand together: the latest behind each indication, and every one beside them."""
    found = chart.all(DiagnosisRecorded)
    latest = {each.event.indication: each for each in found if each.event.indication != BESIDE}
    return (*latest.values(), *(each for each in found if each.event.indication == BESIDE))


def psychotic_since(chart: PersonChart) -> Iterator[str]:
    """Say of each diagnosis that stands and came after the last decision that it has psychotic features."""
    decided = chart.decisions[-1].seq if chart.decisions else 0
    for each in standing(chart):
        if each.event.psychotic_features and each.seq > decided:
            yield f"psychotic features, recorded {each.at:%d %b %Y}"


def struck_since_the_decision(chart: PersonChart) -> Iterator[str]:
    """Say that the diagnosis which the last decision on candidacy read was struck or erased, until recorded anew."""
    decided = chart.decisions[-1] if chart.decisions else None
    if decided is None:
        return
    stands = [each for each in chart.all(DiagnosisRecorded) if each.event.indication == decided.event.indication]
    if any(each.seq > decided.seq for each in stands):
        return
    last = max((each.seq for each in stands), default=0)
    # Of an erased one nobody knows what it stood behind: it was this one where the decision read one, and none is left.
    took = [
        each
        for each in gone(chart, DiagnosisRecorded)
        if each.stood_at(decided.seq)
        and (_is_of(each.read, decided.event.indication) if each.read else not stands and _read_one(decided.event))
    ]
    newest = max(took, key=lambda each: each.seq, default=None)
    if newest is not None and newest.seq > last:
        yield f"the diagnosis that was read on {decided.at:%d %b %Y} was {newest.words}. Record it anew"


def _is_of(entry: Recorded[PersonEvent], indication: str) -> bool:
    return isinstance(entry.event, DiagnosisRecorded) and entry.event.indication == indication


def _read_one(decided: CandidacyDecided) -> bool:
    return any(DIAGNOSIS in each.read for each in decided.findings)


def begins_with(code: str, beginnings: tuple[str, ...]) -> bool:
    """Say whether a code is one of these or stands under one of them (F33 holds F33.3, E05 is not E05x of another)."""
    return any(code == each or code.startswith(each if "." in each else f"{each}.") for each in beginnings)


def not_of_their_indication(chart: PersonChart, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the diagnoses behind an indication of which no code is one of it: in words alone, or of something else."""
    found = []
    for each in standing(chart):
        indication = knowledge.indications.get(each.event.indication)
        if indication is not None and not any(begins_with(code, indication.icd10) for code in codes_of(each.event)):
            codes = [] if each.event.icd10 == WORDS_ALONE else [each.event.icd10]
            found.append(f"Diagnosis: {' '.join((*codes, each.event.words)).strip()}")
    return tuple(found)


def meanings(event: DiagnosisRecorded, knowledge: Knowledge) -> Iterator[tuple[str, DiagnosisMeaning]]:
    """Yield what the codes of a diagnosis say, with the code that says it."""
    for code in codes_of(event):
        for row in knowledge.diagnoses.meanings.values():
            if begins_with(code, row.codes):
                yield code, row


def says(event: DiagnosisRecorded, feature: str, knowledge: Knowledge) -> tuple[bool, str] | None:
    """Return what the code of a diagnosis says of a feature by itself, and the words for it; None where nothing."""
    found = [(row.says[feature], f"{code}: {row.title}") for code, row in meanings(event, knowledge)
             if feature in row.says]  # fmt: skip
    return max(found) if found else None


def coded_conditions(chart: PersonChart, knowledge: Knowledge, said: Collection[str] = ()) -> dict[str, str]:
    """Return the conditions of the checklists that a standing diagnosis says to hold, and in words why.

    A rule that asks about a condition reads it so, whoever was asked the checklist. Of several conditions to which a
    code belongs (apnoea known or likely, seizures controlled or not) the checklist says which; where none of them is
    `said` to hold, the one that asks for least does: at least that is so.
    """
    found: dict[str, str] = {}
    for each in standing(chart):
        for code in codes_of(each.event):
            rows = [row for row in knowledge.conditions.values() if row.icd10 and begins_with(code, row.icd10)]
            if rows and (len(rows) == 1 or not any(row.id in said for row in rows)):
                least = min(rows, key=lambda row: list(Action).index(row.action))
                found.setdefault(least.id, f"diagnosis {code}, recorded {each.at:%d %b %Y}")
    return found
