"""What may be erased of a person's record alone: never so that something that no longer held would hold again."""

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import PersonEvent
from sereniv.therapy.safety import suicide
from sereniv.therapy.session import events as session

KEPT_IN_SESSION = (
    session.SessionOpened,
    session.DrugPrepared,
    session.GatePassed,
    session.InfusionStarted,
    session.InfusionFoundRunning,
    session.RateChanged,
    session.RateFound,
    session.VolumeRead,
    session.InfusionPaused,
    session.InfusionResumed,
    session.InfusionStopped,
    session.EntryStruck,
    session.DrugSpilt,
    session.DrugReconciled,
    session.SessionClosedUnused,
)
"""Kinds that say which drug was ordered, drawn, run, given and wasted: kept under a number when a person is erased."""

TAKES_BACK = (
    ev.RecordStruck,
    ev.ConsentWithdrawn,
    ev.OrderWithdrawn,
    ev.InvitationWithdrawn,
    ev.AppointmentMoved,
    ev.AppointmentCancelled,
    ev.AppointmentMissed,
    ev.CourseInterrupted,
    ev.CourseEnded,
    ev.RecordsParted,
    ev.RestrictionLifted,
)
"""Kinds without which what they took back would stand again."""

REPLACES: dict[type[PersonEvent], str] = {
    ev.CandidacyDecided: "",
    ev.LevelOfCareDecided: "",
    ev.ConsentRecorded: "",
    ev.PregnancyRecorded: "",
    ev.MedicinesListed: "",
    ev.SubstancesRecorded: "",
    ev.AnaestheticRiskRecorded: "",
    ev.IndicationChanged: "",
    ev.CourseReviewed: "",
    ev.MaintenancePlanned: "",
    ev.ReferrerRecorded: "",
    ev.RecordRestricted: "",
    ev.CareTeamsChosen: "",
    ev.HistoryRecorded: "list",
    ev.ConditionsRecorded: "list",
    ev.DiagnosisRecorded: "indication",
    ev.EvaluationRecorded: "criterion",
    ev.ScoreEntered: "scale",
    ev.WorkUpRecorded: "item",
    ev.TellingPlaced: "told",
}
"""Kinds of which the last one counts, each with the field that says what it is the last word on."""


def why_kept(chart: PersonChart, seq: int) -> str:
    """Say why the entry at `seq` of the ledger cannot be erased alone, "" where it can.

    `chart` is over all records that are read together: only the ledger's order runs through them.
    """
    event = next((each.event for each in chart.entries if each.seq == seq), None)
    if event is None:
        return ""
    if isinstance(event, TAKES_BACK):
        return "Without this entry, what it took back would hold again. Erase what it took back first, or the person."
    kind = type(event)
    if kind in REPLACES and any(
        type(each.event) is kind and each.seq < seq and _about(each.event) == _about(event) for each in chart.entries
    ):
        return "Without this entry, an earlier one of its kind would count again. Erase the earlier one first."
    return ""


def waits_for_somebody(chart: PersonChart, knowledge: Knowledge, seq: int | None = None) -> bool:
    """Say whether a suicide item was not taken up yet: in the entry at `seq`, or anywhere in the record."""
    entry = next((each.stream_seq for each in chart.entries if each.seq == seq), None)
    return any(seq is None or each.entry == entry for each in suicide.waiting(chart, knowledge))


def _about(event: PersonEvent) -> object:
    return getattr(event, REPLACES[type(event)], None)
