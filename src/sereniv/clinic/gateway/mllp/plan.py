"""Where the home listens for devices: kept in `listen.toml` in its folder, written by `sereniv listen`."""

import ipaddress
import json
import ssl
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from cattrs import Converter
from cattrs.errors import ForbiddenExtraKeysError

from sereniv.clinic.home import Home, HomeError
from sereniv.clinic.operating.plan import write_private

FILE = "listen.toml"
USUAL_PORT = 2575
"""The port that IANA keeps for HL7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Address and port, the server's own certificate and key, and whose certificates devices show.

    Without a certificate what devices say travels in clear: on an address of the network only where `in_clear` says
    that this network is the devices' own.
    """

    address: str = "127.0.0.1"
    port: int = USUAL_PORT
    certificate: str = ""
    key: str = ""
    authorities: str = ""
    in_clear: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work, in words."""
        is_own = ipaddress.ip_address(self.address).is_loopback
        if not 0 <= self.port < 2**16:
            raise ValueError(f"{self.port} is no port.")
        if bool(self.certificate) != bool(self.key):
            raise ValueError("A certificate goes with its key, and a key with its certificate.")
        if self.authorities and not self.certificate:
            raise ValueError("Devices show certificates only to a server that shows its own.")
        if not (is_own or self.certificate or self.in_clear):
            raise ValueError(
                f"On {self.address} what devices say would travel in clear. Name a certificate and its key, or say "
                "--in-clear where the network is the devices' own."
            )


_reading = Converter(forbid_extra_keys=True, detailed_validation=False)


def plan_of(home: Home) -> Plan | None:
    """Return where a home listens for devices, None where it does not.

    Raises
    ------
    HomeError
        When `listen.toml` does not read.
    """
    file = home.folder / FILE
    if not file.exists():
        return None
    try:
        return _reading.structure(tomllib.loads(file.read_text(encoding="utf-8")), Plan)
    except (OSError, ValueError, TypeError, ForbiddenExtraKeysError) as error:
        raise HomeError(f"{file} cannot be read ({error}). Say anew where to listen: sereniv listen --help.") from error


def keep_plan(home: Home, plan: Plan | None) -> None:
    """Write where a home listens, or take it away."""
    if plan is None:
        (home.folder / FILE).unlink(missing_ok=True)
        return
    # JSON's quoting is TOML's for what these texts can hold.
    lines = [f"{field.name} = {json.dumps(getattr(plan, field.name))}" for field in fields(Plan)]
    write_private(home.folder / FILE, "\n".join(lines) + "\n")


def context_of(plan: Plan) -> ssl.SSLContext | None:
    """Return how lines are secured, None where they are not.

    Raises
    ------
    HomeError
        When a file of a certificate or key cannot be used.
    """
    if not plan.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(plan.certificate, plan.key)
        if plan.authorities:
            context.load_verify_locations(plan.authorities)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        named = ", ".join(str(Path(each)) for each in (plan.certificate, plan.key, plan.authorities) if each)
        raise HomeError(f"The certificates for devices cannot be used ({named}): {error}.") from error
    return context
