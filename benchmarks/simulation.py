"""Measures the simulation engine on one machine in one run and prints one table.

    python3 run.py benchmark simulation [--quick] [--models] [--out FILE]

The task: 10,000 people (log-normal variability on eight parameters), six infusions of 0.5 mg/kg over 40 min on days 0,
2, 4, 7, 9 and 11; ketamine (three compartments), norketamine (one) and an effect site at every minute of the four
hours after each start: 1,440 times and three outputs, 14.4 million subject-timepoints. Parameter values are made up;
they are not a clinical model. Rates are for the solver with parameters drawn and the result's memory already mapped;
the drawing of people is inside the streamed trials.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology import Dosing, Subject, Summary, measured, model, population, published_effect_site, simulate
from sereniv.pharmacology.band import plan_band
from sereniv.pharmacology.individual import individualise
from sereniv.pharmacology.posterior import MapProblem, Sample
from sereniv.pharmacology.solver import Solver
from sereniv.study.trial import Trial, run_trial, run_trial_on_cluster
from simulation_models import every_model, fits_with_metabolites
from simulation_mrgsolve import mrgsolve
from simulation_peers import array_path, diffrax_solver, scipy_solver
from simulation_task import COURSE, OUTPUTS, PEOPLE, TIMES, Report, best, process_best, task_model

Floats = NDArray[np.float64]

STREAMED_RUNS, CLUSTER_RUNS = 3, 5


def machine() -> str:
    """Return what the figures were measured on, without host names or paths."""
    name = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        name = next((x.split(":")[1].strip() for x in cpu.read_text().splitlines() if x.startswith("model name")), name)
    used = (item for item in ("numpy", "scipy", "numba", "jax", "diffrax") if find_spec(item))
    packages = ", ".join(f"{item} {__import__(item).__version__}" for item in used)
    load = f", load average before the run {os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else ""
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {packages}{load}."


def write_limit(out: Floats, threads: int, runs: int) -> float:
    """Return this machine's plain-write rate, bytes per second: fill a mapped array with a constant, row by row."""
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def fill(rows: Floats, value: float) -> None:
        for row in numba.prange(rows.shape[0]):
            for i in range(rows.shape[1]):
                rows[row, i] = value

    numba.set_num_threads(threads)
    rows = out.reshape(-1, out.shape[2])
    fill(rows, 0.0)
    rates = [out.nbytes / best(lambda: fill(rows, 1.0), runs)]
    if threads == 1:
        rates.append(out.nbytes / best(lambda: out.fill(1.0), runs))
    return max(rates)


