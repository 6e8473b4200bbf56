"""After a session: the check-in, side effects, and the clinic's own counts beside the published ones."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.records.their_sessions import rows_of
from sereniv.clinic.web.followup import aftercare_forms
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.shell.acts import Caution
from sereniv.clinic.workflows.followup import aftercare
from sereniv.clinic.workflows.followup import side_effects as side_effects_here
from sereniv.clinic.workflows.person import reach
from sereniv.clinic.workflows.safety.safety import crisis_words
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.unread_entries import lacking
from sereniv.knowledge import knowledge
from sereniv.therapy.followup import aftercare as after
from sereniv.therapy.person.events import AdverseEventRecorded, CheckInRecorded, Mood, Outcome, Related
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.departure import how_it_ended
from sereniv.therapy.session.events.incidents import Suicidality

ON_A_PAGE = 25
"""So many serious side effects at a time, the newest first."""


@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, person_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Call after a session, and write down what was said."""
    row = _session_or_404(person_id, session_id)

    def act_on(valid: aftercare_forms.CheckInForm, act: Act) -> str:
        data, grades = valid.cleaned_data, valid.grades()
        event = CheckInRecorded(
            session=str(session_id),
            reached=valid.was_reached,
            by_whom=data["by_whom"].strip() if valid.was_reached else "",
            asked=tuple(grades),
            symptoms=tuple(name for name, grade in grades.items() if grade > 0),
            suicidality=Suicidality(data["suicidality"] or Suicidality.NOT_ASKED),
            mood=Mood(data["mood"] or Mood.NOT_ASKED),
            drove_or_worked={"yes": True, "no": False}.get(data["drove"]),
            remark=data["remark"],
        )
        aftercare.record_check_in(person_id, event, grades, act, valid.happened_at())
        if not event.reached:
            return (
                "Written down: nobody reached. The call stays on Today until somebody is, or a prescriber gives it up."
            )
        red = [row for name, row in knowledge().aftercare.questions.items() if after.is_red(row, grades.get(name, 0))]
        if red:
            now = " ".join(f"{row.title}: {row.at_once}" for row in red)
            return Caution(f"Recorded. Do now: {now} Then write down who was told; it stays on Today until then.")
        return "The check-in is recorded."

    number = get_object_or_404(Person, pk=person_id).phone
    phone = f" Phone {number}." if number else " No phone number is recorded."
    words = {
        "title": "Check-in after the session",
        "button": "Record the check-in",
        "intro": f"Infusion {row.infusion_number}{_left_words(chart_store.session_chart_of(session_id))}.{phone} "
        "In danger now: stay on the line, and have somebody call the emergency number (911 in the United States). "
        f"For the patient: {crisis_words()}",
        "context": {
            "touched": reach.of_person("checked_in", person_id, clock.now()),
            "touched_when": "What a red answer touches",
        },
    }
    return person_sheet(request, person_id, aftercare_forms.CheckInForm, words, act_on, after=knowledge().aftercare)


def _left_words(chart: SessionChart) -> str:
    """Say how and when a session was left, and to which hospital and why where it was for one."""
    left, gone = after.left_at(chart), chart.transferred
    if left is None:
        return ""
    if gone is not None:
        why = gone.event.reason.rstrip(".")
        return f", ▲ went to {gone.event.where.rstrip('.')} on {on_the_wall(left):%d %b %H:%M}: {why}. Call there first"
    return f", {how_it_ended(chart) or 'left'} on {on_the_wall(left):%d %b %H:%M}"


