"""Individual estimates from measured concentrations: maximum a posteriori, with its uncertainty.

For research and rare assays. The estimate minimises the usual objective: misfit of each sample under the residual
error of the model, plus the distance of the person's deviations from the population. Prior and error are the
model's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.catalogue import found
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.export import About, Result, plain, plain_by_name
from sereniv.pharmacology.limits import assumptions, limit_warnings
from sereniv.pharmacology.posterior import MapProblem, Sample, fit
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.samples import Expectation, Residual, expectations_of, slips, turned_round
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.solver import Engine, Method, Solver
from sereniv.pharmacology.subject import Subject, individual_parameters

Floats = NDArray[np.float64]

TITLE = "One person's estimate, not the population's model and not a measurement"
DOUBT = (
    "One person's estimate (MAP) from {samples}, not the population's model; the band is the 5-95 % doubt of its "
    "parameters alone, without measurement error or other models."
)
STOPPED = "The search for this estimate did not converge: do not use it."

DRAWS = 1000
SEED = 20212
"""The same draws for every prediction, so that a band is the same each time it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonProfile(Profile):
    """Predicted concentrations of one person from their own estimate, with its doubt, shape (t,), in ng/mL.

    Attributes
    ----------
    model
        The population's model that the estimate started from, renamed after the person; the person's own parameters
        are those of `Individual.parameters`.
    low, high
        Output name to the 5th and 95th percentile of the doubt about the estimate.
    """

    low: dict[str, Floats]
    high: dict[str, Floats]

    def about(self) -> About:
        """Return model, unit, warnings and references, under a title that says it is one person's."""
        return replace(Profile.about(self), title=TITLE)

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings: a profile's, `describes`, and the band as `low` and `high` by output."""
        return {
            "describes": TITLE,
            **Profile.as_json(self),
            "low": {name: plain(value) for name, value in self.low.items()},
            "high": {name: plain(value) for name, value in self.high.items()},
        }

    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return time_min, and each output with its `_low` and `_high`, ng/mL, each of shape (t,)."""
        columns: dict[str, NDArray[Any]] = {"time_min": self.time_min}
        for name, value in self.values.items():
            columns |= {name: value, f"{name}_low": self.low[name], f"{name}_high": self.high[name]}
        return columns


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Individual(Result):
    """What samples say about one person.

    Attributes
    ----------
    model
        The population's model that the estimate started from: its prior and residual error.
    samples
        The measured concentrations behind the estimate.
    etas
        Parameter name to its estimated deviation on the log scale.
    covariance
        Uncertainty of the deviations (inverse Fisher information with the prior), shape (k, k).
    objective
        Minus twice the log posterior, up to a constant, at the estimate.
    converged
        False when the search stopped before its gradient was small: do not use the estimate.
    expectations
        What the population's model expected of each sample before it was seen: a sample far from it, such as one
        written in another unit, bends the estimate without a word.
    slips
        What in the samples looks like a slip of a unit, a time or their order, in sentences.
    """

    model: KineticModel
    dosing: Dosing
    subject: Subject
    samples: tuple[Sample, ...]
    etas: dict[str, float]
    covariance: Floats
    objective: float
    converged: bool
    expectations: tuple[Expectation, ...]
    slips: tuple[str, ...]
    warnings: tuple[str, ...]

    def residuals(self) -> tuple[Residual, ...]:
        """Return how far each sample lies from the estimate and from the population's model, in its order."""
        problem = MapProblem(self.model, self.dosing, self.samples, self.subject)
        predicted = problem.predict(np.array([list(self.etas.values())]))
        residual, sd, _ = problem.errors(predicted)
        order = problem.order.argsort()
        return tuple(
            Residual(
                sample=expected.sample,
                estimated_ng_per_ml=float(predicted[0, at]),
                standardised=float(residual[0, at] / sd[0, at]),
                expected_ng_per_ml=expected.ng_per_ml,
                from_population=expected.standardised,
            )
            for expected, at in zip(self.expectations, order, strict=True)
        )

    def standard_errors(self) -> dict[str, float]:
        """Return the standard error of each deviation on the log scale."""
        return dict(zip(self.etas, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    def parameters(self) -> dict[str, float]:
        """Return the person's estimated parameters, canonical units."""
        values = self._parameters(np.array([list(self.etas.values())]))
        return {name: float(value[0]) for name, value in values.items()}

    def predict(self, times_min: ArrayLike, dosing: Dosing | None = None) -> PersonProfile:
        """Return the person's predicted concentrations with the doubt of the estimate.

        Parameters
        ----------
        times_min
            Sample times in minutes from the dosing's zero, shape (t,), in order.
        dosing
            Another regimen; that of the samples when left out.

        Returns
        -------
        PersonProfile
            Every analyte of the model at the estimate, ng/mL of shape (t,), and a band between the 5th and 95th
            percentile of 1,000 people drawn from N(etas, covariance) with a fixed seed. The band is of the person's
            parameters given the model: no measurement error, no other model, no change from day to day.

        Raises
        ------
        ValueError
            For times that are not finite, negative or out of order.
        """
        given = dosing or self.dosing
        own = self._own_model()
        bare = simulate(own, given, times_min, subject=self.subject)
        names = tuple(bare.values)
        solver = Solver(model=self.model, dosing=given, times_min=bare.time_min, outputs=names)
        out = np.empty((1 + DRAWS, len(names), bare.time_min.size))
        solver.fill(self._parameters(self._draws()), out)
        np.maximum(out, 0.0, out=out)  # rounding can leave -1e-15 where there is nothing yet
        low, high = np.percentile(out[1:], [5.0, 95.0], axis=0)
        return PersonProfile(
            model=own,
            dosing=given,
            time_min=bare.time_min,
            values={name: out[0, i] for i, name in enumerate(names)},
            low={name: low[i] for i, name in enumerate(names)},
            high={name: high[i] for i, name in enumerate(names)},
            warnings=bare.warnings,
            references=bare.references,
        )

    def about(self) -> About:
        """Return model, the unit of deviations and their errors (log scale: 1), warnings and references."""
        own = self._own_model()
        return About(
            title=TITLE,
            model=own.id,
            unit="1",
            warnings=(*self._said(), *self.warnings),
            references=self._references(),
            own_references=own.own_references,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the estimate with its uncertainty and samples as plain lists, numbers and strings."""
        about = self.about()
        return {
            "describes": about.title,
            "model": about.model,
            "started_from": self.model.id,
            "given": self.dosing.describe(),
            "samples": [
                {"at_min": item.at_min, "ng_per_ml": item.ng_per_ml, "analyte": item.analyte} for item in self.samples
            ],
            "etas": plain_by_name(self.etas),
            "residuals": [
                {
                    "at_min": item.sample.at_min,
                    "analyte": item.sample.analyte,
                    **plain_by_name(
                        {
                            "estimated_ng_per_ml": item.estimated_ng_per_ml,
                            "standardised": item.standardised,
                            "expected_ng_per_ml": item.expected_ng_per_ml,
                            "from_population": item.from_population,
                        }
                    ),
                }
                for item in self.residuals()
            ],
            "standard_errors": plain_by_name(self.standard_errors()),
            "covariance": plain(self.covariance),
            "parameters": plain_by_name(self.parameters()),
            **plain_by_name({"objective": self.objective}),
            "converged": self.converged,
            "warnings": list(about.warnings),
            "references": list(about.references),
        }

    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return a row for each parameter that varies: its name, eta, standard error, value and the value's unit."""
        values = self.parameters()
        return {
            "parameter": np.array(list(self.etas)),
            "eta": np.array(list(self.etas.values())),
            "standard_error": np.array(list(self.standard_errors().values())),
            "value": np.array([values[name] for name in self.etas]),
            "unit": np.array([self.model.parameter(name).unit for name in self.etas]),
        }

    def _parameters(self, etas: Floats) -> dict[str, Floats]:
        """Return the parameters of rows of deviations, (n, k) to shape (n,) by name."""
        covariates = {name: np.repeat(value, len(etas)) for name, value in self.subject.covariates().items()}
        return individual_parameters(self.model, covariates, {name: etas[:, i] for i, name in enumerate(self.etas)})

    def _draws(self) -> Floats:
        """Return the estimate and, below it, draws from its doubt, shape (1 + DRAWS, k)."""
        estimate = np.array(list(self.etas.values()))
        stream = np.random.Generator(np.random.PCG64(SEED))
        normal = stream.standard_normal((DRAWS, estimate.size))
        return np.vstack([estimate, estimate + normal @ np.linalg.cholesky(self.covariance).T])

    def _said(self) -> tuple[str, ...]:
        count = len(self.samples)
        doubt = DOUBT.format(samples="1 sample" if count == 1 else f"{count} samples")
        return (doubt,) if self.converged else (STOPPED, doubt)

    def _own_model(self) -> KineticModel:
        """Return the model renamed after the person, so that no result of theirs passes for the population's."""
        return replace(
            self.model,
            id=f"{self.model.id}+individual",
            title=f"{self.model.title}, one person's estimate",
            caveats=(*self._said(), *self.slips, *self.model.caveats),
        )

    def _references(self) -> tuple[str, ...]:
        return simulate(self.model, self.dosing, (), subject=self.subject).references


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

        found_here = fit_compiled(problem)
    else:
        found_here = fit(problem)
    expectations = expectations_of(problem, found_here)
    looks_wrong = (*turned_round(problem, found_here), *slips(expectations))
    return Individual(
        model=kinetic,
        dosing=dosing,
        subject=subject,
        samples=tuple(samples),
        etas=dict(zip(problem.names, found_here.etas.tolist(), strict=True)),
        covariance=found_here.covariance,
        objective=found_here.objective,
        converged=found_here.converged,
        expectations=expectations,
        slips=looks_wrong,
        warnings=(
            *looks_wrong,
            *limit_warnings(kinetic, dosing, subject),
            *assumptions(kinetic, dosing, None),
        ),
    )
