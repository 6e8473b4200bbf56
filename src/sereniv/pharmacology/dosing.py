"""What was given and when: piecewise-constant infusion rates and boluses."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from sereniv.units import float_mg, hours_from_minutes, minutes_from_days, minutes_from_hours, number

Drug = Literal["racemate", "S", "R"]
"""Racemic ketamine, esketamine (S) or arketamine (R); doses are mg of ketamine base."""

Amount = Decimal | float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStep:
    """From `at_min` on, the pump gives `rate_mg_per_h`; a pause or stop is a rate of zero."""

    at_min: float
    rate_mg_per_h: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Bolus:
    """A dose given at once at `at_min`."""

    at_min: float
    dose_mg: Amount


KEPT = 256
"""Regimens whose segments and sittings are kept: a page, a fit and a limit ask for the same one again and again."""

MOST_RECKONED = 1e15
"""An amount or rate, mg or mg/h, above which floats run over; nothing that anybody gives comes near."""

NEXT_SITTING_MIN = minutes_from_hours(6)
"""A gap from which on what follows is another sitting; a choice of ours, far above any pause and below any spacing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What is given in one sitting: from the first drug to the last, pauses included; mg, or mg/kg when per kg."""

    start_min: float
    stop_min: float
    dose_mg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing:
    """A regimen or a charted session: rate steps and boluses on one clock in minutes.

    Build it with `Dosing.infusion`, `Dosing.bolus`, `Dosing.from_rates` or `Dosing.course`, and add regimens with
    `+` (superposition). Amounts stay as given, Decimal or float, until `segments` makes them floats.

    Attributes
    ----------
    rates
        In time order, the last at rate zero.
    boluses
        In time order.
    drug
        What the mg are mg of.
    per_kg
        True when every amount is per kg of the person's total weight, so that each person of a population gets a
        dose of their own.
    """

    rates: tuple[RateStep, ...] = ()
    boluses: tuple[Bolus, ...] = ()
    drug: Drug = "racemate"
    per_kg: bool = False

    def __post_init__(self) -> None:
        """Refuse amounts and times that cannot be."""
        if self.drug not in ("racemate", "S", "R"):
            raise ValueError(f"drug is {self.drug!r}; give 'racemate', 'S' or 'R'.")
        for name, times in (("rates", self.rates), ("boluses", self.boluses)):
            _check_times(name, [float(item.at_min) for item in times])
        for step in self.rates:
            _check_amount("rate_mg_per_h", step.rate_mg_per_h)
        for bolus in self.boluses:
            _check_amount("dose_mg", bolus.dose_mg)
        if self.rates and float_mg(self.rates[-1].rate_mg_per_h) != 0:
            raise ValueError("The last rate is not zero: add a RateStep with rate 0 where the infusion stops.")

    @classmethod
    def infusion(cls, dose_mg: Amount, over_min: float, *, at_min: float = 0.0, drug: Drug = "racemate") -> Self:
        """Return one infusion of `dose_mg` (mg, base) at a constant rate over `over_min` minutes from `at_min`.

        Raises
        ------
        ValueError
            When the dose is negative or not finite, or the duration is not above zero.
        """
        _check_amount("dose_mg", dose_mg)
        over_min, at_min = number("over_min", over_min, "minutes"), number("at_min", at_min, "minutes")
        if not (math.isfinite(over_min) and over_min > 0):
            raise ValueError(
                f"over_min is {over_min:g}; give an infusion time in minutes above 0, or use Dosing.bolus."
            )
        rate = float_mg(dose_mg) / hours_from_minutes(over_min)
        return cls.from_rates(
            (RateStep(at_min=at_min, rate_mg_per_h=rate), RateStep(at_min=at_min + over_min, rate_mg_per_h=0.0)),
            drug=drug,
        )

    @classmethod
    def bolus(cls, dose_mg: Amount, *, at_min: float = 0.0, drug: Drug = "racemate") -> Self:
        """Return one bolus of `dose_mg` (mg, base) at `at_min`."""
        return cls(boluses=(Bolus(at_min=at_min, dose_mg=dose_mg),), drug=drug)

    @classmethod
    def from_rates(cls, changes: Sequence[RateStep], *, boluses: Sequence[Bolus] = (), drug: Drug = "racemate") -> Self:
        """Return the dosing that a session's charted events describe, nothing rounded and nothing dropped.

        Parameters
        ----------
        changes
            Each start, rate change, pause (rate 0), resumption and stop (rate 0), in time order. Minutes may be any
            fraction; rates may be Decimal. Of several changes at one instant the last charted counts.
        boluses
            Doses given at once.
        drug
            What the mg are mg of.

        Raises
        ------
        ValueError
            When times run backwards, an amount is negative or not finite, or the last rate is not zero.
        """
        return cls(rates=tuple(changes), boluses=tuple(boluses), drug=drug)

    def course(self, days: Iterable[float]) -> Self:
        """Return this regimen repeated at the start of each day in `days` (0 is now), in one `Dosing`."""
        repeats = [self.shifted(minutes_from_days(day)) for day in days]
        if not repeats:
            return replace(self, rates=(), boluses=())
        total = repeats[0]
        for item in repeats[1:]:
            total = total + item
        return total

    def by_weight(self) -> Self:
        """Return the same numbers read as mg per kg of total weight."""
        return replace(self, per_kg=True)

    def shifted(self, minutes: float) -> Self:
        """Return the same dosing `minutes` later."""
        return replace(
            self,
            rates=tuple(replace(step, at_min=step.at_min + minutes) for step in self.rates),
            boluses=tuple(replace(bolus, at_min=bolus.at_min + minutes) for bolus in self.boluses),
        )

    def scaled(self, factor: float) -> Self:
        """Return the same dosing with every amount multiplied by `factor`."""
        return replace(
            self,
            rates=tuple(replace(s, rate_mg_per_h=float_mg(s.rate_mg_per_h) * factor) for s in self.rates),
            boluses=tuple(replace(b, dose_mg=float_mg(b.dose_mg) * factor) for b in self.boluses),
        )

    def __add__(self, other: Self) -> Self:
        """Superpose two regimens of the same drug: rates add where they overlap."""
        if self.drug != other.drug:
            raise ValueError(f"Cannot add {self.drug} to {other.drug}: simulate them apart and add the results.")
        if self.per_kg != other.per_kg:
            raise ValueError("Cannot add a dosing in mg/kg to one in mg: give both in mg, or both per kg.")
        if self.rates and other.rates and self.rates[-1].at_min <= other.rates[0].at_min:
            rates = self.rates + other.rates
        else:
            times = sorted({step.at_min for step in (*self.rates, *other.rates)})
            rates = tuple(
                RateStep(at_min=time, rate_mg_per_h=_rate_at(self.rates, time) + _rate_at(other.rates, time))
                for time in times
            )
        boluses = sorted((*self.boluses, *other.boluses), key=lambda bolus: bolus.at_min)
        return replace(self, rates=rates, boluses=tuple(boluses))

    def total_mg(self) -> float:
        """Return the whole dose in mg (mg/kg when `per_kg`)."""
        segments = self.segments()
        return math.fsum(segments.boluses_mg) + math.fsum(segments.lengths_h * segments.rates_mg_per_h)

    def running_min(self) -> tuple[tuple[float, float], ...]:
        """Return start and end, in minutes, of every stretch with a running rate; pauses end a stretch."""
        stretches, started = [], None
        for step in self.rates:
            running = float_mg(step.rate_mg_per_h) > 0
            if running and started is None:
                started = step.at_min
            elif not running and started is not None:
                stretches.append((started, step.at_min))
                started = None
        return tuple(stretches)

    def sittings(self) -> tuple[Sitting, ...]:
        """Return the sittings in which the drug is given: pauses below `NEXT_SITTING_MIN` stay inside one."""
        return _sittings(self)

    def describe(self) -> str:
        """Return what is given in words, such as "35 mg racemic ketamine, infused over 40 min"."""
        name = {"racemate": "racemic ketamine", "S": "esketamine", "R": "arketamine"}[self.drug]
        said = f"{self.total_mg():.6g} {'mg/kg' if self.per_kg else 'mg'} {name}"
        spans, sittings = self.running_min(), self.sittings()
        if spans and len(sittings) == 1:
            pauses = len(spans) - 1
            said += f", infused over {round(spans[-1][1] - spans[0][0], 1):g} min"
            said += f" with {pauses} pause{'s' if pauses > 1 else ''}" if pauses else ""
        elif len(sittings) > 1:
            said += f" in all, in {len(sittings)} sittings"
        if self.boluses:
            said += f", {len(self.boluses)} bolus{'es' if len(self.boluses) > 1 else ''}"
        return said

    def segments(self) -> "Segments":
        """Return the regimen as arrays, not to be written to: what a solver steps through."""
        return _segments(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Stretches of constant input: from `starts_min[i]`, after a bolus of `boluses_mg[i]`, `rates_mg_per_h[i]` runs.

    Each lasts `lengths_h[i]`; the last, where nothing is given any more, counts as 0. Starts are on the clock they were
    given on: minutes to hours and back would miss them by a rounding.
    """

    starts_min: NDArray[np.float64]
    lengths_h: NDArray[np.float64]
    rates_mg_per_h: NDArray[np.float64]
    boluses_mg: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Forbid writing: one regimen's segments are given to whoever asks for them."""
        for values in (self.starts_min, self.lengths_h, self.rates_mg_per_h, self.boluses_mg):
            values.setflags(write=False)


