"""Whether a person died, as somebody recorded it as what became of a side effect."""

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import AdverseEventFollowed, AdverseEventRecorded, Outcome


def died(chart: PersonChart) -> tuple[int, str] | None:
    """Return the entry that says so with its words; None where none does, or what said so was struck or corrected."""
    latest = {
        each.stream_seq: (each.stream_seq, each.event.outcome, each.at) for each in chart.all(AdverseEventRecorded)
    }
    for followed in chart.all(AdverseEventFollowed):
        if followed.event.entry in latest:
            latest[followed.event.entry] = (followed.stream_seq, followed.event.outcome, followed.at)
    said = [(entry, at) for entry, outcome, at in latest.values() if outcome is Outcome.DIED]
    if not said:
        return None
    entry, at = said[-1]
    return entry, f"Died, as recorded on {at:%d %b %Y}."
