"""Acts that set a clinic up: who works here, and whom to call.

Nothing here is ever deleted. Each change is kept in the audit with who made it and the names of the fields; how
somebody who works here stands after it is an entry of its own, without their secrets. One administrator's signature is
enough but for roles that two people give (`new_accounts`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from sereniv.clinic.accounts.chairside import sign_out_everywhere
from sereniv.clinic.accounts.models import CalendarFeed, Staff
from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.records import chart_store, entered
from sereniv.clinic.records.chart_store import SYSTEM, New
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import ClinicDetails, OnCall
from sereniv.clinic.workflows.admin.new_accounts import demand_vouched, first_code_ends, now_new
from sereniv.clinic.workflows.shell.acting import Act, NotPermitted
from sereniv.clinic.workflows.shell.notices import note_for
from sereniv.therapy.recording.reasons import says_something
from sereniv.therapy.recording.refusal import Malformed, Refused

USERNAME_SHAPE = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
NOBODY = frozenset({chart_store.SYSTEM, "public", "patient"})
"""Names the ledger gives to whoever acts without signing in: nobody on the staff may be called so."""

DETAILS = (
    "name", "phone", "address", "hours_note", "crisis_number", "crisis_words", "on_call_phone", "help_number",
    "help_words", "paper",
)  # fmt: skip
PAPERS = ("a4", "us-letter")
"""What documents are printed on; the first until somebody chooses."""

NUMBERS = {
    "phone": "telephone",
    "crisis_number": "crisis number",
    "on_call_phone": "on-call number",
    "help_number": "number for help",
}

ACTED_ON = {"crisis_words": "words with the crisis number", "help_words": "words with CALL HELP"}
"""What is read by somebody in need: a sign that only fills the field is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What is asked of somebody who starts to work here."""

    full_name: str
    username: str
    roles: Sequence[str]
    password: str
    co_signs_orders: bool = False


def entered_details() -> ClinicDetails:
    """Return what was entered of who the clinic is and whom to call; every field is empty before that."""
    return ClinicDetails.objects.filter(pk=1).first() or ClinicDetails()


def add_staff(newcomer: Newcomer, act: Act) -> Staff:
    """Add somebody with a first code as their password; a repeated key adds nobody.

    Raises
    ------
    Malformed
        When the name is empty, the user name or a role is not one, or the password is too weak.
    Refused
        When the user name is taken, also by somebody who left, or they prescribe, direct or set up and nobody who may
        vouch for them signs, too.
    """
    act.permit(Permission.MANAGE_HOME)
    full_name = newcomer.full_name.strip()
    if not full_name:
        raise Malformed("Write the full name, as it is printed on notes.")
    if not USERNAME_SHAPE.fullmatch(newcomer.username) or newcomer.username in NOBODY:
        raise Malformed("A user name has 2 to 40 small letters, digits, dots or dashes; nobody can be called system.")
    person = Staff(
        username=newcomer.username,
        full_name=full_name,
        roles=_known_roles(newcomer.roles),
        co_signs_orders=newcomer.co_signs_orders,
    )
    set_password(person, newcomer.password)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return Staff.objects.get(username=newcomer.username)
        demand_still_permitted(act)
        if Staff.objects.filter(username__iexact=person.username).exists():
            raise Refused("staff", f"There is already somebody called {person.username}. Choose another user name.")
        demand_vouched(person.roles, act)
        now_new(person, act)
        person.first_until = first_code_ends(act)
        person.save()
        keep_staff(person, act, "added", ("full_name", "roles", "password", "co_signs_orders"))
    return person


def change_roles(staff_id: int, roles: Sequence[str], act: Act) -> None:
    """Give somebody other roles; what they may do changes with their next request.

    Raises
    ------
    Refused
        When it is the actor, nobody would be left who may set the clinic up, or they come to prescribe, direct or set
        up and nobody who may vouch for them signs, too.
    """
    act.permit(Permission.MANAGE_HOME)
    wanted = _known_roles(roles)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody_else(staff_id, act)
        if person.is_active and Role.ADMINISTRATOR not in wanted:
            _demand_another_administrator(person)
        demand_vouched(set(wanted) - set(person.roles), act)
        lost = set(person.roles) - set(wanted)
        person.roles = wanted
        person.save()
        shifts = [row for row in shifts_of(person, act.now) if row.role in lost]
        keep_staff(person, act, "changed", ("roles",), _taken_off_call(shifts, act))


def set_co_signing(staff_id: int, trained: bool, act: Act) -> None:
    """Say whether a nurse is trained to co-sign orders and decisions; who may sign orders may always co-sign.

    Raises
    ------
    Refused
        When it is the actor, or they are no nurse, or it stands so already.
    """
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody_else(staff_id, act)
        if Role.NURSE not in person.roles:
            raise Refused("staff", f"{person} is no nurse: only a nurse is trained to co-sign.")
        if person.co_signs_orders == trained:
            raise Refused("staff", f"{person} {'co-signs' if trained else 'does not co-sign'} already.")
        person.co_signs_orders = trained
        person.save()
        keep_staff(person, act, "changed", ("co_signs_orders",))


def deactivate(staff_id: int, act: Act) -> None:
    """Let somebody who left in no more: their sessions, live pages and PIN end at once; what they signed stays.

    Raises
    ------
    Refused
        When it is the actor, they left before, or nobody would be left who may set the clinic up.
    """
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody_else(staff_id, act)
        if not person.is_active:
            raise Refused("staff", f"{person} is deactivated already.")
        _demand_another_administrator(person)
        person.is_active = False
        person.save()
        sign_out_everywhere(person)
        CalendarFeed.objects.filter(staff=person).delete()
        keep_staff(person, act, "deactivated", ("is_active",), _taken_off_call(shifts_of(person, act.now), act))


def shifts_of(person: Staff, now: datetime) -> tuple[OnCall, ...]:
    """Return where somebody stands on the roster, now or to come: it names people as they are called, by full name."""
    rows = OnCall.objects.filter(taken_off_at=None).exclude(ends__lte=now).order_by("pk")
    return tuple(row for row in rows if _as_called(row.name) == _as_called(person.full_name))


def _as_called(name: str) -> str:
    return " ".join(name.split()).casefold()


def _taken_off_call(shifts: Sequence[OnCall], act: Act) -> tuple[TableChanged, ...]:
    """Take shifts off the roster, and return what the audit keeps of it: nobody calls somebody who is not there."""
    for row in shifts:
        row.taken_off_at = act.now
        row.save(update_fields=["taken_off_at"])
    return tuple(
        TableChanged(table="on_call", row=str(row.pk), change="taken off", fields=("taken_off_at",)) for row in shifts
    )


def reactivate(staff_id: int, act: Act) -> None:
    """Let somebody in again, with the password they had; their PIN works again where they sign in with it."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = somebody_else(staff_id, act)
        if person.is_active:
            raise Refused("staff", f"{person} is active already.")
        demand_vouched(person.roles, act)
        now_new(person, act)
        person.is_active = True
        person.save()
        keep_staff(person, act, "reactivated", ("is_active",))


