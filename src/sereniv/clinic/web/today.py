"""What waits for somebody now, by their roles: each line says what, and leads to the page where it is done.

Everything is computed from charts and rows that are there anyway; nothing is kept, so a line goes away when what it
asks for was done. Each topic is a function from the clinic as it stands to lines.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

from django.urls import resolve, reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.web import aftercare_lines, today_ground, today_unread
from sereniv.clinic.web import today_chairs as about_chairs
from sereniv.clinic.web import today_course as about_courses
from sereniv.clinic.web import today_house as about_the_house
from sereniv.clinic.web import today_stock as about_the_stock
from sereniv.clinic.web.clinic_now import Clinic
from sereniv.clinic.web.today_candidacy import (
    candidates_to_decide,
    evaluations_asked,
    evaluations_waited_for,
    running_out,
)
from sereniv.clinic.web.waiting import Line, Topic, since
from sereniv.clinic.web.walk import scale_page
from sereniv.clinic.workflows import assessing, safety
from sereniv.clinic.workflows.orders import WEIGHT_MAX_AGE
from sereniv.clinic.workflows.rules import read_once, rules_in_force
from sereniv.knowledge.rows import OrderState
from sereniv.therapy import assessments
from sereniv.therapy.course import Standing
from sereniv.therapy.person_events import Decision
from sereniv.therapy.suicide import LEVEL_OF_CARE

Finder = Callable[[Clinic], Iterable[Line]]


def item_nine(clinic: Clinic) -> Iterable[Line]:
    """Name everything about suicide that waits to be taken up in person, and what asking has left to do."""
    for each in safety.worklist(clinic.now):
        item, person = each.item, each.person
        decides = item.opened.left == (LEVEL_OF_CARE,) and clinic.me.may(Permission.DECIDE_CANDIDACY)
        yield Line(
            what=f"{person}: {item.left if item.asked else 'ask about suicide in person'}",
            address=reverse("person_level_of_care", args=[person.pk])
            if decides
            else reverse("person_safety", args=[person.pk, item.entry]),
            detail=f"{item.opened.title}: {item.opened.said}, {since(item.opened.source.at, clinic.now)}",
            pressing=True,
        )


def orders_to_co_sign(clinic: Clinic) -> Iterable[Line]:
    """Name orders that wait for somebody else's independent check."""
    for person, chart in clinic.people:
        live = clinic.live_order(person, chart)
        if live is None or live.state is not OrderState.SIGNED:
            continue
        signed = live.order.signed
        if signed.recorded_by != clinic.me.username:
            signer = clinic.names.get(signed.recorded_by, signed.recorded_by)
            yield Line(
                what=f"{person}: check infusion {live.order.terms.infusion_number}",
                address=reverse("person_cosign", args=[person.pk, live.entry]),
                detail=f"signed by {signer} {since(signed.at, clinic.now)}",
            )


def orders_to_sign(clinic: Clinic) -> Iterable[Line]:
    """Name people found eligible whose next infusion has no order."""
    for person, chart in clinic.people:
        if not chart.decisions or chart.decisions[-1].event.decision is not Decision.ELIGIBLE:
            continue
        mine = {entry for who, entry in clinic.used_orders if who == str(person.pk)}
        if clinic.live_order(person, chart) is not None:
            continue
        if any(row.person_id == person.pk for row, _ in clinic.open_sessions) or clinic.against[str(person.pk)]:
            continue
        done = len(mine)
        stands = clinic.treatments[person.pk]
        course = stands.course if stands.course and stands.course.standing is not Standing.ENDED else None
        if course is not None and (stands.waits or not stands.next_due or stands.next_due > stands.today):
            continue
        planned = len(course.places) if course is not None and course.plan is None else 0
        weighed = chart.latest("weight_kg", clinic.now, WEIGHT_MAX_AGE) is not None
        first = "" if weighed else "; weigh first, an order needs a weight from the last 24 hours"
        if course is not None or not mine:
            yield Line(
                what=f"{person}: order infusion {done + 1}",
                address=reverse("person_order", args=[person.pk]),
                detail=(
                    (f"of {planned} in the course" if planned else "maintenance is due")
                    if course
                    else "eligible, nothing ordered yet"
                )
                + first,
            )


