"""Whom the home tells what by itself: kept in `outside.toml` in the home's folder, written by `sereniv outside`."""

import json
import re
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cattrs import Converter
from cattrs.errors import ForbiddenExtraKeysError

from sereniv.clinic import home_files
from sereniv.clinic.home import Home, HomeError

FILE = "outside.toml"
SECURITY = ("starttls", "tls", "none")
ADDRESS = re.compile(r"[^@\s<>,]+@[^@\s<>,]+", re.ASCII)
LONGEST_EVERY_HOURS = 7 * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where alarms, checkpoints and prompts at the chairs go. What is empty is not used.

    `heads_every_hours` is how often a checkpoint goes by mail; by webhook and into a folder each one goes.
    `time_server` and `proxy` are HOST:PORT; what the doctor asks them is nobody's data.
    """

    mail_server: str = ""
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_password: str = ""
    mail_sender: str = ""
    alarms_to: tuple[str, ...] = ()
    heads_to: tuple[str, ...] = ()
    heads_every_hours: int = 24
    alarms_hook: str = ""
    heads_hook: str = ""
    prompts_hook: str = ""
    hook_token: str = ""
    heads_folder: str = ""
    time_server: str = "pool.ntp.org:123"
    proxy: str = "127.0.0.1:443"

    def __post_init__(self) -> None:
        """Refuse what cannot work, in words."""
        for name in ("mail_server", "time_server", "proxy"):
            if getattr(self, name):
                host_and_port(getattr(self, name))
        if self.mail_security not in SECURITY:
            raise ValueError(f"Mail goes by {', '.join(SECURITY)}; not by {self.mail_security!r}.")
        for each in (*self.alarms_to, *self.heads_to, *filter(None, [self.mail_sender])):
            if not ADDRESS.fullmatch(each):
                raise ValueError(f"{each!r} is no address: write it as ada@clinic.example.")
        for each in filter(None, (self.alarms_hook, self.heads_hook, self.prompts_hook)):
            if urlsplit(each).scheme not in {"http", "https"} or not urlsplit(each).hostname:
                raise ValueError(f"{each!r} is no address of a webhook: it begins with https://.")
        if (self.alarms_to or self.heads_to) and not (self.mail_server and self.mail_sender):
            raise ValueError("Mail needs a server (--mail-server HOST:PORT) and a sender (--mail-from ADDRESS).")
        if not 1 <= self.heads_every_hours <= LONGEST_EVERY_HOURS:
            raise ValueError(f"Checkpoints go by mail every 1 to {LONGEST_EVERY_HOURS} hours.")


def host_and_port(text: str) -> tuple[str, int]:
    """Read HOST:PORT; raises ValueError where it is none."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or not 0 < int(port) < 2**16:
        raise ValueError(f"{text!r} is no HOST:PORT, such as mail.clinic.example:587.")
    return host.strip("[]"), int(port)


_reading = Converter(forbid_extra_keys=True, detailed_validation=False)


def plan_of(home: Home) -> Plan:
    """Return the home's plan; an empty one where nothing was said.

    Raises
    ------
    HomeError
        When `outside.toml` does not read.
    """
    file = home.folder / FILE
    if not file.exists():
        return Plan()
    try:
        return _reading.structure(tomllib.loads(file.read_text(encoding="utf-8")), Plan)
    except (OSError, ValueError, TypeError, ForbiddenExtraKeysError) as error:
        raise HomeError(f"{file} cannot be read ({error}). Say anew whom to tell: sereniv outside --help.") from error


def changed(plan: Plan, **changes: Any) -> Plan:
    """Return a plan with other values, checked again; what is None stays."""
    return replace(plan, **{name: value for name, value in changes.items() if value is not None})


def keep_plan(home: Home, plan: Plan) -> None:
    """Write a home's plan, for this user alone: it may hold the password of a mailbox."""
    # JSON's quoting is TOML's for what these texts can hold.
    lines = [f"{field.name} = {json.dumps(getattr(plan, field.name))}" for field in fields(Plan)]
    write_private(home.folder / FILE, "\n".join(lines) + "\n")


def write_private(file: Path, content: str) -> None:
    """Write a file that only this user can read, whole or not at all; raises HomeError where it cannot be."""
    try:
        home_files.write_private(file, content.encode())
    except OSError as error:
        raise HomeError(home_files.os_words(file, error)) from error
