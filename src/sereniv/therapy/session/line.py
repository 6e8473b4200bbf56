"""What mends a fault of the line without a word about it: a line put in anew, and a further bag."""

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart

OF_THE_OLD_LINE = frozenset({ev.Observation.IV_SITE, ev.Observation.OCCLUSION, ev.Observation.DISCONNECTION})
"""What was found of a line says nothing of the one put in after it."""
OF_THE_OLD_BAG = frozenset({ev.Observation.BAG_EMPTY})


def mends(chart: SessionChart) -> tuple[tuple[Recorded[ev.SessionEvent], frozenset[ev.Observation]], ...]:
    """Return each line put in anew and each further bag, oldest first, with the faults that are over with it."""
    lines = [
        (each, OF_THE_OLD_LINE)
        for each in chart.entries
        if isinstance(each.event, ev.LineResited) and each.stream_seq not in {*chart.struck, *chart.outside}
    ]
    further = {bag.at for bag in chart.bags[1:]}
    bags = [
        (each, OF_THE_OLD_BAG)
        for each in chart.entries
        if isinstance(each.event, ev.DrugPrepared) and each.event.corrects is None and each.at in further
    ]
    return tuple(sorted((*lines, *bags), key=lambda each: (each[0].at, each[0].stream_seq)))


def still_said(chart: SessionChart, look: Recorded[ev.ObservationCharted]) -> bool:
    """Say whether what was observed still speaks of the line and bag that are in use."""
    placed = (look.at, look.stream_seq)
    return not any(
        look.event.observation in over and (each.at, each.stream_seq) > placed for each, over in mends(chart)
    )
