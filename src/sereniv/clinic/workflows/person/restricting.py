"""Who may open one person's record: restricted to some, opened all the same with a reason, and that reviewed."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Entry, Id, Person
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person.access import may_open, openings, restriction
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    OpeningReviewed,
    RecordRestricted,
    RestrictedRecordOpened,
    RestrictionLifted,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

RULE = "restricted record"
NOT_RESTRICTED = "This record is not restricted."


def possible_readers() -> list[Staff]:
    """Return whom a restriction may name: whoever works here and reads records by role."""
    working = Staff.objects.filter(is_active=True).order_by("full_name")
    return [each for each in working if each.may(Permission.READ_CHART)]


def restrict(person_id: Id, readers: Collection[str], reason: str, act: Act) -> None:
    """Let only these people open a record from now on; the newest restriction holds.

    Raises
    ------
    Malformed
        When nobody wrote why, or somebody is named who reads no records.
    Refused
        When nobody among them runs infusions, or nobody orders them: treatment would stand still.
    """
    act.permit(Permission.RESTRICT_RECORDS)
    why = demand_reason(reason, "Write why the record is restricted, such as: she works here.")
    named = [each for each in possible_readers() if each.username in readers]
    if {each.username for each in named} != set(readers):
        raise Malformed("Somebody you chose does not read records here any more. Open the page again and choose anew.")
    for needed, who in ((Permission.RUN_INFUSION, "runs infusions"), (Permission.SIGN_ORDER, "signs orders")):
        if not any(each.may(needed) for each in named):
            raise Refused(RULE, f"Choose at least one reader who {who}: treatment would stand still without one.")
    record(person_id, RecordRestricted(readers=tuple(each.username for each in named), reason=why), act)


def lift(person_id: Id, reason: str, act: Act) -> None:
    """Let whoever's role reads records open this one again.

    Raises
    ------
    Malformed
        When nobody wrote why, or it is not restricted.
    """
    act.permit(Permission.RESTRICT_RECORDS)
    why = demand_reason(reason, "Write why the restriction ends.")
    if not chart_store.written_before(act.key, act.by.username) and restriction(_chart(person_id)) is None:
        raise Malformed(NOT_RESTRICTED)
    record(person_id, RestrictionLifted(reason=why), act)


def open_all_the_same(person_id: Id, reason: str, act: Act) -> None:
    """Open a restricted record for an hour, for somebody who is not among its readers; it waits to be reviewed.

    Raises
    ------
    Malformed
        When nobody wrote why, or they may open it already.
    """
    act.permit(Permission.READ_CHART)
    why = demand_reason(reason, "Write what you need it for now; somebody else reads this.")
    is_new = not chart_store.written_before(act.key, act.by.username)
    if is_new and may_open(_chart(person_id), act.by.username, act.now):
        raise Malformed("You may open this record already.")
    record(person_id, RestrictedRecordOpened(reason=why), act)


def review(person_id: Id, opening: int, words: str, act: Act, *, in_order: bool) -> None:
    """Say of an opening whether it was in order.

    Raises
    ------
    Malformed
        When nobody wrote what they found, or there is no such opening, or it was reviewed.
    Refused
        When it is one's own.
    """
    act.permit(Permission.REVIEW_OPENINGS)
    found = demand_reason(words, "Write what you found, such as: asked her, chest pain at night.")
    its = {each.opened.seq: each for each in openings(_chart(person_id))}.get(opening)
    if its is None:
        raise Malformed("There is no such opening.")
    if its.opened.recorded_by == act.by.username:
        raise Refused(RULE, "Somebody else reviews what you opened.")
    if its.reviewed is not None and not chart_store.written_before(act.key, act.by.username):
        raise Malformed("This opening was reviewed already.")
    record(person_id, OpeningReviewed(opening=opening, in_order=in_order, words=found), act)


def not_reviewed(since: datetime) -> tuple[Recorded[RestrictedRecordOpened], ...]:
    """Return what was opened all the same from a moment on and nobody has reviewed yet."""
    return tuple(
        each.opened
        for person_id in sorted(_whose(RestrictedRecordOpened))
        for each in openings(_chart(person_id))
        if each.reviewed is None and each.opened.recorded_at >= since
    )


def closed_to(who: Staff, now: datetime) -> frozenset[uuid.UUID]:
    """Return whose records somebody may not open now: what a list tells of them beyond their name is left out."""
    return frozenset(each for each in _whose(RecordRestricted) if not may_open(_chart(each), who.username, now))


def _whose(kind: type[RecordRestricted | RestrictedRecordOpened]) -> set[uuid.UUID]:
    """Return the people in whose record, or one joined into it, an entry of a kind stands."""
    streams = Entry.objects.filter(kind=kind.__name__).values_list("stream", flat=True).distinct()
    records = Person.objects.filter(pk__in=[each.partition("/")[2] for each in streams])
    return {each.joined_into_id or each.pk for each in records}


def _chart(person_id: Id) -> PersonChart:
    return chart_store.person_chart(person_id)
