"""Another key in the place of one of the home's own: old or new at every moment, and an entry of it.

The new key is written beside the old one. From then on both are taken. The entry of the ledger decides: once it is
committed the new key holds, and whatever was killed after it is gone on with at the next start; before it, the old one
holds and what lies beside is taken away.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyrage
from django.conf import settings

from sereniv.clinic.accounts.keys import SERVICES, sealed_anew
from sereniv.clinic.accounts.models import CalendarFeed, ServiceSecret, Staff
from sereniv.clinic.backup import key as backup_key
from sereniv.clinic.home import Home
from sereniv.clinic.home_files import write_private, write_public
from sereniv.clinic.home_keys import new_checkpoint_key, new_secret, new_token, public_half
from sereniv.clinic.operating import token as health_token
from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.clinic.records.house_events import KeyChanged
from sereniv.clinic.workflows.devices.registering import is_home_token_revoked
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.notices import note_for
from sereniv.therapy.recording.entry import Unread
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused
from sereniv.verify import public_keys

STREAM = "keys"
NEXT = ".next"
MARK_DIGITS = 16


def _nothing(home: Home, key: bytes) -> None:
    """Leave everything as it is: where old and new need not be taken both."""


def _nothing_of_it(home: Home, key: bytes, act: Act) -> None:
    """Write nothing beside the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """How one key is changed: its file, a new one, both taken, and the new one alone. `said` is told at the end."""

    file: str
    made: Callable[[], bytes]
    mark: Callable[[bytes], str]
    put: Callable[[Home, bytes, int], None]
    said: str
    both: Callable[[Home, bytes], None] = _nothing
    old_alone: Callable[[Home, bytes], None] = _nothing
    with_entry: Callable[[Home, bytes, Act], None] = _nothing_of_it


def change(home: Home, which: str, reason: str, act: Act) -> str:
    """Change one key of a home that nobody serves; returns what is to be done now.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When the home's token for feeds was revoked: another one would open the door anew. Or when a change before
        was killed, and the entry that says which key holds cannot be read: the one that waits would be lost.
    """
    why = demand_reason(reason, "Write why the key is changed.")
    if which == "gateway" and is_home_token_revoked():
        raise Refused(which, "The home's token is revoked, and stays so: each feed shows a token of its own.")
    finish(home)
    how = WAYS[which]
    if _next(home, how).exists():
        raise Refused(
            which, "An earlier change was cut short and its entry cannot be read: restore from a backup first."
        )
    before = how.mark(_kept(home, how))
    key = how.made()
    write_private(_next(home, how), key)
    how.both(home, key)
    with chart_store.in_turn():
        how.with_entry(home, key, act)
        event = KeyChanged(key=which, before=before, after=how.mark(key), reason=why)
        chart_store.append([New(stream=STREAM, event=event, at=act.now)], act.writing())
    finish(home)
    write_checkpoint(home, act.now)
    return how.said


def finish(home: Home) -> None:
    """Go on with whatever was killed while a key was changed: the new key where its entry stands, else the old one."""
    for which, how in WAYS.items():
        waiting = _next(home, how)
        if not waiting.exists():
            continue
        key = waiting.read_bytes()
        seq = _entry_of(which, how.mark(key))
        if seq is None:
            # Either may be the one that holds: both go on being taken, and neither is lost.
            continue
        if seq:
            how.put(home, key, seq)
        else:
            how.old_alone(home, key)
        waiting.unlink()


def _entry_of(which: str, mark: str) -> int | None:
    """Return the entry by which a key holds, 0 where none says so: the newest of its kind alone puts anything.

    None where an entry that cannot be read may be the newest.
    """
    for each in reversed(over_streams.as_they_read([STREAM], (KeyChanged,)).get(STREAM, [])):
        if isinstance(each.event, Unread):
            return None
        if isinstance(each.event, KeyChanged) and each.event.key == which:
            return each.seq if each.event.after == mark else 0
    return 0


def _next(home: Home, how: Changing) -> Path:
    return home.folder / f"{how.file}{NEXT}"


def _kept(home: Home, how: Changing) -> bytes:
    if how.file == backup_key.FILE:
        backup_key.of_home(home)
    if how.file == health_token.FILE:
        health_token.of_home(home)
    return (home.folder / how.file).read_bytes()


def _mark_of_secret(key: bytes) -> str:
    """Return a mark of a long random secret, by which nobody finds it."""
    return hashlib.sha256(b"sereniv key " + key.split()[0]).hexdigest()[:MARK_DIGITS]


def _mark_of_checkpoint_key(key: bytes) -> str:
    return hashlib.sha256(public_half(key)).hexdigest()[:MARK_DIGITS]


def _mark_of_backup_key(key: bytes) -> str:
    first = key.decode("ascii").split()[0]
    return hashlib.sha256(str(pyrage.x25519.Identity.from_str(first).to_public()).encode()).hexdigest()[:MARK_DIGITS]


def _fits_both(home: Home, key: bytes) -> None:
    """Let the public file fit what either key signs."""
    _write_public(home, [(None, public_half(key)), *_without(home, key)])


