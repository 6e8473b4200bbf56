"""How the home's backups stand, for those who answer for its books."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from sereniv.clinic.backup import state
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.home import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where backups go, what was last made and proven, and what is wrong; an empty complaint where nothing is."""

    plan: state.Plan | None
    state: state.BackupState
    complaint: str


def standing(now: datetime) -> Standing | None:
    """Return how backups stand at the real time `now`; None in a demo or test home that makes none."""
    home = settings.HOME
    try:
        plan = state.plan_of(home)
    except BackupError as error:
        return Standing(plan=None, state=state.state_of(home), complaint=str(error))
    if plan is None and home.kind is not Kind.CLINIC:
        return None
    known = state.state_of(home)
    return Standing(plan=plan, state=known, complaint=state.complaint(plan, known, now))


def are_made() -> bool:
    """Say whether the program backs this home up; a demo or test home needs none."""
    home = settings.HOME
    return home.kind is not Kind.CLINIC or (home.folder / state.PLAN).exists()
