"""Acts on the register of devices: added, changed, given a token, revoked. Nothing is deleted; each is an entry."""

import ipaddress
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import DeviceEntered
from sereniv.clinic.records.models import OPEN_PHASES, Device, SessionRow
from sereniv.clinic.workflows.admin.setting_up import demand_still_permitted
from sereniv.clinic.workflows.chair.monitors import LONGEST_INTERVAL_S, SIGNALS
from sereniv.clinic.workflows.devices.known import HOME_TOKEN, KINDS, MONITOR, digest_of, register
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.recording.refusal import Malformed, Refused

STREAM = "devices"
RULE = "device"
LONGEST_NAME, LONGEST_SENDER = 60, 120
FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
NAME_OF_HOME_TOKEN = "Any feed with the home's token"  # noqa: S105  a name and no token
FARTHEST_CLOCK_S = 366 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a device is to stand in the register."""

    name: str
    kind: str
    sender: str
    source: str
    certificate: str
    interval_s: int
    signals: tuple[str, ...]


def add_device(wanted: Wanted, act: Act) -> str:
    """Register a device; returns the token it may show at the door for feeds, "" where this act did it before.

    Raises
    ------
    Malformed
        When a field is nobody's.
    Refused
        When the name, or by what it names itself, is another device's.
    """
    token = secrets.token_urlsafe(32)

    def change() -> Device:
        found = _checked(wanted)
        row = Device(
            name=_free_name(found.name),
            kind=found.kind,
            sender=found.sender,
            source=found.source,
            certificate=found.certificate,
            token_digest=digest_of(token),
            interval_s=found.interval_s,
            signals=list(found.signals),
            added_at=act.now,
        )
        _demand_own_sender(row)
        return row

    return token if _once(act, change) else ""


def change_device(device_id: int, wanted: Wanted, act: Act) -> None:
    """Say anew how a device names itself, how it is known at the door, and what it sends; its name stays.

    Raises
    ------
    Malformed
        When a field is nobody's.
    Refused
        When it is revoked, or by what it names itself is another device's.
    """

    def change() -> Device:
        row = _standing(device_id)
        found = _checked(wanted)
        row.kind, row.sender, row.source, row.certificate = found.kind, found.sender, found.source, found.certificate
        row.interval_s, row.signals = found.interval_s, list(found.signals)
        _demand_own_sender(row)
        return row

    _once(act, change)


def new_token(device_id: int, act: Act) -> str:
    """Give a device another token: the one before opens nothing from now on. Returns it, "" for a repeated act."""
    token = secrets.token_urlsafe(32)

    def change() -> Device:
        row = _standing(device_id)
        row.token_digest = digest_of(token)
        return row

    return token if _once(act, change) else ""


def revoke_device(device_id: int, act: Act) -> None:
    """Let a device in no more, by any door; what it sent stays.

    Raises
    ------
    Refused
        When it is revoked already.
    """

    def change() -> Device:
        row = _standing(device_id)
        row.revoked_at = act.now
        return row

    _once(act, change)


def revoke_home_token(act: Act) -> None:
    """Close the door for the home's one token: from then on each feed shows a token of its own.

    Raises
    ------
    Refused
        When it is revoked already.
    """

    def change() -> Device:
        if is_home_token_revoked():
            raise Refused(RULE, "The home's token is revoked already.")
        return Device(
            name=NAME_OF_HOME_TOKEN,
            kind=HOME_TOKEN,
            token_digest=digest_of(served_home().gateway_token()),
            added_at=act.now,
            revoked_at=act.now,
        )

    _once(act, change)


def set_clock(device_id: int, ahead_s: int, act: Act) -> None:
    """Keep how far a device's clock runs ahead of ours (less than 0: behind): its times are put back by that from now.

    Whoever stands at the device reads it off its screen. Both times stay: the device's own in the message as it came.

    Raises
    ------
    Malformed
        When it is more than a year.
    """
    if abs(ahead_s) > FARTHEST_CLOCK_S:
        raise Malformed("A clock that is off by more than a year is set, not reckoned with.")

    def change() -> Device:
        row = _standing(device_id)
        row.clock_ahead_s = ahead_s
        return row

    _once(act, change, Permission.CHART)


def is_home_token_revoked() -> bool:
    """Say whether the home's one token opens the door no more."""
    return Device.objects.filter(kind=HOME_TOKEN).exclude(revoked_at=None).exists()


