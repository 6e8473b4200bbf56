"""What the predicted curve does not know of a person: liver, and medicines that change how ketamine is broken down.

The published models read weight and, above 60, age; nothing here changes the curve, and no number is put on it.
"""

from collections.abc import Iterator
from datetime import date

from sereniv.knowledge.rows import Knowledge, words_of
from sereniv.therapy.candidacy.interactions import unrecognised
from sereniv.therapy.candidacy.work_up import newest_of_each
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import conditions_of, unread_conditions
from sereniv.therapy.person.events import DiagnosisRecorded, HistoryList, WorkUpFinding
from sereniv.therapy.person.medicines import lines_of, medicines_of

CONDITIONS = ("severe_liver_disease", "moderate_liver_disease")
"""Conditions of the checklist that change how fast ketamine is cleared."""
INTERACTIONS = {
    "enzyme_inhibitor": "the level may lie higher and last longer than drawn",
    "enzyme_inducer": "the level may lie lower than drawn",
}
"""Rules on medicines that change how fast ketamine is broken down, and which way that goes."""
LIVER_WORDS = ("liver", "hepat", "cirrho", "leber", "zirrho")
"""How words begin that name the liver, beside the checklist or in a diagnosis: our list."""
LIVER_CODES = ("K70", "K71", "K72", "K73", "K74", "K75", "K76", "K77", "B18")
"""Chapters of ICD-10 on diseases of the liver, and chronic viral hepatitis."""
LIVER_PANEL = "liver_panel"
HIGHER = "the level may lie higher and last longer than drawn, by how much is not known"


def not_in_the_curve(chart: PersonChart, today: date, knowledge: Knowledge) -> tuple[str, ...]:
    """Return in sentences what changes this person's level, or may, and is in no published model; unknown is said."""
    return (*_medicines(chart, knowledge), *_liver(chart, today, knowledge))


def _medicines(chart: PersonChart, knowledge: Knowledge) -> Iterator[str]:
    listed = medicines_of(chart)
    if listed is None:
        yield "Medicines are not on record: whether one of them slows or speeds the breakdown of ketamine is not known."
        return
    lines = lines_of(listed.event.medicines, knowledge.medicines)
    for name, direction in INTERACTIONS.items():
        row = knowledge.interactions[name]
        meant = [line.said for line in lines if line.classes & set(row.classes)]
        if meant:
            yield f"{', '.join(meant)} ({row.mechanism}): {direction}, by how much is not known."
    unknown = unrecognised(lines)
    if unknown:
        yield f"{', '.join(unknown)}: not recognised; whether it changes the breakdown of ketamine is not known."


def _diagnoses(chart: PersonChart) -> Iterator[str]:
    return (" ".join((each.event.icd10, each.event.words)).strip() for each in chart.all(DiagnosisRecorded))


def _names_the_liver(line: str) -> bool:
    """Say whether a line names the liver; what a prescriber has read stays so, for reading it changes no liver."""
    return line.startswith(LIVER_CODES) or any(word.startswith(LIVER_WORDS) for word in words_of(line))


def _liver(chart: PersonChart, today: date, knowledge: Knowledge) -> Iterator[str]:
    said = conditions_of(chart, HistoryList.CONDITIONS)
    if said is None:
        yield "Conditions are not on record: whether the liver clears ketamine as in the models is not known."
    else:
        has = [knowledge.conditions[name].title for name in CONDITIONS if name in said.event.conditions]
        if has:
            yield f"{', '.join(has)}: {HIGHER}."
        unread = unread_conditions(chart, HistoryList.CONDITIONS, knowledge)
        named = [line for line in (*said.event.other, *_diagnoses(chart)) if _names_the_liver(line)]
        if named:
            yield f"{', '.join(dict.fromkeys(named))}: {HIGHER}."
        if unread:
            yield f"{', '.join(unread)}: not read yet; whether it bears on the liver is not known."
        missed = [knowledge.conditions[name].title for name in CONDITIONS if name not in said.event.asked]
        if missed and not has:
            yield f"{', '.join(missed)}: not asked; whether the liver clears ketamine as in the models is not known."
    found = newest_of_each(chart).get(LIVER_PANEL)
    panel = None if found is None else found.event
    if panel is not None and panel.finding is WorkUpFinding.ABNORMAL:
        yield f"Liver values abnormal, of {panel.done_on:%d %b %Y}: {HIGHER}."
    elif panel is None or panel.finding is not WorkUpFinding.NORMAL:
        yield "No liver values are on record."
    elif (today - panel.done_on).days > knowledge.work_up[LIVER_PANEL].valid_days:
        yield f"The liver values on record are of {panel.done_on:%d %b %Y}; those of today are not known."
