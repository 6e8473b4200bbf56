"""What waits for somebody now, by their roles: each line says what, and leads to the page where it is done.

Each topic is a function from the clinic as it stands to lines. What waits about one person is worked out from their
chart alone and kept as rows (`workflows.shell.lists`), which hold until something is written about them, the rules
change or a moment comes at which a line does: so a line goes away when what it asks for was done. What waits about
chairs, stock, bookings and the house is computed at each look.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from django.core.paginator import Page, Paginator
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.records import queries
from sereniv.clinic.records.listing import Listed
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake.walk import scale_page
from sereniv.clinic.web.today import aftercare, ground, inbox, opened, unread
from sereniv.clinic.web.today import chairs as about_chairs
from sereniv.clinic.web.today import clinic as about_the_house
from sereniv.clinic.web.today import course as about_courses
from sereniv.clinic.web.today import stock as about_the_stock
from sereniv.clinic.web.today.candidacy import (
    candidates_to_decide,
    evaluations_asked,
    evaluations_overdue,
    evaluations_waited_for,
    running_out,
    to_ask_and_measure,
    to_examine,
    told_twice,
    undecided_for_long,
)
from sereniv.clinic.web.today.clinic_now import Clinic, OfOne
from sereniv.clinic.web.today.shown import Asked, Finder, Waiting, begun
from sereniv.clinic.web.today.topics import TodayLine, Topic, since
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.in_force import read_once, rules_in_force
from sereniv.clinic.workflows.shell.unread_entries import UNREAD
from sereniv.knowledge.rows import OrderState
from sereniv.therapy.followup import assessments
from sereniv.therapy.person.events import Decision
from sereniv.therapy.safety.closing import LEVEL_OF_CARE
from sereniv.therapy.treatment.course import Standing
from sereniv.therapy.treatment.dose_weight_now import weighed_lately, weight_holds_for

ON_A_PAGE = 50
ABOUT = re.compile("/(people|sessions)/([0-9a-f]{8}-[0-9a-f-]{27})/")
"""How the address of a page begins that is about somebody or their session."""

KEPT_OF_A_LINE = (
    "what", "address", "detail", "needs", "otherwise", "otherwise_detail", "reads", "plainly", "plainly_detail",
    "bookings",
)  # fmt: skip


def item_nine(clinic: OfOne) -> Iterable[TodayLine]:
    """Name everything about suicide that waits to be taken up in person, and what asking has left to do."""
    for each in clinic.safety_items:
        item, person = each.item, each.person
        asks = reverse("person_safety", args=[person.pk, item.entry])
        decides = item.opened.left == (LEVEL_OF_CARE,)
        yield TodayLine(
            what=f"{person}: {item.left if item.asked else 'ask about suicide in person'}",
            address=reverse("person_level_of_care", args=[person.pk]) if decides else asks,
            needs=Permission.DECIDE_CANDIDACY if decides else "",
            otherwise=asks,
            detail=f"{item.opened.title}: {item.opened.said}, {since(item.opened.source.at, clinic.now)}",
            pressing=True,
            # As on the worklist: the gravest first, then the soonest due.
            place=f"{item.rank} {item.due_at.astimezone(UTC).isoformat()}",
        )


def orders_to_co_sign(clinic: Clinic) -> Iterable[TodayLine]:
    """Name orders that wait for somebody else's independent check."""
    for person, chart in clinic.people:
        live = clinic.live_order(person, chart)
        if live is None or live.state is not OrderState.SIGNED:
            continue
        signed = live.order.signed
        signer = clinic.names.get(signed.recorded_by, signed.recorded_by)
        yield TodayLine(
            what=f"{person}: check infusion {live.order.terms.infusion_number}",
            address=reverse("person_cosign", args=[person.pk, live.entry]),
            detail=f"signed by {signer} {since(signed.at, clinic.now)}",
            not_for=signed.recorded_by,
        )


def orders_to_sign(clinic: Clinic) -> Iterable[TodayLine]:
    """Name people found eligible whose next infusion has no order."""
    rules = rules_in_force(clinic.now)
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
        if course is not None and (stands.waits or not stands.meant_for or stands.meant_for > stands.today):
            continue
        planned = len(course.protocol.days) if course is not None and course.plan is None else 0
        weighed = chart.latest("weight_kg", clinic.now, weight_holds_for(rules)) is not None
        first = "" if weighed else f"; weigh first, an order needs a weight from {weighed_lately(rules)}"
        if course is not None or not mine:
            yield TodayLine(
                what=f"{person}: order infusion {done + 1}",
                address=reverse("person_order", args=[person.pk]),
                detail=(
                    (f"of {planned} in the course" if planned else "maintenance is due")
                    if course
                    else "eligible, nothing ordered yet"
                )
                + first,
            )


