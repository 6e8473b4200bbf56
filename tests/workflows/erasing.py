"""Erases as two people do who announced it when they had to: what is tested is the erasure, not its wait."""

from dataclasses import replace
from datetime import timedelta

from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.person import entry_erasure, person_erasure
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force


def announcing(act: Act) -> Act:
    """Return the act by which the same two announced it, just long enough ago."""
    wait = timedelta(days=rules_in_force(act.now).access.erasure_wait.days)
    return replace(act, now=act.now - wait, key=f"{act.key}-said")


def erase(seq: int, basis: str, act: Act) -> int:
    """Announce and erase what one entry says."""
    entry_erasure.announce(seq, basis, announcing(act))
    return entry_erasure.erase(seq, act)


def erase_person(person: Person, basis: str, act: Act) -> int:
    """Announce and erase somebody as a whole."""
    person_erasure.announce_person(person, basis, announcing(act))
    return person_erasure.erase_person(person, act)
