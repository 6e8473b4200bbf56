"""Who looked at a record, as AuditEvents: one for a person, a page and a day, as the audit keeps it."""

from collections.abc import Iterator

from sereniv.exchange.fhir.record import Record, Seen, Versions
from sereniv.exchange.fhir.written import Resource, kept, moment

TYPE = {
    "system": "http://dicom.nema.org/resources/ontology/DCM",
    "code": "110110",
    "display": "Patient Record",
}


def audit_events(record: Record) -> Iterator[Versions]:
    """Give every look at a record, apps' among them."""
    for seen in record.seen():
        yield Versions(all=(_audit_event(record, seen),))


def _audit_event(record: Record, seen: Seen) -> Resource:
    who = record.clinic.worker(seen.who) or {"display": seen.who}
    return kept(
        {
            "resourceType": "AuditEvent",
            "id": f"look-{seen.mark}-{record.subject.id}",
            "meta": {"versionId": str(max(seen.times, 1)), "lastUpdated": moment(seen.last)},
            "type": TYPE,
            "action": "R",
            "period": {"start": moment(seen.first), "end": moment(seen.last)},
            "recorded": seen.last.isoformat(timespec="milliseconds"),
            "outcome": "0",
            "outcomeDesc": f"Looked at {max(seen.times, 1)} times",
            "agent": [{"who": who, "altId": seen.who, "requestor": True}],
            "source": {"observer": {"display": record.clinic.name}},
            "entity": [{"what": record.patient, "name": seen.what}],
        }
    )
