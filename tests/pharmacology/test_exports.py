"""Every result leaves the engine with its unit, warnings and references, whichever way it leaves."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from html import escape

import numpy as np
import pytest

from sereniv.knowledge.models import Reference
from sereniv.pharmacology import (
    Described,
    Dosing,
    Individual,
    Sample,
    Subject,
    Summary,
    individualise,
    model,
    population,
    simulate,
)
from sereniv.pharmacology.caption import MOST_LINES, WIDTH, cautions, crossed
from sereniv.pharmacology.export import Result, cited
from sereniv.pharmacology.receptor import receptor_occupancy
from sereniv.pharmacology.spread import spread
from sereniv.pharmacology.summary import SummaryResult
from sereniv.pharmacology.views import blood_pressure_rise, perceptual_effect

FORTY = Dosing.infusion(65, 40)
HEAVY = Subject(weight_kg=130, age_years=85)
AT = [0, 20, 40, 60]


def streamed(dosing: Dosing = FORTY) -> SummaryResult:
    summary = Summary(percentiles=(5, 50, 95), exceed_ng_per_ml=(100.0,), auc=True, cmax=True)
    people = population(model(), 20, seed=1, described=Described(weight_kg=130))
    return simulate("otto-2021", dosing, AT, subject=people, summary=summary)


def one_person() -> Individual:
    return individualise("otto-2021", FORTY, [Sample(at_min=40, ng_per_ml=190)], subject=HEAVY)


RESULTS: dict[str, Callable[[], Result]] = {
    "profile": lambda: simulate("otto-2021", FORTY, AT, subject=HEAVY),
    "spread": lambda: spread(FORTY, AT, subject=HEAVY),
    "summary": streamed,
    "perception": lambda: perceptual_effect(FORTY, AT, subject=HEAVY),
    "pressure": lambda: blood_pressure_rise(FORTY, AT, subject=HEAVY),
    "receptor": lambda: receptor_occupancy(FORTY, AT, subject=HEAVY),
    "individual": one_person,
    "person's profile": lambda: one_person().predict(AT),
}
COLUMNS = {
    "profile": ["time_min", "ketamine", "norketamine"],
    "summary": [
        "time_min",
        *(f"{name}_{what}" for name in ("ketamine", "norketamine") for what in ("p5", "p50", "p95")),
        "ketamine_share_from_100",
        "norketamine_share_from_100",
    ],
    "perception": ["time_min", "low", "middle", "high"],
    "receptor": ["time_min", "low", "high"],
    "individual": ["parameter", "eta", "standard_error", "value", "unit"],
}


@pytest.fixture(params=RESULTS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_is_short_to_print_and_says_what_it_is(kind: str) -> None:
    result = RESULTS[kind]()
    shown = repr(result)
    assert len(shown) < 400, "no arrays"
    assert type(result).__name__ in shown
    assert result.about().model in shown
    assert "array(" not in shown


def test_without_matplotlib_a_notebook_shows_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sereniv.pharmacology.plot", None)
    shown = RESULTS["profile"]()._repr_html_()
    assert "Profile otto-2021" in shown
    assert "No IV ketamine model is validated above 95 kg" in shown


@pytest.mark.slow
def test_a_notebook_shows_the_figure_and_every_warning(kind: str) -> None:
    pytest.importorskip("matplotlib")
    result = RESULTS[kind]()
    shown = result._repr_html_()
    assert "<svg" in shown
    for warning in result.about().warnings:
        assert f"<li>{escape(warning)}</li>" in shown


@pytest.mark.slow
def test_tables_carry_what_they_rest_on(kind: str) -> None:
    result = RESULTS[kind]()
    about = result.about()
    frame, table = result.to_pandas(), result.to_arrow()
    assert list(frame.columns) == table.column_names == list(result.as_columns())
    assert list(frame.columns) == COLUMNS.get(kind, list(frame.columns))
    for name in ("title", "model", "unit"):
        said = getattr(about, name)
        assert said
        assert said == frame.attrs[name] == table.schema.metadata[name.encode()].decode()
    for name in ("warnings", "references"):
        listed = list(getattr(about, name))
        assert listed
        assert listed == frame.attrs[name] == json.loads(table.schema.metadata[name.encode()])
    assert len(result.cite().splitlines()) == len(about.references)


def test_json_holds_warnings_and_nothing_that_json_has_not(kind: str) -> None:
    found = json.loads(json.dumps(RESULTS[kind]().as_json(), allow_nan=False))
    assert found["warnings"]
    assert found["references"]


@pytest.mark.slow
def test_each_draws_itself_with_the_limits_it_crosses(kind: str) -> None:
    pytest.importorskip("matplotlib")
    figure = RESULTS[kind]().plot()
    said = " ".join(text.get_text() for text in figure.texts)
    assert re.search(r"Weight 130 kg is outside (our range of use|the 53 to 93 kg studied)", said), said


@pytest.mark.parametrize(("name", "export"), [("pandas", "to_pandas"), ("pyarrow", "to_arrow")])
def test_a_missing_table_library_is_named(monkeypatch: pytest.MonkeyPatch, name: str, export: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match=f"pip install {name}"):
        getattr(RESULTS["profile"](), export)()


def test_what_lies_beyond_the_scale_is_null_and_what_lies_below_it_zero() -> None:
    beyond = streamed(Dosing.infusion(1e7, 40))
    assert np.isinf(beyond.quantiles["ketamine"][:, 2]).all()
    found = json.loads(json.dumps(beyond.as_json(), allow_nan=False))
    assert [row[2] for row in found["quantiles"]["ketamine"]] == [None] * 3
    assert found["cmax_ng_per_ml"]["ketamine"] == [None] * 3
    faint = streamed(Dosing.infusion(1e-4, 40))
    assert not faint.quantiles["ketamine"].any()


def test_a_source_of_the_callers_own_is_cited_by_its_id() -> None:
    assert cited(("my-thesis", "my-thesis")) == "my-thesis"


def test_a_source_that_a_models_table_brought_along_is_cited_in_full() -> None:
    nobody = Reference(id="nobody-2024", citation="Nobody A. A model. 2024", read="data")
    own = replace(model(), sources=("nobody-2024",), own_references=(nobody,))
    fit = individualise(own, FORTY, [Sample(at_min=40, ng_per_ml=190)], subject=HEAVY)
    summary = simulate(own, FORTY, AT, subject=population(own, 5, seed=1), summary=Summary())
    for result in (simulate(own, FORTY, AT), summary, fit, fit.predict(AT)):
        assert nobody.text() in result.cite().splitlines()


class TestCaption:
    LONG = tuple(
        f"Weight {kg} kg is outside the 50 to 95 kg of a model with a title: extrapolation." for kg in range(9)
    )

    def test_limits_stand_before_what_a_model_always_says(self) -> None:
        profile = simulate("otto-2021", FORTY, AT, subject=HEAVY)
        assert "Norketamine parameters are those of S-norketamine for both enantiomers." in profile.warnings
        assert len(crossed(profile.warnings)) == 4, "two ranges of ours, the 95 kg, and what was studied"
        assert cautions(reversed(profile.warnings)).startswith(
            "! Otto 2021 (Fanta 2015), one run per enantiomer: studied"
        )
        assert "No IV ketamine model is validated above 95 kg" in cautions(profile.warnings)
        assert cautions(profile.warnings).endswith("and 3 more warnings in the result.")

    def test_no_more_than_a_few_lines_and_the_rest_is_counted(self) -> None:
        lines = cautions(self.LONG).splitlines()
        assert len(lines) == MOST_LINES + 1
        assert lines[-1] == f"and {9 - MOST_LINES} more warnings in the result."
        assert all(len(line) <= WIDTH for line in lines)

    def test_nothing_without_warnings_and_a_count_without_limits(self) -> None:
        assert cautions(()) == ""
        assert cautions(model().caveats) == "2 warnings in the result."


@pytest.mark.slow
class TestFigures:
    @pytest.fixture(autouse=True)
    def _needs_matplotlib(self) -> None:
        pytest.importorskip("matplotlib")

    def test_curves_differ_by_dash_as_well_as_colour(self) -> None:
        lines = simulate("simons-2022", FORTY, AT).plot().axes[0].get_lines()
        assert len({str(line._unscaled_dash_pattern) for line in lines}) == len(lines) > 1  # type: ignore[attr-defined]
        assert len({line.get_color() for line in lines}) == len(lines)

    def test_an_analyte_nobody_knows_has_a_colour(self) -> None:
        profile = simulate("otto-2021", FORTY, AT)
        strange = replace(profile, values={"dehydronorketamine": profile.ketamine})
        (line,) = strange.plot().axes[0].get_lines()
        assert line.get_label() == "dehydronorketamine"

    def test_a_bolus_is_marked(self) -> None:
        twice = Dosing.bolus(10, at_min=5) + Dosing.bolus(10, at_min=25)
        marks = [
            line for line in simulate("otto-2021", twice, AT).plot().axes[0].get_lines() if line.get_marker() == "v"
        ]
        assert [list(line.get_xdata()) for line in marks] == [[5, 25]]

    def test_samples_stand_beside_their_estimate(self) -> None:
        axes = one_person().plot().axes[0]
        (dots,) = (line for line in axes.get_lines() if line.get_marker() == "o")
        assert (list(dots.get_xdata()), list(dots.get_ydata())) == ([40], [190])
        assert "not the population's model" in axes.get_title(loc="left")
