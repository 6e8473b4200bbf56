"""Which questionnaire is due when, which was answered, and which was missed: a hole stays visible as a hole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from sereniv.knowledge.rows import AssessmentSchedule, Knowledge, Scale
from sereniv.therapy.followup import response
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CandidacyDecided, CourseEnded, CourseOpened, Decision, ScaleAnswered
from sereniv.therapy.recording.entry import Recorded

MOOD = "mood"
DAY = timedelta(days=1)


class AssessmentState(StrEnum):
    """Where an asking stands; incomplete is answered with blanks, so that there is no total."""

    DONE = "done"
    INCOMPLETE = "incomplete"
    DUE = "due"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One time that a scale is to be answered: from when, before when, why, and what became of it."""

    scale: Scale
    opens: datetime
    closes: datetime
    why: str
    state: AssessmentState
    answered: Recorded[ScaleAnswered] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TooSoon:
    """A scale was answered so lately that asking again makes no sense yet: since when, and from which day it does."""

    answered_at: datetime
    sensible_from: date


def treated_for(chart: PersonChart, registered: str) -> str:
    """Return the indication that the course under way treats, as registered where none is."""
    opened = chart.last(CourseOpened)
    if opened is None or any(each.event.course == opened.stream_seq for each in chart.all(CourseEnded)):
        return registered
    return opened.event.indication


def followed(indication: str, knowledge: Knowledge) -> tuple[Scale, ...]:
    """Return the scales followed for an indication, the primary one first."""
    row = knowledge.indications.get(indication)
    names = [*([row.primary_scale] if row else []), *knowledge.assessments.besides]
    return tuple(knowledge.scales[name] for name in dict.fromkeys(names))


def too_soon(chart: PersonChart, scale: Scale, now: datetime, zone: tzinfo) -> TooSoon | None:
    """Say that a scale was completed too lately to ask it again, and the day from which it makes sense."""
    complete = [point for point in response.points(chart, scale) if point.at <= now]
    if not complete or not scale.again_after_days:
        return None
    last = complete[-1].at
    sensible = last.astimezone(zone).date() + timedelta(days=scale.again_after_days)
    return TooSoon(answered_at=last, sensible_from=sensible) if now.astimezone(zone).date() < sensible else None


def askings(
    chart: PersonChart,
    indication: str,
    infusions: Sequence[datetime],
    now: datetime,
    knowledge: Knowledge,
    zone: tzinfo,
) -> tuple[Asking, ...]:
    """Lay out every asking up to now, by scale and time; what is answered in its period is done.

    Parameters
    ----------
    infusions
        When each infusion began.
    zone
        The clinic's own time: days are its days.
    """
    stretches = tuple(_stretches(chart, sorted(infusions), now))
    mood, for_days = knowledge.scales[MOOD], knowledge.assessments.mood_for_days
    found: list[Asking] = []
    for scale in followed(indication, knowledge):
        for starts, ended in stretches:
            laid_out = list(_periods(starts, ended or now, scale, knowledge, zone))
            if ended is None:
                laid_out[-1] = _still_owed(laid_out[-1], starts, now)
            found += [_asking(chart, scale, *each, now) for each in _counting(laid_out, ended)]
    for starts, ended in stretches:
        days = _counting(_days(starts, ended or now, for_days, zone), ended)
        found += [_asking(chart, mood, *day, now) for day in days]
    return tuple(found)


Stretch = tuple[Sequence[datetime], datetime | None]
"""The infusions of a course, and when it ended: from then on nothing is asked. None while it goes on."""


def _stretches(chart: PersonChart, starts: Sequence[datetime], now: datetime) -> Iterator[Stretch]:
    """Part the infusions by the ends of courses: between an end and whatever is decided next, nobody is asked."""
    ends = sorted(each.at for each in chart.all(CourseEnded) if each.at <= now)
    left = list(starts)
    for end in ends:
        mine, left = [each for each in left if each < end], [each for each in left if each >= end]
        if mine:
            yield mine, end
    if left or not ends or _taken_up_again(chart, ends[-1]):
        yield left, None


def _taken_up_again(chart: PersonChart, end: datetime) -> bool:
    """Say whether somebody was found eligible, or a course began, after the last one ended: a baseline is due anew."""
    decided, opened = chart.last(CandidacyDecided), chart.last(CourseOpened)
    eligible = decided is not None and decided.event.decision is Decision.ELIGIBLE and decided.at > end
    return eligible or (opened is not None and opened.at > end)


