"""The published numbers: each acceptance check of the models with the tolerance of its last printed digit."""

import numpy as np
import pytest

from sereniv.pharmacology import Dosing, RateStep, Subject, model, population, published_effect_site, simulate
from sereniv.pharmacology.derived import hepatic_clearance_l_per_h, with_factors
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.subject import individual_parameters

FORTY_MINUTES = Dosing.infusion(35, 40)
Way = dict[str, str]

COMPILED = pytest.param({"engine": "compiled"}, id="compiled", marks=pytest.mark.slow)
ENGINES = [pytest.param({"engine": "numpy"}, id="numpy"), COMPILED]
WAYS = [*ENGINES, pytest.param({"method": "matrix-exponential"}, id="matrix-exponential")]


def within(values: object, expected: list[float], relative: float) -> None:
    np.testing.assert_allclose(np.asarray(values), expected, rtol=relative)


def chosen(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    if way.get("engine") == "compiled":
        pytest.importorskip("numba")
    return way


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Return every way of solving a model, the reference included."""
    return chosen(request)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Way:
    """Return the two fast ways, for what would take the reference long."""
    return chosen(request)


class TestOttoSKetamine:
    hours = np.array([0.5, 1, 2, 3, 5, 8])

    @pytest.fixture
    def profile(self, way: Way) -> Profile:
        dosing = Dosing.infusion(10, 30, drug="S")
        return simulate("otto-2021", dosing, self.hours * 60, subject=Subject(weight_kg=68), **way)

    def test_1_typical_subject(self, profile: Profile) -> None:
        within(profile.ketamine, [50.9, 27.3, 15.4, 10.3, 5.06, 2.23], 0.01)

    def test_2_against_observed_venous_medians(self, profile: Profile) -> None:
        observed = np.array([56, 27, 15.5, 11.5, 6.0, 2.5])
        error = profile.ketamine / observed - 1
        assert np.abs(error).max() <= 0.25
        assert abs(np.median(error)) <= 0.15

    def test_3_norketamine(self, profile: Profile) -> None:
        within(profile.norketamine[[1, 3]], [20.9, 17.1], 0.01)
        within(profile.norketamine[[1, 3]], [23, 16], 0.15)


class TestOttoRacemic:
    def test_4_total_and_norketamine(self, way: Way) -> None:
        profile = simulate("otto-2021", FORTY_MINUTES, [40, 60, 110, 230], **way)
        within(profile.ketamine, [160.2, 106.7, 62.7, 29.4], 0.01)
        assert profile.norketamine[0] == pytest.approx(44.2, rel=0.01)
        minutes = np.arange(0.0, 241.0)
        course = simulate("otto-2021", FORTY_MINUTES, minutes, **way).norketamine
        assert course.max() == pytest.approx(71.1, rel=0.01)
        assert abs(minutes[course.argmax()] - 91) <= 2

    def test_5_against_zarate_2006(self, way: Way) -> None:
        end = simulate("otto-2021", FORTY_MINUTES, [40], **way).ketamine[0]
        assert end == pytest.approx(185, rel=0.20)
        assert 100 <= end <= 250

    @pytest.mark.parametrize(("weight_kg", "expected"), [(50, 143), (100, 176), (130, 186)])
    def test_weight_at_a_fixed_dose_per_kg(self, weight_kg: float, expected: float, way: Way) -> None:
        dosing = Dosing.infusion(0.5 * weight_kg, 40)
        end = simulate("otto-2021", dosing, [40], subject=Subject(weight_kg=weight_kg), **way).ketamine[0]
        assert end == pytest.approx(expected, abs=0.5)

    @pytest.mark.parametrize(("over_min", "expected"), [(20, 197), (60, 137), (100, 109)])
    def test_infusion_time(self, over_min: float, expected: float, way: Way) -> None:
        assert simulate("otto-2021", Dosing.infusion(35, over_min), [over_min], **way).ketamine[0] == pytest.approx(
            expected, abs=0.5
        )

    @pytest.mark.parametrize(("per_kg", "expected"), [(0.1, 32), (0.2, 64), (1.0, 320)])
    def test_dose(self, per_kg: float, expected: float, way: Way) -> None:
        assert simulate("otto-2021", Dosing.infusion(70 * per_kg, 40), [40], **way).ketamine[0] == pytest.approx(
            expected, abs=0.5
        )

    def test_12_population_of_virtual_people(self, engine: Way) -> None:
        people = population(model("otto-2021"), 4000, seed=12)
        profile = simulate("otto-2021", FORTY_MINUTES, [40], subject=people, outputs=("ketamine",), **engine)
        cmax = profile.ketamine[:, 0]
        within(np.percentile(cmax, [5, 50, 95]), [115, 161, 206], 0.05)
        assert cmax.std() / cmax.mean() == pytest.approx(0.17, rel=0.10)


class TestClements:
    def test_6_levels_and_disposition(self, way: Way) -> None:
        profile = simulate("clements-1981", FORTY_MINUTES, [40, 110, 230], **way)
        within(profile.ketamine, [177.3, 63.1, 35.9], 0.01)
        values = {
            name: float(value[0])
            for name, value in individual_parameters(model("clements-1981"), Subject(weight_kg=70).covariates()).items()
        }
        clearance = values["k10"] * values["V1"]
        assert clearance == pytest.approx(80.2, rel=0.01)
        assert values["V1"] * (1 + values["k12"] / values["k21"]) == pytest.approx(289, rel=0.01)
        assert 69 <= clearance <= 90
        late = simulate("clements-1981", FORTY_MINUTES, [3000, 3600], **way).ketamine
        assert 10 * np.log(2) / np.log(late[0] / late[1]) == pytest.approx(3.05, rel=0.01)


class TestSimons:
    def test_7_end_of_infusion(self, way: Way) -> None:
        dosing = Dosing.infusion(20, 20, drug="S")
        end = simulate("simons-2022", dosing, [20], subject=Subject(weight_kg=73), **way).ketamine[0]
        assert end == pytest.approx(258.9, rel=0.01)
        assert end == pytest.approx(273, rel=0.10)
        assert end == pytest.approx(260, rel=0.10)

    def test_8_three_steps_against_observed_arterial(self, way: Way) -> None:
        steps = [(0, 0.28), (60, 0.57), (120, 1.14), (180, 0.0)]
        changes = [RateStep(at_min=at, rate_mg_per_h=rate * 70 / 2) for at, rate in steps]
        profile = simulate(
            "simons-2022", Dosing.from_rates(changes, drug="S"), [60, 120, 180, 190, 210, 240, 300], **way
        )
        within(profile.ketamine, [61, 136, 279, 139, 100, 71, 48], 0.01)
        assert profile.ketamine[2] == pytest.approx(249, rel=0.20)
        assert profile.ketamine[5] == pytest.approx(79, rel=0.20)

    def test_11_effect_site(self, way: Way) -> None:
        minutes = np.arange(0, 130, 0.5)
        site = published_effect_site()[0]
        course = simulate("simons-2022", FORTY_MINUTES, minutes, effect_site=site, **way).effect_site
        assert course.max() == pytest.approx(125.5, rel=0.02)
        assert minutes[course.argmax()] == pytest.approx(40.5, abs=0.5)
        within(course[[120, 240]], [69.9, 22.2], 0.02)

    def test_hydroxynorketamine_of_the_s_half(self, way: Way) -> None:
        profile = simulate("simons-2022", FORTY_MINUTES, [40, 60, 80, 230, 360], **way)
        np.testing.assert_allclose(profile["hydroxynorketamine"], [10, 15, 14, 14, 12.5], atol=0.5)


class TestDomino:
    def test_10_volumes_clearance_and_level(self, way: Way) -> None:
        values = {
            name: float(value[0])
            for name, value in individual_parameters(model("domino-1982"), Subject(weight_kg=70).covariates()).items()
        }
        v1 = values["V1"]
        assert v1 == pytest.approx(4.41, rel=0.001)
        assert v1 * values["k12"] / values["k21"] == pytest.approx(10.57, rel=0.001)
        assert v1 * values["k13"] / values["k31"] == pytest.approx(178.2, rel=0.001)
        assert v1 * values["k10"] / 60 == pytest.approx(1.932, rel=0.001)
        assert simulate("domino-1982", FORTY_MINUTES, [40], **way).ketamine[0] == pytest.approx(240.3, rel=0.01)

    def test_it_warns(self) -> None:
        assert any("Legacy" in warning for warning in simulate("domino-1982", FORTY_MINUTES, [40]).warnings)


def area_to_infinity(model_id: str, drug: str, engine: Way) -> float:
    """Return the area under total ketamine, ng·h/mL, from the slope of a very fine trapezoid and its last mode."""
    fine = np.concatenate(
        [np.linspace(0, 40, 4001), np.linspace(40, 400, 20001)[1:], np.linspace(400, 20000, 40001)[1:]]
    )
    course = simulate(model_id, Dosing.infusion(35, 40, drug=drug), fine, **engine).ketamine
    return float(np.trapezoid(course, fine / 60))


class TestAreas:
    @pytest.mark.parametrize(
        ("model_id", "drug", "expected"),
        [
            ("otto-2021", "racemate", 398),
            ("otto-2021", "S", 368),
            ("clements-1981", "racemate", 436),
            ("domino-1982", "racemate", 302),
        ],
    )
    def test_9_area_is_dose_over_clearance(self, model_id: str, drug: str, expected: float, engine: Way) -> None:
        assert area_to_infinity(model_id, drug, engine) == pytest.approx(expected, rel=0.005)


class TestPerezRuixo:
    def test_levels(self, way: Way) -> None:
        profile = simulate("perez-ruixo-2021", FORTY_MINUTES, [10, 20, 30, 40, 60, 80, 110, 230], **way)
        np.testing.assert_allclose(profile.ketamine, [41, 74, 102, 125, 88, 65, 45, 19], atol=0.5)

    def test_a_heavy_person_gets_more(self, way: Way) -> None:
        dosing = Dosing.infusion(65, 40)
        profile = simulate("perez-ruixo-2021", dosing, [40], subject=Subject(weight_kg=130), **way)
        assert profile.ketamine[0] == pytest.approx(232, abs=0.5)

    @pytest.mark.parametrize(("factor", "expected"), [(2.0, 0.86), (0.4, 1.42), (0.2, 2.1)])
    def test_14_intrinsic_clearance(self, factor: float, expected: float, engine: Way) -> None:
        assert hepatic_clearance_l_per_h() / hepatic_clearance_l_per_h(intrinsic=factor) == pytest.approx(
            expected, rel=0.02
        )
        changed = with_factors(model("perez-ruixo-2021"), {"kel": factor, "kmet": factor}, "test")
        minutes = np.concatenate([np.linspace(0, 40, 401), np.linspace(41, 40000, 40000)])
        areas = [
            np.trapezoid(simulate(m, FORTY_MINUTES, minutes, outputs=("ketamine",), **engine).ketamine, minutes)
            for m in (changed, model("perez-ruixo-2021"))
        ]
        assert areas[0] / areas[1] == pytest.approx(expected, rel=0.02)

    @pytest.mark.parametrize(("age", "clearance"), [(40, 109), (60, 109), (70, 97), (75, 91), (85, 77)])
    def test_age(self, age: float, clearance: float) -> None:
        assert hepatic_clearance_l_per_h(age) == pytest.approx(clearance, abs=0.5)
