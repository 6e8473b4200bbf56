"""The keys that a home was given when it was made, and whether each is there and whole: nothing runs without them."""

import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


def _letters(content: bytes) -> object:
    if not content.strip():
        raise ValueError("It is empty.")
    return content.decode("ascii")


KEYS: dict[str, Callable[[bytes], object]] = {
    "secret.key": _letters,
    "gateway.token": _letters,
    "checkpoint.key": lambda content: load_pem_private_key(content, password=None),
    "checkpoint.pem": load_pem_public_key,
}
"""The files, each with what reads it."""


def problem_in(folder: Path) -> str:
    """Say which key of a home is missing or damaged, "" where each is whole.

    Raises
    ------
    OSError
        When a file that is there cannot be read by this user.
    """
    for name, reads in KEYS.items():
        try:
            reads((folder / name).read_bytes())
        except FileNotFoundError:
            return f"{folder / name} is missing"
        except (ValueError, UnsupportedAlgorithm):
            return f"{folder / name} is damaged"
    return ""


def new_secret() -> bytes:
    """Return a new key that signs sessions and seals factors."""
    return secrets.token_urlsafe(64).encode()


def new_token() -> bytes:
    """Return a new token that a feed or a monitoring system shows."""
    return secrets.token_urlsafe(32).encode()


def new_checkpoint_key() -> bytes:
    """Return a new private key that signs checkpoints, as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_half(private: bytes) -> bytes:
    """Return the public half of such a key, as PEM."""
    key = load_pem_private_key(private, password=None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