Period = tuple[datetime, datetime, str]


def _periods(
    starts: Sequence[datetime], now: datetime, scale: Scale, knowledge: Knowledge, zone: tzinfo
) -> Iterator[Period]:
    """Give from when until when a scale is to be answered: a baseline, before each infusion, and weekly between."""
    rule = knowledge.assessments
    baseline = timedelta(days=rule.baseline_within_days)
    if not starts:
        yield now - baseline, now + DAY, "before the first infusion"
        return
    yield starts[0] - baseline, starts[0], "before the first infusion"
    for number, (before, start) in enumerate(pairwise(starts), start=2):
        yield from _weeks(before, start - timedelta(days=scale.again_after_days), rule)
        yield _answered_lately(start, scale, zone), start, f"before infusion {number}"
    yield from _weeks(starts[-1], now, rule)


def _answered_lately(start: datetime, scale: Scale, zone: tzinfo) -> datetime:
    """Return since when an answer stands for the infusion of `start`: asking again made no sense yet, see `too_soon`.

    By days, as there: the answer before last week's infusion is none for today's because today's begins earlier.
    """
    day = start.astimezone(zone).date() - timedelta(days=max(scale.again_after_days - 1, 0))
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _counting(laid_out: Iterable[Period], ended: datetime | None) -> Iterator[Period]:
    """Leave out what was still open when a course ended: it was not missed."""
    return (each for each in laid_out if ended is None or each[1] <= ended)


def _still_owed(last: Period, starts: Sequence[datetime], now: datetime) -> Period:
    """Keep the last asking after the last infusion open: nothing follows that would ask again for what it asks."""
    opens, closes, why = last
    return (opens, max(closes, now + DAY), why) if starts and opens >= starts[-1] else last


def _weeks(infusion: datetime, until: datetime, rule: AssessmentSchedule) -> Iterator[Period]:
    """Give the weeks after an infusion whose asking opens before `until`, the last one whole."""
    week, early = timedelta(days=rule.every_days), timedelta(days=rule.early_days)
    for number in range(1, rule.weekly_for_weeks + 1):
        opens = infusion + week * number - early
        if opens >= until:
            return
        yield opens, opens + week, f"week {number} after the infusion of {infusion:%-d %b}"


def _days(starts: Sequence[datetime], now: datetime, for_days: int, zone: tzinfo) -> Iterator[Period]:
    """Give each day from an infusion on for so many days, or until the next one."""
    afterwards = [*(each.astimezone(zone).date() for each in starts[1:]), None]
    for start, following in zip(starts, afterwards, strict=bool(starts)):
        day = start.astimezone(zone).date()
        last = min(now, start + timedelta(days=for_days)).astimezone(zone).date()
        while day <= last and (following is None or day < following):
            opens = datetime(day.year, day.month, day.day, tzinfo=zone)
            after = day + DAY
            yield opens, datetime(after.year, after.month, after.day, tzinfo=zone), "daily"
            day = after


def _asking(chart: PersonChart, scale: Scale, opens: datetime, closes: datetime, why: str, now: datetime) -> Asking:
    within = [each for each in response.answers(chart, scale.id) if opens <= each.at < closes]
    complete = [each for each in within if each.event.total is not None]
    counting = complete or within
    answered = counting[-1] if counting else None
    if complete:
        state = AssessmentState.DONE
    elif within:
        state = AssessmentState.INCOMPLETE
    else:
        state = AssessmentState.DUE if now < closes else AssessmentState.MISSED
    return Asking(scale=scale, opens=opens, closes=closes, why=why, state=state, answered=answered)


def due(laid_out: Sequence[Asking]) -> tuple[Asking, ...]:
    """Return what is to be asked now, each scale once, the primary one first."""
    by_scale = {each.scale.id: each for each in reversed(laid_out) if each.state is AssessmentState.DUE}
    return tuple(reversed(by_scale.values()))


def holes(laid_out: Sequence[Asking]) -> tuple[Asking, ...]:
    """Return what was never answered in its time."""
    return tuple(each for each in laid_out if each.state is AssessmentState.MISSED)
