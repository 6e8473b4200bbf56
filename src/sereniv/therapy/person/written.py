"""What somebody wrote in their own words in a person's record: which fields hold free text, and what they are called.

Every such field is read by the table of words that name thoughts of suicide (`said.toml`). Names of people, addresses,
ids and what the program wrote are none; nor are the words of an entry that is itself an answer about suicide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sereniv.therapy.person import events as ev


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText:
    """Where one kind of entry holds free text; a field of parts is written `parts.field`.

    A `decision` may be about thoughts of suicide that somebody had just asked about.
    """

    title: str
    fields: tuple[str, ...]
    decision: bool = False


def _decision(title: str, *fields: str) -> FreeText:
    return FreeText(title=title, fields=fields or ("reason",), decision=True)


def _told(title: str, *fields: str) -> FreeText:
    return FreeText(title=title, fields=fields)


FREE_TEXT: Mapping[type, FreeText] = {
    ev.AdverseEventFollowed: _told("What became of a side effect", "words"),
    ev.AdverseEventRecorded: _told("Side effect", "words", "action"),
    ev.AnaestheticRiskRecorded: _told("Anaesthetic risk", "airway"),
    ev.AppointmentBooked: _decision("Appointment booked", "exception", "despite"),
    ev.AppointmentCancelled: _told("Appointment cancelled", "reason"),
    ev.AppointmentMissed: _told("Did not come", "remark"),
    ev.AppointmentMoved: _told("Appointment moved", "reason", "exception", "despite"),
    ev.CandidacyDecided: _decision("Decision on the candidate"),
    ev.CareTeamsChosen: _told("Care teams", "reason"),
    ev.CheckInGivenUp: _told("Check-in given up", "reason", "instead"),
    ev.ConditionsRecorded: _told("Conditions", "other"),
    ev.ConsentRecorded: _told("Consent", "works_here", "form"),
    ev.ConsentWithdrawn: _told("Consent withdrawn", "reason"),
    ev.CourseEnded: _decision("Course ended"),
    ev.CourseInterrupted: _decision("Course interrupted"),
    ev.CourseResumed: _decision("Course resumed"),
    ev.CourseReviewed: _decision("Review"),
    ev.DiagnosisRecorded: _decision("Diagnosis", "words"),
    ev.EscortArranged: _told("Way home", "way_home"),
    ev.EscortNamedByPatient: _told("Who takes them home, on the patient's phone", "name", "way_home"),
    ev.EvaluationOpened: _decision("Evaluation asked for", "question"),
    ev.EvaluationRecorded: _decision("Evaluation", "finding"),
    ev.HistoryRecorded: _told("History", "entries"),
    ev.IdentityCorrected: _told("Name or details corrected", "reason"),
    ev.IndicationChanged: _decision("Indication changed"),
    ev.InfusedElsewhere: _told("Infusion given elsewhere", "words"),
    ev.MaintenancePlanned: _decision("Maintenance"),
    ev.MedicinesListed: _told("Medicines", "medicines.written"),
    ev.MedicinesReviewed: _told("Medicines gone through", "remark"),
    ev.MissedCalledBack: _told("Called after a missed appointment", "words"),
    ev.OpeningReviewed: _told("Opening of a restricted record, reviewed", "words"),
    ev.OrderSigned: _decision("Order", "limits.reason"),
    ev.OrderWithdrawn: _decision("Order withdrawn"),
    ev.PatientTold: _told("Told of a change to the appointment", "words"),
    ev.PregnancyRecorded: _told("Pregnancy", "basis"),
    ev.RecordsJoined: _told("Records joined", "reason"),
    ev.RecordsParted: _told("Records parted", "reason"),
    ev.RecordRestricted: _told("Record restricted", "reason"),
    ev.ReceivedSettled: _decision("What becomes of what was received"),
    ev.RecordReceived: _told("Received from another record", "written"),
    ev.RecordStruck: _told("Entry struck", "reason"),
    ev.RedAnswerTakenUp: _told("Red answer taken up", "told", "done"),
    ev.RestrictedRecordOpened: _told("Restricted record opened", "reason"),
    ev.RestrictionLifted: _told("Restriction lifted", "reason"),
    ev.SubstancesRecorded: _told("Substance use", "asked.words"),
    ev.TrialLeftUnknown: _told("Earlier treatment", "reason"),
    ev.TellingPlaced: _told("Infusion given elsewhere, told twice", "words"),
    ev.TrialRecorded: _told("Earlier treatment", "treatment", "drug_class", "highest_dose"),
    ev.ValueConfirmed: _told("Value confirmed", "remark"),
    ev.WentOn: _decision("Gone on in spite of a signal"),
    ev.WorkUpRecorded: _told("Work-up", "words"),
    ev.WrittenLineJudged: _decision("Line read", "reason"),
}


def written_in(event: ev.PersonEvent) -> tuple[str, ...]:
    """Return what somebody wrote in an entry, each field by itself."""
    found = FREE_TEXT.get(type(event))
    return () if found is None else tuple(each for name in found.fields for each in _texts(event, _path(name)) if each)


@cache
def _path(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))


def _texts(value: object, path: tuple[str, ...]) -> list[str]:
    # Read for everybody at each look at Today: lists are twice as fast here as generators within each other.
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each, path)]
    if path:
        return _texts(getattr(value, path[0]), path[1:])
    return [value] if isinstance(value, str) else []
