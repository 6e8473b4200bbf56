"""The keys that a home was given when it was made, and whether each is there and whole: nothing runs without them."""

from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key


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
