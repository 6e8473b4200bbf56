"""What somebody decided although something known of the person asked them to think again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalTaken:
    """One signal as it read when somebody went on."""

    signal: str
    version: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOn:
    """A decision was taken although signals asked for a reason; it stays in sight while they are raised."""

    decision: str
    signals: tuple[SignalTaken, ...]
    reason: str


WeighingEvent = WentOn
