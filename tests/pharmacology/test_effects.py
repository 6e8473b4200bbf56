"""Effects say what they are, give the published figures, and never a single number where none can be defended."""

import numpy as np
import pytest

from sereniv.knowledge.models import references
from sereniv.pharmacology import Dosing, EffectSite, Subject, model, simulate
from sereniv.pharmacology.derived import with_factors
from sereniv.pharmacology.interactions import (
    exposure_changes,
    intrinsic_clearance_change,
    unknown_changes,
    with_intrinsic_change,
)
from sereniv.pharmacology.mechanism import CAUTION, TITLE, proposed_mechanism
from sereniv.pharmacology.receptor import (
    Affinity,
    FreeShare,
    occupancy,
    published_affinities,
    published_free_shares,
    receptor_occupancy,
)
from sereniv.pharmacology.spread import applicable_models, spread
from sereniv.pharmacology.views import blood_pressure_rise, perceptual_effect, published_outcomes, reference_levels

FORTY = Dosing.infusion(35, 40)
PERSON = Subject(weight_kg=70)
HEAVY = Subject(weight_kg=130, age_years=85)


def test_13_blood_pressure_of_a_population() -> None:
    rise = blood_pressure_rise(FORTY, [0, 40, 130], subject=PERSON)
    assert rise.middle is not None
    assert rise.middle[1] == pytest.approx(16, abs=2)
    assert rise.middle[2] <= 3
    assert rise.low[1] < rise.middle[1] < rise.high[1]
    assert rise.stamp == "illustrative"
    assert "never an alarm" in rise.title
    diastolic = blood_pressure_rise(FORTY, [40], subject=PERSON, which="diastolic").middle
    assert diastolic is not None
    assert diastolic[0] == pytest.approx(11, abs=2)


def test_perceptual_effect_at_the_published_points() -> None:
    view = perceptual_effect(FORTY, [40, 60, 120], subject=PERSON)
    np.testing.assert_allclose(view.middle, [0.51, 0.37, 0.16], atol=0.01)  # type: ignore[arg-type]
    assert (view.low <= view.middle).all()
    assert (view.middle <= view.high).all()
    assert view.stamp == "published, volunteers"
    assert any("Hill coefficient of 1 and a maximum of 1" in line for line in view.basis)


def test_other_published_levels_stand_beside_perception() -> None:
    view = perceptual_effect(FORTY, [40], subject=PERSON)
    assert [(item.name, item.value, item.unit) for item in view.levels] == [
        ("c50_drug_high", 71, "ng/mL"),
        ("psychotomimetic_threshold", 70, "ng/mL"),
    ]
    assert {item.provenance.source for item in reference_levels()} <= set(view.references)
    assert [item["value"] for item in view.as_json()["levels"]] == [71, 70]


def test_views_say_which_limits_are_crossed() -> None:
    for view in (
        perceptual_effect(FORTY, [40], subject=HEAVY),
        blood_pressure_rise(FORTY, [40], subject=HEAVY),
        receptor_occupancy(FORTY, [40], subject=HEAVY),
    ):
        said = view.as_json()["limits"]
        assert set(said) <= set(view.warnings)
        assert any("Weight 130 kg is outside" in item for item in said)
        assert any("Age 85 years is outside" in item for item in said)
        assert any("validated above 95 kg" in item for item in said)


def test_occupancy_judges_the_whole_dose_not_each_enantiomers_half() -> None:
    small = receptor_occupancy(Dosing.infusion(10.5, 40), [40], subject=PERSON)
    assert not any(item.startswith("Dose") for item in small.warnings)
    large = receptor_occupancy(Dosing.infusion(105, 40), [40], subject=PERSON)
    assert any(item.startswith("Dose 1.5 mg/kg is outside") for item in large.warnings)


def test_arketamine_has_no_perceptual_effect_and_no_pressure_at_all() -> None:
    arketamine = Dosing.infusion(35, 40, drug="R")
    view = perceptual_effect(arketamine, [40], subject=PERSON)
    assert view.high[0] == 0
    assert any("R-ketamine did not contribute to the effect (Olofsen 2022)" in line for line in view.basis)
    with pytest.raises(ValueError, match="R-ketamine on blood pressure is not modelled"):
        blood_pressure_rise(arketamine, [40], subject=PERSON)


