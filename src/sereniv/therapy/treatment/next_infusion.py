"""What the next infusion of a course waits for, and what a new course waits for; spacing is judged apart from this."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.followup.response import Change
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.consent import given_at, given_last, taken_back
from sereniv.therapy.person.events import Milestone, ReviewOutcome, WorkUpRecorded
from sereniv.therapy.person.joined import decided_apart
from sereniv.therapy.safety import suicide
from sereniv.therapy.treatment import course_rules
from sereniv.therapy.treatment.course import Course, Standing
from sereniv.therapy.treatment.course_rules import Advice
from sereniv.therapy.treatment.maintenance import warnings
from sereniv.therapy.treatment.struck_ground import to_review_anew

MONITORING_QUERY = "pdmp"
"""The item of the work-up that is asked for before each series."""

HOLDING = ("worsening", "relapse", "cannot_be_spaced", "maintenance_review")
"""Rules that hold the next infusion by themselves, until a review is recorded after what they read."""


STRUCK = "score struck"
"""The wait where the newest decision of a course read a score that was struck since."""

ENDED_BY_A_REVIEW = frozenset({*HOLDING, STRUCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Why the next infusion waits, and what ends the waiting."""

    rule: str
    reason: str


def waits(
    course: Course | None, change: Change | None, chart: PersonChart, knowledge: Knowledge, now: datetime, zone: tzinfo
) -> tuple[Wait, ...]:
    """Say what the next infusion waits for, in the order in which it is best mended."""
    first = (*of_thoughts(chart, knowledge), *_of_joining(chart))
    if course is None or course.standing is Standing.ENDED:
        return first
    today = now.astimezone(zone).date()
    found = (*course_rules.advice(course, change, knowledge), *warnings(course, chart, knowledge, now, zone))
    struck = _of_a_struck_score(course, chart, knowledge)
    return (*first, *_of_the_plan(course, today), *struck, *_of_the_scores(course, found, now))


def of_thoughts(chart: PersonChart, knowledge: Knowledge) -> tuple[Wait, ...]:
    """Say what of thoughts of suicide is to be taken up before any infusion, in a course or before its first order."""
    return tuple(Wait(rule=knowledge.open_items.id, reason=words) for words in suicide.holds(chart, knowledge))


def _of_joining(chart: PersonChart) -> Iterator[Wait]:
    apart = decided_apart(chart)
    if apart is not None:
        yield Wait(
            rule="candidacy",
            reason=f"Two records of this person were joined on {apart.at:%d %b}. What was decided in either was "
            "decided without the other: decide on candidacy anew, with both before you.",
        )


def _of_the_plan(course: Course, today: date) -> Iterator[Wait]:
    if course.standing is Standing.INTERRUPTED and course.interruption is not None:
        reason = course.interruption.event.reason
        yield Wait(rule="interrupted", reason=f"The course is interrupted ({reason}). Resume it first.")
    if course.due is not None:
        yield Wait(rule="milestone", reason=_due_words(course, today))
    if course.past_window(today) and course.window_ends is not None:
        yield Wait(
            rule="window",
            reason=f"{course.protocol.id} is to be given within {course.protocol.all_within_days} days, which "
            f"ended {course.window_ends:%d %b}. A prescriber decides whether it is resumed or ended.",
        )


def _of_a_struck_score(course: Course, chart: PersonChart, knowledge: Knowledge) -> Iterator[Wait]:
    found = to_review_anew(course, chart, knowledge)
    if found is not None:
        yield Wait(
            rule=STRUCK,
            reason=f"What was last decided of the course, on {found.decided.at:%d %b}, stands on nothing. "
            f"{found.words} Record a review.",
        )


def _of_the_scores(course: Course, found: tuple[Advice, ...], now: datetime) -> Iterator[Wait]:
    for each in found:
        if each.is_met and each.row.id in HOLDING and not reviewed_since(course, each, now):
            yield Wait(rule=each.row.id, reason=f"{each.row.message} Record a review.")


def before_another(course: Course | None, decided_at: datetime | None) -> Wait | None:
    """Say whether a new course waits for a decision: whoever was found eligible was so for the course that ended."""
    if course is None or course.ended is None:
        return None
    if decided_at is not None and decided_at > course.ended.at:
        return None
    ended = course.ended
    return Wait(
        rule="candidacy",
        reason=f"The last course ended on {ended.at:%d %b} ({ended.event.outcome}). Decide on candidacy anew before "
        "another begins.",
    )


def asked_anew(earlier: Course | None, chart: PersonChart) -> tuple[Wait, ...]:
    """Say what is asked for again before anything is ordered or checked: consent and the monitoring query.

    Consent that was taken back is asked for whatever the course. Both hold for one series: after the `earlier` course,
    when it is over, a consent counts that was signed, and a query that was recorded, after its last infusion had ended.
    """
    taken_back = tuple(_consent_taken_back(chart))
    if taken_back or earlier is None or earlier.standing is not Standing.ENDED:
        return taken_back
    if not earlier.ran and earlier.opened_at is None:
        return ()

    def is_later(at: datetime) -> bool:
        if earlier.ran:
            return earlier.ran[-1].is_over_before(at)
        return earlier.opened_at is not None and at > earlier.opened_at

    found: list[Wait] = []
    signed = given_last(chart)
    if signed is None or not is_later(given_at(signed)):
        found.append(
            Wait(rule="consent", reason="A new course asks for a new consent: go through it and let it be signed.")
        )
    queried = [each for each in chart.all(WorkUpRecorded) if each.event.item == MONITORING_QUERY]
    if not any(is_later(each.at) for each in queried):
        found.append(Wait(rule="pdmp", reason="A new course asks for a new prescription monitoring query: record it."))
    return tuple(found)


def _consent_taken_back(chart: PersonChart) -> Iterator[Wait]:
    withdrawn = taken_back(chart)
    if withdrawn is not None:
        yield Wait(
            rule="consent",
            reason=f"Consent was taken back on {withdrawn.at:%d %b}. Nothing is ordered or checked until the patient "
            "signs again, or the course is interrupted or ended.",
        )


def _due_words(course: Course, today: date) -> str:
    due = course.due
    if due is None:
        return ""
    what = "The decision" if due.milestone is Milestone.DECISION else "The review"
    when = "Record it first."
    if today < due.not_before:
        when = f"It can be recorded from {due.not_before:%d %b}."
    elif due.runs_still:
        when = "That infusion still runs: it can be recorded when it has ended."
    return f"{what} that {course.protocol.id} asks for after infusion {due.after_infusion} is not recorded. {when}"


def answered_since(course: Course, chart: PersonChart, advice: Advice, now: datetime) -> bool:
    """Say whether something was done about what the advice read: another decision than going on, an interval, an order.

    A review that says *continue* has looked at it and changed nothing: what it looked at is still so.
    """
    if advice.since is None or not reviewed_since(course, advice, now):
        return False
    decided = [each.at for each in course.reviews if each.event.outcome is not ReviewOutcome.CONTINUE]
    planned = [each.at for each in course.maintenance]
    ordered = [each.signed.at for each in chart.orders]
    return any(advice.since <= at <= now for at in (*decided, *planned, *ordered))


def reviewed_since(course: Course, advice: Advice, now: datetime) -> bool:
    """Say whether a prescriber has reviewed the course, or set its interval, since what the advice read."""
    if advice.row.id == "maintenance_review":
        # It counts from the last review by itself, and another interval is none.
        return not advice.is_met
    since, decided = advice.since, [each.at for each in (*course.reviews, *course.maintenance)]
    return since is not None and any(since <= at <= now for at in decided)
