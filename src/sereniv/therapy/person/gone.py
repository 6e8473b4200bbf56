"""What a decision could read and counts no more: struck since, with why, or erased by law, of which the kind is left.

The one account for order, co-signature, gate, chair, review, interval, ending and papers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import PersonEvent, RecordStruck
from sereniv.therapy.recording.entry import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An entry that counts no more, and since which entry of the ledger; without a strike the law had it erased."""

    seq: int
    entry: int
    kind: str
    at: datetime
    since: int
    read: Recorded[PersonEvent] | None = None
    strike: Recorded[RecordStruck] | None = None

    @property
    def words(self) -> str:
        """Say why it is gone; of what was erased by law, nothing but that it is."""
        return "erased since by law" if self.strike is None else f"struck since: {self.strike.event.reason.rstrip('.')}"

    def stood_at(self, seq: int) -> bool:
        """Say whether it counted when entry `seq` of the ledger was written."""
        return self.seq < seq < self.since


def gone(chart: PersonChart, *kinds: type[PersonEvent]) -> Iterator[Gone]:
    """Give every entry of some kinds that was struck or erased by law."""
    names = {each.__name__ for each in kinds}
    for each in chart.entries:
        strike = chart.struck.get(each.stream_seq)
        if strike is not None and isinstance(each.event, kinds):
            yield Gone(
                seq=each.seq,
                entry=each.stream_seq,
                kind=type(each.event).__name__,
                at=each.at,
                since=strike.seq,
                read=each,
                strike=strike,
            )
    for place in chart.erased:
        if place.event.kind in names:
            yield Gone(
                seq=place.seq,
                entry=place.stream_seq,
                kind=place.event.kind,
                at=place.at,
                since=place.event.since,
            )


def gone_numbered(chart: PersonChart, entry: int, *kinds: type[PersonEvent]) -> Gone | None:
    """Return what became of one entry, by its number in the record, where it counts no more; None where it stands."""
    return next((each for each in gone(chart, *kinds) if each.entry == entry), None)


def erased_after(chart: PersonChart, seq: int) -> bool:
    """Say whether anything that was read when entry `seq` of the ledger was written was erased by law since."""
    return any(each.seq < seq < each.event.since for each in chart.erased)
