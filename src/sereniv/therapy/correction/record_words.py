"""Says in one sentence what a record about a person holds, so that whoever strikes it sees what they strike."""

import re
from collections.abc import Iterable
from decimal import Decimal

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.followup.aftercare import term_meant
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import MEASURED_FIELDS
from sereniv.therapy.person.elsewhere import infused_words
from sereniv.therapy.person.events.aftercare import AftercareEvent
from sereniv.therapy.person.medicines import said as medicine_words
from sereniv.therapy.recording.typed_values import plain

SUBSTANCE_USE = "Substance use"


def record_words(event: pe.PersonEvent, knowledge: Knowledge) -> str:
    """Say what one record holds, without time or person; of a kind that is never struck, only its kind."""
    match event:
        case pe.Measured():
            return f"Measurements: {_measured(event, knowledge)}"
        case pe.ScaleAnswered(scale=scale, total=total):
            return _score(scale, total, knowledge)
        case pe.ScoreEntered(scale=scale, total=total):
            return _score(scale, Decimal(total), knowledge)
        case pe.PregnancyRecorded(status=status, basis=basis, breastfeeding=breastfeeding):
            also = "; breastfeeding" if breastfeeding else ""
            return f"Pregnancy: {_spaced(status)}{also} ({basis})"
        case pe.WorkUpRecorded():
            return _work_up(event, knowledge)
        case pe.DiagnosisRecorded(icd10=code, words=words, diagnosed_by=by):
            return f"Diagnosis: {' '.join(part for part in (code, words) if part)}, by {by}"
        case (
            pe.CheckInRecorded()
            | pe.CheckInGivenUp()
            | pe.AdverseEventRecorded()
            | pe.AdverseEventFollowed()
            | pe.RedAnswerTakenUp()
        ):
            return _aftercare(event, knowledge)
        case pe.TrialRecorded() | pe.TrialLeftUnknown():
            return _trial(event)
        case pe.InfusedElsewhere(given_on=day, told_by=by):
            return f"Infusion given elsewhere, {day:%d %b %Y}: {infused_words(event)} ({by})"
        case pe.TellingPlaced(same_as=same, given_here=here, words=words):
            found = "one of its own" if same is None and here is None else "told twice, it is one infusion"
            return f"An infusion given elsewhere: {found}: {words}"
        case pe.RecordReceived(kind=kind, written=written, sent_by=sender):
            return f"Received from {sender}, in no chart by itself: {kind}, {written or 'none known'}"
        case pe.ReceivedSettled(entry=number, outcome=outcome, reason=reason):
            return f"What was received in entry {number}: {outcome}{f'; {reason}' if reason else ''}"
        case _:
            return _listed(event, knowledge)


def _listed(event: pe.PersonEvent, knowledge: Knowledge) -> str:
    match event:
        case pe.HistoryRecorded(list=which, entries=entries, substance_use=uses):
            return f"{_list_title(which, knowledge)}: {_all_of((*map(_spaced, uses), *entries))}"
        case pe.ConditionsRecorded(list=which, conditions=conditions, other=other):
            titles = [knowledge.conditions[each].title for each in conditions if each in knowledge.conditions]
            gone = [_spaced(each) for each in conditions if each not in knowledge.conditions]
            return f"{_list_title(which, knowledge)}: {_all_of((*titles, *gone, *other))}"
        case pe.MedicinesListed(medicines=medicines):
            return f"Medicines: {_all_of(medicine_words(each) for each in medicines)}"
        case pe.MedicinesReviewed(remark=remark):
            return f"Medicines gone through{f': {remark}' if remark else ''}"
        case pe.WrittenLineJudged(list=which, written=written, reason=reason):
            return f"{_list_title(which, knowledge)}, “{written}” read: {reason}"
        case pe.AnaestheticRiskRecorded(asa=asa, airway=airway):
            return f"Anaesthetic risk: ASA {asa}; airway: {airway}"
        case pe.SubstancesRecorded(asked=asked):
            used = [f"{_spaced(each.substance)} {_spaced(each.use)}" for each in asked if each.use is not pe.Use.NONE]
            return f"{SUBSTANCE_USE}: {_all_of(used)}"
        case pe.SafetyAsked(finding=finding, risk=risk):
            return f"Asked in person about thoughts of suicide: risk {_spaced(risk)}; {finding}"
        case _:
            return kind_words(event)


def kind_words(event: object) -> str:
    """Write the kind of an entry as words: Level of care decided."""
    return _spaced(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(event).__name__)).capitalize()


def _aftercare(event: AftercareEvent, known: Knowledge) -> str:
    match event:
        case pe.CheckInRecorded(reached=False):
            return "Check-in after a session: nobody was reached"
        case pe.CheckInGivenUp(reason=reason, instead=instead):
            return f"Check-in after a session given up: {reason}; instead: {instead}"
        case pe.CheckInRecorded(symptoms=symptoms, mood=mood, suicidality=suicidality):
            found = _all_of(known.aftercare.question_title(each) for each in symptoms)
            return f"Check-in after a session: {found}; mood {mood}; suicidal thoughts {suicidality}"
        case pe.AdverseEventRecorded(grade=grade, words=words):
            return f"Side effect: {term_meant(event, known.aftercare).title}, grade {grade}: {words}"
        case pe.RedAnswerTakenUp(entry=number, told=told, done=done):
            return f"Red answers of the check-in in entry {number} taken up: told {told}; {done}"
        case pe.AdverseEventFollowed(outcome=outcome, words=words):
            return f"What became of a side effect: {outcome}; {words}"


def _trial(event: pe.TrialRecorded | pe.TrialLeftUnknown) -> str:
    if isinstance(event, pe.TrialLeftUnknown):
        return f"An earlier treatment left unknown: {event.reason}"
    weeks = None if event.weeks is None else f"{event.weeks} weeks"
    return "Earlier treatment: " + ", ".join(part for part in (event.treatment, event.highest_dose, weeks) if part)


def _measured(event: pe.Measured, knowledge: Knowledge) -> str:
    found = {name: value for name in MEASURED_FIELDS if (value := getattr(event, name)) is not None}
    rows = knowledge.plausible
    said = (f"{rows[name].title} {plain(value)} {rows[name].written_unit}" for name, value in found.items())
    return ", ".join(f"{each[:1].lower()}{each[1:]}" for each in said)


def _score(scale: str, total: Decimal | None, knowledge: Knowledge) -> str:
    row = knowledge.scales.get(scale) or knowledge.entered_scores.get(scale)
    return f"{row.title if row else scale}: {'no total' if total is None else f'total {plain(total)}'}"


def _work_up(event: pe.WorkUpRecorded, knowledge: Knowledge) -> str:
    row = knowledge.work_up.get(event.item)
    words = f": {event.words}" if event.words else ""
    return f"{row.title if row else _spaced(event.item)}, {event.done_on:%d %b %Y}: {_spaced(event.finding)}{words}"


def _list_title(which: pe.HistoryList, knowledge: Knowledge) -> str:
    if which is pe.HistoryList.SUBSTANCE_USE:
        return SUBSTANCE_USE
    row = knowledge.lists.get(which)
    return row.title if row else _spaced(which).capitalize()


def _all_of(found: Iterable[str]) -> str:
    return "; ".join(found) or "none"


def _spaced(name: str) -> str:
    return str(name).replace("_", " ")
