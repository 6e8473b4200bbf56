"""The bags and syringes made up for a session, and what was spilt of them, oldest first."""

from dataclasses import replace

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev


def with_bag(
    bags: tuple[Recorded[ev.DrugPrepared], ...], added: Recorded[ev.DrugPrepared]
) -> tuple[Recorded[ev.DrugPrepared], ...]:
    """Add a bag; a corrected draw takes the place, and the time, of the one it corrects."""
    if added.event.corrects is None:
        return (*bags, added)
    return tuple(replace(added, at=bag.at) if bag.stream_seq == added.event.corrects else bag for bag in bags)


def with_spill(
    spilt: tuple[Recorded[ev.DrugSpilt], ...], added: Recorded[ev.DrugSpilt]
) -> tuple[Recorded[ev.DrugSpilt], ...]:
    """Add a spill; a corrected one takes the place, the time and the number of the one it corrects, or removes it."""
    if added.event.corrects is None:
        return (*spilt, added)
    right = (
        replace(added, at=each.at, stream_seq=each.stream_seq) if each.stream_seq == added.event.corrects else each
        for each in spilt
    )
    return tuple(each for each in right if each.event.volume_ml > 0)
