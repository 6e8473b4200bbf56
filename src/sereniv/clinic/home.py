"""A home: the one folder under which everything a clinic owns lies, a PostgreSQL database apart.

home.toml             what kind of home this is, its time zone and database
sereniv.db            the entries and tables (SQLite homes)
secret.key            signs sessions and cookies
checkpoint.key/.pem   Ed25519 pair that signs the ledger's checkpoints; the .pem is public, and keeps those of before
waiting.key           what is unsent on a tablet stays under the first secret.key, where that was changed
NAME.next             stands here only while a key is being changed
checkpoints.jsonl     signed heads of the ledger; copy it out of the building
gateway.token         what a monitor feed on this machine shows at the door
health.token          what a monitoring system shows
backup.key            opens the backups; backup.toml and backups.json say where they go and how they went
backup-access.toml    opens the server or store that they go to, where that is no folder
outside.toml          whom the home tells by itself; outside.json what was told
faults.json           stands here while the last check of the ledger did not hold
exports/              what was exported on the page, for a day
bulk/                 what an app exported through FHIR, for an hour
home.lock             held by the one server process
written-by            the newest Sereniv that served this home
unfinished            stands here only while the database is being made
"""

import difflib
import hashlib
import json
import os
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import platformdirs
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from filelock import FileLock, Timeout

from sereniv.clinic import database_url as addresses
from sereniv.clinic import home_keys
from sereniv.clinic.home_files import os_words, write_private, write_public
from sereniv.verify import public_keys

HOME_VARIABLE = "SERENIV_HOME"


class HomeError(RuntimeError):
    """A home cannot be used; the message says how to mend it."""


class Kind(StrEnum):
    """What a home is for. A demo home stays one; a clinic's begins in commissioning and goes live once."""

    DEMO = "demo"
    TEST = "test"
    CLINIC = "clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An opened home folder and what its `home.toml` says."""

    folder: Path
    kind: Kind
    timezone: str
    database_url: str

    @property
    def database_file(self) -> Path:
        """The SQLite file of homes that have no PostgreSQL database."""
        return self.folder / "sereniv.db"

    @property
    def checkpoints_file(self) -> Path:
        """Signed heads, one JSON line each."""
        return self.folder / "checkpoints.jsonl"

    @property
    def checked_file(self) -> Path:
        """What was signed of the last check of the ledger; without it the whole is checked."""
        return self.folder / "checked.json"

    @property
    def public_key_file(self) -> Path:
        """The public half of the checkpoint key."""
        return self.folder / "checkpoint.pem"

    def digest(self) -> str:
        """Return what tells this home from every other one: the SHA-256 of its first public checkpoint key."""
        return hashlib.sha256(self.first_public_key()).hexdigest()

    def first_public_key(self) -> bytes:
        """Return the public key that the home was founded with; later ones stand before it in the file."""
        return public_keys(self.public_key_file.read_bytes())[-1][1]

    @property
    def unfinished_file(self) -> Path:
        """Stands here while the database is being made; see `sereniv.cli.first_start`."""
        return self.folder / "unfinished"

    @property
    def clock_file(self) -> Path:
        """Where a demo or test home keeps its labelled clock."""
        return self.folder / "clock.json"

    @property
    def has_injected_clock(self) -> bool:
        """True where time may be frozen, hurried or jumped: never in a clinic's own home."""
        return self.kind is not Kind.CLINIC

    def secret_key(self) -> str:
        """Return the key that signs sessions and cookies."""
        return self.secret_keys()[0]

    def secret_keys(self) -> tuple[str, ...]:
        """Return the same, and after it what opens what is sealed while the key is being changed."""
        return tuple((self.folder / "secret.key").read_text(encoding="ascii").split())

    def waiting_key(self) -> str:
        """Return from what the keys derive under which tablets keep what is unsent: the first secret stays for that."""
        kept = self.folder / "waiting.key"
        return kept.read_text(encoding="ascii") if kept.exists() else self.secret_key()

    def gateway_token(self) -> str:
        """Return what a monitor feed on this machine shows at the door."""
        return (self.folder / "gateway.token").read_text(encoding="ascii")

    def note_server_port(self, port: int) -> None:
        """Note on which port this home is served."""
        (self.folder / "server.port").write_text(str(port), encoding="ascii")

    def server_port(self) -> int:
        """Return the port this home is served on; raises HomeError where none was noted."""
        file = self.folder / "server.port"
        if not file.is_file():
            raise HomeError("The process that holds this home does not serve it. Wait until it ends.")
        noted = file.read_text(encoding="ascii", errors="replace").strip()
        if not noted.isdecimal():
            raise HomeError("The port of this home's server was not noted whole. Stop the server and start it anew.")
        return int(noted)

    def written_by(self) -> str:
        """Return the newest version of Sereniv that served this home; empty where none was noted."""
        file = self.folder / "written-by"
        return file.read_text(encoding="ascii", errors="replace").strip() if file.is_file() else ""

    def was_served(self) -> bool:
        """Say whether what a start leaves beside the database is there: then this home had one."""
        return self.checkpoints_file.exists() or bool(self.written_by())

    def lacks_its_database(self) -> bool:
        """Say whether the file that should hold the entries is missing or empty."""
        file = self.database_file
        return not self.database_url and not (file.is_file() and file.stat().st_size)

    def note_written_by(self, version: str) -> None:
        """Note that this version serves the home: an older one then knows that it must not."""
        if is_newer(version, self.written_by()):
            write_private(self.folder / "written-by", f"{version}\n".encode("ascii"))

    def checkpoint_key(self) -> Ed25519PrivateKey:
        """Return the private checkpoint key."""
        key = serialization.load_pem_private_key((self.folder / "checkpoint.key").read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise HomeError("checkpoint.key is not an Ed25519 key. Restore it from the backup.")
        return key

    def lock(self) -> FileLock:
        """Take the lock that the one writing process of this home holds.

        Raises
        ------
        HomeError
            When another process holds it.
        """
        return _lock(self.folder)


def _lock(folder: Path) -> FileLock:
    lock = FileLock(folder / "home.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise HomeError(
            f"Another Sereniv process is serving the home {folder}. Stop it first, or choose another --home."
        ) from error
    except OSError as error:
        raise HomeError(os_words(folder, error)) from error
    return lock


def is_newer(version: str, than: str) -> bool:
    """Say whether a version such as 0.10.0 comes after another; an empty one comes before all."""
    numbers, others = ([int(part) for part in re.findall(r"\d+", text)[:3]] for text in (version, than))
    return numbers > others


def default_folder(kind: Kind) -> Path:
    """Return where a home of this kind lies when none is named: the platform's data folder."""
    return Path(platformdirs.user_data_dir("sereniv", appauthor=False)) / kind


def is_made(folder: Path) -> bool:
    """Say whether a folder is a home already."""
    return (folder / "home.toml").exists()


def create_or_open(folder: Path, kind: Kind, timezone: str = "UTC", database_url: str = "") -> Home:
    """Open the home in `folder`, making it first where there is none.

    Raises
    ------
    HomeError
        When the time zone of a home made now is none, the folder is a home of another kind, or it holds a ledger
        without its home.
    """
    if not (folder / "home.toml").exists():
        _create(folder, kind, timezone, database_url)
    home = open_home(folder)
    if home.kind is not kind:
        how = "with --clinic" if home.kind is Kind.CLINIC else "without --clinic"
        raise HomeError(
            f"{folder} is a {home.kind} home and stays one. Start it {how}, or choose another --home for a {kind} home."
        )
    return home


def open_home(folder: Path) -> Home:
    """Open an existing home; raises HomeError where `folder` is none."""
    file = folder / "home.toml"
    if not _is_there(file):
        raise HomeError(f"{folder} is not a Sereniv home (no home.toml). Start the server once to make it.")
    # The database and whatever else is made later in this process is nobody else's to read.
    os.umask(0o077)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        home = Home(
            folder=folder,
            kind=Kind(content["kind"]),
            timezone=_zone(content["timezone"]),
            database_url=_text(content.get("database_url", ""), "database_url"),
        )
        if home.database_url:
            addresses.django_settings(home.database_url)
    except OSError as error:
        raise HomeError(os_words(file, error)) from error
    except (ValueError, KeyError, TypeError) as error:
        words = f"{error.args[0]} is missing" if type(error) is KeyError else str(error)
        raise HomeError(f"{file} cannot be read ({words}). Mend it, or restore it from the backup.") from error
    try:
        found = home_keys.problem_in(folder)
    except OSError as error:
        raise HomeError(os_words(folder, error)) from error
    if found:
        raise HomeError(f"{found}. Restore it from the backup.")
    return home


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value}, not a text in quotation marks")
    return value


