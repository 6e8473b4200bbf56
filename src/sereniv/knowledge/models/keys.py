"""Which keys each row of a model's table has and what each may hold: what is misspelt does not pass in silence."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, get_args

from sereniv.knowledge.models.schema import (
    CANONICAL,
    LEVELS,
    Basis,
    Describes,
    Enantiomer,
    OurUse,
    Racemate,
    Role,
    Site,
    Studied,
    StudiedAs,
    Tag,
)
from sereniv.units import MOLAR_MASS_G_PER_MOL

Table = Mapping[str, Any]


class ModelTableError(ValueError):
    """A model table is incomplete, contradicts itself or cites nothing; the message says which row to mend."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the value of a key must be: the test, and the words a message says it in."""

    holds: Callable[[Any], bool]
    wanted: str
    needed: bool = True


Keys = Mapping[str, Rule]
"""The keys of one kind of row. Any other key is refused."""


def optional(rule: Rule) -> Rule:
    """Return the rule for a key that may be left out."""
    return replace(rule, needed=False)


def one_of(*allowed: str) -> Rule:
    """Return the rule of a closed set."""
    named = ", ".join(allowed)
    return Rule(lambda value: value in allowed, named if len(allowed) == 1 else f"one of {named}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: object) -> bool:
    # NaN and infinity compare false here, and so does a whole number too long for a float.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_list(value: object, holds: Callable[[object], bool]) -> bool:
    return isinstance(value, list | tuple) and all(holds(item) for item in value)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_table_of_tables(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_table(item) for item in value.values())


def _is_range(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and _is_list(value, _is_number) and value[0] <= value[1]


TEXT = Rule(_is_text, "a text")
TEXTS = Rule(lambda value: _is_list(value, _is_text), "a list of texts")
SOURCES = Rule(lambda value: _is_list(value, _is_text) and len(value) > 0, "a list of at least one reference's id")
TWO_NAMES = Rule(lambda value: _is_list(value, _is_text) and len(set(value)) == len(value) == 2, "two different names")
TWO_VOLUMES = Rule(lambda value: _is_list(value, _is_text) and len(value) == 2, "the names of two volumes")
NUMBER = Rule(_is_number, "a finite number")
ABOVE_ZERO = Rule(lambda value: _is_number(value) and value > 0, "a finite number above 0")
FRACTION = Rule(lambda value: _is_number(value) and 0 < value <= 1, "a fraction above 0 and at most 1")
COUNT = Rule(lambda value: _is_number(value) and isinstance(value, int) and value >= 1, "a whole number from 1")
RANGE = Rule(_is_range, "two finite numbers, the lower one first")
TABLE = Rule(_is_table, "a table")
ROWS = Rule(lambda value: _is_list(value, _is_table), "a list of tables")
SOME_ROWS = Rule(lambda value: _is_list(value, _is_table) and len(value) > 0, "a list of at least one table")
TABLES = Rule(_is_table_of_tables, "a table of tables")
SOME_TABLES = Rule(lambda value: _is_table_of_tables(value) and len(value) > 0, "a table of at least one table")

MODEL: Keys = {
    "id": TEXT,
    "title": TEXT,
    "role": one_of(*get_args(Role)),
    "site": one_of(*get_args(Site)),
    "sources": SOURCES,
    "describes": one_of(*get_args(Describes)),
    "racemate": one_of(*get_args(Racemate)),
    "population": TEXT,
    "caveats": TEXTS,
    "dose_into": TEXT,
    "defaults": TABLE,
    "references": optional(TABLES),
    "studied": optional(TABLES),
    "our_use": optional(TABLE),
    "analytes": SOME_TABLES,
    "links": SOME_ROWS,
    "parameters": SOME_TABLES,
    "enantiomer_factors": optional(ROWS),
    "variability": optional(ROWS),
    "occasion_variability": optional(ROWS),
    "residual": optional(ROWS),
}
DEFAULTS: Keys = {"provenance": one_of(*get_args(Tag)), "source": TEXT, "where": TEXT}
PROVENANCE: Keys = {key: optional(rule) for key, rule in DEFAULTS.items()}
REFERENCE: Keys = {"citation": TEXT, "read": TEXT, "doi": optional(TEXT), "url": optional(TEXT)}
STUDIED: Keys = {item.name: optional(TABLE) for item in fields(Studied)}
STUDIED_RANGE: Keys = {"range": RANGE, "of": one_of(*get_args(StudiedAs)), **PROVENANCE}
OUR_USE: Keys = {
    **{item.name: optional(RANGE) for item in fields(OurUse)},
    "evidence": one_of("default"),
    "because": TEXT,
}
ANALYTE: Keys = {
    "compartment": TEXT,
    "volume": TEXT,
    "basis": optional(one_of(*get_args(Basis))),
    "racemate": optional(one_of("S only")),
    "molar_mass_g_per_mol": optional(ABOVE_ZERO),
}
TWO_WAY: Keys = {"between": TWO_NAMES, "clearance": TEXT, "volumes": TWO_VOLUMES}
ONE_WAY: Keys = {
    "from": TEXT,
    "to": optional(TEXT),
    "clearance": optional(TEXT),
    "volume": optional(TEXT),
    "rate": optional(TEXT),
    "mean_time": optional(TEXT),
    "stages": optional(COUNT),
    "fraction": optional(TEXT),
}
PARAMETER: Keys = {"value": ABOVE_ZERO, "unit": one_of(*CANONICAL), "covariates": optional(ROWS), **PROVENANCE}
COVARIATES: Mapping[str, Keys] = {
    "power": {"form": TEXT, "on": one_of("weight_kg"), "reference": ABOVE_ZERO, "exponent": NUMBER},
    "linear above": {"form": TEXT, "on": one_of("age_years"), "knot": NUMBER, "slope": NUMBER},
    "factor": {"form": TEXT, "on": one_of(*LEVELS), "level": TEXT, "factor": ABOVE_ZERO},
}
VARIANCE: Keys = {"on": TEXT, "variance": ABOVE_ZERO, **PROVENANCE}
PERCENT: Keys = {"on": TEXT, "cv_percent": ABOVE_ZERO, **PROVENANCE}
EITHER: Keys = {**VARIANCE, "variance": optional(ABOVE_ZERO), "cv_percent": optional(ABOVE_ZERO)}
COVARIANCE: Keys = {"on": TWO_NAMES, "covariance": NUMBER, **PROVENANCE}
RELATIVE: Keys = {"analyte": TEXT, "form": TEXT, "sd": ABOVE_ZERO, **PROVENANCE}
RESIDUALS: Mapping[str, Keys] = {
    "proportional": RELATIVE,
    "log": RELATIVE,
    "additive": {**RELATIVE, "unit": one_of("nmol/mL", "ng/mL")},
}


def check_keys(table: Table) -> None:
    """Refuse a table with a row that lacks a key, has one that is not known, or holds what cannot be.

    Raises
    ------
    ModelTableError
        At the first fault; the message names the model, the row, the key and what would do.
    """
    for place, row, keys in _rows(table):
        for fault in _faults(row, keys):
            raise ModelTableError(f"{table.get('id', 'model')}: {place}: {fault}")


def _faults(row: Table, keys: Keys) -> Iterator[str]:
    for key in row:
        if key not in keys:
            near = get_close_matches(str(key), keys, n=1)
            mend = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(keys)}."
            yield f"unknown key {key!r}; {mend}"
    for key, rule in keys.items():
        if key not in row:
            if rule.needed:
                yield f"it needs a key {key!r}: {rule.wanted}."
        elif not rule.holds(row[key]):
            yield f"{key} is {row[key]!r}; give {rule.wanted}."


def _rows(table: Table) -> Iterator[tuple[str, Table, Keys]]:
    """Yield each row with its place and keys; lazily, so that what holds a row is checked before it is looked into."""
    yield "table", table, MODEL
    yield "[defaults]", table["defaults"], DEFAULTS
    yield "[studied]", table.get("studied", {}), STUDIED
    for name, row in table.get("studied", {}).items():
        yield f"[studied.{name}]", row, STUDIED_RANGE
    if "our_use" in table:
        yield "[our_use]", table["our_use"], OUR_USE
    for name, row in table.get("references", {}).items():
        yield f"[references.{name}]", row, REFERENCE
    for name, row in table["analytes"].items():
        yield f"[analytes.{name}]", row, _analyte_keys(name, row)
    for number, row in enumerate(table["links"], 1):
        yield f"[[links]] {number}", row, ONE_WAY if {"from", "to"} & set(row) else TWO_WAY
    for name, row in table["parameters"].items():
        yield from _parameter_rows(f"[parameters.{name}]", row)
    yield from _rows_about_parameters(table)
    for number, row in enumerate(table.get("residual", ()), 1):
        yield from _residual_rows(f"[[residual]] {number}", row, table["analytes"])


def _analyte_keys(name: str, row: Table) -> Keys:
    mass = ANALYTE["molar_mass_g_per_mol"]
    if name in MOLAR_MASS_G_PER_MOL:
        known = MOLAR_MASS_G_PER_MOL[name]
        mass = optional(Rule(lambda value: value == known, f"{known:g}, as everywhere, or leave it out"))
    elif row.get("basis") == "moles":
        mass = replace(ABOVE_ZERO, wanted=f"its molar mass, which a state in moles needs: {ABOVE_ZERO.wanted}")
    return {**ANALYTE, "molar_mass_g_per_mol": mass}


def _parameter_rows(place: str, row: Table) -> Iterator[tuple[str, Table, Keys]]:
    yield place, row, {**PARAMETER, "value": FRACTION} if row.get("unit") == "1" else PARAMETER
    for covariate in row.get("covariates", ()):
        yield f"{place} covariates", *_form(covariate, COVARIATES)
        keys = COVARIATES[covariate["form"]]
        yield f"{place} covariates", covariate, keys
        if covariate["form"] == "factor":
            yield f"{place} covariates", covariate, {**keys, "level": one_of(*LEVELS[covariate["on"]])}


def _rows_about_parameters(table: Table) -> Iterator[tuple[str, Table, Keys]]:
    parameter = one_of(*table["parameters"])
    for number, row in enumerate(table.get("enantiomer_factors", ()), 1):
        keys = {"enantiomer": one_of(*get_args(Enantiomer)), "parameter": parameter, "value": ABOVE_ZERO, **PROVENANCE}
        yield f"[[enantiomer_factors]] {number}", row, keys
    for section in ("variability", "occasion_variability"):
        for number, row in enumerate(table.get(section, ()), 1):
            place = f"[[{section}]] {number}"
            if isinstance(row.get("on"), list | tuple):
                yield place, row, COVARIANCE
            else:
                yield place, row, {**EITHER, "on": parameter}
                yield place, row, PERCENT if "cv_percent" in row else VARIANCE


def _residual_rows(place: str, row: Table, analytes: Table) -> Iterator[tuple[str, Table, Keys]]:
    yield place, *_form(row, RESIDUALS)
    keys = {**RESIDUALS[row["form"]], "analyte": one_of(*analytes)}
    yield place, row, keys
    name = row["analyte"]
    if "unit" in row and name not in MOLAR_MASS_G_PER_MOL and "molar_mass_g_per_mol" not in analytes[name]:
        by_mass = Rule(lambda value: value == "ng/mL", f"ng/mL, or [analytes.{name}] a molar_mass_g_per_mol")
        yield place, row, {**keys, "unit": by_mass}


def _form(row: Table, forms: Mapping[str, Keys]) -> tuple[Table, Keys]:
    """Return the row's form alone: which other keys it takes hangs on it."""
    return {"form": row["form"]} if "form" in row else {}, {"form": one_of(*forms)}
