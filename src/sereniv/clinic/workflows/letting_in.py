"""Who is let in by two people, and for how long somebody is new to whoever let them in."""

from collections.abc import Iterable
from datetime import timedelta

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import GRANTED_BY_TWO
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records.chart_store import SYSTEM
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.rules import rules_in_force


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