@require_http_methods(["GET", "POST"])
def give_up_check_in(request: HttpRequest, person_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Let a prescriber decide that nobody is called any more about a session."""
    row = _session_or_404(person_id, session_id)
    tried = [
        each
        for each in chart_store.person_chart(person_id).all(CheckInRecorded)
        if each.event.session == str(session_id) and not each.event.reached
    ]

    def act_on(valid: aftercare_forms.GiveUpForm, act: Act) -> str:
        data = valid.cleaned_data
        aftercare.give_up_check_in(person_id, str(session_id), data["reason"], data["instead"], act)
        return "Nobody is called about this session any more."

    times = ", ".join(f"{on_the_wall(each.at):%d %b %H:%M}" for each in tried)
    words = {
        "title": "Stop calling",
        "button": "Stop calling",
        "intro": f"Infusion {row.infusion_number}. "
        + (f"Nobody was reached {times}." if tried else "Nobody has tried to call yet."),
    }
    return person_sheet(request, person_id, aftercare_forms.GiveUpForm, words, act_on)


def _if_died(person_id: uuid.UUID) -> dict[str, Any]:
    """Return what recording a death as what became of a side effect would touch."""
    touched = reach.of_person("died", person_id, clock.now(), doses=True)
    return {"touched": touched, "touched_when": "What recording a death touches"}


@require_http_methods(["GET", "POST"])
def adverse_event(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record a side effect."""
    rows = rows_of(person_id)[::-1]
    sessions = [(str(row.pk), f"Infusion {row.infusion_number}, {on_the_wall(row.opened_at):%d %b %Y}") for row in rows]

    def act_on(valid: aftercare_forms.AdverseEventForm, act: Act) -> str:
        data = valid.cleaned_data
        event = AdverseEventRecorded(
            term=data["term"],
            words=data["words"],
            grade=data["grade"],
            serious=data["serious"],
            session=data["session"],
            related=Related(data["related"]),
            action=data["action"],
            outcome=Outcome(data["outcome"]),
        )
        aftercare.record_adverse_event(person_id, event, act, valid.happened_at())
        return "Recorded. It is listed until it is over."

    words = {"title": "Side effect", "button": "Record the side effect", "context": _if_died(person_id)}
    initial = {"session": request.GET.get("session", sessions[0][0] if sessions else "")}
    return person_sheet(
        request,
        person_id,
        aftercare_forms.AdverseEventForm,
        words,
        act_on,
        after=knowledge().aftercare,
        sessions=sessions,
        initial=initial,
    )


@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Write down what became of a side effect."""
    known = after.adverse_events(chart_store.person_chart(person_id))
    found = next((each for each in known if each.recorded.stream_seq == entry), None)
    if found is None:
        raise Http404

    def act_on(valid: aftercare_forms.FollowForm, act: Act) -> None:
        data = valid.cleaned_data
        aftercare.follow_adverse_event(person_id, entry, Outcome(data["outcome"]), data["words"], act)

    event = found.recorded.event
    words = {
        "title": f"{after.term_meant(event, knowledge().aftercare).title}: follow-up",
        "button": "Record",
        "intro": f"{found.recorded.at:%d %b %Y}, grade {event.grade}: {event.words} Last heard: {found.outcome}.",
        "context": _if_died(person_id),
    }
    return person_sheet(request, person_id, aftercare_forms.FollowForm, words, act_on)


@require_http_methods(["GET", "POST"])
def red_answer(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Write down who was told of the red answers of a check-in, and what was done."""
    waiting = after.red_answers_open(chart_store.person_chart(person_id))
    found = next((each for each in waiting if each.stream_seq == entry), None)
    if found is None and request.method == "GET":
        raise Http404

    def act_on(valid: aftercare_forms.RedAnswerForm, act: Act) -> str:
        aftercare.take_up_red(person_id, entry, valid.cleaned_data["told"], valid.cleaned_data["done"], act)
        return "Written down."

    rows = [knowledge().aftercare.questions.get(name) for name in found.event.red] if found else []
    words = {
        "title": "Red answer at a check-in",
        "button": "Write it down",
        "intro": " ".join(f"{row.title}: {row.at_once}" for row in rows if row),
    }
    return person_sheet(request, person_id, aftercare_forms.RedAnswerForm, words, act_on)


@require_GET
def side_effects(request: HttpRequest) -> HttpResponse:
    """Show how often each side effect was seen here, beside what others counted."""
    now = clock.now()
    known = rules_in_force(now)
    cases = side_effects_here.newest_cases(now)
    page = Paginator(side_effects_here.serious_ones(now), ON_A_PAGE).get_page(request.GET.get("page", ""))
    context = {
        "tallies": [(each, cases[each.term.id]) for each in side_effects_here.count_side_effects(now)],
        "shown_cases": [each for rows in cases.values() for each in rows],
        "page": page,
        "total": page.paginator.count,
        "rule": known.aftercare.small_cells,
        "knowledge": known,
        "lacking": lacking(now),
        "behind": lists.words_of_behind(side_effects_here.SIDE_EFFECTS, now),
    }
    return render(request, "followup/side_effects.html", context)


def _session_or_404(person_id: uuid.UUID, session_id: uuid.UUID) -> SessionRow:
    found = next((each for each in rows_of(person_id) if each.pk == session_id), None)
    if found is None:
        raise Http404
    return found