def _once(act: Act, change: Callable[[], Device], permission: Permission = Permission.MANAGE_HOME) -> bool:
    """Change one device and keep how it stands then; False where this act did it before."""
    act.permit(permission)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return False
        if permission is Permission.MANAGE_HOME:
            demand_still_permitted(act)
        row = change()
        row.save()
        chart_store.append([New(stream=STREAM, event=_entered(row), at=act.now)], act.writing())
        # Before the commit a door would read the old row: afterwards it reads anew.
        transaction.on_commit(register.changed)
    return True


def _entered(row: Device) -> DeviceEntered:
    return DeviceEntered(
        name=row.name,
        kind=row.kind,
        sender=row.sender,
        source=row.source,
        certificate=row.certificate,
        has_token=bool(row.token_digest),
        interval_s=row.interval_s,
        signals=tuple(row.signals),
        clock_ahead_s=row.clock_ahead_s,
        is_revoked=row.revoked_at is not None,
    )


def _standing(device_id: int) -> Device:
    row = Device.objects.filter(pk=device_id).exclude(kind=HOME_TOKEN).first()
    if row is None:
        raise Refused(RULE, "There is no such device.")
    if row.revoked_at is not None:
        raise Refused(RULE, f"{row} is revoked. Register it anew, under another name.")
    return row


def _checked(wanted: Wanted) -> Wanted:
    """Return what is wanted as it is kept; raises Malformed with what is wrong."""
    if wanted.kind not in KINDS:
        raise Malformed(f"A device is a {' or a '.join(KINDS)}.")
    sender = " ".join(wanted.sender.split())
    if not sender.isprintable() or len(sender) > LONGEST_SENDER:
        raise Malformed(f"What a device calls itself is printable, at most {LONGEST_SENDER} characters.")
    signals = tuple(name for name in SIGNALS if name in wanted.signals)
    if wanted.kind == MONITOR and not signals:
        raise Malformed("Say which signals the monitor sends: one that falls silent is then missed.")
    if not 1 <= wanted.interval_s <= LONGEST_INTERVAL_S:
        raise Malformed(f"A monitor sends every 1 to {LONGEST_INTERVAL_S} seconds.")
    certificate = re.sub(r"[\s:]", "", wanted.certificate).lower()
    if certificate and not FINGERPRINT.fullmatch(certificate):
        raise Malformed("A certificate is named by its SHA-256: 64 digits and letters a to f.")
    source = _address(wanted.source)
    if sender and not (certificate or source):
        raise Malformed("Say under which certificate it speaks, or from which address: a name anybody can write.")
    return Wanted(
        name=wanted.name,
        kind=wanted.kind,
        sender=sender,
        source=source,
        certificate=certificate,
        interval_s=wanted.interval_s,
        signals=signals,
    )


def _address(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError as error:
        raise Malformed("An address is written as 192.0.2.14.") from error


def _free_name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise Malformed(f"Write what staff call the device, at most {LONGEST_NAME} characters.")
    if Device.objects.filter(name__iexact=wanted).exists():
        raise Refused(RULE, f"There is already a device called {wanted}. Choose another name.")
    return wanted


def _demand_own_sender(row: Device) -> None:
    if not row.sender:
        return
    standing = Device.objects.filter(revoked_at=None, sender__iexact=row.sender).exclude(pk=row.pk)
    other = standing.first()
    if other is not None:
        raise Refused(RULE, f"{other} calls itself {row.sender}: what it sends would be either's.")


def at_chairs() -> dict[str, str]:
    """Return at which chair each device is that is at one, by its name."""
    return dict(SessionRow.objects.filter(phase__in=OPEN_PHASES).exclude(monitor="").values_list("monitor", "chair"))
