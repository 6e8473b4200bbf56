"""Two records of one person are read together, and parted again: two people sign, and no stream is rewritten."""

from dataclasses import replace
from datetime import UTC, datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import CLOSED_PHASES, AppointmentRow, Id, Person, SessionRow
from sereniv.clinic.workflows.calendar.calendar import BOOKED
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.orders.order_state import live_order
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.access import goes_along, is_widened_by_joining
from sereniv.therapy.person.joined import joined_into, standing
from sereniv.therapy.person.names import birth_words
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.safety import suicide

RULE = "register"


def join(kept_id: Id, other_id: Id, reason: str, act: Act) -> None:
    """Read another record together with the kept one from now on; both streams stay as they are.

    The other one must hold nothing that is live. Where both were treated, doses, spacing, limits and lists are read
    over both from then on, and whoever was decided on in either is decided on anew before the next order.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When no second person signs, one of them is joined already, something of the other record is still live, or
        somebody would open both who opens one of them alone.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    act.second_person(TwoPersonAct.RECORDS_JOINED, RULE)
    why = demand_reason(reason, "Write how you know that both are one person, such as: same passport and address.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        kept, other = Person.objects.get(pk=kept_id), Person.objects.get(pk=other_id)
        _demand_joinable(kept, other, act)
        _write(kept, other, ev.RecordsJoined(other=str(other.pk), is_kept=True, reason=why),
               ev.RecordsJoined(other=str(kept.pk), is_kept=False, reason=why), act)  # fmt: skip
        other.joined_into = kept
        other.save(update_fields=["joined_into"])
        for number, each in enumerate(invitations.open_of(other.pk, act.now), start=1):
            invitations.withdraw(each.pk, replace(act, key=f"{act.key[:56]}-{number}"))


def part(kept_id: Id, other_id: Id, reason: str, act: Act) -> None:
    """Read two records apart again: what was recorded in either since stays in the one it was recorded in.

    Who opens them goes along: each stays restricted, and with the care teams, as they stood together.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When no second person signs, or the two are not joined.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    act.second_person(TwoPersonAct.RECORDS_JOINED, RULE)
    why = demand_reason(reason, "Write how you know that these are two people.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        kept, other = Person.objects.get(pk=kept_id), Person.objects.get(pk=other_id)
        if str(other.pk) not in standing(chart_store.own_chart(kept.pk)):
            raise Refused(RULE, "These two records are not joined.")
        together = chart_store.person_chart(kept.pk)
        along = [_in(each, goes_along(together, chart_store.own_chart(each.pk)), act) for each in (kept, other)]
        _write(kept, other, ev.RecordsParted(other=str(other.pk), reason=why),
               ev.RecordsParted(other=str(kept.pk), reason=why), act, (*along[0], *along[1]))  # fmt: skip
        other.joined_into = None
        other.save(update_fields=["joined_into"])


def _in(person: Person, events: tuple[ev.PersonEvent, ...], act: Act) -> tuple[New, ...]:
    return tuple(New(stream=chart_store.person_stream(person.pk), event=each, at=act.now) for each in events)


def _write(
    kept: Person,
    other: Person,
    to_kept: ev.PersonEvent,
    to_other: ev.PersonEvent,
    act: Act,
    along: tuple[New, ...] = (),
) -> None:
    change = TableChanged(table="person", row=str(other.pk), change="changed", fields=("joined_into",))
    news = (
        New(stream=chart_store.person_stream(kept.pk), event=to_kept, at=act.now),
        New(stream=chart_store.person_stream(other.pk), event=to_other, at=act.now),
        New(stream="audit", event=change, at=act.now),
        *along,
    )
    chart_store.append(news, act.writing())


def _demand_joinable(kept: Person, other: Person, act: Act) -> None:
    if kept.pk == other.pk:
        raise Refused(RULE, "Choose another record than this one.")
    for person in (kept, other):
        if joined_into(chart_store.own_chart(person.pk)):
            raise Refused(RULE, f"The record of {person} is joined into another one already.")
    chart = chart_store.own_chart(other.pk)
    if standing(chart):
        raise Refused(RULE, f"Another record is joined into that of {other}. Part those first.")
    if is_widened_by_joining((chart_store.person_chart(kept.pk), chart), teams_now(act.now)):
        raise Refused(
            RULE,
            f"The record of {other} is read by others than that of {kept}. Whoever restricts records gives both the "
            "same readers or care teams first, then join.",
        )
    named = f"The record of {other}, born {birth_words(other.born)},"
    if treated := _treated(other):
        if not _treated(kept):
            raise Refused(RULE, f"{named} holds {treated}. Keep that one: open it, and join this one into it.")
        _demand_at_rest(kept, other, act)
    if live := _live(other, act):
        raise Refused(RULE, f"{named} holds {live}. Do that first, then join.")


def _demand_at_rest(kept: Person, other: Person, act: Act) -> None:
    """Demand of two that were both treated that nothing runs which was decided without the other's history."""
    for person in (kept, other):
        named = f"Both were treated. The record of {person}, born {birth_words(person.born)},"
        if SessionRow.objects.filter(person=person).exclude(phase__in=CLOSED_PHASES).exists():
            raise Refused(RULE, f"{named} holds a session that is open: end it first, then join.")
        if live_order(person.pk, act) is not None:
            raise Refused(
                RULE,
                f"{named} holds an order that was signed without the other's doses: withdraw it, join, and order anew.",
            )
    ours, theirs = treatment_of(kept.pk, act.now), treatment_of(other.pk, act.now)
    if not theirs.is_over:
        raise Refused(
            RULE,
            f"Both were treated, and the record of {other}, born {birth_words(other.born)}, holds a course under way. "
            "Keep that one: open it, and join this one into it; or end the course there, with the reason that it is "
            "the same person.",
        )
    if not ours.is_over and _opened(theirs) > _opened(ours):
        raise Refused(
            RULE,
            f"Both were treated, and the course under way in the record of {kept} began before the last one of the "
            "other. End it, with the reason that it is the same person; another is opened on both histories.",
        )


def _opened(stands: Treatment) -> datetime:
    """Return when the last course of a record began, the beginning of time where nobody knows."""
    found = stands.course.opened_at if stands.course is not None else None
    return found or datetime.min.replace(tzinfo=UTC)


def _treated(person: Person) -> str:
    """Say what of treatment a record holds; "" where there is nothing."""
    chart = chart_store.own_chart(person.pk)
    if SessionRow.objects.filter(person=person).exists():
        return "an infusion session"
    if chart.all(ev.OrderSigned):
        return "an order"
    if chart.all(ev.CourseOpened):
        return "a course"
    return "infusions given elsewhere" if chart.all(ev.InfusedElsewhere) else ""


def _live(other: Person, act: Act) -> str:
    """Say what of a record waits for somebody, with what to do about it; "" where nothing does."""
    if AppointmentRow.objects.filter(person=other, state=BOOKED, ends_at__gt=act.now).exists():
        return "an appointment that is booked: cancel it, and book it anew in the kept record"
    if suicide.waiting(chart_store.own_chart(other.pk), rules_in_force(act.now)):
        return "an answer about suicide that is not taken up: ask in person and take it up there"
    return ""
