"""Models are cited data: what a table must say, and what happens when it does not."""

import copy
import math

import pytest

from sereniv.knowledge.models import KineticModel, ModelTableError, parse_kinetic_model, references
from sereniv.pharmacology import Dosing, model, models, simulate
from sereniv.units import read_quantity
from tests.pharmacology.test_simulate import chain_table


@pytest.mark.parametrize("item", models(), ids=lambda item: item.id)
def test_every_value_has_a_source_and_a_tag(item: KineticModel) -> None:
    for row in (*item.parameters, *item.variability, *item.residuals, *item.enantiomer_factors):
        assert row.provenance.tag in {"R", "RN", "R2", "C"}
        assert row.provenance.source in references()
        assert row.provenance.where


def test_default_first_and_legacy_last() -> None:
    assert models()[0].id == "otto-2021"
    assert models()[-1].role == "legacy"


def test_variability_printed_as_cv_becomes_a_log_variance() -> None:
    (row,) = [row for row in model("perez-ruixo-2021").variability if row.on == ("kel",)]
    assert row.value == pytest.approx(math.log(1 + 1.2**2))


def test_per_kg_volume_scales_with_weight() -> None:
    (volume,) = [row for row in model("clements-1981").parameters if row.name == "V1"]
    assert volume.covariates[0].exponent == 1  # type: ignore[union-attr]


def test_another_linear_model_takes_a_table_and_no_code() -> None:
    profile = simulate(parse_kinetic_model(chain_table()), Dosing.infusion(35, 40), [40])
    assert profile.ketamine[0] > 0
    assert profile.norketamine[0] > 0


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("parameters", "V1", "unit"), "gallon", "unit 'gallon'"),
        (("parameters", "CL", "unit"), "L", "needs a parameter 'CL' in L/h"),
        (("sources",), [], "sources"),
        (("sources",), ["nobody-1900"], "no reference row"),
        (("analytes", "norketamine", "compartment"), "nowhere", "no link reaches"),
        (("links", 1, "clearance"), "absent", "needs a parameter 'absent'"),
        (("links", 1, "rate"), "k", "one of clearance, rate or mean_time"),
        (("parameters", "V1", "covariates"), [{"form": "cubic", "on": "weight_kg"}], "not power"),
    ],
)
def test_a_table_that_does_not_add_up_does_not_load(path: tuple[str, ...], value: object, message: str) -> None:
    table = copy.deepcopy(chain_table())
    place = table
    for key in path[:-1]:
        place = place[key]  # type: ignore[assignment]
    place[path[-1]] = value
    with pytest.raises(ModelTableError, match=message):
        parse_kinetic_model(table)


def test_a_missing_key_is_named() -> None:
    table = chain_table()
    del table["dose_into"]
    with pytest.raises(ModelTableError, match="dose_into"):
        parse_kinetic_model(table)


@pytest.mark.parametrize(
    ("text", "kinds", "expected"),
    [
        ("70kg", ("weight",), 70),
        ("154.3 lb", ("weight",), 69.99),
        ("1h", ("time",), 60),
        ("500 ug/kg", ("dose per weight",), 0.5),
    ],
)
def test_quantities_with_units(text: str, kinds: tuple[str, ...], expected: float) -> None:
    assert read_quantity(text, *kinds)[0] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("text", "message"), [("0.5", "has no unit"), ("0.5 mL", "does not fit"), ("much", "not a number")]
)
def test_a_dose_without_a_unit(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_quantity(text, "dose per weight", "dose")
