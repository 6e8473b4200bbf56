"""What a made-up candidate brings along: a diagnosis, failed treatments, scales, conditions, a work-up."""

import uuid
from datetime import date, datetime
from typing import Protocol

from sereniv.clinic.demo.people import DemoPerson, demo_id
from sereniv.clinic.workflows.intake import intake, medical, screening
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import WorkUpItem
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.conditions import CHECKLISTS

TRIED = (("sertraline", "SSRI", "200 mg", 10, 20), ("venlafaxine", "SNRI", "225 mg", 9, 30))
"""Treatment, class, highest dose, weeks, improvement in percent."""

ILLNESS = {
    "depression": ("F33.2", "Recurrent depressive episode, severe"),
    "bipolar_depression": ("F31.4", "Bipolar disorder, present episode depressed, severe"),
    "suicidal_ideation": ("R45.851", "Suicidal ideation in a severe depressive episode"),
    "anxiety": ("F41.1", "Generalised anxiety disorder"),
    "ptsd": ("F43.12", "Post-traumatic stress disorder, chronic"),
    "chronic_pain": ("G90.511", "Complex regional pain syndrome I, right arm"),
}
"""ICD-10 code and words by indication."""


class Acting(Protocol):
    """Whoever makes acts of the demo's staff."""

    def act(self, username: str, now: datetime, second: str = "") -> Act:
        """Return an act of one of the staff."""

    def answered(self, who: DemoPerson, scale: str, answers_given: tuple[int, ...], at: datetime) -> None:
        """Ask a scale in the clinic."""


def screen(stage: Acting, who: DemoPerson, at: datetime) -> None:
    """Record an illness after two adequate trials, no condition, no alcohol problem, and a normal work-up."""
    person_id = demo_id(who.name)
    for which in (pe.HistoryList.SUBSTANCE_USE, pe.HistoryList.ALLERGIES):
        intake.record_history(person_id, which, (), (), stage.act("nurse", at))
    free_of_conditions(stage, who, at)
    _diagnosed(stage, who, at)
    for treatment, drug_class, dose, weeks, percent in TRIED:
        trial = pe.TrialRecorded(
            treatment=treatment, kind=pe.TrialKind.MEDICATION, drug_class=drug_class, highest_dose=dose,
            reached_minimum_dose=True, weeks=weeks, adherent=True, improvement_percent=percent,
            stopped_for=pe.StoppedFor.NO_BENEFIT, in_current_episode=True,
        )  # fmt: skip
        screening.record_trial(person_id, trial, stage.act("nurse", at), is_last=treatment == TRIED[-1][0])
    stage.answered(who, "auditc", (1, 0, 0), at)
    screening.record_work_up(person_id, worked_up(at.date()), stage.act("nurse", at))
    stage.answered(who, "phq9", who.phq9, at)
    if who.first:
        stage.answered(who, who.scale, who.first, at)


def free_of_conditions(stage: Acting, who: DemoPerson, at: datetime) -> None:
    """Ask about every condition, and hear of none."""
    for which in CHECKLISTS:
        medical.record_conditions(demo_id(who.name), which, (), (), stage.act("nurse", at))


def _diagnosed(stage: Acting, who: DemoPerson, at: datetime) -> None:
    """Record the diagnosis with what its entry rule reads."""
    person_id: uuid.UUID = demo_id(who.name)
    code, words = ILLNESS[who.indication]
    has = who.indication
    diagnosis = pe.DiagnosisRecorded(
        indication=has, icd10=code, words=words, diagnosed_by="Dr Maya Quill", since=date(at.year - 1, 5, 1),
        psychotic_features=False,
        mood_stabiliser_therapeutic=True if has == "bipolar_depression" else None,
        budapest_criteria_met=True if has == "chronic_pain" else None,
        ideation_present=True if has == "suicidal_ideation" else None,
    )  # fmt: skip
    screening.record_diagnosis(person_id, diagnosis, stage.act("nurse", at))
    if has == "bipolar_depression":
        screening.enter_score(person_id, "ymrs", 3, "Dr Clara Voss", stage.act("prescriber", at))
    if has == "suicidal_ideation":
        words = "Seen in person: ideation without plan or intent, lives with family, safety plan agreed."
        screening.decide_level_of_care(person_id, pe.LevelOfCare.OUTPATIENT, words, stage.act("prescriber", at))


def worked_up(on: date) -> list[pe.WorkUpRecorded]:
    """Return every item of the work-up done on a day, normal where it is always asked for."""
    return [_item(row, on) for row in knowledge().work_up.values()]


def _item(row: WorkUpItem, on: date) -> pe.WorkUpRecorded:
    if row.conditional and row.needed_from_age is None:
        asked = "asked: no reason to suspect it"
        return pe.WorkUpRecorded(item=row.id, finding=pe.WorkUpFinding.NOT_INDICATED, words=asked, done_on=on)
    return pe.WorkUpRecorded(item=row.id, finding=pe.WorkUpFinding.NORMAL, words="", done_on=on)
