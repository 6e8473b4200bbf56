"""Prompts raised, acted on and ended, and calls for help."""

from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows import Priority


class AlertKind(StrEnum):
    """What an alert is about, in the words of IEEE 11073, and our own request to confirm a monitor's value."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised:
    """A prompt was raised; `read` holds the values it read, `rule` the row and version that raised it.

    A latching prompt stays until somebody takes notice, even when its condition has passed.
    """

    alert: str
    kind: AlertKind
    priority: Priority
    title: str
    message: str
    rule: str
    read: dict[str, str]
    latching: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEnded:
    """The condition behind a prompt no longer holds."""

    alert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged:
    """A person took notice of a prompt and says what they do."""

    alert: str
    action: str


class Rung(StrEnum):
    """Who is to be told of a prompt on which nobody has acted: one after another, the furthest last."""

    NURSE = "nurse of the session"
    NEXT = "next role"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One person told by one way; `failure` says why it did not go, and is empty where it went.

    `who` is a user name, or the way itself where it leads to a pager of the clinic's own.
    """

    who: str
    way: str
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTold:
    """Those of one rung were told of open prompts; with nobody in `told`, there was nobody who could be."""

    alerts: tuple[str, ...]
    rung: Rung
    told: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSeen:
    """A person had these prompts in front of them and touched the page; nobody has acted on them by that."""

    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundTurnedOff:
    """Somebody turned the sound of these prompts off; it comes again by itself after these minutes."""

    alerts: tuple[str, ...]
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpComing:
    """Whoever records it is on the way to a call for help; it calls on until somebody has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTold:
    """These people were told of a call for help; with nobody in `told`, nobody could be."""

    told: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCalled:
    """Somebody called for help from the chair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyOpened:
    """Somebody opened the emergency at this chair: its clock runs from here on, for whoever comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyClosed:
    """The emergency is over; `words` say what it was and how it ended. `was_none`: it was opened by mistake."""

    words: str
    was_none: bool = False
