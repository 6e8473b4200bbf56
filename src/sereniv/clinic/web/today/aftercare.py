"""What waits after sessions, for the Today list: calls to make, side effects still open, thoughts to ask about."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.urls import reverse

from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.followup import aftercare as after
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.session.departure import how_it_ended


class Found(NamedTuple):
    """What one line of the Today list says."""

    what: str
    address: str
    detail: str
    pressing: bool
    place: str = ""


def check_ins(
    person: Person, found: Iterable[tuple[SessionRow, after.CheckIn]], now: datetime, step: int = 0
) -> Iterator[Found]:
    """Name the calls owed after the sessions of somebody, from whom it has reached on; overdue ones press.

    After a session of a record that was joined into theirs they are called by the name and number that are kept.
    """
    for row, due in found:
        if due.step < step:
            continue
        tried = f"; nobody reached {due.tries} time{'s' if due.tries != 1 else ''}" if due.tries else ""
        late = due.is_overdue(now)
        ended = how_it_ended(chart_store.session_chart_of(row.pk))
        how = "" if ended == "discharged" else f"{ended}; "
        yield Found(
            what=f"{person}: {'no call yet' if step else 'check in'} after infusion {row.infusion_number}",
            address=reverse("person_check_in_give_up" if step == 1 else "person_check_in", args=[person.pk, row.pk]),
            detail=f"{how}{'overdue, ' if late else ''}due {on_the_wall(due.due_at):%d %b %H:%M}{tried}",
            pressing=late,
            place=due.due_at.astimezone(UTC).isoformat(),
        )


def red_answers(heard_from: Iterable[tuple[Person, PersonChart]], until: datetime | None = None) -> Iterator[Found]:
    """Name check-ins with a red answer of which nobody has written down who was told; with `until`, those of before."""
    for person, chart in heard_from:
        for each in after.red_answers_open(chart):
            if until is not None and each.recorded_at > until:
                continue
            said = ", ".join(knowledge().aftercare.question_title(name) for name in each.event.red)
            yield Found(
                what=f"{person}: {said.lower()}, tell the prescriber",
                address=reverse("person_red_answer", args=[person.pk, each.stream_seq]),
                detail=f"said at the check-in of {on_the_wall(each.at):%d %b %H:%M}",
                pressing=True,
            )


def red_for_hours(heard_from: Iterable[tuple[Person, PersonChart]], now: datetime) -> Iterator[Found]:
    """Name those of them that nobody has settled within the clinic's own time, for whoever is asked next."""
    return red_answers(heard_from, now - timedelta(hours=rules_in_force(now).passed_on.red_answer_after_h))


def side_effects_open(heard_from: Iterable[tuple[Person, PersonChart]]) -> Iterator[Found]:
    """Name side effects that are not over; severe and serious ones press."""
    for person, chart in heard_from:
        for each in after.adverse_events(chart):
            if each.is_open:
                event = each.recorded.event
                yield Found(
                    what=f"{person}: {after.term_meant(event, knowledge().aftercare).title}",
                    address=reverse("person_follow", args=[person.pk, each.recorded.stream_seq]),
                    detail=f"grade {event.grade}{', serious' if event.serious else ''}, {each.recorded.at:%d %b}, "
                    f"{each.outcome}",
                    pressing=each.presses,
                )
