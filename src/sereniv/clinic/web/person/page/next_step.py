"""Where a person is in their care, what comes next, and for whom it waits."""

import uuid
from dataclasses import replace
from datetime import date

from django.urls import reverse

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records.models import CLOSED_PHASES
from sereniv.clinic.web.person.page.comes_first import Next, after_death, death_words, to_ask, to_decide_anew, to_tell
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.course.treatment import Treatment
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import Phase
from sereniv.therapy.candidacy.criteria import Result, findings
from sereniv.therapy.candidacy.evaluations import evaluations
from sereniv.therapy.candidacy.intake import StepState, steps
from sereniv.therapy.person.chart import Order
from sereniv.therapy.person.events import Decision, Purpose
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.session.chart import Phase as SessionPhase
from sereniv.therapy.treatment.course import Course, Standing
from sereniv.therapy.treatment.dose_weight_now import weighed_lately, weight_holds_for
from sereniv.therapy.treatment.next_infusion import ENDED_BY_A_REVIEW

BEFORE_THE_START = frozenset({SessionPhase.PREPARING, SessionPhase.READY})


def next_step(story: Story, stands: Treatment) -> Next:
    """Return where somebody's care stands and what comes next."""
    at_a_chair = _at_a_chair(story)
    if at_a_chair is not None:
        return at_a_chair
    if words := death_words(story):
        return after_death(story, stands.course, words)
    asked = to_ask(story) or to_tell(story)
    if asked is not None:
        return asked
    decided = story.chart.decisions[-1].event if story.chart.decisions else None
    if decided is None:
        return _undecided(story, "Intake")
    if decided.indication != story.person.indication:
        return _undecided(story, "Indication changed since the decision")
    if decided.decision is Decision.DECLINED:
        plainly = ("Declined", "A prescriber can say why")
        return Next(stage="Declined", what=decided.reason, reads=Permission.READ_CANDIDACY, plainly=plainly)
    if decided.decision is Decision.NEEDS_EVALUATION:
        return _to_evaluate(story)
    course = stands.course
    anew = to_decide_anew(story, course, stage_words(course) if course else "Eligible")
    if anew is not None:
        return anew
    waiting = _unused_order(story)
    if waiting is not None:
        return _ordered(story, stands, waiting)
    if course is None:
        return _to_order(story, "Eligible", "Order the first infusion")
    if course.standing is Standing.ENDED:
        words = course.ended.event.reason if course.ended else ""
        plainly = (f"Course ended ({_series(course)})", "A prescriber can say why")
        return Next(stage=stage_words(course), what=words, reads=Permission.READ_ORDERS, plainly=plainly)
    return _in_course(story, stands, course)


def stage_words(course: Course) -> str:
    """Say where a course stands in a few words."""
    series = _series(course)
    match course.standing:
        case Standing.ENDED:
            outcome = f": {course.ended.event.outcome}" if course.ended else ""
            return f"Course ended{outcome} ({series})"
        case Standing.INTERRUPTED:
            return f"Course interrupted ({series})"
        case Standing.MAINTENANCE:
            plan = course.plan
            every = f" every {plan.interval_days} days" if plan else ""
            return f"Maintenance{every} ({course.protocol.title}; {len(course.runs)} given)"
        case Standing.UNDER_WAY:
            return f"In course ({series})"


def _series(course: Course) -> str:
    return f"{course.protocol.title}; {course.run} of {len(course.protocol.days)} given"


def _at_a_chair(story: Story) -> Next | None:
    for row, chart in story.sessions:
        if row.phase in CLOSED_PHASES:
            continue
        early = chart.phase in BEFORE_THE_START
        return Next(
            stage=f"{row.chair}: {'at the gate' if early else chart.phase} (infusion {row.infusion_number})",
            what="Pass the gate and start" if early else "",
            who="a nurse" if early else "",
            button="To the gate" if early else "To the chair",
            address=reverse("session_gate" if early else "session", args=[row.pk]),
            needs="read_sessions",
        )
    return None


