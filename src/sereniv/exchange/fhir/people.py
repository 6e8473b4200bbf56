"""Who is treated, who works here, and where: Patient, Practitioner, Organization, Location."""

from collections.abc import Iterator

from sereniv.exchange.fhir.record import Clinic, Place, Record, Subject, Versions, Worker
from sereniv.exchange.fhir.written import OWN, Element, Resource, day, kept, meta, reference

ORGANIZATION = "clinic"
BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
SEXES = {"female": "F", "male": "M"}


def patient(subject: Subject, clinic: Clinic, version: int) -> Resource:
    """Return somebody as the register has them.

    The register asks for the sex at birth and not for the administrative gender, so that this is said to be unknown.
    """
    return kept(
        {
            "resourceType": "Patient",
            "id": subject.id,
            "meta": meta(version, subject.updated_at),
            "extension": [{"url": BIRTH_SEX, "valueCode": SEXES.get(subject.sex_at_birth, "UNK")}],
            "identifier": [{"system": f"{OWN}person", "value": subject.id}],
            "active": not subject.joined_into,
            "name": [kept({"use": "official", "family": subject.family_name, "given": subject.given_names.split()})],
            "telecom": _telephone(subject.phone),
            "gender": "unknown",
            "birthDate": day(subject.born),
            "address": _address(subject.address),
            "managingOrganization": reference("Organization", ORGANIZATION, clinic.name),
            "link": _links(subject),
        }
    )


def _links(subject: Subject) -> list[Element]:
    """Say which records are one person's: the one that goes on, and those that were joined into it."""
    into = [("replaced-by", subject.joined_into)] if subject.joined_into else []
    from_others = [("replaces", each) for each in subject.joined]
    return [{"other": reference("Patient", other), "type": kind} for kind, other in (*into, *from_others)]


def patients(record: Record) -> Iterator[Versions]:
    """Give the one Patient of a record."""
    told = (*record.before, record.subject)
    yield Versions(all=tuple(patient(each, record.clinic, number) for number, each in enumerate(told, start=1)))


def practitioners(clinic: Clinic) -> Iterator[Versions]:
    """Give everybody who works here, or did."""
    for worker in clinic.workers.values():
        yield Versions(all=(_practitioner(worker),))


def _practitioner(worker: Worker) -> Resource:
    return kept(
        {
            "resourceType": "Practitioner",
            "id": worker.id,
            "active": worker.is_active,
            "name": [{"text": worker.name}],
            "qualification": [{"code": {"text": role}} for role in worker.roles],
        }
    )


def organizations(clinic: Clinic) -> Iterator[Versions]:
    """Give the clinic."""
    resource = {
        "resourceType": "Organization",
        "id": ORGANIZATION,
        "active": True,
        "name": clinic.name,
        "telecom": _telephone(clinic.phone),
        "address": _address(clinic.address),
    }
    yield Versions(all=(kept(resource),))


def locations(clinic: Clinic) -> Iterator[Versions]:
    """Give every chair, those that are retired too."""
    for place in clinic.places.values():
        yield Versions(all=(_location(place, clinic),))


def _location(place: Place, clinic: Clinic) -> Resource:
    return kept(
        {
            "resourceType": "Location",
            "id": place.id,
            "status": "active" if place.in_use else "inactive",
            "name": place.name,
            "description": f"In {place.room}" if place.room else "",
            "mode": "instance",
            "managingOrganization": reference("Organization", ORGANIZATION, clinic.name),
        }
    )


def _telephone(number: str) -> list[Element]:
    return [{"system": "phone", "value": number}] if number.strip() else []


def _address(written: str) -> list[Element]:
    return [{"text": written.strip()}] if written.strip() else []
