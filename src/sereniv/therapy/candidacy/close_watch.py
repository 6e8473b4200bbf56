"""Whose vital signs are taken as often as at a first infusion: by age, blood pressure and anaesthetic risk."""

from datetime import date

from sereniv.knowledge.rows import Knowledge, WatchRule, words_of
from sereniv.therapy.candidacy.interactions import unplaced_medicines
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.conditions import said_to_have
from sereniv.therapy.person.diagnoses import begins_with, codes_of, standing
from sereniv.therapy.person.events import AnaestheticRiskRecorded
from sereniv.therapy.person.medicines import lines_of, medicines_of


def watched_for(person: PersonChart, registered: Registered, today: date, knowledge: Knowledge) -> tuple[str, ...]:
    """Return why a person is watched closely (row `close_watch`), nothing where no reason is known."""
    rule, reasons = knowledge.close_watch, []
    age = registered.age_on(today)
    if age >= rule.from_age_years:
        reasons.append(f"{age} years old")
    if said_to_have(person, rule.with_conditions, rule.with_words):
        reasons.append("blood pressure on the list of conditions")
    elif diagnosed := _diagnosed(person, rule):
        reasons.append(f"blood pressure by diagnosis {diagnosed}")
    listed = medicines_of(person)
    lines = lines_of(listed.event.medicines, knowledge.medicines) if listed else ()
    taken = sorted({each.id for line in lines for each in line.ingredients} & set(rule.taking))
    if taken:
        reasons.append(f"takes {', '.join(taken)}")
    unplaced = unplaced_medicines(person, knowledge.medicines)
    if unplaced:
        reasons.append(f"takes {', '.join(f'“{each}”' for each in unplaced)}, which nobody could place")
    risk = person.last(AnaestheticRiskRecorded)
    if risk is not None and risk.event.asa >= rule.asa_from:
        reasons.append(f"ASA {risk.event.asa}")
    return tuple(reasons)


def _diagnosed(person: PersonChart, rule: WatchRule) -> str:
    """Return the code of a standing diagnosis that tells of high blood pressure, by itself or in its words."""
    for each in standing(person):
        if any(begins_with(code, rule.with_codes) for code in codes_of(each.event)) or any(
            word.startswith(part) for word in words_of(each.event.words) for part in rule.with_words
        ):
            return each.event.icd10
    return ""
