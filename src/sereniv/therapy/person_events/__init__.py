"""What happens to a person outside an infusion, in the past tense: nothing here can be refused once it happened."""

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
    Outcome,
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
)

__all__ = [
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentMissed",
    "AppointmentMoved",
    "CandidacyDecided",
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
    "MedicinesReviewed",
    "Milestone",
    "OrderCoSigned",
    "OrderSigned",
    "OrderWithdrawn",
    "Outcome",
    "PersonEvent",
    "Pregnancy",
    "PregnancyRecorded",
    "Purpose",
    "RecordStruck",
    "SafetyAcknowledged",
    "SafetyAsked",
    "ScaleAnswered",
    "SubstanceUse",
    "ValueConfirmed",
    "WeightBasis",
]
