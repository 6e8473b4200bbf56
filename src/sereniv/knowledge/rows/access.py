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


LONGEST_UNTOUCHED_MIN, LONGEST_SIGN_IN_H = 60, 24
LONGEST_LEFT_MIN = 60 * LONGEST_SIGN_IN_H


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRule(Row):
    """When an untouched screen locks, when a sign-in that nobody touches ends, and when any ends, touched or not."""

    locks_after_min: int
    ends_untouched_min: int
    ends_after_h: int

    def __post_init__(self) -> None:
        """Refuse a screen that stays open, and a sign-in that outlasts the day."""
        if not 1 <= self.locks_after_min <= LONGEST_UNTOUCHED_MIN:
            raise ValueError(f"a screen locks within {LONGEST_UNTOUCHED_MIN} minutes, and not at once")
        if not 1 <= self.ends_untouched_min <= LONGEST_LEFT_MIN:
            raise ValueError("a sign-in that nobody touches ends within a day, and not at once")
        if not 1 <= self.ends_after_h <= LONGEST_SIGN_IN_H:
            raise ValueError(f"a sign-in ends within {LONGEST_SIGN_IN_H} hours, and holds for one at least")


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTeamRule(Row):
    """Whether each chart is kept to the care teams of its person: 1 where it is, 0 where roles alone say who reads."""

    restricts: int

    def __post_init__(self) -> None:
        """Refuse what is neither yes nor no."""
        if self.restricts not in {0, 1}:
            raise ValueError("restricts is 1 for yes or 0 for no")


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
