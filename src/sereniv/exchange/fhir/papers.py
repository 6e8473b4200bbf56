"""Signed notes as DocumentReferences with their text as Binary, and who recorded what as Provenance."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence

from sereniv.exchange.fhir.record import Record, Versions, unversioned
from sereniv.exchange.fhir.written import Element, kept, moment, reference
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev

PLAIN = "text/plain; charset=utf-8"
AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def _notes(record: Record) -> Iterator[tuple[str, Recorded[object], ev.NoteSigned, str]]:
    """Give every note that was signed, in which session, and where it stands."""
    for sitting in record.sittings:
        for entry in sitting.chart.entries:
            if isinstance(entry.event, ev.NoteSigned):
                signed = sitting.chart.signed
                counts = signed is not None and signed.seq == entry.seq
                yield sitting.id, entry, entry.event, "current" if counts else "superseded"


def documents(record: Record) -> Iterator[Versions]:
    """Give every signed note."""
    for sitting_id, entry, event, status in _notes(record):
        text = event.text.encode()
        attachment = {
            "contentType": PLAIN,
            "url": f"Binary/{entry.seq}-note",
            "size": len(text),
            "hash": base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode(),
            "title": "Note of the infusion",
            "creation": moment(entry.at),
        }
        author = record.clinic.worker(entry.recorded_by)
        resource = {
            "resourceType": "DocumentReference",
            "id": f"{entry.seq}-note",
            "status": status,
            "docStatus": "final",
            "type": {"text": "Note of a ketamine infusion"},
            "subject": record.patient,
            "date": entry.recorded_at.isoformat(timespec="milliseconds"),
            "author": [author] if author is not None else [],
            "content": [{"attachment": attachment}],
            "context": {"encounter": [reference("Encounter", sitting_id)]},
        }
        yield unversioned(kept(resource), [entry])


def binaries(record: Record) -> Iterator[Versions]:
    """Give the text of every signed note, as it was signed."""
    for _, entry, event, _ in _notes(record):
        resource = {
            "resourceType": "Binary",
            "id": f"{entry.seq}-note",
            "contentType": PLAIN,
            "securityContext": record.patient,
            "data": base64.b64encode(event.text.encode()).decode(),
        }
        yield unversioned(resource, [entry])


Maker = Callable[[Record], Iterator[Versions]]


def provenances(makers: Sequence[Maker]) -> Maker:
    """Return what gives, for each entry of the ledger that resources are made of, who recorded it and with whom."""

    def made(record: Record) -> Iterator[Versions]:
        entries: dict[int, Recorded[object]] = {each.seq: each for each in record.chart.entries}
        entries |= {each.seq: each for sitting in record.sittings for each in sitting.chart.entries}
        sittings = {each.id for each in record.sittings}
        targets: dict[int, list[Element]] = {}
        for make in makers:
            for versions in make(record):
                found = versions.now
                number = str(found["id"]).partition("-")[0]
                if found["id"] not in sittings and number.isdigit() and int(number) in entries:
                    targets.setdefault(int(number), []).append(reference(found["resourceType"], found["id"]))
        for seq, named in sorted(targets.items()):
            yield unversioned(_provenance(record, entries[seq], named), [entries[seq]])

    return made


def _provenance(record: Record, entry: Recorded[object], targets: list[Element]) -> Element:
    agents = [_agent(record, entry.recorded_by, "author", "Author")]
    agents += [_agent(record, entry.co_signed_by, "attester", "Attester")] if entry.co_signed_by else []
    return kept(
        {
            "resourceType": "Provenance",
            "id": f"{entry.seq}-provenance",
            "target": targets,
            "occurredDateTime": moment(entry.at),
            "recorded": entry.recorded_at.isoformat(timespec="milliseconds"),
            "agent": agents,
        }
    )


def _agent(record: Record, username: str, code: str, name: str) -> Element:
    who = record.clinic.worker(username) or {"display": username}
    return {"type": {"coding": [{"system": AGENT, "code": code, "display": name}]}, "who": who}
