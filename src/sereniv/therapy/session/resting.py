"""What rests on what was charted of pump and bag: the drug's account, and the signature of its note."""

from collections.abc import Iterable, Mapping

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev

OF_THE_PUMP = (
    ev.InfusionStarted,
    ev.InfusionFoundRunning,
    ev.RateChanged,
    ev.RateFound,
    ev.InfusionPaused,
    ev.InfusionResumed,
    ev.InfusionStopped,
    ev.VolumeRead,
)
"""What the milligrams are worked out from, or were read against."""

OF_THE_BAG = (ev.DrugPrepared, ev.DrugSpilt)
"""What says how much a bag held; one that was written down wrong is corrected by another one."""

RESTING = (ev.DrugReconciled, ev.NoteSigned)


def reopened_by(
    entries: Iterable[Recorded[ev.SessionEvent]], struck: Mapping[int, Recorded[ev.EntryStruck]]
) -> dict[int, int]:
    """Return the accounts and signatures that count no more, each with the entry that reopened it.

    One stands on every entry of the pump, every draw and every spill that was charted before it and counted then: a
    strike of the one reopens it, and a correction of the others.
    """
    told = tuple(entries)
    undone = [(each.stream_seq, struck[each.stream_seq].stream_seq) for each in told
              if each.stream_seq in struck and isinstance(each.event, OF_THE_PUMP)]  # fmt: skip
    undone += [(each.event.corrects, each.stream_seq) for each in told
               if isinstance(each.event, OF_THE_BAG) and each.event.corrects is not None]  # fmt: skip
    if not undone:
        return {}
    found: dict[int, int] = {}
    for each in told:
        after = [undoing for charted, undoing in undone if charted < each.stream_seq < undoing]
        if isinstance(each.event, RESTING) and after:
            # What it took the place of does not come back.
            before = [one.stream_seq for one in told if type(one.event) is type(each.event)]
            found |= {here: min(after) for here in before if here <= each.stream_seq and here not in found}
    return found