def files_to_complete(clinic: Clinic) -> Iterable[TodayLine]:
    """Name people without a signed consent or a scale that is followed, before anybody has decided."""
    for person, chart in clinic.people:
        if chart.decisions:
            continue
        if not chart.consents:
            yield TodayLine(
                what=f"{person}: consent",
                address=reverse("person_consent", args=[person.pk]),
                detail=f"registered {since(person.registered_at, clinic.now)}",
            )
        followed = assessments.followed(person.indication, rules_in_force(clinic.now))
        missing = [scale for scale in followed if not any(each.event.scale == scale.id for each in chart.scores)]
        if missing:
            yield TodayLine(
                what=f"{person}: {', '.join(each.title for each in missing)}",
                address=scale_page(person.pk, missing[0].id),
                needs=Permission.CHART,
                otherwise=_page(person),
                otherwise_detail="a nurse or prescriber enters it",
            )


def _page(person: Person) -> str:
    return reverse("person", args=[person.pk])


def _lines(found: Iterable[aftercare.Found]) -> Iterable[TodayLine]:
    return (TodayLine(**each._asdict()) for each in found)


NURSE, PRESCRIBER, COORDINATOR = Role.NURSE, Role.PRESCRIBER, Role.COORDINATOR
READERS = {NURSE, PRESCRIBER, COORDINATOR, Role.MEDICAL_DIRECTOR}
DIRECTOR, ADMINISTRATOR = Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR


def _about_people(title: str, roles: set[Role], find: Callable[[OfOne], Iterable[TodayLine]]) -> Asked:
    return Asked(title=title, roles=frozenset(roles), of_one=find)


def _of_the_living(title: str, roles: set[Role], find: Callable[[OfOne], Iterable[TodayLine]]) -> Asked:
    """Name what is asked of, or planned for, somebody: it is over for good once they died, at a chair or elsewhere."""
    return _about_people(title, roles, lambda clinic: () if clinic.has_died else find(clinic))


def _about_the_house(title: str, roles: set[Role], find: Finder) -> Asked:
    return Asked(title=title, roles=frozenset(roles), of_the_house=find)


