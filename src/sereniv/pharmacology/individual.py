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
from sereniv.pharmacology.catalogue import model as find_model
from sereniv.pharmacology.derived import with_factors
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.limits import assumptions, limit_warnings
from sereniv.pharmacology.population import eta_covariance
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.simulate import Engine, Method, Solver, simulate
from sereniv.pharmacology.subject import Subject, individual_parameters

Floats = NDArray[np.float64]

STEP = 1e-4
"""Step of the central differences on the log scale: truncation and rounding are both near 1e-9."""
MOST_STEPS = 60
GRADIENT_SMALL = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measured concentration."""

    at_min: float
    ng_per_ml: float
    analyte: str = "ketamine"


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
    kinetic = find_model(model) if isinstance(model, str) else model
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


class MapProblem:
    """One person's samples, prior and error model as arrays."""

    def __init__(
        self,
        model: KineticModel,
        dosing: Dosing,
        samples: Sequence[Sample],
        subject: Subject,
        *,
        method: Method = "auto",
    ) -> None:
        if not samples:
            raise ValueError("There are no samples; give at least one measured concentration.")
        if any(not (math.isfinite(item.ng_per_ml) and item.ng_per_ml > 0) for item in samples):
            raise ValueError("Every ng_per_ml must be finite and above 0; leave out results below quantification.")
        if not model.variability:
            raise ValueError(f"{model.id} has no variability between people in the sources read; use otto-2021.")
        self.model, self.dosing = model, dosing
        ordered = sorted(samples, key=lambda item: item.at_min)
        self.measured = np.array([item.ng_per_ml for item in ordered])
        self.outputs = tuple(dict.fromkeys(item.analyte for item in ordered))
        self.output = np.array([self.outputs.index(item.analyte) for item in ordered])
        self.times_min, self.place = np.unique([float(item.at_min) for item in ordered], return_inverse=True)
        rows = [_error(model, item.analyte) for item in ordered]
        self.log_sd, self.proportional, self.additive = (np.array(column) for column in zip(*rows, strict=True))
        self.names, omega = eta_covariance(model)
        self.precision = np.linalg.inv(omega)
        self.covariates = subject.covariates()
        self.solver = Solver(model=model, dosing=dosing, times_min=self.times_min, outputs=self.outputs, method=method)

    def predict(self, etas: Floats) -> Floats:
        """Return predictions at the samples for rows of deviations: (p, k) to (p, samples), ng/mL."""
        count = etas.shape[0]
        covariates = {name: np.repeat(value, count) for name, value in self.covariates.items()}
        deviations = {name: etas[:, i] for i, name in enumerate(self.names)}
        out = np.empty((count, len(self.outputs), self.times_min.size))
        self.solver.fill(individual_parameters(self.model, covariates, deviations), out)
        return out[:, self.output, self.place]

    def errors(self, predicted: Floats) -> tuple[Floats, Floats, Floats]:
        """Return residual, its standard deviation and the derivative of that by the prediction."""
        safe = np.maximum(predicted, 1e-12)
        logged = self.log_sd > 0
        variance = (self.proportional * safe) ** 2 + self.additive**2
        sd = np.where(logged, self.log_sd, np.sqrt(variance))
        slope = np.where(logged, 0.0, self.proportional**2 * safe / np.where(logged, 1.0, sd))
        residual = np.where(logged, np.log(self.measured / safe), self.measured - safe)
        return residual, sd, slope

    def objective(self, etas: Floats) -> Floats:
        """Return minus twice the log posterior for rows of deviations, shape (p,)."""
        residual, sd, _ = self.errors(self.predict(etas))
        prior = np.einsum("pi,ij,pj->p", etas, self.precision, etas)
        return np.asarray(((residual / sd) ** 2 + 2 * np.log(sd)).sum(axis=1) + prior)


def _error(model: KineticModel, analyte: str) -> tuple[float, float, float]:
    """Return log SD, proportional SD and additive SD (ng/mL) of one analyte."""
    rows = {row.form: row.sd for row in model.residuals if row.analyte == analyte}
    if not rows:
        raise ValueError(f"{model.id} has no residual error for {analyte} in the sources read.")
    return rows.get("log", 0.0), rows.get("proportional", 0.0), rows.get("additive", 0.0)


def fit(problem: MapProblem) -> tuple[Floats, Floats, float, bool]:
    """Minimise the objective by damped Fisher scoring; each step's differences run as one small population.

    The gradient includes the change of the error's size with the prediction; the search stops on the gradient, not
    on slow progress, because a stop test on progress was found to halt early.
    """
    size = len(problem.names)
    etas = np.zeros(size)
    damping = 0.0
    value = float(problem.objective(etas[None])[0])
    gradient, information = _derivatives(problem, etas)
    for _ in range(MOST_STEPS):
        if np.abs(gradient).max() < GRADIENT_SMALL:
            break
        step = np.linalg.solve(information + damping * np.diag(np.diag(information)), gradient) / 2
        trial = float(problem.objective((etas - step)[None])[0])
        if trial <= value + 1e-12 * abs(value):
            etas, value = etas - step, trial
            damping = damping / 10 if damping > 1e-6 else 0.0
            gradient, information = _derivatives(problem, etas)
        else:
            damping = max(10 * damping, 1e-3)
            if damping > 1e12:
                break
    covariance: Floats = np.linalg.inv(information).astype(np.float64)
    return etas, covariance, value, bool(np.abs(gradient).max() < 1e3 * GRADIENT_SMALL)


def _derivatives(problem: MapProblem, etas: Floats) -> tuple[Floats, Floats]:
    """Return the objective's gradient and half its expected Hessian (Fisher information with the prior)."""
    size = etas.size
    steps = STEP * np.eye(size)
    predicted = problem.predict(np.concatenate([etas + steps, etas - steps, etas[None]]))
    slopes = (predicted[:size] - predicted[size : 2 * size]) / (2 * STEP)
    here = predicted[-1]
    residual, sd, sd_slope = problem.errors(here[None])
    residual, sd, sd_slope = residual[0], sd[0], sd_slope[0]
    scale = np.where(problem.log_sd > 0, np.maximum(here, 1e-12), 1.0)
    by_prediction = -2 * residual / (sd**2 * scale) + 2 * sd_slope / sd * (1 - (residual / sd) ** 2)
    weight = 1 / (sd * scale) ** 2 + 2 * (sd_slope / sd) ** 2
    gradient = slopes @ by_prediction + 2 * problem.precision @ etas
    information = (slopes * weight) @ slopes.T + problem.precision
    return gradient, information