def files_to_complete(clinic: Clinic) -> Iterable[Line]:
    """Name people without a signed consent or a scale that is followed, before anybody has decided."""
    for person, chart in clinic.people:
        if chart.decisions:
            continue
        if not chart.consents:
            yield Line(
                what=f"{person}: consent",
                address=reverse("person_consent", args=[person.pk]),
                detail=f"registered {since(person.registered_at, clinic.now)}",
            )
        followed = assessments.followed(person.indication, rules_in_force(clinic.now))
        missing = [scale for scale in followed if not any(each.event.scale == scale.id for each in chart.scores)]
        if missing:
            may_enter = clinic.me.may(Permission.CHART)
            yield Line(
                what=f"{person}: {', '.join(each.title for each in missing)}",
                address=scale_page(person.pk, missing[0].id) if may_enter else _page(person),
                detail="" if may_enter else "a nurse or prescriber enters it",
            )


def questionnaires_due(clinic: Clinic) -> Iterable[Line]:
    """Name people in treatment with the questionnaires that are due; the daily mood is theirs to give."""
    for person, waiting in assessing.due_of(clinic.people, clinic.now):
        may_enter = clinic.me.may(Permission.CHART)
        first = waiting[0].scale
        yield Line(
            what=f"{person}: {', '.join(each.scale.title for each in waiting)}",
            address=reverse("person_scale", args=[person.pk, first.id]) if may_enter else _page(person),
            detail=f"due, {waiting[0].why}",
        )


def _page(person: Person) -> str:
    return reverse("person", args=[person.pk])


def _lines(found: Iterable[aftercare_lines.Found]) -> Iterable[Line]:
    return (Line(**each._asdict()) for each in found)


TOPICS: Sequence[tuple[str, frozenset[Role], Finder]] = (
    ("Ask in person", frozenset({Role.NURSE, Role.PRESCRIBER}), item_nine),
    (
        "Red answers at a check-in",
        frozenset({Role.NURSE, Role.PRESCRIBER}),
        lambda clinic: _lines(aftercare_lines.red_answers(clinic.heard_from)),
    ),
    ("Thoughts of suicide, escalated", frozenset({Role.MEDICAL_DIRECTOR}), about_the_house.item_nine_escalated),
    ("Prompts escalated to you", frozenset({Role.PRESCRIBER}), about_chairs.escalated_prompts),
    ("At the chairs", frozenset({Role.NURSE}), about_chairs.at_the_chairs),
    ("Values to confirm", frozenset({Role.NURSE}), about_chairs.questioned_values),
    ("Check in after a session", frozenset({Role.NURSE}), lambda clinic: _lines(aftercare_lines.check_ins(clinic.now))),
    (
        "Not reached after a session",
        frozenset({Role.PRESCRIBER}),
        lambda clinic: _lines(aftercare_lines.check_ins(clinic.now, step=1)),
    ),
    (
        "Check-ins overdue for days",
        frozenset({Role.MEDICAL_DIRECTOR}),
        lambda clinic: _lines(aftercare_lines.check_ins(clinic.now, step=2)),
    ),
    (
        "Side effects not over",
        frozenset({Role.NURSE, Role.PRESCRIBER}),
        lambda clinic: _lines(aftercare_lines.side_effects_open(clinic.heard_from)),
    ),
    (
        "Entries that cannot be read",
        frozenset({Role.NURSE, Role.PRESCRIBER}),
        today_unread.unread_in_care,
    ),
    (
        "Entries of the house that cannot be read",
        frozenset({Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR}),
        today_unread.unread_of_the_house,
    ),
    ("Gate waiting", frozenset({Role.NURSE}), about_chairs.gates_waiting),
    ("Exceptions to judge", frozenset({Role.PRESCRIBER}), about_chairs.exceptions_to_judge),
    ("Reviews and decisions due", frozenset({Role.PRESCRIBER}), about_courses.reviews_due),
    ("Does treatment go on", frozenset({Role.PRESCRIBER}), today_ground.to_decide_anew),
    ("Relapse and maintenance", frozenset({Role.PRESCRIBER}), about_courses.relapse_signals),
    ("Orders to co-sign", frozenset({Role.NURSE, Role.PRESCRIBER}), orders_to_co_sign),
    ("Orders to sign", frozenset({Role.PRESCRIBER}), orders_to_sign),
    ("Candidates to decide", frozenset({Role.PRESCRIBER}), candidates_to_decide),
    ("Evaluations asked", frozenset({Role.PRESCRIBER}), evaluations_asked),
    ("Evaluations waited for", frozenset({Role.NURSE, Role.PRESCRIBER, Role.COORDINATOR}), evaluations_waited_for),
    ("Work-up running out", frozenset({Role.NURSE, Role.COORDINATOR}), running_out),
    ("Drug to account for", frozenset({Role.NURSE}), about_chairs.drug_to_account_for),
    ("Drug never accounted for", frozenset({Role.MEDICAL_DIRECTOR}), about_chairs.residual_drug),
    ("Notes to sign", frozenset({Role.NURSE}), about_chairs.notes_to_sign),
    ("Notes unsigned for a day", frozenset({Role.MEDICAL_DIRECTOR}), about_chairs.notes_left_unsigned),
    ("Questionnaires due", frozenset({Role.NURSE, Role.COORDINATOR}), questionnaires_due),
    (
        "Booked although something speaks against it",
        frozenset({Role.NURSE, Role.PRESCRIBER, Role.COORDINATOR}),
        about_courses.booked_in_doubt,
    ),
    ("To be told of a change", frozenset({Role.NURSE, Role.COORDINATOR}), about_courses.to_tell_of_changes),
    ("Nobody told them of a change", frozenset({Role.PRESCRIBER}), about_courses.nobody_told),
    ("To rebook", frozenset({Role.NURSE, Role.COORDINATOR}), about_courses.to_rebook),
    ("Escort missing", frozenset({Role.NURSE, Role.COORDINATOR}), about_courses.escorts_missing),
    ("Missed appointments", frozenset({Role.NURSE, Role.COORDINATOR}), about_courses.missed_appointments),
    ("Missed with thoughts of suicide open", frozenset({Role.PRESCRIBER}), about_courses.missed_in_danger),
    ("Next infusions to book", frozenset({Role.COORDINATOR}), about_courses.next_not_booked),
    ("First infusions to book", frozenset({Role.COORDINATOR}), today_ground.first_not_booked),
    ("Courses interrupted", frozenset({Role.PRESCRIBER, Role.NURSE}), about_courses.interrupted_courses),
    ("Files to complete", frozenset({Role.COORDINATOR}), files_to_complete),
    ("Enquiries to answer", frozenset({Role.COORDINATOR}), about_the_house.enquiries_to_answer),
    (
        "Stock discrepancies",
        frozenset({Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_DIRECTOR}),
        about_the_stock.stock_differences,
    ),
    ("Stock to count", frozenset({Role.NURSE}), about_the_stock.stock_to_count),
    ("Expired or set apart", frozenset({Role.NURSE, Role.MEDICAL_DIRECTOR}), about_the_stock.stock_to_leave),
    ("On call", frozenset({Role.ADMINISTRATOR}), about_the_house.nobody_on_call),
    ("Rules to sign", frozenset({Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR}), about_the_house.rules_to_sign),
    ("Backups", frozenset({Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR}), about_the_house.backups_wanting),
    ("Stock, bag and pump", frozenset({Role.MEDICAL_DIRECTOR}), about_the_house.stock_to_sign),
    ("Set-up", frozenset({Role.ADMINISTRATOR}), about_the_house.setup_missing),
)
"""Every topic, the roles it waits for, and how its lines are found, in the order in which they usually press."""


