"""After the series: when the next infusion is due, whether the response goes, and how much was given in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise

from sereniv.knowledge.rows import CourseRule, Knowledge, Protocol, Scale
from sereniv.therapy.candidacy import Result
from sereniv.therapy.course import Course, Standing
from sereniv.therapy.course_rules import Advice
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.response import baseline, between, points
from sereniv.therapy.values import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One infusion that ran: when it began and how much went in."""

    at: datetime
    mg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many infusions and how much drug a person was given, ever and in the last twelve months."""

    count: int
    mg: Decimal
    count_12_months: int
    mg_12_months: Decimal


def exposure(given: Sequence[Given], now: datetime) -> Exposure:
    """Add up what was given; twelve months reach back to the same day of last year."""
    since = _a_year_before(now)
    lately = [each for each in given if each.at > since]
    return Exposure(
        count=len(given),
        mg=sum((each.mg for each in given), Decimal(0)),
        count_12_months=len(lately),
        mg_12_months=sum((each.mg for each in lately), Decimal(0)),
    )


def _a_year_before(now: datetime) -> datetime:
    # The day before 1 March stands in for 29 February.
    day = now.day if (now.month, now.day) != (2, 29) else 28
    return now.replace(year=now.year - 1, day=day)


def next_due(course: Course, zone: tzinfo) -> date | None:
    """Return the day the next infusion of a course is meant for: planned in the series, or by the interval after it."""
    if course.standing in {Standing.ENDED, Standing.INTERRUPTED}:
        return None
    if course.plan is None:
        return course.next.planned if course.next else None
    since = max(course.runs[-1], course.maintenance[-1].at) if not course.runs else course.runs[-1]
    return since.astimezone(zone).date() + timedelta(days=course.plan.interval_days)


def suggested_interval_days(protocol: Protocol, infusions_in_maintenance: int) -> int | None:
    """Return the interval the protocol begins with: weekly for so many, then stretched; None where it names none."""
    rule = protocol.maintenance
    if rule is None:
        return None
    return 7 if infusions_in_maintenance < rule.weekly else rule.then_every_days[0]


def in_maintenance(course: Course) -> tuple[datetime, ...]:
    """Return the infusions that were run since maintenance was first planned."""
    if not course.maintenance:
        return ()
    return tuple(run for run in course.runs if run >= course.maintenance[0].at)


def shortening(gaps: Sequence[int]) -> Result:
    """Judge whether the last gap, in whole days, is shorter than the one before it."""
    return Result.MET if len(gaps) > 1 and gaps[-1] < gaps[-2] else Result.NOT_MET


def cannot_be_spaced(row: CourseRule, days: int, gaps: Sequence[int]) -> Result:
    """Judge whether infusions are still closer than weekly when two months are over."""
    return Result.MET if days >= row.by_days and gaps and gaps[-1] < row.least_days else Result.NOT_MET


def relapse(
    scale_response: Decimal | None, best_fall: Decimal, fall: Decimal, rise: Decimal, important: Decimal | None
) -> Result:
    """Judge whether a response is going: back above the response threshold, or risen by what matters."""
    if scale_response is None:
        return Result.UNKNOWN
    if best_fall < scale_response:
        return Result.NOT_MET
    risen = important is not None and rise >= important
    return Result.MET if fall < scale_response or risen else Result.NOT_MET


def warnings(
    course: Course, chart: PersonChart, knowledge: Knowledge, now: datetime, zone: tzinfo
) -> tuple[Advice, ...]:
    """Hold the time after the series against its rules."""
    rules = knowledge.course
    days = [run.astimezone(zone).date() for run in course.runs]
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    kept = gaps[len(course.protocol.days) - 1 :] if course.maintenance else []
    since_first = (now.astimezone(zone).date() - days[0]).days if days else 0
    last = course.runs[-1] if course.runs else None
    read = {"gaps in days": ", ".join(str(gap) for gap in kept[-3:]) or "none"}
    judged = (
        (rules["shortening_interval"], shortening(kept)),
        (rules["cannot_be_spaced"], cannot_be_spaced(rules["cannot_be_spaced"], since_first, kept)),
    )
    found = [Advice(row=row, result=result, read=read, since=last) for row, result in judged]
    signal = relapse_signal(course, chart, knowledge)
    return (signal, *found) if signal else tuple(found)


def relapse_signal(course: Course, chart: PersonChart, knowledge: Knowledge) -> Advice | None:
    """Judge whether the response of a finished series is going; None while nobody has responded or can have."""
    scale: Scale | None = knowledge.scales.get(course.primary_scale)
    if scale is None or course.baseline_by is None or course.next is not None:
        return None
    first = baseline(chart, scale, course.baseline_by)
    after = [between(scale, first, each) for each in points(chart, scale) if first and each.at > course.baseline_by]
    now_fallen = after[-1].fall_fraction if after else None
    if now_fallen is None:
        return None
    best, latest = max(after, key=lambda each: each.fall), after[-1]
    important = Decimal(scale.important_difference) if scale.important_difference is not None else None
    best_fallen = best.fall_fraction or Decimal(0)
    result = relapse(scale.response_fall_fraction, best_fallen, now_fallen, best.fall - latest.fall, important)
    scores = (("before", latest.baseline), ("best", best.latest), ("latest", latest.latest))
    read = {"scale": scale.title} | {name: plain(each) for name, each in scores}
    return Advice(row=knowledge.course["relapse"], result=result, read=read, since=latest.latest_at)
