"""Care teams: who works in each, who belongs to which, and whether the clinic keeps charts to them.

How a team stands is the newest entry of its stream; who belongs to it, the newest choice in each record.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store, over_streams, queries
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import CareTeamEntered
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.notices import tell_reviewers
from sereniv.clinic.workflows.shell.teams_now import STREAMS, read_anew, teams_now
from sereniv.therapy.person.access import CareTeam, is_in_doubt, teams_of
from sereniv.therapy.person.events import CareTeamsChosen
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

RULE = "care team"
LONGEST_NAME = 40
NEEDED = ((Permission.RUN_INFUSION, "runs infusions"), (Permission.SIGN_ORDER, "signs orders"))
"""What somebody in each team must be allowed: treatment would stand still without."""


def possible_members() -> list[Staff]:
    """Return who may work in a team: whoever works here and reads records by role."""
    working = Staff.objects.filter(is_active=True).order_by("full_name")
    return [each for each in working if each.may(Permission.READ_INTAKE)]


def lacks(team: CareTeam) -> tuple[str, ...]:
    """Say what nobody in a team who still works here may do, nothing where somebody orders and somebody runs."""
    working = [each for each in possible_members() if each.username in team.members]
    return tuple(what for needed, what in NEEDED if not any(each.may(needed) for each in working))


def found_team(name: str, members: Collection[str], act: Act) -> str:
    """Name a new team, and who works in it; returns its id, "" where it was named before by the same form.

    Raises
    ------
    Malformed
        When it has no name of its own, or somebody is named who reads no records.
    Refused
        When nobody in it orders, or nobody runs infusions.
    """
    act.permit(Permission.RESTRICT_RECORDS)
    slug = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:20] or "team"
    team = CareTeam(id=f"{slug}-{secrets.token_hex(4)}", name=_name(name), members=_members(members))
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return ""
        _demand_own_name(team, act.now)
        _keep(_stands(team), act)
        _tell_of_oneself(team, (), act)
    return team.id


def change_team(team_id: str, name: str, members: Collection[str], reason: str, act: Act) -> None:
    """Give a team another name, or say anew who works in it; raises as `found_team` does, and without a reason."""
    act.permit(Permission.RESTRICT_RECORDS)
    why = demand_reason(reason, "Write why the team changes.")
    team = CareTeam(id=team_id, name=_name(name), members=_members(members))
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        before = _one(team_id, act.now)
        _demand_own_name(team, act.now)
        _keep(_stands(team, why), act)
        _tell_of_oneself(team, before.members, act)


def end_team(team_id: str, reason: str, act: Act) -> None:
    """End a team to which nobody belongs any more.

    Raises
    ------
    Refused
        When there is no such team, or somebody belongs to it: their charts would be read by every role at once.
    """
    act.permit(Permission.RESTRICT_RECORDS)
    why = demand_reason(reason, "Write why the team ends.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        team = _one(team_id, act.now)
        count = sum(team_id in each for each in chosen().values())
        if count:
            people = "1 person belongs" if count == 1 else f"{count} people belong"
            raise Refused(RULE, f"{people} to {team.name}. Choose another team for them first.")
        _keep(replace(_stands(team, why), members=(), is_active=False), act)


def choose(person_id: Id, teams: Collection[str], reason: str, act: Act) -> None:
    """Say to which teams somebody belongs; the newest choice holds.

    Whoever books chooses for somebody who belongs to none. Whoever works in one of their teams, or restricts records,
    moves them.

    Raises
    ------
    Malformed
        When no team is chosen, or one that is none, or nobody wrote why somebody is moved.
    Refused
        When the actor works in none of the teams to which the person belongs, or these cannot be read.
    """
    act.permit(Permission.BOOK)
    with chart_store.in_turn():
        read_anew()
        known = teams_now(act.now)
        if not teams or not set(teams) <= set(known.named):
            raise Malformed("Choose one care team at least, from the list.")
        read_in, why = read_in_record(person_id), reason.strip()
        if not chart_store.written_before(act.key, act.by.username):
            chart = chart_store.person_chart(read_in)
            before = teams_of(chart, known)
            if before:
                why = demand_reason(reason, "Write why they change the team.")
            _demand_theirs(before, act, in_doubt=is_in_doubt(chart, replace(known, restricts=True)))
            own = [known.named[each].name for each in teams if act.by.username in known.named[each].members]
            if before and own and not any(act.by.username in each.members for each in before):
                tell_reviewers(f"moved a record from {_names(before)} to their own care team {' and '.join(own)}", act)
        record(read_in, CareTeamsChosen(teams=tuple(sorted(teams)), reason=why), act)


def read_in_record(person_id: Id) -> Id:
    """Return in which record somebody is read: another one's, where theirs was joined into it."""
    person = queries.anybody(person_id)
    return person_id if person is None or person.joined_into_id is None else person.joined_into_id


