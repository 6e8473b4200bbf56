"""What happens in an infusion session, in the past tense; nothing here can be refused once it happened."""

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows import Priority, ProtocolKind
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.session.incidents import AlertReplaced as AlertReplaced
from sereniv.therapy.session.incidents import AlertWithdrawn as AlertWithdrawn
from sereniv.therapy.session.incidents import Departure as Departure
from sereniv.therapy.session.incidents import Died as Died
from sereniv.therapy.session.incidents import DrugSpilt as DrugSpilt
from sereniv.therapy.session.incidents import Effect as Effect
from sereniv.therapy.session.incidents import HelpAnswered as HelpAnswered
from sereniv.therapy.session.incidents import IntervalScreened as IntervalScreened
from sereniv.therapy.session.incidents import LeftUnseen as LeftUnseen
from sereniv.therapy.session.incidents import LineResited as LineResited
from sereniv.therapy.session.incidents import MedicineGiven as MedicineGiven
from sereniv.therapy.session.incidents import Suicidality as Suicidality
from sereniv.therapy.session.incidents import TransferredOut as TransferredOut
from sereniv.therapy.session.incidents import VolumeRead as VolumeRead


class AlertKind(StrEnum):
    """What an alert is about, in the words of IEEE 11073, and our own request to confirm a monitor's value."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"
    CONFIRM = "confirm"


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
class SessionPlan:
    """The order as it stands for this session, copied so that the chart explains itself."""

    protocol: str
    infusion_number: int
    dose_mg_per_kg: Decimal
    dose_weight_kg: Decimal
    weight_basis: WeightBasis
    dose_mg: Decimal
    concentration_mg_per_ml: Decimal
    volume_ml: Decimal
    rate_ml_per_h: Decimal
    duration_min: int
    dose_changed: bool = False
    kind: ProtocolKind = ProtocolKind.PSYCHIATRIC
    rate_mg_per_kg_per_h: Decimal | None = None
    cap_mg_per_h: Decimal | None = None
    watched_for: tuple[str, ...] = ()
    """Why this person's vital signs are taken as often as at a first infusion: age, pressure, anaesthetic risk."""

    @property
    def asks_close_watch(self) -> bool:
        """True at a first infusion and after a dose change: closer monitoring, longer recovery."""
        return self.infusion_number == 1 or self.dose_changed


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """A person took a chair for one ordered infusion. `label` marks replays and other unreal sessions."""

    person: str
    chair: str
    order: int
    plan: SessionPlan
    knowledge_version: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLineAttested:
    """A person said that one line of the gate holds (or does not), today, with what was asked for."""

    line: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLineOverridden:
    """A prescriber decided that a line which does not hold may be passed, with a reason.

    `read` is what the line said then: when it says anything else, the decision no longer covers it.
    """

    line: str
    reason: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugPrepared:
    """Drug was drawn from a vial and diluted, checked independently by a second person: one bag or syringe.

    What was drawn differs from the dose by what a syringe can measure; `final_mg_per_ml` is drawn over
    volume, to 0.0001. `corrects` names an earlier draw that was written down wrong; `reason` says why there is
    another bag, or how the first was wrong.
    """

    vial: str
    strength_mg_per_ml: Decimal
    stock_ml: Decimal
    drawn_mg: Decimal
    final_volume_ml: Decimal
    final_mg_per_ml: Decimal
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePassed:
    """Every line of the gate held, or was overridden by a prescriber."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStarted:
    """The nurse started the pump at the ordered rate, read back from its screen."""

    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionFoundRunning:
    """An infusion was found already running: charted late, with the deviation it is."""

    rate_ml_per_h: Decimal
    deviation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged:
    """The nurse set another rate on the pump."""

    rate_ml_per_h: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateFound:
    """The pump was found at a rate other than charted."""

    rate_ml_per_h: Decimal
    deviation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionPaused:
    """The nurse paused the pump."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionResumed:
    """The nurse let the pump run again."""

    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStopped:
    """The nurse stopped the pump."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorConnected:
    """A monitor began to send; it declares how often each of its continuous signals comes."""

    device: str
    interval_s: int
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorDisconnected:
    """The monitor was taken off on purpose."""

    device: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCalled:
    """Somebody called for help from the chair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugReconciled:
    """What was given and what was wasted, with a witness; a difference from what was drawn stands as charted.

    `corrects` names an earlier account that was wrong, `reason` how: it stays legible and no longer counts.
    """

    given_mg: Decimal
    wasted_mg: Decimal
    method: str
    difference_mg: Decimal
    explanation: str = ""
    corrects: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryScored:
    """The recovery grid at one moment. Aldrete items are 0 to 2 each."""

    activity: int
    respiration: int
    circulation: int
    consciousness: int
    oxygen: int
    moaas: int
    dissociation: int
    nausea: int
    oriented: bool
    walks_unaided: bool
    suicidality_asked_not_worse: bool
    iv_removed: bool
    escort_present: str

    @property
    def aldrete(self) -> int:
        """The modified Aldrete total, 0 to 10."""
        return self.activity + self.respiration + self.circulation + self.consciousness + self.oxygen


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharged:
    """The patient left; `exception` is the prescriber's reason where the criteria in `not_holding` did not hold.

    `identity_checked` says that whoever took the patient home was asked who they are. Against advice and without an
    escort are ways of their own: `told` says what was explained, and which prescriber was told.
    """

    handed_to: str
    advice_given: bool
    exception: str = ""
    not_holding: tuple[str, ...] = ()
    identity_checked: bool = False
    way: Departure = Departure.AS_PLANNED
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClosedUnused:
    """The session ended before anything was infused."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSigned:
    """The note was signed: its text as it was read, its hash, and the ledger's head then, printed on it."""

    text: str
    note_sha256: str
    head_seq: int
    head_hash: str


SessionEvent = (
    SessionOpened
    | GateLineAttested
    | GateLineOverridden
    | DrugPrepared
    | GatePassed
    | InfusionStarted
    | InfusionFoundRunning
    | RateChanged
    | RateFound
    | VolumeRead
    | InfusionPaused
    | InfusionResumed
    | InfusionStopped
    | MonitorConnected
    | MonitorDisconnected
    | VitalsCharted
    | ValueConfirmedInSession
    | ObservationCharted
    | InterventionCharted
    | MedicineGiven
    | IntervalScreened
    | RemarkCharted
    | EntryStruck
    | AlertRaised
    | AlertEnded
    | AlertReplaced
    | AlertWithdrawn
    | AlertAcknowledged
    | HelpCalled
    | HelpAnswered
    | TransferredOut
    | LeftUnseen
    | Died
    | DrugSpilt
    | LineResited
    | DrugReconciled
    | RecoveryScored
    | Discharged
    | SessionClosedUnused
    | NoteSigned
)
