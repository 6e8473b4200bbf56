"""Prompts for a medicine that was given in spite of what speaks against it."""

from collections.abc import Iterable

from sereniv.knowledge.rows import Priority
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import AlertKind

GIVEN = "given-"
"""How the name of such a prompt begins; the number of the entry that charted the medicine follows."""


def given_all_the_same(chart: SessionChart) -> Iterable[Condition]:
    """Ask for somebody where a medicine that counts was charted with something against it."""
    for each in chart.medicines:
        if each.event.questions:
            yield Condition(
                alert=f"{GIVEN}{each.stream_seq}",
                kind=AlertKind.PHYSIOLOGICAL,
                priority=Priority.HIGH,
                title=f"{each.event.medicine} given all the same",
                message="Look at the patient now and call the prescriber; strike the entry if it was not given.",
                rule=f"standing order {each.event.standing_order}" if each.event.standing_order else "allergies",
                read={"against": "; ".join(each.event.questions)},
                read_at=each.at,
                read_entry=each.stream_seq,
            )
