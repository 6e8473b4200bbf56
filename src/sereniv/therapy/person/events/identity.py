"""Who somebody is: a correction of the register with the old value kept, and two records that are one person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCorrected:
    """One thing the register said of a person was corrected: both values stay legible."""

    field: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsJoined:
    """Two records were found to be of one person: both streams stay, and the kept one's chart is read over both.

    It stands in both streams: `is_kept` in the one that goes on, not in the `other`.
    """

    other: str
    is_kept: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsParted:
    """A joining was undone: each record is read by itself again."""

    other: str
    reason: str


IdentityEvent = IdentityCorrected | RecordsJoined | RecordsParted
