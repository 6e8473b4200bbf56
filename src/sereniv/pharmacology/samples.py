"""How far each sample lies from what was expected of it, and which slip of a unit would explain that."""

import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology.population import eta_covariance
from sereniv.pharmacology.posterior import Found, MapProblem, Sample
from sereniv.units import CONCENTRATION, MOLAR_MASS_G_PER_MOL

Floats = NDArray[np.float64]

FAR = 3.0
"""From how many standard deviations on a sample is called far from its expectation: our choice (default)."""
NEAR = 2.0
"""Within how many standard deviations a slip must bring the sample back to be named: our choice (default)."""

LIKELIER = 1000.0
"""How many times likelier samples must be in the reverse order for it to be named: our choice (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the population's model expected of one sample, ng/mL, before it was seen.

    Attributes
    ----------
    spread
        Standard deviation on the log scale: between people and of the measurement.
    standardised
        How many of those the sample's logarithm lies above the typical person's.
    """

    sample: Sample
    ng_per_ml: float
    spread: float
    standardised: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """How far one sample lies from the estimate and from the population's model.

    `standardised` is the distance from the estimate in standard deviations of the measurement; `from_population` that
    from the typical person, in standard deviations between people and of the measurement, on the log scale.
    """

    sample: Sample
    estimated_ng_per_ml: float
    standardised: float
    expected_ng_per_ml: float
    from_population: float


def expectations_of(problem: MapProblem, found: Found) -> tuple[Expectation, ...]:
    """Return the population's expectation of each sample, in the order in which the samples were given."""
    expected, covariance = _expected(problem, found)
    spread = np.sqrt(covariance.diagonal())
    distance = np.log(problem.measured / expected) / spread
    order = problem.order.argsort()
    return tuple(
        Expectation(
            sample=problem.samples[at],
            ng_per_ml=float(expected[at]),
            spread=float(spread[at]),
            standardised=float(distance[at]),
        )
        for at in order
    )


def _expected(problem: MapProblem, found: Found) -> tuple[Floats, Floats]:
    """Return what the typical person shows, ng/mL in time order, and how samples vary together on the log scale."""
    _, omega = eta_covariance(problem.model)
    expected = np.maximum(found.expected, 1e-12)
    _, error, _ = problem.errors(expected[None])
    measurement = np.where(problem.log_sd > 0, error[0], error[0] / expected)
    slopes = found.slopes / expected
    return expected, slopes.T @ omega @ slopes + np.diag(measurement**2)


def turned_round(problem: MapProblem, found: Found) -> tuple[str, ...]:
    """Return a sentence for each analyte whose levels are far likelier in the reverse order of their times."""
    expected, covariance = _expected(problem, found)

    def misfit(measured: Floats) -> float:
        off = np.log(measured / expected)
        return float(off @ np.linalg.solve(covariance, off))

    said = []
    for index, analyte in enumerate(problem.outputs):
        mine = np.flatnonzero(problem.output == index)
        turned = problem.measured.copy()
        turned[mine] = turned[mine[::-1]]
        if misfit(problem.measured) - misfit(turned) > 2 * math.log(LIKELIER):
            said.append(
                f"The levels of {analyte} would fit over {LIKELIER:g} times better in the reverse order: they may have "
                "been written from the last to the first. Check which level belongs to which time."
            )
    return tuple(said)


def slips(expectations: tuple[Expectation, ...]) -> tuple[str, ...]:
    """Return a sentence for each sample far from its expectation: how far, and which slip of a unit explains it."""
    return tuple(_said(item) for item in expectations if abs(item.standardised) > FAR)


def _said(item: Expectation) -> str:
    sample = item.sample
    ratio = sample.ng_per_ml / item.ng_per_ml
    far = (
        f"The sample at {sample.at_min:g} min, {sample.analyte} {_written(sample.ng_per_ml, 6)} {CONCENTRATION}, is "
        f"{_written(ratio, 2)} times what the population's model expects "
        f"({_written(item.ng_per_ml, 3)} {CONCENTRATION}), "
        f"{abs(item.standardised):.0f} standard deviations away."
    )
    named = _explained(item)
    if named:
        return (
            f"{far} It would fit if it was written in {' or '.join(named)} and not in {CONCENTRATION}: check the unit."
        )
    return f"{far} No usual slip of a unit explains it: check the sample, its time and analyte, the dose and its unit."


def _written(value: float, digits: int) -> str:
    """Write a number by so many digits that count, and never as a power of ten: 1000 times, not 1e+03."""
    return format(Decimal(f"{value:.{digits}g}"), "f")


def _explained(item: Expectation) -> list[str]:
    """Return the units in which the number would fit, the best one first."""
    per_ng_per_ml = {"\u00b5g/mL (mg/L)": 1e-3, "ng/L (pg/mL)": 1e3}
    molar_mass = MOLAR_MASS_G_PER_MOL.get(item.sample.analyte)
    if molar_mass is not None:
        per_ng_per_ml |= {"nmol/mL (\u00b5mol/L)": 1 / molar_mass, "nmol/L": 1e3 / molar_mass}
    distance = item.standardised * item.spread
    left = {unit: abs(distance - math.log(factor)) / item.spread for unit, factor in per_ng_per_ml.items()}
    return [unit for unit in sorted(left, key=left.__getitem__) if left[unit] <= NEAR]