def _fits_old_alone(home: Home, key: bytes) -> None:
    """Take away what was let fit beside; what an earlier key signed up to its entry goes on fitting."""
    before = [each for each in public_keys(home.public_key_file.read_bytes()) if each[0] is not None]
    _write_public(home, [*(each for each in _without(home, key) if each[0] is None), *before])


def _put_checkpoint_key(home: Home, key: bytes, seq: int) -> None:
    """Sign with the new key, and let the one of before fit nothing after its change."""
    write_private(home.folder / "checkpoint.key", key)
    before = [(seq if until is None else until, pem) for until, pem in _without(home, key)]
    _write_public(home, [(None, public_half(key)), *before])


def _without(home: Home, key: bytes) -> list[tuple[int | None, bytes]]:
    mine = public_half(key)
    return [each for each in public_keys(home.public_key_file.read_bytes()) if each[1].strip() != mine.strip()]


def _write_public(home: Home, keys: list[tuple[int | None, bytes]]) -> None:
    told = [pem if until is None else f"Signs up to entry {until}:\n".encode() + pem for until, pem in keys]
    write_public(home.public_key_file, b"".join(told))


def _put_backup_key(home: Home, key: bytes, seq: int) -> None:
    del seq
    new = key.decode("ascii").strip()
    lines = (home.folder / backup_key.FILE).read_text(encoding="ascii").split("\n")
    before = [line for line in lines if line.strip() and line.strip() != new]
    write_private(home.folder / backup_key.FILE, "\n".join([new, *before, ""]).encode("ascii"))


def _opens_both(home: Home, key: bytes) -> None:
    kept = home.folder / "waiting.key"
    if not kept.exists():
        write_private(kept, home.secret_key().encode("ascii"))
    _write_secrets(home, [home.secret_key().encode("ascii"), key])


def _opens_old_alone(home: Home, key: bytes) -> None:
    _write_secrets(home, [each for each in map(str.encode, home.secret_keys()) if each != key])


def _put_secret(home: Home, key: bytes, seq: int) -> None:
    del seq
    _write_secrets(home, [key])


def _write_secrets(home: Home, keys: list[bytes]) -> None:
    """Keep the secrets, and let this process go by them."""
    write_private(home.folder / "secret.key", b"\n".join(keys))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = home.secret_key(), list(home.secret_keys()[1:])


def _sealed_under(home: Home, key: bytes, act: Act) -> None:
    """Seal anew what opens with the home's secret, and end what was made under it and is nobody's to read."""
    from allauth.mfa.models import Authenticator

    del home
    secret = key.decode("ascii")
    for kept in Authenticator.objects.all():
        again = {name: sealed_anew(kept.data[name], secret) for name in ("secret", "seed") if name in kept.data}
        if again:
            kept.data = {**kept.data, **again}
            kept.save(update_fields=["data"])
    for service in ServiceSecret.objects.all():
        service.sealed = sealed_anew(service.sealed, secret, SERVICES)
        service.save(update_fields=["sealed"])
    CalendarFeed.objects.all().delete()
    for person in Staff.objects.exclude(pin_hash=""):
        person.pin_hash = ""
        person.save(update_fields=["pin_hash"])
        note_for(person, "Your PIN has ended with the home's key: choose another", act.now)


def _put_token(file: str) -> Callable[[Home, bytes, int], None]:
    return lambda home, key, seq: write_private(home.folder / file, key)  # noqa: ARG005  as every other is put


WAYS: dict[str, Changing] = {
    "checkpoint": Changing(
        file="checkpoint.key", made=new_checkpoint_key, mark=_mark_of_checkpoint_key, put=_put_checkpoint_key,
        both=_fits_both, old_alone=_fits_old_alone,
        said="Changed. Copy checkpoint.pem anew to wherever heads are checked; what was signed before goes on fitting.",
    ),
    "backup": Changing(
        file=backup_key.FILE, made=lambda: backup_key.written((pyrage.x25519.Identity.generate(),)),
        mark=_mark_of_backup_key, put=_put_backup_key,
        said="Changed. Print the key anew and keep it outside the building: sereniv backup-key. Backups of before open "
        "with the key of before, which stands below it.",
    ),
    "secret": Changing(
        file="secret.key", made=new_secret, mark=_mark_of_secret, put=_put_secret, both=_opens_both,
        old_alone=_opens_old_alone, with_entry=_sealed_under,
        said="Changed. Everybody signs in again with password and second factor and chooses a PIN; calendar links are "
        "made anew.",
    ),
    "gateway": Changing(
        file="gateway.token", made=new_token, mark=_mark_of_secret, put=_put_token("gateway.token"),
        said="Changed. Feeds that show the home's token need the new one, from gateway.token in the home's folder.",
    ),
    "health": Changing(
        file=health_token.FILE, made=new_token, mark=_mark_of_secret, put=_put_token(health_token.FILE),
        said="Changed. What watches this home needs the new token, from health.token in the home's folder.",
    ),
}  # fmt: skip
"""Every key of the home's own, by the word of the command."""
