"""Whether somebody with bipolar disorder still takes a mood stabiliser, by the diagnosis and the list of medicines."""

from collections.abc import Iterator

from sereniv.knowledge.rows import Knowledge, SignalRow
from sereniv.therapy.candidacy.interactions import unplaced_medicines
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import DiagnosisRecorded, MedicinesListed
from sereniv.therapy.person.medicines import MedicineLine, lines_of, medicines_of
from sereniv.therapy.recording.entry import Recorded


def stabiliser_gone(row: SignalRow, chart: PersonChart, knowledge: Knowledge) -> Iterator[str]:
    """Say that the diagnosis answers no since the decision, or that the last of them left the list of medicines.

    A diagnosis that was answered anew after the list, or a decision after it, has settled what the list says.
    """
    answered = [each for each in chart.all(DiagnosisRecorded) if each.event.mood_stabiliser_therapeutic is not None]
    if not answered:
        return
    said, decided = answered[-1], chart.decisions[-1].seq if chart.decisions else 0
    if said.event.mood_stabiliser_therapeutic is False:
        if said.seq > decided:
            yield f"none at a therapeutic level, by the diagnosis recorded {said.at:%d %b %Y}"
        return
    listed = medicines_of(chart)
    if listed is None or listed.seq < max(said.seq, decided):
        return
    among = _among(listed, row, knowledge)
    if any(each.wholly for each in among):
        return
    if among:
        lines = ", ".join(each.said for each in among)
        yield f"{lines}, on the list of {listed.at:%d %b %Y}: whether it is taken is not sure, by words not known here"
        return
    before = [each for each in chart.all(MedicinesListed) if each.seq < listed.seq and _among(each, row, knowledge)]
    if before:
        gone = ", ".join(each.said for each in _among(before[-1], row, knowledge))
        yield f"{gone}, not on the list of {listed.at:%d %b %Y} any more{_may_be_one(chart, knowledge)}"


def _among(listed: Recorded[MedicinesListed], row: SignalRow, knowledge: Knowledge) -> tuple[MedicineLine, ...]:
    lines = lines_of(listed.event.medicines, knowledge.medicines)
    return tuple(each for each in lines if any(one.id in row.medicines for one in each.ingredients))


def _may_be_one(chart: PersonChart, knowledge: Knowledge) -> str:
    """Say which lines are not known to be something else."""
    unplaced = unplaced_medicines(chart, knowledge.medicines)
    return f"; {', '.join(f'“{each}”' for each in unplaced)} may be one: nobody could place it" if unplaced else ""
