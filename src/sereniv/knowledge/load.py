"""Loads the clinical tables: a row without a known source, or with a key nobody reads, does not load."""

from functools import cache
from pathlib import Path
from typing import TypeVar

from sereniv.knowledge import rows
from sereniv.knowledge.load_leaflets import read_guide, read_leaflet
from sereniv.knowledge.load_medicines import read_medicines
from sereniv.knowledge.tables import Raw, Tables

TABLES = Path(__file__).parent
LEAFLETS = ("before", "consent_form", "departure", "plan")
OrderedT = TypeVar("OrderedT", rows.WorkUpItem, rows.TrialCriterion)


@cache
def knowledge() -> rows.Knowledge:
    """Return the packaged clinical tables, loaded once.

    Raises
    ------
    KnowledgeError
        When a table is malformed, a row lacks a source, or a source is not in the references.
    """
    return load(TABLES)


def load(folder: Path) -> rows.Knowledge:
    """Load every table under `folder`; see `knowledge` for the errors raised."""
    tables = Tables(folder)
    guide = read_guide(tables)
    loaded = rows.Knowledge(
        version=tables.version,
        references=tables.references,
        indications=tables.every("indications", rows.Indication),
        criteria=tables.every("criteria", rows.Criterion) | tables.every("physical", rows.Criterion),
        retired=tables.every("retired", rows.Concern),
        diagnoses=rows.Diagnoses(
            meanings=tables.every("diagnoses.meanings", rows.DiagnosisMeaning),
            words=tables.every("diagnoses.words", rows.DiagnosisWords),
            elsewhere=tables.one("diagnoses", "elsewhere", rows.ElsewhereRow),
            titles=dict(tables.raw("diagnoses.titles")),
        ),
        lists=tables.every("conditions.lists", rows.ListRow),
        conditions=tables.every("conditions.conditions", rows.Condition),
        interactions=tables.every("interactions", rows.Interaction),
        medicines=read_medicines(tables),
        entry_rules=tables.every("entry_rules", rows.EntryRule),
        work_up=_in_order(tables.every("work_up", rows.WorkUpItem)),
        trials=tuple(_in_order(tables.every("trials", rows.TrialCriterion)).values()),
        consent=tables.one("consent", "consent", rows.ConsentRule),
        entered_scores=tables.every("entered_scores", rows.EnteredScore),
        limits=tables.every("limits", rows.Limit, written=_titled),
        order_steps=tables.every("order_steps", rows.OrderStep),
        acts=tables.every("acts", rows.ActRow),
        succession=tables.every("succession", rows.SuccessionRow),
        going_live=tables.every("going_live", rows.GoingLiveRow),
        access=_access(tables),
        sign_in=tables.one("access", "sign_in", rows.SignInRule),
        care_teams=tables.one("access", "care_teams", rows.CareTeamRule),
        appointment=tables.one("course", "appointment", rows.AppointmentRule),
        passed_on=tables.one("course", "passed_on", rows.PassedOn),
        course=tables.every("course", rows.CourseRule, without={"appointment", "passed_on"}),
        standard=tables.one("protocols", "clinic_standard", rows.ClinicStandard),
        dose_weight=tables.one("protocols", "dose_weight", rows.DoseWeightRule),
        protocols=tables.every("protocols", rows.Protocol, without={"clinic_standard", "dose_weight"}),
        own_bounds=tables.every("own_bounds", rows.OwnBound),
        plausible=tables.every("plausibility", rows.Plausible),
        device_codes=rows.DeviceCodes(
            signs=tables.every("device_codes.signs", rows.DeviceSign),
            units=tables.every("device_codes.units", rows.DeviceUnit),
        ),
        schedule=tables.one("monitoring", "schedule", rows.Schedule),
        pain_schedule=tables.one("monitoring", "pain_schedule", rows.Schedule),
        feed=tables.one("monitoring", "feed", rows.FeedRule),
        volume=tables.one("monitoring", "volume", rows.VolumeRule),
        read_back=tables.one("monitoring", "read_back", rows.ReadBackRule),
        capnography=tables.one("monitoring", "capnography", rows.CapnographyRule),
        pump=tables.one("monitoring", "pump", rows.PumpRule),
        close_watch=tables.one("monitoring", "close_watch", rows.WatchRule),
        acknowledgement=tables.one("monitoring", "acknowledgement", rows.AcknowledgementRule),
        reaching=tables.one("monitoring", "reaching", rows.ReachingRule),
        alerts=tables.every("monitoring.alerts", rows.AlertRule, written=_in_its_minutes),
        said=tables.every("said", rows.SaidRow, without={"denied", "thoughts_of_suicide"}),
        said_of_suicide=tables.one("said", "thoughts_of_suicide", rows.SaidRow),
        denied=tables.one("said", "denied", rows.DenialRow),
        gate=tuple(sorted(tables.every("gate", rows.GateLine).values(), key=lambda line: line.order)),
        discharge=tables.one("recovery", "discharge", rows.DischargeRule),
        sedated_stay=tables.one("recovery", "sedated_stay", rows.SedatedStay),
        observations=tables.one("monitoring", "observations", rows.ObservationSchedule),
        standing_orders=tables.every("standing_orders", rows.StandingOrder),
        custody=_custody(tables),
        aftercare=_aftercare(tables),
        scales=tables.every("scales", rows.Scale),
        assessments=tables.one("assessments", "schedule", rows.AssessmentSchedule),
        benchmarks=tables.every("benchmarks", rows.Benchmark),
        suicide_item=tables.one("safety", "suicide_item", rows.SuicideItemRule),
        take_up=tables.one("safety", "take_up", rows.TakeUpRule),
        risk=tables.every("safety.risk", rows.RiskRule),
        signals=tables.every("decisions.signals", rows.SignalRow),
        decisions=tables.every("decisions.decisions", rows.DecisionRow),
        open_items=tables.one("safety", "open_items", rows.OpenItemConcern),
        opening_hours=tables.one("safety", "opening_hours", rows.OpeningHours),
        wording=tables.every("wording", rows.Wording),
        guide=guide,
        leaflets={name: read_leaflet(name, tables, guide) for name in LEAFLETS},
    )
    tables.demand_sources()
    return loaded