@lru_cache(maxsize=KEPT)
def _segments(dosing: Dosing) -> Segments:
    starts = sorted({step.at_min for step in dosing.rates} | {bolus.at_min for bolus in dosing.boluses})
    boluses = [math.fsum(float_mg(b.dose_mg) for b in dosing.boluses if b.at_min == start) for start in starts]
    rates = []
    current, index = 0.0, 0
    for start in starts:
        while index < len(dosing.rates) and dosing.rates[index].at_min <= start:
            current = float_mg(dosing.rates[index].rate_mg_per_h)
            index += 1
        rates.append(current)
    return Segments(
        starts_min=np.array(starts, dtype=float),
        lengths_h=hours_from_minutes(np.diff(np.array([*starts, *starts[-1:]], dtype=float))),
        rates_mg_per_h=np.array(rates, dtype=float),
        boluses_mg=np.array(boluses, dtype=float),
    )


@lru_cache(maxsize=KEPT)
def _sittings(dosing: Dosing) -> tuple[Sitting, ...]:
    segments, found = dosing.segments(), list[Sitting]()
    starts, given = segments.starts_min, segments.boluses_mg + segments.rates_mg_per_h * segments.lengths_h
    for index in np.flatnonzero(given):
        start, mg = float(starts[index]), float(given[index])
        stop = float(starts[index + 1]) if segments.rates_mg_per_h[index] > 0 else start
        if found and start - found[-1].stop_min < NEXT_SITTING_MIN:
            last = found.pop()
            start, mg = last.start_min, last.dose_mg + mg
        found.append(Sitting(start_min=start, stop_min=stop, dose_mg=mg))
    return tuple(found)


def _rate_at(rates: Sequence[RateStep], time: float) -> float:
    current = 0.0
    for step in rates:
        if step.at_min > time:
            break
        current = float_mg(step.rate_mg_per_h)
    return current


def _check_times(name: str, times: list[float]) -> None:
    if any(not math.isfinite(time) or time < 0 for time in times):
        raise ValueError(f"{name}: at_min must be finite and not negative; got {times}.")
    if any(later < earlier for earlier, later in pairwise(times)):
        raise ValueError(f"{name}: times run backwards ({times}); give them in the order they happened.")


def _check_amount(name: str, amount: Amount) -> None:
    value = float_mg(amount)
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} is {amount}; give a finite amount that is not negative.")
    if value > MOST_RECKONED:
        raise ValueError(f"{name} is {amount}: more than can be reckoned with. Give it in mg or mg/h.")
