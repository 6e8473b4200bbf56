"""Everything that this server has, in one table: by it requests are answered, and it is what `/metadata` says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sereniv.exchange.fhir import answers, observations, people
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

    @property
    def is_versioned(self) -> bool:
        """True where its resources come from the ledger, which says how each stood before."""
        return self.of_record is not None

    @property
    def searched_by(self) -> tuple[Param, ...]:
        """Every parameter that may be asked of it, but for those of every type."""
        return (*((LAST_UPDATED,) if self.is_versioned else ()), *self.params)

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


ROWS = (
    Served(
        name="Patient",
        of_record=people.patients,
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
        name="Observation",
        of_record=observations.observations,
        params=(
            *_patient(),
            _token("code"),
            _token("category"),
            _token("status"),
            _date("date", "effectiveDateTime"),
            _to("encounter", "Encounter"),
            _to("derived-from", "QuestionnaireResponse", paths=("derivedFrom",)),
        ),
        includes=("Observation:patient", "Observation:subject", "Observation:derived-from"),
        says="Vital signs, weight, alertness, effects, pain, totals of scales and the items that ask about suicide.",
    ),
    Served(
        name="QuestionnaireResponse",
        of_record=answers.responses,
        params=(
            *_patient(),
            _date("authored"),
            _token("status"),
            Param(name="questionnaire", kind=Kind.TOKEN, paths=("questionnaire",)),
        ),
        includes=("QuestionnaireResponse:patient", "QuestionnaireResponse:subject"),
        revincludes=("Observation:derived-from",),
        says="Item by item; a blank answer is an item without an answer.",
    ),
)

TABLE = {row.name: row for row in ROWS}

if tuple(TABLE) != TYPES:
    raise ImportError("The table of FHIR types and their names differ.")
