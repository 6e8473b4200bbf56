"""The compiled engine gives what the reference gives: any grid, any regimen, any memory layout, any threads."""

import numpy as np
import pytest

from sereniv.pharmacology import Dosing, Subject, Summary, model, models, population, published_effect_site, simulate
from sereniv.pharmacology.solver import Solver
from sereniv.pharmacology.subject import individual_parameters
from tests.pharmacology.test_simulate import chain_model

pytest.importorskip("numba")
pytestmark = pytest.mark.slow

COURSE = Dosing.infusion(35, 40).course([0, 2, 4])
MIXED = COURSE + Dosing.bolus(5, at_min=37.123) + Dosing.infusion(10, 7.7, at_min=300.1)
GRIDS = {
    "one-minute grid of each day": np.concatenate([day * 1440 + np.arange(1.0, 241.0) for day in (0, 2, 4)]),
    "odd count": np.arange(0.0, 243.0),
    "irregular": np.sort(np.random.default_rng(0).uniform(0, 7000, 61)),
    "the same irregular times each day": np.concatenate(
        [day * 1440 + np.cumsum(np.arange(1.0, 12.0)) for day in (0, 2, 4)]
    ),
    "another step each day": np.concatenate([day * 1440 + (day + 1) * np.arange(40.0) for day in (0, 2, 4)]),
    "few": np.array([0.0, 40.0, 41.0, 4080.0]),
    "one": np.array([40.0]),
    "repeated": np.array([40.0, 40.0, 40.0, 60.0]),
    "late start": np.arange(300.0, 320.0),
}


