"""How far a device's clock may be off before what it sends is somebody's question."""

from datetime import timedelta

AHEAD_ALLOWED = timedelta(seconds=30)
"""A device clock may run ahead of the home's by this much, or behind it before the chair is told (hazard 9)."""

BEHIND_ALLOWED = timedelta(days=7)
"""What a monitor kept while cut off is taken up to this old; older times come from a clock that was never set."""