def test_pressure_far_from_its_one_mean_is_called_a_straight_line() -> None:
    near = blood_pressure_rise(FORTY, [40], subject=PERSON)
    assert not any("straight line" in item for item in near.warnings)
    assert any("straight line through that one mean" in line for line in near.basis)
    assert near.shown().all()
    far = blood_pressure_rise(Dosing.infusion(700, 40), [40], subject=PERSON)
    assert not far.shown().any()
    assert far.warnings[0] in far.limits
    assert "reaches 2810 ng/mL, the line was fitted at 140 ng/mL" in far.warnings[0]
    with pytest.raises(ValueError, match="give 'systolic' or 'diastolic'"):
        blood_pressure_rise(FORTY, [40], subject=PERSON, which="mean")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sets", "low", "high"), [(slice(0, 2), 0.35, 0.47), (slice(2, 3), 0.69, 0.77), (slice(3, 4), 0.06, 0.10)]
)
def test_occupancy_at_forty_minutes(sets: slice, low: float, high: float) -> None:
    shares = tuple(FreeShare(label="given", source="moaddel-2023", s=share, r=share) for share in (0.4, 0.6))
    view = receptor_occupancy(FORTY, [40], subject=PERSON, affinities=published_affinities()[sets], free_shares=shares)
    assert view.low[0] == pytest.approx(low, abs=0.005)
    assert view.high[0] == pytest.approx(high, abs=0.005)


def test_occupancy_is_a_band_and_a_hypothesis() -> None:
    view = receptor_occupancy(FORTY, [0, 40], subject=PERSON)
    assert view.middle is None
    assert view.as_json()["middle"] is None
    assert "illustrative hypothesis" in view.title
    assert view.stamp == "illustrative hypothesis"
    assert view.low[0] == view.high[0] == 0
    assert any("in albumin S 0.351, R 0.288" in line for line in view.basis)
    for share in published_free_shares():
        for affinity in published_affinities():
            one = receptor_occupancy(FORTY, [40], subject=PERSON, affinities=(affinity,), free_shares=(share,))
            assert view.low[1] <= one.low[0] == one.high[0] <= view.high[1]
    assert occupancy(1e9, 0, published_affinities()[0]) == pytest.approx(1)


def test_occupancy_says_what_its_edges_rest_on() -> None:
    view = receptor_occupancy(FORTY, [0, 40, 240], subject=PERSON)
    assert "published" not in view.title
    edges = next(line for line in view.basis if line.startswith("At its peak, 40 min"))
    assert "lower edge is 4 % with functional half-inhibition and the free share in albumin" in edges
    assert "upper is 76 % with Salat 2015 and the free share in plasma" in edges
    assert any("functional half-inhibition (from a simulation" in line for line in view.basis)
    assert any("Norketamine, which also binds, is left out" in line for line in view.basis)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_affinities_and_factors_must_be_finite_and_above_zero(wrong: float) -> None:
    for name in ("s_umol_per_l", "r_umol_per_l", "hill"):
        numbers = {"s_umol_per_l": 1.0, "r_umol_per_l": 1.0, "hill": 1.0, name: wrong}
        with pytest.raises(ValueError, match=f"mine: {name} is .* above 0"):
            Affinity(label="mine", source="mine", **numbers)
    with pytest.raises(ValueError, match="finite number above 0"):
        intrinsic_clearance_change(wrong)
    with pytest.raises(ValueError, match=r"factor on CL is .* finite number above 0"):
        with_factors(model(), {"CL": wrong}, "test")


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_free_shares_lie_between_none_and_all(wrong: float) -> None:
    for s, r in ((wrong, 0.5), (0.5, wrong)):
        with pytest.raises(ValueError, match="from 0 to 1"):
            FreeShare(label="mine", source="mine", s=s, r=r)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_occupancy_needs_levels_that_can_be(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"r_free_umol_per_l .* at least 0"):
        occupancy([0.0, 1.0], [0.0, wrong], published_affinities()[0])


def test_a_source_of_ones_own_is_cited_by_its_id() -> None:
    mine = FreeShare(label="mine", source="my-assay", s=0.5, r=0.5)
    cited = receptor_occupancy(FORTY, [40], subject=PERSON, free_shares=(mine,)).cite()
    assert "my-assay" in cited.splitlines()
    assert "10.1007/s00228-021-03104-1" in cited
    changed = with_factors(model(), {"CL": 2.0}, "test", sources=("my-trial",))
    assert "my-trial" in simulate(changed, FORTY, [40]).cite().splitlines()


