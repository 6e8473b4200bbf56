"""One infusion in time: when its pump began, and when it had ended. Whatever asks what came after one asks here."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.departure import ended_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """An infusion that ran: when it began, and when it ended; None while it still runs."""

    began: datetime
    ended: datetime | None

    def is_over_before(self, at: datetime) -> bool:
        """Say whether something of a moment came after it: what was said while it ran says nothing of what it did."""
        return self.ended is not None and self.ended < at


def ran_of(chart: SessionChart) -> Ran | None:
    """Return when a session's infusion ran, None where no pump ran; whoever is gone is infused no longer."""
    if chart.started_at is None:
        return None
    return Ran(began=chart.started_at, ended=chart.stopped_at or ended_at(chart))
