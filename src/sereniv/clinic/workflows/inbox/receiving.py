"""Receives what an app sends about a person: an entry in their inbox, in no chart by itself.

The same text of the same app is received once, however often it is sent; what is sent together is received whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sereniv.clinic.records import chart_store, reading
from sereniv.clinic.records.chart_store import New, Writing
from sereniv.clinic.records.house_events import AppEntered
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.workflows.admin.apps import recorder_of
from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.received.sending import Sent
from sereniv.therapy.person.events import RecordReceived
from sereniv.therapy.person.received import waiting
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.refusal import Malformed

MOST_WAITING = 200
"""So much may wait in one inbox; more is told to its sender, and somebody here takes up what waits first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one thing that was sent: the entry it has, and whether it made that just now."""

    entry: Recorded[RecordReceived]
    is_new: bool

    @property
    def resource_id(self) -> str:
        """By which id its sender reads it back."""
        return resource_id_of(self.entry)


def resource_id_of(entry: Recorded[RecordReceived]) -> str:
    """Return the id of what was received: the number of its entry in the ledger, for life."""
    return f"{entry.seq}-received"


def receive(app: AppEntered, sent: Sequence[tuple[Sent, Person]], now: datetime) -> tuple[Receipt, ...]:
    """Receive what an app sent about people, all of it or nothing.

    Raises
    ------
    Failed
        When an inbox is full, or what was sent was received before and erased by law since.
    """
    with chart_store.in_turn():
        return tuple(_received(app, each, person, now) for each, person in sent)


def _received(app: AppEntered, sent: Sent, person: Person, now: datetime) -> Receipt:
    by, stream = recorder_of(app.app), chart_store.person_stream(person.pk)
    chart = chart_store.own_chart(person.pk)
    mine = [each for each in chart.all(RecordReceived) if each.event.app == app.app]
    before = next((each for each in mine if _is_the_same(each.event, sent)), None)
    if before is not None:
        return Receipt(entry=before, is_new=False)
    if len(waiting(chart)) >= MOST_WAITING:
        raise Failed(
            422, "too-costly", f"{MOST_WAITING} entries wait in this inbox: nothing more is taken.", sent.where
        )
    event = RecordReceived(
        app=app.app, sent_by=app.name, named=sent.named, resource_type=sent.name, body=sent.text, kind=sent.said.kind,
        written=sent.said.written, icd10=sent.said.icd10, holds=sent.said.holds, identifiers=sent.identifiers,
        asks=sent.said.asks,
    )  # fmt: skip
    key = f"received:{sha256(repr((app.app, stream, sent.name, sent.text)).encode()).hexdigest()[:48]}"
    try:
        (entry,) = chart_store.append([New(stream=stream, event=event, at=now)], Writing(by=by, now=now, key=key))
    except Malformed as error:
        raise Failed(409, "conflict", "This was received before, and is kept here no more.", sent.where) from error
    return Receipt(entry=narrowed(entry, event), is_new=True)


def _is_the_same(received: RecordReceived, sent: Sent) -> bool:
    """Say whether this was sent before: the same text, or what has the identifier that nothing may have yet."""
    if received.resource_type != sent.name:
        return False
    return received.body == sent.text or bool(sent.unless and sent.unless in received.identifiers)


def read_back(app: AppEntered, name: str, resource_id: str) -> Recorded[RecordReceived] | None:
    """Return what an app sent, by the id it was told; None where there is none of its own."""
    number = resource_id.removesuffix("-received")
    if number == resource_id or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    row = Entry.objects.filter(
        pk=int(number), kind=RecordReceived.__name__, recorded_by=recorder_of(app.app), payload__isnull=False
    ).first()
    entry = reading.as_it_reads(row) if row is not None else None
    if entry is None or not isinstance(entry.event, RecordReceived) or entry.event.resource_type != name:
        return None
    return narrowed(entry, entry.event)


def whose(entry: Recorded[RecordReceived]) -> str:
    """Return the id of whose inbox an entry is in."""
    return str(Entry.objects.values_list("stream", flat=True).get(pk=entry.seq)).partition("/")[2]
