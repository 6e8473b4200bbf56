"""Keys for what the database keeps of how people prove who they are.

They come from the home's own secret, a file beside the database: whoever has a copy of the database alone can neither
use an authenticator's secret nor try out PINs, of which there are few.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FACTORS, SERVICES = "second factors", "sign-in services"
"""For what a key is derived: what is sealed for one opens for no other."""

SEALED_BEGINS = "gAAAA"
"""How everything begins that Fernet sealed; no secret of an authenticator has a small letter."""


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sereniv {purpose}".encode()).derive(secret.encode())


def keyed(pin: str) -> str:
    """Return a PIN under the home's key: without the key, its hash cannot be tried out."""
    return hmac.new(_derived(settings.SECRET_KEY, "pins"), pin.encode(), hashlib.sha256).hexdigest()


def opened(text: str) -> str:
    """Open a sealed secret; one of a home of before was kept as it is."""
    return _box().decrypt(text.encode()).decode() if is_sealed(text) else text


def sealed_token(text: str) -> str:
    """Seal what an app's token says, under a key that opens nothing else."""
    return _box("app tokens").encrypt(text.encode()).decode()


def opened_token(token: str) -> str:
    """Open an app's token; raises InvalidToken where the home did not seal it."""
    return _box("app tokens").decrypt(token.encode()).decode()


def sealed_service_secret(text: str) -> str:
    """Seal what this clinic shows another house's sign-in service, under a key that opens nothing else."""
    return _box(SERVICES).encrypt(text.encode()).decode()


def opened_service_secret(text: str) -> str:
    """Open such a secret; raises InvalidToken where the home did not seal it."""
    return _box(SERVICES).decrypt(text.encode()).decode()


def _box(purpose: str = FACTORS) -> MultiFernet:
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


def _box_of(secrets: Sequence[str], purpose: str) -> MultiFernet:
    """Return what seals with the first of some secrets, and opens with each."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(each, purpose))) for each in secrets])


def sealed_anew(text: str, secret: str, purpose: str = FACTORS) -> str:
    """Return a sealed text under another secret of the home; what is not sealed is sealed by it."""
    plain = _box(purpose).decrypt(text.encode()) if is_sealed(text) else text.encode()
    return _box_of((secret,), purpose).encrypt(plain).decode()


def sealed(text: str) -> str:
    """Seal a secret under the home's key."""
    return _box().encrypt(text.encode()).decode()


def is_sealed(text: str) -> bool:
    """Say whether a kept secret is sealed; one of a home of before is not."""
    return text.startswith(SEALED_BEGINS)
