"""Models are cited data: what a table must say, and what happens when it does not."""

import copy
import math
import tomllib
from importlib import resources
from typing import Any

import pytest

from sereniv.knowledge.models import KineticModel, ModelTableError, parse_kinetic_model, references
from sereniv.knowledge.models.schema import LEVELS
from sereniv.pharmacology import Dosing, Summary, model, models, population, simulate, subject
from sereniv.pharmacology.derived import with_factors
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


@pytest.mark.parametrize("item", models(), ids=lambda item: item.id)
def test_variability_that_is_not_sampled_is_said(item: KineticModel) -> None:
    for row in item.occasion_variability:
        said = [caveat for caveat in item.caveats if f"{row.value:g}" in caveat]
        assert any("not sampled" in caveat for caveat in said)


def test_per_kg_volume_scales_with_weight() -> None:
    (volume,) = [row for row in model("clements-1981").parameters if row.name == "V1"]
    assert volume.covariates[0].exponent == 1  # type: ignore[union-attr]


def test_another_linear_model_takes_a_table_and_no_code() -> None:
    profile = simulate(parse_kinetic_model(chain_table()), Dosing.infusion(35, 40), [40])
    assert profile.ketamine[0] > 0
    assert profile.norketamine[0] > 0


NAN = float("nan")
Path = tuple[str | int, ...]


def full_table() -> dict[str, Any]:
    """A table that uses every section and every kind of row."""
    table = copy.deepcopy(chain_table())
    table["references"] = {"own-2024": {"citation": "Own A. A paper. 2024", "read": "table"}}
    table["studied"] = {"weight_kg": {"range": [50, 90], "of": "range"}, "age_years": {"range": [23, 23], "of": "mean"}}
    table["our_use"] = {"weight_kg": [50, 95], "age_years": [18, 60], "evidence": "default", "because": "ours"}
    table["parameters"]["F"] = {"value": 0.8, "unit": "1"}
    table["links"][1]["fraction"] = "F"
    table["parameters"]["V1"]["covariates"] = [{"form": "power", "on": "weight_kg", "reference": 70, "exponent": 1}]
    table["parameters"]["CL"]["covariates"] = [
        {"form": "linear above", "on": "age_years", "knot": 60, "slope": -1.5},
        {"form": "factor", "on": "sex", "level": "female", "factor": 1.1},
    ]
    table["enantiomer_factors"] = [{"enantiomer": "R", "parameter": "CL", "value": 0.86}]
    table["variability"] = [
        {"on": "V1", "variance": 0.08},
        {"on": "CL", "cv_percent": 20},
        {"on": ["V1", "CL"], "covariance": 0.02},
    ]
    table["occasion_variability"] = [{"on": "k", "variance": 0.5}]
    table["residual"] = [
        {"analyte": "ketamine", "form": "proportional", "sd": 0.2},
        {"analyte": "norketamine", "form": "log", "sd": 0.2},
        {"analyte": "norketamine", "form": "additive", "sd": 0.02, "unit": "nmol/mL"},
    ]
    return table


def place_in(table: Any, path: Path) -> Any:
    for key in path:
        table = table[key]
    return table


def test_the_full_table_loads() -> None:
    full = parse_kinetic_model(full_table())
    assert [row.form for row in full.residuals] == ["proportional", "log", "additive"]
    assert full.residuals[2].sd == pytest.approx(0.02 * 223.70)


