"""What another house's sign-in says of somebody, checked: its signature, for whom it is, when, and to which question.

Signatures are joserfc's to check. What OpenID Connect Core 3.1.3.7 leaves to whoever asked stands here. Nothing but the
subject is taken from it: no name, no address of mail, verified or not, says who somebody is.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from sereniv.clinic.accounts import signed_tokens

LONGEST = 16_384
LONGEST_SUBJECT = 255
CLOCKS_DIFFER = timedelta(seconds=60)
"""How far the other house's clock may be off: to begin, never to go on past its end."""

SAID_WITHIN = timedelta(minutes=10)
SMALLEST_RSA_BITS = 2048
ALGORITHMS = {"RSA": ("RS256", "PS256"), "EC": ("ES256", "ES384")}
NAMES_A_KEY = frozenset({"jwk", "jku", "x5c", "x5u", "crit", "b64"})


class NotSaid(Exception):  # noqa: N818  a decision, not an error
    """It does not say who somebody is; the message says why, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """To what the answer must be: who was asked, by which client, with which mark, and when."""

    issuer: str
    client_id: str
    nonce: str
    asked_at: datetime


def subject_of(id_token: str, keys: Sequence[Mapping[str, Any]], question: Question, now: datetime) -> str:
    """Return whom an ID token names, as its issuer knows them; raises NotSaid with what is wrong.

    Parameters
    ----------
    keys
        The issuer's public keys as JSON Web Keys, fetched from where the issuer says that they are.
    """
    if len(id_token) > LONGEST:
        raise NotSaid("it is too long")
    try:
        header, claims = signed_tokens.unverified(id_token)
    except signed_tokens.NotReadError as error:
        raise NotSaid("it is no signed JSON Web Token") from error
    _demand_signature(id_token, header, keys)
    _demand_for_us(claims, question)
    _demand_times(claims, question, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), question.nonce.encode()):
        raise NotSaid("it answers another question (nonce)")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise NotSaid("it names nobody (sub)")
    return subject


def _demand_signature(id_token: str, header: dict[str, Any], keys: Sequence[Mapping[str, Any]]) -> None:
    if NAMES_A_KEY & set(header):
        raise NotSaid("its header names a key by itself")
    if header.get("typ", "JWT") != "JWT":
        raise NotSaid("it is a token of another kind (typ)")
    key = _key(header, keys)
    allowed = ALGORITHMS["RSA" if isinstance(key, RSAKey) else "EC"]
    if header.get("alg") not in allowed:
        raise NotSaid("it is signed in a way that is not taken (alg)")
    try:
        jwt.decode(id_token, key, algorithms=list(allowed))
    except (JoseError, ValueError, RecursionError) as error:
        raise NotSaid("its signature does not fit") from error


def _key(header: dict[str, Any], keys: Sequence[Mapping[str, Any]]) -> RSAKey | ECKey:
    usable = [each for each in keys if each.get("kty") in ALGORITHMS and each.get("use", "sig") == "sig"]
    kid = header.get("kid")
    found = [each for each in usable if each.get("kid") == kid] if kid is not None else usable
    if len(found) != 1:
        raise NotSaid("it is signed by no key of its issuer, or more than one could be meant")
    # Asked before it is read: of a key that is too short joserfc only warns.
    if found[0]["kty"] == "RSA" and signed_tokens.modulus_bits(found[0].get("n")) < SMALLEST_RSA_BITS:
        raise NotSaid("the issuer's key is too short")
    try:
        public = {name: value for name, value in found[0].items() if name not in {"use", "key_ops", "alg"}}
        return RSAKey.import_key(public) if found[0]["kty"] == "RSA" else ECKey.import_key(public)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotSaid("the issuer's key does not read") from error


def _demand_for_us(claims: dict[str, Any], question: Question) -> None:
    if claims.get("iss") != question.issuer:
        raise NotSaid("somebody else says it (iss)")
    audience = claims.get("aud")
    several = [audience] if isinstance(audience, str) else audience
    if not isinstance(several, list) or question.client_id not in several:
        raise NotSaid("it is for somebody else (aud)")
    if (len(several) > 1 or "azp" in claims) and claims.get("azp") != question.client_id:
        raise NotSaid("it was given to somebody else (azp)")


def _demand_times(claims: dict[str, Any], question: Question, now: datetime) -> None:
    at, skew = now.timestamp(), CLOCKS_DIFFER.total_seconds()
    if _moment(claims, "exp") <= at:
        raise NotSaid("it has expired (exp)")
    said = _moment(claims, "iat")
    if said > at + skew or said < at - SAID_WITHIN.total_seconds():
        raise NotSaid("it is of another time (iat)")
    if "nbf" in claims and _moment(claims, "nbf") > at + skew:
        raise NotSaid("it is of the future (nbf)")
    if _moment(claims, "auth_time") < question.asked_at.timestamp() - skew:
        raise NotSaid("whoever it was signed in there before they were asked (auth_time)")


def _moment(claims: dict[str, Any], name: str) -> float:
    try:
        said = signed_tokens.moment(claims, name)
    except signed_tokens.NotReadError:
        said = None
    if said is None:
        raise NotSaid(f"it does not say when ({name})")
    return said
