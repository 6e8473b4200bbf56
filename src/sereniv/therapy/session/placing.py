"""Whether what was charted can have happened at its time; what cannot is kept, asked about, and does not count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev

WHEN = "when"
"""The field under which the time of an entry is asked about and confirmed."""

NOT_COUNTED = "charted for a time before the start: kept, and not counted"
HOW_TO_PLACE = (
    "Strike it and chart it with its time; or, where the pump ran earlier, chart that under Pump discrepancy."
)

READ_BY_RULES = (
    ev.VitalsCharted,
    ev.ObservationCharted,
    ev.RecoveryScored,
    ev.VolumeRead,
    ev.InfusionFoundRunning,
    ev.RateFound,
    ev.InfusionPaused,
    ev.InfusionResumed,
    ev.InfusionStopped,
)
"""What is read by its time; a medicine is not among them: a sedative prolongs the watch, whenever it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStep:
    """From `at` on, the pump ran at this rate (0 while paused, or `stops` at the end)."""

    at: datetime
    rate_ml_per_h: Decimal
    entry: int
    stops: bool = False
    begins: bool = False
    """True where somebody started the pump, or saw it run."""


def in_place(pump: Sequence[RateStep]) -> tuple[RateStep, ...]:
    """Return the steps from the start on, which is where somebody started the pump or saw it run, by time.

    A pause or stop charted for an earlier time, or without any start, is out of place. Where the start itself was
    struck, the first rate above zero stands in for it: a pump that was changed had run.
    """
    first = next((place for place, step in enumerate(pump) if step.begins), None)
    if first is None:
        first = next((place for place, step in enumerate(pump) if step.rate_ml_per_h > 0), len(pump))
    return tuple(pump[first:])


def before_the_session(
    told: Sequence[Recorded[ev.SessionEvent]],
    entries: Sequence[Recorded[ev.SessionEvent]],
    struck: Collection[int],
) -> dict[int, str]:
    """Return the question about each entry of `told` that rules would read, but for a time before the session.

    What a person confirmed is not asked about again, and what was struck never.
    """
    opened = [each.at for each in entries if isinstance(each.event, ev.SessionOpened)]
    if not opened:
        return {}
    confirmed = {
        each.event.entry
        for each in entries
        if isinstance(each.event, ev.ValueConfirmedInSession) and each.event.field == WHEN
    }
    since = f"{opened[-1]:%d %b %H:%M}"
    return {
        each.stream_seq: f"{each.at:%d %b %H:%M} is before this session was opened, {since}. Was it then?"
        for each in told
        if isinstance(each.event, READ_BY_RULES)
        and each.at < opened[-1]
        and each.stream_seq not in confirmed
        and each.stream_seq not in struck
    }


def reaches_back(event: ev.SessionEvent) -> bool:
    """Say whether an entry changes what counts of those before it."""
    match event:
        case ev.EntryStruck() | ev.SessionOpened():
            return True
        case ev.ValueConfirmedInSession(field=field):
            return field == WHEN
        case ev.DrugPrepared(corrects=corrects) | ev.DrugSpilt(corrects=corrects):
            return corrects is not None
        case _:
            return False
