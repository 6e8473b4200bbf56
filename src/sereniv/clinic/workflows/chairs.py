"""Chairs where infusions are given: added, renamed, retired, put back; never deleted."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import CLOSED_PHASES, Chair, SessionRow
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.setting_up import demand_still_permitted, keep_change
from sereniv.therapy.refusal import Malformed, Refused


def add_chair(name: str, act: Act) -> None:
    """Add a chair where infusions are given."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        chair = Chair.objects.create(name=_free_chair_name(name))
        keep_change(act, "chair", chair.name, "added", ("name",))


def rename_chair(chair_id: int, name: str, act: Act) -> None:
    """Give a free chair another name; what was charted keeps the name it was charted under.

    Raises
    ------
    Refused
        When a session is open in it, or the name is taken.
    """
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        chair = _chair(chair_id)
        if name.strip() == chair.name:
            return
        _demand_free(chair, "renamed")
        chair.name = _free_chair_name(name)
        chair.save()
        keep_change(act, "chair", chair.name, "changed", ("name",))


def retire_chair(chair_id: int, act: Act) -> None:
    """Take a free chair off the board and out of seating."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        chair = _chair(chair_id)
        if chair.retired_at is not None:
            raise Refused("chair", f"{chair} is retired already.")
        _demand_free(chair, "retired")
        chair.retired_at = act.now
        chair.save()
        keep_change(act, "chair", chair.name, "retired", ("retired_at",))


def reinstate_chair(chair_id: int, act: Act) -> None:
    """Put a retired chair back on the board."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        chair = _chair(chair_id)
        if chair.retired_at is None:
            raise Refused("chair", f"{chair} is in use already.")
        chair.retired_at = None
        chair.save()
        keep_change(act, "chair", chair.name, "reinstated", ("retired_at",))


def _chair(chair_id: int) -> Chair:
    chair = Chair.objects.filter(pk=chair_id).first()
    if chair is None:
        raise Refused("chair", "There is no such chair.")
    return chair


def _free_chair_name(name: str) -> str:
    wanted = name.strip()
    if not wanted or len(wanted) > 40:
        raise Malformed("Write the chair's name, at most 40 characters.")
    taken = Chair.objects.filter(name__iexact=wanted).first()
    if taken is not None:
        how = "Put the retired one back instead." if taken.retired_at else "Choose another name."
        raise Refused("chair", f"There is already a chair called {taken}. {how}")
    return wanted


def _demand_free(chair: Chair, what: str) -> None:
    if SessionRow.objects.exclude(phase__in=CLOSED_PHASES).filter(chair=chair.name).exists():
        raise Refused("chair", f"A session is open in {chair}. It can be {what} when the session is closed.")
