"""Asks the other house where staff sign in: where its doors are, for a code's ID token, and for its keys.

One short answer each, over TLS, from the address that was said: nothing is followed elsewhere. A house of tests and
made-up people may ask the loopback in plain HTTP.
"""

import base64
import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

WITHIN_S = 5.0
LONGEST_ANSWER = 256 * 1024
WELL_KNOWN = "/.well-known/openid-configuration"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotAnsweredError(RuntimeError):
    """The other house did not answer, or not as it should; the message says why, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the other house is asked for what, and what it says of how."""

    authorize: str
    token: str
    keys: str
    names_itself: bool
    secret_in_form: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """By what this clinic is known there."""

    client_id: str
    secret: str


def is_asked(address: str) -> bool:
    """Say whether an address is one that may be asked: https and a name, or the loopback where nothing is real."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.password or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK and not settings.IS_CLINIC)


def doors_of(issuer: str) -> Doors:
    """Return where the other house is asked; raises NotAnsweredError, also where it says that it is somebody else."""
    said = _json(urllib.request.Request(issuer.rstrip("/") + WELL_KNOWN))  # noqa: S310  asked by `is_asked`
    if said.get("issuer") != issuer:
        raise NotAnsweredError("it names another issuer")
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Doors(
        authorize=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        keys=_address(said, "jwks_uri"),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        secret_in_form=isinstance(methods, list) and "client_secret_basic" not in methods,
    )


def id_token_for(code: str, verifier: str, back: str, client: Client, doors: Doors) -> str:
    """Return the ID token that a code is worth, asked for with this clinic's secret and the code's own verifier."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if doors.secret_in_form:
        form |= {"client_id": client.client_id, "client_secret": client.secret}
    else:
        pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    said = _json(urllib.request.Request(doors.token, urlencode(form).encode(), headers, method="POST"))  # noqa: S310
    token = said.get("id_token")
    if not isinstance(token, str):
        raise NotAnsweredError("it gave no ID token")
    return token


def keys_of(doors: Doors) -> Sequence[Mapping[str, Any]]:
    """Return the other house's public keys."""
    keys = _json(urllib.request.Request(doors.keys)).get("keys")  # noqa: S310
    if not isinstance(keys, list) or not all(isinstance(each, dict) for each in keys):
        raise NotAnsweredError("it gave no keys")
    return keys


def challenge_of(verifier: str) -> str:
    """Return what is said of a code's verifier beforehand (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A secret is not carried on to another place."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


def _json(asked: urllib.request.Request) -> dict[str, Any]:
    if not is_asked(asked.full_url):
        raise NotAnsweredError("its address is not secured")
    asked.add_header("Accept", "application/json")
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=WITHIN_S) as answer:
            read = answer.read(LONGEST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        raise NotAnsweredError(f"it answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise NotAnsweredError(f"it could not be reached ({type(error).__name__})") from error
    try:
        said = json.loads(read) if len(read) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError) as error:
        raise NotAnsweredError("it answered no JSON") from error
    if not isinstance(said, dict):
        raise NotAnsweredError("it answered no JSON, or too much")
    return said


def _address(said: dict[str, Any], name: str) -> str:
    address = said.get(name)
    if not isinstance(address, str) or not is_asked(address):
        raise NotAnsweredError(f"it names no secured address ({name})")
    return address
