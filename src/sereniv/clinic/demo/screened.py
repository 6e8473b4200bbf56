"""What a made-up candidate brings along: a diagnosis, two failed treatments, an alcohol screen and a work-up."""

import uuid
from datetime import date, datetime
from typing import Protocol

from sereniv.clinic.workflows import screening
from sereniv.clinic.workflows.acting import Act
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import WorkUpItem
from sereniv.therapy import person_events as pe

TRIED = (("sertraline", "SSRI", "200 mg", 10, 20), ("venlafaxine", "SNRI", "225 mg", 9, 30))
"""Treatment, class, highest dose, weeks, improvement in percent."""


class Acting(Protocol):
    """Whoever makes acts of the demo's staff."""

    def act(self, username: str, now: datetime, second: str = "") -> Act:
        """Return an act of one of the staff."""


def screen(stage: Acting, person_id: uuid.UUID, at: datetime) -> None:
    """Record a depression after two adequate trials, no alcohol problem, and a normal work-up."""
    diagnosis = pe.DiagnosisRecorded(
        indication="depression", icd10="F33.2", words="Recurrent depressive episode, severe",
        diagnosed_by="Dr Maya Quill", since=date(at.year - 1, 5, 1), psychotic_features=False,
    )  # fmt: skip
    screening.record_diagnosis(person_id, diagnosis, stage.act("nurse", at))
    for treatment, drug_class, dose, weeks, percent in TRIED:
        trial = pe.TrialRecorded(
            treatment=treatment, kind=pe.TrialKind.MEDICATION, drug_class=drug_class, highest_dose=dose,
            reached_minimum_dose=True, weeks=weeks, adherent=True, improvement_percent=percent,
            stopped_for=pe.StoppedFor.NO_BENEFIT, in_current_episode=True,
        )  # fmt: skip
        screening.record_trial(person_id, trial, stage.act("nurse", at), is_last=treatment == TRIED[-1][0])
    alcohol = pe.ScoreEntered(scale="auditc", total=1, scored_by="Ada Nightfall, RN")
    screening.enter_score(person_id, alcohol, stage.act("nurse", at))
    screening.record_work_up(person_id, worked_up(at.date()), stage.act("nurse", at))


def worked_up(on: date) -> list[pe.WorkUpRecorded]:
    """Return every item of the work-up done on a day, normal where it is always asked for."""
    return [_item(row, on) for row in knowledge().work_up.values()]


def _item(row: WorkUpItem, on: date) -> pe.WorkUpRecorded:
    if row.conditional and row.needed_from_age is None:
        asked = "asked: no reason to suspect it"
        return pe.WorkUpRecorded(item=row.id, finding=pe.WorkUpFinding.NOT_INDICATED, words=asked, done_on=on)
    return pe.WorkUpRecorded(item=row.id, finding=pe.WorkUpFinding.NORMAL, words="", done_on=on)
