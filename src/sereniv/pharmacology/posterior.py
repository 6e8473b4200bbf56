"""The objective of an individual estimate, and the search for its minimum: prior, samples and error model as arrays."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.population import eta_covariance
from sereniv.pharmacology.schedule import checked_times
from sereniv.pharmacology.solver import Method, Solver
from sereniv.pharmacology.subject import Subject, individual_parameters

Floats = NDArray[np.float64]

STEP = 1e-4
"""Step of the central differences on the log scale: truncation and rounding are both near 1e-9."""
MOST_NG_PER_ML = 1e9
"""One gram in each millilitre: no blood holds it, and beyond it the search overflows."""
MOST_STEPS = 60
GRADIENT_SMALL = 1e-7
FARTHEST = 12.0
"""Deviations on the log scale are not looked for beyond a factor of some hundred thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measured concentration."""

    at_min: float
    ng_per_ml: float
    analyte: str = "ketamine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The end of a search, and what the population's model expected before it.

    Attributes
    ----------
    etas, covariance, objective, converged
        As in `Individual`.
    expected
        The typical person's prediction at each sample in time order, ng/mL, shape (s,).
    slopes
        Its derivative by each deviation, shape (k, s).
    """

    etas: Floats
    covariance: Floats
    objective: float
    converged: bool
    expected: Floats
    slopes: Floats


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
        if any(item.ng_per_ml > MOST_NG_PER_ML for item in samples):
            raise ValueError("A ng_per_ml above 1e9 is more than 1 g in each mL; look at its unit.")
        if not model.variability:
            raise ValueError(f"{model.id} has no variability between people in the sources read; use otto-2021.")
        self.model, self.dosing = model, dosing
        self.order = np.argsort([item.at_min for item in samples], kind="stable")
        ordered = self.samples = tuple(samples[index] for index in self.order)
        self.measured = np.array([item.ng_per_ml for item in ordered])
        self.outputs = tuple(dict.fromkeys(item.analyte for item in ordered))
        self.output = np.array([self.outputs.index(item.analyte) for item in ordered])
        at_min = checked_times([item.at_min for item in ordered])
        self.times_min, self.place = np.unique(at_min, return_inverse=True)
        rows = [_error(model, item.analyte) for item in ordered]
        self.log_sd, self.proportional, self.additive = (np.array(column) for column in zip(*rows, strict=True))
        self.names, self.precision = _prior(model)
        self.covariates = subject.covariates()
        self.solver = self._solver(method)
        self._refuse_what_nobody_shows(ordered[0].at_min)

    def _solver(self, method: Method) -> Solver:
        return Solver(
            model=self.model, dosing=self.dosing, times_min=self.times_min, outputs=self.outputs, method=method
        )

    def _refuse_what_nobody_shows(self, first_sample_min: float) -> None:
        """Refuse samples where every person's prediction is zero: they say nothing of anybody."""
        begun = min((sitting.start_min for sitting in self.dosing.sittings()), default=math.inf)
        s_only = any(item.s_only and item.name in self.outputs for item in self.model.analytes)
        # What is usual is settled without a prediction, which would cost as much as a compiled fit.
        if first_sample_min > begun and not (s_only and self.dosing.drug == "R"):
            return
        # The matrix exponential is exactly zero where nothing can be; sums of exponentials leave 1e-16 there.
        typical = self.predict(np.zeros((1, len(self.names))), method="matrix-exponential")[0]
        if (typical > 0).all():
            return
        at = self.times_min[self.place[int(np.argmin(typical > 0))]]
        raise ValueError(
            f"The model predicts 0 ng/mL at {at:g} min whoever the person is: nothing had been given, or nothing that "
            "becomes this analyte. Leave the sample out, or give the earlier doses too."
        )

    def predict(self, etas: Floats, *, method: Method | None = None) -> Floats:
        """Return predictions at the samples for rows of deviations: (p, k) to (p, samples), ng/mL."""
        count = etas.shape[0]
        covariates = {name: np.repeat(value, count) for name, value in self.covariates.items()}
        deviations = {name: etas[:, i] for i, name in enumerate(self.names)}
        out = np.empty((count, len(self.outputs), self.times_min.size))
        solver = self.solver if method is None else self._solver(method)
        solver.fill(individual_parameters(self.model, covariates, deviations), out)
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


@lru_cache(maxsize=64)
def _prior(model: KineticModel) -> tuple[tuple[str, ...], Floats]:
    """Return the names of the deviations and the inverse of their covariance, not to be written to."""
    names, omega = eta_covariance(model)
    precision: Floats = np.linalg.inv(omega).astype(np.float64)
    precision.setflags(write=False)
    return names, precision


def _error(model: KineticModel, analyte: str) -> tuple[float, float, float]:
    """Return log SD, proportional SD and additive SD (ng/mL) of one analyte."""
    rows = {row.form: row.sd for row in model.residuals if row.analyte == analyte}
    if not rows:
        known = ", ".join(dict.fromkeys(row.analyte for row in model.residuals))
        raise ValueError(
            f"{model.id} has no residual error for {analyte!r} in the sources read; it has for: {known or 'none'}."
        )
    return rows.get("log", 0.0), rows.get("proportional", 0.0), rows.get("additive", 0.0)


def fit(problem: MapProblem) -> Found:
    """Minimise the objective by damped Fisher scoring; each step's differences run as one small population.

    The gradient includes the change of the error's size with the prediction; the search stops on the gradient, not
    on slow progress, because a stop test on progress was found to halt early.
    """
    size = len(problem.names)
    etas = np.zeros(size)
    damping = 0.0
    value = float(problem.objective(etas[None])[0])
    gradient, information, expected, slopes = _derivatives(problem, etas)
    for _ in range(MOST_STEPS):
        if np.abs(gradient).max() < GRADIENT_SMALL:
            break
        step = np.linalg.solve(information + damping * np.diag(np.diag(information)), gradient) / 2
        far = np.abs(etas - step).max() > FARTHEST
        trial = math.inf if far else float(problem.objective((etas - step)[None])[0])
        if trial <= value + 1e-12 * abs(value):
            etas, value = etas - step, trial
            damping = damping / 10 if damping > 1e-6 else 0.0
            gradient, information, _, _ = _derivatives(problem, etas)
        else:
            damping = max(10 * damping, 1e-3)
            if damping > 1e12:
                break
    covariance: Floats = np.linalg.inv(information).astype(np.float64)
    return Found(
        etas=etas,
        covariance=covariance,
        objective=value,
        converged=bool(np.abs(gradient).max() < 1e3 * GRADIENT_SMALL),
        expected=expected,
        slopes=slopes,
    )


def _derivatives(problem: MapProblem, etas: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the gradient, half the expected Hessian (Fisher information with the prior), predictions, their slopes."""
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
    return gradient, information, here, slopes
