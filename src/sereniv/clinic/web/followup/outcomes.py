"""The clinic's outcomes: how many began, how many are known, and how those stand, beside what others found."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.workflows import lists
from sereniv.clinic.workflows.outcomes import OUTCOMES, everybody
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.therapy.followup import assessments
from sereniv.therapy.followup import outcomes as counting
from sereniv.therapy.followup.outcomes import Outcome, Rate, is_small
from sereniv.therapy.followup.response import defines_response

FEW, FEW_LEFT = "1 to 10", "all but 1 to 10"


@require_GET
def outcomes(request: HttpRequest) -> HttpResponse:
    """Show every indication with who is missing and with its uncertainty; small cells are not shown."""
    now = clock.now()
    known = rules_in_force(now)
    found = counting.outcomes(everybody(now), known.aftercare.small_cells)
    context = {
        "rows": [_row(each) for each in found],
        "benchmarks": [(known.indications[row.indication].title, row) for row in known.benchmarks.values()],
        "references": known.references,
        "behind": lists.still_behind(OUTCOMES, now),
    }
    return render(request, "followup/outcomes.html", context)


def _row(found: Outcome) -> dict[str, Any]:
    known = rules_in_force(clock.now())
    row, scale = known.indications[found.indication], assessments.followed(found.indication, known)[0]
    defined = defines_response(scale, row)
    return {
        "indication": row.title,
        "scale": scale.title,
        "started": FEW if is_small(found.started, found.rule) else str(found.started),
        "followed": _followed(found),
        "missing": rate_words(found.missing),
        "responded": rate_words(found.responded) if defined else "not defined",
        "remitted": rate_words(found.remitted) if defined and scale.remission_below is not None else "not defined",
    }


def _followed(found: Outcome) -> str:
    """Write how many are known; not where the difference to those who began would give a few away."""
    if is_small(found.followed, found.rule):
        return FEW
    return FEW_LEFT if is_small(found.missing.count, found.rule) else str(found.followed)


def rate_words(rate: Rate) -> str:
    """Write a share with its interval, or why it is not shown."""
    if not rate.of:
        return "nobody known yet"
    if not rate.is_shown:
        return "too few to show"
    low, high = rate.interval
    return f"{rate.share:.0%} ({low:.0%} to {high:.0%})"
