"""The bags and syringes made up for a session, oldest first."""

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
