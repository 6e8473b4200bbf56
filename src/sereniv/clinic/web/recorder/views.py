"""The flight recorder's page: any second of a session, two of them side by side, and a file of what stands there."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from sereniv import __version__
from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web import shell
from sereniv.clinic.web.chair.views import opened_or_404
from sereniv.clinic.web.recorder.lines import beside_figures, pairs_of
from sereniv.clinic.web.recorder.moment import Moment, moment_of
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.workflows.chair import letting_go
from sereniv.clinic.workflows.chair.monitor_curves import signals_of
from sereniv.clinic.workflows.documents.documents import setting_at
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.documents.flowsheet import acts
from sereniv.therapy.documents.infusion_picture import infusion_picture
from sereniv.therapy.session.chart import FINISHED, SessionChart
from sereniv.therapy.session.known import moments_of, second_of

STEPS_S = (-60, -10, -1, 1, 10, 60)
STYLES = (
    Path(shell.__file__).parent / "static/sereniv/sereniv.css",
    Path(__file__).parent / "static/sereniv/recorder.css",
)
NO_SUCH_TIME = "That is no time of this session: it shows its last second instead."


@require_GET
def recorder(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show one second of a session as the chair showed it, or two side by side."""
    return render(request, "recorder/recorder.html", _context(request, session_id))


@require_GET
def recorder_file(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Give what the page shows as one file that stands by itself: no address in it leads anywhere."""
    context = _context(request, session_id)
    made = {
        "made_at": clock.now(),
        "made_by": staff_of(request),
        "head": chart_store.head(),
        "program": __version__,
        "styles": _styles(),
    }
    content = render_to_string("recorder/file.html", {**context, **made}, request)
    name = f"recorder-{context['moment'].at:%Y%m%d-%H%M%S}.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/html; charset=utf-8", headers=headers)


def _context(request: HttpRequest, session_id: uuid.UUID) -> dict[str, Any]:
    row, chart = opened_or_404(session_id)
    first, last = span_of(chart, clock.now())
    at, doubt = _asked(request, "t", "at", first, last)
    moment = moment_of(row, chart, at or last)
    other_at, other_doubt = _asked(request, "with", "with_at", first, last)
    other = moment_of(row, chart, other_at) if other_at else None
    return {
        "row": row,
        "person": row.person,
        "moment": moment,
        "other": other,
        "pairs": pairs_of(moment, other) if other else (),
        "lines": beside_figures(moment),
        "doubt": NO_SUCH_TIME if doubt or other_doubt else "",
        "first": first,
        "last": last,
        "steps": _steps(chart, moment.at, first, last),
        "let_go": letting_go.words_of(session_id),
        **({} if other else _drawn(row, moment)),
    }


def _styles() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in STYLES)


def span_of(chart: SessionChart, now: datetime) -> tuple[datetime, datetime]:
    """Return the first and the last second that a session has: from its opening to its last entry, or to now."""
    times = moments_of(chart)
    first, written = second_of(times[0]), second_of(times[-1])
    # While it goes on, the second that has not passed yet is none of them.
    end = written if chart.phase in FINISHED else max(first, now.replace(microsecond=0))
    return on_the_wall(first), on_the_wall(end)


def _asked(
    request: HttpRequest, seconds: str, typed: str, first: datetime, last: datetime
) -> tuple[datetime | None, bool]:
    """Return the second that an address asks for, and whether it asked for one that is none of the session's."""
    said = request.GET.get(typed, "") or request.GET.get(seconds, "")
    if not said:
        return None, False
    if said in {"first", "last"}:
        return (first if said == "first" else last), False
    try:
        if request.GET.get(typed):
            found = on_the_wall(datetime.fromisoformat(said).replace(tzinfo=home_zone()))
        else:
            found = on_the_wall(datetime.fromtimestamp(int(said), UTC))
    except (ValueError, OverflowError, OSError):
        return None, True
    inside = first <= found <= last
    return (found if inside else None), not inside


def _steps(chart: SessionChart, at: datetime, first: datetime, last: datetime) -> list[tuple[str, int]]:
    """Return where one can go from a second: some seconds on or back, and to the entries beside it."""
    found = []
    for seconds in STEPS_S:
        there = at + timedelta(seconds=seconds)
        if first <= there <= last:
            size = f"{abs(seconds) // 60} min" if abs(seconds) >= 60 else f"{abs(seconds)} s"
            found.append((f"{'−' if seconds < 0 else '+'} {size}", int(there.timestamp())))
    times = [second_of(each) for each in moments_of(chart)]
    before, after = [each for each in times if each < at], [each for each in times if each > at]
    if before:
        found.insert(0, ("Entry before", int(before[-1].timestamp())))
    if after:
        found.append(("Entry after", int(after[0].timestamp())))
    return found


def _drawn(row: SessionRow, moment: Moment) -> dict[str, Any]:
    """Draw the chart as far as it was known, and list by number what stands in it."""
    setting = replace(setting_at(moment.at, row.label), knowledge=moment.rules)
    picture = infusion_picture(setting, moment.chart, signals_of(row.pk, moment.chart), listed_in="log")
    return {"picture": picture, "done": acts(setting, moment.chart)}
