"""A course of infusions: what was run, when the next may be, and what the protocol waits for.

A course begins with its own entry. Infusions run before the first such entry, in homes older than it, are laid out
from the order they were run under.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from sereniv.knowledge.rows import Knowledge, Protocol, Stage
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    CourseEnded,
    CourseInterrupted,
    CourseOpened,
    CourseResumed,
    CourseReviewed,
    MaintenancePlanned,
    Milestone,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.ran import Ran
from sereniv.therapy.treatment.spacing import Spacing, spacing

__all__ = ["Course", "Due", "Milestone", "Place", "Standing", "courses", "planned_day", "present"]

SATURDAY = 5


class Standing(StrEnum):
    """Where a course stands."""

    UNDER_WAY = "under way"
    INTERRUPTED = "interrupted"
    MAINTENANCE = "maintenance"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One infusion of the series: the day it is planned for, and when it was run."""

    number: int
    planned: date
    run_at: datetime | None
    milestone: Milestone | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A review or decision the protocol asks for, after which infusion, and from which day it can be made.

    `runs_still` while that infusion has not ended: nobody reviews what it did yet.
    """

    milestone: Milestone
    after_infusion: int
    not_before: date
    runs_still: bool = False

    def can_be_recorded(self, today: date) -> bool:
        """Say whether it can be recorded on this day."""
        return not self.runs_still and today >= self.not_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course as it stands.

    `entry` is None for one laid out from older orders. `ran` are all its infusions, those of maintenance too, the first
    one first; `spaced` is how soon the next may start, None before the first: infusions of an earlier course and those
    given elsewhere count.
    """

    protocol: Protocol
    entry: int | None
    opened_at: datetime | None
    indication: str
    primary_scale: str
    ran: tuple[Ran, ...]
    today: date
    """The day in the clinic's zone on which it stands so."""
    zone: tzinfo
    spaced: Spacing | None
    window_ends: date | None
    due: Due | None
    reviews: tuple[Recorded[CourseReviewed], ...] = ()
    interruption: Recorded[CourseInterrupted] | None = None
    resumed: Recorded[CourseResumed] | None = None
    maintenance: tuple[Recorded[MaintenancePlanned], ...] = ()
    ended: Recorded[CourseEnded] | None = None

    @property
    def not_before(self) -> datetime | None:
        """The earliest start of the next infusion by the protocol's spacing, None before the first."""
        return self.spaced.earliest if self.spaced is not None else None

    @property
    def runs(self) -> tuple[datetime, ...]:
        """When each of its infusions began."""
        return tuple(each.began for each in self.ran)

    @property
    def run(self) -> int:
        """How many infusions of the series were run."""
        return min(len(self.runs), len(self.protocol.days))

    @property
    def left(self) -> int:
        """How many infusions of the series are still to come."""
        return len(self.protocol.days) - self.run

    @property
    def meant_for(self) -> date:
        """The day the protocol means the next infusion of the series for: past, where it is late."""
        return _meant_for(self.protocol, self.runs, self._begun, self.zone)

    @property
    def _begun(self) -> date:
        return self.opened_at.astimezone(self.zone).date() if self.opened_at else self.today

    @property
    def places(self) -> tuple[Place, ...]:
        """Every infusion of the series; the days of those to come move with today, so that only who asks reads it."""
        return _places(self.protocol, self.runs, self.today, self.zone)

    @property
    def next(self) -> Place | None:
        """The first infusion that was not run yet, None when the series is complete."""
        return next((place for place in self.places if place.run_at is None), None)

    @property
    def standing(self) -> Standing:
        """Where the course stands."""
        if self.ended is not None:
            return Standing.ENDED
        if self.interruption is not None:
            return Standing.INTERRUPTED
        return Standing.MAINTENANCE if self.maintenance else Standing.UNDER_WAY

    @property
    def first(self) -> Ran | None:
        """Its first infusion: the last complete score before it is the baseline that those after it are held to."""
        return self.ran[0] if self.ran else None

    @property
    def plan(self) -> MaintenancePlanned | None:
        """The maintenance plan that holds now."""
        return self.maintenance[-1].event if self.maintenance else None

    def past_window(self, today: date) -> bool:
        """Say whether the series is unfinished past the protocol's window, and nobody has decided to go on."""
        if self.window_ends is None or today <= self.window_ends or not self.left or self.maintenance:
            return False
        return self.resumed is None or not self.resumed.event.beyond_window


def courses(
    chart: PersonChart, runs: Sequence[Ran], knowledge: Knowledge, today: date, zone: tzinfo = UTC
) -> tuple[Course, ...]:
    """Return every course of a person, oldest first; the last one is the present one.

    Parameters
    ----------
    runs
        Each of their infusions, in any order.
    today, zone
        The day in the clinic's zone, in which days are counted; spacing is counted in absolute time.
    """
    in_order = tuple(sorted(runs, key=lambda each: each.began))
    opened = sorted(chart.all(CourseOpened), key=lambda each: (each.at, each.seq))
    found: list[Course] = []
    first = opened[0].at if opened else None
    before = tuple(each for each in in_order if first is None or each.began < first)
    older = _from_orders(chart, before, first, knowledge, today, zone)
    if older is not None:
        found.append(older)
    ends = [each.at for each in opened[1:]]
    for number, each in enumerate(opened):
        protocol = knowledge.protocols.get(each.event.protocol)
        until = ends[number] if number < len(ends) else None
        mine = tuple(run for run in in_order if run.began >= each.at and (until is None or run.began < until))
        if protocol is not None:
            starts = [run.began for run in in_order if until is None or run.began < until]
            found.append(_explicit(chart, each, protocol, mine, starts, today, zone))
    return tuple(found)


