"""Pages of a person's course: how it stands, and what is decided about it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.course import forms as course_forms
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ReasonForm
from sereniv.clinic.workflows.course import courses, treatment, weighing
from sereniv.clinic.workflows.person import reach
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import DecisionKind
from sereniv.therapy.person import events as person_events
from sereniv.therapy.treatment import maintenance


@require_GET
def course(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show every course of a person, the present one with all that is known of it."""
    who = get_object_or_404(Person, pk=person_id)
    stands = treatment.treatment_of(person_id, clock.now())
    context = {
        "person": who,
        "stands": stands,
        "scale": _scale(stands),
        "resumable": not courses.not_to_resume(stands, staff_of(request)),
        "earlier": stands.courses[-2::-1],
        "in_sight": weighing.in_sight(DecisionKind.REVIEW, person_id, stands.read),
    }
    return render(request, "course/course.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Let the prescriber decide how the course goes on, with what the evidence says in sight."""
    who = get_object_or_404(Person, pk=person_id)
    stands = treatment.treatment_of(person_id, clock.now())
    if stands.course is None:
        return _no_course(request, who)
    plan = stands.course.plan
    suggested = maintenance.suggested_interval_days(stands.course.protocol, 0)
    interval = suggested if plan is None else plan.interval_days
    form = form_for(
        request,
        course_forms.ReviewForm,
        outcomes=courses.outcomes(stands.course),
        proposed=stands.ending_proposed.ending,
        checks=stands.checks_due,
        initial={
            "expected_seq": stands.chart.head,
            "interval_days": interval,
        },
    )

    def decide(valid: course_forms.ReviewForm, act: Act) -> str:
        data = valid.cleaned_data
        outcome = person_events.ReviewOutcome(data["outcome"])
        expected = data["expected_seq"] or 0
        ending = person_events.Ending(data["ending"]) if data["ending"] else None
        courses.review(
            person_id, outcome, data["reason"], data["interval_days"], expected, act, ending=ending, found=valid.found
        )
        return f"Recorded: {outcome}."

    words = Sheet(
        title="Review the course",
        button="Sign the decision",
        back=reverse("person_course", args=[person_id]),
        template="course/review.html",
        context={
            "person": who,
            "stands": stands,
            "scale": _scale(stands),
            "proposed": stands.ending_proposed,
            "cannot": courses.none_under_way(stands),
            "in_sight": weighing.in_sight(DecisionKind.REVIEW, person_id, stands.read),
            "touched": reach.of_person("course_ended", person_id, clock.now(), doses=True),
        },
    )
    return sheet(request, form, words, decide, lambda: chart_store.person_chart(person_id).head)


def _scale(stands: treatment.Treatment) -> object:
    return knowledge().scales.get(stands.course.primary_scale) if stands.course else None


def _no_course(request: HttpRequest, who: Person) -> HttpResponse:
    reason = "There is no course yet. The first order opens one."
    return render(request, "shell/errors/refused.html", {"reason": reason, "person": who}, status=409)


def _words(who: Person, title: str, button: str, intro: str, *, act: str = "", why_not: str = "") -> Sheet:
    touched = reach.of_person(act, who.pk, clock.now(), doses=True) if act else ()
    return Sheet(
        title=title,
        button=button,
        back=reverse("person_course", args=[who.pk]),
        intro="" if why_not else intro,
        context={"person": who, "touched": touched},
        why_not=why_not,
    )


@require_http_methods(["GET", "POST"])
def interrupt(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record that the course is interrupted."""
    who = get_object_or_404(Person, pk=person_id)

    def act_on(valid: ReasonForm, act: Act) -> str:
        courses.interrupt(person_id, valid.cleaned_data["reason"], act)
        return "The course is interrupted. No infusion until it is resumed."

    intro = "No infusion is ordered or started until it is resumed."
    why_not = courses.not_to_interrupt(treatment.treatment_of(person_id, clock.now()))
    words = _words(who, "Interrupt the course", "Interrupt", intro, act="course_interrupted", why_not=why_not)
    return sheet(request, form_for(request, ReasonForm), words, act_on)


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Let the course go on."""
    who = get_object_or_404(Person, pk=person_id)
    stands = treatment.treatment_of(person_id, clock.now())
    form = form_for(request, ReasonForm, initial={"expected_seq": stands.chart.head})

    def act_on(valid: ReasonForm, act: Act) -> str:
        data = valid.cleaned_data
        courses.resume(person_id, data["reason"], data["expected_seq"] or 0, act)
        return "The course goes on."

    beyond = stands.course is not None and stands.course.past_window(stands.today)
    intro = "The protocol's window is over: a prescriber decides. Ending the course is the other choice."
    why_not = courses.not_to_resume(stands, staff_of(request))
    words = _words(who, "Resume the course", "Resume", intro if beyond else "Write what has changed.", why_not=why_not)
    return sheet(request, form, words, act_on, lambda: chart_store.person_chart(person_id).head)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """End the course."""
    who = get_object_or_404(Person, pk=person_id)
    stands = treatment.treatment_of(person_id, clock.now())
    proposed = stands.ending_proposed
    form = form_for(
        request, course_forms.EndForm, initial={"expected_seq": stands.chart.head}, proposed=proposed.ending
    )

    def act_on(valid: course_forms.EndForm, act: Act) -> str:
        data = valid.cleaned_data
        ending = person_events.Ending(data["outcome"])
        courses.end(person_id, ending, data["reason"], data["expected_seq"] or 0, act)
        return "The course has ended."

    words = Sheet(
        title="End the course",
        button="End it",
        back=reverse("person_course", args=[person_id]),
        intro="You decide how it ended; the scores only propose. A later order opens a new course.",
        template="course/decide.html",
        context={
            "person": who,
            "stands": stands,
            "scale": _scale(stands),
            "proposed": proposed,
            "cannot": courses.none_under_way(stands),
            "in_sight": weighing.in_sight(DecisionKind.END, person_id, stands.read),
            "touched": reach.of_person("course_ended", person_id, clock.now(), doses=True),
        },
    )
    return sheet(request, form, words, act_on, lambda: chart_store.person_chart(person_id).head)


@require_http_methods(["GET", "POST"])
def maintain(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Set another interval of maintenance."""
    who = get_object_or_404(Person, pk=person_id)
    stands = treatment.treatment_of(person_id, clock.now())
    planned = stands.course.plan if stands.course else None
    initial = {"expected_seq": stands.chart.head, "interval_days": planned.interval_days if planned else None}
    form = form_for(request, course_forms.MaintenanceForm, initial=initial)

    def act_on(valid: course_forms.MaintenanceForm, act: Act) -> str:
        data = valid.cleaned_data
        expected = data["expected_seq"] or 0
        courses.plan_maintenance(person_id, data["interval_days"], data["reason"], expected, act)
        return f"Every {data['interval_days']} days from now on."

    rule = stands.course.protocol.maintenance if stands.course else None
    intro = "The smallest dose and the longest interval that hold."
    if stands.course and rule:
        shortest, longest = rule.then_every_days
        then = f"weekly {rule.weekly} times, then every {shortest} to {longest} days"
        intro = f"{stands.course.protocol.title}: {then}. {intro}"
    words = Sheet(
        title="Maintenance interval",
        button="Plan it",
        back=reverse("person_course", args=[person_id]),
        intro=intro,
        template="course/decide.html",
        context={
            "person": who,
            "stands": stands,
            "scale": _scale(stands),
            "cannot": courses.no_interval_yet(stands),
            "in_sight": weighing.in_sight(DecisionKind.MAINTENANCE, person_id, stands.read),
            "touched": reach.of_person("maintenance_planned", person_id, clock.now(), doses=True),
        },
    )
    return sheet(request, form, words, act_on, lambda: chart_store.person_chart(person_id).head)
