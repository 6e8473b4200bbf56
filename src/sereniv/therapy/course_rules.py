"""What the evidence says of a course at this moment, and what the next infusion waits for.

Each rule is met, not met or unknown; a missing score is unknown, never fine. The prescriber decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sereniv.knowledge.rows import CourseRule, Knowledge, Priority
from sereniv.therapy.candidacy import Result
from sereniv.therapy.course import Course, Standing
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.person_events import ConsentRecorded, Milestone, ReviewOutcome, WorkUpRecorded
from sereniv.therapy.response import Change
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import AlertKind
from sereniv.therapy.values import plain

MONITORING_QUERY = "pdmp"
"""The item of the work-up that is asked for before each series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One rule held against the course: the result, and what it read."""

    row: CourseRule
    result: Result
    read: Mapping[str, str]

    @property
    def is_met(self) -> bool:
        """True when what the row says is so."""
        return self.result is Result.MET


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Why the next infusion waits, and what ends the waiting."""

    rule: str
    reason: str


def early_non_response(row: CourseRule, run: int, fall: Decimal | None) -> Result:
    """Judge improvement after so many infusions against the least that is hoped for."""
    if run < row.after_infusion:
        return Result.NOT_MET
    if fall is None or row.fall_below is None:
        return Result.UNKNOWN
    return Result.MET if fall < row.fall_below else Result.NOT_MET


def non_response(row: CourseRule, run: int, responded: bool | None, important: bool | None) -> Result:
    """Judge whether the series ended with neither response nor a change that matters."""
    if run < row.after_infusion:
        return Result.NOT_MET
    if responded is None:
        return Result.UNKNOWN
    return Result.MET if not responded and not important else Result.NOT_MET


def worsening(points: Decimal | None, rise: Decimal | None) -> Result:
    """Judge a rise over the baseline in the scale's points."""
    if points is None or rise is None:
        return Result.UNKNOWN
    return Result.MET if rise >= points else Result.NOT_MET


def tolerated(session: SessionChart) -> bool:
    """Say whether an infusion was tolerated as far as its chart says: no prompt of high priority about the patient."""
    return not any(
        alert.raised.event.kind is AlertKind.PHYSIOLOGICAL and alert.raised.event.priority is Priority.HIGH
        for alert in session.alerts.values()
    )


def advice(course: Course, change: Change | None, knowledge: Knowledge) -> tuple[Advice, ...]:
    """Hold a course against the rules of its reviews."""
    rules = knowledge.course
    read = read_of(course, change)
    rise = -change.fall if change else None
    early = early_non_response(rules["early_non_response"], course.run, change.fall_fraction if change else None)
    none = non_response(
        rules["non_response"], course.run, change.responded if change else None, change.important if change else None
    )
    worse = worsening(points_of_worsening(course, knowledge), rise) if course.runs else Result.NOT_MET
    found = ((rules["worsening"], worse), (rules["non_response"], none), (rules["early_non_response"], early))
    return tuple(Advice(row=row, result=result, read=read) for row, result in found)


def points_of_worsening(course: Course, knowledge: Knowledge) -> Decimal | None:
    """Return by how many points the primary scale must rise: the row's own, or the scale's important difference."""
    named = knowledge.course["worsening"].points.get(course.primary_scale)
    if named is not None:
        return named
    scale = knowledge.scales.get(course.primary_scale)
    return None if scale is None or scale.important_difference is None else Decimal(scale.important_difference)


def read_of(course: Course, change: Change | None) -> dict[str, str]:
    """Write what a review read, as it is kept with it."""
    read = {"protocol": f"{course.protocol.id} v{course.protocol.version}", "infusions": str(len(course.runs))}
    if change is None:
        return read | {"scale": course.primary_scale, "scores": "no baseline, or no score since"}
    read |= {
        "scale": course.primary_scale,
        "baseline": f"{plain(change.baseline)} on {change.baseline_at:%Y-%m-%d}",
        "latest": f"{plain(change.latest)} on {change.latest_at:%Y-%m-%d}",
    }
    if change.fall_fraction is not None:
        read["fall"] = f"{change.fall_fraction:.0%}"
    return read


def disagrees(outcome: ReviewOutcome, found: Sequence[Advice]) -> bool:
    """Say whether going on stands against advice that is met; then the prescriber writes why."""
    against = {each.row.id for each in found if each.is_met}
    return outcome is not ReviewOutcome.STOP and bool(against)


def waits(
    course: Course | None, change: Change | None, knowledge: Knowledge, now: datetime, today: date
) -> tuple[Wait, ...]:
    """Say what the next infusion waits for; spacing is judged apart from this."""
    if course is None or course.standing is Standing.ENDED:
        return ()
    found: list[Wait] = []
    if course.standing is Standing.INTERRUPTED and course.interruption is not None:
        reason = course.interruption.event.reason
        found.append(Wait(rule="interrupted", reason=f"The course is interrupted ({reason}). Resume it first."))
    if course.due is not None:
        found.append(Wait(rule="milestone", reason=_due_words(course, today)))
    if course.past_window(today) and course.window_ends is not None:
        found.append(
            Wait(
                rule="window",
                reason=f"{course.protocol.id} is to be given within {course.protocol.all_within_days} days, which "
                f"ended {course.window_ends:%d %b}. A prescriber decides whether it is resumed or ended.",
            )
        )
    worse = advice(course, change, knowledge)[0]
    if worse.is_met and change is not None and not _seen_since(course, change.latest_at, now):
        found.append(Wait(rule="worsening", reason=f"{worse.row.message} Record a review."))
    return tuple(found)


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
    """Say what a new course asks for again: consent and the monitoring query hold for one series.

    Each counts when it was recorded after the last infusion of the `earlier` course, which is over.
    """
    if earlier is None or earlier.standing is not Standing.ENDED:
        return ()
    before = earlier.runs[-1] if earlier.runs else earlier.opened_at
    if before is None:
        return ()
    found: list[Wait] = []
    signed = chart.last(ConsentRecorded)
    if signed is None or signed.at <= before:
        found.append(
            Wait(rule="consent", reason="A new course asks for a new consent: go through it and let it be signed.")
        )
    queried = [each for each in chart.all(WorkUpRecorded) if each.event.item == MONITORING_QUERY]
    if not any(each.at > before for each in queried):
        found.append(Wait(rule="pdmp", reason="A new course asks for a new prescription monitoring query: record it."))
    return tuple(found)


def _due_words(course: Course, today: date) -> str:
    due = course.due
    if due is None:
        return ""
    what = "The decision" if due.milestone is Milestone.DECISION else "The review"
    when = f"It can be recorded from {due.not_before:%d %b}." if today < due.not_before else "Record it first."
    return f"{what} that {course.protocol.id} asks for after infusion {due.after_infusion} is not recorded. {when}"


def _seen_since(course: Course, at: datetime, now: datetime) -> bool:
    return any(at <= each.at <= now for each in course.reviews)