def topics_for(me: Staff, now: datetime) -> tuple[Topic, ...]:
    """Return what waits for somebody, each topic once however many roles they have; what presses now comes first."""
    clinic = Clinic(me, now)
    roles = {Role(role) for role in me.roles}
    with read_once():
        found = [
            Topic(title=title, lines=tuple(sorted(find(clinic), key=lambda line: not line.pressing)))
            for title, for_roles, find in TOPICS
            if roles & for_roles
        ]
    filled = _with_birth_dates([topic for topic in found if topic.lines])
    return tuple(sorted(filled, key=lambda topic: not topic.presses))


def _with_birth_dates(topics: Sequence[Topic]) -> Sequence[Topic]:
    """Put beside each line when whom it is about was born: the page it leads to is about them, or their session."""
    about = {line.address: resolve(urlsplit(line.address).path).kwargs for topic in topics for line in topic.lines}
    people = [named["person_id"] for named in about.values() if "person_id" in named]
    sessions = [named["session_id"] for named in about.values() if "session_id" in named]
    born: dict[object, date] = dict(Person.objects.filter(pk__in=people).values_list("pk", "born"))
    born |= dict(SessionRow.objects.filter(pk__in=sessions).values_list("pk", "person__born"))

    def of(line: Line) -> Line:
        named = about[line.address]
        return replace(line, born=born.get(named.get("person_id") or named.get("session_id")))

    return [replace(topic, lines=tuple(map(of, topic.lines))) for topic in topics]
