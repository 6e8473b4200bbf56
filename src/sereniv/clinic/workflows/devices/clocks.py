"""How far a device's clock seems to be off, by what it sent last, and how far it is said to be."""

from datetime import timedelta

from sereniv.clinic.records.models import Device, DeviceMessage
from sereniv.clinic.workflows.chair.device_clocks import AHEAD_ALLOWED
from sereniv.knowledge import knowledge

LATELY = 20
"""Messages by which a clock is judged: of some that were late the quickest tells most."""


def seems_ahead(device: Device) -> timedelta | None:
    """Return how far a device's clock seems to run ahead of ours (less than 0: behind), None where nothing tells.

    A message may have waited on its way, and then looks as if the clock were behind: the quickest of the last ones
    tells most. Whether messages waited or the clock is behind, only somebody at the device can say.
    """
    sent = DeviceMessage.objects.filter(device=device, sent_at__isnull=False).order_by("-received_at")
    times = sent.values_list("sent_at", "received_at")[:LATELY]
    return max((said - came for said, came in times if said is not None), default=None)


def words(device: Device) -> str:
    """Say how a device's clock stands, "" where it is well."""
    ahead = seems_ahead(device)
    said = timedelta(seconds=device.clock_ahead_s or 0)
    corrected = f"is put right for {_span(said)}" if said else ""
    if ahead is None or -_behind_allowed(device) <= ahead - said <= AHEAD_ALLOWED:
        return f"its clock {corrected}" if corrected else ""
    return f"its clock seems {_span(ahead)}{f', and {corrected}' if corrected else ''}"


def _behind_allowed(device: Device) -> timedelta:
    """Return how far behind a clock may be before what comes without pause counts as silence at the chair."""
    intervals = timedelta(seconds=(device.interval_s or 1) * knowledge().feed.missing_after_intervals)
    return min(AHEAD_ALLOWED, intervals)


def _span(ahead: timedelta) -> str:
    seconds = round(abs(ahead).total_seconds())
    hours, minutes = divmod(seconds, 3600)
    clock = f"{hours} h {minutes // 60} min" if hours else f"{minutes // 60} min {minutes % 60} s"
    return f"{clock} {'ahead' if ahead >= timedelta(0) else 'behind'}"
