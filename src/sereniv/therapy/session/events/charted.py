"""What is charted of the patient: the monitor, vital signs, graded observations, remarks, and what was struck."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Observation(StrEnum):
    """What is charted as a grade: side effects 0 to 3, alertness (MOAA/S) 0 to 5, pain 0 to 10.

    A red flag and a fault of the line is there (1) or not (0).
    """

    NAUSEA = "nausea"
    VOMITING = "vomiting"
    DISSOCIATION = "dissociation"
    DISTRESS = "distress"
    DIZZINESS = "dizziness"
    HEADACHE = "headache"
    CHEST_PAIN = "chest pain"
    BREATHLESSNESS = "breathlessness"
    VISION_LOSS = "loss of vision"
    FOCAL_DEFICIT = "focal deficit"
    ARRHYTHMIA = "new arrhythmia"
    HIVES = "hives"
    WHEEZE = "wheeze"
    LARYNGOSPASM = "laryngospasm"
    SEIZURE = "seizure"
    IV_SITE = "iv site"
    OCCLUSION = "occlusion"
    DISCONNECTION = "disconnection"
    BAG_EMPTY = "bag empty early"
    MOAAS = "moaas"
    PAIN = "pain"


RED_FLAGS = (
    Observation.CHEST_PAIN,
    Observation.BREATHLESSNESS,
    Observation.VISION_LOSS,
    Observation.FOCAL_DEFICIT,
    Observation.ARRHYTHMIA,
    Observation.HIVES,
    Observation.WHEEZE,
    Observation.LARYNGOSPASM,
    Observation.SEIZURE,
)
"""What is charted by one tap and prompts at once."""

LINE_FAULTS = (Observation.OCCLUSION, Observation.DISCONNECTION, Observation.BAG_EMPTY)
"""What keeps drug from the patient, beside a line out of the vein (`IV_SITE` 3)."""

IS_THERE_OR_NOT = frozenset({*RED_FLAGS, *LINE_FAULTS})

HIGHEST_GRADE = {Observation.MOAAS: 5, Observation.PAIN: 10} | dict.fromkeys(IS_THERE_OR_NOT, 1)
"""Highest grade of an observation; 3 where not named here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorConnected:
    """A monitor began to send; it declares how often each of its continuous signals comes."""

    device: str
    interval_s: int
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorDisconnected:
    """The monitor was taken off on purpose.

    `ended` is the entry of a connection that had ended already, and was off before that; 0 for the one that stands.
    """

    device: str
    ended: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorDataAssigned:
    """What a device had sent and waited for somebody was found to be this patient's.

    `named` is whom the device named, "" where it named nobody; what it goes on to send under that name is theirs, too.
    """

    device: str
    named: str
    messages: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorSentLate:
    """A monitor sent a value past the limits of `rule` that was measured too long ago to prompt anybody.

    The time of the entry is when it was measured; it was recorded when it came. `value` is in the unit of its signal.
    """

    device: str
    signal: str
    value: Decimal
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsCharted:
    """Vital signs a person vouches for; None was not taken. `samples` names the monitor's rows they came from.

    `oxygen_flow` is in L/min, 0 being room air; `rhythm` is what the nurse reads on the ECG, in words.
    """

    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    heart_rate: Decimal | None = None
    spo2: Decimal | None = None
    respiratory_rate: Decimal | None = None
    questions: dict[str, str]
    samples: tuple[int, ...] = ()
    etco2: Decimal | None = None
    temperature: Decimal | None = None
    mean_pressure: Decimal | None = None
    oxygen_flow: Decimal | None = None
    rhythm: str = ""

    def without(self, fields: Set[str]) -> "VitalsCharted":
        """Return these vital signs with some of their values left out."""

        def kept(name: str, value: Decimal | None) -> Decimal | None:
            return None if name in fields else value

        return VitalsCharted(
            systolic=kept("systolic", self.systolic),
            diastolic=kept("diastolic", self.diastolic),
            heart_rate=kept("heart_rate", self.heart_rate),
            spo2=kept("spo2", self.spo2),
            respiratory_rate=kept("respiratory_rate", self.respiratory_rate),
            questions=self.questions,
            samples=self.samples,
            etco2=kept("etco2", self.etco2),
            temperature=kept("temperature", self.temperature),
            mean_pressure=kept("mean_pressure", self.mean_pressure),
            oxygen_flow=kept("oxygen_flow", self.oxygen_flow),
            rhythm=self.rhythm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueConfirmedInSession:
    """A person confirmed that a questioned value of an earlier entry is right."""

    entry: int
    field: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationCharted:
    """A side effect, alertness or pain was graded."""

    observation: Observation
    grade: int
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionCharted:
    """Something was done for the patient."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkCharted:
    """A free remark."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryStruck:
    """An earlier entry was struck, like one line through paper: it stays legible and no longer counts."""

    entry: int
    reason: str
