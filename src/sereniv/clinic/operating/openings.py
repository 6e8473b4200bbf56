"""Openings of restricted records are told at once to whoever may review them, by every way that leads to them."""

from datetime import datetime, timedelta

from sereniv.clinic.accounts import staff
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.operating.memory import Memory
from sereniv.clinic.operating.plan import Plan
from sereniv.clinic.operating.prompts import ways_of
from sereniv.clinic.operating.push import DeviceGoneError
from sereniv.clinic.operating.telling import may_try
from sereniv.clinic.operating.ways import Message, NotDeliveredError, Way
from sereniv.clinic.workflows.admin import push_devices
from sereniv.clinic.workflows.person.restricting import not_reviewed
from sereniv.therapy.person.events import RestrictedRecordOpened
from sereniv.therapy.recording.entry import Recorded

TOLD_FOR = timedelta(days=7)
"""What is older waits on Today alone: who has a way to be told since then is not told of the past."""

Opened = Recorded[RestrictedRecordOpened]


def tell(plan: Plan, memory: Memory, now: datetime, real: datetime) -> None:
    """Tell each reviewer what was opened and not reviewed, once by each way; one that fails is tried again.

    Nobody is told of what they opened themselves: somebody else reviews it.
    """
    waiting = not_reviewed(now - TOLD_FOR)
    for person in staff.working_here() if waiting else ():
        if person.may(Permission.REVIEW_OPENINGS):
            mine = [each for each in waiting if each.recorded_by != person.username]
            for way in ways_of(person, plan):
                _tell_by(way, person, mine, memory, real)


def _tell_by(way: Way, person: Staff, waiting: list[Opened], memory: Memory, real: datetime) -> None:
    known = memory.of(f"openings to {person.username} by {way.name}")
    new = [each for each in waiting if _identity(each) not in known.told]
    if new and may_try(known, real):
        try:
            way.send(_message(new, real))
        except DeviceGoneError as error:
            push_devices.forget(error.device)
            return
        except NotDeliveredError as error:
            known.failed(real, str(error))
            return
        known.went()
        known.told = [_identity(each) for each in waiting]


def _identity(opened: Opened) -> str:
    return f"{opened.recorded_by} {opened.recorded_at.isoformat()}"


def _message(new: list[Opened], real: datetime) -> Message:
    names = staff.full_names()
    said = [f"{names.get(each.recorded_by, each.recorded_by)} at {_when(each)}" for each in new]
    words = "\n".join(
        [
            f"A restricted record was opened by somebody who is not among its readers: {'; '.join(said)}.",
            "Whose it is, and the reason that was given, stand on Today in Sereniv until somebody reviews it.",
        ]
    )
    return Message(
        subject="Sereniv: a restricted record was opened",
        words=words,
        content={"kind": "opening", "by": [each.recorded_by for each in new]},
        at=real,
    )


def _when(opened: Opened) -> str:
    return f"{on_the_wall(opened.recorded_at):%H:%M on %d %b}"
