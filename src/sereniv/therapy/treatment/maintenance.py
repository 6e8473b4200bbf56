"""After the series: when the next infusion is due, whether the response goes, and how much was given in all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise

from sereniv.knowledge.rows import CourseRule, Knowledge, Protocol
from sereniv.therapy.candidacy.criteria import Result
from sereniv.therapy.followup.response import important_points
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.course import Course, Standing
from sereniv.therapy.treatment.course_rules import Advice, changes_of

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One infusion: when it began and how much went in, None where nobody wrote it; given here or elsewhere.

    `perhaps_again` where it may be another one of them, told twice: until somebody says, both count.
    """

    at: datetime
    mg: Decimal | None
    elsewhere: bool = False
    perhaps_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many infusions and how much drug a person was given, ever and in the last twelve months.

    Those given elsewhere count; `elsewhere` says how many they are, and `mg_unknown` of how many nobody wrote how much:
    the mg are then no more than the least that it was.
    """

    count: int
    mg: Decimal
    count_12_months: int
    mg_12_months: Decimal
    elsewhere: int = 0
    mg_unknown: int = 0
    elsewhere_12_months: int = 0
    mg_unknown_12_months: int = 0
    perhaps_again: int = 0
    perhaps_again_12_months: int = 0

    @property
    def ever_words(self) -> str:
        """Say how many infusions and mg in all, and how many of those were given elsewhere."""
        return _counted(self.count, self.mg, self.elsewhere, self.mg_unknown, self.perhaps_again)

    @property
    def lately_words(self) -> str:
        """Say so of the last twelve months."""
        lately = (self.elsewhere_12_months, self.mg_unknown_12_months, self.perhaps_again_12_months)
        return _counted(self.count_12_months, self.mg_12_months, *lately)


def exposure(given: Sequence[Given], now: datetime) -> Exposure:
    """Add up what was given; twelve months reach back to the same day of last year."""
    since = _a_year_before(now)
    lately = [each for each in given if each.at > since]
    return Exposure(
        count=len(given),
        mg=_mg_of(given),
        count_12_months=len(lately),
        mg_12_months=_mg_of(lately),
        elsewhere=sum(each.elsewhere for each in given),
        mg_unknown=sum(each.mg is None for each in given),
        elsewhere_12_months=sum(each.elsewhere for each in lately),
        mg_unknown_12_months=sum(each.mg is None for each in lately),
        perhaps_again=sum(each.perhaps_again for each in given),
        perhaps_again_12_months=sum(each.perhaps_again for each in lately),
    )


def _counted(count: int, mg: Decimal, elsewhere: int, unknown: int, again: int) -> str:
    """Say it in a line: *12 infusions, at least 540 mg (of 2 ? mg not known), 5 of the 12 given elsewhere, as told*."""
    least = "at least " if unknown else ""
    words = f"{count} infusion{'' if count == 1 else 's'}, {least}{plain(mg.quantize(TENTH))} mg"
    if unknown:
        words += f" (of {unknown} ? mg not known)"
    if not elsewhere:
        return words
    twice = f", ? {again} of them perhaps told twice" if again else ""
    return f"{words}, {elsewhere} of the {count} given elsewhere, as told{twice}"


def _mg_of(given: Sequence[Given]) -> Decimal:
    return sum((each.mg for each in given if each.mg is not None), Decimal(0))


def _a_year_before(now: datetime) -> datetime:
    # The day before 1 March stands in for 29 February.
    day = now.day if (now.month, now.day) != (2, 29) else 28
    return now.replace(year=now.year - 1, day=day)


def next_due(course: Course, zone: tzinfo) -> date | None:
    """Return the day the next infusion of a course is meant for: planned in the series, or by the interval after it."""
    if course.standing in {Standing.ENDED, Standing.INTERRUPTED}:
        return None
    if course.plan is None:
        return course.next.planned if course.left and course.next else None
    since = course.runs[-1] if course.runs else course.maintenance[-1].at
    return since.astimezone(zone).date() + timedelta(days=course.plan.interval_days)


def meant_for(course: Course, zone: tzinfo) -> date | None:
    """Return the day the next infusion of a course was meant for from the first: `next_due` moves on, this does not."""
    due = next_due(course, zone)
    return course.meant_for if due is not None and course.plan is None else due


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


def _as_planned(course: Course, gaps: Sequence[int]) -> list[int]:
    """Return the gaps before the infusions of maintenance, each no longer than was planned when it ended.

    Whoever missed two visits and comes back to the plan has a shorter gap after a longer one, and creeps nowhere.
    """
    ended_by = course.runs[len(course.runs) - len(gaps) :]
    plans = [[each.event for each in course.maintenance if each.at <= run] for run in ended_by]
    return [min(gap, plan[-1].interval_days) if plan else gap for gap, plan in zip(gaps, plans, strict=True)]


def shortening(row: CourseRule, gaps: Sequence[int]) -> Result:
    """Judge whether the last gap, in whole days, is shorter than the longest of those before it by more than a slip."""
    before = gaps[-1 - row.look_back : -1]
    shorter = bool(before) and gaps[-1] < max(before) - row.tolerance_days
    return Result.MET if shorter else Result.NOT_MET


def cannot_be_spaced(row: CourseRule, days: int, gaps: Sequence[int]) -> Result:
    """Judge whether infusions are still closer than weekly when two months are over."""
    return Result.MET if days >= row.by_days and gaps and gaps[-1] < row.least_days else Result.NOT_MET


def review_due(row: CourseRule, infusions: int, days: int) -> Result:
    """Judge whether so many infusions of maintenance, or so many days, have passed without a review."""
    return Result.MET if infusions >= row.every_infusions or days >= row.every_days else Result.NOT_MET


def taper(infusions: int, weekly: int, interval_days: int, next_days: int) -> Result:
    """Judge whether the interval is still short although the protocol's weekly infusions are given."""
    return Result.MET if infusions >= weekly and interval_days < next_days else Result.NOT_MET


