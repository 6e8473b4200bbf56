"""The emergencies opened at a chair: since when the clock of one runs, and which of them were one."""

from dataclasses import dataclass, replace
from datetime import datetime

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.events.prompts import EmergencyClosed, EmergencyOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergencies:
    """Those that were one or may still turn out to be, by their opening; the last of them may still stand."""

    opened: tuple[tuple[datetime, str], ...] = ()
    """When each was opened, and by whom."""
    stands: bool = False

    @property
    def since(self) -> datetime | None:
        """Since when the clock of the one that stands runs, None where none does."""
        return self.opened[-1][0] if self.stands else None

    @property
    def by(self) -> str:
        """Who opened the one that stands, "" where none does."""
        return self.opened[-1][1] if self.stands else ""

    def after(self, entry: Recorded[object]) -> "Emergencies":
        """Return them as they are after an entry: a second opening of one that stands changes nothing."""
        match entry.event:
            case EmergencyOpened() if not self.stands:
                return replace(self, opened=(*self.opened, (entry.at, entry.recorded_by)), stands=True)
            case EmergencyClosed(was_none=was_none) if self.stands:
                return replace(self, opened=self.opened[:-1] if was_none else self.opened, stands=False)
        return self


NO_EMERGENCY = Emergencies()
