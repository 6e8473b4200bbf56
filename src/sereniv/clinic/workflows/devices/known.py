"""The devices as a door knows them: read once, and anew after each change, so that no message waits for the table."""

import hashlib
import hmac
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sereniv.clinic.records.models import Device
from sereniv.clinic.workflows.shell.this_clinic import served_home

MONITOR, PUMP, HOME_TOKEN = "monitor", "pump", "home's token"
KINDS = (MONITOR, PUMP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One device as it stands in the register."""

    pk: int
    name: str
    kind: str
    sender: str
    source: str
    certificate: str
    token_digest: str
    clock_ahead_s: int
    is_revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks on a line: from which address, and under which certificate (SHA-256 in hex, "" without one)."""

    source: str
    certificate: str = ""


class Register:
    """What doors ask of the register. One for the process; whoever changes a row says `changed`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: tuple[Known, ...] | None = None

    def rows(self) -> tuple[Known, ...]:
        """Return every device, revoked ones too."""
        rows = self._rows
        return rows if rows is not None else self.changed()

    def changed(self) -> tuple[Known, ...]:
        """Read the register anew."""
        with self._lock:
            self._rows = tuple(_known(row) for row in Device.objects.order_by("pk"))
            return self._rows

    def forget(self) -> None:
        """Read the register anew when somebody next asks."""
        self._rows = None


register = Register()


def _known(row: Device) -> Known:
    return Known(
        pk=row.pk,
        name=row.name,
        kind=row.kind,
        sender=row.sender,
        source=row.source,
        certificate=row.certificate,
        token_digest=row.token_digest,
        clock_ahead_s=row.clock_ahead_s or 0,
        is_revoked=row.revoked_at is not None,
    )


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def let_in(token: str) -> Known | None:
    """Return the device whose token this is; None where it opens no door, or no longer.

    The home's own token, of before devices had theirs, opens it for any device until somebody revokes it.
    """
    shown = digest_of(token)
    found = None
    for row in register.rows():
        # Each is compared, so that how long it takes tells nothing.
        if row.token_digest and hmac.compare_digest(row.token_digest, shown):
            found = row
    if found is not None:
        return None if found.is_revoked else found
    if not hmac.compare_digest(digest_of(served_home().gateway_token()), shown):
        return None
    return Known(
        pk=0, name="", kind=HOME_TOKEN, sender="", source="", certificate="", token_digest=shown, clock_ahead_s=0,
        is_revoked=False,
    )  # fmt: skip


def who_speaks(names: Sequence[str], speaker: Speaker) -> Known | str:
    """Return which device a message is from, or in words why it is nobody's.

    A message says by itself who sends it, and anybody can write that. A device therefore speaks under its certificate,
    or, where it has none, from its address.
    """
    rows = [row for row in register.rows() if row.sender and not row.is_revoked]
    by_sender = {row.sender.casefold(): row for row in rows}
    found = next((by_sender[name.casefold()] for name in names if name.casefold() in by_sender), None)
    if found is None:
        return f"No device here is called {' or '.join(names[:3]) or 'nothing'}. Register it under Set-up, Devices."
    if found.certificate:
        if found.certificate != speaker.certificate:
            return f"{found.name} speaks under its certificate alone, and this line is under another one or none."
    elif found.source != speaker.source:
        return (
            f"{found.name} speaks from {found.source or 'an address that nobody entered'}, not from {speaker.source}."
        )
    return found


def is_anybody_at(speaker: Speaker) -> bool:
    """Say whether any device may speak on a line."""
    return any(_may_speak(row, speaker) for row in register.rows())


def _may_speak(row: Known, speaker: Speaker) -> bool:
    if row.is_revoked or not row.sender:
        return False
    return row.certificate == speaker.certificate if row.certificate else row.source == speaker.source
