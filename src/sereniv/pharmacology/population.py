"""Virtual people: covariates from described distributions and correlated log-normal variability between them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.catalogue import found
from sereniv.pharmacology.subject import MOST_KG, OLDEST_YEARS, TYPICAL_AGE_YEARS, Sex, individual_parameters

Floats = NDArray[np.float64]

LEAST_SHARE = 1e-6
"""A distribution cut to less than this share of itself is a slip: drawing from it loses all digits."""

BLOCK = 4096
"""People are drawn in blocks of this many, each from its own stream, so that workers can take any blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A normal distribution cut to [low, high]; with `log`, the mean and SD are those of the quantity itself."""

    mean: float
    sd: float
    low: float = -math.inf
    high: float = math.inf
    log: bool = False

    def __post_init__(self) -> None:
        """Refuse a distribution that cannot be drawn from."""
        if not (math.isfinite(self.mean) and math.isfinite(self.sd) and self.sd >= 0 and self.low < self.high):
            raise ValueError(f"{self}: give a finite mean, an SD of at least 0 and low below high.")
        if self.log and (self.mean <= 0 or -math.inf < self.low < 0):
            raise ValueError(f"{self}: a log-normal quantity needs a mean above 0 and a low of at least 0.")
        low, high = self._bounds()
        if high - low < LEAST_SHARE:
            raise ValueError(
                f"Hardly anybody of mean {self.mean:g} and SD {self.sd:g} lies from {self.low:g} to {self.high:g}; "
                "give a mean, an SD and bounds that fit one another."
            )

    def draw(self, uniform: Floats) -> Floats:
        """Turn uniform numbers into values by the inverse distribution function."""
        if self.sd == 0:
            return np.full(uniform.shape, self.mean)
        from scipy.special import ndtri  # a clinic's server starts without scipy: nobody is drawn there

        (centre, spread), (low, high) = self._centre(), self._bounds()
        values = np.asarray(centre + spread * ndtri(low + (high - low) * uniform))
        return np.exp(values) if self.log else values

    def _centre(self) -> tuple[float, float]:
        """Return mean and SD of the normal quantity: this one, or its logarithm."""
        if not self.log:
            return self.mean, self.sd
        spread = math.sqrt(math.log1p((self.sd / self.mean) ** 2))
        return math.log(self.mean) - spread**2 / 2, spread

    def _bounds(self) -> tuple[float, float]:
        """Return the shares of people below `low` and below `high`; without spread all stand at the mean."""
        if self.sd == 0:
            return float(self.mean < self.low), float(self.mean <= self.high)
        from scipy.special import ndtr

        centre, spread = self._centre()

        def below(value: float) -> float:
            if self.log:
                value = -math.inf if value <= 0 else math.log(value)
            return float(ndtr((value - centre) / spread))

        return below(self.low), below(self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Who the virtual people are; each covariate is a number or a distribution, drawn independently."""

    weight_kg: float | Normal = 70.0
    age_years: float | Normal | None = None
    sex: Sex | None = None
    fraction_female: float | None = None
    fraction_asian: float = 0.0

    def __post_init__(self) -> None:
        """Refuse weights, ages and fractions that cannot be."""
        if isinstance(self.weight_kg, Normal):
            if not self.weight_kg.log and self.weight_kg.low <= 0:
                raise ValueError("weight_kg: give the distribution a low above 0 kg, or use log=True.")
        elif not 0 < self.weight_kg <= MOST_KG:
            raise ValueError(f"weight_kg is {self.weight_kg}; give kg above 0 and at most {MOST_KG:g}.")
        if isinstance(self.age_years, Normal):
            if self.age_years.low < 0 or self.age_years.high > OLDEST_YEARS:
                raise ValueError(f"age_years: give the distribution bounds within 0 and {OLDEST_YEARS:g} years.")
        elif self.age_years is not None and not 0 <= self.age_years <= OLDEST_YEARS:
            raise ValueError(f"age_years is {self.age_years}; give years from 0 to {OLDEST_YEARS:g}, or None.")
        if self.sex not in (None, "female", "male"):
            raise ValueError(f"sex is {self.sex!r}; give 'female', 'male' or None.")
        for name, fraction in (("fraction_female", self.fraction_female), ("fraction_asian", self.fraction_asian)):
            if fraction is not None and not 0 <= fraction <= 1:
                raise ValueError(f"{name} is {fraction}; give a share between 0 and 1.")

    def draw(self, uniform: Floats) -> dict[str, Floats]:
        """Return covariate arrays of shape (n,) from uniform numbers of shape (n, 4)."""
        age = TYPICAL_AGE_YEARS if self.age_years is None else self.age_years
        fixed = {"female": 1.0, "male": 0.0, None: math.nan}[self.sex]
        sex = np.full(len(uniform), fixed)
        if self.fraction_female is not None:
            sex = (uniform[:, 2] < self.fraction_female).astype(float)
        return {
            "weight_kg": _value(self.weight_kg, uniform[:, 0]),
            "age_years": _value(age, uniform[:, 1]),
            "sex": sex,
            "asian": (uniform[:, 3] < self.fraction_asian).astype(float),
        }


