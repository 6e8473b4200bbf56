"""What a page draws: the curve, its bands, its words, its picture."""

import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from sereniv.pharmacology import Dosing, Subject
from sereniv.pharmacology.band import TITLE, PlanBand, percentiles, plan_band
from sereniv.pharmacology.receptor import receptor_occupancy
from sereniv.pharmacology.subject import Sex
from sereniv.pharmacology.svg import render_band, render_effect
from sereniv.pharmacology.views import EffectView, blood_pressure_rise, perceptual_effect

FORTY = Dosing.infusion(35, 40)


@pytest.fixture(scope="module")
def band() -> PlanBand:
    return plan_band(FORTY, weight_kg=70, age_years=40, effect_site=True)


def test_numbers_of_the_plan(band: PlanBand) -> None:
    at = band.time_min.index(40.0)
    assert band.low[at] == pytest.approx(115, rel=0.05)
    assert band.median[at] == pytest.approx(161, rel=0.05)
    assert band.high[at] == pytest.approx(206, rel=0.05)
    assert band.spread_low[at] == pytest.approx(125, rel=0.05)
    assert band.spread_high[at] == pytest.approx(289, rel=0.05)
    assert band.effect_site is not None
    assert max(band.effect_site) == pytest.approx(125.5, rel=0.02)
    assert band.dose_mg == pytest.approx(35)
    assert len(band.time_min) == 241


def test_it_says_what_it_is(band: PlanBand) -> None:
    assert band.title == TITLE == "Population model, not a measurement"
    assert any("Not a basis for dose, rate or discharge" in item for item in band.assumptions)
    assert any("Fanta" in item for item in band.references)
    assert "median" in band.summary()
    json.dumps(band.as_json())


def test_the_table_twin(band: PlanBand) -> None:
    rows = band.table()
    assert [row["time_min"] for row in rows] == list(range(0, 241, 10))
    assert rows[4]["spread_high"] == round(band.spread_high[40])


def test_the_same_plan_gives_the_same_band() -> None:
    one, other = (plan_band(FORTY, weight_kg=82, people=100).as_json() for _ in range(2))
    assert one == other


def test_heavy_and_old() -> None:
    heavy = plan_band(Dosing.infusion(65, 40), weight_kg=130, age_years=70, people=50)
    assert len(heavy.curves) == 4
    assert any("95 kg" in item for item in heavy.warnings)
    assert heavy.effect_site is None


def test_what_is_not_validated_does_not_look_better_known() -> None:
    """One kilogram more, beyond what any model was made for, must not narrow what is shown."""
    widths = []
    for weight_kg in (95.0, 96.0):
        band = plan_band(Dosing.infusion(0.5 * weight_kg, 40), weight_kg=weight_kg, people=50)
        widths.append(band.spread_high[40] / band.spread_low[40])
    assert widths[1] > 0.99 * widths[0]


def test_the_limits_that_are_crossed_are_seen_and_the_rest_can_be_had() -> None:
    usual = plan_band(FORTY, weight_kg=70, age_years=40, people=50)
    heavy = plan_band(Dosing.infusion(65, 40), weight_kg=130, age_years=70, people=50)
    assert usual.limits == []
    assert [item.split(" is ")[0] for item in heavy.limits] == [
        "Weight 130 kg", "Age 70 years", "No IV ketamine model",
    ]  # fmt: skip
    assert set(heavy.limits) <= set(heavy.warnings)
    assert not any(item.count("Otto 2021 (Fanta 2015)") > 1 for item in heavy.warnings)


@pytest.mark.parametrize(
    ("age_years", "sex", "words"),
    [(40, "female", "people of 70 kg"), (None, None, "people of 70 kg"), (72, None, "people of 70 kg and 72 years")],
)
def test_it_says_whom_the_models_know(age_years: float | None, sex: Sex | None, words: str) -> None:
    band = plan_band(FORTY, weight_kg=70, age_years=age_years, sex=sex, people=50)
    assert band.people == words
    assert any(f"50 virtual {words};" in item for item in band.assumptions)