@pytest.mark.parametrize("item", models(), ids=lambda item: item.id)
def test_every_packaged_table_is_what_its_file_says(item: KineticModel) -> None:
    file = resources.files("sereniv.knowledge") / "models" / f"{item.id}.toml"
    assert parse_kinetic_model(tomllib.loads(file.read_text(encoding="utf-8"))) == item


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        # Closed sets.
        (("role",), "main", "table: role is 'main'; give one of default"),
        (("site",), "venus", "site is 'venus'; give one of venous, arterial"),
        (("describes",), "s", "describes is 's'; give one of S, racemate"),
        (("racemate",), "splt", "racemate is 'splt'; give one of split, as one"),
        (("defaults", "provenance"), "XX", r"\[defaults\]: provenance is 'XX'; give one of R,"),
        (("parameters", "V1", "provenance"), "r", r"\[parameters.V1\]: provenance is 'r'; give one of"),
        (("analytes", "norketamine", "basis"), "molar", r"\[analytes.norketamine\]: basis is 'molar'; give one of"),
        (("analytes", "norketamine", "racemate"), "S", "racemate is 'S'; give S only"),
        (("enantiomer_factors", 0, "enantiomer"), "r", "factors]] 1: enantiomer is 'r'; give one of S, R"),
        (("parameters", "V1", "unit"), "gallon", "unit is 'gallon'; give one of L, L/kg"),
        (("parameters", "V1", "covariates", 0, "form"), "cubic", "form is 'cubic'; give one of power, linear above"),
        (("parameters", "V1", "covariates", 0, "on"), "wt", "on is 'wt'; give weight_kg"),
        (("parameters", "CL", "covariates", 0, "on"), "weight_kg", "on is 'weight_kg'; give age_years"),
        (("parameters", "CL", "covariates", 1, "on"), "gender", "on is 'gender'; give one of sex, asian"),
        (("parameters", "CL", "covariates", 1, "level"), "woman", "level is 'woman'; give one of female, male"),
        (("residual", 0, "form"), "prop", "residual]] 1: form is 'prop'; give one of proportional, log, "),
        (("residual", 2, "unit"), "mg/L", "unit is 'mg/L'; give one of nmol/mL, ng/mL"),
        # Numbers.
        (("parameters", "CL", "value"), -95, r"\[parameters.CL\]: value is -95; give a finite number above 0"),
        (("parameters", "V2", "value"), 0, "value is 0; give a finite number above 0"),
        (("parameters", "k", "value"), NAN, "value is nan; give a finite number above 0"),
        (("parameters", "k", "value"), math.inf, "value is inf; give a finite number above 0"),
        (("parameters", "k", "value"), 10**400, "give a finite number above 0"),
        (("parameters", "CL", "value"), "95.2 L/h", "value is '95.2 L/h'; give a finite number"),
        (("parameters", "CL", "value"), True, "value is True; give a finite number"),
        (("parameters", "F", "value"), 1.8, "value is 1.8; give a fraction above 0 and at most 1"),
        (("parameters", "V1", "covariates", 0, "reference"), 0, "reference is 0; give a finite number above 0"),
        (("parameters", "V1", "covariates", 0, "exponent"), "1", "exponent is '1'; give a finite number"),
        (("parameters", "CL", "covariates", 0, "slope"), NAN, "slope is nan; give a finite number"),
        (("parameters", "CL", "covariates", 1, "factor"), -1, "factor is -1; give a finite number above 0"),
        (("enantiomer_factors", 0, "value"), -1, "value is -1; give a finite number above 0"),
        (("variability", 0, "variance"), -1, r"\[\[variability\]\] 1: variance is -1; give a finite number above 0"),
        (("variability", 1, "cv_percent"), 0, "cv_percent is 0; give a finite number above 0"),
        (("residual", 0, "sd"), -0.1, "sd is -0.1; give a finite number above 0"),
        (("links", 1, "stages"), 0, r"\[\[links\]\] 2: stages is 0; give a whole number from 1"),
        (("our_use", "weight_kg"), [95, 50], r"\[our_use\]: weight_kg is \[95, 50\]; give two finite numbers, the"),
        (("our_use", "weight_kg"), [50], "give two finite numbers"),
        (("our_use", "weight_kg"), [50, NAN], "give two finite numbers"),
        (("our_use", "evidence"), "read", "evidence is 'read'; give default"),
        (("studied", "weight_kg", "range"), [95, 50], r"\[studied.weight_kg\]: range is \[95, 50\]; give two finite"),
        (("studied", "weight_kg", "of"), "guess", "of is 'guess'; give one of range, mean, given"),
        # Names.
        (("enantiomer_factors", 0, "parameter"), "Cl", "parameter is 'Cl'; give one of V1, V2, CL"),
        (("variability", 0, "on"), "V9", "on is 'V9'; give one of V1"),
        (("variability", 2, "on"), ["V1", "Q"], "covariance of V1 and Q, but no variance of 'Q'"),
        (("variability", 1, "on"), "V1", "variability of V1 is given twice"),
        (("variability", 2, "covariance"), 0.0561, "variability is not positive definite"),  # a correlation of 1.001
        (("variability", 2, "covariance"), -0.0561, "variability is not positive definite"),
        (("parameters", "V3"), {"value": 20, "unit": "L"}, "no link and no analyte takes parameter 'V3'; leave it out"),
        (("variability",), [{"on": "F", "variance": 0.1}], "variability on 'F', a fraction"),
        (("occasion_variability", 0, "on"), "F", "occasion_variability on 'F', a fraction"),
        (("residual", 0, "analyte"), "ket", "analyte is 'ket'; give one of ketamine, norketamine"),
        (("sources",), [], "sources is .*; give a list of at least one"),
        (("sources",), ["nobody-1900"], "no reference row; add"),
        (("occasion_variability", 0, "source"), "nobody-1900", "'nobody-1900'.* no reference row"),
        (("references", "otto-2021"), {"citation": "Other", "read": "table"}, "something else than the packaged row"),
        (("parameters", "CL", "unit"), "L", "needs a parameter 'CL' in L/h"),
        (("links", 1, "clearance"), "absent", "needs a parameter 'absent'"),
        (("links", 1, "rate"), "k", "one of clearance, rate or mean_time"),
        (("links", 1, "to"), "central", "link from central leads back to it"),
        (("links", 0, "between"), ["central", "central"], "give two different names"),
        # Compartments.
        (("dose_into",), "centrl", "dose_into is 'centrl', which no link leaves"),
        (("dose_into",), "metabolite", "link from 'central': no drug reaches it from 'metabolite'"),
        (("analytes", "norketamine", "compartment"), "nowhere", "no link reaches; drug reaches central, deep, metabol"),
        (("links", 1, "to"), "metabolit", "link from 'metabolite': no drug reaches it from 'central'"),
        (("links", 2, "from"), "metabolit", "link from 'metabolit': no drug reaches it"),
        # Shapes.
        (("title",), None, "title is None; give a text"),
        (("links",), [], "links is .*; give a list of at least one table"),
        (("analytes",), {"ketamine": "central"}, "analytes is .*; give a table of at least one table"),
        (("our_use",), [1, 2], "our_use is .*; give a table"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_add_up_does_not_load(path: Path, value: object, message: str) -> None:
    table = full_table()
    place_in(table, path[:-1])[path[-1]] = value
    with pytest.raises(ModelTableError, match=f"^chain: .*{message}"):
        parse_kinetic_model(table)


@pytest.mark.parametrize(
    ("path", "key", "misspelt"),
    [
        ((), "variability", "variabilty"),
        (("defaults",), "where", "were"),
        (("references", "own-2024"), "citation", "citaton"),
        (("our_use",), "weight_kg", "weight"),
        (("studied",), "weight_kg", "weight"),
        (("analytes", "norketamine"), "volume", "volum"),
        (("links", 0), "between", "betwen"),
        (("links", 1), "fraction", "fracton"),
        (("links", 1), "from", "form"),
        (("parameters", "V1"), "covariates", "covariate"),
        (("parameters", "V1", "covariates", 0), "exponent", "exponnent"),
        (("parameters", "CL", "covariates", 0), "slope", "slpe"),
        (("parameters", "CL", "covariates", 1), "level", "levl"),
        (("enantiomer_factors", 0), "parameter", "paramter"),
        (("variability", 0), "variance", "varience"),
        (("variability", 1), "cv_percent", "cv_pecent"),
        (("variability", 2), "covariance", "covarience"),
        (("occasion_variability", 0), "variance", "varianc"),
        (("residual", 0), "sd", "sdd"),
        (("residual", 2), "unit", "units"),
    ],
)
def test_a_misspelt_key_is_refused_in_every_section(path: Path, key: str, misspelt: str) -> None:
    table = full_table()
    row = place_in(table, path)
    row[misspelt] = row.pop(key)
    with pytest.raises(ModelTableError, match=f"^chain: .*unknown key '{misspelt}'; did you mean '{key}'"):
        parse_kinetic_model(table)


def test_an_unlike_key_is_answered_with_those_there_are() -> None:
    table = full_table()
    table["our_use"]["bmi"] = [18, 30]
    with pytest.raises(ModelTableError, match="unknown key 'bmi'; it takes weight_kg, age_years"):
        parse_kinetic_model(table)


@pytest.mark.parametrize(
    ("path", "key"),
    [((), "dose_into"), (("parameters", "V1"), "unit"), (("links", 1), "from"), (("residual", 0), "form")],
)
def test_a_missing_key_is_named(path: Path, key: str) -> None:
    table = full_table()
    del place_in(table, path)[key]
    with pytest.raises(ModelTableError, match=f"needs a key '{key}'"):
        parse_kinetic_model(table)


def test_correlations_that_exclude_each_other_are_refused() -> None:
    """Each pair alone could be, with a correlation of ±0.9; the three together cannot."""
    table = full_table()
    pairs = {("V1", "V2"): 0.09, ("V2", "k"): 0.09, ("V1", "k"): -0.09}
    table["occasion_variability"] = [
        *({"on": name, "variance": 0.1} for name in ("V1", "V2", "k")),
        *({"on": list(pair), "covariance": value} for pair, value in pairs.items()),
    ]
    with pytest.raises(ModelTableError, match="occasion_variability is not positive definite"):
        parse_kinetic_model(table)
    table["occasion_variability"][-1]["covariance"] = 0.09
    parse_kinetic_model(table)


def test_ketamine_is_the_first_analyte() -> None:
    table = full_table()
    table["analytes"] = dict(reversed(table["analytes"].items()))
    with pytest.raises(ModelTableError, match="first analyte is 'norketamine'; put ketamine first"):
        parse_kinetic_model(table)


def test_a_variance_is_given_once() -> None:
    table = full_table()
    table["variability"][0]["cv_percent"] = 28
    with pytest.raises(ModelTableError, match="unknown key 'variance'; it takes on, cv_percent"):
        parse_kinetic_model(table)


def test_every_level_that_a_table_may_name_is_one_that_the_engine_knows() -> None:
    assert {(on, level) for on, levels in LEVELS.items() for level in levels} == set(subject.LEVELS)


def table_of_its_own() -> dict[str, Any]:
    """A table whose metabolite and source the package does not know."""
    table = full_table()
    table["sources"] = ["own-2024"]
    metabolite = table["analytes"].pop("norketamine")
    table["analytes"]["dehydronorketamine"] = {**metabolite, "basis": "moles", "molar_mass_g_per_mol": 221.68}
    table["residual"] = [{"analyte": "dehydronorketamine", "form": "additive", "sd": 0.02, "unit": "nmol/mL"}]
    return table


def test_a_new_analyte_brings_its_molar_mass() -> None:
    table = table_of_its_own()
    own = parse_kinetic_model(table)
    table["analytes"]["dehydronorketamine"] |= {"basis": "mass"}
    by_mass = parse_kinetic_model(table)
    got, plain = (simulate(item, Dosing.infusion(35, 40), [60])["dehydronorketamine"] for item in (own, by_mass))
    assert got == pytest.approx(plain * 221.68 / 237.73)
    assert own.residuals[0].sd == pytest.approx(0.02 * 221.68)


def test_a_new_source_is_cited_from_the_model_itself() -> None:
    own = parse_kinetic_model(table_of_its_own())
    dosing, people = Dosing.infusion(35, 40), population(own, 5, seed=1)
    for result in (
        simulate(own, dosing, [40]),
        simulate(with_factors(own, {"CL": 0.9}, "slower"), dosing, [40]),
        simulate(own, dosing, [40], subject=people, summary=Summary()),
    ):
        assert "Own A. A paper. 2024. [read: table]" in result.cite()
    assert "own-2024" not in references()


def test_a_source_as_it_is_packaged_may_be_repeated() -> None:
    table = full_table()
    row = references()["otto-2021"]
    table["references"]["otto-2021"] = {"citation": row.citation, "doi": row.doi, "read": row.read}
    assert row in parse_kinetic_model(table).own_references


@pytest.mark.parametrize(
    ("mass", "basis", "message"),
    [
        ({}, "moles", "needs a key 'molar_mass_g_per_mol': its molar mass"),
        ({}, "mass", r"unit is 'nmol/mL'; give ng/mL, or \[analytes.dehydronorketamine\] a molar_mass"),
        ({"molar_mass_g_per_mol": 0}, "moles", "molar_mass_g_per_mol is 0; give its molar mass"),
    ],
)
def test_a_new_analyte_in_moles_needs_a_molar_mass(mass: dict[str, float], basis: str, message: str) -> None:
    table = table_of_its_own()
    row = table["analytes"]["dehydronorketamine"]
    del row["molar_mass_g_per_mol"]
    row |= {"basis": basis, **mass}
    with pytest.raises(ModelTableError, match=message):
        parse_kinetic_model(table)


def test_a_known_analyte_keeps_its_molar_mass() -> None:
    table = full_table()
    table["analytes"]["ketamine"]["molar_mass_g_per_mol"] = 274.2
    with pytest.raises(ModelTableError, match=r"molar_mass_g_per_mol is 274.2; give 237.73, as everywhere"):
        parse_kinetic_model(table)


@pytest.mark.parametrize(
    ("text", "kinds", "expected"),
    [
        ("70kg", ("weight",), 70),
        ("154.3 lb", ("weight",), 69.99),
        ("1h", ("time",), 60),
        ("500 ug/kg", ("dose per weight",), 0.5),
        ("500 mcg/kg", ("dose per weight",), 0.5),
        ("500 \u03bcg/kg", ("dose per weight",), 0.5),
        ("40000 mcg", ("dose",), 40.0),
        ("7 mcg/L", ("concentration",), 7.0),
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
