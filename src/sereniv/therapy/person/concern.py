"""The three values of a concern, what it read, and what it rests on; every family of concerns speaks in these."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows import Action, Concern, Knowledge, Row, Scale
from sereniv.therapy.person.events import FindingTaken
from sereniv.therapy.person.read_names import read_name


class Result(StrEnum):
    """The three values of a criterion."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One input as read: the value, and where and when it comes from in words."""

    value: object
    words: str


Facts = Mapping[str, Known]
"""Input name to what is known of it; an absent name is a missing or stale fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a predicate concludes: the result, the action when met, the inputs it missed, and what it rests on.

    `grounds` names the facts that made it met, without when they were said: a decision settles exactly these.
    """

    result: Result
    action: Action | None = None
    missing: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()

    def words(self) -> str:
        """Say it as the tables' examples do: `met: GATE`, `unknown: HOLD`, `not met`."""
        return f"{self.result}: {self.action}" if self.action else str(self.result)


NOT_MET = Verdict(result=Result.NOT_MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A concern applied to one person: its row, its verdict and everything it read."""

    row: Concern
    verdict: Verdict
    read: dict[str, str]

    @property
    def stands_in_the_way(self) -> bool:
        """True when the concern is met or unknown; what is only to be known (INFO) stands in nobody's way."""
        return self.verdict.result is not Result.NOT_MET and self.verdict.action is not Action.INFO

    @property
    def message(self) -> str:
        """What is said while it is met: the words of its action where the row has some, else the row's."""
        action = self.verdict.action
        return self.row.message if action is None else self.row.message_when.get(action, self.row.message)

    def lacks(self, *titled: Mapping[str, Row]) -> tuple[str, ...]:
        """Name what is not known, by its title where one of the tables has it."""
        return tuple(read_name(name, *titled) for name in self.verdict.missing)

    def due(self, knowledge: Knowledge) -> str:
        """Say what has to be found out, in the row's own words: a name alone would read as if it were so."""
        if self.row.when_unknown:
            return self.row.when_unknown
        titled = (knowledge.scales, knowledge.entered_scores)
        missing = ", ".join(read_name(name, *titled) for name in self.verdict.missing if name != self.row.id)
        return f"{self.row.title} due{f': {missing}' if missing else ''}"

    def taken(self) -> FindingTaken:
        """Return the finding as it is kept with a decision."""
        return FindingTaken(
            criterion=self.row.id,
            version=self.row.version,
            result=str(self.verdict.result),
            action=self.verdict.action,
            read=self.read,
            missing=self.verdict.missing,
            grounds=self.verdict.grounds,
        )

    def settled_by(self, taken: FindingTaken) -> bool:
        """Say whether a decision that read `taken` covers this finding: the same facts or fewer, no stricter action."""
        if self.verdict.result is not Result.MET or taken.result != Result.MET or not is_about(self.row, taken):
            return False
        if self.verdict.action is None or taken.action is None:
            return False
        order = list(Action)
        milder = order.index(self.verdict.action) <= order.index(taken.action)
        return milder and set(self.verdict.grounds) <= set(taken.grounds)


def is_about(row: Concern, taken: FindingTaken) -> bool:
    """Say whether a decision took this very concern, or the part of an older one that it was then."""
    return taken.criterion == row.id or row.formerly.get(taken.criterion) in taken.grounds


def grounds_in_words(grounds: tuple[str, ...], read: Mapping[str, str], scales: Mapping[str, Scale]) -> tuple[str, ...]:
    """Say what a concern rests on: a number with its scale, its range and its day, for alone it says nothing."""
    return tuple(_with_its_scale(ground, read, scales) for ground in grounds)


def _with_its_scale(ground: str, read: Mapping[str, str], scales: Mapping[str, Scale]) -> str:
    for name, words in read.items():
        scale = scales.get(name)
        value, _, on_day = words.partition(", ")
        if scale is not None and value == ground:
            lowest, highest = scale.total_range
            return f"{scale.title} {value} (of {lowest} to {highest}), {on_day}"
    return ground.replace("_", " ")


def unknown(*missing: str) -> Verdict:
    """Return the verdict on what nobody knows: it acts as HOLD before a start."""
    return Verdict(result=Result.UNKNOWN, action=Action.HOLD, missing=missing)
