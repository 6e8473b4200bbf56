"""All clinical tables of one version together."""

from collections.abc import Mapping
from dataclasses import dataclass

from sereniv.knowledge.rows.access import AccessRules, CareTeamRule, SignInRule
from sereniv.knowledge.rows.aftercare import Aftercare
from sereniv.knowledge.rows.candidacy import Concern, Criterion, Indication
from sereniv.knowledge.rows.course import AppointmentRule, CourseRule, PassedOn
from sereniv.knowledge.rows.custody import CustodyRules
from sereniv.knowledge.rows.decisions import DecisionRow, SignalRow
from sereniv.knowledge.rows.devices import DeviceCodes
from sereniv.knowledge.rows.diagnoses import Diagnoses
from sereniv.knowledge.rows.dosing import ClinicStandard, DoseWeightRule, Limit, Plausible, Protocol
from sereniv.knowledge.rows.entry import ConsentRule, EnteredScore, EntryRule, TrialCriterion, WorkUpItem
from sereniv.knowledge.rows.going_live import GoingLiveRow
from sereniv.knowledge.rows.leaflets import Leaflet
from sereniv.knowledge.rows.medical import Condition, Interaction, ListRow, Medicines
from sereniv.knowledge.rows.orders import OrderStep
from sereniv.knowledge.rows.own import OwnBound
from sereniv.knowledge.rows.reach import ActRow
from sereniv.knowledge.rows.row import Reference, Row
from sereniv.knowledge.rows.said import DenialRow, SaidRow
from sereniv.knowledge.rows.scales import AssessmentSchedule, Benchmark, OpeningHours, Scale, SuicideItemRule
from sereniv.knowledge.rows.session import (
    AcknowledgementRule,
    AlertRule,
    CapnographyRule,
    DischargeRule,
    FeedRule,
    GateLine,
    ObservationSchedule,
    PumpRule,
    ReachingRule,
    ReadBackRule,
    Schedule,
    SedatedStay,
    StandingOrder,
    VolumeRule,
    WatchRule,
)
from sereniv.knowledge.rows.succession import SuccessionRow
from sereniv.knowledge.rows.suicide import OpenItemConcern, RiskRule, TakeUpRule
from sereniv.knowledge.rows.wording import Guide, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Every clinical table of one version; `version` is the content hash stored with each decision."""

    version: str
    references: dict[str, Reference]
    indications: dict[str, Indication]
    criteria: dict[str, Criterion]
    retired: dict[str, Concern]
    diagnoses: Diagnoses
    lists: dict[str, ListRow]
    conditions: dict[str, Condition]
    interactions: dict[str, Interaction]
    medicines: Medicines
    entry_rules: dict[str, EntryRule]
    work_up: dict[str, WorkUpItem]
    trials: tuple[TrialCriterion, ...]
    consent: ConsentRule
    entered_scores: dict[str, EnteredScore]
    limits: dict[str, Limit]
    order_steps: dict[str, OrderStep]
    acts: dict[str, ActRow]
    succession: dict[str, SuccessionRow]
    going_live: dict[str, GoingLiveRow]
    access: AccessRules
    sign_in: SignInRule
    care_teams: CareTeamRule
    protocols: dict[str, Protocol]
    course: dict[str, CourseRule]
    appointment: AppointmentRule
    passed_on: PassedOn
    standard: ClinicStandard
    dose_weight: DoseWeightRule
    own_bounds: dict[str, OwnBound]
    plausible: dict[str, Plausible]
    device_codes: DeviceCodes
    schedule: Schedule
    pain_schedule: Schedule
    feed: FeedRule
    volume: VolumeRule
    capnography: CapnographyRule
    pump: PumpRule
    read_back: ReadBackRule
    close_watch: WatchRule
    acknowledgement: AcknowledgementRule
    reaching: ReachingRule
    alerts: dict[str, AlertRule]
    said: dict[str, SaidRow]
    said_of_suicide: SaidRow
    denied: DenialRow
    gate: tuple[GateLine, ...]
    discharge: DischargeRule
    sedated_stay: SedatedStay
    observations: ObservationSchedule
    standing_orders: dict[str, StandingOrder]
    custody: CustodyRules
    aftercare: Aftercare
    scales: dict[str, Scale]
    assessments: AssessmentSchedule
    benchmarks: dict[str, Benchmark]
    suicide_item: SuicideItemRule
    take_up: TakeUpRule
    risk: dict[str, RiskRule]
    open_items: OpenItemConcern
    signals: dict[str, SignalRow]
    decisions: dict[str, DecisionRow]
    opening_hours: OpeningHours
    wording: dict[str, Wording]
    guide: Guide
    leaflets: dict[str, Leaflet]

    def concern(self, name: str) -> Concern | None:
        """Return the concern of this name, one that no longer judges too; None where there is none."""
        tables: tuple[Mapping[str, Concern], ...] = (
            self.criteria,
            self.lists,
            self.conditions,
            self.interactions,
            self.entry_rules,
            self.work_up,
            {self.open_items.id: self.open_items},
            self.retired,
        )
        return next((table[name] for table in tables if name in table), None)

    def rows(self) -> tuple[Row, ...]:
        """Return every row of every table, for guards and for the rules page."""
        singles: tuple[Row, ...] = (
            self.standard,
            self.dose_weight,
            self.schedule,
            self.pain_schedule,
            self.feed,
            self.volume,
            self.capnography,
            self.pump,
            self.read_back,
            self.close_watch,
            self.acknowledgement,
            self.reaching,
            self.denied,
            self.discharge,
            self.sedated_stay,
            self.observations,
            self.assessments,
            self.suicide_item,
            self.take_up,
            self.open_items,
            self.opening_hours,
            self.consent,
        )
        return (
            *self.indications.values(),
            *self.criteria.values(),
            *self.retired.values(),
            *self.diagnoses.rows(),
            *self.lists.values(),
            *self.conditions.values(),
            *self.interactions.values(),
            self.medicines.names,
            *self.medicines.equivalents.values(),
            *self.entry_rules.values(),
            *self.work_up.values(),
            *self.trials,
            *self.entered_scores.values(),
            *self.limits.values(),
            *self.device_codes.signs.values(),
            *self.device_codes.units.values(),
            *self.order_steps.values(),
            *self.acts.values(),
            *self.succession.values(),
            *self.going_live.values(),
            *self.access.rows(),
            self.sign_in,
            self.care_teams,
            *self.protocols.values(),
            *self.course.values(),
            self.appointment,
            self.passed_on,
            *self.own_bounds.values(),
            *self.plausible.values(),
            *self.alerts.values(),
            *self.said.values(),
            self.said_of_suicide,
            *self.gate,
            *self.standing_orders.values(),
            *self.custody.rows(),
            *self.aftercare.rows(),
            *self.scales.values(),
            *self.benchmarks.values(),
            *self.risk.values(),
            *self.signals.values(),
            *self.decisions.values(),
            *self.wording.values(),
            *self.guide.rows(),
            self.guide.crisis,
            *(row for leaflet in self.leaflets.values() for row in leaflet.own),
            *singles,
        )
