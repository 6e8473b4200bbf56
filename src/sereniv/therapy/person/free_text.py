"""Lines written in free text, which no table knows: each waits until a prescriber has read it."""

import hashlib
from collections.abc import Iterable

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import HistoryList, WrittenLineJudged
from sereniv.therapy.recording.entry import Recorded

LENGTH_OF_ID = 12


def folded(text: str) -> str:
    """Return a line as lines are compared: letter case and spacing say nothing."""
    return " ".join(text.casefold().split())


def line_id(text: str) -> str:
    """Return what names a line in an address: the same line has the same id, whoever wrote it."""
    return hashlib.sha256(folded(text).encode()).hexdigest()[:LENGTH_OF_ID]


def judgements(chart: PersonChart, which: HistoryList) -> dict[str, Recorded[WrittenLineJudged]]:
    """Return what prescribers said of the lines of one list, by the folded line."""
    return {folded(each.event.written): each for each in chart.all(WrittenLineJudged) if each.event.list is which}


def unread(chart: PersonChart, which: HistoryList, written: Iterable[str]) -> tuple[str, ...]:
    """Return the lines of one list that no prescriber has read."""
    read = judgements(chart, which)
    return tuple(line for line in written if folded(line) not in read)
