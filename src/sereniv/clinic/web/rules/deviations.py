"""Exceptions and deviations of any days: what was gone past, by whom and why, for whoever answers for the clinic."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.web.shell.days import asked_days
from sereniv.clinic.workflows.rules import deviations as workflows
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.unread_entries import lacking
from sereniv.knowledge.own_rules import thresholds
from sereniv.therapy.rules.deviations import Kind

SHOWN_DAYS = 90
ON_A_PAGE = 50


@require_GET
def deviations(request: HttpRequest) -> HttpResponse:
    """List what was gone past from the first to the last day asked for, of one kind or of all."""
    now = clock.now()
    form, first, last = asked_days(request, SHOWN_DAYS)
    kind = next((each for each in Kind if each.name.lower() == request.GET.get("kind")), None)
    page = Paginator(workflows.in_days(kind or "", first, last, now), ON_A_PAGE).get_page(request.GET.get("page", ""))
    days = {"first": first.isoformat(), "last": last.isoformat()}
    known = thresholds(rules_in_force(now))
    changed = [(each, known.get(each.event.threshold)) for each in workflows.numbers_changed(first, last)]
    context = {
        "form": form,
        "first": first,
        "last": last,
        "kind": kind,
        "kinds": [
            (each, count, urlencode({**days, "kind": each.name.lower()}))
            for each, count in workflows.counted(first, last, now)
        ],
        "every_kind": urlencode(days),
        "page": page,
        "total": page.paginator.count,
        "asked": QueryDict(urlencode({**days, "kind": kind.name.lower()} if kind else days)),
        "changed": changed,
        "lacking": lacking(now),
        "behind": lists.words_of_behind(workflows.DEVIATIONS, now),
    }
    return render(request, "rules/deviations.html", context)
