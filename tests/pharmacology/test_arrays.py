"""The array path equals the reference in any namespace of the array API standard, or refuses."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import pytest

from sereniv.pharmacology import Described, Dosing, Normal, arrays, model, population, published_effect_site, simulate
from sereniv.pharmacology.arrays import NotWellConditionedError, fill_arrays, simulate_arrays
from sereniv.pharmacology.solver import Solver
from sereniv.pharmacology.subject import Subject, individual_parameters
from tests.pharmacology.test_simulate import chain_model

COURSE = Dosing.infusion(35, 40).course([0, 2, 4])
MIXED = COURSE + Dosing.bolus(5, at_min=37.123) + Dosing.infusion(10, 7.7, at_min=300.1)
GRIDS = {
    "by the minute": np.concatenate([day * 1440 + np.arange(1.0, 241.0) for day in (0, 2, 4)]),
    "irregular": np.sort(np.random.default_rng(0).uniform(0, 7000, 61)),
    "repeated": np.array([0.0, 40.0, 40.0, 60.0]),
    "empty": np.array([]),
}


NAMESPACES = ["numpy", "array_api_strict"]
if find_spec("torch") and find_spec("array_api_compat"):
    NAMESPACES.append("array_api_compat.torch")


@pytest.fixture(params=NAMESPACES)
def xp(request: pytest.FixtureRequest) -> ModuleType:
    return import_module(request.param)


def as_numpy(values: object) -> np.ndarray:
    return np.from_dlpack(values)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("dosing", [COURSE, MIXED, Dosing.bolus(20, at_min=310)], ids=["course", "mixed", "late bolus"])
@pytest.mark.parametrize("name", ["otto-2021", "perez-ruixo-2021"])
def test_it_equals_the_reference(xp: ModuleType, name: str, dosing: Dosing, grid: str) -> None:
    people = population(model(name), 7, seed=2)
    site = published_effect_site()[0]
    found = simulate_arrays(xp, name, dosing, GRIDS[grid], people=people, effect_site=site)
    exact = simulate(name, dosing, GRIDS[grid], subject=people, effect_site=site, method="matrix-exponential")
    assert list(found) == list(exact.values)
    for output, expected in exact.values.items():
        assert found[output].dtype == xp.float64
        largest = max(float(expected.max(initial=0)), 1e-9)
        np.testing.assert_allclose(as_numpy(found[output]), expected, rtol=1e-9, atol=1e-9 * largest)


@pytest.mark.slow
def test_it_equals_the_reference_per_kg_and_in_tiles(xp: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "PEOPLE_AT_ONCE", 4)
    people = population(
        model("otto-2021"), 11, seed=3, described=Described(weight_kg=Normal(mean=80, sd=15, low=40, high=150))
    )
    dosing = Dosing.infusion(0.5, 40).by_weight()
    found = simulate_arrays(xp, "otto-2021", dosing, GRIDS["irregular"], people=people, outputs=("norketamine",))
    exact = simulate("otto-2021", dosing, GRIDS["irregular"], subject=people, method="matrix-exponential")
    np.testing.assert_allclose(as_numpy(found["norketamine"]), exact.norketamine, rtol=1e-9, atol=1e-9)


def test_repeated_rates_are_refused(xp: ModuleType) -> None:
    people = population(model("simons-2022"), 5, seed=2)
    with pytest.raises(NotWellConditionedError, match=r"5 of 5 people.*matrix exponential"):
        simulate_arrays(xp, "simons-2022", COURSE, [40], people=people)
    ketamine = simulate_arrays(xp, "simons-2022", COURSE, [40], people=people, outputs=("ketamine",))["ketamine"]
    np.testing.assert_allclose(
        as_numpy(ketamine), simulate("simons-2022", COURSE, [40], subject=people).ketamine, rtol=1e-9
    )


@pytest.mark.parametrize("gap", [0.0, 1e-14, 1e-7])
def test_a_metabolite_as_fast_as_a_parent_mode_is_refused(xp: ModuleType, gap: float) -> None:
    kinetic = chain_model()
    parameters = individual_parameters(kinetic, Subject(weight_kg=70).covariates())
    solver = Solver(model=kinetic, dosing=COURSE, times_min=GRIDS["irregular"], outputs=("ketamine", "norketamine"))
    from sereniv.pharmacology.modal import decompose

    slowest = decompose(solver.system(parameters)).rates[0, :2].min()
    parameters["k"] = np.array([slowest * (1 + gap)])
    with pytest.raises(NotWellConditionedError, match="1 of 1 people"):
        fill_arrays(xp, solver, parameters)
    parameters["Q"] = np.zeros(1)
    with pytest.raises(NotWellConditionedError, match="no flow from"):
        fill_arrays(xp, solver, parameters)


def test_people_of_another_model_are_refused(xp: ModuleType) -> None:
    with pytest.raises(ValueError, match="was drawn for otto-2021"):
        simulate_arrays(xp, "perez-ruixo-2021", COURSE, [40], people=population(model(), 2, seed=1))
