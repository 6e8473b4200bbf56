"""Everything that this server has, in one table: by it requests are answered, and it is what `/metadata` says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sereniv.exchange.fhir import (
    answers,
    course,
    elsewhere,
    events,
    lists,
    looks,
    observations,
    orders,
    papers,
    people,
    sessions,
)
from sereniv.exchange.fhir.names import TYPES
from sereniv.exchange.fhir.record import Clinic, Record, Versions
from sereniv.exchange.fhir.searching import LAST_UPDATED, Kind, Param


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One resource type: of what it is made, and what may be asked of it.

    What is made of a person's record is searched within one person: `patient` or `_id` is asked for.
    """

    name: str
    params: tuple[Param, ...] = ()
    includes: tuple[str, ...] = ()
    revincludes: tuple[str, ...] = ()
    of_record: Callable[[Record], Iterator[Versions]] | None = None
    of_clinic: Callable[[Clinic], Iterator[Versions]] | None = None
    says: str = ""
    is_versioned: bool = False
    """True where each resource is told as it stood before, too."""
    is_searched: bool = True

    @property
    def searched_by(self) -> tuple[Param, ...]:
        """Every parameter that may be asked of it, but for those of every type."""
        return (*((LAST_UPDATED,) if self.of_record is not None else ()), *self.params)

    @property
    def is_of_a_person(self) -> bool:
        """True where it is made of a person's record, and is not the person."""
        return self.of_record is not None and self.name != "Patient"


def _patient(*paths: str) -> tuple[Param, ...]:
    paths = paths or ("subject",)
    return tuple(
        Param(name=name, kind=Kind.REFERENCE, paths=paths, targets=("Patient",)) for name in ("patient", "subject")
    )


def _token(name: str, *paths: str) -> Param:
    return Param(name=name, kind=Kind.TOKEN, paths=paths or (name,))


def _date(name: str, *paths: str) -> Param:
    return Param(name=name, kind=Kind.DATE, paths=paths or (name,))


def _to(name: str, *targets: str, paths: tuple[str, ...] = ()) -> Param:
    return Param(name=name, kind=Kind.REFERENCE, paths=paths or (name,), targets=targets)


def _text(name: str, *paths: str) -> Param:
    return Param(name=name, kind=Kind.STRING, paths=paths or (name,))