def _value(described: float | Normal, uniform: Floats) -> Floats:
    if isinstance(described, Normal):
        return described.draw(uniform)
    return np.full(uniform.shape, float(described))


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """n virtual people of one model, drawn when needed and always the same for a seed.

    Person i depends on the seed and i alone: blocks of 4,096 people have streams of their own, so any split over
    threads or workers gives the same people. The first people of a larger population are the smaller population.
    """

    model: KineticModel
    n: int
    seed: int
    described: Described = field(default_factory=Described)
    variability: bool = True

    def covariates(self, start: int = 0, stop: int | None = None) -> dict[str, Floats]:
        """Return covariates of people `start` to `stop`, arrays of shape (stop - start,)."""
        return self._draw(start, self.n if stop is None else stop)[0]

    def parameters(self, start: int = 0, stop: int | None = None) -> dict[str, Floats]:
        """Return individual parameters of people `start` to `stop`, canonical units, shape (stop - start,)."""
        covariates, etas = self._draw(start, self.n if stop is None else stop)
        return individual_parameters(self.model, covariates, etas)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield the bounds of the blocks people are drawn in."""
        for start in range(0, self.n, BLOCK):
            yield start, min(self.n, start + BLOCK)

    def _draw(self, start: int, stop: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
        names, factor = eta_factor(self.model)
        uniforms, normals = [], []
        for block in range(start // BLOCK, -(-stop // BLOCK)):
            stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=(block,))))
            rows = slice(max(0, start - block * BLOCK), min(BLOCK, stop - block * BLOCK))
            uniforms.append(stream.random((BLOCK, 4))[rows])
            normals.append(stream.standard_normal((BLOCK, len(names)))[rows])
        uniform = np.concatenate(uniforms) if uniforms else np.empty((0, 4))
        normal = np.concatenate(normals) if normals else np.empty((0, len(names)))
        deviations = normal @ factor.T
        etas = (
            {name: np.ascontiguousarray(deviations[:, i]) for i, name in enumerate(names)} if self.variability else {}
        )
        return self.described.draw(uniform), etas


def eta_covariance(model: KineticModel) -> tuple[tuple[str, ...], Floats]:
    """Return the names of parameters that vary between people and the covariance of their logs, shape (k, k)."""
    names = tuple(dict.fromkeys(name for row in model.variability for name in row.on))
    omega = np.zeros((len(names), len(names)))
    for row in model.variability:
        first, last = names.index(row.on[0]), names.index(row.on[-1])
        omega[first, last] = omega[last, first] = row.value
    return names, omega


def eta_factor(model: KineticModel) -> tuple[tuple[str, ...], Floats]:
    """Return the varying parameters and the lower Cholesky factor of their covariance, shape (k, k)."""
    names, omega = eta_covariance(model)
    return names, np.asarray(np.linalg.cholesky(omega), dtype=np.float64) if names else omega


def population(
    model: KineticModel | str, n: int, *, seed: int, described: Described | None = None, variability: bool = True
) -> Population:
    """Describe n virtual people of a model.

    Parameters
    ----------
    model
        The kinetic model or its id whose variability applies; its own, never another's.
    n
        How many people, at least 1.
    seed
        Any non-negative integer; the same seed gives the same people on any number of workers.
    described
        Covariates; 70 kg for everyone when left out.
    variability
        False leaves only covariates to differ.

    Raises
    ------
    ValueError
        When n or the seed is not a whole number in range, or the model has no published variability.
    """
    kinetic = found(model)
    if not _is_whole(n) or n < 1:
        raise ValueError(f"n is {n}; give a whole number of people, at least 1.")
    if not _is_whole(seed) or seed < 0:
        raise ValueError(f"seed is {seed}; give a whole number of at least 0.")
    if variability and not kinetic.variability:
        raise ValueError(
            f"{kinetic.id} has no variability between people in the sources read; "
            "use variability=False, or a model that has it. Never borrow another model's."
        )
    return Population(
        model=kinetic, n=int(n), seed=int(seed), described=described or Described(), variability=variability
    )


def _is_whole(number: float) -> bool:
    return not isinstance(number, bool) and math.isfinite(number) and int(number) == number


def measured(model: KineticModel, values: Mapping[str, Floats], stream: np.random.Generator) -> dict[str, Floats]:
    """Add the model's residual error to predicted concentrations, as a measurement would show them.

    Kept apart from `simulate`: between-person variability is what people have, residual error is what assays,
    clocks and the model's own misfit add.

    Parameters
    ----------
    model
        The model that made the predictions.
    values
        Analyte to predicted ng/mL, any shape.
    stream
        Source of randomness.

    Returns
    -------
    dict
        Analyte to ng/mL with error, never below zero.

    Raises
    ------
    ValueError
        When the model has no residual error for one of them.
    """
    noisy: dict[str, Floats] = {}
    for name, predicted in values.items():
        rows = [row for row in model.residuals if row.analyte == name]
        if not rows:
            raise ValueError(f"{model.id} has no residual error for {name} in the sources read; leave {name} out.")
        seen = np.array(predicted, dtype=np.float64)
        for row in rows:
            error = row.sd * stream.standard_normal(seen.shape)
            match row.form:
                case "proportional":
                    seen = seen + predicted * error
                case "additive":
                    seen = seen + error
                case "log":
                    seen = seen * np.exp(error)
        noisy[name] = np.maximum(seen, 0.0)
    return noisy
