"""simulate(model, dosing, times): concentrations of one person or of a population."""

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.catalogue import found
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import EffectSite
from sereniv.pharmacology.limits import assumptions, limit_warnings
from sereniv.pharmacology.population import Population
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.schedule import checked_times
from sereniv.pharmacology.solver import Engine, Method, Solver
from sereniv.pharmacology.streaming import summarise
from sereniv.pharmacology.subject import Subject, individual_parameters
from sereniv.pharmacology.summary import SummaryResult
from sereniv.pharmacology.tally import Summary

Floats = NDArray[np.float64]


@overload
def simulate(
    model: KineticModel | str,
    dosing: Dosing,
    times_min: ArrayLike,
    *,
    subject: Subject | Population | None = None,
    outputs: tuple[str, ...] | None = None,
    effect_site: EffectSite | None = None,
    method: Method = "auto",
    engine: Engine = "numpy",
    threads: int | None = None,
    out: Floats | None = None,
    summary: None = None,
) -> Profile: ...
@overload
def simulate(
    model: KineticModel | str,
    dosing: Dosing,
    times_min: ArrayLike,
    *,
    subject: Subject | Population | None = None,
    outputs: tuple[str, ...] | None = None,
    effect_site: EffectSite | None = None,
    method: Method = "auto",
    engine: Engine = "numpy",
    threads: int | None = None,
    out: None = None,
    summary: Summary,
) -> SummaryResult: ...
def simulate(
    model: KineticModel | str,
    dosing: Dosing,
    times_min: ArrayLike,
    *,
    subject: Subject | Population | None = None,
    outputs: tuple[str, ...] | None = None,
    effect_site: EffectSite | None = None,
    method: Method = "auto",
    engine: Engine = "numpy",
    threads: int | None = None,
    out: Floats | None = None,
    summary: Summary | None = None,
) -> Profile | SummaryResult:
    """Predict total plasma concentrations after a regimen.

    Parameters
    ----------
    model
        A kinetic model or its id, such as "otto-2021".
    dosing
        What was given and when.
    times_min
        Sample times in minutes from the regimen's zero, shape (t,), in order, any spacing; may be empty.
    subject
        One person (70 kg when left out) or a `Population` of n.
    outputs
        Which of the model's analytes to give; all when left out. Asking for fewer is faster.
    effect_site
        Adds the output "effect_site", driven by S-ketamine alone; see `EffectSite`.
    method
        "auto" uses sums of exponentials for people whose system is well conditioned and the matrix exponential for
        the rest; "matrix-exponential" uses the latter for everyone.
    engine
        "numpy", or "compiled" where the optional extra `fast` is installed; the same results to rounding.
    threads
        Threads of the compiled engine; all the machine's when left out.
    out
        Array of float64, shape (n, outputs, t) with the effect site as last output, filled and used for the result.
    summary
        Stream quantiles, exceedance, AUC and Cmax over a population without keeping trajectories.

    Returns
    -------
    Profile or SummaryResult
        ng/mL by output, shape (t,) for one person and (n, t) for a population; or the summary.

    Raises
    ------
    ValueError
        For an unknown model or output, times that are not finite, negative or out of order, or an `out` that does
        not fit; the message says how to mend it.
    TypeError
        For an argument of another kind; the message says which to give.
    """
    kinetic = found(model)
    people: Subject | Population = Subject(weight_kg=70.0) if subject is None else subject
    _check_kinds(
        dosing=dosing, subject=people, outputs=outputs, effect_site=effect_site, summary=summary, out=out
    )  # fmt: skip
    times = checked_times(times_min)
    if isinstance(people, Population) and people.model is not kinetic and people.model != kinetic:
        raise ValueError(f"The population was drawn for {people.model.id}, not {kinetic.id}; draw one for this model.")
    names = kinetic.analyte_names() if outputs is None else outputs
    warnings = (*limit_warnings(kinetic, dosing, people), *assumptions(kinetic, dosing, effect_site))
    references = tuple(dict.fromkeys((*kinetic.sources, *_factor_sources(kinetic), *_site_sources(effect_site))))
    labels = (*names, "effect_site") if effect_site is not None else tuple(names)
    solver = Solver(
        model=kinetic,
        dosing=dosing,
        times_min=times,
        outputs=tuple(names),
        effect_site=effect_site,
        method=method,
        engine=engine,
        threads=threads,
    )
    if summary is not None:
        if out is not None:
            raise ValueError("out= is for trajectories, which summary= does not keep; leave one of them out.")
        if not isinstance(people, Population):
            raise ValueError("summary= needs a population; pass subject=population(model, n, seed=...).")
        return summarise(solver, people, summary, labels=labels, warnings=warnings, references=references)
    n = people.n if isinstance(people, Population) else 1
    shape = (n, len(labels), times.size)
    if out is None:
        out = np.empty(shape)
    elif out.shape != shape or out.dtype != np.float64:
        raise ValueError(f"out has shape {out.shape} and type {out.dtype}; it must be float64 of shape {shape}.")
    elif not out.flags.writeable:
        raise ValueError("out cannot be written to; give an array that can.")
    if isinstance(people, Population):
        for start, stop in people.blocks():
            solver.fill(people.parameters(start, stop), out[start:stop])
    else:
        solver.fill(individual_parameters(kinetic, people.covariates()), out)
        np.maximum(out, 0.0, out=out)  # rounding can leave -1e-15 where there is nothing yet
    values = {name: out[0, i] if isinstance(people, Subject) else out[:, i] for i, name in enumerate(labels)}
    return Profile(
        model=kinetic, dosing=dosing, time_min=times, values=values, warnings=warnings, references=references
    )


KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "dosing": ((Dosing,), "a Dosing, such as Dosing.infusion(35, 40)"),
    "subject": ((Subject, Population), "Subject(weight_kg=...) or population(model, n, seed=...)"),
    "outputs": ((tuple, list), "each analyte once, such as ('ketamine', 'norketamine')"),
    "effect_site": ((EffectSite,), "an EffectSite, such as published_effect_site()[0]"),
    "summary": ((Summary,), "a Summary, such as Summary(percentiles=(5, 50, 95))"),
    "out": ((np.ndarray,), "an array of float64"),
}
"""What each argument may be, and what to give instead of something else."""


def _check_kinds(**given: object) -> None:
    for name, value in given.items():
        kinds, wanted = KINDS[name]
        if not (isinstance(value, kinds) or (value is None and name not in {"dosing", "subject"})):
            raise TypeError(f"{name} is {value!r}; give {wanted}.")


def _factor_sources(model: KineticModel) -> tuple[str, ...]:
    return tuple(row.provenance.source for row in model.enantiomer_factors)


def _site_sources(effect_site: EffectSite | None) -> tuple[str, ...]:
    return () if effect_site is None else (effect_site.source,)
