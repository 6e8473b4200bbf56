"""What the next part of a backup follows: a whole one, and the parts that came since."""

from collections.abc import Mapping
from dataclasses import dataclass

from sereniv.clinic.backup.pages import Pages
from sereniv.clinic.backup.target import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A whole backup, how many parts came since, the digest of the newest file, and what all of them hold.

    `small` has the digest of each file beside the database.
    """

    kept: Kept
    number: int = 0
    sealed: str
    pages: Pages
    small: Mapping[str, str]
