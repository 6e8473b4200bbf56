"""From the chair taken to the gate passed: the order as it stands, what was attested and overridden, the drug drawn."""

from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows import ProtocolKind
from sereniv.therapy.person.events import WeightBasis


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
class SessionClosedUnused:
    """The session ended before anything was infused."""

    reason: str