def set_details(typed: Mapping[str, str], act: Act) -> tuple[str, ...]:
    """Keep who the clinic is and whom to call; returns the names of the fields that changed.

    Raises
    ------
    Malformed
        When the clinic has no name, a telephone number holds no digit, or words to act on are none.
    """
    act.permit(Permission.MANAGE_HOME)
    wanted = {field: typed.get(field, "").strip() for field in DETAILS}
    if not wanted["name"]:
        raise Malformed("Write the clinic's name, as patients know it.")
    wanted["paper"] = wanted["paper"] or PAPERS[0]
    if wanted["paper"] not in PAPERS:
        raise Malformed("Choose the paper from the list.")
    for field, called in NUMBERS.items():
        demand_number(wanted[field], called)
    for field, called in ACTED_ON.items():
        if wanted[field] and not says_something(wanted[field]):
            raise Malformed(f"Write {called} that somebody can act on, or leave them empty.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return ()
        demand_still_permitted(act)
        details = entered_details()
        changed = tuple(field for field in DETAILS if getattr(details, field) != wanted[field])
        if not changed:
            return ()
        for field in changed:
            setattr(details, field, wanted[field])
        details.save()
        keep_change(act, "clinic_details", "1", "changed", changed)
    return changed


def demand_number(number: str, called: str) -> None:
    """Raise Malformed for a telephone number without a digit; an empty one is none yet."""
    if number and not any(sign.isdigit() for sign in number):
        raise Malformed(f"The {called} holds no digit. Write the number that is dialled.")


def _known_roles(roles: Sequence[str]) -> list[str]:
    known = [str(role) for role in Role]
    if not roles or any(role not in known for role in roles):
        raise Malformed("Choose at least one role from the list.")
    return [role for role in known if role in roles]


def set_password(person: Staff, password: str) -> None:
    """Hash a password that is strong enough; done before the ledger is held, for hashing is slow on purpose."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Malformed(" ".join(error.messages)) from error
    person.set_password(password)


def somebody(staff_id: int) -> Staff:
    """Return who works, or worked, here under a number; raises Refused where nobody does."""
    person = Staff.objects.filter(pk=staff_id).first()
    if person is None:
        raise Refused("staff", "There is nobody of that number.")
    return person


def somebody_else(staff_id: int, act: Act) -> Staff:
    """Return somebody who is not the actor, who may still set the clinic up; raises Refused or NotPermitted."""
    demand_still_permitted(act)
    if staff_id == act.by.pk:
        raise Refused("staff", "Nobody changes their own roles or access. Ask another administrator.")
    return somebody(staff_id)


def demand_still_permitted(act: Act) -> None:
    """Ask again in turn: the actor may have lost the role while their form was open."""
    person = act.by if act.by.username == SYSTEM else Staff.objects.filter(pk=act.by.pk).first()
    if person is None or not person.may(Permission.MANAGE_HOME):
        raise NotPermitted(Permission.MANAGE_HOME)


def _demand_another_administrator(person: Staff) -> None:
    if Role.ADMINISTRATOR not in person.roles:
        return
    others = Staff.objects.filter(is_active=True).exclude(pk=person.pk)
    if not any(Role.ADMINISTRATOR in other.roles for other in others):
        raise Refused("staff", f"{person} is the last active administrator. Make somebody else administrator first.")


def keep_change(act: Act, table: str, row: str, change: str, fields: tuple[str, ...]) -> None:
    """Note in the audit which fields of a row were changed, never their values."""
    event = TableChanged(table=table, row=row, change=change, fields=fields)
    chart_store.append([New(stream="audit", event=event, at=act.now)], act.writing())
    if table == "staff":
        _tell(Staff.objects.get(username=row), fields, act)


TOLD = {
    "roles": "Your roles were changed",
    "password": "Your password was changed",
    "pin": "Your PIN was changed",
    "email": "The address at which you are told of prompts was changed",
    "second factor": "Your second factor was taken away",
    "co_signs_orders": "Whether you co-sign orders was changed",
    "is_active": "Your access was changed",
}
"""What somebody is told when they next sign in, by the field that was changed."""


def _tell(person: Staff, fields: Sequence[str], act: Act) -> None:
    for field in fields:
        note_for(person, TOLD[field], act.now, "you" if act.by.pk == person.pk else act.by.full_name)


def keep_staff(
    person: Staff, act: Act, change: str, fields: tuple[str, ...], more: Sequence[TableChanged] = ()
) -> None:
    """Note in the audit what changed of somebody who works here, and in the chain how they stand after it."""
    changes = (TableChanged(table="staff", row=person.username, change=change, fields=fields), *more)
    news = [New(stream="audit", event=each, at=act.now) for each in changes]
    chart_store.append([*news, entered.of_staff(person, act.now)], act.writing())
    if change != "added":
        _tell(person, fields, act)
