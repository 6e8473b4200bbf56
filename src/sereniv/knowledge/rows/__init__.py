"""The typed rows that clinical tables load into: frozen, cited, tagged with how sure they are."""

from sereniv.knowledge.rows.candidacy import (
    Criterion,
    Indication,
)
from sereniv.knowledge.rows.course import AppointmentRule, CourseRule
from sereniv.knowledge.rows.dosing import (
    ClinicStandard,
    DoseWeightRule,
    Limit,
    MaintenanceRule,
    Plausible,
    Protocol,
    ProtocolKind,
    Setting,
    Stage,
    Titration,
)
from sereniv.knowledge.rows.everything import (
    Knowledge,
)
from sereniv.knowledge.rows.row import (
    Action,
    Evidence,
    Example,
    Input,
    Phase,
    Priority,
    Reference,
    Row,
)
from sereniv.knowledge.rows.scales import (
    Answer,
    Band,
    Item,
    OpeningHours,
    Scale,
    SuicideItemRule,
)
from sereniv.knowledge.rows.session import (
    AcknowledgementRule,
    AlertRule,
    DischargeRule,
    FeedRule,
    GateLine,
    Schedule,
)
from sereniv.knowledge.rows.wording import (
    CrisisRow,
    Guide,
    GuideRow,
    GuideSection,
    Wording,
)

__all__ = [
    "AcknowledgementRule",
    "Action",
    "AlertRule",
    "Answer",
    "AppointmentRule",
    "Band",
    "ClinicStandard",
    "CourseRule",
    "CrisisRow",
    "Criterion",
    "DischargeRule",
    "DoseWeightRule",
    "Evidence",
    "Example",
    "FeedRule",
    "GateLine",
    "Guide",
    "GuideRow",
    "GuideSection",
    "Indication",
    "Input",
    "Item",
    "Knowledge",
    "Limit",
    "MaintenanceRule",
    "OpeningHours",
    "Phase",
    "Plausible",
    "Priority",
    "Protocol",
    "ProtocolKind",
    "Reference",
    "Row",
    "Scale",
    "Schedule",
    "Setting",
    "Stage",
    "SuicideItemRule",
    "Titration",
    "Wording",
]
