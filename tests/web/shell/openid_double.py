"""Another house's sign-in service that lies as it is told: what an attacker who holds a part of it could answer."""

import base64
import hmac
import json
import urllib.request
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from sereniv.clinic import clock
from sereniv.clinic.accounts import openid

ISSUER = "https://login.hospital.example/realms/staff"
CLIENT = "sereniv"
OURS = RSAKey.generate_key(2048, {"kid": "k-1"})
FOR_SEALING = RSAKey.import_key({**OURS.as_dict(private=False), "use": "enc"})
THEIRS = RSAKey.generate_key(2048, {"kid": "k-1"})
with warnings.catch_warnings(action="ignore"):
    SHORT = RSAKey.generate_key(1024, {"kid": "k-1"})

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lies:
    """What the house says otherwise than an honest one: of a token's claims, its header, its key and its doors."""

    claims: Callable[[Claims], Claims] = lambda honest: honest
    header: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: OURS)
    published: tuple[RSAKey, ...] = (OURS,)
    token: Callable[[str], str] = lambda honest: honest
    doors: dict[str, Any] = field(default_factory=dict)
    is_down: bool = False


def changed(**claims: Any) -> Callable[[Claims], Claims]:
    """Return what says some claims otherwise; None leaves one out."""
    return lambda honest: {name: value for name, value in {**honest, **claims}.items() if value is not None}


def moved(name: str, **by: int) -> Callable[[Claims], Claims]:
    """Return what says one time of a token otherwise."""
    return lambda honest: {**honest, name: honest[name] + int(timedelta(**by).total_seconds())}


def honest(who: str, nonce: str, at: int) -> Claims:
    """Return what an honest house says of somebody who has just signed in there."""
    times = {"iat": at, "exp": at + 300, "auth_time": at}
    return {"iss": ISSUER, "aud": CLIENT, "sub": who, "nonce": nonce, **times}


def told(claims: Claims, lies: Lies) -> str:
    """Return the token that a house gives, lies and all."""
    return lies.token(signed(lies.claims(claims), lies))


def signed(claims: Claims, lies: Lies) -> str:
    """Return an ID token."""
    header = {"alg": "RS256", "kid": "k-1", "typ": "JWT", **lies.header}
    kept = {name: value for name, value in header.items() if value is not None}
    if kept["alg"] == "none":
        return f"{_part(kept)}.{_part(claims)}."
    if kept["alg"] == "HS256":
        # The public key as the secret of a signature, made by hand, as joserfc refuses to.
        said = f"{_part(kept)}.{_part(claims)}"
        digest = hmac.digest(OURS.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    return jwt.encode(kept, claims, lies.key, algorithms=[str(kept["alg"])])


def _part(said: dict[str, Any]) -> str:

    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


@dataclass(slots=True)
class House:
    """The service, as the program asks it; whoever signs in there is `who`."""

    lies: Lies = field(default_factory=Lies)
    who: str = "ada-at-the-hospital"
    nonce: str = ""
    asked: list[str] = field(default_factory=list)

    def answers(self, request: urllib.request.Request) -> dict[str, Any]:
        """Answer as the program asks."""
        self.asked.append(request.full_url)
        if self.lies.is_down:
            raise openid.NotAnsweredError("it could not be reached (URLError)")
        if request.full_url.endswith("openid-configuration"):
            doors = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return {"issuer": ISSUER, **doors, **self.lies.doors}
        if request.full_url.endswith("jwks_uri"):
            return {"keys": [each.as_dict(private=False) for each in self.lies.published]}
        said = honest(self.who, self.nonce, int(clock.real_now().timestamp()))
        return {"id_token": told(said, self.lies), "access_token": "a"}

    def sees(self, page: str) -> str:
        """Read what the page that leads on asks, and return its state."""
        address = page.split('http-equiv="refresh" content="0;url=')[1].split('"')[0].replace("&amp;", "&")
        asked = parse_qs(urlsplit(address).query)
        self.nonce = asked["nonce"][0]
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["prompt"] == ["login"]
        return asked["state"][0]

    def says(self, **lies: Any) -> None:
        """Lie from now on."""
        self.lies = replace(self.lies, **lies)


def standing_in(monkeypatch: pytest.MonkeyPatch) -> House:
    """Put a house where the program would ask another."""
    house = House()
    monkeypatch.setattr(openid, "_json", house.answers)
    return house
