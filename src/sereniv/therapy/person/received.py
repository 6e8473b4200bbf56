"""The inbox of a person: what other records sent, what became of it, and how it stands beside what the chart knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import CHECKLISTS, allergies_of, conditions_of
from sereniv.therapy.person.diagnoses import begins_with, standing
from sereniv.therapy.person.events import (
    ReceivedKind,
    ReceivedOutcome,
    ReceivedSettled,
    RecordReceived,
)
from sereniv.therapy.person.free_text import folded
from sereniv.therapy.person.medicines import medicines_of, recognise, said
from sereniv.therapy.recording.entry import Recorded

BEARS_ON_SAFETY = frozenset({ReceivedKind.ALLERGY, ReceivedKind.MEDICINE, ReceivedKind.CONDITION})
NONE_KNOWN = "none known"
NEVER_ASKED = "nobody here has asked"


class BesideChart(StrEnum):
    """How something that was received stands beside the chart."""

    SAME = "same"
    NEW = "new"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedItem:
    """One thing that was received, and the newest word on it."""

    received: Recorded[RecordReceived]
    settled: Recorded[ReceivedSettled] | None = None

    @property
    def entry(self) -> int:
        """By which number the chart names it."""
        return self.received.stream_seq

    @property
    def is_taken_over(self) -> bool:
        """True where it was charted."""
        return self.settled is not None and self.settled.event.outcome is ReceivedOutcome.TAKEN_OVER

    @property
    def words(self) -> str:
        """Say in a line what it says."""
        event = self.received.event
        said_of_it = f"{event.kind}: {event.written or NONE_KNOWN}"
        return said_of_it if event.holds else f"{said_of_it} (its sender says: not so, or no more)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How an item stands beside the chart, and what the chart knows of it, in words."""

    beside: BesideChart
    known: str


def inbox(chart: PersonChart) -> tuple[ReceivedItem, ...]:
    """Return everything that was received about a person, oldest first."""
    settled = {each.event.entry: each for each in chart.all(ReceivedSettled)}
    received = chart.all(RecordReceived)
    return tuple(ReceivedItem(received=each, settled=settled.get(each.stream_seq)) for each in received)


def waiting(chart: PersonChart) -> tuple[ReceivedItem, ...]:
    """Return what nobody has said anything about yet; time settles nothing."""
    return tuple(each for each in inbox(chart) if each.settled is None)


def not_taken_up(chart: PersonChart, knowledge: Knowledge) -> tuple[ReceivedItem, ...]:
    """Return what waits, bears on safety and is not in the chart in the same words."""
    return tuple(
        each
        for each in waiting(chart)
        if (each.received.event.kind in BEARS_ON_SAFETY or each.received.event.asks)
        and each.received.event.holds
        # That none are known adds nothing: whether somebody here asked is the chart's own question.
        and each.received.event.written
        and compared(chart, each.received.event, knowledge).beside is not BesideChart.SAME
    )


def not_taken_up_words(chart: PersonChart, knowledge: Knowledge) -> Iterator[str]:
    """Say each of these in a line: what, from where, of when."""
    for each in not_taken_up(chart, knowledge):
        yield f"{each.words}, from {each.received.event.sent_by}, {each.received.at:%d %b %Y}"


def compared(chart: PersonChart, event: RecordReceived, knowledge: Knowledge) -> Compared:
    """Hold an allergy, a medicine or a condition against the chart; anything else is new to it."""
    found = _against_the_chart(chart, event, knowledge)
    if event.holds:
        return found
    # What its sender takes back stands in the chart, or there is nothing to take back.
    in_the_chart = found.beside is not BesideChart.NEW and found.known not in {NONE_KNOWN, NEVER_ASKED}
    return Compared(beside=BesideChart.DIFFERS if in_the_chart else BesideChart.SAME, known=found.known)


def _against_the_chart(chart: PersonChart, event: RecordReceived, knowledge: Knowledge) -> Compared:
    match event.kind:
        case ReceivedKind.ALLERGY:
            return _allergy(chart, event)
        case ReceivedKind.MEDICINE:
            return _medicine(chart, event, knowledge)
        case ReceivedKind.CONDITION:
            return _condition(chart, event, knowledge)
        case _:
            return Compared(beside=BesideChart.NEW, known="")


def _allergy(chart: PersonChart, event: RecordReceived) -> Compared:
    listed = allergies_of(chart)
    if listed is None:
        return Compared(beside=BesideChart.NEW, known=NEVER_ASKED)
    entries = listed.event.entries
    known = "; ".join(entries) or NONE_KNOWN
    if folded(event.written) in map(folded, entries) or (not event.written and not entries):
        return Compared(beside=BesideChart.SAME, known=known)
    contradicts = not event.written or not entries
    return Compared(beside=BesideChart.DIFFERS if contradicts else BesideChart.NEW, known=known)


def _medicine(chart: PersonChart, event: RecordReceived, knowledge: Knowledge) -> Compared:
    listed = medicines_of(chart)
    if listed is None:
        return Compared(beside=BesideChart.NEW, known=NEVER_ASKED)
    lines = listed.event.medicines
    same = [each for each in lines if folded(each.written) == folded(event.written)]
    if same:
        return Compared(beside=BesideChart.SAME, known="; ".join(map(said, same)))
    mine = {each.id for each in recognise(event.written, knowledge.medicines).ingredients}
    alike = [each for each in lines if mine & set(each.ingredients)]
    if alike:
        return Compared(beside=BesideChart.DIFFERS, known="; ".join(map(said, alike)))
    if not lines:
        return Compared(beside=BesideChart.DIFFERS, known=NONE_KNOWN)
    return Compared(beside=BesideChart.NEW, known="; ".join(map(said, lines)))


def _condition(chart: PersonChart, event: RecordReceived, knowledge: Knowledge) -> Compared:
    known = tuple(dict.fromkeys(_conditions(chart, knowledge)))
    if folded(event.written) in {folded(words) for _, words in known}:
        return Compared(beside=BesideChart.SAME, known=event.written)
    coded = [(code, words) for code, words in known if code and event.icd10 and _of_one_kind(code, event.icd10)]
    if coded:
        same = any(code == event.icd10 for code, _ in coded)
        words = "; ".join(words for _, words in coded)
        return Compared(beside=BesideChart.SAME if same else BesideChart.DIFFERS, known=words)
    asked = any(conditions_of(chart, which) is not None for which in CHECKLISTS)
    nothing = NONE_KNOWN if asked else NEVER_ASKED
    return Compared(beside=BesideChart.NEW, known="; ".join(words for _, words in known) or nothing)


def _of_one_kind(one: str, other: str) -> bool:
    return begins_with(one, (other,)) or begins_with(other, (one,))


def _conditions(chart: PersonChart, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Give every condition that the chart says to hold: its code, "" for none, and its words."""
    for each in standing(chart):
        yield each.event.icd10, each.event.words or each.event.icd10
    for which in CHECKLISTS:
        asked = conditions_of(chart, which)
        if asked is not None:
            rows = knowledge.conditions
            yield from (("", rows[name].title if name in rows else name) for name in asked.event.conditions)
            yield from (("", each) for each in asked.event.other)