def present(
    chart: PersonChart, runs: Sequence[Ran], knowledge: Knowledge, today: date, zone: tzinfo = UTC
) -> Course | None:
    """Return the course a person is in, or was in last; None before the first."""
    found = courses(chart, runs, knowledge, today, zone)
    return found[-1] if found else None


def planned_day(protocol: Protocol, first: date, offset: int) -> date:
    """Return the day so many protocol days after the first; a protocol of weekdays passes weekends over."""
    if not protocol.weekdays:
        return first + timedelta(days=offset)
    day = first
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    for _ in range(offset):
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
    return day


def _explicit(
    chart: PersonChart,
    opened: Recorded[CourseOpened],
    protocol: Protocol,
    ran: tuple[Ran, ...],
    starts: Sequence[datetime],
    today: date,
    zone: tzinfo,
) -> Course:
    entry = opened.stream_seq
    reviews = tuple(each for each in chart.all(CourseReviewed) if each.event.course == entry)
    interruptions = [each for each in chart.all(CourseInterrupted) if each.event.course == entry]
    resumed = [each for each in chart.all(CourseResumed) if each.event.course == entry]
    ended = [each for each in chart.all(CourseEnded) if each.event.course == entry]
    last_break = interruptions[-1] if interruptions else None
    goes_on = resumed[-1] if resumed else None
    still_broken = last_break is not None and (goes_on is None or goes_on.seq < last_break.seq)
    maintenance = tuple(each for each in chart.all(MaintenancePlanned) if each.event.course == entry)
    due = None if ended else _due(protocol, ran, reviews, zone)
    return Course(
        protocol=protocol,
        entry=entry,
        opened_at=opened.at,
        indication=opened.event.indication,
        primary_scale=opened.event.primary_scale,
        ran=ran,
        today=today,
        zone=zone,
        spaced=spacing(protocol, chart, starts, zone),
        window_ends=_window(protocol, ran, zone),
        due=due,
        reviews=reviews,
        interruption=last_break if still_broken else None,
        resumed=goes_on,
        maintenance=maintenance,
        ended=ended[-1] if ended else None,
    )


def _from_orders(
    chart: PersonChart,
    ran: tuple[Ran, ...],
    before: datetime | None,
    knowledge: Knowledge,
    today: date,
    zone: tzinfo,
) -> Course | None:
    """Lay out a course nobody opened, from the last order signed before the first one that was."""
    counted = [
        each.signed for each in chart.orders if each.withdrawn is None and (before is None or each.signed.at < before)
    ]
    if not counted or (before is not None and not ran):
        return None
    protocol = knowledge.protocols.get(counted[-1].event.protocol)
    if protocol is None:
        return None
    starts = [each.began for each in ran]
    indication = chart.decisions[-1].event.indication if chart.decisions else protocol.indications[0]
    row = knowledge.indications.get(indication)
    return Course(
        protocol=protocol,
        entry=None,
        opened_at=counted[0].at,
        indication=indication,
        primary_scale=row.primary_scale if row else "",
        ran=ran,
        today=today,
        zone=zone,
        spaced=spacing(protocol, chart, starts, zone),
        window_ends=_window(protocol, ran, zone),
        due=_due(protocol, ran, (), zone),
    )


def _window(protocol: Protocol, ran: Sequence[Ran], zone: tzinfo) -> date | None:
    if protocol.all_within_days is None or not ran:
        return None
    return ran[0].began.astimezone(zone).date() + timedelta(days=protocol.all_within_days)


def _places(protocol: Protocol, runs: Sequence[datetime], today: date, zone: tzinfo) -> tuple[Place, ...]:
    """Lay the series out: what was run when it was, the rest as far apart as the protocol has it, never in the past."""
    series = tuple(runs[: len(protocol.days)])
    run = len(series)
    first_day = protocol.days[min(run, len(protocol.days) - 1)]
    following = planned_day(protocol, max(today, _meant_for(protocol, runs, today, zone)), 0)
    places = []
    for number, day in enumerate(protocol.days, start=1):
        if number <= run:
            start = series[number - 1]
            planned, run_at = start.astimezone(zone).date(), start
        else:
            planned, run_at = planned_day(protocol, following, day - first_day), None
        places.append(Place(number=number, planned=planned, run_at=run_at, milestone=_milestone(protocol, number)))
    return tuple(places)


def _meant_for(protocol: Protocol, runs: Sequence[datetime], begun: date, zone: tzinfo) -> date:
    """Return the day the next infusion of a series is meant for: so long after the last, or when it was begun."""
    series = tuple(runs[: len(protocol.days)])
    run = len(series)
    anchor = series[-1].astimezone(zone).date() if series else planned_day(protocol, begun, 0)
    from_day = protocol.days[run - 1] if run else 0
    return planned_day(protocol, anchor, protocol.days[min(run, len(protocol.days) - 1)] - from_day)


def _due(
    protocol: Protocol, ran: Sequence[Ran], reviews: Sequence[Recorded[CourseReviewed]], zone: tzinfo
) -> Due | None:
    """Return the last milestone that was reached and not recorded."""
    run = min(len(ran), len(protocol.days))
    recorded = max((each.event.after_infusion for each in reviews if each.event.milestone is not None), default=0)
    reached = [stage for stage in protocol.milestones if recorded < stage.after <= run]
    if not reached:
        return None
    stage: Stage = reached[-1]
    of = ran[stage.after - 1]
    return Due(
        milestone=Milestone(stage.kind),
        after_infusion=stage.after,
        not_before=of.began.astimezone(zone).date() + timedelta(days=stage.days_later),
        runs_still=of.ended is None,
    )


def _milestone(protocol: Protocol, number: int) -> Milestone | None:
    return next((Milestone(stage.kind) for stage in protocol.milestones if stage.after == number), None)
