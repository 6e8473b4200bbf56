"""Every shipped model with all its analytes: stored on an even and on an irregular grid, and individual fits."""

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from sereniv.pharmacology import Dosing, Sample, Subject, individualise, measured, model, models, population, simulate
from sereniv.pharmacology.solver import Solver
from simulation_task import COURSE, TIMES, Report, process_best

Floats = NDArray[np.float64]

PEOPLE_OF_EACH = 2000
ROUNDS = 3
"""Models are measured in turn, this many times round, so that whatever else runs falls on all alike."""
IRREGULAR = np.sort(np.random.default_rng(1).uniform(0.0, float(TIMES[-1]), TIMES.size))
GRIDS = {"every minute": TIMES, "irregular times": IRREGULAR}


def every_model(report: Report, streaming: float, plain: float) -> None:
    """Measure stored results of every shipped model with all analytes, one thread, in turn.

    Parameters
    ----------
    report
        Takes the rows.
    streaming, plain
        What one thread writes past the caches, and by plain writes, bytes per second, measured in this run.
    """
    if find_spec("numba") is None:
        report.add("every model, compiled", "not installed", "needs the extra `fast`")
        return
    for grid, times in GRIDS.items():
        solvers, rates = {}, dict[str, float]()
        for item in models():
            names = item.analyte_names()
            parameters = population(item, PEOPLE_OF_EACH, seed=1, variability=bool(item.variability)).parameters()
            solver = Solver(model=item, dosing=COURSE, times_min=times, outputs=names, engine="compiled", threads=1)
            solvers[item.id] = (solver, parameters, np.zeros((PEOPLE_OF_EACH, len(names), times.size)))
        for _ in range(ROUNDS):
            for name, (solver, parameters, out) in solvers.items():
                took = process_best(lambda s=solver, p=parameters, o=out: s.fill(p, o), 2)  # type: ignore[misc]
                rates[name] = max(rates.get(name, 0.0), PEOPLE_OF_EACH * times.size / took / 1e6)
        fastest = max(rates.values())
        most_numbers = max(rate * len(model(name).analytes) for name, rate in rates.items())
        for name, rate in rates.items():
            count = len(model(name).analytes)
            written = rate * 1e6 * 8 * count
            report.add(
                f"{name}, {count} analyte{'s' if count > 1 else ''}, {grid}",
                f"{rate:.0f} Mpt/s",
                f"1 thread, by processor time; the fastest model takes {fastest / rate:.1f} times as many points and "
                f"{most_numbers / (rate * count):.1f} times as many numbers; "
                f"{written / plain:.0%} of plain and {written / streaming:.0%} of streaming writes; "
                f"within {_error(name, times):.0e} of each curve's peak",
            )


def _error(name: str, times: Floats) -> float:
    """Return the largest difference from the matrix exponential over each curve's peak, few people."""
    item = model(name)
    few = population(item, 3, seed=1, variability=bool(item.variability)).parameters()
    names, short = item.analyte_names(), times[:: max(1, times.size // 60)]
    found, exact = (np.empty((3, len(names), short.size)) for _ in range(2))
    Solver(model=item, dosing=COURSE, times_min=short, outputs=names, engine="compiled", threads=1).fill(few, found)
    Solver(model=item, dosing=COURSE, times_min=short, outputs=names, method="matrix-exponential").fill(few, exact)
    return float((np.abs(found - exact) / exact.max(axis=2, keepdims=True)).max())


def fits_with_metabolites(report: Report, people: int) -> None:
    """Measure MAP fits of eight samples of each analyte over one infusion, by processor time."""
    dosing, at, person = Dosing.infusion(35, 40), [5, 15, 30, 40, 60, 90, 150, 230], Subject(weight_kg=70)
    for name, analytes in (
        ("otto-2021", ("ketamine", "norketamine")),
        ("simons-2022", ("ketamine", "norketamine")),
        ("simons-2022", ("ketamine", "norketamine", "hydroxynorketamine")),
    ):
        virtual = simulate(name, dosing, at, subject=population(name, people, seed=5), outputs=analytes)
        seen = measured(model(name), virtual.values, np.random.default_rng(1))
        for engine in ("numpy", "compiled") if find_spec("numba") else ("numpy",):
            times = []
            for i in range(people):
                samples = [
                    Sample(at_min=minute, ng_per_ml=max(float(seen[analyte][i, k]), 0.1), analyte=analyte)
                    for analyte in analytes
                    for k, minute in enumerate(at)
                ]

                def work(taken: list[Sample] = samples, engine: str = engine, name: str = name) -> object:
                    return individualise(name, dosing, taken, subject=person, engine=engine)  # type: ignore[arg-type]

                if i == 0:
                    work()
                times.append(process_best(work, 1))
            report.add(
                f"MAP fit, {name}, {len(analytes)} analytes, {engine}",
                f"median {1000 * np.median(times):.1f} ms, 95 % {1000 * np.percentile(times, 95):.1f} ms",
                f"{people} people, 8 samples of each analyte, by processor time",
            )
