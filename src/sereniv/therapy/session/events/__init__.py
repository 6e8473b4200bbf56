"""What happens in an infusion session, in the past tense; nothing here can be refused once it happened."""

from sereniv.therapy.session.events.charted import (
    HIGHEST_GRADE,
    IS_THERE_OR_NOT,
    LINE_FAULTS,
    RED_FLAGS,
    EntryStruck,
    InterventionCharted,
    MonitorConnected,
    MonitorDataAssigned,
    MonitorDisconnected,
    MonitorSentLate,
    Observation,
    ObservationCharted,
    RemarkCharted,
    ValueConfirmedInSession,
    VitalsCharted,
)
from sereniv.therapy.session.events.ending import Discharged, DrugReconciled, NoteSigned, RecoveryScored
from sereniv.therapy.session.events.incidents import (
    AlertReplaced,
    AlertWithdrawn,
    Departure,
    Died,
    DrugSpilt,
    Effect,
    HelpAnswered,
    IntervalScreened,
    LeftUnseen,
    LineResited,
    MedicineGiven,
    Suicidality,
    TransferredOut,
    VolumeRead,
)
from sereniv.therapy.session.events.opening import (
    DrugPrepared,
    GateLineAttested,
    GateLineOverridden,
    GatePassed,
    SessionClosedUnused,
    SessionOpened,
    SessionPlan,
)
from sereniv.therapy.session.events.prompts import (
    AlertAcknowledged,
    AlertEnded,
    AlertKind,
    AlertRaised,
    AlertSeen,
    AlertTold,
    EmergencyClosed,
    EmergencyOpened,
    HelpCalled,
    HelpComing,
    HelpTold,
    Rung,
    SoundTurnedOff,
    Telling,
)
from sereniv.therapy.session.events.pump import (
    InfusionFoundRunning,
    InfusionPaused,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    RateChanged,
    RateFound,
)

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
    | MonitorDataAssigned
    | MonitorSentLate
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
    | AlertTold
    | AlertSeen
    | SoundTurnedOff
    | EmergencyOpened
    | EmergencyClosed
    | HelpCalled
    | HelpTold
    | HelpComing
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

__all__ = [
    "HIGHEST_GRADE",
    "IS_THERE_OR_NOT",
    "LINE_FAULTS",
    "RED_FLAGS",
    "AlertAcknowledged",
    "AlertEnded",
    "AlertKind",
    "AlertRaised",
    "AlertReplaced",
    "AlertSeen",
    "AlertTold",
    "AlertWithdrawn",
    "Departure",
    "Died",
    "Discharged",
    "DrugPrepared",
    "DrugReconciled",
    "DrugSpilt",
    "Effect",
    "EmergencyClosed",
    "EmergencyOpened",
    "EntryStruck",
    "GateLineAttested",
    "GateLineOverridden",
    "GatePassed",
    "HelpAnswered",
    "HelpCalled",
    "HelpComing",
    "HelpTold",
    "InfusionFoundRunning",
    "InfusionPaused",
    "InfusionResumed",
    "InfusionStarted",
    "InfusionStopped",
    "IntervalScreened",
    "InterventionCharted",
    "LeftUnseen",
    "LineResited",
    "MedicineGiven",
    "MonitorConnected",
    "MonitorDataAssigned",
    "MonitorDisconnected",
    "MonitorSentLate",
    "NoteSigned",
    "Observation",
    "ObservationCharted",
    "RateChanged",
    "RateFound",
    "RecoveryScored",
    "RemarkCharted",
    "Rung",
    "SessionClosedUnused",
    "SessionEvent",
    "SessionOpened",
    "SessionPlan",
    "SoundTurnedOff",
    "Suicidality",
    "Telling",
    "TransferredOut",
    "ValueConfirmedInSession",
    "VitalsCharted",
    "VolumeRead",
]