_MADE = (
    Served(
        name="Patient",
        of_record=people.patients,
        is_versioned=True,
        params=(
            _text("name", "name.family", "name.given"),
            _text("family", "name.family"),
            _text("given", "name.given"),
            _date("birthdate", "birthDate"),
            _token("identifier"),
            _token("active"),
        ),
    ),
    Served(
        name="Practitioner",
        of_clinic=people.practitioners,
        params=(_text("name", "name.text"), _token("active")),
    ),
    Served(name="Organization", of_clinic=people.organizations, params=(_text("name"), _token("active"))),
    Served(name="Location", of_clinic=people.locations, params=(_text("name"), _token("status"))),
    Served(
        name="Encounter",
        of_record=sessions.encounters,
        params=(
            *_patient(),
            _token("status"),
            _token("class"),
            _date("date", "period"),
            _to("location", "Location", paths=("location.location",)),
        ),
        includes=("Encounter:patient", "Encounter:subject", "Encounter:location"),
        revincludes=("Observation:encounter", "MedicationAdministration:context"),
        says="One infusion session.",
    ),
    Served(
        name="Observation",
        of_record=observations.observations,
        is_versioned=True,
        params=(
            *_patient(),
            _token("code"),
            _token("category"),
            _token("status"),
            _date("date", "effectiveDateTime"),
            _to("encounter", "Encounter"),
            _to("derived-from", "QuestionnaireResponse", paths=("derivedFrom",)),
        ),
        includes=("Observation:patient", "Observation:subject", "Observation:encounter", "Observation:derived-from"),
        revincludes=("Provenance:target",),
        says="Vital signs, weight, alertness, effects, pain, totals of scales and the items that ask about suicide.",
    ),
    Served(
        name="QuestionnaireResponse",
        of_record=answers.responses,
        is_versioned=True,
        params=(
            *_patient(),
            _date("authored"),
            _token("status"),
        ),
        includes=("QuestionnaireResponse:patient", "QuestionnaireResponse:subject"),
        revincludes=("Observation:derived-from",),
        says="Item by item; a blank answer is an item without an answer.",
    ),
    Served(
        name="Condition",
        of_record=lists.conditions,
        is_versioned=True,
        params=(
            *_patient(),
            _token("code"),
            _token("category"),
            _token("clinical-status", "clinicalStatus"),
            _token("verification-status", "verificationStatus"),
            _date("recorded-date", "recordedDate"),
        ),
        says="Diagnoses, and the conditions of the checklists.",
    ),
    Served(
        name="AllergyIntolerance",
        of_record=lists.allergies,
        is_versioned=True,
        params=(*_patient("patient")[:1], _token("code"), _token("clinical-status", "clinicalStatus")),
        says="As written; that none is known is one of its own, and nothing at all means that nobody asked.",
    ),
    Served(
        name="MedicationStatement",
        of_record=elsewhere.medicines,
        is_versioned=True,
        params=(*_patient(), _token("status"), _date("effective", "effectiveDateTime")),
        says="Medicines as the patient takes them, and infusions that others gave.",
    ),
    Served(
        name="MedicationRequest",
        of_record=orders.requests,
        params=(*_patient(), _token("status"), _token("intent"), _date("authoredon", "authoredOn")),
        includes=("MedicationRequest:patient", "MedicationRequest:subject"),
        revincludes=("Provenance:target",),
        says="Orders of an infusion; a draft waits for its second person, and nobody may give by it.",
    ),
    Served(
        name="MedicationAdministration",
        of_record=sessions.administrations,
        params=(
            *_patient(),
            _token("status"),
            _date("effective-time", "effectivePeriod", "effectiveDateTime"),
            _to("context", "Encounter"),
            _to("request", "MedicationRequest"),
        ),
        includes=(
            "MedicationAdministration:patient",
            "MedicationAdministration:subject",
            "MedicationAdministration:context",
            "MedicationAdministration:request",
        ),
        says="An infusion, each of its rates as a part of it, and other medicines given at the chair.",
    ),
    Served(
        name="CarePlan",
        of_record=course.care_plans,
        params=(*_patient(), _token("status"), _date("date", "period")),
        says="A course of infusions.",
    ),
    Served(
        name="Appointment",
        of_record=course.booked,
        params=(*_patient("participant.actor")[:1], _token("status"), _date("date", "start")),
    ),
    Served(
        name="Consent",
        of_record=course.consents,
        params=(*_patient("patient")[:1], _token("status"), _date("date", "dateTime")),
    ),
    Served(
        name="AdverseEvent",
        of_record=events.adverse_events,
        params=(_to("subject", "Patient"), _date("date"), _token("seriousness"), _token("event")),
        says="One that was struck is given no more.",
    ),
    Served(
        name="Task",
        of_record=events.tasks,
        params=(*_patient("for"), _token("status"), _token("code"), _date("authored-on", "authoredOn")),
        includes=("Task:patient", "Task:subject", "Task:focus"),
        says="Thoughts of suicide to be asked about in person, and concerns to be evaluated.",
    ),
    Served(
        name="Flag",
        of_record=events.flags,
        params=(*_patient(), _date("date", "period")),
        says="Thoughts of suicide; active until they were taken up in person.",
    ),
    Served(
        name="DocumentReference",
        of_record=papers.documents,
        params=(
            *_patient(),
            _token("status"),
            _date("date"),
            _to("encounter", "Encounter", paths=("context.encounter",)),
        ),
        says="Signed notes; their text is a Binary.",
    ),
    Served(name="Binary", of_record=papers.binaries, is_searched=False, says="The text of a signed note, as JSON."),
    Served(
        name="AuditEvent",
        of_record=looks.audit_events,
        params=(*_patient("entity.what")[:1], _date("date", "recorded"), _token("altid", "agent.altId")),
        says="Who looked at a record, by person, page and day; those of the last moments are still to be written.",
    ),
)

_TELL_WHO = tuple(
    row.of_record for row in _MADE if row.of_record is not None and row.name not in {"Patient", "AuditEvent", "Binary"}
)

ROWS = (
    *_MADE,
    Served(
        name="Provenance",
        of_record=papers.provenances(_TELL_WHO),
        params=(
            _to("target", *(row.name for row in _MADE if row.of_record is not None and row.name != "Patient")),
            _date("recorded"),
        ),
        says="Who recorded an entry of the ledger, with whom, and what is made of it.",
    ),
)

TABLE = {row.name: row for row in ROWS}

if tuple(TABLE) != TYPES:
    raise ImportError("The table of FHIR types and their names differ.")
