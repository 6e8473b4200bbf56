"""What one received resource says, in this house's words; what has no place here is refused by its path."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.fhir.written import Resource
from sereniv.exchange.incoming import fhir
from sereniv.exchange.incoming.contents import (
    AllergicTo,
    DiagnosedThere,
    Fact,
    MeasuredThere,
    Scored,
    Takes,
)
from sereniv.exchange.incoming.patients import SEXES, address_of, name_of, phone_of, sex_of
from sereniv.exchange.incoming.resources import Broken, Standing, day_of, text_of
from sereniv.exchange.received.answered import answered
from sereniv.exchange.received.laboratory import Reported, is_of_a_laboratory, reported
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.events import ReceivedKind
from sereniv.therapy.person.names import birth_words
from sereniv.therapy.recording.typed_values import plain

SUBJECT = {"AllergyIntolerance": "patient"}
"""By which element a resource names whom it is about, where that is not `subject`."""

WITHDRAWN = ("clinicalStatus", "verificationStatus", "status")
ROW = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a Patient says of somebody; "" and None are not said."""

    family_name: str
    given_names: str
    born: date | None
    sex_at_birth: str
    phone: str
    address: str

    @property
    def words(self) -> str:
        """Say it in a line."""
        name = ", ".join(filter(None, (self.family_name, self.given_names)))
        born = f"born {birth_words(self.born)}" if self.born else ""
        phone = f"telephone {self.phone}" if self.phone else ""
        address = f"address {self.address}" if self.address else ""
        return "; ".join(filter(None, (name, born, self.sex_at_birth, phone, address)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a resource says: what it is about, in words, and the facts that charting it would make.

    `asks` is True where somebody is to read it before a drug runs, beyond what each thing of its kind asks.
    """

    kind: ReceivedKind
    written: str
    icd10: str = ""
    holds: bool = True
    facts: tuple[Fact, ...] = ()
    details: Details | None = None
    reported: Reported | None = None
    asks: bool = False


def said_by(resource: Resource, knowledge: Knowledge, zone: tzinfo, today: date) -> Said:
    """Return what a resource says of the person it was matched to.

    Raises
    ------
    Failed
        Where something of it cannot be, or it has no place here: at which path, and why.
    """
    name = str(resource["resourceType"])
    try:
        if name == "Patient":
            return _details(resource)
        if name == "QuestionnaireResponse":
            fact, words, asks = answered(resource, knowledge, zone, today)
            return Said(kind=ReceivedKind.ANSWERS, written=words, facts=(fact,), asks=asks)
        if name == "Observation" and is_of_a_laboratory(resource):
            return _of_a_laboratory(reported(resource, zone, today))
        return _fact(resource, name, knowledge, zone, today)
    except Broken as broken:
        raise Failed(422, "value", broken.wrong, _below(name, broken.path)) from broken


def _of_a_laboratory(found: Reported) -> Said:
    return Said(
        kind=ReceivedKind.LABORATORY, written=found.words, reported=found, asks=not found.is_within or bool(found.doubt)
    )


def _details(patient: Resource) -> Said:
    family, given = name_of(patient)
    born = text_of(patient, "birthDate")
    says_sex = "extension" in patient or str(patient.get("gender", "")) in SEXES
    found = Details(
        family_name=family,
        given_names=given,
        born=day_of(born, "Patient.birthDate") if born else None,
        sex_at_birth=sex_of(patient) if says_sex else "",
        phone=phone_of(patient),
        address=address_of(patient),
    )
    died = patient.get("deceasedBoolean") is True or "deceasedDateTime" in patient
    words = "; ".join(filter(None, (found.words, "has died" if died else "")))
    if not words:
        raise Failed(422, "required", "It says neither name, day of birth, sex, telephone nor address.", "Patient")
    return Said(kind=ReceivedKind.DETAILS, written=words, details=found)


def _fact(resource: Resource, name: str, knowledge: Knowledge, zone: tzinfo, today: date) -> Said:
    about = {SUBJECT.get(name, "subject"): {"reference": "Patient/received"}}
    read = fhir.incoming((_standing({**resource, **about}),), knowledge, zone, today)
    holds = not read.left_out
    if read.left_out and name != "Observation":
        # Taken back or over: read as if it were not, to say what it is that is taken back.
        rest = {part: value for part, value in resource.items() if part not in WITHDRAWN}
        status = {"status": "active"} if name == "MedicationStatement" else {}
        read = fhir.incoming((_standing({**rest, **status, **about}),), knowledge, zone, today)
    for fault in read.faults:
        raise Failed(422, "value", fault.wrong, _below(name, fault.column))
    if not read.facts:
        path = f"{name}.status" if _is_unsettled(resource) else f"{name}.code"
        left = next(iter(read.left_out), name)
        raise Failed(422, "not-supported", f"It has no place here: {left}.", path)
    return _of_facts(read.facts, holds, knowledge, zone)


def _standing(resource: Mapping[str, object]) -> Standing:
    return Standing(row=ROW, named=(), resource=resource)


def _is_unsettled(resource: Resource) -> bool:
    return resource["resourceType"] == "Observation" and resource.get("status") not in {"final", "amended", "corrected"}


def _of_facts(facts: tuple[Fact, ...], holds: bool, knowledge: Knowledge, zone: tzinfo) -> Said:
    match facts[0]:
        case AllergicTo(written=written):
            return Said(kind=ReceivedKind.ALLERGY, written=written, holds=holds, facts=facts)
        case Takes(written=written):
            return Said(kind=ReceivedKind.MEDICINE, written=written, holds=holds, facts=facts)
        case DiagnosedThere(written=written, icd10=code):
            return Said(kind=ReceivedKind.CONDITION, written=written, icd10=code, holds=holds, facts=facts)
        case _:
            words = "; ".join(_value_words(each, knowledge, zone) for each in facts)
            return Said(kind=ReceivedKind.MEASUREMENT, written=words, holds=holds, facts=facts)


def _value_words(fact: Fact, knowledge: Knowledge, zone: tzinfo) -> str:
    match fact:
        case MeasuredThere(what=what, value=value, at=at):
            row = knowledge.plausible[what]
            return f"{row.title} {plain(value)} {row.written_unit}, {at.astimezone(zone):%d %b %Y %H:%M}"
        case Scored(scale=scale, total=total, on=on):
            return f"{knowledge.scales[scale].title} {plain(total) if total is not None else '?'}, {on:%d %b %Y}"
        case _:
            return ""


def _below(name: str, path: str) -> str:
    return path if path.partition(".")[0] == name else f"{name}.{path}" if path else name


def identifiers_of(resource: Resource) -> tuple[str, ...]:
    """Return what its sender knows a resource by, as system|value."""
    listed = resource.get("identifier", [])
    return tuple(f"{each.get('system', '')}|{each['value']}" for each in listed if each.get("value"))
