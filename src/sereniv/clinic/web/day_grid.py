"""One day of the calendar as a grid: a row for each quarter of an hour, a column for each chair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sereniv.clinic.records.models import AppointmentRow, SessionRow
from sereniv.clinic.workflows import calendar
from sereniv.therapy.calendar import House, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: an appointment over so many rows, or free time; `None` in a row where one from above goes on."""

    row: AppointmentRow | None = None
    rows: int = 1
    session: SessionRow | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A quarter of an hour: its time, shown on the hour and read out always, and its cells by chair."""

    time: str
    on_the_hour: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A day: chairs across, time down; `closed` where the clinic does not open."""

    chairs: tuple[str, ...]
    lines: tuple[Line, ...]
    booked: tuple[AppointmentRow, ...]
    closed: bool

    @property
    def without_escort(self) -> tuple[AppointmentRow, ...]:
        """Infusions booked for whom nobody takes the patient home yet."""
        return tuple(row for row in self.booked if row.purpose == "infusion" and not row.escort)


def grid(day: date, house: House, rows: Sequence[AppointmentRow], seated: Mapping[object, SessionRow]) -> Grid:
    """Lay the day out between the opening hours, or further where something is booked outside them."""
    booked = tuple(row for row in rows if row.state == str(State.BOOKED))
    chairs = tuple(dict.fromkeys((*house.chairs, *(row.chair for row in booked))))
    hours = house.opening(day)
    opened = tuple(calendar.at(day, each) for each in hours) if hours else ()
    begins = min([*opened[:1], *(row.starts_at for row in booked)], default=None)
    ends = max([*opened[1:], *(row.ends_at for row in booked)], default=None)
    if begins is None or ends is None:
        return Grid(chairs=chairs, lines=(), booked=(), closed=True)
    step = timedelta(minutes=house.step_min)
    lines, at = [], begins
    while at < ends:
        here = at.astimezone(house.zone)
        is_open = bool(opened) and opened[0] <= at < opened[1]
        cells = tuple(
            cell for chair in chairs if (cell := _cell(at, step, chair, booked, seated, is_open=is_open)) is not None
        )
        lines.append(Line(time=f"{here:%H:%M}", on_the_hour=here.minute == 0, cells=cells))
        at += step
    return Grid(chairs=chairs, lines=tuple(lines), booked=booked, closed=hours is None)


def _cell(
    at: datetime,
    step: timedelta,
    chair: str,
    booked: Sequence[AppointmentRow],
    seated: Mapping[object, SessionRow],
    *,
    is_open: bool,
) -> Cell | None:
    here = next((row for row in booked if row.chair == chair and row.starts_at <= at < row.ends_at), None)
    if here is None:
        return Cell(is_open=is_open)
    if here.starts_at <= at - step:
        return None
    return Cell(row=here, rows=max(1, (here.ends_at - here.starts_at) // step), session=seated.get(here.person_id))
