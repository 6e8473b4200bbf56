"""A key in software: what a browser and somebody's passkey would answer, made by the library's own types."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

HOST = "testserver"
FLAG = AuthenticatorData.FLAG


@dataclass(frozen=True, slots=True)
class Lies:
    """What a forged answer says otherwise than an honest one."""

    origin: str = f"https://{HOST}"
    host: str = HOST
    kind: str = "webauthn.get"
    challenge: str = ""
    whose: str = ""
    verified: bool = True
    broken: bool = False
    count: int = 0


HONEST = Lies()


@dataclass(slots=True)
class SoftwareKey:
    """One key: it makes itself for whoever asks, and signs what it is asked."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    identity: bytes = b"a-key-in-software"
    whose: str = ""

    def made(self, options: dict[str, Any]) -> str:
        """Return what a browser sends when this key was added."""
        asked = options["publicKey"]
        self.whose = str(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.identity, public)
        data = AuthenticatorData.create(_digest(HOST), FLAG.UP | FLAG.UV | FLAG.AT, 0, credential)
        attested = AttestationObject.create("none", data, {})
        client = CollectedClientData.create("webauthn.create", asked["challenge"], HONEST.origin)
        answer = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attested)}
        return self._sent(answer, {"credProps": {"rk": True}})

    def signed(self, options: dict[str, Any], lies: Lies = HONEST) -> str:
        """Return what a browser sends when this key was asked for."""
        challenge = lies.challenge or options["publicKey"]["challenge"]
        client = CollectedClientData.create(lies.kind, challenge, lies.origin)
        flags = FLAG.UP | (FLAG.UV if lies.verified else FLAG(0))
        data = AuthenticatorData.create(_digest(lies.host), flags, lies.count)
        signature = self.private.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        answer = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature[:-1] + bytes([signature[-1] ^ 1]) if lies.broken else signature),
            "userHandle": lies.whose or self.whose,
        }
        return self._sent(answer, {})

    def _sent(self, answer: dict[str, Any], extensions: dict[str, Any]) -> str:
        name = websafe_encode(self.identity)
        sent = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": extensions}
        return json.dumps({**sent, "response": answer})


def handle_of(pk: int) -> str:
    """Return by what a key knows somebody."""
    return websafe_encode(str(pk).encode())


def decoded(handle: str) -> bytes:
    """Return what a handle says."""
    return websafe_decode(handle)


def _digest(host: str) -> bytes:
    return hashlib.sha256(host.encode()).digest()