MESSAGES = ("message", "message_at_rest", "message_paused")


def _in_its_minutes(alert: Raw) -> Raw:
    """Write a row's own minutes into its message, so that the words never ask for another time than the row."""
    minutes = str(alert.get("repeat_within_min"))
    said = {name: str(alert[name]).replace("{minutes}", minutes) for name in MESSAGES if name in alert}
    return {**alert, **said}


def _titled(limit: Raw) -> Raw:
    """Title a limit by its statement."""
    return {"title": limit.get("statement", ""), **limit}


def _access(tables: Tables) -> rows.AccessRules:
    return rows.AccessRules(
        new_account=tables.one("access", "new_account", rows.AccessRule),
        erasure_wait=tables.one("access", "erasure_wait", rows.AccessRule),
        first_code=tables.one("access", "first_code", rows.AccessRule),
        enrolment=tables.one("access", "enrolment", rows.AccessRule),
    )


def _custody(tables: Tables) -> rows.CustodyRules:
    return rows.CustodyRules(
        count=tables.one("custody", "count", rows.CountRule),
        difference=tables.one("custody", "difference", rows.DifferenceRule),
        loss=tables.one("custody", "loss", rows.LossRule),
        account=tables.one("custody", "account", rows.AccountRule),
    )


def _aftercare(tables: Tables) -> rows.Aftercare:
    return rows.Aftercare(
        terms=tables.every("adverse_events.terms", rows.AdverseTerm),
        grades=tables.every("adverse_events.grades", rows.Row),
        check_in=tables.one("aftercare", "check_in", rows.CheckInRule),
        questions=tables.every("aftercare.questions", rows.CheckInQuestion),
        retired=tables.every("aftercare.retired", rows.RetiredQuestion),
        small_cells=tables.one("aftercare", "small_cells", rows.SmallCellRule),
    )


def _in_order(table: dict[str, OrderedT]) -> dict[str, OrderedT]:
    return dict(sorted(table.items(), key=lambda item: item[1].order))
