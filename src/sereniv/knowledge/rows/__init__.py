"""The typed rows that clinical tables load into: frozen, cited, tagged with how sure they are."""

from sereniv.knowledge.rows.aftercare import (
    AdverseTerm,
    Aftercare,
    CheckInQuestion,
    CheckInRule,
    Published,
    SmallCellRule,
)
from sereniv.knowledge.rows.candidacy import (
    Concern,
    Criterion,
    Indication,
)
from sereniv.knowledge.rows.dosing import (
    ClinicStandard,
    DoseWeightRule,
    Limit,
    Plausible,
    Protocol,
)
from sereniv.knowledge.rows.everything import (
    Knowledge,
)
from sereniv.knowledge.rows.leaflets import (
    Leaflet,
)
from sereniv.knowledge.rows.medical import (
    Condition,
    EquivalentTable,
    Ingredient,
    Interaction,
    ListRow,
    Medicines,
    NamesRow,
    words_of,
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
    ObservationSchedule,
    Schedule,
    SedatedStay,
    StandingOrder,
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
    "AdverseTerm",
    "Aftercare",
    "AlertRule",
    "Answer",
    "Band",
    "CheckInQuestion",
    "CheckInRule",
    "ClinicStandard",
    "Concern",
    "Condition",
    "CrisisRow",
    "Criterion",
    "DischargeRule",
    "DoseWeightRule",
    "EquivalentTable",
    "Evidence",
    "Example",
    "FeedRule",
    "GateLine",
    "Guide",
    "GuideRow",
    "GuideSection",
    "Indication",
    "Ingredient",
    "Input",
    "Interaction",
    "Item",
    "Knowledge",
    "Leaflet",
    "Limit",
    "ListRow",
    "Medicines",
    "NamesRow",
    "ObservationSchedule",
    "OpeningHours",
    "Phase",
    "Plausible",
    "Priority",
    "Protocol",
    "Published",
    "Reference",
    "Row",
    "Scale",
    "Schedule",
    "SedatedStay",
    "SmallCellRule",
    "StandingOrder",
    "SuicideItemRule",
    "Wording",
    "words_of",
]
