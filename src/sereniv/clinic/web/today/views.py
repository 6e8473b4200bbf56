"""The page that says what waits for whoever is signed in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.web.calendar.who_comes import counted, who_comes
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.web.today.lines import page_of, topics_for
from sereniv.clinic.workflows.shell import lists

QUIET = {
    Role.COORDINATOR: "Enquiries, files without consent and what is due before a visit will appear here.",
    Role.NURSE: "The board shows every chair.",
    Role.PRESCRIBER: "Candidates to decide on, orders, and prompts that nobody took notice of will appear here.",
    Role.MEDICAL_DIRECTOR: "What was left open too long, and what you sign for the clinic, will appear here.",
    Role.ADMINISTRATOR: "What is missing in the set-up will appear here.",
}
"""What appears on somebody's list, by their role, said while it is empty."""


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """List what waits, by topic, each line with the page where it is done; who comes stands below what presses."""
    me = staff_of(request)
    quiet = " ".join(words for role, words in QUIET.items() if role in me.roles)
    now = clock.now()
    comers = who_comes(now) if me.may(Permission.BOOK) else ()
    topics = topics_for(me, now)
    context = {
        "pressing": [each for each in topics if each.presses],
        "others": [each for each in topics if not each.presses],
        "quiet": quiet,
        "behind": lists.words_of_behind(lists.TODAY, now),
        "comers": comers,
        "counted": counted(comers),
    }
    return render(request, "today/today.html", context)


@require_GET
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """List everything of one topic, page by page."""
    me, now = staff_of(request), clock.now()
    try:
        title, page = page_of(topic, me, now, request.GET.get("page", ""))
    except KeyError as error:
        raise Http404 from error
    context = {
        "title": title,
        "page": page,
        "total": page.paginator.count,
        "behind": lists.words_of_behind(lists.TODAY, now),
    }
    return render(request, "today/topic.html", context)
