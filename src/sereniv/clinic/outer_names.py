"""The names by which browsers reach the clinic, and the proxies whose word is taken: read from the environment."""

import re
from collections.abc import Mapping
from ipaddress import ip_address

HOSTS, PROXIES = "SERENIV_HOSTS", "SERENIV_PROXIES"
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"{LABEL}(\.{LABEL})*", re.IGNORECASE)
LONGEST = 253


def names_in(environment: Mapping[str, str], variable: str) -> list[str]:
    """Return what a variable names, split at its commas."""
    return [name for each in environment.get(variable, "").split(",") if (name := each.strip())]


def wrong_in(environment: Mapping[str, str]) -> str:
    """Say which of these names is none, and how it is written; "" where all are.

    A name with a scheme or a port would be met by no browser, and a star would let in whoever claims any name.
    """
    for host in names_in(environment, HOSTS):
        if len(host) > LONGEST or not (NAME.fullmatch(host) or _is_address(host.strip("[]"))):
            return (
                f"{HOSTS} holds {host!r}, which is no name of a host. Write it as browsers have it between https:// "
                "and the next /, without a port: clinic.example. Several stand with commas between them."
            )
    for proxy in names_in(environment, PROXIES):
        if not _is_address(proxy):
            return f"{PROXIES} holds {proxy!r}, which is no address. Write the proxy's own, such as 192.0.2.10."
    return ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
