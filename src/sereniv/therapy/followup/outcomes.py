"""What became of everybody who began: counted with who is missing, and never so small as to name anybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows import SmallCellRule
from sereniv.therapy.followup.proportions import wilson
from sereniv.therapy.followup.response import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What of somebody's change is counted: each None where it is not defined; `fall` in points, above 0 for better."""

    responded: bool | None
    remitted: bool | None
    fall: Decimal


def stands(change: Change | None) -> Stands | None:
    """Return what of a change is counted, None without a score on both sides."""
    if change is None:
        return None
    return Stands(responded=change.responded, remitted=change.remitted, fall=change.fall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Somebody who began for an indication, with how they stand, None without a score on both sides."""

    indication: str
    change: Stands | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share with its 95 % interval after Wilson, None where the cells are too small to show."""

    count: int
    of: int
    rule: SmallCellRule

    @property
    def is_shown(self) -> bool:
        """True when neither those who have it nor those who have not are so few that they are not shown."""
        return self.of >= self.rule.fewest and not any(
            is_small(each, self.rule) for each in (self.count, self.of - self.count)
        )

    @property
    def share(self) -> float:
        """The share itself."""
        return self.count / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson."""
        return wilson(self.count, self.of, self.rule.z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everybody of one indication: how many began, how many of them are known, and how those stand."""

    indication: str
    started: int
    followed: int
    responded: Rate
    remitted: Rate
    median_fall: Decimal | None
    rule: SmallCellRule

    @property
    def missing(self) -> Rate:
        """Who began and has no score on both sides."""
        return Rate(count=self.started - self.followed, of=self.started, rule=self.rule)


def is_small(count: int, rule: SmallCellRule) -> bool:
    """Say whether a count is too small to be shown; nobody at all is no secret."""
    return 0 < count < rule.fewest


def outcomes(everybody: Iterable[Started], rule: SmallCellRule) -> tuple[Outcome, ...]:
    """Count everybody who began, by indication in the order they are given."""
    by_indication: dict[str, list[Stands | None]] = {}
    for each in everybody:
        by_indication.setdefault(each.indication, []).append(each.change)
    return tuple(_outcome(name, changes, rule) for name, changes in by_indication.items())


def _outcome(indication: str, changes: Sequence[Stands | None], rule: SmallCellRule) -> Outcome:
    known = [change for change in changes if change is not None]
    responded = [change.responded for change in known if change.responded is not None]
    remitted = [change.remitted for change in known if change.remitted is not None]
    falls = sorted(change.fall for change in known)
    return Outcome(
        indication=indication,
        started=len(changes),
        followed=len(known),
        responded=Rate(count=sum(responded), of=len(responded), rule=rule),
        remitted=Rate(count=sum(remitted), of=len(remitted), rule=rule),
        median_fall=falls[len(falls) // 2] if len(falls) >= rule.fewest else None,
        rule=rule,
    )
