"""Everything of one person as one bundle that stands by itself: their record, and who and what it names."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sereniv.exchange.fhir.record import Record
from sereniv.exchange.fhir.table import ROWS
from sereniv.exchange.fhir.written import Element, Resource, kept, moment

LEFT_OUT = frozenset({"AuditEvent"})
"""Who looked at a record is told on paper: it names people who work here and nothing of the person's health."""


def whole(record: Record) -> tuple[Resource, ...]:
    """Return every resource of a record as it stands, and those of the clinic that it refers to."""
    own = [
        each.now
        for row in ROWS
        if row.of_record is not None and row.name not in LEFT_OUT
        for each in row.of_record(record)
    ]
    named = {reference for each in own for reference in _references(each)}
    clinic = [
        each.now
        for row in ROWS
        if row.of_clinic is not None
        for each in row.of_clinic(record.clinic)
        if f"{row.name}/{each.now['id']}" in named
    ]
    return (*own, *clinic)


def _references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        found = value.get("reference")
        if isinstance(found, str):
            yield found
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def collection(resources: tuple[Resource, ...], at: datetime) -> Resource:
    """Return resources as a bundle; each is known in it by its own address alone, as it lies on no server."""
    entries = [_entry(each) for each in resources]
    return kept({"resourceType": "Bundle", "type": "collection", "timestamp": moment(at), "entry": entries})


def _entry(resource: Resource) -> Element:
    return {"fullUrl": f"urn:sereniv:{resource['resourceType']}/{resource['id']}", "resource": resource}
