"""The public keys of an app, as whoever registers it pastes them: a JWKS, one JWK, or a key in PEM."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from sereniv.clinic.accounts.signed_tokens import modulus_bits
from sereniv.therapy.recording.refusal import Malformed
from sereniv.verify import canonical

MOST_KEYS = 5
LONGEST = 20_000
FEWEST_RSA_BITS, MOST_RSA_BITS = 2048, 8192
CURVE = "P-384"
PUBLIC = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}
ALGORITHMS = {"RSA": "RS384", "EC": "ES384"}
"""What a key of each kind signs with: the two algorithms that SMART asks every server to know."""

SAY = "Paste the app's public keys: a JWKS, one JWK, or a PEM that begins with -----BEGIN PUBLIC KEY-----."
PRIVATE = (
    "This holds a private key. Whoever has it is the app: nobody else may see it. Make a new pair, keep the private "
    "half with the app, and paste the public half."
)


def read_keys(text: str) -> tuple[str, ...]:
    """Return public keys as canonical JSON Web Keys, each with an id.

    Raises
    ------
    Malformed
        When there is none, one is private, weak or of another kind, or two have one id.
    """
    if len(text) > LONGEST:
        raise Malformed(f"At most {LONGEST} characters. {SAY}")
    if "PRIVATE KEY" in text:
        raise Malformed(PRIVATE)
    keys = [_public(each) for each in _written(text.strip())]
    if not 1 <= len(keys) <= MOST_KEYS:
        raise Malformed(f"From one to {MOST_KEYS} keys. {SAY}")
    if len({each["kid"] for each in keys}) != len(keys):
        raise Malformed("Two of the keys have one id (kid). Give each its own.")
    return tuple(canonical(each) for each in keys)


def _written(text: str) -> list[Mapping[str, Any]]:
    if text.startswith("-----BEGIN PUBLIC KEY-----"):
        return [_of_pem(text)]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(SAY) from error
    listed = found.get("keys", [found]) if isinstance(found, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Malformed(SAY)
    return listed


def _of_pem(text: str) -> Mapping[str, Any]:
    for kind in (RSAKey, ECKey):
        try:
            return dict(kind.import_key(text).as_dict(private=False))
        except (JoseError, ValueError):
            continue
    raise Malformed(SAY)


def _public(raw: Mapping[str, Any]) -> dict[str, str]:
    kind = raw.get("kty")
    if any(name in raw for name in ("d", "p", "q", "dp", "dq", "qi", "k", "oth")):
        raise Malformed(PRIVATE)
    if kind not in PUBLIC or raw.get("use", "sig") != "sig" or raw.get("alg", ALGORITHMS[kind]) != ALGORITHMS[kind]:
        raise Malformed("A key is RSA for RS384, or EC on the curve P-384 for ES384, and is there to sign.")
    public = {name: raw.get(name) for name in PUBLIC[kind]}
    if not all(isinstance(each, str) for each in public.values()):
        raise Malformed(SAY)
    kept = {name: str(value) for name, value in public.items()}
    return {**kept, "kid": _named(raw.get("kid"), _imported(kept))}


def _imported(kept: dict[str, str]) -> RSAKey | ECKey:
    raw: dict[str, str | list[str]] = {**kept}
    # Asked before it is read: of a key that is too short joserfc only warns.
    if kept["kty"] == "RSA" and not FEWEST_RSA_BITS <= modulus_bits(kept["n"]) <= MOST_RSA_BITS:
        raise Malformed(f"An RSA key has {FEWEST_RSA_BITS} to {MOST_RSA_BITS} bits.")
    try:
        key = RSAKey.import_key(raw) if kept["kty"] == "RSA" else ECKey.import_key(raw)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Malformed(f"One of these is no key. {SAY}") from error
    if isinstance(key, ECKey) and key.curve_name != CURVE:
        raise Malformed(f"An EC key lies on the curve {CURVE}.")
    return key


def _named(kid: object, key: RSAKey | ECKey) -> str:
    if kid is None:
        return key.thumbprint()
    if not isinstance(kid, str) or not 1 <= len(kid) <= 200 or not kid.isprintable():
        raise Malformed("A key's id (kid) is 1 to 200 printable characters.")
    return kid
