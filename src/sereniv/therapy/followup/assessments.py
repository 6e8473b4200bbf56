"""Which questionnaire is due when, which was answered, and which was missed: a hole stays visible as a hole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from sereniv.knowledge.rows import AssessmentSchedule, Knowledge, Scale
from sereniv.therapy.followup import response
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CourseEnded, CourseOpened, ScaleAnswered
from sereniv.therapy.recording.entry import Recorded

MOOD = "mood"
DAY = timedelta(days=1)


class State(StrEnum):
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
    state: State
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
    starts = sorted(infusions)
    found: list[Asking] = []
    ended = _ended(chart, starts, now)
    until = now if ended is None else ended
    for scale in followed(indication, knowledge):
        laid_out = list(_periods(starts, until, scale, knowledge))
        if ended is None:
            periods = [*laid_out[:-1], _still_owed(laid_out[-1], starts, now)]
        else:
            periods = [each for each in laid_out if each[1] <= until]
        found += [_asking(chart, scale, opens, closes, why, now) for opens, closes, why in periods]
    mood, for_days = knowledge.scales[MOOD], knowledge.assessments.mood_for_days
    found += [_asking(chart, mood, *day, now) for day in _days(starts, until, for_days, zone)]
    return tuple(found)


def _ended(chart: PersonChart, starts: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when a course ended that no infusion followed: from then on nothing is asked. None while it goes on."""
    ended = chart.last(CourseEnded)
    over = ended is not None and bool(starts) and starts[-1] < ended.at <= now
    return ended.at if ended is not None and over else None


Period = tuple[datetime, datetime, str]


def _periods(starts: Sequence[datetime], now: datetime, scale: Scale, knowledge: Knowledge) -> Iterator[Period]:
    """Give from when until when a scale is to be answered: a baseline, before each infusion, and weekly between."""
    rule = knowledge.assessments
    baseline = timedelta(days=rule.baseline_within_days)
    # An answer given so lately that asking again made no sense stands for this infusion too.
    lately = timedelta(days=scale.again_after_days)
    if not starts:
        yield now - baseline, now + DAY, "before the first infusion"
        return
    yield starts[0] - baseline, starts[0], "before the first infusion"
    for number, (before, start) in enumerate(pairwise(starts), start=2):
        yield from _weeks(before, start - lately, rule)
        yield start - lately, start, f"before infusion {number}"
    yield from _weeks(starts[-1], now, rule)


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
    if not starts:
        return
    day = starts[0].astimezone(zone).date()
    last = min(now, starts[-1] + timedelta(days=for_days)).astimezone(zone).date()
    while day <= last:
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
        state = State.DONE
    elif within:
        state = State.INCOMPLETE
    else:
        state = State.DUE if now < closes else State.MISSED
    return Asking(scale=scale, opens=opens, closes=closes, why=why, state=state, answered=answered)


def due(laid_out: Sequence[Asking]) -> tuple[Asking, ...]:
    """Return what is to be asked now, each scale once, the primary one first."""
    by_scale = {each.scale.id: each for each in reversed(laid_out) if each.state is State.DUE}
    return tuple(reversed(by_scale.values()))


def holes(laid_out: Sequence[Asking]) -> tuple[Asking, ...]:
    """Return what was never answered in its time."""
    return tuple(each for each in laid_out if each.state is State.MISSED)
