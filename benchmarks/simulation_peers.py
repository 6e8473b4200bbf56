"""What else can do the same work: scipy's and diffrax's solvers, and the array path on a GPU where there is one."""

from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology import population, published_effect_site
from sereniv.pharmacology.arrays import fill_arrays
from sereniv.pharmacology.solver import Solver
from simulation_task import COURSE, DAYS, OUTPUTS, PEOPLE, TIMES, Report, best

Floats = NDArray[np.float64]

DIFFRAX_PEOPLE = 1000
COPY_BYTES = 1_000_000_000


def _solver(kinetic: KineticModel) -> Solver:
    return Solver(
        model=kinetic, dosing=COURSE, times_min=TIMES, outputs=OUTPUTS, effect_site=published_effect_site()[0]
    )


def scipy_solver(report: Report, kinetic: KineticModel, numpy_rate: float) -> None:
    """Measure scipy's solver of stiff equations on the same work, few people, as a rate."""
    from scipy.integrate import solve_ivp

    people = population(kinetic, 3, seed=1)
    system = _solver(kinetic).system(people.parameters())
    edges = [(day * 24.0, day * 24.0 + 2 / 3) for day in DAYS]

    def one(person: int) -> None:
        a, b = system.matrix[person], system.inflow
        state, here = np.zeros(len(b)), 0.0
        for (start, stop), following in zip(edges, [*(e[0] for e in edges[1:]), edges[-1][0] + 4.0], strict=True):
            for begin, end, rate in ((start, stop, 52.5), (stop, following, 0.0)):
                hours = TIMES / 60
                wanted = hours[(hours > begin) & (hours <= end)]
                points = np.unique(np.append(wanted, end))
                found = solve_ivp(
                    lambda _t, x, rate=rate: a @ x + b * rate, (begin, end), state, method="LSODA", t_eval=points,
                    rtol=1e-8, atol=1e-8, jac=lambda _t, _x: a,
                )  # fmt: skip
                state, here = found.y[:, -1], end
        del here

    took = best(lambda: [one(i) for i in range(3)], 1)
    rate = 3 * TIMES.size / took / 1e6
    report.add(
        "scipy solve_ivp LSODA, 1e-8", f"{rate:.3f} Mpt/s", f"1/{numpy_rate / rate:.0f} of the numpy path; 3 people"
    )


def diffrax_solver(report: Report, kinetic: KineticModel, numpy_rate: float) -> None:
    """Measure diffrax on the same work: Tsit5 over all people at once, compiled and warm, float64."""
    if find_spec("diffrax") is None:
        report.add("diffrax", "not installed", "measured only where it is")
        return
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    parameters = population(kinetic, DIFFRAX_PEOPLE, seed=1).parameters()
    solver = _solver(kinetic)
    system = solver.system(parameters)
    inflow = jnp.asarray(system.inflow)
    # Every day alike: 40 samples of the infusion, 200 after it, then on to the next start.
    during, after = np.arange(1.0, 41.0) / 60, np.arange(41.0, 241.0) / 60
    stop, rests = float(during[-1]), jnp.asarray([*(24.0 * np.diff(DAYS)), 4.0])
    term = diffrax.ODETerm(lambda _t, x, given: given[0] @ x + inflow * given[1])

    def stretch(matrix: object, rate: float, begin: float, end: object, state: object, times: object) -> tuple:  # type: ignore[type-arg]
        found = diffrax.diffeqsolve(
            term, diffrax.Tsit5(), begin, end, None, state, args=(matrix, rate),
            saveat=diffrax.SaveAt(ts=times, t1=True), max_steps=16384,
            stepsize_controller=diffrax.PIDController(rtol=1e-8, atol=1e-8),
        )  # fmt: skip
        return found.ys[:-1], found.ys[-1]

    def one(matrix: object, output: object) -> object:
        def day(state: object, rest: object) -> tuple:  # type: ignore[type-arg]
            first, state = stretch(matrix, 52.5, 0.0, stop, state, during)
            second, state = stretch(matrix, 0.0, stop, rest, state, after)
            return state, jnp.concatenate([first, second])

        _, states = jax.lax.scan(day, jnp.zeros(inflow.shape), rests)
        return jnp.einsum("om,dtm->odt", output, states).reshape(output.shape[0], -1)  # type: ignore[attr-defined]

    run = jax.jit(jax.vmap(one))
    matrix, output = jnp.asarray(system.matrix), jnp.asarray(system.output)
    found = np.asarray(run(matrix, output))
    exact = np.empty(found.shape)
    solver.fill(parameters, exact)
    worst = float((np.abs(found - exact) / exact.max(axis=2, keepdims=True)).max())
    rate = DIFFRAX_PEOPLE * TIMES.size / best(lambda: run(matrix, output).block_until_ready(), 2) / 1e6
    report.add(
        "diffrax Tsit5, 1e-8, compiled and warm",
        f"{rate:.2f} Mpt/s",
        f"1/{numpy_rate / rate:.0f} of the numpy path; {DIFFRAX_PEOPLE:,} people at once on {jax.default_backend()}; "
        f"within {worst:.0e} of each curve's peak",
    )


