"""The MAP estimate: its objective's minimum, its uncertainty, both engines."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from sereniv.pharmacology import Dosing, Subject, measured, model, population, simulate
from sereniv.pharmacology.individual import Individual, individualise
from sereniv.pharmacology.posterior import MapProblem, Sample
from sereniv.pharmacology.solver import Engine

FORTY, PERSON = Dosing.infusion(35, 40), Subject(weight_kg=70)
AT = [5, 15, 30, 40, 60, 90, 150, 230]


def samples(name: str, analytes: tuple[str, ...], person: int) -> list[Sample]:
    people = population(model(name), 12, seed=5)
    seen = measured(model(name), simulate(name, FORTY, AT, subject=people).values, np.random.default_rng(person))
    return [
        Sample(at_min=at, ng_per_ml=max(float(seen[analyte][person, i]), 0.1), analyte=analyte)
        for analyte in analytes
        for i, at in enumerate(AT)
    ]


def excess(fit: Individual, problem: MapProblem) -> float:
    """Return how far above the reference objective's minimum a fit stopped, relative."""

    def objective(etas: np.ndarray) -> float:
        return float(problem.objective(etas[None])[0])

    found = np.array(list(fit.etas.values()))
    best = min(minimize(objective, start, method="BFGS", options={"gtol": 1e-8}).fun for start in (0 * found, found))
    return (objective(found) - best) / abs(best)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize(
    ("name", "analytes"),
    [
        ("otto-2021", ("ketamine", "norketamine")),
        ("perez-ruixo-2021", ("ketamine", "norketamine")),
        ("simons-2022", ("ketamine",)),
    ],
)
def test_it_reaches_the_minimum_of_the_reference_objective(name: str, analytes: tuple[str, ...], engine: str) -> None:
    for person in range(2):
        taken = samples(name, analytes, person)
        fit = individualise(name, FORTY, taken, subject=PERSON, engine=engine)  # type: ignore[arg-type]
        assert fit.converged
        assert excess(fit, MapProblem(model(name), FORTY, taken, PERSON, method="matrix-exponential")) < 1e-6


def test_the_gradient_vanishes_and_no_neighbour_is_better() -> None:
    taken = samples("otto-2021", ("ketamine", "norketamine"), 3)
    fit = individualise("otto-2021", FORTY, taken, subject=PERSON)
    found = np.array(list(fit.etas.values()))
    steps = np.concatenate([0.01 * np.eye(4), -0.01 * np.eye(4)])
    problem = MapProblem(model("otto-2021"), FORTY, taken, PERSON)
    assert fit.converged
    assert problem.objective(found[None])[0] == pytest.approx(fit.objective, rel=1e-12)
    assert (problem.objective(found + steps) > fit.objective).all()


@pytest.mark.parametrize(("name", "log_error"), [("perez-ruixo-2021", True), ("otto-2021", False)])
def test_the_objective_is_the_textbooks(name: str, log_error: bool) -> None:
    taken = samples(name, ("ketamine",), 1)
    measured_levels = np.array([item.ng_per_ml for item in taken])
    typical = simulate(name, FORTY, AT, subject=PERSON).ketamine
    sd = 0.276 if log_error else 0.236 * typical
    residual = np.log(measured_levels / typical) if log_error else measured_levels - typical
    expected = np.sum((residual / sd) ** 2 + 2 * np.log(sd))
    problem = MapProblem(model(name), FORTY, taken, PERSON)
    assert problem.objective(np.zeros((1, len(problem.names))))[0] == pytest.approx(expected, rel=1e-9)


def test_many_exact_samples_find_the_person_and_narrow_the_doubt() -> None:
    """Not exactly: an error that grows with the prediction favours slightly lower predictions."""
    people = population(model(), 1, seed=77)
    truth = people.parameters()
    times = np.arange(5.0, 600.0, 5.0)
    course = simulate("otto-2021", FORTY, times, subject=people)
    taken = [
        Sample(at_min=float(t), ng_per_ml=float(course[name][0, i]), analyte=name)
        for name in course.values
        for i, t in enumerate(times)
    ]
    fit = individualise("otto-2021", FORTY, taken, subject=PERSON)
    for name, value in fit.parameters().items():
        if name in fit.etas:
            assert value == pytest.approx(float(truth[name][0]), rel=0.15)
    few = individualise("otto-2021", FORTY, taken[:2], subject=PERSON)
    assert all(fit.standard_errors()[name] < few.standard_errors()[name] for name in fit.etas)
    np.testing.assert_allclose(fit.predict(times).ketamine, course.ketamine[0], rtol=0.10)