def _zone(value: object) -> str:
    timezone = _text(value, "timezone")
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"{timezone!r} is no time zone; write it as America/Denver") from error
    return timezone


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError as error:
        raise HomeError(os_words(file.parent, error)) from error


def check_zone(timezone: str) -> None:
    """Raise HomeError where a name is no time zone's."""
    if timezone not in available_timezones():
        near = difflib.get_close_matches(timezone, sorted(available_timezones()), n=3)
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        raise HomeError(f"{timezone!r} is no time zone. Write it as America/Denver or Europe/Berlin.{meant}")
    if timezone != "UTC" and ("/" not in timezone or timezone.startswith("Etc/")):
        raise HomeError(
            f"{timezone!r} is no place's: its clock may never turn to summer time, or stands the other way round. "
            "Write the clinic's own as America/New_York or Europe/Berlin."
        )


def _create(folder: Path, kind: Kind, timezone: str, database_url: str) -> None:
    check_zone(timezone)
    if (folder / "sereniv.db").exists() or (folder / "checkpoints.jsonl").exists():
        raise HomeError(f"{folder} holds a ledger but no home.toml. Restore home.toml and the keys from the backup.")
    _make_folder(folder)
    # Two first starts at once must not leave one's key beside the other's certificate.
    lock = _lock(folder)
    try:
        if not (folder / "home.toml").exists():
            _fill(folder, kind, timezone, database_url)
    except OSError as error:
        raise HomeError(os_words(folder, error)) from error
    finally:
        lock.release()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)
    except FileExistsError as error:
        raise HomeError(f"{folder} is a file, not a folder. Choose another --home.") from error
    except OSError as error:
        raise HomeError(os_words(folder, error)) from error


def _fill(folder: Path, kind: Kind, timezone: str, database_url: str) -> None:
    private = home_keys.new_checkpoint_key()
    public = home_keys.public_half(private)
    write_private(folder / "secret.key", home_keys.new_secret())
    write_private(folder / "gateway.token", home_keys.new_token())
    write_private(folder / "checkpoint.key", private)
    write_public(folder / "checkpoint.pem", public)
    lines = [f'kind = "{kind}"', f'timezone = "{timezone}"']
    if database_url:
        # JSON's quoting is TOML's for what a URL can hold.
        lines.append(f"database_url = {json.dumps(database_url)}")
    # Written last: a folder without it is not a home yet, and an interrupted start begins again.
    write_private(folder / "home.toml", ("\n".join(lines) + "\n").encode())