@pytest.mark.parametrize(("over_min", "last_min"), [(40, 240), (240, 360), (600, 720)])
def test_it_is_drawn_until_the_level_falls(over_min: float, last_min: float) -> None:
    band = plan_band(Dosing.infusion(60, over_min), weight_kg=70, people=20)
    assert band.time_min[-1] == last_min
    assert band.median.index(max(band.median)) == pytest.approx(over_min, abs=2)


@pytest.mark.parametrize("bad", [{"hours": 0}, {"step_min": 0}, {"weight_kg": -1}, {"people": 3}])
def test_what_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="give"):
        plan_band(FORTY, **{"weight_kg": 70.0, **bad})  # type: ignore[arg-type]


def test_percentiles_equal_numpys() -> None:
    values = np.random.default_rng(1).lognormal(size=(101, 7))
    np.testing.assert_allclose(percentiles(values, (5, 50, 97.3)), np.percentile(values, [5, 50, 97.3], axis=0))


def test_picture_is_well_formed_and_accessible(band: PlanBand) -> None:
    root = ET.fromstring(render_band(band, name="plan", now_min=20))
    space = {"s": "http://www.w3.org/2000/svg"}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "plan-title plan-desc"
    assert root.findtext("s:title", namespaces=space) == TITLE
    words = " ".join(item.text or "" for item in root.iter("{http://www.w3.org/2000/svg}text"))
    for said in (
        TITLE,
        "minutes since start",
        "ketamine, ng/mL",
        "3 venous models",
        "1 arterial",
        "arterial: simons-2022",
        "90 % of virtual people",
        "now",
    ):
        assert said in words
    colours = {item.get("fill") for item in root.iter()} | {item.get("stroke") for item in root.iter()}
    assert not any((colour or "").startswith("#") for colour in colours)


@pytest.mark.parametrize("view", [perceptual_effect, blood_pressure_rise, receptor_occupancy])
def test_pictures_of_effects_bear_their_stamp(view: Callable[..., EffectView]) -> None:
    shown = view(FORTY, np.arange(0.0, 241.0), subject=Subject(weight_kg=70))
    root = ET.fromstring(render_effect(shown, name="effect"))
    assert root.findtext("{http://www.w3.org/2000/svg}title") == shown.title
    words = [item.text for item in root.iter("{http://www.w3.org/2000/svg}text")]
    assert shown.stamp in words
    assert shown.spans in words
    curves = list(root.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(curves) == (0 if shown.middle is None else 1), "no middle where no number can be defended"


def test_arterial_and_venous_blood_are_never_one_area(band: PlanBand) -> None:
    """The arterial model's 289 ng/mL is no upper edge for a sample from an arm."""
    at = band.time_min.index(40.0)
    assert band.venous_high[at] < 200 < band.spread_high[at]
    assert band.table(every_min=40)[1]["arterial"] == round(band.spread_high[at])
    assert "3 venous, 1 arterial" in band.summary()


def test_beyond_what_an_effect_was_fitted_at_nothing_is_drawn() -> None:
    """At 3 mg/kg the pressure line reads six times the level that its one mean was taken at."""
    minutes = np.arange(0.0, 241.0)
    far = blood_pressure_rise(Dosing.infusion(210, 40), minutes, subject=Subject(weight_kg=70))
    level = far.middle
    assert level is not None
    assert 0 < far.shown().sum() < minutes.size
    drawing = render_effect(far, name="far")
    root = ET.fromstring(drawing)
    assert "not drawn: beyond what it was fitted at" in drawing
    lowest = min(
        float(pair.split(",")[1])
        for curve in root.iter("{http://www.w3.org/2000/svg}polyline")
        for pair in curve.get("points", "").split()
    )
    assert lowest > 54, "the curve stays inside the frame of what is drawn"
    assert any("straight line through one mean" in item for item in far.limits)


def test_picture_of_nothing() -> None:
    ET.fromstring(render_band(plan_band(Dosing(), weight_kg=70, people=20)))
