"""mrgsolve on the same work, where R and its package are installed: its script is benchmarks/mrgsolve_task.R."""

import math
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology import population, published_effect_site
from sereniv.pharmacology.solver import Solver
from simulation_task import COURSE, DAYS, OUTPUTS, TIMES, VALUES, Report

Floats = NDArray[np.float64]

SCRIPT = Path(__file__).with_name("mrgsolve_task.R")
PEOPLE = 1000
COMPARED = 10
DOSE_MG, INFUSED_H = 35.0, 40 / 60


def mrgsolve(report: Report, kinetic: KineticModel, numpy_rate: float) -> None:
    """Measure mrgsolve by processor time; say what is missing where it cannot be run.

    Parameters
    ----------
    report
        Takes the row.
    kinetic
        The model of the task, whose equations the script holds too.
    numpy_rate
        What the numpy path stores, million subject-timepoints per second, measured in this run.

    Raises
    ------
    subprocess.CalledProcessError
        When R and mrgsolve are there and the script fails all the same.
    """
    rscript = shutil.which("Rscript")
    if rscript is None:
        report.add("mrgsolve", "not run", "R is not installed")
        return
    asked = subprocess.run([rscript, "--vanilla", "-e", "library(mrgsolve)"], check=False, capture_output=True)  # noqa: S603  R
    if asked.returncode != 0:
        report.add("mrgsolve", "not run", "R is installed, its package mrgsolve is not")
        return
    people = population(kinetic, PEOPLE, seed=1).parameters()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        _hand_over(room, people)
        subprocess.run([rscript, "--vanilla", str(SCRIPT), folder], check=True, capture_output=True, text=True)  # noqa: S603  our own script
        seconds, version = (room / "seconds.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
        seen = np.genfromtxt(room / "seen.csv", delimiter=",", names=True)
    rate = PEOPLE * TIMES.size / float(seconds) / 1e6
    report.add(
        f"mrgsolve {version.strip(chr(34))}, 1e-8, compiled and warm",
        f"{rate:.2f} Mpt/s",
        f"1/{numpy_rate / rate:.0f} of the numpy path; {PEOPLE:,} people, by processor time; "
        f"within {_difference(kinetic, people, seen):.0e} of each curve's peak",
    )


def _hand_over(room: Path, people: dict[str, Floats]) -> None:
    """Write what the script reads: people with their parameters, infusions in hours, times in hours."""
    half_time_h = published_effect_site()[0].half_time_min / 60
    columns = [np.arange(1.0, PEOPLE + 1), *(people[name] for name in VALUES)]
    columns.append(np.full(PEOPLE, math.log(2) / half_time_h))
    _table(room / "people.csv", ["ID", *VALUES, "KE0"], np.stack(columns, axis=1))
    doses = np.array([(day * 24.0, DOSE_MG, DOSE_MG / INFUSED_H) for day in DAYS])
    _table(room / "doses.csv", ["time", "amt", "rate"], doses)
    _table(room / "times.csv", ["time"], TIMES[:, None] / 60)


def _table(path: Path, names: list[str], rows: Floats) -> None:
    np.savetxt(path, rows, delimiter=",", header=",".join(names), comments="", fmt="%.17g")


def _difference(kinetic: KineticModel, people: dict[str, Floats], seen: Floats) -> float:
    """Return the largest difference from the matrix exponential over each curve's peak, few people."""
    few = {name: values[:COMPARED] for name, values in people.items()}
    exact = np.empty((COMPARED, 3, TIMES.size))
    Solver(
        model=kinetic, dosing=COURSE, times_min=TIMES, outputs=OUTPUTS, effect_site=published_effect_site()[0],
        method="matrix-exponential",
    ).fill(few, exact)  # fmt: skip
    found = np.stack([seen[name].reshape(COMPARED, -1) for name in ("ketamine", "norketamine", "effect")], axis=1)
    return float((np.abs(found - exact) / exact.max(axis=2, keepdims=True)).max())
