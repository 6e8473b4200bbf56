"""Individual estimates from measured concentrations: maximum a posteriori, with its uncertainty.

For research and rare assays. The estimate minimises the usual objective: misfit of each sample under the residual
error of the model, plus the distance of the person's deviations from the population. Prior and error are the
model's own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.catalogue import found
from sereniv.pharmacology.derived import with_factors
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.limits import assumptions, limit_warnings
from sereniv.pharmacology.posterior import MapProblem, Sample, fit
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.simulate import Engine, Method, simulate
from sereniv.pharmacology.subject import Subject, individual_parameters

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Individual:
    """What samples say about one person.

    Attributes
    ----------
    etas
        Parameter name to its estimated deviation on the log scale.
    covariance
        Uncertainty of the deviations (inverse Fisher information with the prior), shape (k, k).
    objective
        Minus twice the log posterior, up to a constant, at the estimate.
    converged
        False when the search stopped before its gradient was small: do not use the estimate.
    """

    model: KineticModel
    dosing: Dosing
    subject: Subject
    etas: dict[str, float]
    covariance: Floats
    objective: float
    converged: bool
    warnings: tuple[str, ...]

    def standard_errors(self) -> dict[str, float]:
        """Return the standard error of each deviation on the log scale."""
        return dict(zip(self.etas, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    def parameters(self) -> dict[str, float]:
        """Return the person's estimated parameters, canonical units."""
        etas = {name: np.array([value]) for name, value in self.etas.items()}
        values = individual_parameters(self.model, self.subject.covariates(), etas)
        return {name: float(value[0]) for name, value in values.items()}

    def predict(self, times_min: ArrayLike, dosing: Dosing | None = None) -> Profile:
        """Return the person's predicted concentrations, of another regimen if given."""
        factors = {name: math.exp(value) for name, value in self.etas.items()}
        own = with_factors(self.model, factors, "Parameters estimated from this person's samples (MAP).")
        return simulate(own, dosing or self.dosing, times_min, subject=self.subject)


def individualise(
    model: KineticModel | str,
    dosing: Dosing,
    samples: Sequence[Sample],
    *,
    subject: Subject,
    engine: Engine = "numpy",
    method: Method = "auto",
) -> Individual:
    """Estimate one person's deviations from the population from measured concentrations.

    Parameters
    ----------
    model
        A model with published variability and residual error, or its id.
    dosing
        What the person was given, on the clock of the samples.
    samples
        Measured concentrations above 0, in any order.
    subject
        The person's covariates.
    engine
        "numpy", or "compiled" where the extra `fast` is installed.
    method
        How the numpy engine solves the model; see `simulate`.

    Returns
    -------
    Individual
        Estimate, uncertainty and warnings.

    Raises
    ------
    ValueError
        When there are no samples, a concentration is not above 0, the model has no variability, or no residual error
        for an analyte.
    """
    kinetic = found(model)
    problem = MapProblem(kinetic, dosing, samples, subject, method=method)
    if engine == "compiled":
        from sereniv.pharmacology.compiled.fit import fit_compiled

        etas, covariance, objective, converged = fit_compiled(problem)
    else:
        etas, covariance, objective, converged = fit(problem)
    return Individual(
        model=kinetic,
        dosing=dosing,
        subject=subject,
        etas=dict(zip(problem.names, etas.tolist(), strict=True)),
        covariance=covariance,
        objective=objective,
        converged=converged,
        warnings=(*limit_warnings(kinetic, dosing, subject), *assumptions(kinetic, dosing, None)),
    )
