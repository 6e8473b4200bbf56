"""The person a model is run for, and what covariates make of a model's typical parameters."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import (
    Covariate,
    FactorCovariate,
    KineticModel,
    LinearAboveCovariate,
    PowerCovariate,
)
from sereniv.units import number

Floats = NDArray[np.float64]
Sex = Literal["female", "male"]

MOST_KG = 500.0
OLDEST_YEARS = 130.0

TYPICAL_AGE_YEARS = 40.0
"""Stands in where age is not given: below every published knot, so it changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One person's covariates.

    Attributes
    ----------
    weight_kg
        Total body weight, above 0 and at most 500 kg.
    age_years
        None when unknown; then no age effect is applied and age limits are not checked.
    sex, asian
        Categories that some models use; None and False when unknown.
    """

    weight_kg: float
    age_years: float | None = None
    sex: Sex | None = None
    asian: bool = False

    def __post_init__(self) -> None:
        """Refuse a weight or age that is not a plausible number; exact ones become floats."""
        object.__setattr__(self, "weight_kg", number("weight_kg", self.weight_kg, "kg"))
        if self.age_years is not None:
            object.__setattr__(self, "age_years", number("age_years", self.age_years, "years"))
        if not 0 < self.weight_kg <= MOST_KG:
            raise ValueError(f"weight_kg is {self.weight_kg}; give a body weight in kg, above 0, at most {MOST_KG:g}.")
        if self.age_years is not None and not 0 <= self.age_years <= OLDEST_YEARS:
            raise ValueError(f"age_years is {self.age_years}; give years between 0 and {OLDEST_YEARS:g}, or None.")
        if self.sex not in (None, "female", "male"):
            raise ValueError(f"sex is {self.sex!r}; give 'female', 'male' or None.")

    def covariates(self) -> dict[str, Floats]:
        """Return the covariates as arrays of one person, shape (1,)."""
        age = TYPICAL_AGE_YEARS if self.age_years is None else self.age_years
        return {
            "weight_kg": np.array([float(self.weight_kg)]),
            "age_years": np.array([float(age)]),
            "sex": np.array([{"female": 1.0, "male": 0.0, None: math.nan}[self.sex]]),
            "asian": np.array([float(self.asian)]),
        }


LEVELS = {("sex", "female"): 1.0, ("sex", "male"): 0.0, ("asian", "yes"): 1.0, ("asian", "no"): 0.0}
"""How a category's levels are written as numbers in covariate arrays."""


def individual_parameters(
    model: KineticModel, covariates: Mapping[str, Floats], etas: Mapping[str, Floats] | None = None
) -> dict[str, Floats]:
    """Apply covariates and log-normal deviations to a model's typical parameters.

    An effect that grows with age is held at that of the oldest people the model was studied in: carried on in a
    straight line it would take a liver's flow below zero.

    Parameters
    ----------
    model
        The kinetic model.
    covariates
        Arrays of shape (n,) for `weight_kg` (kg), `age_years`, `sex` (1 female) and `asian` (1 yes).
    etas
        Deviations on the log scale by parameter name, shape (n,); none means the typical person.

    Returns
    -------
    dict
        Parameter name to values of shape (n,) in canonical units (L, L/h, 1/h, h, 1), and `weight_kg`, which doses
        in mg/kg need.
    """
    deviations = etas or {}
    size = covariates["weight_kg"].shape
    values: dict[str, Floats] = {"weight_kg": covariates["weight_kg"]}
    for parameter in model.parameters:
        value = np.full(size, parameter.value)
        for covariate in parameter.covariates:
            value = _apply(covariate, value, covariates[covariate.on], _highest(model, covariate))
        if parameter.name in deviations:
            value = value * np.exp(deviations[parameter.name])
        values[parameter.name] = value
    return values


def _highest(model: KineticModel, covariate: Covariate) -> float:
    """Return the level beyond which a covariate's effect grows no further."""
    ages = model.studied.age_years
    return ages.high if covariate.on == "age_years" and ages is not None and ages.of == "range" else math.inf


def _apply(covariate: Covariate, value: Floats, level: Floats, highest: float) -> Floats:
    match covariate:
        case PowerCovariate(reference=reference, exponent=exponent):
            return value * (level / reference) ** exponent
        case LinearAboveCovariate(knot=knot, slope=slope):
            return value + slope * np.maximum(0.0, np.minimum(level, highest) - knot)
        case FactorCovariate(on=on, level=name, factor=factor):
            return np.where(level == LEVELS[on, name], value * factor, value)
