"""Rooms, and which chair stands in which."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Room
from sereniv.clinic.workflows.acting import Act
from sereniv.clinic.workflows.setting_up import demand_still_permitted, keep_change
from sereniv.therapy.refusal import Malformed, Refused

LONGEST_NAME = 40


def add_room(name: str, act: Act) -> None:
    """Add a room.

    Raises
    ------
    Refused
        When there is a room of this name, retired ones included.
    """
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        room = Room.objects.create(name=_free_name(name))
        keep_change(act, "room", room.name, "added", ("name",))


def rename_room(room_id: int, name: str, act: Act) -> None:
    """Give a room another name."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        room = _room(room_id)
        if name.strip() == room.name:
            return
        room.name = _free_name(name)
        room.save()
        keep_change(act, "room", room.name, "changed", ("name",))


def retire_room(room_id: int, act: Act) -> None:
    """Take a room out of use; its chairs must stand elsewhere, or be retired, before.

    Raises
    ------
    Refused
        When a chair in use stands in it, or it is retired already.
    """
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        room = _room(room_id)
        if room.retired_at is not None:
            raise Refused("room", f"{room} is retired already.")
        chairs = [str(each) for each in room.chairs.filter(retired_at=None)]
        if chairs:
            raise Refused("room", f"{' and '.join(chairs)} stands in {room}. Move or retire what stands there first.")
        room.retired_at = act.now
        room.save()
        keep_change(act, "room", room.name, "retired", ("retired_at",))


def reinstate_room(room_id: int, act: Act) -> None:
    """Put a retired room back into use."""
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        room = _room(room_id)
        if room.retired_at is None:
            raise Refused("room", f"{room} is in use already.")
        room.retired_at = None
        room.save()
        keep_change(act, "room", room.name, "reinstated", ("retired_at",))


def place_chair(chair_id: int, room_id: int | None, act: Act) -> None:
    """Say in which room a chair stands, None for in none; whoever sits in it stays where they are.

    Raises
    ------
    Refused
        When there is no such chair or room, or the room is retired.
    """
    act.permit(Permission.MANAGE_HOME)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_still_permitted(act)
        chair = Chair.objects.filter(pk=chair_id).first()
        if chair is None:
            raise Refused("chair", "There is no such chair.")
        room = None if room_id is None else _room(room_id)
        if room is not None and room.retired_at is not None:
            raise Refused("room", f"{room} is retired. Put it back into use first.")
        chair.room = room
        chair.save()
        keep_change(act, "chair", chair.name, "changed", ("room",))


def _room(room_id: int) -> Room:
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise Refused("room", "There is no such room.")
    return room


def _free_name(name: str) -> str:
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST_NAME:
        raise Malformed(f"Write the room's name, at most {LONGEST_NAME} characters.")
    taken = Room.objects.filter(name__iexact=wanted).first()
    if taken is not None:
        how = "Put the retired one back instead." if taken.retired_at else "Choose another name."
        raise Refused("room", f"There is already a room called {taken}. {how}")
    return wanted
