"""Virtual people: who they are, that they are always the same, and how they are summed up."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.pharmacology import Described, Dosing, Normal, Subject, Summary, measured, model, population, simulate
from sereniv.pharmacology.population import BLOCK, eta_covariance
from sereniv.pharmacology.solver import Engine
from sereniv.pharmacology.streaming import percentiles_of, tally_blocks
from sereniv.pharmacology.tally import BINS, Tally, bins_of
from sereniv.study.trial import Trial, regimen, run_trial, tally_shard

FORTY = Dosing.infusion(35, 40)
GRID = np.arange(0.0, 121.0, 10.0)
FINE = np.arange(0.0, 120.5, 0.5)


def test_deviations_have_the_published_covariance() -> None:
    people = population(model("otto-2021"), 40_000, seed=3)
    values = people.parameters()
    names, omega = eta_covariance(model("otto-2021"))
    logs = np.log([values[name] for name in names])
    np.testing.assert_allclose(np.cov(logs), omega, atol=0.003)
    assert np.median(values["V1"]) == pytest.approx(133, rel=0.01)


def test_a_person_depends_on_seed_and_number_alone() -> None:
    large, small = population(model(), 3 * BLOCK + 5, seed=9), population(model(), 10, seed=9)
    np.testing.assert_array_equal(large.parameters(0, 10)["CL"], small.parameters()["CL"])
    whole = large.parameters()["CL"]
    np.testing.assert_array_equal(large.parameters(BLOCK - 3, 2 * BLOCK + 3)["CL"], whole[BLOCK - 3 : 2 * BLOCK + 3])
    assert np.unique(whole).size == large.n
    assert (population(model(), 10, seed=10).parameters()["CL"] != small.parameters()["CL"]).all()


def test_described_covariates() -> None:
    described = Described(
        weight_kg=Normal(mean=80, sd=15, low=45, high=120),
        age_years=Normal(mean=45, sd=12, low=18, high=75),
        fraction_female=0.6,
    )
    drawn = population(model(), 20_000, seed=1, described=described).covariates()
    assert 45 <= drawn["weight_kg"].min() <= drawn["weight_kg"].max() <= 120
    assert drawn["sex"].mean() == pytest.approx(0.6, abs=0.02)
    logged = population(
        model(), 20_000, seed=1, described=Described(weight_kg=Normal(mean=80, sd=15, log=True))
    ).covariates()
    assert logged["weight_kg"].mean() == pytest.approx(80, rel=0.01)
    assert logged["weight_kg"].std() == pytest.approx(15, rel=0.03)


def test_without_variability_only_covariates_differ() -> None:
    people = population(model("clements-1981"), 5, seed=1, variability=False)
    assert np.ptp(simulate("clements-1981", FORTY, GRID, subject=people).ketamine, axis=0).max() == 0


@pytest.mark.parametrize(("n", "seed"), [(0, 1), (2.5, 1), (10, -1), (True, 1)])
def test_numbers_that_cannot_be(n: int, seed: int) -> None:
    with pytest.raises(ValueError, match="whole number"):
        population(model(), n, seed=seed)


def test_variability_is_never_borrowed() -> None:
    with pytest.raises(ValueError, match="Never borrow"):
        population(model("clements-1981"), 10, seed=1)
    with pytest.raises(ValueError, match="drawn for simons-2022"):
        simulate("otto-2021", FORTY, GRID, subject=population(model("simons-2022"), 5, seed=1))


def test_residual_error_is_apart() -> None:
    predicted = {"ketamine": np.full(40_000, 100.0)}
    noisy = measured(model("otto-2021"), predicted, np.random.default_rng(1))["ketamine"]
    assert noisy.std() == pytest.approx(23.6, rel=0.03)
    logged = measured(model("perez-ruixo-2021"), predicted, np.random.default_rng(1))["ketamine"]
    assert np.log(logged).std() == pytest.approx(0.276, rel=0.03)


def test_a_model_may_be_named() -> None:
    assert population("otto-2021", 3, seed=1) == population(model(), 3, seed=1)


def test_what_has_no_residual_error_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="no residual error for ketamine"):
        measured(model("clements-1981"), {"ketamine": np.ones(2)}, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: population("otto-2021", float("nan"), seed=1), "n is nan"),  # type: ignore[arg-type]
        (lambda: population("otto-2021", 3, seed=float("inf")), "seed is inf"),  # type: ignore[arg-type]
        (lambda: Normal(mean=70, sd=10, low=200, high=300), "Hardly anybody of mean 70 and SD 10 lies from 200 to 300"),
        (lambda: Normal(mean=20, sd=1, low=30, high=250), "Hardly anybody"),
        (lambda: Normal(mean=70, sd=0, low=80, high=90), "Hardly anybody"),
        (lambda: Normal(mean=70, sd=5, low=200, high=300, log=True), "Hardly anybody"),
        (lambda: Described(age_years=-5), "give years from 0 to 130"),
        (lambda: Described(age_years=500), "give years from 0 to 130"),
        (lambda: Described(age_years=float("nan")), "give years from 0 to 130"),
        (lambda: Described(age_years=Normal(mean=40, sd=12)), "bounds within 0 and 130"),
        (lambda: Described(weight_kg=float("nan")), "weight_kg"),
        (lambda: Described(sex="F"), "'female', 'male' or None"),  # type: ignore[arg-type]
    ],
)
def test_people_who_cannot_be(made: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made()


@pytest.mark.parametrize("age", [86.0, 100.0, 130.0])
def test_the_oldest_are_held_at_the_oldest_studied(age: float) -> None:
    found = simulate("perez-ruixo-2021", FORTY, GRID, subject=Subject(weight_kg=70, age_years=age))
    studied = simulate("perez-ruixo-2021", FORTY, GRID, subject=Subject(weight_kg=70, age_years=86))
    np.testing.assert_array_equal(found.ketamine, studied.ketamine)
    assert any("outside the 18 to 86 years" in item for item in found.warnings) == (age > 86)


class TestStreaming:
    people = population(model(), BLOCK + 700, seed=4)
    summary = Summary(percentiles=(5, 50, 95), exceed_ng_per_ml=(100.0,), auc=True, cmax=True)

    def test_quantiles_exceedance_area_and_peak(self) -> None:
        streamed = simulate("otto-2021", FORTY, GRID, subject=self.people, summary=self.summary)
        full = simulate("otto-2021", FORTY, GRID, subject=self.people)
        for name, values in full.values.items():
            exact = np.percentile(values, [5, 50, 95], axis=0, method="nearest")
            np.testing.assert_allclose(streamed.quantiles[name][:, 1:], exact[:, 1:], rtol=0.005)
            np.testing.assert_allclose(streamed.exceedance[name][0], (values >= 100).mean(axis=0), atol=1e-12)
            every_second = simulate("otto-2021", FORTY, FINE, subject=self.people, outputs=(name,)).values[name]
            areas = np.percentile(np.trapezoid(every_second, FINE / 60, axis=1), [5, 50, 95])
            np.testing.assert_allclose(streamed.auc[name], areas, rtol=0.005)
            np.testing.assert_allclose(streamed.cmax[name], np.percentile(values.max(axis=1), [5, 50, 95]), rtol=0.005)
        assert streamed.n == self.people.n

    @pytest.mark.parametrize("engine", ["numpy", pytest.param("compiled", marks=pytest.mark.slow)])
    @pytest.mark.parametrize("name", ["otto-2021", "simons-2022"])
    def test_the_area_of_a_course_does_not_hang_on_the_samples(self, name: str, engine: Engine) -> None:
        course = regimen("P-DEP")
        people = population(model(name), 30, seed=6, variability=False)
        summary = Summary(percentiles=(50,), auc=True)
        found = simulate(name, course.dosing(), course.times_min(), subject=people, summary=summary, engine=engine)
        minutes = np.arange(0.0, course.times_min()[-1] + 0.5, 0.5)
        exact = simulate(name, course.dosing(), minutes, subject=population(model(name), 1, seed=6, variability=False))
        for output, values in exact.values.items():
            assert found.auc[output][0] == pytest.approx(np.trapezoid(values[0], minutes / 60), rel=0.005)

    def test_no_times_give_no_percentiles(self) -> None:
        empty = simulate("otto-2021", FORTY, [], subject=self.people, summary=Summary(auc=True, cmax=True))
        assert empty.quantiles["ketamine"].shape == (3, 0)
        assert empty.auc["ketamine"].tolist() == [0, 0, 0]

    def test_the_course_is_the_clinics_protocol(self) -> None:
        row, course = knowledge().protocols["P-DEP"], regimen("P-DEP")
        assert (course.dose_mg_per_kg, course.over_min, course.days) == (row.dose_mg_per_kg, row.duration_min, row.days)
        assert course.dosing().per_kg
        assert course.dosing().total_mg() == pytest.approx(float(row.dose_mg_per_kg) * len(row.days))
        assert course.times_min().size == 240 * len(row.days)
        with pytest.raises(ValueError, match=r"no protocol 'P-X'.*P-DEP"):
            regimen("P-X")

    def test_shards_add_up_to_the_same_bits_in_any_order(self) -> None:
        trial = Trial(
            people=population(model(), 3 * BLOCK, seed=4), dosing=regimen("P-DEP").dosing(), times_min=GRID,
            summary=self.summary, outputs=("ketamine",),
        )  # fmt: skip
        whole = tally_blocks(trial.solver(), trial.people, trial.summary, tuple(trial.people.blocks()))
        parts = Tally.empty(GRID.size, 1, 1)
        for first, last in ((2, 3), (0, 1), (1, 2)):
            tally_shard(trial, first, last).add_to(parts)
        np.testing.assert_array_equal(parts.values, whole.values)
        np.testing.assert_array_equal(parts.above, whole.above)
        np.testing.assert_array_equal(parts.whole, whole.whole)
        assert parts.people == whole.people == 3 * BLOCK

    @given(
        st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, BINS - 1)), st.integers(1, 2**31), max_size=12),
        st.sampled_from((1, 255, 65_535)),
    )
    def test_packing_loses_nothing(self, counted: dict[tuple[int, int], int], most: int) -> None:
        tally = Tally.empty(3, 2, 1)
        for place, count in counted.items():
            tally.values[place] = min(count, most) if most < 65_535 else count
        tally.above[4, 0], tally.whole[1, 7], tally.people = 3, 2, 9
        packed = tally.packed()
        assert packed.counts.nbytes <= 4 * sum(
            1 + max(bins) - min(bins) for cell in range(6) if (bins := [place for at, place in counted if at == cell])
        )
        again = packed.add_to(packed.add_to(Tally.empty(3, 2, 1)))
        np.testing.assert_array_equal(again.values, 2 * tally.values)
        np.testing.assert_array_equal(again.above, 2 * tally.above)
        np.testing.assert_array_equal(again.whole, 2 * tally.whole)
        assert again.people == 18

    def test_bins_bound_the_error(self) -> None:
        values = np.exp(np.random.default_rng(0).uniform(np.log(0.001), np.log(2e5), 4000)).astype(np.float32)
        counts = np.zeros((values.size, BINS), dtype=np.uint32)
        counts[np.arange(values.size), bins_of(values)] = 1
        found = percentiles_of(counts, [50])[:, 0]
        assert np.abs(found / values - 1).max() < 0.004

    def test_progress_counts_people(self) -> None:
        trial = Trial(people=self.people, dosing=FORTY, times_min=GRID, summary=Summary(), outputs=("ketamine",))
        seen: list[int] = []
        run_trial(trial, progress=seen.append)
        assert sum(seen) == self.people.n

    def test_summary_needs_a_population(self) -> None:
        with pytest.raises(ValueError, match="needs a population"):
            simulate("otto-2021", FORTY, GRID, summary=self.summary)

    @pytest.mark.parametrize("bad", [{"percentiles": (101,)}, {"exceed_ng_per_ml": (-1,)}])
    def test_summaries_that_cannot_be(self, bad: dict[str, tuple[float, ...]]) -> None:
        with pytest.raises(ValueError, match="give"):
            Summary(**bad)


@pytest.mark.slow
def test_two_dask_workers_give_the_same_bits() -> None:
    from distributed import Client, LocalCluster

    from sereniv.study.trial import run_trial_on_cluster

    trial = Trial(
        people=population(model(), 2 * BLOCK + 10, seed=8),
        dosing=FORTY,
        times_min=GRID,
        summary=Summary(),
        outputs=("ketamine",),
    )
    alone = run_trial(trial)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        spread = run_trial_on_cluster(trial, client)
    assert spread.as_json() == alone.as_json()
