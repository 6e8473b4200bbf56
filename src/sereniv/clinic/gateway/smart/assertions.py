"""What an app signs to say who it is, checked: its key, algorithm, times and address, each against what is registered.

Signatures are joserfc's to check. What it leaves to its caller stands here: which algorithms, which key by its id, and
that nothing in the message itself (`jwk`, `x5c`, `jku`, `crit`) says by which key it is to be checked.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from sereniv.clinic.accounts import signed_tokens
from sereniv.clinic.records.house_events import AppEntered
from sereniv.clinic.workflows.admin.app_keys import ALGORITHMS

LONGEST = 8192
LONGEST_JTI = 255
HOLDS_AT_MOST = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=60)
"""How far an app's clock may be off: to begin, never to go on past its end."""

NAMES_A_KEY = frozenset({"jwk", "x5c", "x5u", "x5t", "x5t#S256", "crit", "b64"})


class NotShown(Exception):  # noqa: N818  a decision, not an error
    """An app did not show who it is; `app` is whom it claimed to be, where there is such an app."""

    def __init__(self, why: str, app: str = "") -> None:
        super().__init__(why)
        self.app = app


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An app that showed who it is, by which of its keys, and the mark of what it showed: one assertion counts once."""

    app: AppEntered
    key_mark: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For what an assertion must be: the address it is sent to, and whether the app names itself twice."""

    audience: str
    now: datetime
    sub_is_iss: bool = True


def shown_by(assertion: str, asked: Asked, app_of: Callable[[str], AppEntered | None]) -> Shown:
    """Return who an assertion shows; raises NotShown with what is wrong."""
    if len(assertion) > LONGEST:
        raise NotShown(f"An assertion has at most {LONGEST} characters.")
    try:
        header, claimed = signed_tokens.unverified(assertion)
    except signed_tokens.NotReadError as error:
        raise NotShown("This is no signed JSON Web Token.") from error
    issuer = claimed.get("iss")
    app = app_of(issuer) if isinstance(issuer, str) and issuer else None
    if app is None or not app.is_active:
        raise NotShown("No app is let in by this name (iss).")
    key = _registered(_demand_header(header, app), app)
    claims = _verified(assertion, key, app)
    _demand_whom(claims, asked, app)
    _demand_times(claims, asked.now, app)
    return Shown(app=app, key_mark=mark_of(key), mark=_mark(claims.get("jti"), app))


def mark_of(key: str) -> str:
    """Return what tells one registered key from another, also from one of the same id."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _demand_header(header: dict[str, Any], app: AppEntered) -> str:
    """Return the id of the key that it says it is signed with."""
    if NAMES_A_KEY & set(header):
        raise NotShown("The header names a key by itself. Only registered keys are used, by their kid.", app.app)
    if header.get("typ", "JWT") != "JWT":
        raise NotShown("The header's typ is JWT.", app.app)
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise NotShown("The header names no key (kid).", app.app)
    return kid


def _registered(kid: str, app: AppEntered) -> str:
    found = next((key for key in app.keys if json.loads(key)["kid"] == kid), None)
    if found is None:
        raise NotShown("No key of this id (kid) is registered for this app.", app.app)
    return found


def _verified(assertion: str, registered: str, app: AppEntered) -> dict[str, Any]:
    raw = json.loads(registered)
    key = RSAKey.import_key(raw) if raw["kty"] == "RSA" else ECKey.import_key(raw)
    try:
        return dict(jwt.decode(assertion, key, algorithms=[ALGORITHMS[raw["kty"]]]).claims)
    except (JoseError, ValueError, RecursionError) as error:
        raise NotShown("The signature does not fit: RS384 or ES384, with the registered key.", app.app) from error


def _demand_whom(claims: dict[str, Any], asked: Asked, app: AppEntered) -> None:
    if asked.sub_is_iss and claims.get("sub") != claims.get("iss"):
        raise NotShown("The app names itself twice: iss and sub are its id.", app.app)
    if claims.get("aud") not in (asked.audience, [asked.audience]):
        raise NotShown(f"It is for somebody else: aud is {asked.audience} and nothing beside it.", app.app)


def _demand_times(claims: dict[str, Any], now: datetime, app: AppEntered) -> None:
    at = now.timestamp()
    ends = _moment(claims, "exp", app)
    if ends is None:
        raise NotShown("It never ends: exp is missing.", app.app)
    if ends <= at:
        raise NotShown("It has expired (exp).", app.app)
    if ends > at + (HOLDS_AT_MOST + CLOCKS_DIFFER).total_seconds():
        raise NotShown("It holds too long: exp is at most five minutes away.", app.app)
    for name in ("nbf", "iat"):
        begins = _moment(claims, name, app)
        if begins is not None and begins > at + CLOCKS_DIFFER.total_seconds():
            raise NotShown(f"It is of the future ({name}).", app.app)


def _moment(claims: dict[str, Any], name: str, app: AppEntered) -> float | None:
    try:
        return signed_tokens.moment(claims, name)
    except signed_tokens.NotReadError as error:
        raise NotShown(str(error), app.app) from error


def _mark(jti: object, app: AppEntered) -> str:
    if not isinstance(jti, str) or not 1 <= len(jti) <= LONGEST_JTI:
        raise NotShown(f"It is not told from another: jti is 1 to {LONGEST_JTI} characters.", app.app)
    told = "\n".join((app.app, jti))
    return f"jti:{hashlib.sha256(told.encode()).hexdigest()[:56]}"
