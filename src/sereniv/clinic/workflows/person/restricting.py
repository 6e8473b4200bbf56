"""Who may open one person's record: restricted to some, opened all the same with a reason, and that reviewed."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, folding, over_streams, queries
from sereniv.clinic.records.models import Entry, Id, Person
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.notices import tell_reviewers
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.therapy.person.access import may_open, openings, restriction
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    CareTeamsChosen,
    OpeningReviewed,
    RecordRestricted,
    RestrictedRecordOpened,
    RestrictionLifted,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

RULE = "restricted record"
ACCESS_KINDS = (RecordRestricted, RestrictionLifted, RestrictedRecordOpened, OpeningReviewed, CareTeamsChosen)
by_seq = attrgetter("seq")
NOT_RESTRICTED = "This record is not restricted."


def possible_readers() -> list[Staff]:
    """Return whom a restriction may name: whoever works here and reads records by role."""
    working = Staff.objects.filter(is_active=True).order_by("full_name")
    return [each for each in working if each.may(Permission.READ_INTAKE)]


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
    with chart_store.in_turn():
        if act.by.username in readers and _was_closed(person_id, act):
            tell_reviewers("restricted a record that was closed to them to readers of whom they are one", act)
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
    with chart_store.in_turn():
        if not chart_store.written_before(act.key, act.by.username) and restriction(_chart(person_id)) is None:
            raise Malformed(NOT_RESTRICTED)
        if _was_closed(person_id, act):
            tell_reviewers("lifted the restriction of a record that was closed to them", act)
        record(person_id, RestrictionLifted(reason=why), act)


def _was_closed(person_id: Id, act: Act) -> bool:
    """Say whether the actor could not open a record before an act that is not recorded yet."""
    if chart_store.written_before(act.key, act.by.username):
        return False
    return not may_open(_chart(person_id), act.by.username, act.now, teams_now(act.now))


def open_all_the_same(person_id: Id, reason: str, act: Act) -> None:
    """Open a restricted record for an hour, for somebody who is not among its readers; it waits to be reviewed.

    Raises
    ------
    Malformed
        When nobody wrote why, or they may open it already.
    """
    act.permit(Permission.READ_INTAKE)
    why = demand_reason(reason, "Write what you need it for now; somebody else reads this.")
    is_new = not chart_store.written_before(act.key, act.by.username)
    if is_new and may_open(_chart(person_id), act.by.username, act.now, teams_now(act.now)):
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
    charts = _access_charts(_whose((RestrictedRecordOpened,)))
    return tuple(
        each.opened
        for _, chart in sorted(charts.items())
        for each in openings(chart)
        if each.reviewed is None and each.opened.recorded_at >= since
    )


def closed_to(who: Staff, now: datetime, among: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return whose records of some somebody may not open now: a list names them, and leaves out what it tells else."""
    teams = teams_now(now)
    kinds = (RecordRestricted, CareTeamsChosen) if teams.restricts else (RecordRestricted,)
    charts = _access_charts(_whose(kinds, among))
    return frozenset(each for each, chart in charts.items() if not may_open(chart, who.username, now, teams))


def _whose(
    kinds: Iterable[type[RecordRestricted | RestrictedRecordOpened | CareTeamsChosen]],
    among: Iterable[uuid.UUID] | None = None,
) -> dict[uuid.UUID, list[str]]:
    """Return the people, of some or of all, in whose record, or one joined into it, an entry of some kinds stands.

    Each with the streams of all that is read together with theirs.
    """
    streams = (
        Entry.objects.filter(kind__in=[each.__name__ for each in kinds]).values_list("stream", flat=True).distinct()
    )
    named = {each.partition("/")[2] for each in streams}
    if not named:
        return {}
    records = Person.objects.filter(pk__in=named) if among is None else queries.read_together(among)
    marked = {each.joined_into_id or each.pk for each in records if str(each.pk) in named}
    found: dict[uuid.UUID, list[str]] = {}
    for each in queries.read_together(marked):
        found.setdefault(each.joined_into_id or each.pk, []).append(chart_store.person_stream(each.pk))
    return found


def _access_charts(people: Mapping[uuid.UUID, Sequence[str]]) -> dict[uuid.UUID, PersonChart]:
    """Return of each the chart of what says who may open their record, and of nothing else: no record is folded."""
    names = [name for streams in people.values() for name in streams]
    read = over_streams.as_they_read(names, ACCESS_KINDS) if names else {}
    return {
        each: folding.person(None, sorted((entry for name in streams for entry in read.get(name, ())), key=by_seq))
        for each, streams in people.items()
    }


def _chart(person_id: Id) -> PersonChart:
    return chart_store.person_chart(person_id)
