"""Rows about who is let in, and what waits before it is done."""

from dataclasses import dataclass

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRule(Row):
    """For how many days something holds or waits."""

    days: int

    def __post_init__(self) -> None:
        """Refuse a rule that never holds."""
        if self.days < 1:
            raise ValueError("say for how many days, one at least")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """The rows about who is let in together."""

    new_account: AccessRule
    erasure_wait: AccessRule
    first_code: AccessRule
    enrolment: AccessRule

    def rows(self) -> tuple[Row, ...]:
        """Return all of them."""
        return (self.new_account, self.erasure_wait, self.first_code, self.enrolment)
