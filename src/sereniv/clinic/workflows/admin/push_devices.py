"""The browsers by which somebody is told of prompts: each says so for themselves, and takes it back."""

from dataclasses import dataclass

from sereniv.clinic.accounts.models import PushDevice
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.admin.setting_up import keep_change
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Refused

MOST_A_PERSON = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a browser gives so that messages reach it: where to, and the keys that it reads them by."""

    endpoint: str
    p256dh: str
    auth: str
    named: str


def subscribe(given: Subscription, act: Act) -> None:
    """Let a browser take messages for whoever is signed in there; one that took another's takes theirs no longer.

    Raises
    ------
    Refused
        When they have as many as anybody may.
    """
    act.permit(Permission.READ_SESSIONS)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        mine = PushDevice.objects.filter(staff=act.by).exclude(endpoint=given.endpoint)
        if mine.count() >= MOST_A_PERSON:
            raise Refused("push", f"You are told on {MOST_A_PERSON} devices already: take one out first.")
        PushDevice.objects.update_or_create(
            endpoint=given.endpoint,
            defaults={
                "staff": act.by, "p256dh": given.p256dh, "auth": given.auth, "named": given.named, "since": act.now,
            },
        )  # fmt: skip
        keep_change(act, "push_device", act.by.username, "added", ("endpoint", "named"))


def take_back(device_id: int, act: Act) -> None:
    """Send nothing to one of one's own devices any more.

    Raises
    ------
    Refused
        When it is not there, or another's.
    """
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        taken, _ = PushDevice.objects.filter(pk=device_id, staff=act.by).delete()
        if not taken:
            raise Refused("push", "That device was taken out already.")
        keep_change(act, "push_device", act.by.username, "taken out", ("endpoint",))


def forget(device_id: int) -> None:
    """Forget a device whose browser takes nothing any more."""
    PushDevice.objects.filter(pk=device_id).delete()
