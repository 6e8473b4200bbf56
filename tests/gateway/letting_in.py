"""An app as somebody else would build one: a key of its own, what it signs, and the tokens it is given for it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from sereniv.clinic import clock
from sereniv.clinic.workflows.admin import apps
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.verify import canonical

TOKEN = "/fhir/token"
AUDIENCE = f"http://testserver{TOKEN}"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-384", {"kid": "ec-1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "rsa-1"})
EVERYTHING = ("system/*.rs",)


def public(*keys: ECKey | RSAKey) -> str:
    """Return a JWKS with the public halves of keys."""
    return canonical({"keys": [each.as_dict(private=False) for each in keys]})


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app that is let in, with its key."""

    id: str
    key: ECKey | RSAKey = field(default_factory=lambda: KEY)

    def claims(self, **other: Any) -> dict[str, Any]:
        """Return what it says of itself; None leaves a claim out."""
        now = int(clock.real_now().timestamp())
        said = {
            "iss": self.id, "sub": self.id, "aud": AUDIENCE, "exp": now + 240, "iat": now, "jti": uuid.uuid4().hex,
        }  # fmt: skip
        return {name: value for name, value in {**said, **other}.items() if value is not None}

    def header(self, **other: Any) -> dict[str, Any]:
        """Return how it says that it is signed."""
        said = {"alg": "ES384" if isinstance(self.key, ECKey) else "RS384", "typ": "JWT", "kid": self.key.kid}
        return {name: value for name, value in {**said, **other}.items() if value is not None}

    def assertion(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """Sign an assertion."""
        made = dict(header) if header is not None else self.header()
        return jwt.encode(made, self.claims(**claims), self.key, algorithms=[made["alg"]])

    def asks(self, assertion: str = "", scope: str = "system/*.rs", **other: str) -> Any:
        """Ask for a token; returns the answer."""
        form = {
            "grant_type": "client_credentials", "client_assertion_type": JWT_BEARER, "scope": scope,
            "client_assertion": assertion or self.assertion(), **other,
        }  # fmt: skip
        return Client().post(TOKEN, "&".join(f"{name}={value}" for name, value in form.items()), FORM)

    def token(self, scope: str = "system/*.rs") -> str:
        """Return a token that it was given."""
        answer = self.asks(scope=scope)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["access_token"])

    def client(self, scope: str = "system/*.rs") -> Client:
        """Return a client that shows a token."""
        return Client(headers={"authorization": f"Bearer {self.token(scope)}"})


FORM = "application/x-www-form-urlencoded"


def let_in(
    act: Act, name: str = "Hospital record", scopes: tuple[str, ...] = EVERYTHING, key: ECKey | RSAKey = KEY
) -> App:
    """Let an app in; `act` is an administrator's, with a second."""
    wanted = apps.Wanted(name=name, keys=public(key), scopes=scopes, reason="The hospital's cardiologists read with us")
    return App(id=apps.register(wanted, act), key=key)
