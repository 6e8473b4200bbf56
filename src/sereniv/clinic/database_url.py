"""The address of a home's PostgreSQL database, read as PostgreSQL's own tools read it."""

import re
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from urllib.parse import parse_qsl, unquote, urlsplit

HALF_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
SCHEMES = ("postgresql", "postgres")
CONNECT_WITHIN_S = "10"
LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "::1"})
DRIVER = "psycopg[binary]~=3.2"
EXAMPLE = "postgresql://user:password@host:5432/name?sslmode=verify-full"


def django_settings(url: str) -> dict[str, object]:
    """Return Django's description of the database: what is percent-encoded is decoded, options go to the driver.

    Raises
    ------
    ValueError
        When this is no address of a PostgreSQL database; the message says how to write one.
    """
    if HALF_ENCODED.search(url):
        raise ValueError("A % in the address of the database stands for itself only where it is written %25.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"The host of the database does not read. Write {EXAMPLE}") from error
    name = unquote(parts.path.lstrip("/"))
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError(f"The port of the database is no number. Write {EXAMPLE}") from error
    if not options(url)["connect_timeout"].isdecimal():
        raise ValueError("connect_timeout is a number of seconds, such as ?connect_timeout=10.")
    # Of an @ or / in a password that is not encoded, what follows would be taken for the host, and shown.
    is_torn = "@" in parts.path or parts.netloc.count("@") > 1
    if parts.scheme not in SCHEMES or not name or parts.fragment or is_torn:
        raise ValueError(
            f"This is no address of a PostgreSQL database. Write {EXAMPLE}, "
            "and what is special in a URL (@ : / ? # %) percent-encoded."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(options(url)),
    }


def options(url: str) -> Mapping[str, str]:
    """Return what follows the question mark, such as `sslmode`, and how long to wait for an answer."""
    asked = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    return {"connect_timeout": CONNECT_WITHIN_S, **asked}


def without_password(url: str) -> str:
    """Return host, port and name for a message; user, password and options stay out of logs and screens."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


def may_travel_in_clear(url: str) -> bool:
    """Say whether the database is on another computer and nothing demands that the way to it is encrypted."""
    if not url or (urlsplit(url).hostname or "") in LOCAL_HOSTS:
        return False
    return options(url).get("sslmode", "prefer") in {"disable", "allow", "prefer"}


def missing_driver() -> str:
    """Say how PostgreSQL's driver is added to this environment; one that uv made has no pip of its own."""
    pip = f"{sys.executable} -m pip install" if find_spec("pip") else f"uv pip install --python {sys.executable}"
    return (
        "The driver for PostgreSQL is missing. Add it to Sereniv's environment (again whenever that was made anew), "
        f"then start again: {pip} '{DRIVER}'"
    )
