"""How a wrong record of a person is corrected: struck, like one line through paper."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStruck:
    """An earlier entry was struck: it stays legible and no longer counts."""

    entry: int
    reason: str


CorrectionEvent = RecordStruck
