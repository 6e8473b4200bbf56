"""How soon the next infusion may start by a protocol's spacing, whoever gave the last one, and what that assumes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sereniv.knowledge.rows import Protocol
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.elsewhere import infusions_elsewhere, latest_start
from sereniv.therapy.person.events import InfusedElsewhere
from sereniv.therapy.person.told_twice import day_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """The earliest start of the next infusion, and the last infusion that it is reckoned from.

    `elsewhere` is that last infusion where others gave it: `last` is then the latest that it can have begun.
    """

    protocol: Protocol
    earliest: datetime
    last: datetime
    elsewhere: InfusedElsewhere | None = None

    @property
    def assumed(self) -> str:
        """Say what nobody knows of the last infusion and what is assumed; "" where it was given here."""
        if self.elsewhere is None:
            return ""
        latest = f"{self.last:%d %b %H:%M}, the latest that it can have been,"
        return f"The last infusion was given elsewhere {day_words(self.elsewhere)}: {latest} is assumed for its start."


def spacing(protocol: Protocol, chart: PersonChart, starts: Sequence[datetime], zone: tzinfo) -> Spacing | None:
    """Return how a protocol spaces the next infusion, None before the first.

    Parameters
    ----------
    starts
        When each infusion of this clinic began.
    zone
        The clinic's, in which an infusion elsewhere has its day.
    """
    began: list[tuple[datetime, InfusedElsewhere | None]] = [(start, None) for start in starts]
    began += [(latest_start(each, zone), each.event) for each in infusions_elsewhere(chart, starts)]
    if not began:
        return None
    last, elsewhere = max(began, key=lambda each: each[0])
    earliest = (last.astimezone(UTC) + timedelta(hours=protocol.minimum_hours_between)).astimezone(zone)
    return Spacing(protocol=protocol, earliest=earliest, last=last, elsewhere=elsewhere)
