"""The clinic's outcomes: how many began, how many are known, and how those stand, beside what others found."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.web.shell.days import asked_days
from sereniv.clinic.workflows.followup.outcomes import OUTCOMES, everybody, first_day, without_score
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.unread_entries import lacking
from sereniv.knowledge import Knowledge
from sereniv.therapy.followup import assessments
from sereniv.therapy.followup import outcomes as counting
from sereniv.therapy.followup.outcomes import Outcome
from sereniv.therapy.followup.response import defines_response
from sereniv.therapy.recording.typed_values import plain

ON_A_PAGE = 50


@require_GET
def outcomes(request: HttpRequest) -> HttpResponse:
    """Show every indication exactly, with who is missing by name, for whoever began in the days asked for."""
    now = clock.now()
    known = rules_in_force(now)
    form, first, last = asked_days(request, since=first_day(now))
    found = counting.outcomes(everybody(now, first, last), known.aftercare.small_cells)
    page = Paginator(without_score(now, first, last), ON_A_PAGE).get_page(request.GET.get("page", ""))
    context = {
        "form": form,
        "first": first,
        "last": last,
        "rows": [_row(each, known) for each in found],
        "page": page,
        "total": page.paginator.count,
        "asked": QueryDict(urlencode({"first": first.isoformat(), "last": last.isoformat()})),
        "rule": known.aftercare.small_cells,
        "benchmarks": [(known.indications[row.indication].title, row) for row in known.benchmarks.values()],
        "references": known.references,
        "lacking": lacking(now),
        "behind": lists.words_of_behind(OUTCOMES, now),
    }
    return render(request, "followup/outcomes.html", context)


def _row(found: Outcome, known: Knowledge) -> dict[str, Any]:
    row, scale = known.indications[found.indication], assessments.followed(found.indication, known)[0]
    defined = defines_response(scale, row)
    return {
        "indication": row.title,
        "scale": scale.title,
        "started": found.started,
        "followed": found.followed,
        "missing": found.missing.words,
        "responded": found.responded.words if defined else "not defined",
        "remitted": found.remitted.words if defined and scale.remission_below is not None else "not defined",
        "median": change_words(found.median_fall),
    }


def change_words(fall: Decimal | None) -> str:
    """Write by how many points the middle one of those known is better or worse."""
    if fall is None:
        return "–"
    if not fall:
        return "no change"
    return f"{plain(abs(fall))} points {'better' if fall > 0 else 'worse'}"