def both(
    name: str, dosing: Dosing, times: np.ndarray, **more: object
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    kinetic = model(name)
    people = population(kinetic, 37, seed=2) if kinetic.variability else Subject(weight_kg=70)
    compiled = simulate(name, dosing, times, subject=people, engine="compiled", **more)  # type: ignore[call-overload]
    exact = simulate(name, dosing, times, subject=people, method="matrix-exponential", **more)  # type: ignore[call-overload]
    return compiled.values, exact.values


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("dosing", [COURSE, MIXED, Dosing.bolus(20, at_min=310)], ids=["course", "mixed", "late bolus"])
@pytest.mark.parametrize("name", [item.id for item in models()])
def test_stored_results_equal_the_reference(name: str, dosing: Dosing, grid: str) -> None:
    compiled, exact = both(name, dosing, GRIDS[grid], effect_site=published_effect_site()[0])
    for output, expected in exact.items():
        np.testing.assert_allclose(compiled[output], expected, rtol=1e-8, atol=1e-9 * max(float(expected.max()), 1e-9))


@pytest.mark.parametrize("shift", range(8))
def test_any_alignment_of_the_callers_array(shift: int) -> None:
    people, times = population(model(), 19, seed=2), np.arange(0.0, 101.0)
    room = np.full(19 * 2 * 101 + 16, -1.0)
    out = room[shift : shift + 19 * 2 * 101].reshape(19, 2, 101)
    simulate("otto-2021", MIXED, times, subject=people, engine="compiled", out=out)
    expected = simulate("otto-2021", MIXED, times, subject=people)
    np.testing.assert_allclose(out[:, 1], expected.norketamine, rtol=1e-8, atol=1e-9)
    assert (room[:shift] == -1).all()
    assert (room[shift + 19 * 2 * 101 :] == -1).all()


def test_an_array_that_is_not_contiguous() -> None:
    out = np.zeros((5, 2, 80))[:, :, ::2]
    people = population(model(), 5, seed=2)
    simulate("otto-2021", COURSE, np.arange(0.0, 40.0), subject=people, engine="compiled", out=out)
    np.testing.assert_allclose(
        out[:, 0], simulate("otto-2021", COURSE, np.arange(0.0, 40.0), subject=people).ketamine, rtol=1e-9
    )


@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-7, 1e-3])
def test_repeated_eigenvalues_go_to_the_matrix_exponential(gap: float) -> None:
    kinetic, times = chain_model(), np.arange(0.0, 300.0, 5.0)
    parameters = individual_parameters(
        kinetic, {k: np.repeat(v, 20) for k, v in Subject(weight_kg=70).covariates().items()}
    )
    fast = Solver(model=kinetic, dosing=COURSE, times_min=times, outputs=("ketamine", "norketamine"))
    from sereniv.pharmacology.modal import decompose

    slowest = decompose(fast.system(parameters)).rates[0, :2].min()
    parameters["k"] = np.where(np.arange(20) % 3 == 0, slowest * (1 + gap), 1.0)
    found = {}
    for engine, method in (("compiled", "auto"), ("numpy", "matrix-exponential")):
        solver = Solver(
            model=kinetic,
            dosing=COURSE,
            times_min=times,
            outputs=("ketamine", "norketamine"),
            engine=engine,
            method=method,  # type: ignore[arg-type]
        )
        found[engine] = np.empty((20, 2, times.size))
        solver.fill(parameters, found[engine])
    np.testing.assert_allclose(found["compiled"], found["numpy"], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("grid", ["one-minute grid of each day", "irregular", "late start", "repeated"])
@pytest.mark.parametrize("name", ["otto-2021", "simons-2022", "perez-ruixo-2021"])
def test_streamed_counts_equal_those_of_the_numpy_engine(name: str, grid: str) -> None:
    people = population(model(name), 60, seed=5)
    summary = Summary(exceed_ng_per_ml=(50.0,), auc=True, cmax=True)
    results = [
        simulate(name, MIXED, GRIDS[grid], subject=people, engine=engine, summary=summary)
        for engine in ("numpy", "compiled")
    ]
    for output in results[0].quantiles:
        # A value on the edge of a bin may fall on either side: at most one bin apart.
        np.testing.assert_allclose(results[1].quantiles[output], results[0].quantiles[output], rtol=0.008, atol=1e-6)
        np.testing.assert_allclose(results[1].exceedance[output], results[0].exceedance[output], atol=1 / 60 + 1e-12)
        np.testing.assert_allclose(results[1].auc[output], results[0].auc[output], rtol=0.008)
        np.testing.assert_allclose(results[1].cmax[output], results[0].cmax[output], rtol=0.008)


def test_threads_do_not_change_a_bit() -> None:
    people, times = population(model(), 5000, seed=5), GRIDS["odd count"]
    summaries = [
        simulate("otto-2021", COURSE, times, subject=people, engine="compiled", threads=k, summary=Summary())
        for k in (1, 2)
    ]
    assert summaries[0].as_json() == summaries[1].as_json()
    stored = [
        simulate("otto-2021", COURSE, times, subject=people, engine="compiled", threads=k).ketamine for k in (1, 2)
    ]
    np.testing.assert_array_equal(stored[0], stored[1])


@pytest.mark.parametrize("name", ["otto-2021", "clements-1981"])
def test_zero_dose_and_empty_times(name: str) -> None:
    subject = Subject(weight_kg=70)
    assert not simulate(name, Dosing.infusion(0, 40), [1, 2, 50], subject=subject, engine="compiled").ketamine.any()
    assert not simulate(name, Dosing(), [1, 2, 50], subject=subject, engine="compiled").ketamine.any()
    assert simulate(name, COURSE, [], subject=subject, engine="compiled").ketamine.shape == (0,)


def test_warm_up_leaves_nothing_to_compile() -> None:
    from sereniv.pharmacology.compiled import counts, search, trajectories
    from sereniv.pharmacology.warm import warm_up

    warm_up()
    people = population(model("otto-2021"), 3, seed=1)
    compiled = (trajectories.store, counts.stream, counts.fold, search.search)
    before = [len(kernel.signatures) for kernel in compiled]
    simulate("otto-2021", MIXED, GRIDS["irregular"], subject=people, engine="compiled")
    simulate("otto-2021", MIXED, GRIDS["irregular"], subject=people, engine="compiled", summary=Summary(auc=True))
    assert [len(kernel.signatures) for kernel in compiled] == before
