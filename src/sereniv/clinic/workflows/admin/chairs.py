"""Chairs where infusions are given."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import OPEN_PHASES, Chair, SessionRow
from sereniv.clinic.workflows.admin.places import Places
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Refused


def _demand_free(chair: Chair, what: str) -> None:
    if SessionRow.objects.filter(phase__in=OPEN_PHASES).filter(chair=chair.name).exists():
        raise Refused("chair", f"A session is open in {chair}. It can be {what} when the session is closed.")


CHAIRS = Places(table=Chair, called="chair", demand_free=_demand_free)


def add_chair(name: str, act: Act) -> None:
    """Add a chair where infusions are given."""
    CHAIRS.add(name, act)


def rename_chair(chair_id: int, name: str, act: Act) -> None:
    """Give a free chair another name; what is booked there goes with it."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        before = CHAIRS.one(chair_id).name
        CHAIRS.rename(chair_id, name, act)
        after = CHAIRS.one(chair_id).name
        if after != before:
            booking.follow_rename(before, after, act)


def retire_chair(chair_id: int, act: Act) -> None:
    """Take a free chair off the board and out of seating."""
    CHAIRS.retire(chair_id, act)


def reinstate_chair(chair_id: int, act: Act) -> None:
    """Put a retired chair back on the board."""
    CHAIRS.reinstate(chair_id, act)
