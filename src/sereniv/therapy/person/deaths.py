"""Whether a person died, as somebody recorded it as what became of a side effect."""

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import AdverseEventFollowed, AdverseEventRecorded, Outcome


def died(chart: PersonChart) -> tuple[int, str] | None:
    """Return the ledger's entry that says so, and its words; None where none does, or it was struck or corrected."""
    latest = {each.stream_seq: (each.seq, each.event.outcome, each.at) for each in chart.all(AdverseEventRecorded)}
    for followed in chart.all(AdverseEventFollowed):
        if followed.event.entry in latest:
            latest[followed.event.entry] = (followed.seq, followed.event.outcome, followed.at)
    said = [(entry, at) for entry, outcome, at in latest.values() if outcome is Outcome.DIED]
    if not said:
        return None
    entry, at = said[-1]
    return entry, f"Died, as recorded on {at:%d %b %Y}."
