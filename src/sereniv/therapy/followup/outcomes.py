"""What became of everybody who began: counted with who is missing, for whoever treats them.

No count is hidden here: whoever reads it sees each chart. It is not for outside the house.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import Scale, SmallCellRule
from sereniv.therapy.followup.proportions import wilson
from sereniv.therapy.followup.response import Change, baseline
from sereniv.therapy.person.chart import PersonChart


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


def has_baseline(chart: PersonChart, scale: Scale, began_at: datetime) -> bool:
    """Say whether a complete score from before the first infusion is there; it cannot be had afterwards."""
    return baseline(chart, scale, began_at) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many of so many; a share with its 95 % interval after Wilson only where enough are known to say something."""

    count: int
    of: int
    rule: SmallCellRule

    @property
    def words(self) -> str:
        """Write the count, and the share with its interval where there is one."""
        if not self.of:
            return "nobody known yet"
        counted = f"{self.count} of {self.of}"
        if self.of < self.rule.fewest:
            return counted
        low, high = self.interval
        return f"{counted}: {self.count / self.of:.0%} ({low:.0%} to {high:.0%})"

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
    """Points by which the middle one of those known is better; None where nobody is."""
    rule: SmallCellRule

    @property
    def missing(self) -> Rate:
        """Who began and has no score on both sides."""
        return Rate(count=self.started - self.followed, of=self.started, rule=self.rule)


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
        median_fall=falls[len(falls) // 2] if falls else None,
        rule=rule,
    )