def test_no_information_leaves_the_population() -> None:
    typical = simulate("otto-2021", FORTY, [40]).ketamine[0]
    fit = individualise("otto-2021", FORTY, [Sample(at_min=40, ng_per_ml=float(typical))], subject=PERSON)
    assert fit.standard_errors()["CLnk"] == pytest.approx(np.sqrt(0.10319), rel=1e-6)
    assert abs(fit.etas["V1"]) < 0.1


def test_a_prediction_is_the_estimates_own_curve_within_its_doubt() -> None:
    """The middle is that of the parameters reported, also where an age effect is added to what varies (Qh)."""
    old = Subject(weight_kg=70, age_years=80)
    fit = individualise("perez-ruixo-2021", FORTY, samples("perez-ruixo-2021", ("ketamine",), 4), subject=old)
    assert abs(fit.etas["Qh"]) > 0.01
    seen = fit.predict(AT)
    problem = MapProblem(model("perez-ruixo-2021"), FORTY, list(fit.samples), old)
    np.testing.assert_allclose(seen.ketamine, problem.predict(np.array([list(fit.etas.values())]))[0], rtol=1e-12)
    for name in seen.values:
        assert (seen.low[name] < seen[name]).all()
        assert (seen[name] < seen.high[name]).all()
    np.testing.assert_array_equal(fit.predict(AT).low["ketamine"], seen.low["ketamine"])


def test_the_band_is_that_of_the_covariance() -> None:
    """By the delta method: 1.645 standard errors of the log concentration on either side, where doubt is small."""
    fit = individualise("otto-2021", FORTY, samples("otto-2021", ("ketamine", "norketamine"), 2), subject=PERSON)
    seen, problem = fit.predict([90]), MapProblem(model(), FORTY, [Sample(at_min=90, ng_per_ml=1)], PERSON)
    etas, step = np.array(list(fit.etas.values())), 1e-4
    steps = step * np.eye(etas.size)
    slope = np.log(problem.predict(etas + steps) / problem.predict(etas - steps))[:, 0] / (2 * step)
    expected = 2 * 1.645 * np.sqrt(slope @ fit.covariance @ slope)
    assert np.log(seen.high["ketamine"] / seen.low["ketamine"])[0] == pytest.approx(expected, rel=0.1)


def test_an_estimate_cannot_pass_for_the_population() -> None:
    fit = individualise("otto-2021", FORTY, [Sample(at_min=40, ng_per_ml=190)], subject=PERSON)
    for found in (fit.as_json(), fit.predict([40]).as_json()):
        assert found["model"] == "otto-2021+individual"
        assert "One person's estimate" in found["describes"]
        assert any("from 1 sample, not the population's model" in item for item in found["warnings"])
    assert fit.as_json()["samples"] == [{"at_min": 40, "ng_per_ml": 190, "analyte": "ketamine"}]
    assert fit.predict([40]).as_json()["low"]["ketamine"][0] < fit.predict([40]).ketamine[0]
    assert "one person's estimate" in fit.predict([40]).model.title
    stopped = replace(fit, converged=False, objective=float("inf"))
    assert stopped.as_json()["objective"] is None
    assert any("did not converge: do not use it" in item for item in stopped.about().warnings)
    assert any("did not converge: do not use it" in item for item in stopped.predict([40]).warnings)


@pytest.mark.parametrize(
    ("name", "taken", "message"),
    [
        ("otto-2021", [], "no samples"),
        ("otto-2021", [Sample(at_min=40, ng_per_ml=0)], "above 0"),
        ("otto-2021", [Sample(at_min=40, ng_per_ml=float("nan"))], "above 0"),
        ("clements-1981", [Sample(at_min=40, ng_per_ml=100)], "no variability"),
        ("otto-2021", [Sample(at_min=40, ng_per_ml=1, analyte="hydroxynorketamine")], "no residual error"),
        ("otto-2021", [Sample(at_min=float("nan"), ng_per_ml=100)], "not finite"),
        ("otto-2021", [Sample(at_min=float("inf"), ng_per_ml=100)], "not finite"),
        ("otto-2021", [Sample(at_min=-5, ng_per_ml=100)], "not negative"),
        ("otto-2021", [Sample(at_min=0, ng_per_ml=5), Sample(at_min=40, ng_per_ml=160)], "predicts 0 ng/mL at 0 min"),
    ],
)
def test_what_cannot_be(name: str, taken: list[Sample], message: str) -> None:
    for engine in ("numpy", "compiled"):
        with pytest.raises(ValueError, match=message):
            individualise(name, FORTY, taken, subject=PERSON, engine=engine)  # type: ignore[arg-type]