TOPICS: Sequence[Asked] = (
    _about_people("Ask in person", {NURSE, PRESCRIBER}, item_nine),
    _of_the_living(
        "Red answers at a check-in",
        {NURSE, PRESCRIBER},
        lambda clinic: _lines(aftercare.red_answers(clinic.people)),
    ),
    _of_the_living("Red answers for hours", {DIRECTOR}, lambda of: _lines(aftercare.red_for_hours(of.people, of.now))),
    _about_people("Thoughts of suicide, escalated", {DIRECTOR}, about_the_house.item_nine_escalated),
    _about_the_house("Prompts escalated to you", {PRESCRIBER}, about_chairs.escalated_prompts),
    _about_the_house("At the chairs", {NURSE}, about_chairs.at_the_chairs),
    Asked(
        title="Values to confirm",
        roles=frozenset({NURSE}),
        of_one=about_chairs.questioned_values,
        of_the_house=about_chairs.questioned_at_the_chairs,
    ),
    _of_the_living(
        "Check in after a session",
        {NURSE},
        lambda clinic: _lines(aftercare.check_ins(clinic.person, clinic.check_ins, clinic.now)),
    ),
    _of_the_living(
        "Not reached after a session",
        {PRESCRIBER},
        lambda clinic: _lines(aftercare.check_ins(clinic.person, clinic.check_ins, clinic.now, step=1)),
    ),
    _of_the_living(
        "Check-ins overdue for days",
        {DIRECTOR},
        lambda clinic: _lines(aftercare.check_ins(clinic.person, clinic.check_ins, clinic.now, step=2)),
    ),
    _about_people(
        "Side effects not over",
        {NURSE, PRESCRIBER},
        lambda clinic: _lines(aftercare.side_effects_open(clinic.people)),
    ),
    _of_the_living("Sent by other records", {NURSE, PRESCRIBER}, inbox.received_to_read),
    Asked(
        title=UNREAD,
        roles=frozenset({NURSE, PRESCRIBER}),
        of_one=unread.unread_of_one,
        of_the_house=unread.unread_of_vials,
    ),
    _about_the_house("Entries of the house that cannot be read", {DIRECTOR, ADMINISTRATOR}, unread.unread_of_the_house),
    _about_the_house("Gate waiting", {NURSE}, about_chairs.gates_waiting),
    _about_the_house("Exceptions to judge", {PRESCRIBER}, about_chairs.exceptions_to_judge),
    _of_the_living("Reviews and decisions due", {PRESCRIBER}, about_courses.reviews_due),
    _about_people("Does treatment go on", {PRESCRIBER}, ground.to_decide_anew),
    _of_the_living("Relapse and maintenance", {PRESCRIBER}, about_courses.relapse_signals),
    _of_the_living("Orders to co-sign", {NURSE, PRESCRIBER}, orders_to_co_sign),
    _of_the_living("Orders to sign", {PRESCRIBER}, orders_to_sign),
    _of_the_living("Candidates to decide", {PRESCRIBER}, candidates_to_decide),
    _of_the_living("To examine before a decision", {PRESCRIBER}, to_examine),
    _of_the_living("To ask and measure before a decision", {NURSE}, to_ask_and_measure),
    _of_the_living("Infusions elsewhere told twice", {COORDINATOR, PRESCRIBER}, told_twice),
    _of_the_living("Evaluations asked", {PRESCRIBER}, evaluations_asked),
    _of_the_living("Evaluations waited for", {NURSE, PRESCRIBER, COORDINATOR}, evaluations_waited_for),
    _of_the_living("Work-up running out", {NURSE, COORDINATOR}, running_out),
    _about_people("Drug to account for", {NURSE}, about_chairs.drug_to_account_for),
    _about_the_house("Drug never accounted for", {DIRECTOR}, about_chairs.residual_drug),
    _about_people("Notes to sign", {NURSE}, about_chairs.notes_to_sign),
    _about_people("Notes unsigned for a day", {DIRECTOR}, about_chairs.notes_left_unsigned),
    _of_the_living("Questionnaires due", {NURSE, COORDINATOR}, about_courses.questionnaires_due),
    _about_people(
        calendar.IN_DOUBT,
        {NURSE, PRESCRIBER, COORDINATOR},
        about_courses.booked_in_doubt,
    ),
    _about_people("Booked in doubt, and near", {DIRECTOR}, about_courses.booked_in_doubt_and_near),
    _of_the_living("To be told of a change", {NURSE, COORDINATOR}, about_courses.to_tell_of_changes),
    _of_the_living("Nobody told them of a change", {PRESCRIBER}, about_courses.nobody_told),
    _about_the_house("To rebook", {NURSE, COORDINATOR}, about_courses.to_rebook),
    _about_the_house("Escort missing", {NURSE, COORDINATOR}, about_courses.escorts_missing),
    _of_the_living("Missed appointments", {NURSE, COORDINATOR}, about_courses.missed),
    _of_the_living("Missed with thoughts of suicide open", {PRESCRIBER}, about_courses.missed_in_danger),
    _of_the_living("Missed and never reached", {PRESCRIBER}, about_courses.never_reached),
    _of_the_living("Reviews and decisions overdue", {DIRECTOR}, about_courses.reviews_overdue),
    _of_the_living("Evaluations overdue for days", {DIRECTOR}, evaluations_overdue),
    _of_the_living("Candidates undecided for weeks", {DIRECTOR}, undecided_for_long),
    _of_the_living("Next infusions to book", {COORDINATOR}, about_courses.next_not_booked),
    _of_the_living("First infusions to book", {COORDINATOR}, ground.first_not_booked),
    _of_the_living("Courses interrupted", {PRESCRIBER, NURSE}, about_courses.interrupted_courses),
    _of_the_living("Files to complete", {COORDINATOR}, files_to_complete),
    _about_the_house("Enquiries that name thoughts of suicide", READERS, about_the_house.enquiries_in_danger),
    _about_the_house("Enquiries to answer", {COORDINATOR}, about_the_house.enquiries_to_answer),
    _about_the_house("Enquiries unanswered for days", {DIRECTOR}, about_the_house.enquiries_unanswered),
    _about_the_house("Stock discrepancies", {NURSE, PRESCRIBER, DIRECTOR}, about_the_stock.stock_differences),
    _about_the_house("Stock to count", {NURSE}, about_the_stock.stock_to_count),
    _about_the_house("Expired or set apart", {NURSE, DIRECTOR}, about_the_stock.stock_to_leave),
    _about_the_house("On call", {ADMINISTRATOR}, about_the_house.nobody_on_call),
    _about_the_house("Rules to sign", {DIRECTOR, ADMINISTRATOR}, about_the_house.rules_to_sign),
    _about_the_house("Erasures announced", {DIRECTOR, ADMINISTRATOR}, about_the_house.erasures_announced),
    _about_people("Restricted records opened", {DIRECTOR, ADMINISTRATOR}, opened.openings_to_review),
    _about_the_house("Care teams", {COORDINATOR, DIRECTOR}, about_the_house.care_teams_wanting),
    _about_the_house("How the house runs", {ADMINISTRATOR}, about_the_house.house_to_act_on),
    _about_the_house("Backups", {DIRECTOR, ADMINISTRATOR}, about_the_house.backups_wanting),
    _about_the_house("Stock, bag and pump", {DIRECTOR}, about_the_house.stock_to_sign),
    _about_the_house("Own numbers", {DIRECTOR}, about_the_house.numbers_to_sign),
    _about_the_house("Set-up", {ADMINISTRATOR}, about_the_house.setup_missing),
)
"""Every topic, the roles it waits for, and how its lines are found, in the order in which they usually press."""


