"""Acts around a person outside infusions: registration, consent, history, measurements, scores, candidacy."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.acting import Act, happened_at
from sereniv.knowledge import Action, Phase, knowledge
from sereniv.therapy import candidacy, scales
from sereniv.therapy import person_events as ev
from sereniv.therapy.patient import MEASURED_FIELDS
from sereniv.therapy.refusal import Malformed, Refused
from sereniv.therapy.values import Reading, read

FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What is asked of a new person."""

    family_name: str
    given_names: str
    born: date
    sex_at_birth: str
    phone: str = ""
    indication: str = "depression"


def register(registration: Registration, act: Act, person_id: uuid.UUID | None = None) -> Person:
    """Add a person; a repeated key returns the one it added before."""
    act.permit(Permission.REGISTER_PEOPLE)
    if registration.born.year < FIRST_YEAR or registration.born > act.now.date():
        raise Malformed("Check the date of birth.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return Person.objects.get(pk=_subject_of(act))
        person = Person.objects.create(
            id=person_id or uuid.uuid4(),
            family_name=registration.family_name,
            given_names=registration.given_names,
            born=registration.born,
            sex_at_birth=registration.sex_at_birth,
            phone=registration.phone,
            indication=registration.indication,
            registered_at=act.now,
        )
        change = TableChanged(table="person", row=str(person.pk), change="added", fields=("identity", "indication"))
        chart_store.append([New(stream="audit", event=change, at=act.now)], act.writing())
    return person


def _subject_of(act: Act) -> str:
    event = chart_store.event_of(act.key, act.by.username)
    if not isinstance(event, TableChanged):
        raise Malformed("This form was already used for something else. Open the page again.")
    return event.row


def record(person_id: Id, event: ev.PersonEvent, act: Act, at: datetime | None = None) -> int:
    """Append one fact to a person's stream and return its number there."""
    return record_all(person_id, [event], act, at)


def record_all(person_id: Id, events: list[ev.PersonEvent], act: Act, at: datetime | None = None) -> int:
    """Append facts to a person's stream in one transaction; returns the number of the first."""
    when = happened_at(at, act.now)
    with chart_store.in_turn():
        stream = chart_store.person_stream(person_id)
        written = chart_store.append([New(stream=stream, event=event, at=when) for event in events], act.writing())
    return written[0].stream_seq


def record_consent(person_id: Id, version: str, signer_name: str, witness_name: str, act: Act) -> None:
    """Record that the consent of this version was signed."""
    act.permit(Permission.RECORD_CONSENT)
    if not signer_name.strip():
        raise Malformed("Name who signed the consent.")
    record(person_id, ev.ConsentRecorded(version=version, signer_name=signer_name, witness_name=witness_name), act)


def record_history(
    person_id: Id,
    which: ev.HistoryList,
    entries: tuple[str, ...],
    substance_use: tuple[ev.SubstanceUse, ...],
    act: Act,
) -> None:
    """Close a history list with its entries, or with none of these."""
    act.permit(Permission.REGISTER_PEOPLE)
    record(person_id, ev.HistoryRecorded(list=which, entries=entries, substance_use=substance_use), act)


def record_measurements(person_id: Id, typed: Mapping[str, str], act: Act, at: datetime | None = None) -> ev.Measured:
    """Read and store typed measurements; implausible ones are kept and questioned.

    Raises
    ------
    Malformed
        When a value cannot be read, or none was typed; nothing is stored then.
    """
    act.permit(Permission.CHART)
    chart = chart_store.person_chart(person_id)
    readings: dict[str, Reading] = {}
    for field in MEASURED_FIELDS:
        if typed.get(field, "").strip():
            previous = chart.latest(field, act.now)
            readings[field] = read(typed[field], knowledge().plausible[field], previous.value if previous else None)
    if not readings:
        raise Malformed("Enter at least one measurement.")
    if ("systolic" in readings) != ("diastolic" in readings):
        raise Malformed("A blood pressure needs both values: systolic and diastolic.")
    questions = {field: reading.question for field, reading in readings.items() if reading.question}
    values = {field: reading.value for field, reading in readings.items()}
    event = ev.Measured(**values, questions=questions)
    record(person_id, event, act, at)
    return event


def confirm_value(person_id: Id, entry: int, field: str, remark: str, act: Act) -> None:
    """Confirm a questioned value, so that it may be used."""
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        questions = chart_store.person_chart(person_id).open_questions()
        if not any(each.entry == entry and each.field == field for each in questions):
            raise Refused("values", "There is no open question about this value.")
        record(person_id, ev.ValueConfirmed(entry=entry, field=field, remark=remark), act)


def record_pregnancy(person_id: Id, status: ev.Pregnancy, basis: str, act: Act) -> None:
    """Record pregnancy status and how it is known."""
    act.permit(Permission.CHART)
    record(person_id, ev.PregnancyRecorded(status=status, basis=basis), act)


def review_medicines(person_id: Id, medicines: tuple[str, ...], act: Act) -> None:
    """Record that the medicines were gone through, and the list as it stands."""
    act.permit(Permission.CHART)
    history = ev.HistoryRecorded(list=ev.HistoryList.MEDICINES, entries=medicines)
    record_all(person_id, [ev.MedicinesReviewed(), history], act)


def answer_phq9(
    person_id: Id, answers: tuple[int | None, ...], answered_by: str, act: Act, at: datetime | None = None
) -> scales.Score:
    """Score and store a PHQ-9; a partial one is stored without a total."""
    act.permit(Permission.CHART)
    scored = scales.score(knowledge().scales["phq9"], answers)
    event = ev.ScaleAnswered(scale="phq9", answers=answers, total=scored.total, answered_by=answered_by)
    record(person_id, event, act, at)
    return scored


def answer_mood(person_id: Id, mood: int, answered_by: str, act: Act, at: datetime | None = None) -> None:
    """Store a daily mood from 0 to 10."""
    act.permit(Permission.CHART)
    low, high = knowledge().scales["mood"].range or (0, 10)
    if not low <= mood <= high:
        raise Malformed(f"Mood is a whole number from {low} to {high}.")
    event = ev.ScaleAnswered(scale="mood", answers=(mood,), total=mood, answered_by=answered_by)
    record(person_id, event, act, at)


def take_up_safety(person_id: Id, entry: int, finding: str, act: Act) -> None:
    """Record that a positive or blank suicide item was taken up in person."""
    act.permit(Permission.CHART)
    if not finding.strip():
        raise Malformed("Write what you found and what was done.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        if not any(each.stream_seq == entry for each in chart_store.person_chart(person_id).unasked_safety()):
            raise Refused("safety", "This answer was already taken up.")
        record(person_id, ev.SafetyAsked(entry=entry, finding=finding), act)


def record_evaluation(person_id: Id, criterion: str, finding: str, valid_days: int, act: Act) -> None:
    """Record the evaluation of a concern, by whom and how long it holds."""
    act.permit(Permission.DECIDE_CANDIDACY)
    if criterion not in knowledge().criteria or not finding.strip() or not 1 <= valid_days <= 365:
        raise Malformed("Write the finding, and for how many days (1 to 365) it holds.")
    event = ev.EvaluationRecorded(
        criterion=criterion, evaluator=act.by.full_name, finding=finding, valid_days=valid_days
    )
    record(person_id, event, act)


def decide_candidacy(
    person_id: Id, decision: ev.Decision, reason: str, expected_seq: int, act: Act
) -> ev.CandidacyDecided:
    """Sign the prescriber's decision, with every finding it was made on.

    Raises
    ------
    Refused
        When a concern is unknown (eligible cannot rest on what nobody looked at), a reason or a second
        signature is missing where a concern asks for one.
    """
    act.permit(Permission.DECIDE_CANDIDACY)
    with chart_store.in_turn():
        person = Person.objects.get(pk=person_id)
        chart = chart_store.person_chart(person_id)
        found = candidacy.findings(chart, Phase.SCREEN, act.now, knowledge())
        if decision is ev.Decision.ELIGIBLE:
            _refuse_ineligible(person_id, found, reason, act)
        event = ev.CandidacyDecided(
            decision=decision,
            indication=person.indication,
            reason=reason,
            knowledge_version=knowledge().version,
            findings=tuple(each.taken() for each in found),
        )
        if decision is not ev.Decision.ELIGIBLE and not reason.strip():
            raise Malformed("Write the reason for this decision.")
        new = New(stream=chart_store.person_stream(person_id), event=event, at=act.now, expected_seq=expected_seq)
        chart_store.append([new], act.writing())
    return event


def _refuse_ineligible(person_id: Id, found: tuple[candidacy.Finding, ...], reason: str, act: Act) -> None:
    unknown = [each for each in found if each.verdict.result is candidacy.Result.UNKNOWN]
    if unknown:
        names = "; ".join(
            f"{each.row.title} (missing {', '.join(name.replace('_', ' ') for name in each.verdict.missing)})"
            for each in unknown
        )
        raise Refused("candidacy", f"Not yet known: {names}. Missing is never fine: complete it first.")
    met = [each for each in found if each.stands_in_the_way]
    chart = chart_store.person_chart(person_id)
    unevaluated = [each for each in met if each.row.asks_evaluation and not chart.evaluated(each.row.id, act.now)]
    if unevaluated:
        names = ", ".join(each.row.title for each in unevaluated)
        raise Refused("candidacy", f"Needs evaluation first, with its finding, in date: {names}.")
    if met and not reason.strip():
        titles = ", ".join(each.row.title for each in met)
        raise Refused("candidacy", f"Write why treatment is right although this holds: {titles}.")
    if any(each.verdict.action is Action.GATE2 for each in met):
        act.second_person(Permission.CO_SIGN, "candidacy")
