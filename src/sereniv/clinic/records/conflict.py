"""Whether somebody decides on what no longer stands: asked under the lock, before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass

from sereniv.clinic.records import codec, written_out
from sereniv.clinic.records.models import Entry
from sereniv.clinic.records.reading import as_it_reads
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Knowledge, SuccessionRow
from sereniv.therapy.correction import succession
from sereniv.therapy.person.events import RecordStruck
from sereniv.therapy.recording.entry import Recorded, Unread

SYSTEM = "system"
"""Who entries are recorded by when no person acted."""


class Conflict(Exception):  # noqa: N818  the field's word for it
    """Somebody else changed the chart in between; look at the new one and decide again."""


class Superseded(Conflict):
    """What somebody is about to write would take the place of an entry that their page did not show."""

    def __init__(self, newer: Recorded[codec.Event | Unread], row: SuccessionRow, last: int) -> None:
        self.newer, self.last, self._row = newer, last, row
        super().__init__(f"{row.title}: {newer.recorded_by} wrote a newer entry since this page was opened.")

    def words(self, rules: Knowledge, name_of: Callable[[str], str]) -> str:
        """Say what stands now, who wrote it and when."""
        return succession.words(self.newer, self._row, rules, name_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """From what a page was drawn: the ledger up to the entry `seen`, of these streams; it now ends at `end`."""

    seen: int
    end: int
    streams: tuple[str, ...]


def demand_not_superseded(event: codec.Event, drawn: Drawn) -> None:
    """Raise Superseded where a person wrote since what this entry would replace; an entry that was struck is none."""
    row = succession.row_asked(type(event).__name__, knowledge().succession)
    if row is None:
        return
    if drawn.seen > drawn.end:
        raise Conflict("This form names a chart that does not exist yet.")
    since = Entry.objects.filter(stream__in=drawn.streams, seq__gt=drawn.seen, payload__isnull=False)
    since = since.exclude(recorded_by=SYSTEM).order_by("-seq")
    struck = {(each.stream, _struck_by(as_it_reads(each))) for each in since.filter(kind=RecordStruck.__name__)}
    standing = (each for each in since.filter(kind__in=row.events) if (each.stream, each.stream_seq) not in struck)
    newer = [each for each in map(as_it_reads, standing) if succession.is_of_the_same(event, each.event, row)]
    if newer:
        # One act may write several: what is told is its entry of this kind, what was looked at then is all of them.
        told = next((each for each in newer if type(each.event) is type(event)), newer[0])
        raise Superseded(told, row, newer[0].seq)


def _struck_by(strike: Recorded[codec.Event | Unread]) -> int:
    return strike.event.entry if isinstance(strike.event, RecordStruck) else 0


def demand_nobody_charted_since(stream: str, expected_seq: int, end: int) -> None:
    """Raise Conflict where a person has written since; what the system notes by itself overtakes no decision.

    A number that the stream has not reached was never shown to anybody, so nothing was decided on it.
    """
    if expected_seq > end:
        raise Conflict("This form names a chart that does not exist yet.")
    if written_out.anybody_since(stream, expected_seq, SYSTEM):
        raise Conflict("The chart has changed since you opened this form.")
