"""The computer that serves the home: program, disk, time zone, and how its clock and certificate were found outside."""

import platform
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import django

from sereniv import __version__
from sereniv.clinic.backup import addresses
from sereniv.clinic.backup import state as backups
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.home import Kind
from sereniv.clinic.operating.findings import Finding, Moment, State, span_in_words
from sereniv.clinic.operating.reached import Reached

LOOK_BELOW, ACT_BELOW = 2_000_000_000, 500_000_000
"""Bytes free on a disk. A clinic's ledger grows by megabytes a month; a backup needs the room of the whole, twice."""

CLOCK_LOOK_S, CLOCK_ACT_S = 5.0, 60.0
"""Seconds that the clock may be off. A minute is where vital signs and drug no longer lie in their order (F7)."""

LOOK_BEFORE, ACT_BEFORE = timedelta(days=30), timedelta(days=10)
LOOK_SHARE, ACT_SHARE = 4, 10
"""A certificate that is made anew by itself lives for hours or weeks: then a quarter or a tenth of its life counts."""


def program(moment: Moment) -> Finding:
    """Say which versions run."""
    database = "PostgreSQL" if moment.home.database_url else f"SQLite {sqlite3.sqlite_version}"
    return Finding(
        topic="program",
        state=State.OK,
        words=f"Sereniv {__version__}, Python {platform.python_version()}, Django {django.__version__}, {database}.",
    )


def disk(moment: Moment) -> Finding:
    """Say how much room is left where the home and its backups lie."""
    found = [_room(place, called) for called, place in _places(moment).items()]
    state = max((each for each, _ in found), key=list(State).index)
    return Finding(
        topic="disk",
        state=state,
        words=" ".join(words for _, words in found),
        mend="" if state is State.OK else "Make room, or move the home to a larger disk: a full one takes no entry.",
    )


def _places(moment: Moment) -> dict[str, Path]:
    """Return where room is needed, each by what it is called: its path is nobody's business outside."""
    try:
        plan = backups.plan_of(moment.home)
    except BackupError:
        plan = None
    target = addresses.folder_of(plan.to) if plan else None
    return {"where the home lies": moment.home.folder, **({"where backups go": target} if target else {})}


def _room(place: Path, called: str) -> tuple[State, str]:
    try:
        usage = shutil.disk_usage(place)
    except OSError as error:
        return State.ACT, f"{called.capitalize()} cannot be looked at: {error.strerror}."
    state = State.ACT if usage.free < ACT_BELOW else State.LOOK if usage.free < LOOK_BELOW else State.OK
    return state, f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB free {called}."


def free_bytes(place: Path) -> int:
    """Return the room at a place, in bytes; 0 where it cannot be looked at."""
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return 0


def time_zone(moment: Moment) -> Finding:
    """Say in which zone the clinic's days are counted."""
    name = moment.home.timezone
    words = f"{name}: it is {moment.here:%a %d %b %Y, %H:%M} there."
    if name == "UTC" and moment.home.kind is Kind.CLINIC:
        mend = f"Is UTC the clinic's wall clock? If not, stop the server and mend {moment.home.folder / 'home.toml'}."
        return Finding(topic="time zone", state=State.LOOK, words=words, mend=mend)
    return Finding(topic="time zone", state=State.OK, words=words)


def clock(moment: Moment, reached: Reached) -> Finding:
    """Hold the computer's clock against a time server, where one was reached."""
    asked = _asked(moment, reached)
    if reached.clock_offset_s is None:
        return Finding(
            topic="clock",
            state=State.LOOK,
            words=f"Not compared: {reached.clock_words}{asked}.",
            mend="Hold it against a watch, or let this computer reach a time server (UDP, port 123).",
        )
    off = abs(reached.clock_offset_s)
    state = State.ACT if off > CLOCK_ACT_S else State.LOOK if off > CLOCK_LOOK_S else State.OK
    way = "behind" if reached.clock_offset_s > 0 else "ahead of"
    said = f"{off:.1f} seconds {way} {reached.clock_server}" if off >= 0.05 else f"as {reached.clock_server} has it"
    return Finding(
        topic="clock",
        state=state,
        words=f"{said}{asked}.",
        mend="" if state is State.OK else "Let the system keep the time (chrony, systemd-timesyncd) and look again.",
    )


def certificate(moment: Moment, reached: Reached) -> Finding:
    """Say how long the certificate holds by which browsers know the clinic."""
    if moment.home.kind is not Kind.CLINIC:
        return Finding(topic="certificate", state=State.OK, words="A demo is served to this computer alone.")
    if reached.certificate_ends is None or reached.certificate_begins is None:
        return Finding(
            topic="certificate",
            state=State.LOOK,
            words=f"Not seen: {reached.certificate_words}{_asked(moment, reached)}.",
            mend="See that the proxy runs, and that SERENIV_HOSTS names it (docs/set-up.md).",
        )
    left = reached.certificate_ends - moment.real
    life = reached.certificate_ends - reached.certificate_begins
    acts, looks = min(ACT_BEFORE, life / ACT_SHARE), min(LOOK_BEFORE, life / LOOK_SHARE)
    state = State.ACT if left < acts else State.LOOK if left < looks else State.OK
    until = f"{reached.certificate_ends:%d %b %Y %H:%M} UTC"
    words = f"That of {reached.certificate_host} holds until {until}, {span_in_words(left)} from now."
    if left <= timedelta(0):
        words = f"That of {reached.certificate_host} ended {until}: no browser opens the clinic without a warning."
    mend = "" if state is State.OK else "Make it anew at the proxy; see there why it was not made by itself."
    return Finding(topic="certificate", state=state, words=words, mend=mend)


def _asked(moment: Moment, reached: Reached) -> str:
    if reached.at is None:
        return ""
    since = moment.real - reached.at
    return " (asked just now)" if since < timedelta(minutes=1) else f" (asked {span_in_words(since)} ago)"
