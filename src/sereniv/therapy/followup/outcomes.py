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
    """Whoever began for an indication and stands alike, and how; None without a score on both sides."""

    indication: str
    change: Stands | None
    people: int = 1


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
    by_indication: dict[str, list[Started]] = {}
    for each in everybody:
        by_indication.setdefault(each.indication, []).append(each)
    return tuple(_outcome(name, started, rule) for name, started in by_indication.items())


def _outcome(indication: str, started: Sequence[Started], rule: SmallCellRule) -> Outcome:
    known = [(each.change, each.people) for each in started if each.change is not None]
    responded = [(change.responded, people) for change, people in known if change.responded is not None]
    remitted = [(change.remitted, people) for change, people in known if change.remitted is not None]
    return Outcome(
        indication=indication,
        started=sum(each.people for each in started),
        followed=sum(people for _, people in known),
        responded=_rate(responded, rule),
        remitted=_rate(remitted, rule),
        median_fall=_middle([(change.fall, people) for change, people in known]),
        rule=rule,
    )


def _rate(told: Sequence[tuple[bool, int]], rule: SmallCellRule) -> Rate:
    return Rate(count=sum(people for so, people in told if so), of=sum(people for _, people in told), rule=rule)


def _middle(falls: Sequence[tuple[Decimal, int]]) -> Decimal | None:
    """Return by how many points the middle one of those known is better."""
    place = sum(people for _, people in falls) // 2
    for fall, people in sorted(falls):
        if place < people:
            return fall
        place -= people
    return None
