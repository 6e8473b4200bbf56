"""What happens at a chair beside the plan: a medicine given, a screen before the start, help, a hospital."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sereniv.therapy.person.events.suicidality import Suicidality as Suicidality


class Effect(StrEnum):
    """What a medicine does to the clock of recovery."""

    SEDATIVE = "sedative"
    REVERSAL = "reversal"
    NEITHER = "neither"


class Departure(StrEnum):
    """In which way a patient left for home."""

    AS_PLANNED = "as planned"
    AGAINST_ADVICE = "against advice"
    WITHOUT_ESCORT = "without an escort"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineGiven:
    """A medicine other than the infusion was given; `standing_order` names the row it was given under, if any.

    A sedative or a reversal agent prolongs the watch and the stay (see the row `sedated_stay`). `questions` holds what
    spoke against it when it was charted: given is given, and it stays marked.
    """

    medicine: str
    dose: Decimal
    unit: str
    route: str
    indication: str
    effect: Effect
    standing_order: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalScreened:
    """The questions about the time since the last visit were asked; `found` holds those answered yes."""

    asked: tuple[str, ...]
    found: tuple[str, ...]
    suicidality: Suicidality
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRead:
    """What the pump's screen showed as infused so far: the charted rates are held against it."""

    volume_ml: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWithdrawn:
    """A prompt asks for nobody any more: the entry that it read was struck, and nothing else ever held it."""

    alert: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReplaced:
    """A milder prompt gave way to the graver one of the same sign, which stands for both."""

    alert: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAnswered:
    """Somebody came to a call for help, or called it off; `who` is in words, for it may be anybody."""

    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferredOut:
    """The patient left for a hospital or with an ambulance: the session ended there, not by discharge."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftUnseen:
    """The patient was found gone: when and how they were last seen, and what was done to reach them."""

    last_seen: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """The patient died here: what happened, and who was told."""

    words: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugSpilt:
    """Drug from a bag or syringe was lost: it reached neither the patient nor the waste.

    `corrects` is the entry of a spill that was written down wrong; this one stands in its place, 0 mL for none at all.
    """

    volume_ml: Decimal
    words: str
    corrects: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResited:
    """The line was put in anew: where it is now, and why it was moved."""

    site: str
    reason: str
