"""Virtual trials: a regimen in many virtual people, streamed in this process or over a Dask cluster."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge import knowledge
from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.limits import assumptions, limit_warnings
from sereniv.pharmacology.population import Population
from sereniv.pharmacology.solver import Engine, Solver
from sereniv.pharmacology.streaming import finish, tally_blocks
from sereniv.pharmacology.summary import SummaryResult
from sereniv.pharmacology.tally import PackedTally, Summary, Tally
from sereniv.units import minutes_from_days, minutes_from_hours

if TYPE_CHECKING:
    from distributed import Client

Floats = NDArray[np.float64]


BLOCKS_A_TASK = 122
"""Blocks of 4,096 people in one cluster task: half a million people, a second or so of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """A course by name: the dose in mg/kg, over how many minutes, on which days."""

    name: str
    dose_mg_per_kg: Decimal
    over_min: float
    days: tuple[int, ...]

    def dosing(self) -> Dosing:
        """Return the whole course as a dosing per kg of each person's weight."""
        return Dosing.infusion(self.dose_mg_per_kg, self.over_min).by_weight().course(self.days)

    def times_min(self, hours: float = 4.0, step_min: float = 1.0) -> Floats:
        """Return sample times: every `step_min` for `hours` after each start."""
        grid = np.arange(1, round(minutes_from_hours(hours) / step_min) + 1) * step_min
        return np.concatenate([minutes_from_days(day) + grid for day in self.days])


def regimen(name: str) -> Regimen:
    """Return the course of a protocol, such as "P-DEP", from the clinic's tables.

    Raises
    ------
    ValueError
        When there is no such protocol; the message names those there are.
    """
    protocols = knowledge().protocols
    if name not in protocols:
        raise ValueError(f"There is no protocol {name!r}; choose one of {', '.join(protocols)}.")
    protocol = protocols[name]
    if protocol.dose_mg_per_kg is None:
        raise ValueError(f"{name} is not dosed in mg per kg an infusion; choose another protocol.")
    return Regimen(
        name=name, dose_mg_per_kg=protocol.dose_mg_per_kg, over_min=float(protocol.duration_min), days=protocol.days
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A virtual trial: people, what they are given, when they are looked at and what is kept."""

    people: Population
    dosing: Dosing
    times_min: Floats
    summary: Summary
    outputs: tuple[str, ...]
    engine: Engine = "numpy"

    def solver(self, threads: int | None = None) -> Solver:
        """Return the solver that every part of this trial shares."""
        return Solver(
            model=self.people.model,
            dosing=self.dosing,
            times_min=self.times_min,
            outputs=self.outputs,
            engine=self.engine,
            threads=threads,
        )


def run_trial(trial: Trial, *, progress: Callable[[int], None] | None = None) -> SummaryResult:
    """Run a trial in this process.

    Parameters
    ----------
    trial
        What to run.
    progress
        Called with the number of people done since the last call.
    """
    tally = tally_blocks(trial.solver(), trial.people, trial.summary, tuple(trial.people.blocks()), progress)
    return _finished(trial, tally)


def run_trial_on_cluster(
    trial: Trial, client: "Client", *, progress: Callable[[int], None] | None = None, shards: int | None = None
) -> SummaryResult:
    """Run a trial on a Dask cluster; the result equals `run_trial`'s to the last bit.

    Parameters
    ----------
    trial
        What to run.
    client
        A `distributed.Client`.
    progress
        Called with the number of people done since the last call.
    shards
        Into how many tasks to cut the people; when left out, as many for each worker thread as make tasks of about
        half a million people, because each task pays once for its table of counts.
    """
    from distributed import as_completed  # takes a moment: only when a cluster is asked for

    threads = max(1, sum(client.nthreads().values()))  # type: ignore[no-untyped-call]
    blocks = tuple(trial.people.blocks())
    each = max(1, round(len(blocks) / threads / BLOCKS_A_TASK))
    wanted = min(len(blocks), shards or each * threads)
    parts = [part for part in np.array_split(np.arange(len(blocks)), wanted) if part.size]
    # The trial travels with each task, some kilobytes: data laid on one worker would be lost with it.
    futures = [client.submit(tally_shard, trial, int(part[0]), int(part[-1]) + 1, pure=False) for part in parts]
    tally = Tally.empty(trial.times_min.size, len(trial.outputs), len(trial.summary.exceed_ng_per_ml))
    for future in as_completed(futures):  # type: ignore[no-untyped-call]
        packed: PackedTally = future.result()
        packed.add_to(tally)
        future.release()
        if progress is not None:
            progress(packed.people)
    return _finished(trial, tally)


def tally_shard(trial: Trial, first_block: int, last_block: int) -> PackedTally:
    """Count the people of some blocks on one worker thread."""
    blocks = tuple(trial.people.blocks())[first_block:last_block]
    return tally_blocks(trial.solver(threads=1), trial.people, trial.summary, blocks).packed()


def _finished(trial: Trial, tally: Tally) -> SummaryResult:
    model: KineticModel = trial.people.model
    references = dict.fromkeys((*model.sources, *(row.provenance.source for row in model.enantiomer_factors)))
    return finish(
        tally,
        trial.solver(),
        trial.people,
        trial.summary,
        labels=trial.outputs,
        warnings=(*limit_warnings(model, trial.dosing, trial.people), *assumptions(model, trial.dosing, None)),
        references=tuple(references),
    )
