"""Rooms, and which chair stands in which."""

from sereniv.clinic.records.models import Room
from sereniv.clinic.workflows.admin.chairs import CHAIRS
from sereniv.clinic.workflows.admin.places import Places, once
from sereniv.clinic.workflows.admin.setting_up import keep_change
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Refused


def _demand_empty(room: Room, what: str) -> None:
    chairs = [str(each) for each in room.chairs.filter(retired_at=None)] if what == "retired" else []
    if chairs:
        raise Refused("room", f"{' and '.join(chairs)} stands in {room}. Move or retire what stands there first.")


ROOMS = Places(table=Room, called="room", demand_free=_demand_empty)


def add_room(name: str, act: Act) -> None:
    """Add a room."""
    ROOMS.add(name, act)


def rename_room(room_id: int, name: str, act: Act) -> None:
    """Give a room another name."""
    ROOMS.rename(room_id, name, act)


def retire_room(room_id: int, act: Act) -> None:
    """Take a room out of use; its chairs must stand elsewhere, or be retired, before."""
    ROOMS.retire(room_id, act)


def reinstate_room(room_id: int, act: Act) -> None:
    """Put a retired room back into use."""
    ROOMS.reinstate(room_id, act)


def place_chair(chair_id: int, room_id: int | None, act: Act) -> None:
    """Say in which room a chair stands, None for in none; whoever sits in it stays where they are.

    Raises
    ------
    Refused
        When there is no such chair or room, or the room is retired.
    """

    def change() -> None:
        chair = CHAIRS.one(chair_id)
        room = None if room_id is None else ROOMS.one(room_id)
        if room is not None and room.retired_at is not None:
            raise Refused("room", f"{room} is retired. Put it back into use first.")
        chair.room = room
        chair.save()
        keep_change(act, "chair", chair.name, "changed", ("room",))

    once(act, change)