class Device(NamedTuple):
    """An accelerator: what it is called, its array namespace, where its arrays live, how to wait and fetch."""

    name: str
    xp: ModuleType
    where: object
    wait: Callable[[], object]
    fetch: Callable[..., Floats]


def accelerator() -> Device | None:
    """Return the CUDA device that cupy or torch can reach; None where there is none."""
    if find_spec("array_api_compat") is None:
        return None
    if find_spec("cupy") is not None:
        import cupy

        try:
            name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
        except cupy.cuda.runtime.CUDARuntimeError:
            return None
        import array_api_compat.cupy as xp

        return Device(f"{name}, cupy {cupy.__version__}", xp, None, cupy.cuda.runtime.deviceSynchronize, cupy.asnumpy)
    if find_spec("torch") is not None:
        import torch

        if torch.cuda.is_available():
            import array_api_compat.torch as xp

            name = torch.cuda.get_device_name(0)
            return Device(
                f"{name}, torch {torch.__version__}", xp, "cuda", torch.cuda.synchronize, lambda x: x.cpu().numpy()
            )
    return None


def array_path(report: Report, kinetic: KineticModel, numpy_rate: float, runs: int) -> None:
    """Measure the array path on a GPU, against the rate at which that device copies memory."""
    device = accelerator()
    if device is None:
        report.add("array path on a GPU", "not run", "cupy or torch finds no CUDA device, or neither is installed")
        return
    xp, solver = device.xp, _solver(kinetic)
    parameters = population(kinetic, PEOPLE, seed=1).parameters()
    block = xp.zeros(COPY_BYTES // 8, dtype=xp.float64, device=device.where)

    def copy() -> None:
        xp.asarray(block, copy=True)
        device.wait()

    def work() -> object:
        stored = fill_arrays(xp, solver, parameters, device=device.where)
        device.wait()
        return stored

    copy()
    copied = 2 * COPY_BYTES / best(copy, runs)
    work()
    rate = PEOPLE * TIMES.size / best(work, runs) / 1e6
    few = {name: value[:200] for name, value in parameters.items()}
    exact = np.empty((200, 3, TIMES.size))
    Solver(
        model=kinetic, dosing=COURSE, times_min=TIMES, outputs=OUTPUTS, effect_site=published_effect_site()[0],
        method="matrix-exponential",
    ).fill(few, exact)  # fmt: skip
    found = device.fetch(fill_arrays(xp, solver, few, device=device.where))
    worst = float((np.abs(found - exact) / exact.max(axis=2, keepdims=True)).max())
    report.add(
        f"array path on {device.name}",
        f"{rate:.0f} Mpt/s",
        f"{rate * 24e6 / copied:.1%} of the device's copy bandwidth ({copied / 1e9:.0f} GB/s read and written in this "
        f"run), {rate / numpy_rate:.1f} times numpy; parameters sent and people decomposed inside; within {worst:.0e} "
        "of each curve's peak",
    )
