"""The crises that can be played: each read from its table, and what its monitor sends in a second."""

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import cattrs

_reading = cattrs.Converter(forbid_extra_keys=True)
_reading.register_structure_hook(float, lambda value, _: float(value))

CUFF = ("systolic", "diastolic")
TENTH = Decimal("0.1")
PUMP_ML = "{pump_ml}"
"""What stands in a cue or a typed value for the volume that the pump's screen shows in that second."""

NOT_HERE = (
    "Drills are played in a demo or test home alone: in a clinic's own home nothing is charted that did not happen. "
    "Start the demo beside it: sereniv serve."
)

Values = dict[str, Decimal | None]
"""What is sent of each signal; None says that the monitor has no reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What somebody at the chair would see or hear from a second on; whoever leads the drill reads it out."""

    at_s: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptDue:
    """A prompt that has to come, by which row, and in which second what it asks about begins."""

    alert: str
    row: str
    sign_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDue:
    """What the rows ask for: the kinds of entries that show it, and how it is done where the drill plays itself."""

    title: str
    rows: tuple[str, ...]
    kinds: tuple[str, ...]
    played_s: int
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One crisis, in seconds from its beginning; what each field means stands in the table."""

    name: str
    title: str
    story: str
    minutes_in: int
    length_s: int
    curves: dict[str, tuple[tuple[float, float], ...]]
    prompts: tuple[PromptDue, ...]
    acts: tuple[ActDue, ...]
    cues: tuple[Cue, ...]
    no_reading: dict[str, int] = field(default_factory=dict)
    silent_from_s: int | None = None
    cuff: tuple[tuple[int, int, int], ...] = ()
    cuff_fails_s: tuple[int, ...] = ()
    tenfold: bool = False

    @property
    def label(self) -> str:
        """What stands on everything that is about its session."""
        return f"DRILL: {self.title}; nobody sits in this chair"

    @property
    def signals(self) -> tuple[str, ...]:
        """What its monitor declares."""
        return (*self.curves, *CUFF)

    def sent(self, second: int) -> Values:
        """Return what the monitor sends in a second: nothing where it is silent."""
        if self.silent_from_s is not None and second >= self.silent_from_s:
            return {}
        values: Values = {
            signal: None if second >= self.no_reading.get(signal, second + 1) else _on(points, second)
            for signal, points in self.curves.items()
        }
        if second in self.cuff_fails_s:
            values |= dict.fromkeys(CUFF)
        for at_s, systolic, diastolic in self.cuff:
            if at_s == second:
                values |= {"systolic": Decimal(systolic), "diastolic": Decimal(diastolic)}
        return values


def _on(points: tuple[tuple[float, float], ...], second: int) -> Decimal:
    """Return the value of a curve in a second: between two points on the line, before and after them as they are."""
    before = [each for each in points if each[0] <= second] or [points[0]]
    after = [each for each in points if each[0] > second] or [before[-1]]
    (start, low), (end, high) = before[-1], after[0]
    share = 0.0 if end == start else (second - start) / (end - start)
    return Decimal(low + (high - low) * min(max(share, 0.0), 1.0)).quantize(TENTH)


@cache
def drills() -> dict[str, Drill]:
    """Return every crisis by its name."""
    content = tomllib.loads((Path(__file__).parent / "drills.toml").read_text(encoding="utf-8"))
    return {name: _reading.structure({"name": name, **table}, Drill) for name, table in content.items()}


def drill_of(label: str) -> Drill | None:
    """Return the crisis that a session's label is of, None for any other label."""
    return next((each for each in drills().values() if each.label == label), None)
