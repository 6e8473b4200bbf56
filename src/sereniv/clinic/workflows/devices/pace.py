"""How often a device's messages come, held against how often it is registered to send."""

from datetime import timedelta
from itertools import pairwise

from sereniv.clinic.records.models import Device, DeviceMessage
from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring import CUFF_SIGNALS
from sereniv.therapy.recording.time_words import length

LATELY = 20
FEWEST = 4
"""Messages from which on their usual distance tells anything."""


def words(device: Device) -> str:
    """Say that a monitor's messages come more rarely than registered, "" where they do not.

    At a chair each of the silences between them is a signal that gives no reading. A cuff sends when it measures.
    """
    if set(device.signals) <= set(CUFF_SIGNALS):
        return ""
    sent = DeviceMessage.objects.filter(device=device).order_by("-received_at")
    came = sent.values_list("received_at", flat=True)[:LATELY]
    apart = sorted(later - earlier for later, earlier in pairwise(came))
    usual = apart[len(apart) // 2] if len(apart) + 1 >= FEWEST else timedelta(0)
    allowed = timedelta(seconds=device.interval_s * knowledge().feed.missing_after_intervals)
    if usual < allowed:
        return ""
    return (
        f"its messages come about every {length(usual)}, registered is every {device.interval_s} s: between them the "
        "chair says that there is no reading"
    )
