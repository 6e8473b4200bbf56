"""One day of the calendar as a grid: a row for each quarter of an hour, a column for each chair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sereniv.clinic.records.models import AppointmentRow, SessionRow
from sereniv.clinic.workflows.calendar import calendar
from sereniv.therapy.scheduling.calendar import AppointmentState, ChairsAndHours, Taken, overlap

LEAST_TAP = 2
"""How many quarters of an hour a free time has at least that is offered to a finger."""

Sat = tuple[SessionRow, Taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: an appointment, somebody who sits there without one, or free time, over so many rows."""

    row: AppointmentRow | None = None
    rows: int = 1
    session: SessionRow | None = None
    is_open: bool = True
    chair: str = ""
    starts_at: datetime | None = None
    """When a free time begins that can be booked; None where it is over, shut or too short to tap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLine:
    """A quarter of an hour: its time, shown on the hour and read out always, and its cells by chair."""

    time: str
    on_the_hour: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A day: chairs across, time down; `closed` where the clinic does not open.

    `unplaced` sits at a chair without a booking, at a time that is booked for somebody else there.
    """

    chairs: tuple[str, ...]
    lines: tuple[GridLine, ...]
    booked: tuple[AppointmentRow, ...]
    closed: bool
    unplaced: tuple[SessionRow, ...] = ()
    at_the_chairs: int = 0
    """How many sessions were opened that day, with a booking or without."""
    missed: int = 0
    """How many of the day's appointments are recorded as not kept."""
    since_before: int = 0
    """How many still sit at a chair who took it on a day before."""

    @property
    def without_escort(self) -> tuple[AppointmentRow, ...]:
        """Infusions booked for whom nobody takes the patient home yet."""
        return tuple(row for row in self.booked if row.purpose == "infusion" and not row.escort)


def grid(day: date, house: ChairsAndHours, rows: Sequence[AppointmentRow], sat: Sequence[Sat], now: datetime) -> Grid:
    """Lay the day out between the opening hours, or further where something is booked or sat in outside them."""
    booked = tuple(row for row in rows if row.state == str(AppointmentState.BOOKED))
    came = tuple(session for session, _ in sat if session.opened_at.astimezone(house.zone).date() == day)
    seated: dict[object, SessionRow] = {session.person_id: session for session in came}
    missed = sum(row.state == str(AppointmentState.MISSED) for row in rows)
    counted = {"at_the_chairs": len(came), "since_before": len(sat) - len(came), "missed": missed}
    hours = house.opening(day)
    opened = tuple(calendar.at(day, each) for each in hours) if hours else ()
    step = timedelta(minutes=house.step_min)
    # Who has sat there since yesterday takes the chair from the day's beginning on; who is to be gone before it begins,
    # so far as is known, is named above the grid.
    early = tuple(row for row, each in sat if row.opened_at < each.starts_at and opened and each.ends_at <= opened[0])
    within = [
        (row, replace(each, starts_at=max([each.starts_at, *opened[:1]])) if row.opened_at < each.starts_at else each)
        for row, each in sat
        if row not in early
    ]
    placed, over = _without_booking(booked, within, seated)
    unplaced = (*early, *over)
    chairs = tuple(
        dict.fromkeys((*house.chairs, *(row.chair for row in booked), *(taken.chair for _, taken in placed)))
    )
    starts = [*(row.starts_at for row in booked), *(_quarter(taken.starts_at, step) for _, taken in placed)]
    ends = [*(row.ends_at for row in booked), *(taken.ends_at for _, taken in placed)]
    if not opened and not starts:
        return Grid(chairs=chairs, lines=(), booked=(), closed=True, unplaced=unplaced, **counted)
    held = _Held(booked=booked, placed=placed, seated=seated, opened=opened, step=step, now=now)
    lines, at, last = [], min([*opened[:1], *starts]), max([*opened[1:], *ends])
    first = at
    while at < last:
        here = at.astimezone(house.zone)
        found = (held.cell(at, first, last, chair, here.minute == 0) for chair in chairs)
        cells = tuple(cell for cell in found if cell is not None)
        lines.append(GridLine(time=f"{here:%H:%M}", on_the_hour=here.minute == 0, cells=cells))
        at += step
    return Grid(
        chairs=chairs, lines=tuple(lines), booked=booked, closed=hours is None, unplaced=unplaced, **counted
    )  # fmt: skip


