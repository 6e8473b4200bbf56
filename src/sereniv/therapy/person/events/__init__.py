"""What happens to a person outside an infusion, in the past tense: nothing here can be refused once it happened."""

from sereniv.therapy.person.events.access import (
    AccessEvent,
    CareTeamsChosen,
    OpeningReviewed,
    RecordRestricted,
    RestrictedRecordOpened,
    RestrictionLifted,
)
from sereniv.therapy.person.events.aftercare import (
    AdverseEventFollowed,
    AdverseEventRecorded,
    AftercareEvent,
    CheckInGivenUp,
    CheckInRecorded,
    Mood,
    Outcome,
    RedAnswerTakenUp,
    Related,
)
from sereniv.therapy.person.events.answers import (
    AnswerEvent,
    Risk,
    SafetyAcknowledged,
    SafetyAsked,
    ScaleAnswered,
    ThoughtsHeard,
)
from sereniv.therapy.person.events.appointments import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentEvent,
    AppointmentMissed,
    AppointmentMoved,
    Coming,
    ComingNoted,
    EscortArranged,
    EscortNamedByPatient,
    MissedCalledBack,
    PatientTold,
    Purpose,
    Told,
)
from sereniv.therapy.person.events.candidacy import (
    CandidacyDecided,
    CandidacyEvent,
    Conclusion,
    Decision,
    EvaluationOpened,
    EvaluationRecorded,
    FindingTaken,
)
from sereniv.therapy.person.events.consent import ConsentEvent, ConsentRecorded, ConsentWithdrawn, Signer
from sereniv.therapy.person.events.correction import CorrectionEvent, RecordStruck
from sereniv.therapy.person.events.course import (
    CourseEnded,
    CourseEvent,
    CourseInterrupted,
    CourseOpened,
    CourseResumed,
    CourseReviewed,
    Ending,
    MaintenancePlanned,
    Milestone,
    ReviewOutcome,
)
from sereniv.therapy.person.events.decisions import SignalTaken, WeighingEvent, WentOn
from sereniv.therapy.person.events.diagnosis import (
    DiagnosisEvent,
    DiagnosisRecorded,
    IndicationChanged,
    LevelOfCare,
    LevelOfCareDecided,
)
from sereniv.therapy.person.events.elsewhere import ElsewhereEvent, InfusedElsewhere, RecordBrought, TellingPlaced
from sereniv.therapy.person.events.history import (
    HistoryEvent,
    HistoryList,
    HistoryRecorded,
    Measured,
    MedicinesReviewed,
    Pregnancy,
    PregnancyRecorded,
    SubstanceUse,
    ValueConfirmed,
)
from sereniv.therapy.person.events.identity import IdentityCorrected, IdentityEvent, RecordsJoined, RecordsParted
from sereniv.therapy.person.events.invitations import InvitationEvent, InvitationWithdrawn, QuestionnaireInvited
from sereniv.therapy.person.events.medical import (
    AnaestheticRiskRecorded,
    ConditionsRecorded,
    MedicalEvent,
    Medicine,
    MedicinesListed,
    WrittenLineJudged,
)
from sereniv.therapy.person.events.orders import (
    LimitTaken,
    OrderCoSigned,
    OrderEvent,
    OrderShown,
    OrderSigned,
    OrderWithdrawn,
    ShownLine,
    WeightBasis,
)
from sereniv.therapy.person.events.received import (
    ReceivedEvent,
    ReceivedKind,
    ReceivedOutcome,
    ReceivedSettled,
    RecordReceived,
)
from sereniv.therapy.person.events.referral import ReferralEvent, ReferrerRecorded
from sereniv.therapy.person.events.substances import (
    ScoreEntered,
    Substance,
    SubstanceAsked,
    SubstanceEvent,
    SubstancesRecorded,
    Use,
)
from sereniv.therapy.person.events.trials import StoppedFor, TrialEvent, TrialKind, TrialLeftUnknown, TrialRecorded
from sereniv.therapy.person.events.work_up import LaboratoryValue, WorkUpEvent, WorkUpFinding, WorkUpRecorded

PersonEvent = (
    HistoryEvent
    | ConsentEvent
    | AnswerEvent
    | CandidacyEvent
    | OrderEvent
    | CourseEvent
    | AppointmentEvent
    | CorrectionEvent
    | AftercareEvent
    | MedicalEvent
    | DiagnosisEvent
    | TrialEvent
    | SubstanceEvent
    | WorkUpEvent
    | InvitationEvent
    | WeighingEvent
    | IdentityEvent
    | ReferralEvent
    | AccessEvent
    | ElsewhereEvent
    | ReceivedEvent
)

__all__ = [
    "AdverseEventFollowed",
    "AdverseEventRecorded",
    "AnaestheticRiskRecorded",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentMissed",
    "AppointmentMoved",
    "CandidacyDecided",
    "CareTeamsChosen",
    "CheckInGivenUp",
    "CheckInRecorded",
    "Coming",
    "ComingNoted",
    "Conclusion",
    "ConditionsRecorded",
    "ConsentRecorded",
    "ConsentWithdrawn",
    "CourseEnded",
    "CourseInterrupted",
    "CourseOpened",
    "CourseResumed",
    "CourseReviewed",
    "Decision",
    "DiagnosisRecorded",
    "Ending",
    "EscortArranged",
    "EscortNamedByPatient",
    "EvaluationOpened",
    "EvaluationRecorded",
    "FindingTaken",
    "HistoryList",
    "HistoryRecorded",
    "IdentityCorrected",
    "IndicationChanged",
    "InfusedElsewhere",
    "InvitationWithdrawn",
    "LaboratoryValue",
    "LevelOfCare",
    "LevelOfCareDecided",
    "LimitTaken",
    "MaintenancePlanned",
    "Measured",
    "Medicine",
    "MedicinesListed",
    "MedicinesReviewed",
    "Milestone",
    "MissedCalledBack",
    "Mood",
    "OpeningReviewed",
    "OrderCoSigned",
    "OrderShown",
    "OrderSigned",
    "OrderWithdrawn",
    "Outcome",
    "PatientTold",
    "PersonEvent",
    "Pregnancy",
    "PregnancyRecorded",
    "Purpose",
    "QuestionnaireInvited",
    "ReceivedKind",
    "ReceivedOutcome",
    "ReceivedSettled",
    "RecordBrought",
    "RecordReceived",
    "RecordRestricted",
    "RecordStruck",
    "RecordsJoined",
    "RecordsParted",
    "RedAnswerTakenUp",
    "ReferrerRecorded",
    "Related",
    "RestrictedRecordOpened",
    "RestrictionLifted",
    "ReviewOutcome",
    "Risk",
    "SafetyAcknowledged",
    "SafetyAsked",
    "ScaleAnswered",
    "ScoreEntered",
    "ShownLine",
    "SignalTaken",
    "Signer",
    "StoppedFor",
    "Substance",
    "SubstanceAsked",
    "SubstanceUse",
    "SubstancesRecorded",
    "TellingPlaced",
    "ThoughtsHeard",
    "Told",
    "TrialKind",
    "TrialLeftUnknown",
    "TrialRecorded",
    "Use",
    "ValueConfirmed",
    "WeightBasis",
    "WentOn",
    "WorkUpFinding",
    "WorkUpRecorded",
    "WrittenLineJudged",
]
