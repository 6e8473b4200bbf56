"""Who is let in by two people, how they come in for the first time, and what they are told of their way in."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import GRANTED_BY_TWO
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records.chart_store import SYSTEM
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone


def demand_vouched(gained: Iterable[str], act: Act) -> None:
    """Raise Refused where a role is gained that two people give, and no second vouches for it.

    Whoever holds the home's folder acts from the command line, and is nobody's second.
    """
    if act.by.username != SYSTEM and GRANTED_BY_TWO & set(gained):
        act.second_person(TwoPersonAct.LET_IN, "staff")


def now_new(person: Staff, act: Act) -> None:
    """Note who gave somebody a way in: for some days the two do not sign together. The caller saves."""
    if act.by.username == SYSTEM:
        person.let_in_by, person.new_until = "", None
        return
    days = rules_in_force(act.now).access.new_account.days
    person.let_in_by, person.new_until = act.by.username, act.now + timedelta(days=days)


SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a first code is made of: nothing that is read as something else."""


def new_code() -> str:
    """Return a first code, to be handed to its owner."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(5)) for _ in range(4))


def first_code_ends(act: Act) -> datetime:
    """Return until when a code that somebody else knows lets its owner in, once."""
    return act.now + timedelta(days=rules_in_force(act.now).access.first_code.days)


def handed_over(person: Staff, code: str) -> str:
    """Say a first code, this once; where it was asked for twice, the first answer said it."""
    if not person.check_password(code) or person.first_until is None:
        return f"{person} was given a code before. If it is lost, give them a new one."
    until = person.first_until.astimezone(home_zone())
    return (
        f"{person} can sign in as {person.username} once, until {until:%a %d %b, %H:%M}, with the code {code} "
        "as the password. Hand it over in person; it is not shown again."
    )
