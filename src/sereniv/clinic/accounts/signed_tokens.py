"""What a signed JSON Web Token says before its signature is checked, and how long a key is, for every door alike."""

import json
from base64 import urlsafe_b64decode
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

LATEST_S = 1e12
"""A moment beyond this many seconds is none: it would overflow what it is reckoned with."""


class NotReadError(ValueError):
    """A token does not read; the message says why."""


def unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the claims of a token, to know by whose key to check it: nothing in them is proven.

    Raises
    ------
    NotReadError
        When it is no signed token, or says anything else than claims.
    """
    try:
        parts = jws.extract_compact(token.encode("ascii"))
        claims = json.loads(parts.payload)
    except (JoseError, ValueError, RecursionError, TypeError) as error:
        raise NotReadError("It is no signed JSON Web Token.") from error
    if not isinstance(claims, dict):
        raise NotReadError("It is no signed JSON Web Token.")
    return dict(parts.protected), claims


def moment(claims: dict[str, Any], name: str) -> float | None:
    """Return a time that a token says, in seconds; None where it says none.

    Raises
    ------
    NotReadError
        When it is no number of seconds.
    """
    value = claims.get(name)
    if name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LATEST_S:
        raise NotReadError(f"{name} is a number of seconds.")
    return float(value)


def modulus_bits(number: object) -> int:
    """Return how long an RSA key's modulus is, 0 where it does not read."""
    if not isinstance(number, str):
        return 0
    try:
        return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()
    except ValueError:
        return 0
