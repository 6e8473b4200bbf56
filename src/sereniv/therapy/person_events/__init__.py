"""What happens to a person outside an infusion, in the past tense: nothing here can be refused once it happened."""

from sereniv.therapy.person_events.aftercare import (
    AdverseEventFollowed,
    AdverseEventRecorded,
    AftercareEvent,
    CheckInRecorded,
    Mood,
    Outcome,
    Related,
)
from sereniv.therapy.person_events.answers import (
    AnswerEvent,
    SafetyAcknowledged,
    SafetyAsked,
    ScaleAnswered,
)
from sereniv.therapy.person_events.appointments import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentEvent,
    AppointmentMissed,
    AppointmentMoved,
    EscortArranged,
    Purpose,
)
from sereniv.therapy.person_events.candidacy import (
    CandidacyDecided,
    CandidacyEvent,
    Decision,
    EvaluationRecorded,
    FindingTaken,
)
from sereniv.therapy.person_events.consent import (
    ConsentEvent,
    ConsentRecorded,
)
from sereniv.therapy.person_events.correction import (
    CorrectionEvent,
    RecordStruck,
)
from sereniv.therapy.person_events.course import (
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
from sereniv.therapy.person_events.history import (
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
from sereniv.therapy.person_events.medical import (
    AnaestheticRiskRecorded,
    ConditionsRecorded,
    MedicalEvent,
    Medicine,
    MedicinesListed,
    WrittenLineJudged,
)
from sereniv.therapy.person_events.orders import (
    LimitTaken,
    OrderCoSigned,
    OrderEvent,
    OrderSigned,
    OrderWithdrawn,
    WeightBasis,
)

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
    "CheckInRecorded",
    "ConditionsRecorded",
    "ConsentRecorded",
    "CourseEnded",
    "CourseInterrupted",
    "CourseOpened",
    "CourseResumed",
    "CourseReviewed",
    "Decision",
    "Ending",
    "EscortArranged",
    "EvaluationRecorded",
    "FindingTaken",
    "HistoryList",
    "HistoryRecorded",
    "LimitTaken",
    "MaintenancePlanned",
    "Measured",
    "Medicine",
    "MedicinesListed",
    "MedicinesReviewed",
    "Milestone",
    "Mood",
    "OrderCoSigned",
    "OrderSigned",
    "OrderWithdrawn",
    "Outcome",
    "PersonEvent",
    "Pregnancy",
    "PregnancyRecorded",
    "Purpose",
    "RecordStruck",
    "Related",
    "ReviewOutcome",
    "SafetyAcknowledged",
    "SafetyAsked",
    "ScaleAnswered",
    "SubstanceUse",
    "ValueConfirmed",
    "WeightBasis",
    "WrittenLineJudged",
]