def relapse(best: bool | None, now: bool | None, rise: Decimal, important: Decimal | None) -> Result:
    """Judge whether a response is going: no response any more, or risen from the best score by what matters.

    Parameters
    ----------
    best, now
        Whether the best score since the baseline was a response, and whether the latest is one; None where no
        response is defined.
    """
    if best is None or now is None:
        return Result.UNKNOWN
    if not best:
        return Result.NOT_MET
    if not now:
        return Result.MET
    if important is None:
        return Result.UNKNOWN
    return Result.MET if rise >= important else Result.NOT_MET


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
        (rules["shortening_interval"], shortening(rules["shortening_interval"], _as_planned(course, kept))),
        (rules["cannot_be_spaced"], cannot_be_spaced(rules["cannot_be_spaced"], since_first, kept)),
    )
    found = [Advice(row=row, result=result, read=read, since=last) for row, result in judged]
    signal = relapse_signal(course, chart, knowledge, now)
    found += _of_maintenance(course, rules, now)
    return (signal, *found) if signal else tuple(found)


def _of_maintenance(course: Course, rules: Mapping[str, CourseRule], now: datetime) -> Iterator[Advice]:
    if course.plan is None or course.standing is Standing.ENDED:
        return
    last_review = course.reviews[-1].at if course.reviews else course.maintenance[0].at
    since = [each for each in course.ran if not each.is_over_before(last_review)]
    days = (now - last_review).days
    due = review_due(rules["maintenance_review"], len(since), days)
    read = {
        "infusions since the last review": str(len(since)),
        "the last on": f"{last_review.astimezone(course.zone):%d %b %Y}",
    }
    yield Advice(row=rules["maintenance_review"], result=due, read=read, since=now)
    rule = course.protocol.maintenance
    if rule is not None:
        given = len(in_maintenance(course))
        short = taper(given, rule.weekly, course.plan.interval_days, rule.then_every_days[0])
        read = {"infusions of maintenance": str(given), "interval in days": str(course.plan.interval_days)}
        yield Advice(row=rules["taper"], result=short, read=read, since=course.maintenance[-1].at)


def relapse_signal(course: Course, chart: PersonChart, knowledge: Knowledge, now: datetime) -> Advice | None:
    """Judge whether the response of a finished series is going; None while nobody has responded or can have."""
    return None if course.left else response_going(course, chart, knowledge, now)


def response_going(course: Course, chart: PersonChart, knowledge: Knowledge, now: datetime) -> Advice | None:
    """Judge whether a response is going, the series finished or not; None without a score that could be one."""
    after = changes_of(course, chart, knowledge, now)
    if not after or after[-1].responded is None:
        return None
    best, latest = max(after, key=lambda each: each.fall), after[-1]
    important = important_points(latest.scale, latest.baseline)
    result = relapse(best.responded, latest.responded, best.fall - latest.fall, important)
    scores = (("before", latest.baseline), ("best", best.latest), ("latest", latest.latest))
    read = {"scale": latest.scale.title} | {name: plain(each) for name, each in scores}
    return Advice(row=knowledge.course["relapse"], result=result, read=read, since=latest.latest_at)