def test_mechanism_is_stamped_and_holds_no_number() -> None:
    assert "illustrative hypothesis" in TITLE
    assert "unproven" in CAUTION
    steps = proposed_mechanism()
    assert [step.name for step in steps] == [
        "NMDA-receptor block",
        "Glutamate",
        "AMPA receptors",
        "BDNF and mTOR",
        "Synapse",
    ]
    for step in steps:
        assert step.stamp == "illustrative hypothesis"
        assert set(step.sources) <= set(references())
        assert len(step.cite().splitlines()) == len(step.sources)


def test_outcomes_are_groups_with_their_n() -> None:
    assert all(item.n for item in published_outcomes())


def test_interactions_have_route_and_source() -> None:
    for change in exposure_changes():
        assert change.provenance.source in references()
        assert change.unit
        assert references()[change.provenance.source].citation.removesuffix(".") in change.cite()
    assert intrinsic_clearance_change(2).auc_ratio == pytest.approx(0.86, rel=0.02)
    assert "Perez-Ruixo" in intrinsic_clearance_change(2).cite()
    assert intrinsic_clearance_change(1).extraction == pytest.approx(0.72, abs=0.005)
    assert any("x0.4" in caveat for caveat in with_intrinsic_change(0.4).caveats)
    with pytest.raises(ValueError, match="above 0"):
        intrinsic_clearance_change(0)


def test_a_change_without_a_source_for_its_size_has_a_direction_and_no_number() -> None:
    """A factor on intrinsic clearance that no source gives must not come back as an exposure with two decimals."""
    assert not any("predicted" in change.unit for change in exposure_changes())
    assert all(change.provenance.tag != "C" for change in exposure_changes())
    directions = {change.name: change.direction for change in unknown_changes()}
    assert directions["liver_impairment_moderate"] == "higher"
    assert directions["clarithromycin"] == "higher"
    assert directions["liver_impairment_severe"] == "not known"
    assert directions["barbiturates"] == "lower"


def test_what_nobody_measured_is_said_as_unknown() -> None:
    unknown = {change.name: change for change in unknown_changes()}
    assert set(unknown) == {
        "cyp2b6_star_6", "barbiturates", "other_inducers", "liver_impairment_severe", "liver_impairment_moderate",
        "clarithromycin", "ticlopidine",
    }  # fmt: skip
    with_figure = {change.name: change.unit for change in exposure_changes() if change.name in unknown}
    assert set(with_figure.values()) == {"AUC ratio, oral"}, "a figure of the oral route is none of the IV route"
    for change in unknown.values():
        assert change.of == "AUC ratio, IV"
        assert change.provenance.where in change.cite()
        assert change.provenance.source in references()


def test_effect_site_half_time_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="half_time_min"):
        EffectSite(half_time_min=0)


class TestSpread:
    def test_the_published_span(self) -> None:
        result = spread(FORTY, [40], subject=PERSON)
        assert result.low[0] == pytest.approx(125, abs=0.5)
        assert result.high[0] == pytest.approx(289, abs=0.5)
        assert len(result.profiles) == 4

    def test_above_95_kg_the_bracket_stands_among_all_models(self) -> None:
        heavy = spread(Dosing.infusion(65, 40), [40], subject=Subject(weight_kg=130))
        level = {profile.model.id: profile.ketamine[0] for profile in heavy.profiles}
        assert list(level) == ["otto-2021", "clements-1981", "perez-ruixo-2021", "simons-2022"]
        assert level["otto-2021"] == pytest.approx(186, abs=0.5)
        assert level["perez-ruixo-2021"] == pytest.approx(232, abs=0.5)
        assert (heavy.low[0], heavy.high[0]) == (min(level.values()), max(level.values()))
        assert any("bracket what weight may do" in item for item in heavy.warnings)

    def test_age_above_60_lowers_clearance_and_says_so(self) -> None:
        chosen, _ = applicable_models(Subject(weight_kg=70, age_years=75))
        otto = chosen[0]
        assert otto.parameter("CL").value / 95.2 == pytest.approx(91 / 109, rel=0.01)
        assert any("extrapolation" in caveat for caveat in otto.caveats)
        assert "perez-ruixo-2021" in otto.sources
