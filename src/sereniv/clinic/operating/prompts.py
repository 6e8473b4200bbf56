"""Prompts that leave the chair: who can be told by which way, and what is said there, which is nothing of a patient."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import PushDevice, Staff
from sereniv.clinic.home import Home
from sereniv.clinic.operating import push
from sereniv.clinic.operating.plan import Plan
from sereniv.clinic.operating.ways import Message, Way, mail_to, pager
from sereniv.clinic.workflows.admin.duty import on_duty
from sereniv.clinic.workflows.chair import listening
from sereniv.clinic.workflows.chair.reaching import Ways
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.monitoring.reaching import Owed, Reachable
from sereniv.therapy.session.events import Rung

SCREEN, PUSH, MAIL, WEBHOOK = "screen", "push", "mail", "webhook"
WAYS = (SCREEN, PUSH, MAIL, WEBHOOK)
"""By which somebody can be told, in the order in which they are shown."""


def ways_set() -> Ways:
    """Return by which ways those of each rung are told in this clinic."""
    return dict.fromkeys(Rung, WAYS)


def people(plan: Plan, now: datetime) -> tuple[Reachable, ...]:
    """Return everybody who works here with the ways that lead to them, and the clinic's own pager where it has one."""
    here, hear = on_duty(now), listening.hear(clock.real_now())
    pushed = set(PushDevice.objects.values_list("staff_id", flat=True))
    found = [
        Reachable(
            who=each.username,
            roles=frozenset(each.roles),
            ways=_ways_to_reach(each, plan, hears=each.username in hear, is_pushed=each.pk in pushed),
            on_duty=each.username in here,
        )
        for each in Staff.objects.filter(is_active=True).order_by("username")
    ]
    if plan.prompts_hook:
        found.append(Reachable(who=WEBHOOK, ways=frozenset({WEBHOOK}), on_duty=False, on_rungs=frozenset(Rung)))
    return tuple(found)


def ways_to(who: str, way: str, plan: Plan) -> tuple[Way, ...]:
    """Return what sends one telling on its way; nothing where the way was taken out meanwhile."""
    if way == WEBHOOK:
        return pager(plan)
    if way == SCREEN:
        return (Way(name=SCREEN, send=lambda _: None),)  # it rings there by itself
    person = Staff.objects.get(username=who)
    return tuple(each for name, each in _ways_of(person, plan) if name == way)


def ways_of(person: Staff, plan: Plan) -> tuple[Way, ...]:
    """Return every way that leads to somebody away from a screen."""
    return tuple(way for _, way in _ways_of(person, plan))


def _ways_of(person: Staff, plan: Plan) -> Iterator[tuple[str, Way]]:
    for device in PushDevice.objects.filter(staff=person):
        yield PUSH, Way(name=f"push to {device.named}", send=partial(_by_push, served_home(), device))
    for way in mail_to(plan, person.email):
        yield MAIL, way


def _by_push(home: Home, device: PushDevice, message: Message) -> None:
    push.send(home, device, message, clock.real_now())


def message(session: str, chair: str, owed: Owed, first: Mapping[str, int], now: datetime) -> Message:
    """Return what is told; the same telling of the same prompts has the same identity whenever it is sent.

    Parameters
    ----------
    first
        The prompts with the entries by which they were raised.
    """
    meant = [session, str(owed.rung), owed.who, owed.way, *(f"{name} {entry}" for name, entry in first.items())]
    return Message(
        subject=f"{chair}: prompt",
        words=f"A prompt at {chair} waits for somebody to act. Open the chair's page in Sereniv, or go there.\n"
        "This is not the alarm of the monitor.",
        content={"kind": "prompt", "chair": chair, "rung": str(owed.rung)},
        at=now,
        identity=_identity(meant),
    )


def help_message(session: str, chair: str, who: str, way: str, since: datetime) -> Message:
    """Return what is told of a call for help that stands since a moment."""
    meant = [session, "help", who, way, since.isoformat()]
    return Message(
        subject=f"{chair}: HELP",
        words=f"Somebody calls for help at {chair}. Go there.\nThis is not the alarm of the house.",
        content={"kind": "help", "chair": chair},
        at=since,
        identity=_identity(meant),
    )


def _identity(meant: list[str]) -> str:
    return hashlib.sha256("\n".join(meant).encode()).hexdigest()[:32]


def _ways_to_reach(person: Staff, plan: Plan, *, hears: bool, is_pushed: bool) -> frozenset[str]:
    mailed = bool(mail_to(plan, person.email))
    known = {SCREEN: hears, PUSH: is_pushed, MAIL: mailed}
    return frozenset(name for name, leads in known.items() if leads)


def trial(now: datetime) -> Message:
    """Return the message by which somebody sees that they would be told."""
    words = "This is a trial: prompts at the chairs reach you this way. There is nothing to do."
    return Message(subject="Sereniv: trial", words=words, content={"kind": "trial"}, at=now)