def streaming_limit(out: Floats, runs: int) -> float:
    """Return what one thread writes past the caches, bytes per second, by the kernels' own instruction."""
    import numba

    from sereniv.pharmacology.compiled.vectors import fence, stream_line

    @numba.njit
    def fill(flat: Floats, lead: int, line: Floats) -> None:
        for at in range(lead, flat.shape[0] - 7, 8):
            stream_line(flat, at, line, 0)
        fence()

    flat, line = out.reshape(-1), np.ones(8)
    lead = (-flat.ctypes.data // 8) % 8
    fill(flat, lead, line)
    return out.nbytes / process_best(lambda: fill(flat, lead, line), runs)


def one_thread_limits(runs: int) -> tuple[float, float]:
    """Return the streaming and the plain write rate of one thread, bytes per second, by processor time."""
    out = np.zeros((2000, 3, TIMES.size))
    return streaming_limit(out, runs), out.nbytes / process_best(lambda: out.fill(1.0), runs)


def stored(report: Report, kinetic: KineticModel, runs: int) -> float:
    """Measure stored results on both engines; return the numpy rate in Mpt/s."""
    parameters = population(kinetic, PEOPLE, seed=1).parameters()
    site = published_effect_site()[0]
    out = np.zeros((PEOPLE, 3, TIMES.size))
    points = PEOPLE * TIMES.size / 1e6

    def solver(**more: object) -> Solver:
        return Solver(
            model=kinetic,
            dosing=COURSE,
            times_min=TIMES,
            outputs=OUTPUTS,
            effect_site=site,
            **more,  # type: ignore[arg-type]
        )

    numpy_rate = points / best(lambda: solver().fill(parameters, out), max(2, runs // 4))
    report.add("stored float64, numpy", f"{numpy_rate:.0f} Mpt/s", "million subject-timepoints per second")
    few = {name: value[:200] for name, value in parameters.items()}
    exact = np.empty((200, 3, TIMES.size))
    solver(method="matrix-exponential").fill(few, exact)
    report.add(
        "error, numpy", _error(out[:200], exact), "pointwise / of each curve's peak, against matrix exponentials"
    )
    for threads in (1, 2):
        if find_spec("numba") is None:
            report.add(f"stored float64, compiled, {threads} threads", "not installed")
            continue
        work = solver(engine="compiled", threads=threads)
        work.fill(parameters, out)
        limits, rates = [], []
        # Alternate, so that whatever else runs on the machine falls on both alike.
        for _ in range(3):
            limits.append(write_limit(out, threads, runs))
            rates.append(points / best(lambda work=work: work.fill(parameters, out), runs))  # type: ignore[misc]
        rate, limit = max(rates), max(limits)
        share = rate * 1e6 * 24 / limit
        report.add(
            f"plain-write limit, {threads} threads", f"{limit / 1e9:.1f} GB/s", f"{limit / 24e6:.0f} Mpt/s at 24 bytes"
        )
        report.add(
            f"stored float64, compiled, {threads} threads",
            f"{rate:.0f} Mpt/s",
            f"{share:.0%} of the plain-write limit, {rate / numpy_rate:.1f} times numpy",
        )
    if find_spec("numba") is not None:
        report.add("error, compiled", _error(out[:200], exact), "the same")
    return numpy_rate


def _error(found: Floats, exact: Floats) -> str:
    difference = np.abs(found - exact)
    pointwise = (difference / exact).max()
    return f"{pointwise:.0e} / {(difference / exact.max(axis=2, keepdims=True)).max():.0e}"


def streamed(report: Report, kinetic: KineticModel, people: int) -> None:
    """Measure streamed quantiles in process, in turn with numpy's stored rate, and on two Dask workers."""
    if find_spec("numba") is None:
        report.add("streamed quantiles", "not installed", "needs the extra `fast`")
        return
    wide = Trial(
        people=population(kinetic, people, seed=1),
        dosing=COURSE,
        times_min=TIMES,
        summary=Summary(),
        outputs=OUTPUTS,
        engine="compiled",
    )
    took, numpy_rate = _streamed_in_turn(kinetic, people)
    rate = people * TIMES.size / took / 1e6
    report.add(
        f"streamed 5/50/95 %, {people:,} people, 2 threads",
        f"{took:.1f} s, {rate:.0f} Mpt/s",
        f"{rate / numpy_rate:.1f} times the numpy path's stored rate ({numpy_rate:.0f} Mpt/s); three outputs, people "
        f"drawn inside; best of {STREAMED_RUNS}, in turn with numpy",
    )
    report.add("largest memory of a fresh process doing that", _memory(people), "resident, with Python and compiler")
    sample = population(kinetic, 20_000, seed=3)
    short = TIMES[::24]
    quick = simulate(kinetic, COURSE, short, subject=sample, engine="compiled", summary=Summary())
    full = simulate(kinetic, COURSE, short, subject=sample)
    worst = max(
        float(np.abs(quick.quantiles[n] / np.percentile(v, [5, 50, 95], axis=0) - 1).max())
        for n, v in full.values.items()
    )
    report.add("largest quantile error against an exact sort", f"{worst:.2%}", "20,000 people, 60 times")
    cluster(report, wide)


def _streamed_in_turn(kinetic: KineticModel, people: int) -> tuple[float, float]:
    """Return the best seconds of a streamed trial and the best rate, Mpt/s, of numpy's stored results beside it."""
    site = published_effect_site()[0]
    plain = Solver(model=kinetic, dosing=COURSE, times_min=TIMES, outputs=OUTPUTS, effect_site=site)
    parameters = population(kinetic, PEOPLE, seed=1).parameters()
    out = np.zeros((PEOPLE, len(OUTPUTS) + 1, TIMES.size))

    def stream(count: int) -> None:
        virtual = population(kinetic, count, seed=1)
        simulate(kinetic, COURSE, TIMES, subject=virtual, effect_site=site, engine="compiled", summary=Summary())

    stream(5000)
    numpy_rates, taken = [], []
    # Turn about, so that whatever else runs on the machine falls on both alike.
    for _ in range(STREAMED_RUNS):
        numpy_rates.append(PEOPLE * TIMES.size / best(lambda: plain.fill(parameters, out), 2) / 1e6)
        taken.append(best(lambda: stream(people), 1))
    return min(taken), max(numpy_rates)


def _memory(people: int) -> str:
    code = (
        "import sys; sys.path[:0] = ['src', 'benchmarks']; import simulation as s;"
        "from sereniv.pharmacology import *;"
        "k = s.task_model();"
        f"simulate(k, s.COURSE, s.TIMES, subject=population(k, {people}, seed=1),"
        "effect_site=published_effect_site()[0], engine='compiled', summary=Summary());"
        "print(s.resident_mb())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return f"{float(done.stdout):.0f} MB"


def cluster(report: Report, trial: Trial) -> None:
    """Measure the same trial on a local Dask cluster of two one-thread workers, against this process."""
    if find_spec("distributed") is None:
        report.add("Dask", "not installed", "needs the extra `cluster`")
        return
    from distributed import Client, LocalCluster

    local, spread, same = [], [], True
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as workers,
        Client(workers) as client,
    ):
        client.run(_warm, trial)
        # Turn about, so that whatever else runs on the machine falls on both alike.
        for _ in range(CLUSTER_RUNS):
            begun = time.perf_counter()
            alone = run_trial(trial)
            local.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            together = run_trial_on_cluster(trial, client)
            spread.append(time.perf_counter() - begun)
            same = same and together.as_json() == alone.as_json()
        memory = max(client.run(resident_mb).values())
    note = f"two outputs; best of {CLUSTER_RUNS}, in turn with the cluster"
    report.add(f"trial of {trial.people.n:,}, in process", f"{min(local):.2f} s", note)
    report.add(
        "the same on 2 Dask workers",
        f"{min(spread):.2f} s",
        f"{min(spread) / min(local) - 1:+.0%} (medians {median(spread) / median(local) - 1:+.0%}), "
        f"{'the same bits' if same else 'DIFFERENT BITS'}, {memory:.0f} MB per worker",
    )


def _warm(trial: Trial) -> None:
    few = Trial(
        people=population(trial.people.model, 5000, seed=2), dosing=trial.dosing, times_min=trial.times_min,
        summary=trial.summary, outputs=trial.outputs, engine=trial.engine,
    )  # fmt: skip
    run_trial(few)


def resident_mb() -> float:
    """Return this process's largest resident memory so far; a child's own, where the system tells it apart."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(item for item in status.read_text().splitlines() if item.startswith("VmHWM"))
        return int(line.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def band(report: Report, runs: int) -> None:
    """Measure a page's plan band."""
    for engine in ("numpy", "compiled") if find_spec("numba") else ("numpy",):

        def work(engine: str = engine) -> object:
            return plan_band(Dosing.infusion(35, 40), weight_kg=70, age_years=40, engine=engine)  # type: ignore[arg-type]

        work()
        note = "1,000 people in each of 3 models and 1 typical, 4 h by the minute"
        report.add(f"plan band, {engine}", f"{1000 * best(work, runs):.0f} ms", note)


def map_fit(report: Report, people: int) -> None:
    """Measure MAP fits: eight ketamine samples over one infusion, Otto 2021 (four deviations, S and R)."""
    kinetic, dosing, at = model("otto-2021"), Dosing.infusion(35, 40), [5, 15, 30, 40, 60, 90, 150, 230]
    person = Subject(weight_kg=70)
    virtual = population(kinetic, people, seed=5)
    seen = measured(kinetic, simulate(kinetic, dosing, at, subject=virtual).values, np.random.default_rng(1))[
        "ketamine"
    ]
    for engine in ("numpy", "compiled") if find_spec("numba") else ("numpy",):
        times, worst = [], 0.0
        for i in range(people):
            samples = [Sample(at_min=t, ng_per_ml=max(float(seen[i, k]), 0.1)) for k, t in enumerate(at)]
            if i == 0:
                individualise(kinetic, dosing, samples, subject=person, engine=engine)  # type: ignore[arg-type]
            begun = time.perf_counter()
            fit = individualise(kinetic, dosing, samples, subject=person, engine=engine)  # type: ignore[arg-type]
            times.append(time.perf_counter() - begun)
            if i < 10:
                worst = max(
                    worst, _excess(MapProblem(kinetic, dosing, samples, person, method="matrix-exponential"), fit.etas)
                )
        typical, high = 1000 * np.median(times), 1000 * np.percentile(times, 95)
        report.add(
            f"MAP fit, {engine}",
            f"median {typical:.2f} ms, 95 % {high:.2f} ms",
            f"{people} people; objective above the reference minimum by at most {worst:.0e} relative",
        )


def _excess(problem: MapProblem, etas: dict[str, float]) -> float:
    from scipy.optimize import minimize

    def objective(x: Floats) -> float:
        return float(problem.objective(x[None])[0])

    found = np.array(list(etas.values()))
    lowest = min(float(minimize(objective, x, method="BFGS", options={"gtol": 1e-8}).fun) for x in (0 * found, found))
    return max(0.0, (objective(found) - lowest) / abs(lowest))


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer people and runs, for a look")
    parser.add_argument("--models", action="store_true", help="only every shipped model and its fits")
    parser.add_argument("--out", type=Path, help="also write the table into this file")
    asked = parser.parse_args()
    heading = machine()
    report = Report()
    kinetic = task_model()
    runs = 4 if asked.quick else 12
    numpy_rate = 0.0 if asked.models else stored(report, kinetic, runs)
    if not asked.models:
        streamed(report, kinetic, 100_000 if asked.quick else 1_000_000)
    if find_spec("numba") is not None:
        every_model(report, *one_thread_limits(runs))
    fits_with_metabolites(report, 10 if asked.quick else 50)
    if not asked.models:
        band(report, runs)
        map_fit(report, 20 if asked.quick else 100)
        array_path(report, kinetic, numpy_rate, runs)
        scipy_solver(report, kinetic, numpy_rate)
        diffrax_solver(report, kinetic, numpy_rate)
        mrgsolve(report, kinetic, numpy_rate)
    text = f"# Simulation speed\n\nPrinted by `python3 run.py benchmark simulation`.\n\n{heading}\n\n{report.text()}\n"
    print(text)
    if asked.out is not None:
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
