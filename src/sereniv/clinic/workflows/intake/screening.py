"""Acts that gather what candidacy reads: diagnosis, earlier treatments, substances, scores, work-up, level of care."""

from datetime import date, datetime
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.person.people import record, record_all
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.candidacy.work_up import above_limit
from sereniv.therapy.person import diagnoses, trials
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.contradictions import contradictions
from sereniv.therapy.person.days import demand_lived
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

LONGEST_TRIAL_WEEKS = 2000
ALL_PERCENT = 100


def record_diagnosis(person_id: Id, diagnosis: ev.DiagnosisRecorded, act: Act) -> None:
    """Record a diagnosis, behind an indication or beside it; that ideation is present is for a clinician to say.

    Raises
    ------
    Malformed
        When nobody is named who diagnosed, the day has not come yet, or code, answers and words contradict each other.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    if diagnosis.ideation_present is not None:
        act.permit(Permission.CHART)
    if diagnosis.indication not in {*knowledge().indications, diagnoses.BESIDE}:
        raise Malformed("Choose what the infusions are considered for.")
    if not diagnosis.icd10.strip() or not diagnosis.diagnosed_by.strip():
        raise Malformed("Enter the ICD-10 code and who made the diagnosis.")
    born = Person.objects.get(pk=person_id).born
    demand_lived(diagnosis.since, born, act.now.date(), "The day the illness began")
    found = contradictions(diagnosis, rules_in_force(act.now))
    if found:
        raise Malformed(f"{' '.join(found)} Both cannot be so: correct one of them.")
    record(person_id, diagnosis, act)


def record_trial(person_id: Id, trial: ev.TrialRecorded, act: Act, *, is_last: bool = False) -> None:
    """Record one earlier treatment; `is_last` also says that there are no others."""
    act.permit(Permission.REGISTER_PEOPLE)
    if not trial.treatment.strip():
        raise Malformed("Name the treatment.")
    if trial.weeks is not None and not 0 <= trial.weeks <= LONGEST_TRIAL_WEEKS:
        raise Malformed(f"Weeks are a whole number from 0 to {LONGEST_TRIAL_WEEKS}.")
    if trial.improvement_percent is not None and not 0 <= trial.improvement_percent <= ALL_PERCENT:
        raise Malformed("Improvement is a whole number of percent from 0 to 100; worse is 0.")
    with chart_store.in_turn():
        closing: list[ev.PersonEvent] = []
        if is_last:
            known = [each.event.treatment for each in trials.listed(chart_store.person_chart(person_id))]
            closing = [_closed((*known, trial.treatment))]
        record_all(person_id, [trial, *closing], act)


def close_trials(person_id: Id, act: Act) -> None:
    """Say that there are no other earlier treatments: none at all where none is listed."""
    act.permit(Permission.REGISTER_PEOPLE)
    with chart_store.in_turn():
        known = tuple(each.event.treatment for each in trials.listed(chart_store.person_chart(person_id)))
        record(person_id, _closed(known), act)


def leave_trial_unknown(person_id: Id, entry: int, reason: str, act: Act) -> None:
    """Record that nobody can find out what is missing of an earlier treatment; it counts for nothing from then on.

    Raises
    ------
    Refused
        When nothing that decides is missing of it, or it was said before.
    """
    act.permit(Permission.DECIDE_CANDIDACY)
    demand_reason(reason, "Write who was asked, and why it cannot be found out.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.person_chart(person_id)
        found = next((each for each in trials.listed(chart) if each.stream_seq == entry), None)
        if found is None:
            raise Refused("trials", "This treatment is not on the list.")
        if entry in trials.left_unknown(chart):
            raise Refused("trials", "That was said of this treatment before.")
        if not trials.is_unsure(found.event, knowledge().trials):
            raise Refused("trials", f"{found.event.treatment}: everything is known that decides whether it counts.")
        record(person_id, ev.TrialLeftUnknown(entry=entry, reason=reason), act)


def _closed(treatments: tuple[str, ...]) -> ev.HistoryRecorded:
    return ev.HistoryRecorded(list=ev.HistoryList.TRIALS, entries=treatments)


def record_substances(person_id: Id, asked: tuple[ev.SubstanceAsked, ...], act: Act) -> None:
    """Record the substance-use history: every substance answered, or it is not a history."""
    act.permit(Permission.REGISTER_PEOPLE)
    missing = [each for each in ev.Substance if each not in {one.substance for one in asked}]
    if missing or len(asked) != len(ev.Substance):
        names = ", ".join(each.replace("_", " ") for each in missing) or "one of them twice"
        raise Malformed(f"Answer every line: {names}.")
    record(person_id, ev.SubstancesRecorded(asked=asked), act)


def enter_score(person_id: Id, scale: str, total: int, scored_by: str, act: Act, at: datetime | None = None) -> None:
    """Record the total of a score that was worked out elsewhere: an answered scale without its answers."""
    act.permit(Permission.CHART)
    row = knowledge().entered_scores.get(scale)
    if row is None:
        raise Malformed("Choose the score.")
    low, high = row.range
    if not low <= total <= high:
        raise Malformed(f"{row.title} is a whole number from {low} to {high}.")
    if not scored_by.strip():
        raise Malformed("Enter who worked the score out.")
    demand_lived(at.date() if at else None, Person.objects.get(pk=person_id).born, act.now.date(), "That day")
    event = ev.ScaleAnswered(scale=scale, answers=(), total=Decimal(total), answered_by=scored_by.strip())
    record(person_id, event, act, at)


def record_work_up(person_id: Id, done: list[ev.WorkUpRecorded], act: Act) -> None:
    """Record items of the work-up; waiving one is a prescriber's, with a reason.

    Raises
    ------
    Malformed
        When nothing was entered, an item is not known, its day has not come yet, or words are missing that it needs.
    """
    act.permit(Permission.CHART)
    if not done:
        raise Malformed("Enter at least one finding.")
    born = Person.objects.get(pk=person_id).born
    for each in done:
        _demand_item(each, born, act)
    record_all(person_id, list(done), act)


def _demand_item(done: ev.WorkUpRecorded, born: date, act: Act) -> None:
    row = rules_in_force(act.now).work_up.get(done.item)
    if row is None:
        raise Malformed("This item is not part of the work-up.")
    demand_lived(done.done_on, born, act.now.date(), f"{row.title}: that day")
    if done.finding is ev.WorkUpFinding.WAIVED:
        act.permit(Permission.DECIDE_CANDIDACY)
        demand_reason(done.words, f"{row.title}: write why it is waived.")
    if done.finding is ev.WorkUpFinding.NOT_INDICATED and not row.conditional:
        raise Malformed(f"{row.title} is always asked for. A prescriber may waive it with a reason.")
    if done.finding is ev.WorkUpFinding.ABNORMAL and not done.words.strip():
        raise Malformed(f"{row.title}: write what was found.")
    if any(each.value < 0 or each.upper_limit <= 0 or each.analyte not in row.gate_above for each in done.values):
        raise Malformed(f"{row.title}: a value is 0 or more, and its upper limit above 0.")
    above = above_limit(done.values)
    if above and done.finding is ev.WorkUpFinding.NORMAL:
        raise Malformed(f"{row.title} is not normal: {'; '.join(above)}.")


def decide_level_of_care(person_id: Id, level: ev.LevelOfCare, words: str, act: Act) -> None:
    """Record where a person is to be cared for: a human decision, made before any infusion is thought of."""
    act.permit(Permission.DECIDE_CANDIDACY)
    demand_reason(words, "Write what the decision rests on.")
    record(person_id, ev.LevelOfCareDecided(level=level, words=words), act)
