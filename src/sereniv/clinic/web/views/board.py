"""The board: every chair at a glance, and who is to come."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import CLOSED_PHASES, Chair, Person, SessionRow
from sereniv.clinic.web.acts import staff_of
from sereniv.clinic.web.status import Status, status_of
from sereniv.clinic.workflows import safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One chair and, when it is taken, its session as it stands."""

    chair: str
    row: SessionRow | None
    status: Status | None


def tiles(now: datetime) -> list[Tile]:
    """Return a tile for each chair, in order."""
    rows = {row.chair: row for row in SessionRow.objects.exclude(phase__in=CLOSED_PHASES).select_related("person")}
    return [
        Tile(
            chair=chair.name,
            row=rows.get(chair.name),
            status=status_of(row.pk, chart_store.session_chart_of(row.pk), now)
            if (row := rows.get(chair.name))
            else None,
        )
        for chair in Chair.objects.filter(retired_at=None)
    ]


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the board; somebody without sight of charts lands on what waits for them."""
    if not staff_of(request).may(Permission.READ_CHART):
        return redirect("today")
    return render(request, "board/board.html", _content(clock.now()))


@require_GET
def board_tiles(request: HttpRequest) -> HttpResponse:
    """Show the tiles alone, for a page that is already open."""
    return render(request, "board/tiles.html", _content(clock.now()))


def _content(now: datetime) -> dict[str, object]:
    found = tiles(now)
    waiting = Person.objects.filter(sessions=None).order_by("registered_at")
    unsigned = SessionRow.objects.filter(phase="discharged").select_related("person")
    open_prompts = sum(len(tile.status.prompts) for tile in found if tile.status)
    free = sum(tile.row is None for tile in found)
    listed = safety.worklist(now)
    return {
        "tiles": found,
        "waiting": waiting[:20],
        "unsigned": unsigned,
        "open_prompts": open_prompts,
        "free": free,
        "safety_overdue": [each for each in listed if each.item.overdue],
        "safety_waiting": [each for each in listed if not each.item.overdue],
    }
