"""What the evidence says of a course at this moment.

Each rule is met, not met or unknown; a missing score is unknown, never fine. The prescriber decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import CourseRule, Knowledge
from sereniv.therapy.candidacy.criteria import Result
from sereniv.therapy.followup.response import Change, changes, important_points
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import ReviewOutcome
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.course import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One rule held against the course: the result, what it read, and when the last of that came to be.

    `because` says why the scores that there are give no answer.
    """

    row: CourseRule
    result: Result
    read: Mapping[str, str]
    since: datetime | None = None
    because: str = ""

    @property
    def is_met(self) -> bool:
        """True when what the row says is so."""
        return self.result is Result.MET

    @property
    def why_unknown(self) -> str:
        """Say why it cannot be judged: by which scores it could, or why those there are say nothing."""
        return self.because or (
            "Without a score young enough before the first infusion and one since the last that it counts, this cannot "
            "be judged."
        )


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
    if responded or important:
        return Result.NOT_MET
    return Result.UNKNOWN if responded is None or important is None else Result.MET


def worsening(points: Decimal | None, rise: Decimal | None) -> Result:
    """Judge a rise over the baseline in the scale's points."""
    if points is None or rise is None:
        return Result.UNKNOWN
    return Result.MET if rise >= points else Result.NOT_MET


def advice(
    course: Course, change: Change | None, knowledge: Knowledge, *, responded_before: bool = False
) -> tuple[Advice, ...]:
    """Hold a course against the rules of its reviews.

    Where a response was reached before the latest score, nobody is told that there was none: it is going.
    """
    rules = knowledge.course
    read = read_of(course, change, knowledge)
    rise = -change.fall if change else None
    fresh = change if change is not None and baseline_counts(change, knowledge) else None
    never = Result.NOT_MET if responded_before else None
    since_third = _scored_since(course, fresh, rules["early_non_response"])
    judged = since_third is not None and since_third.responded is not None
    early = early_non_response(
        rules["early_non_response"], course.run, since_third.fall_fraction if since_third and judged else None
    )
    since_sixth = _scored_since(course, fresh, rules["non_response"])
    none = non_response(
        rules["non_response"],
        course.run,
        since_sixth.responded if since_sixth else None,
        since_sixth.important if since_sixth else None,
    )
    first = change.baseline if change else None
    worse = worsening(points_of_worsening(course, first, knowledge), rise) if course.runs else Result.NOT_MET
    found = (
        (rules["worsening"], worse, None if worse is not Result.UNKNOWN else change),
        (rules["non_response"], never or none, since_sixth),
        (rules["early_non_response"], never or early, since_third),
    )
    since = change.latest_at if change else None
    return tuple(
        Advice(row=row, result=result, read=read, since=since, because=by.undefined_because if by else "")
        for row, result, by in found
    )


def _scored_since(course: Course, change: Change | None, row: CourseRule) -> Change | None:
    """Return the change where it was scored after the infusion that the row counts from: an older one knows less."""
    if change is None or len(course.ran) < row.after_infusion:
        return None
    return change if course.ran[row.after_infusion - 1].is_over_before(change.latest_at) else None


def baseline_counts(change: Change, knowledge: Knowledge) -> bool:
    """Say whether a baseline is as young as one is asked for (row `schedule`): by an older one nobody failed to answer.

    Worse than it, and a response that goes, are judged by an older one too: both only ask for a look at the patient.
    """
    return change.baseline_days <= knowledge.assessments.baseline_within_days


def old_baseline_words(change: Change) -> str:
    """Say how old a baseline is that no longer counts."""
    return f"the baseline is of {change.baseline_days} days before the first infusion, too old to judge a response by"


def change_of(course: Course, chart: PersonChart, knowledge: Knowledge, now: datetime) -> Change | None:
    """Return the change on a course's primary scale, judged for what the course treats: the one way to ask for it."""
    found = changes_of(course, chart, knowledge, now)
    return found[-1] if found else None


def changes_of(course: Course, chart: PersonChart, knowledge: Knowledge, now: datetime) -> tuple[Change, ...]:
    """Return the change at every score since a course began, the oldest first."""
    scale = knowledge.scales.get(course.primary_scale)
    treated = knowledge.indications.get(course.indication)
    return () if scale is None else changes(chart, scale, course.first, now, treated)


def points_of_worsening(course: Course, first: Decimal | None, knowledge: Knowledge) -> Decimal | None:
    """Return by how many points the primary scale must rise from its first total: the row's own, or what matters."""
    named = knowledge.course["worsening"].points.get(course.primary_scale)
    if named is not None:
        return named
    scale = knowledge.scales.get(course.primary_scale)
    return None if scale is None or first is None else important_points(scale, first)


def read_of(course: Course, change: Change | None, knowledge: Knowledge) -> dict[str, str]:
    """Write what a review read, as it is kept with it."""
    read = {"protocol": f"{course.protocol.id} v{course.protocol.version}", "infusions": str(len(course.runs))}
    scale = knowledge.scales.get(course.primary_scale)
    title = scale.title if scale else course.primary_scale
    if change is None:
        return read | {"scale": title, "scores": "no baseline, or no score since"}
    read |= {
        "scale": title,
        "baseline": total_with_day(change.baseline, change.baseline_at),
        "latest": total_with_day(change.latest, change.latest_at),
    }
    if not baseline_counts(change, knowledge):
        read["age of the baseline"] = f"{change.baseline_days} days before the first infusion"
    if change.fall_fraction is not None:
        read["fall"] = f"{change.fall_fraction:.0%}"
    return read | {"by the scale": str(change.reached)}


def total_with_day(total: Decimal, at: datetime) -> str:
    """Write a total with its day, as a review keeps it."""
    return f"{plain(total)} on {at:%d %b %Y}"


def disagrees(outcome: ReviewOutcome, found: Sequence[Advice]) -> bool:
    """Say whether going on stands against advice that is met; then the prescriber writes why."""
    against = {each.row.id for each in found if each.is_met}
    return outcome is not ReviewOutcome.STOP and bool(against)
