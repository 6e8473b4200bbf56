"""Makes session entries and charts for tests: minutes after noon, one line each."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import Registered
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.recording.entry import EventT, Recorded
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart, chart_of
from sereniv.therapy.treatment.dose_step import DoseBefore
from sereniv.therapy.treatment.tolerance import Tolerance
from tests.conftest import NOON

PLAN = ev.SessionPlan(
    protocol="P-DEP",
    infusion_number=1,
    dose_mg_per_kg=Decimal("0.5"),
    dose_weight_kg=Decimal("71.4"),
    weight_basis=WeightBasis.ACTUAL,
    dose_mg=Decimal("35.7"),
    concentration_mg_per_ml=Decimal(1),
    volume_ml=Decimal("35.7"),
    rate_ml_per_h=Decimal("53.6"),
    duration_min=40,
)
OPENED = ev.SessionOpened(person="p", chair="Chair 1", order=1, plan=PLAN, knowledge_version="k")
RATE = PLAN.rate_ml_per_h
STARTED = ev.InfusionStarted(rate_ml_per_h=RATE)
RECOVERED = ev.RecoveryScored(
    activity=2, respiration=2, circulation=2, consciousness=2, oxygen=1, moaas=5, dissociation=0, nausea=1,
    oriented=True, walks_unaided=True, suicidality_asked_not_worse=True, iv_removed=True, escort_present="Kim Escort",
)  # fmt: skip

REGISTERED = Registered(born=date(1984, 3, 2), sex_at_birth="female", indication="depression")
"""Forty-two years old at noon."""


def checklist(
    which: pe.HistoryList, *conditions: str, other: tuple[str, ...] = (), unasked: tuple[str, ...] = ()
) -> pe.ConditionsRecorded:
    """Return a checklist gone through as its rows are today, but for those that came later."""
    asked = tuple(row.id for row in knowledge().conditions.values() if row.list == which and row.id not in unasked)
    return pe.ConditionsRecorded(list=which, conditions=conditions, other=other, asked=asked)


GONE_THROUGH: tuple[pe.PersonEvent, ...] = (
    checklist(pe.HistoryList.CONDITIONS),
    checklist(pe.HistoryList.PSYCHIATRIC),
    pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES),
    pe.MedicinesListed(),
    pe.AnaestheticRiskRecorded(asa=2, airway="Mallampati 1"),
)
"""Every medical list of somebody healthy who takes nothing."""


def dose_before(
    mg_per_kg: str, kg: str = "70", basis: WeightBasis = WeightBasis.ACTUAL, actual_kg: str = "", tolerated: bool = True
) -> DoseBefore:
    """Return a dose that was given over forty minutes the day before noon."""
    mg = Decimal(mg_per_kg) * Decimal(kg)
    return DoseBefore(
        at=NOON - timedelta(days=1), mg=mg, mg_per_kg=Decimal(mg_per_kg), mg_per_h=mg * 60 / 40, basis=basis,
        actual_kg=Decimal(actual_kg or kg),
        tolerance=Tolerance(result=Result.MET if tolerated else Result.NOT_MET),
    )  # fmt: skip


CALM = {"thoughts": "no", "plan": "no", "intent": "no", "means": "no", "attempt": "no"}
"""What somebody answers who has no thoughts of suicide."""


def taken_up(entry: int, risk: pe.Risk = pe.Risk.LOW, **said: Any) -> pe.SafetyAsked:
    """Return a suicide item taken up in person, with everything written down that its level of risk asks for."""
    questions = CALM | {"thoughts": "no" if risk is pe.Risk.NONE_FOUND else "yes"} | said.pop("answered", {})
    whole: dict[str, Any] = {
        "finding": "passing thoughts, no plan",
        "asked_by": "own",
        "questions": questions,
        "done": ("stayed",),
        "safety_plan": "made",
        "told": ("prescriber",),
        "next_contact": date(2031, 1, 1),
    }
    return pe.SafetyAsked(entry=entry, risk=risk, **(whole | said))


Happening = tuple[float, ev.SessionEvent]


def minute(number: float) -> datetime:
    """Return the moment that many minutes after noon."""
    return NOON + timedelta(minutes=number)


def recorded(event: EventT, number: int, at: datetime, by: str = "nurse", second: str = "") -> Recorded[EventT]:
    """Return an event as the ledger has it."""
    return Recorded(
        seq=number, stream_seq=number, at=at, recorded_at=at, recorded_by=by, co_signed_by=second, event=event
    )


def entries(*happened: Happening) -> list[Recorded[ev.SessionEvent]]:
    """Return entries in the order charted: (minute it happened, event); the first is number 1."""
    return [recorded(event, number, minute(at)) for number, (at, event) in enumerate(happened, start=1)]


def chart(*happened: Happening, plan: ev.SessionPlan = PLAN) -> SessionChart:
    """Return the chart of a session opened 30 minutes before noon; the first of `happened` is entry 2."""
    opened = ev.SessionOpened(person="p", chair="Chair 1", order=1, plan=plan, knowledge_version="k")
    return chart_of(entries((-30, opened), *happened))


def vitals(systolic: int | None = None, diastolic: int | None = None, **others: int) -> ev.VitalsCharted:
    """Return charted vital signs without questions."""
    values = {"systolic": systolic, "diastolic": diastolic, **others}
    number = {name: None if value is None else Decimal(value) for name, value in values.items()}
    return ev.VitalsCharted(
        systolic=number["systolic"],
        diastolic=number["diastolic"],
        heart_rate=number.get("heart_rate"),
        spo2=number.get("spo2"),
        respiratory_rate=number.get("respiratory_rate"),
        questions={},
    )


def full_set(systolic: int = 120, diastolic: int = 80) -> ev.VitalsCharted:
    """Return a full set of vital signs."""
    return vitals(systolic, diastolic, heart_rate=72, spo2=98, respiratory_rate=14)


def worked_up(on: date, **findings: pe.WorkUpFinding) -> tuple[pe.WorkUpRecorded, ...]:
    """Return every item of the work-up done on a day, normal but for those named."""
    normal = pe.WorkUpFinding.NORMAL
    return tuple(
        pe.WorkUpRecorded(item=item, finding=findings.get(item, normal), words="said", done_on=on)
        for item in knowledge().work_up
    )


def trial(treatment: str = "sertraline", **facts: object) -> pe.TrialRecorded:
    """Return an adequate failed trial of a medicine, but for the facts named."""
    known: dict[str, Any] = {
        "kind": pe.TrialKind.MEDICATION, "drug_class": "SSRI", "highest_dose": "200 mg", "reached_minimum_dose": True,
        "weeks": 8, "adherent": True, "improvement_percent": 20, "stopped_for": pe.StoppedFor.NO_BENEFIT,
        "in_current_episode": True,
    }  # fmt: skip
    return pe.TrialRecorded(treatment=treatment, **(known | facts))


def diagnosis(indication: str, icd10: str, **features: bool | None) -> pe.DiagnosisRecorded:
    """Return a diagnosis with its features."""
    return pe.DiagnosisRecorded(
        indication=indication, icd10=icd10, words="as examined", diagnosed_by="Dr Ono", **features
    )


NO_MORE_TRIALS = pe.HistoryRecorded(list=pe.HistoryList.TRIALS)
SCREENED: tuple[pe.PersonEvent, ...] = (
    diagnosis("depression", "F33.2", psychotic_features=False), trial(), trial("venlafaxine", drug_class="SNRI"),
    NO_MORE_TRIALS, pe.ScaleAnswered(scale="phq9", answers=(2,) * 8 + (0,), total=16, answered_by="patient"),
    pe.ScoreEntered(scale="auditc", total=1, scored_by="nurse"), *worked_up(NOON.date()),
)  # fmt: skip
"""Everything an entry rule, the alcohol screen and the work-up ask of a depressed person, nothing in the way."""
