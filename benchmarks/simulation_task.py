"""The task that benchmarks/simulation.py measures, and the table that it prints."""

import sys
import time
import tomllib
from collections.abc import Callable

import numpy as np

from sereniv.knowledge.models import KineticModel, parse_kinetic_model
from sereniv.pharmacology import Dosing

PEOPLE = 10_000
DAYS = (0, 2, 4, 7, 9, 11)
TIMES = np.concatenate([day * 1440.0 + np.arange(1.0, 241.0) for day in DAYS])
COURSE = Dosing.infusion(35, 40).course(DAYS)
OUTPUTS = ("ketamine", "norketamine")
VALUES = {"CL": 80, "V1": 30, "Q2": 150, "V2": 60, "Q3": 70, "V3": 160, "CLM": 60, "VM": 100}


def task_model() -> KineticModel:
    """Return the made-up model of the task, from a table like any other."""
    lines = [
        'id = "task"\ntitle = "Made-up"\nrole = "second opinion"\nsite = "venous"\nsources = ["otto-2021"]',
        'describes = "racemate"\nracemate = "as one"\npopulation = "made up"\ncaveats = []\ndose_into = "central"',
        'defaults = { provenance = "C", source = "otto-2021", where = "made up" }',
        '[analytes]\nketamine = { compartment = "central", volume = "V1" }',
        'norketamine = { compartment = "nk", volume = "VM" }',
        '[[links]]\nbetween = ["central", "p2"]\nclearance = "Q2"\nvolumes = ["V1", "V2"]',
        '[[links]]\nbetween = ["central", "p3"]\nclearance = "Q3"\nvolumes = ["V1", "V3"]',
        '[[links]]\nfrom = "central"\nto = "nk"\nclearance = "CL"\nvolume = "V1"',
        '[[links]]\nfrom = "nk"\nclearance = "CLM"\nvolume = "VM"',
    ]
    for name, value in VALUES.items():
        unit = "L" if name.startswith("V") else "L/h"
        lines.append(f'[parameters.{name}]\nvalue = {value}\nunit = "{unit}"')
    lines += [f'[[variability]]\non = "{name}"\nvariance = 0.06' for name in VALUES]
    return parse_kinetic_model(tomllib.loads("\n".join(lines)))


def best(work: Callable[[], object], runs: int) -> float:
    """Return the shortest of several runs, in seconds."""
    shortest = float("inf")
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - begun)
    return shortest


def process_best(work: Callable[[], object], runs: int) -> float:
    """Return the least processor time of several runs, in seconds: what others use of a busy machine is not in it."""
    shortest = float("inf")
    for _ in range(runs):
        begun = time.process_time()
        work()
        shortest = min(shortest, time.process_time() - begun)
    return shortest


class Report:
    """Collects rows and prints them as one table."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []

    def add(self, what: str, figure: str, note: str = "") -> None:
        """Add a row and show that it is done."""
        self.rows.append((what, figure, note))
        print(f"  {what}: {figure} {note}", file=sys.stderr, flush=True)

    def text(self) -> str:
        """Return the table as Markdown."""
        lines = ["| what | figure | note |", "|---|---|---|"]
        return "\n".join([*lines, *(f"| {what} | {figure} | {note} |" for what, figure, note in self.rows)])
