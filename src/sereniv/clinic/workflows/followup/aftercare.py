"""Acts after a session: the check-in, side effects and what became of them, and counting them over the clinic."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, Person, SessionRow
from sereniv.clinic.records.their_sessions import is_theirs, rows_of, sessions_of
from sereniv.clinic.workflows.person.people import record, record_all
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.therapy.followup import aftercare
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    AdverseEventFollowed,
    AdverseEventRecorded,
    CheckInGivenUp,
    CheckInRecorded,
    Mood,
    Outcome,
    PersonEvent,
    RedAnswerTakenUp,
    Related,
)
from sereniv.therapy.recording.reasons import demand_reason, demand_word
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session.events import Suicidality

LEFT = ("discharged", "signed")
DEATH = 5
IN_WORDS = "other"
"""The question whose answer is nothing without words."""


def record_check_in(
    person_id: Id, event: CheckInRecorded, grades: Mapping[str, int], act: Act, at: datetime | None = None
) -> int:
    """Record a check-in; each symptom heard of opens a side effect of the grade said. Returns the entry's number.

    Raises
    ------
    Refused
        When the session is not this person's, or the patient has not left it.
    Malformed
        When a symptom was not asked about, has no grade, or nobody is named who answered.
    """
    act.permit(Permission.CHART)
    _demand_left(person_id, event.session)
    questions = knowledge().aftercare.questions
    if not set(event.symptoms) <= set(event.asked) <= set(questions):
        raise Malformed("These are not the questions of the check-in. Open the page again.")
    if event.reached and not event.by_whom.strip():
        raise Malformed("Write who answered: the patient, or who else.")
    if any(grades.get(name) not in {1, 2, 3} for name in event.symptoms):
        raise Malformed("Say how bad each symptom is: mild, moderate or severe.")
    _demand_told(event)
    found: list[PersonEvent] = [
        AdverseEventRecorded(
            term=questions[name].term,
            words=f"{aftercare.SAID_AT_THE_CHECK_IN} {event.remark}".strip(),
            grade=grades[name],
            serious=False,
            session=event.session,
            related=Related.UNKNOWN,
            action="",
            outcome=Outcome.ONGOING,
        )
        for name in event.symptoms
    ]
    red = tuple(name for name in event.symptoms if aftercare.is_red(questions[name], grades[name]))
    return record_all(person_id, [replace(event, red=red), *found], act, at)


def _demand_told(event: CheckInRecorded) -> None:
    """Raise Malformed where nobody is said to have answered beside answers, or something else has no words."""
    answered = event.suicidality is not Suicidality.NOT_ASKED or event.mood is not Mood.NOT_ASKED
    if not event.reached and (answered or event.asked or event.drove_or_worked is not None):
        raise Malformed(
            "Answers are chosen, and that nobody answered. Say that somebody did, or take the answers back."
        )
    if IN_WORDS in event.symptoms:
        demand_word(event.remark, "Write what else is troubling them.")


def _demand_left(person_id: Id, session_id: str) -> None:
    row = next((each for each in rows_of(person_id) if str(each.pk) == session_id), None)
    if row is None:
        raise Refused("check-in", "There is no such session of this person.")
    if row.phase not in LEFT:
        raise Refused("check-in", f"The patient has not left: the session is {row.phase}.")


def give_up_check_in(person_id: Id, session_id: str, reason: str, instead: str, act: Act) -> None:
    """Decide that nobody is called any more about a session: a prescriber's decision, with its reason.

    Raises
    ------
    Refused
        When no call is owed about this session.
    """
    act.permit(Permission.SIGN_EXCEPTION)
    why = demand_reason(reason, "Write why nobody is called any more.")
    done = demand_reason(instead, "Write what was done instead, such as a letter or a word with the family doctor.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        _demand_left(person_id, session_id)
        chart, session = chart_store.person_chart(person_id), chart_store.session_chart_of(session_id)
        if aftercare.check_in_due(session, session_id, chart, act.now, knowledge().aftercare.check_in) is None:
            raise Refused("check-in", "No call is owed about this session: it was made, or it is not due yet.")
        record(person_id, CheckInGivenUp(session=session_id, reason=why, instead=done), act)


def record_adverse_event(person_id: Id, event: AdverseEventRecorded, act: Act, at: datetime | None = None) -> int:
    """Record a side effect and return the entry's number.

    Raises
    ------
    Malformed
        When the term or grade is not one of ours, words are missing, or a death is not called one.
    """
    act.permit(Permission.CHART)
    after = knowledge().aftercare
    if event.term not in after.terms or str(event.grade) not in after.grades:
        raise Malformed("Choose what it is, and how bad from 1 to 5.")
    demand_word(event.words, "Write in words what happened.")
    if (event.grade == DEATH) != (event.outcome is Outcome.DIED):
        raise Malformed("Grade 5 is death: grade and outcome say the same.")
    if event.session and not is_theirs(person_id, event.session):
        raise Refused("side effect", "There is no such session of this person.")
    return record(person_id, event, act, at)


def follow_adverse_event(person_id: Id, entry: int, outcome: Outcome, words: str, act: Act) -> None:
    """Record what became of a side effect.

    Raises
    ------
    Refused
        When there is no such side effect, or it was struck.
    """
    act.permit(Permission.CHART)
    words = demand_word(words, "Write what you heard.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        known = aftercare.adverse_events(chart_store.person_chart(person_id))
        if not any(each.recorded.stream_seq == entry for each in known):
            raise Refused("side effect", "There is no such side effect, or it was struck.")
        record(person_id, AdverseEventFollowed(entry=entry, outcome=outcome, words=words), act)


def take_up_red(person_id: Id, entry: int, told: str, done: str, act: Act) -> None:
    """Write down who was told of the red answers of a check-in, and what was done.

    Raises
    ------
    Refused
        When there is no such check-in, or its red answers were taken up before.
    """
    act.permit(Permission.CHART)
    told = demand_word(told, "Write who was told.")
    done = demand_word(done, "Write what was done.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        waiting = aftercare.red_answers_open(chart_store.person_chart(person_id))
        if not any(each.stream_seq == entry for each in waiting):
            raise Refused("check-in", "This was already taken up, or the check-in was struck.")
        record(person_id, RedAnswerTakenUp(entry=entry, told=told, done=done), act)


def check_ins_of(person: Person, chart: PersonChart, now: datetime) -> tuple[tuple[SessionRow, aftercare.CheckIn], ...]:
    """Return the sessions of one person after which they should be called, the longest due first."""
    rule = knowledge().aftercare.check_in
    theirs = [(row, session) for row, session in sessions_of(person.pk) if row.phase in LEFT and not row.label]
    found = ((row, aftercare.check_in_due(session, str(row.pk), chart, now, rule)) for row, session in theirs)
    return tuple(sorted(((row, due) for row, due in found if due), key=lambda each: each[1].due_at))