def _demand_theirs(before: tuple[CareTeam, ...], act: Act, *, in_doubt: bool) -> None:
    if act.by.may(Permission.RESTRICT_RECORDS):
        return
    if in_doubt:
        raise Refused(RULE, "Who opens this record cannot be read: the medical director chooses the care team anew.")
    if not before or any(act.by.username in each.members for each in before):
        return
    raise Refused(RULE, f"They belong to {_names(before)}: somebody of that team, or the medical director, moves them.")


def _names(teams: Collection[CareTeam]) -> str:
    return " and ".join(each.name for each in teams)


def _tell_of_oneself(team: CareTeam, before: Collection[str], act: Act) -> None:
    """Tell others of somebody who names teams and is now in one themselves: nobody else had a say in it."""
    if act.by.username in team.members and act.by.username not in before:
        tell_reviewers(f"put themselves into the care team {team.name}, whose charts they open from now on", act)


def chosen() -> Mapping[str, tuple[str, ...]]:
    """Return the teams of everybody for whom any were chosen, by the id of whose record it is read in."""
    newest: dict[str, tuple[str, ...]] = {}
    joined = dict(Person.objects.exclude(joined_into=None).values_list("pk", "joined_into_id"))
    kept = {str(record): str(into) for record, into in joined.items()}
    for stream, each in over_streams.entries_of_kind(CareTeamsChosen):
        if isinstance(each.event, CareTeamsChosen):
            record_id = stream.partition("/")[2]
            newest[kept.get(record_id, record_id)] = each.event.teams
    return newest


def in_no_team(now: datetime) -> QuerySet[Person]:
    """Return whoever is registered and belongs to no team that there is."""
    named = teams_now(now).named
    theirs = [person for person, teams in chosen().items() if any(each in named for each in teams)]
    registered = Person.objects.filter(joined_into=None, erased_at=None)
    return registered.exclude(pk__in=theirs).order_by("family_name", "given_names", "pk")


def _name(name: str) -> str:
    written = " ".join(name.split())
    if not 2 <= len(written) <= LONGEST_NAME:
        raise Malformed(f"A team's name has 2 to {LONGEST_NAME} characters.")
    return written


def _members(members: Collection[str]) -> tuple[str, ...]:
    named = [each for each in possible_members() if each.username in members]
    if {each.username for each in named} != set(members):
        raise Malformed("Somebody you chose does not read records here any more. Open the page again and choose anew.")
    for needed, who in NEEDED:
        if not any(each.may(needed) for each in named):
            raise Refused(RULE, f"Choose at least one member who {who}: treatment would stand still without one.")
    return tuple(each.username for each in named)


def _one(team_id: str, now: datetime) -> CareTeam:
    team = teams_now(now).named.get(team_id)
    if team is None:
        raise Refused(RULE, "There is no such team any more.")
    return team


def _demand_own_name(team: CareTeam, now: datetime) -> None:
    others = [each for each in teams_now(now).named.values() if each.id != team.id]
    if any(each.name.casefold() == team.name.casefold() for each in others):
        raise Malformed(f"There is a team called {team.name} already.")


def _stands(team: CareTeam, why: str = "") -> CareTeamEntered:
    return CareTeamEntered(team=team.id, name=team.name, members=team.members, is_active=True, reason=why)


def _keep(event: CareTeamEntered, act: Act) -> None:
    chart_store.append([New(stream=f"{STREAMS}{event.team}", event=event, at=act.now)], act.writing())
    read_anew()
