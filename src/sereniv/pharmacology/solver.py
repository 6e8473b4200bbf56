"""Solves one regimen for any number of people: by modes where sound, by the matrix exponential for the rest."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.compartments import LinearSystem, assemble, structure_of
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import EffectSite
from sereniv.pharmacology.modal import decompose, evaluate
from sereniv.pharmacology.propagate import propagate, solve_exactly
from sereniv.pharmacology.schedule import Schedule, schedule

Floats = NDArray[np.float64]
Method = Literal["auto", "matrix-exponential"]
Engine = Literal["numpy", "compiled"]


class Solver:
    """One regimen, model and set of times, prepared once and run for any number of people."""

    def __init__(
        self,
        *,
        model: KineticModel,
        dosing: Dosing,
        times_min: Floats,
        outputs: tuple[str, ...],
        effect_site: EffectSite | None = None,
        method: Method = "auto",
        engine: Engine = "numpy",
        threads: int | None = None,
    ) -> None:
        if method not in ("auto", "matrix-exponential"):
            raise ValueError(f"method is {method!r}; give 'auto' or 'matrix-exponential'.")
        if engine not in ("numpy", "compiled"):
            raise ValueError(f"engine is {engine!r}; give 'numpy' or 'compiled'.")
        if not outputs or len(set(outputs)) < len(outputs):
            raise ValueError(f"outputs is {outputs!r}; give each analyte once, such as ('ketamine', 'norketamine').")
        self.structure = structure_of(model, dosing.drug, outputs, effect_site=effect_site is not None)
        self.dosing = dosing
        self.plan: Schedule = schedule(dosing, times_min)
        self.ke0_per_h = None if effect_site is None else effect_site.ke0_per_h
        self.times_min = times_min
        self.per_kg = dosing.per_kg
        self.method, self.engine, self.threads = method, engine, threads

    def system(self, parameters: dict[str, Floats]) -> LinearSystem:
        """Return the linear system of n people from their parameters, each of shape (n,)."""
        system = assemble(self.structure, parameters, self.ke0_per_h)
        if self.per_kg:
            # Everything is linear in the dose: seeing each mg/kg as `weight` mg is the same as giving them.
            system.output[...] *= parameters["weight_kg"][:, None, None]
        return system

    def fill(self, parameters: dict[str, Floats], out: Floats) -> None:
        """Write ng/mL of n people into `out`, shape (n, o, t)."""
        system = self.system(parameters)
        if self.engine == "compiled" and self.method == "auto":
            from sereniv.pharmacology.compiled.storing import fill_compiled

            fill_compiled(system, self.plan, out, self.threads)
        else:
            self.solve(system, self.plan, out)

    def solve(self, system: LinearSystem, plan: Schedule, out: Floats) -> None:
        """Write the outputs of any system at a schedule's samples into `out`, by this solver's method, in numpy."""
        solution = propagate if self.method == "matrix-exponential" else fill_numpy
        solution(system, plan, out)


def fill_numpy(system: LinearSystem, plan: Schedule, out: Floats) -> None:
    """Solve n people: by modes where sound, by the matrix exponential for the rest."""
    modes = decompose(system)
    if modes.sound.all():
        evaluate(modes, plan, out)
        return
    sound, rest = np.flatnonzero(modes.sound), np.flatnonzero(~modes.sound)
    for people in np.array_split(rest, max(1, rest.size // 512)):
        part = np.empty((people.size, *out.shape[1:]))
        solve_exactly(system.of(people), plan, part)
        out[people] = part
    if sound.size:
        part = np.empty((sound.size, *out.shape[1:]))
        evaluate(modes.of(sound), plan, part)
        out[sound] = part
