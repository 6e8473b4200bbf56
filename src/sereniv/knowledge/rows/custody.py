"""Rows about the controlled drug: counting it, what a difference asks for, how near an account lies to the chart."""

from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows.row import Example, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRule(Row):
    """How often every vial is counted, and how far a count may lie from the ledger before it is a difference."""

    every_days: int
    tolerance_ml: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRule(Row):
    """Within how many hours somebody settles a difference."""

    settle_within_h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRule(Row):
    """When a loss is told to the authority."""

    notice_business_days: int
    form_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRule(Row):
    """How far what is accounted as given may lie from what the charted rates amount to."""

    tolerance_mg: Decimal
    tolerance_share: Decimal
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRules:
    """The rows about the controlled drug together."""

    count: CountRule
    difference: DifferenceRule
    loss: LossRule
    account: AccountRule

    def rows(self) -> tuple[Row, ...]:
        """Return all of them."""
        return (self.count, self.difference, self.loss, self.account)