def topics_for(me: Staff, now: datetime) -> tuple[Topic, ...]:
    """Return what waits for somebody, each topic once however many roles they have; what presses now comes first.

    Of a long topic the lines that press first, with how many more there are.
    """
    roles = {Role(role) for role in me.roles}
    with read_once():
        lists.brought_up(lists.TODAY, now)
        clinic, kept = Clinic(me, now), lists.totals(lists.TODAY, me.username)
        mine = [asked for asked in TOPICS if roles & asked.roles]
        found = [begun(asked, Waiting(asked, clinic, kept[asked.title])) for asked in mine]
    filled = _with_birth_dates([topic for topic in found if topic.lines])
    return tuple(sorted(filled, key=lambda topic: not topic.presses))


def page_of(slug: str, me: Staff, now: datetime, number: str) -> tuple[str, Page[TodayLine]]:
    """Return the title of one topic that waits for somebody, and one page of its lines.

    Raises
    ------
    KeyError
        When there is no such topic, or it waits for none of their roles.
    """
    roles = {Role(role) for role in me.roles}
    asked = {each.slug: each for each in TOPICS if roles & each.roles}[slug]
    with read_once():
        lists.brought_up(lists.TODAY, now)
        kept = lists.totals(lists.TODAY, me.username)
        page = Paginator(Waiting(asked, Clinic(me, now), kept[asked.title]), ON_A_PAGE).get_page(number)
        (filled,) = _with_birth_dates([Topic(title=asked.title, lines=tuple(page.object_list))])
    page.object_list = filled.lines
    return asked.title, page


@lists.keep_list(lists.TODAY)
def lines_of(person: Person, now: datetime) -> Iterator[Listed]:
    """Work out every line that any topic has of one person."""
    clinic = OfOne(person, now)
    registered = f"{person.registered_at.astimezone(UTC).isoformat()} {person.pk.hex[:8]}"
    for asked in TOPICS:
        for number, line in enumerate(asked.of_one(clinic) if asked.of_one else ()):
            said = {name: str(getattr(line, name)) for name in KEPT_OF_A_LINE if getattr(line, name)}
            yield Listed(
                topic=asked.title,
                place=f"{line.place or registered} {number:03d}",
                presses=bool(line.pressing),
                not_for=line.not_for,
                content=said,
            )


def _with_birth_dates(topics: Sequence[Topic]) -> Sequence[Topic]:
    """Put beside each line when whom it is about was born: the page it leads to is about them, or their session."""
    about = {
        line.address: (found[1], uuid.UUID(found[2]))
        for topic in topics
        for line in topic.lines
        if (found := ABOUT.match(line.address))
    }
    people = [pk for kind, pk in about.values() if kind == "people"]
    sessions = [pk for kind, pk in about.values() if kind == "sessions"]
    born = queries.birth_dates(people, sessions)

    def of(line: TodayLine) -> TodayLine:
        return replace(line, born=born.get(about.get(line.address, ("", None))[1]))

    return [replace(topic, lines=tuple(map(of, topic.lines))) for topic in topics]
