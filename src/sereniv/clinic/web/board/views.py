"""The board: every chair at a glance, and who is to come."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import AppointmentRow, Chair, SessionRow
from sereniv.clinic.web.chair.status import Status, status_of
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.web.shell.looks import show_people
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.chair import listening
from sereniv.clinic.workflows.devices import held
from sereniv.clinic.workflows.person.never_seated import not_seated
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.acting import LOCKED_SCREEN
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.chair.recovery import DischargeLine, discharge_lines
from sereniv.therapy.monitoring.reaching import who_charted
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.session.events import SessionEvent

MOST_WAITING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One chair and, when it is taken, its session as it stands."""

    chair: str
    room: str = ""
    row: SessionRow | None = None
    status: Status | None = None
    planned: int = 0
    """How many infusions the protocol's course has; 0 where it says nothing."""
    nurse: str = ""
    escort: str = ""
    called_at: datetime | None = None
    charted_late: tuple[Recorded[SessionEvent], ...] = ()
    """What people charted noticeably after it happened, as after an hour without a network."""
    may_stay: tuple[DischargeLine, ...] = ()
    """The discharge lines that do not hold yet, in recovery."""
    aldrete: int | None = None
    coming: AppointmentRow | None = None
    """Who is booked next today at this chair, and not seated yet."""

    @property
    def calls(self) -> bool:
        """True while help is called, or an emergency stands at this chair."""
        return self.called_at is not None or (self.status is not None and self.status.chart.emergencies.stands)

    @property
    def is_late(self) -> bool:
        """True when something at this chair should have been done by now."""
        return self.status is not None and (self.status.overdue or self.status.dissociation_late)


def tiles(now: datetime) -> list[Tile]:
    """Return a tile for each chair, in order."""
    sessions = {row.chair: row for row in queries.open_sessions()}
    names = staff.full_names()
    coming = calendar.coming_up(now)
    found = []
    for chair in queries.chairs_in_use():
        row = sessions.get(chair.name)
        tile = _taken(chair, row, names, now) if row else Tile(chair=chair.name, room=chair.in_room)
        found.append(replace(tile, coming=coming.get(chair.name)))
    return found


def _taken(chair: Chair, row: SessionRow, names: dict[str, str], now: datetime) -> Tile:
    chart = chart_store.session_chart_of(row.pk)
    if chart.opened is None:
        return Tile(chair=chair.name, room=chair.in_room, row=row)
    protocol = rules_in_force(now).protocols.get(chart.plan.protocol)
    nobody = {chart_store.SYSTEM, LOCKED_SCREEN}
    here = [who for who in who_charted(chart) if who not in nobody]
    said = chart.attested.get("escort")
    waiting = chart.phase is Phase.RECOVERY
    return Tile(
        chair=chair.name,
        room=chair.in_room,
        row=row,
        status=status_of(row.pk, chart, now),
        planned=len(protocol.days) if protocol else 0,
        nurse=names.get(here[-1], here[-1]) if here else "",
        escort=(chart.recoveries[-1].event.escort_present if chart.recoveries else "")
        # The name alone: a board is read from the corridor too.
        or (said.event.detail.partition(",")[0] if said and said.event.holds else ""),
        called_at=chart.help_open_since,
        charted_late=tuple(
            each
            for each in chart.entries
            if each.charted_late and each.recorded_by != chart_store.SYSTEM and each.stream_seq not in chart.struck
        ),
        may_stay=tuple(line for line in discharge_lines(chart, now, rules_in_force(now)) if not line.holds)
        if waiting
        else (),
        aldrete=chart.recoveries[-1].event.aldrete if waiting and chart.recoveries else None,
    )


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the board; somebody without sight of charts lands on what waits for them."""
    if not staff_of(request).may(Permission.READ_SESSIONS):
        return redirect("today")
    now = clock.now()
    waiting = not_seated(now, MOST_WAITING)
    beside = {
        "waiting": waiting.newest,
        "waiting_more": waiting.total - len(waiting.newest),
        "held_messages": held.count() if staff_of(request).may(Permission.CHART) else 0,
        "unsigned": queries.unsigned_sessions(),
    }
    return render(request, "board/board.html", _content(request, now) | beside)


@require_GET
def board_tiles(request: HttpRequest) -> HttpResponse:
    """Show the tiles alone, for a page that is already open."""
    return render(request, "board/tiles.html", _content(request, clock.now()))


def _content(request: HttpRequest, now: datetime) -> dict[str, object]:
    found = tiles(now)
    show_people(request, (tile.coming.person_id for tile in found if tile.coming))
    open_prompts = sum(len(tile.status.prompts) for tile in found if tile.status)
    free = sum(tile.row is None for tile in found)
    taken = {str(tile.row.pk): tile.chair for tile in found if tile.row is not None}
    return {
        "unheard": [taken[each] for each in listening.unheard(taken, clock.real_now())],
        "tiles": found,
        "open_prompts": open_prompts,
        "free": free,
        "late": sum(tile.is_late for tile in found),
        "called": sum(tile.called_at is not None for tile in found),
        "safety": safety.glance(now),
    }
