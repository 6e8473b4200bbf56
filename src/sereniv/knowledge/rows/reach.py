"""Rows about acts: what each of them does to whatever stands open on it."""

from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows.row import Row


class Standing(StrEnum):
    """What may stand open when somebody acts."""

    BOOKINGS = "bookings"
    PHONE = "phone"
    ON_CALL = "on_call"
    CO_SIGNATURES = "co_signatures"
    ORDERS = "orders"
    WORKLISTS = "worklists"
    DRUG_ACCOUNT = "drug_account"
    NOTE = "note"
    PROMPTS = "prompts"
    CHAIR = "chair"
    """A session that is open at a chair: being prepared, running, or in recovery."""


class Reach(StrEnum):
    """What an act does to something that stands open.

    `ENDS`: it ends with the act. `ASKS`: it stays, and somebody is asked until a named act settles it.
    `SHOWS`: it stays, and whoever opens it reads of the act there. `NOTHING`: it does not rest on the act.
    """

    ENDS = "ends"
    ASKS = "asks"
    SHOWS = "shows"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachCell:
    """What one act does to some of what may stand open, and because of what."""

    what: tuple[Standing, ...]
    reach: Reach
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow(Row):
    """One act: the kinds of entry that record it, and its reach over everything that may stand open."""

    events: tuple[str, ...]
    cells: tuple[ReachCell, ...]

    def __post_init__(self) -> None:
        """Refuse a row that leaves something out, names it twice, or does not say because of what."""
        named = [what for cell in self.cells for what in cell.what]
        missing = [what for what in Standing if what not in named]
        twice = sorted({what for what in named if named.count(what) > 1})
        if missing or twice:
            raise ValueError(f"say once what happens to each; missing: {', '.join(missing)}; twice: {', '.join(twice)}")
        if not self.events or not all(cell.because.strip() for cell in self.cells):
            raise ValueError("name the kinds of entry, and say in every cell because of what")

    def cell(self, what: Standing) -> ReachCell:
        """Return what the act does to something."""
        return next(cell for cell in self.cells if what in cell.what)
