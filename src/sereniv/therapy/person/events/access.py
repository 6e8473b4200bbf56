"""Who may open a person's record, and who opened it although it was not theirs to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRestricted:
    """From now on only these people open the record, by their user names; others say why, and somebody reviews it."""

    readers: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionLifted:
    """The record is read again by whoever's role reads records."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedRecordOpened:
    """Somebody who is not among the readers opened a restricted record, and said why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningReviewed:
    """Somebody else judged an opening of a restricted record; `opening` is its number in the ledger."""

    opening: int
    in_order: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTeamsChosen:
    """Somebody belongs to these care teams from now on, by the ids of the teams; `reason` says why they were moved."""

    teams: tuple[str, ...]
    reason: str = ""


AccessEvent = RecordRestricted | RestrictionLifted | RestrictedRecordOpened | OpeningReviewed | CareTeamsChosen