def _without_booking(
    booked: Sequence[AppointmentRow], sat: Sequence[Sat], seated: Mapping[object, SessionRow]
) -> tuple[tuple[Sat, ...], tuple[SessionRow, ...]]:
    """Part who sits without a booking into those whose time is free in the grid, and those it is booked over."""
    people = {row.person_id for row in booked} & seated.keys()
    placed: list[Sat] = []
    unplaced: list[SessionRow] = []
    for session, taken in sat:
        if session.person_id in people:
            continue
        over = [row for row in booked if row.chair == taken.chair and overlap(row.starts_at, row.ends_at, taken)]
        before = [each for _, each in placed if each.chair == taken.chair and each.ends_at > taken.starts_at]
        if over or before:
            unplaced.append(session)
        else:
            placed.append((session, taken))
    return tuple(placed), tuple(unplaced)


def _quarter(moment: datetime, step: timedelta) -> datetime:
    """Return the row of the grid that a moment lies in."""
    return moment - timedelta(
        minutes=moment.minute % (step // timedelta(minutes=1)), seconds=moment.second, microseconds=moment.microsecond
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What a day's chairs are held for."""

    booked: tuple[AppointmentRow, ...]
    placed: tuple[Sat, ...]
    seated: Mapping[object, SessionRow]
    opened: tuple[datetime, ...]
    step: timedelta
    now: datetime

    def cell(self, at: datetime, first: datetime, last: datetime, chair: str, on_the_hour: bool) -> Cell | None:
        """Return the cell that begins at a moment at a chair, None where one from above goes on."""
        row = next((each for each in self.booked if each.chair == chair and each.starts_at <= at < each.ends_at), None)
        if row is not None:
            if row.starts_at <= at - self.step and at > first:
                return None
            return Cell(row=row, rows=max(1, (row.ends_at - at) // self.step), session=self.seated.get(row.person_id))
        sat = self._sat(at, chair)
        if sat is not None:
            session, taken = sat
            if _quarter(taken.starts_at, self.step) <= at - self.step and at > first:
                return None
            return Cell(rows=max(1, -((at - taken.ends_at) // self.step)), session=session)
        return self._free(at, first, last, chair, on_the_hour)

    def _sat(self, at: datetime, chair: str) -> Sat | None:
        return next(
            (
                each
                for each in self.placed
                if each[1].chair == chair and _quarter(each[1].starts_at, self.step) <= at < each[1].ends_at
            ),
            None,
        )

    def _is_free(self, at: datetime, chair: str) -> bool:
        busy = any(row.chair == chair and row.starts_at <= at < row.ends_at for row in self.booked)
        return not busy and self._sat(at, chair) is None

    def _is_open(self, at: datetime) -> bool:
        return bool(self.opened) and self.opened[0] <= at < self.opened[1]

    def _free(self, at: datetime, first: datetime, last: datetime, chair: str, on_the_hour: bool) -> Cell | None:
        """Return free time, at most to the next full hour: one finger wide, and one link to read out."""
        goes_on = at > first and not on_the_hour and self._is_free(at - self.step, chair)
        if goes_on and self._is_open(at - self.step) == self._is_open(at):
            return None
        rows, after = 1, at + self.step
        same = self._is_open(at)
        while after < last and after.minute and self._is_free(after, chair) and self._is_open(after) == same:
            rows, after = rows + 1, after + self.step
        may_book = same and at >= self.now and rows >= LEAST_TAP
        return Cell(rows=rows, is_open=same, chair=chair, starts_at=at if may_book else None)