@pytest.mark.parametrize("dosing", [Dosing(), Dosing.infusion(0, 40), Dosing.bolus(35, at_min=60)])
def test_a_sample_before_any_drug_says_nothing(dosing: Dosing) -> None:
    with pytest.raises(ValueError, match="nothing had been given"):
        individualise("otto-2021", dosing, [Sample(at_min=40, ng_per_ml=100)], subject=PERSON)


def test_a_sample_at_the_instant_of_a_bolus_sees_it() -> None:
    bolus = Dosing.bolus(35, at_min=31)
    assert individualise("otto-2021", bolus, [Sample(at_min=31, ng_per_ml=250)], subject=PERSON).converged
    with pytest.raises(ValueError, match="becomes this analyte"):
        individualise("otto-2021", bolus, [Sample(at_min=31, ng_per_ml=9, analyte="norketamine")], subject=PERSON)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("compiled", marks=pytest.mark.slow)])
@pytest.mark.parametrize("typed", [1e6, 1e9])
def test_a_slip_of_a_thousand_never_ends_in_an_error_of_the_algebra(typed: float, engine: Engine) -> None:
    fit = individualise("otto-2021", FORTY, [Sample(at_min=40, ng_per_ml=typed)], subject=PERSON, engine=engine)
    assert np.isfinite(fit.objective)
    assert not fit.converged or max(abs(eta) for eta in fit.etas.values()) > 1


def test_more_than_a_gram_in_each_ml_is_refused_by_its_unit() -> None:
    with pytest.raises(ValueError, match="more than 1 g in each mL; look at its unit"):
        individualise("otto-2021", FORTY, [Sample(at_min=40, ng_per_ml=1e12)], subject=PERSON)


SEEN = (190.0, 70.0, 60.0)
"""What somebody near the typical person shows, ng/mL: ketamine at 40 and 110 min, norketamine at 110 min."""


def fit_of(levels: tuple[float, ...], engine: Engine = "numpy") -> Individual:
    samples = [
        Sample(at_min=110, ng_per_ml=levels[2], analyte="norketamine"),
        Sample(at_min=40, ng_per_ml=levels[0]),
        Sample(at_min=110, ng_per_ml=levels[1]),
    ]
    return individualise("otto-2021", FORTY, samples, subject=PERSON, engine=engine)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("compiled", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("factors", "unit"),
    [
        ((1e-3, 1e-3, 1e-3), "\u00b5g/mL (mg/L)"),
        ((1e3, 1e3, 1e3), "ng/L (pg/mL)"),
        ((1 / 237.73, 1 / 237.73, 1 / 223.70), "nmol/mL (\u00b5mol/L)"),
        ((1e3 / 237.73, 1e3 / 237.73, 1e3 / 223.70), "nmol/L"),
    ],
)
def test_a_slip_of_a_unit_is_named(factors: tuple[float, ...], unit: str, engine: Engine) -> None:
    """Proportional error swallows a factor of a thousand: the search converged on it and nothing was said."""
    fit = fit_of(tuple(level * factor for level, factor in zip(SEEN, factors, strict=True)), engine)
    said = [item for item in fit.warnings if item.startswith("The sample at")]
    assert len(said) == 3
    assert all(f"written in {unit} and not in ng/mL" in item for item in said)
    for result in (fit.predict([40]).warnings, fit.about().warnings, fit.as_json()["warnings"]):
        assert set(said) <= set(result)


def test_how_far_a_sample_lies_is_written_out() -> None:
    """*Is 1e+03 times what the population's model expects* stood there."""
    thousand = fit_of(tuple(1000 * each for each in SEEN))
    said = " ".join(item for item in thousand.warnings if item.startswith("The sample at"))
    assert re.search(r" is \d{3,4} times ", said), said
    assert "e+0" not in said


def test_one_slip_among_sound_samples_is_named_and_the_sound_are_not() -> None:
    fit = fit_of((190.0, 0.07, 60.0))
    (said,) = [item for item in fit.warnings if item.startswith("The sample at")]
    assert said.startswith("The sample at 110 min, ketamine 0.07 ng/mL")
    assert not [item for item in fit_of(SEEN).warnings if item.startswith("The sample at")]


def test_a_sample_that_no_unit_explains_is_said_to_be_far() -> None:
    (said,) = [item for item in fit_of((4.0, 70.0, 60.0)).warnings if item.startswith("The sample at")]
    assert "No usual slip of a unit explains it" in said


