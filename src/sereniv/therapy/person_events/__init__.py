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
from sereniv.therapy.person_events.invitations import (
    InvitationEvent,
    InvitationWithdrawn,
    QuestionnaireInvited,
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
    | CorrectionEvent
    | AftercareEvent
    | MedicalEvent
    | InvitationEvent
)

__all__ = [
    "AdverseEventFollowed",
    "AdverseEventRecorded",
    "AnaestheticRiskRecorded",
    "CandidacyDecided",
    "CheckInRecorded",
    "ConditionsRecorded",
    "ConsentRecorded",
    "Decision",
    "EvaluationRecorded",
    "FindingTaken",
    "HistoryList",
    "HistoryRecorded",
    "InvitationWithdrawn",
    "LimitTaken",
    "Measured",
    "Medicine",
    "MedicinesListed",
    "MedicinesReviewed",
    "Mood",
    "OrderCoSigned",
    "OrderSigned",
    "OrderWithdrawn",
    "Outcome",
    "PersonEvent",
    "Pregnancy",
    "PregnancyRecorded",
    "QuestionnaireInvited",
    "RecordStruck",
    "Related",
    "SafetyAcknowledged",
    "SafetyAsked",
    "ScaleAnswered",
    "SubstanceUse",
    "ValueConfirmed",
    "WeightBasis",
    "WrittenLineJudged",
]