def _undecided(story: Story, stage: str) -> Next:
    found = findings(story.chart, story.person.registered, Phase.SCREEN, story.now, rules_in_force(story.now))
    left = [
        each
        for each in steps(story.chart, story.person.registered, story.now, rules_in_force(story.now))
        if each.state is not StepState.DONE
    ]
    unknown = any(each.verdict.result is Result.UNKNOWN for each in found)
    if left or unknown:
        names = ", ".join(each.title for each in left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
        return Next(
            stage=stage,
            what=f"Complete the intake: {names}" if names else "Complete what is not known",
            who="nurse or coordinator",
            button="Continue intake",
            address=_page("person_intake", story.person_id),
            needs="register_people",
        )
    return _decide(story, f"{stage} complete" if stage == "Intake" else stage, "Decide on candidacy")


def _decide(story: Story, stage: str, what: str) -> Next:
    return Next(
        stage=stage,
        what=what,
        who="a prescriber",
        button="Decide",
        address=_page("person_decide", story.person_id),
        needs="decide_candidacy",
    )


def _to_evaluate(story: Story) -> Next:
    waiting = [each for each in evaluations(story.chart, story.now) if each.is_waiting]
    if not waiting:
        return _decide(story, "Evaluation first", "Record the evaluation, or decide anew")
    first = waiting[0]
    asked = first.opened.event.asked_of if first.opened else ""
    return Next(
        stage=f"Evaluation {first.state}",
        what=f"Record what {asked} found",
        who="a prescriber",
        button="Record evaluation",
        address=reverse("person_evaluate", args=[story.person_id, first.criterion]),
        needs="decide_candidacy",
        reads=Permission.READ_CANDIDACY,
        plainly=(f"Evaluation {first.state}", "Somebody outside was asked, and has not answered"),
    )


def _unused_order(story: Story) -> Order | None:
    live = next((each for each in story.orders if each.is_live), None)
    return None if live is None or live.entry in story.seated_orders else live.order


def _ordered(story: Story, stands: Treatment, order: Order) -> Next:
    stage = stage_words(stands.course) if stands.course else "Ordered"
    keywords = {"person_id": story.person_id, "order_entry": order.signed.stream_seq}
    number = order.terms.infusion_number
    if order.co_signed is None:
        return Next(
            stage=stage,
            what=f"Check the order of infusion {number} independently",
            who="a second person",
            button="Co-sign",
            address=reverse("person_cosign", kwargs=keywords),
            needs="read_orders",
        )
    return Next(
        stage=stage,
        what=f"Infusion {number} is ordered and checked",
        who="a nurse",
        button="Seat for the infusion",
        address=reverse("person_seat", kwargs=keywords),
        needs="run_infusion",
    )


def _to_order(story: Story, stage: str, what: str) -> Next:
    rules = rules_in_force(story.now)
    if story.chart.latest("weight_kg", story.now, weight_holds_for(rules)) is None:
        return Next(
            stage=stage,
            what=f"{what}: weigh first, an order needs a weight from {weighed_lately(rules)}",
            who="a nurse, then a prescriber",
            button="Weigh",
            address=_page("person_measure", story.person_id),
            needs="chart",
        )
    return Next(
        stage=stage,
        what=what,
        who="a prescriber",
        button="Order",
        address=_page("person_order", story.person_id),
        needs="sign_order",
    )


def _in_course(story: Story, stands: Treatment, course: Course) -> Next:
    stage = stage_words(course)
    if stands.waits:
        wait = stands.waits[0]
        if wait.rule == "candidacy":
            anew = _decide(story, stage, wait.reason)
            return replace(anew, reads=Permission.READ_CANDIDACY, plainly=(stage, "Decide on candidacy anew"))
        due = course.due
        milestone = due.milestone if due is not None else "review"
        reviews = wait.rule in ENDED_BY_A_REVIEW or (
            wait.rule == "milestone" and due is not None and due.can_be_recorded(stands.today)
        )
        return Next(
            stage=stage,
            what=wait.reason,
            who="a nurse" if [each.rule for each in stands.waits] == ["interrupted"] else "a prescriber",
            button=f"Record the {milestone}" if reviews else "Open the course",
            address=_page("person_review" if reviews else "person_course", story.person_id),
            needs="sign_order" if reviews else "read_orders",
            reads=Permission.READ_ORDERS,
            plainly=(stage, "The next infusion waits: a prescriber can say for what"),
        )
    number = len(stands.runs) + 1
    due_on = stands.next_due
    if due_on is None or stands.meant_for is None or stands.meant_for <= stands.today:
        return _to_order(story, stage, f"Order infusion {number}")
    return _later(story, stage, number, due_on)


def _later(story: Story, stage: str, number: int, due_on: date) -> Next:
    booked = next_infusion(story)
    if booked is not None and (why := story.misplaced.get(booked.entry)):
        return Next(
            stage=stage,
            what=f"Infusion {number} is booked where it cannot be: {why}. Move it",
            who="the coordinator",
            button="Move",
            address=_page("appointments", story.person_id),
            needs="book",
        )
    if booked is not None:
        return Next(stage=stage, what=f"Infusion {number} is booked; order it that day", who="a prescriber")
    return Next(
        stage=stage,
        what=f"Infusion {number} is due {due_on:%a} {due_on.day} {due_on:%b}: book it",
        who="the coordinator",
        button="Book",
        address=_page("appointments", story.person_id),
        needs="book",
    )


def next_infusion(story: Story) -> calendar.Appointment | None:
    """Return the next infusion that is booked, None where none is."""
    found = [
        each
        for each in calendar.appointments(story.chart)
        if each.state == "booked" and each.purpose is Purpose.INFUSION and each.ends_at > story.now
    ]
    return min(found, key=lambda each: each.starts_at, default=None)


def _page(name: str, person_id: uuid.UUID) -> str:
    return reverse(name, args=[person_id])
