"""What only the network tells: how far the computer's clock is off, and when the proxy's certificate ends.

Nothing that somebody waits for asks the network: what is found is kept, with when it was asked.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from cryptography import x509

WITHIN_S = 3.0
TIME_SERVER = "pool.ntp.org"
SINCE_1900 = datetime(1900, 1, 1, tzinfo=UTC)
ASKS = b"\x23" + 47 * b"\0"
"""A client's question in version 4 of the Network Time Protocol (RFC 5905)."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What was found outside at `at`, None before anybody asked; where nothing was found, the words say why.

    `clock_offset_s` is what the computer's clock lacks, in seconds: negative where it is ahead.
    """

    at: datetime | None = None
    clock_server: str = TIME_SERVER
    clock_offset_s: float | None = None
    clock_words: str = "nobody has asked a time server yet"
    certificate_host: str = ""
    certificate_begins: datetime | None = None
    certificate_ends: datetime | None = None
    certificate_words: str = "nobody has asked the proxy yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where to ask: a time server, and the proxy by the name that browsers use. An empty one is not asked."""

    time_server: tuple[str, int] | None = (TIME_SERVER, 123)
    host: str = ""
    proxy: tuple[str, int] = ("127.0.0.1", 443)


def reach(places: Places, real_now: Callable[[], datetime]) -> Reached:
    """Ask what is to be asked; takes a few seconds at most, whatever the network does."""
    offset, clock_words = None, "no time server is named"
    if places.time_server is not None:
        server = places.time_server
        offset, clock_words = _within(lambda: _offset_s(server, real_now), f"{server[0]} did not answer")
    lasts, certificate_words = None, "no name is set in SERENIV_HOSTS"
    if places.host:
        why = f"{places.host} did not answer at {places.proxy[0]}, port {places.proxy[1]}"
        lasts, certificate_words = _within(lambda: _certificate(places.host, places.proxy), why)
    return Reached(
        at=real_now(),
        clock_server=places.time_server[0] if places.time_server else "",
        clock_offset_s=offset,
        clock_words=clock_words,
        certificate_host=places.host,
        certificate_begins=lasts[0] if lasts else None,
        certificate_ends=lasts[1] if lasts else None,
        certificate_words=certificate_words,
    )


def _within(ask: Callable[[], Found], why: str) -> tuple[Found | None, str]:
    """Ask in a thread of its own: looking up a name keeps to no time limit of ours."""
    found: list[Found] = []
    said: list[str] = []

    def run() -> None:
        try:
            found.append(ask())
        except (OSError, ValueError) as error:
            said.append(str(error))

    asking = threading.Thread(target=run, name="asking", daemon=True)
    asking.start()
    asking.join(2 * WITHIN_S)
    return (found[0], "") if found else (None, f"{why}{f' ({said[0]})' if said else ''}")


def _offset_s(server: tuple[str, int], real_now: Callable[[], datetime]) -> float:
    """Ask a time server once, and return how far it is ahead of this computer, in seconds; half the way is its own."""
    family, kind, protocol, _, place = socket.getaddrinfo(*server, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as asking:
        asking.settimeout(WITHIN_S)
        asking.connect(place)
        sent = real_now()
        asking.send(ASKS)
        answer = asking.recv(512)
        came = real_now()
    if len(answer) < len(ASKS) or answer[0] & 0b111 != 4 or not 1 <= answer[1] <= 15:
        raise ValueError("what it answered is no time")
    got, left = _moment(answer[32:40]), _moment(answer[40:48])
    return ((got - sent) + (left - came)).total_seconds() / 2


def _moment(eight: bytes) -> datetime:
    seconds, fraction = struct.unpack("!II", eight)
    return SINCE_1900 + timedelta(seconds=seconds + fraction / 2**32)


def _certificate(host: str, proxy: tuple[str, int]) -> tuple[datetime, datetime]:
    """Return from when to when the certificate holds that is shown for a name; whether it is trusted is not asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # The root of a clinic's own network is known to its tablets and not to this computer; only the dates are read.
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(proxy, timeout=WITHIN_S) as door,
        context.wrap_socket(door, server_hostname=host) as shown,
    ):
        content = shown.getpeercert(binary_form=True)
    if content is None:
        raise ValueError("it showed none")
    found = x509.load_der_x509_certificate(content)
    return found.not_valid_before_utc, found.not_valid_after_utc
