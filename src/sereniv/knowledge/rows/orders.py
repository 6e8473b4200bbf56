"""Rows about the life of an order: what each step asks of it."""

from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows.row import Row


class OrderState(StrEnum):
    """Where an order stands in its life."""

    SIGNED = "signed"
    CO_SIGNED = "co_signed"
    USED = "used"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class OrderAct(StrEnum):
    """What somebody does with an order."""

    CO_SIGN = "co_sign"
    SEAT = "seat"
    DRAW = "draw"
    START = "start"
    WITHDRAW = "withdraw"


class Cell(StrEnum):
    """Whether a state lets a step happen."""

    ALLOWS = "allows"
    REFUSES = "refuses"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStep(Row):
    """One step, and whether each state of an order lets it happen."""

    cells: dict[OrderState, Cell]

    def __post_init__(self) -> None:
        """Refuse a row that leaves a state out, or that is no step."""
        missing = [state for state in OrderState if state not in self.cells]
        if missing:
            raise ValueError(f"say what happens in every state; missing: {', '.join(missing)}")
        if self.id not in list(OrderAct):
            raise ValueError(f"{self.id} is no step; the steps are {', '.join(OrderAct)}")

    def allows(self, state: OrderState) -> bool:
        """Say whether an order in `state` lets the step happen."""
        return self.cells[state] is Cell.ALLOWS