@pytest.mark.parametrize("engine", ["numpy", pytest.param("compiled", marks=pytest.mark.slow)])
def test_levels_written_from_the_last_to_the_first_are_named(engine: Engine) -> None:
    """Each level alone could be somebody's: the search converged and nothing was said."""
    times, levels = (40, 60, 90, 150), (190.0, 110.0, 80.0, 50.0)

    def said(order: tuple[float, ...]) -> list[str]:
        samples = [Sample(at_min=at, ng_per_ml=level) for at, level in zip(times, order, strict=True)]
        found = individualise("otto-2021", FORTY, samples[::-1], subject=PERSON, engine=engine)
        assert set(found.slips) <= set(found.predict([40]).warnings)
        return [item for item in found.warnings if "reverse order" in item]

    assert said(levels) == []
    (turned,) = said(levels[::-1])
    assert turned.startswith("The levels of ketamine would fit over 1000 times better in the reverse order")


@pytest.mark.slow
def test_hardly_anybody_is_said_to_be_turned_round() -> None:
    """Of people and assays drawn by chance at most one in a thousand; of their levels turned round, most."""
    at = [20, 40, 60, 90, 150]
    drawn = simulate("otto-2021", FORTY, at, subject=population("otto-2021", 30, seed=3), outputs=("ketamine",))
    seen = np.maximum(measured(model("otto-2021"), drawn.values, np.random.default_rng(5))["ketamine"], 1.0)

    def named(levels: np.ndarray) -> int:
        samples = [Sample(at_min=minute, ng_per_ml=float(level)) for minute, level in zip(at, levels, strict=True)]
        return len(
            [item for item in individualise("otto-2021", FORTY, samples, subject=PERSON).slips if "order" in item]
        )

    assert sum(named(levels) for levels in seen) == 0
    assert sum(named(levels[::-1]) for levels in seen) > 20


@pytest.mark.parametrize("engine", ["numpy", pytest.param("compiled", marks=pytest.mark.slow)])
def test_residuals_stand_in_the_order_of_the_samples(engine: Engine) -> None:
    fit = fit_of(SEEN, engine)
    residuals = fit.residuals()
    assert [item.sample for item in residuals] == list(fit.samples)
    for item in residuals:
        sd = {"ketamine": 0.236, "norketamine": 0.143}[item.sample.analyte] * item.estimated_ng_per_ml
        off = item.sample.ng_per_ml - item.estimated_ng_per_ml
        assert item.standardised == pytest.approx(off / sd, rel=1e-9)
    typical = simulate("otto-2021", FORTY, [40, 110], subject=PERSON)
    expected = [typical.norketamine[1], typical.ketamine[0], typical.ketamine[1]]
    assert [item.expected_ng_per_ml for item in residuals] == pytest.approx(expected, rel=1e-9)
    assert [row["standardised"] for row in fit.as_json()["residuals"]] == [item.standardised for item in residuals]


def test_the_distance_from_the_population_is_that_of_virtual_people() -> None:
    """A sample's expected spread is what people and assays show, drawn by chance."""
    people = population("otto-2021", 4000, seed=3)
    drawn = simulate("otto-2021", FORTY, [40], subject=people, outputs=("ketamine",)).ketamine
    seen = measured(model("otto-2021"), {"ketamine": drawn}, np.random.default_rng(5))["ketamine"][:, 0]
    fit = individualise("otto-2021", FORTY, [Sample(at_min=40, ng_per_ml=190)], subject=PERSON)
    middle = np.log(seen[seen > 20])
    assert fit.expectations[0].spread == pytest.approx(
        (np.percentile(middle, 84) - np.percentile(middle, 16)) / 2, rel=0.1
    )


@pytest.mark.slow
@pytest.mark.parametrize("analytes", [("ketamine", "norketamine"), ("ketamine", "norketamine", "hydroxynorketamine")])
def test_the_compiled_search_takes_equal_stages_and_more_deviations_than_lanes(analytes: tuple[str, ...]) -> None:
    """Simons 2022, with eight deviations, seventeen points and two stages of one rate, was left to the slow search."""
    taken = samples("simons-2022", analytes, 3)
    slow, quick = (
        individualise("simons-2022", FORTY, taken, subject=PERSON, engine=engine)  # type: ignore[arg-type]
        for engine in ("numpy", "compiled")
    )
    assert quick.converged
    assert quick.objective == pytest.approx(slow.objective, rel=1e-12)
    assert list(quick.etas.values()) == pytest.approx(list(slow.etas.values()), abs=1e-7)
    for one, other in zip(quick.expectations, slow.expectations, strict=True):
        assert one.ng_per_ml == pytest.approx(other.ng_per_ml, rel=1e-9)
        assert one.standardised == pytest.approx(other.standardised, rel=1e-5, abs=1e-6)
