"""Web Push: a word to the phone of somebody on duty, sealed so that the push service in between reads nothing of it.

After RFC 8030 (the way), 8291 (the seal) and 8292 (who sends). The home's own key in `push.key` says who sends; a
browser takes messages under no other.
"""

import base64
import json
import os
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from sereniv.clinic.accounts.models import PushDevice
from sereniv.clinic.home import Home
from sereniv.clinic.operating.plan import write_private
from sereniv.clinic.operating.sealing import SALT_BYTES, point_of, seal
from sereniv.clinic.operating.ways import WITHIN_S, Message, NotDeliveredError

FILE = "push.key"
SERVICES = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", ".push.apple.com",
    ".notify.windows.com",
)  # fmt: skip
"""Hosts of the push services of browsers, or endings of their names: this computer posts to nobody else by it."""

KEPT_FOR = timedelta(minutes=2)
"""How long a push service keeps a word for a phone that is off; a prompt of an hour ago helps nobody."""

SIGNED_FOR = timedelta(hours=12)
GONE = frozenset({404, 410})


class DeviceGoneError(NotDeliveredError):
    """The browser takes nothing any more: the subscription was taken back there, or its owner signed out."""

    def __init__(self, device: int) -> None:
        super().__init__("that browser takes no messages from here any more")
        self.device = device


def is_a_service(endpoint: str) -> bool:
    """Say whether an address is one of a push service that browsers use."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    known = any(host == each or (each.startswith(".") and host.endswith(each)) for each in SERVICES)
    return parts.scheme == "https" and known and parts.port in {None, 443} and not parts.username


def key_of(home: Home) -> ec.EllipticCurvePrivateKey:
    """Return the home's key for pushes; made at the first question."""
    file = home.folder / FILE
    if not file.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(file, made.decode("ascii"))
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotDeliveredError(f"{FILE} is no key for pushes: take it out, and let every device subscribe again.")
    return key


def public_key(home: Home) -> str:
    """Return by what a browser knows the home's pushes: the point of its key, in base64url."""
    return in_base64url(point_of(key_of(home).public_key()))


def in_base64url(content: bytes) -> str:
    """Write bytes in base64url, without the padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Read base64url, with or without the padding; raises ValueError where it is none."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def send(home: Home, device: PushDevice, message: Message, real: datetime) -> None:
    """Send one message to one device.

    Raises
    ------
    DeviceGoneError
        When the browser has taken its subscription back.
    NotDeliveredError
        When the push service did not take it.
    """
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_FOR // timedelta(seconds=1)),
        "Urgency": "high",
        "Authorization": f"vapid t={_who_sends(home, device.endpoint, real)}, k={public_key(home)}",
    }
    if message.identity:
        # The same word twice is one word at the phone.
        headers["Topic"] = message.identity[:32]
    body = sealed({"subject": message.subject, "id": message.identity}, device.p256dh, device.auth)
    asked = urllib.request.Request(device.endpoint, body, headers, method="POST")  # noqa: S310  https alone, by `is_a_service`
    host = urlsplit(device.endpoint).hostname
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=WITHIN_S):
            return
    except urllib.error.HTTPError as error:
        if error.code in GONE:
            raise DeviceGoneError(device.pk) from error
        raise NotDeliveredError(f"{host} answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise NotDeliveredError(f"{host} could not be reached ({type(error).__name__})") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A push service answers where it was asked."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


def sealed(content: dict[str, str], p256dh: str, auth: str) -> bytes:
    """Encrypt a message to the key of one browser; raises NotDeliveredError where that is no key."""
    try:
        return seal(
            json.dumps(content).encode(),
            receiver=from_base64url(p256dh),
            auth=from_base64url(auth),
            salt=os.urandom(SALT_BYTES),
            key=ec.generate_private_key(ec.SECP256R1()),
        )
    except ValueError as error:
        raise NotDeliveredError("the device's key cannot be read: subscribe there again") from error


def _who_sends(home: Home, endpoint: str, real: datetime) -> str:
    """Sign for the push service who sends (VAPID)."""
    parts = urlsplit(endpoint)
    ends = int((real + SIGNED_FOR).timestamp())
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": ends, "sub": "mailto:nobody@localhost"}
    key = ECKey.import_key(
        key_of(home).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return jwt.encode({"alg": "ES256"}, claims, key, algorithms=["ES256"])
