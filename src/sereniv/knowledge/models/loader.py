"""Reads a kinetic model's TOML table into typed rows; a table that does not add up does not load."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

from sereniv.knowledge.models.citations import references
from sereniv.knowledge.models.schema import (
    Analyte,
    Covariate,
    EnantiomerFactor,
    FactorCovariate,
    KineticModel,
    Limits,
    LinearAboveCovariate,
    Link,
    Parameter,
    PowerCovariate,
    Provenance,
    Residual,
    Variability,
)
from sereniv.units import MOLAR_MASS_G_PER_MOL, ng_per_ml_from_nmol_per_ml

Row = Mapping[str, Any]

CANONICAL: dict[str, tuple[Literal["L", "L/h", "1/h", "h", "1"], float]] = {
    "L": ("L", 1.0),
    "L/kg": ("L", 1.0),
    "L/h": ("L/h", 1.0),
    "L/min": ("L/h", 60.0),
    "1/h": ("1/h", 1.0),
    "1/min": ("1/h", 60.0),
    "h": ("h", 1.0),
    "min": ("h", 1.0 / 60.0),
    "1": ("1", 1.0),
}
"""Printed unit to canonical unit and factor. `L/kg` also brings a weight covariate of exponent one."""


class ModelTableError(ValueError):
    """A model table is incomplete, contradicts itself or cites nothing; the message says which row to mend."""


def _folder() -> Traversable:
    return resources.files("sereniv.knowledge") / "models"


@cache
def kinetic_model_ids() -> tuple[str, ...]:
    """Return the ids of all packaged kinetic models, the default first, legacy last."""
    rank = {"default": 0, "second opinion": 1, "legacy": 2}
    names = sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(names, key=lambda name: rank[load_kinetic_model(name).role]))


@cache
def load_kinetic_model(model_id: str) -> KineticModel:
    """Return one packaged model by id; FileNotFoundError when there is no such table."""
    table = tomllib.loads((_folder() / f"{model_id}.toml").read_text(encoding="utf-8"))
    if table.get("id") != model_id:
        raise ModelTableError(f"{model_id}.toml: its `id` is {table.get('id')!r}; make it the file's name.")
    return parse_kinetic_model(table)


def parse_kinetic_model(table: Row) -> KineticModel:
    """Turn a model table into a `KineticModel`, checking that every name and source in it exists.

    Parameters
    ----------
    table
        The parsed TOML table; the packaged ones in `knowledge/models` show every key.

    Raises
    ------
    ModelTableError
        When a key is missing, a unit or form is not one of the closed set, a link names an unknown parameter,
        or a source has no reference.
    """
    name = str(table.get("id", "model"))
    try:
        model = _parse(table)
    except (KeyError, TypeError) as error:
        raise ModelTableError(f"{name}: missing or misspelt key {error}.") from error
    _check(model)
    return model


def _parse(table: Row) -> KineticModel:
    defaults = table["defaults"]
    analytes = tuple(_analyte(key, row) for key, row in table["analytes"].items())
    links = tuple(link for row in table["links"] for link in _links(row))
    return KineticModel(
        id=table["id"],
        title=table["title"],
        role=table["role"],
        site=table["site"],
        sources=tuple(table["sources"]),
        describes=table["describes"],
        racemate=table["racemate"],
        population=table["population"],
        caveats=tuple(table["caveats"]),
        dose_into=table["dose_into"],
        limits=Limits(**{key: (float(low), float(high)) for key, (low, high) in table.get("limits", {}).items()}),
        parameters=tuple(_parameter(key, row, defaults) for key, row in table["parameters"].items()),
        compartments=tuple(dict.fromkeys(_compartments(table["dose_into"], links))),
        links=links,
        analytes=analytes,
        enantiomer_factors=tuple(
            EnantiomerFactor(
                enantiomer=row["enantiomer"],
                parameter=row["parameter"],
                value=float(row["value"]),
                provenance=_provenance(row, defaults),
            )
            for row in table.get("enantiomer_factors", ())
        ),
        variability=tuple(_variability(row, defaults) for row in table.get("variability", ())),
        occasion_variability=tuple(_variability(row, defaults) for row in table.get("occasion_variability", ())),
        residuals=tuple(_residual(row, defaults) for row in table.get("residual", ())),
    )


def _provenance(row: Row, defaults: Row) -> Provenance:
    return Provenance(
        tag=row.get("provenance", defaults["provenance"]),
        source=row.get("source", defaults["source"]),
        where=row.get("where", defaults["where"]),
    )


def _compartments(dosed: str, links: Iterable[Link]) -> Iterable[str]:
    yield dosed
    for link in links:
        yield link.source
        if link.target is not None:
            yield link.target


def _parameter(name: str, row: Row, defaults: Row) -> Parameter:
    printed = row["unit"]
    if printed not in CANONICAL:
        raise ModelTableError(f"{name}: unit {printed!r} is not one of {', '.join(CANONICAL)}.")
    unit, factor = CANONICAL[printed]
    covariates = [_covariate(name, item, factor) for item in row.get("covariates", ())]
    if printed == "L/kg":
        covariates.append(PowerCovariate(on="weight_kg", reference=1.0, exponent=1.0))
    return Parameter(
        name=name,
        value=float(row["value"]) * factor,
        unit=unit,
        printed=f"{row['value']} {printed}",
        covariates=tuple(covariates),
        provenance=_provenance(row, defaults),
    )


def _covariate(name: str, row: Row, factor: float) -> Covariate:
    match row["form"]:
        case "power":
            return PowerCovariate(on=row["on"], reference=float(row["reference"]), exponent=float(row["exponent"]))
        case "linear above":
            return LinearAboveCovariate(on=row["on"], knot=float(row["knot"]), slope=float(row["slope"]) * factor)
        case "factor":
            return FactorCovariate(on=row["on"], level=row["level"], factor=float(row["factor"]))
        case other:
            raise ModelTableError(f"{name}: covariate form {other!r} is not power, linear above or factor.")


def _links(row: Row) -> tuple[Link, ...]:
    if "between" in row:
        first, second = row["between"]
        volume_1, volume_2 = row["volumes"]
        return (
            Link(source=first, target=second, clearance=row["clearance"], volume=volume_1),
            Link(source=second, target=first, clearance=row["clearance"], volume=volume_2),
        )
    return (
        Link(
            source=row["from"],
            target=row.get("to"),
            clearance=row.get("clearance"),
            volume=row.get("volume"),
            rate=row.get("rate"),
            mean_time=row.get("mean_time"),
            stages=int(row.get("stages", 1)),
            fraction=row.get("fraction"),
        ),
    )


def _analyte(name: str, row: Row) -> Analyte:
    return Analyte(
        name=name,
        compartment=row["compartment"],
        volume=row["volume"],
        basis=row.get("basis", "mass"),
        s_only=row.get("racemate") == "S only",
    )


def _variability(row: Row, defaults: Row) -> Variability:
    on = (row["on"],) if isinstance(row["on"], str) else tuple(row["on"])
    if "cv_percent" in row:
        value = math.log1p((row["cv_percent"] / 100.0) ** 2)
    else:
        value = float(row["covariance"] if len(on) == 2 else row["variance"])
    return Variability(on=on, value=value, provenance=_provenance(row, defaults))


def _residual(row: Row, defaults: Row) -> Residual:
    sd = float(row["sd"])
    if row["form"] == "additive":
        if row["unit"] != "nmol/mL":
            raise ModelTableError(f"{row['analyte']}: additive residual unit {row['unit']!r} must be nmol/mL.")
        sd = ng_per_ml_from_nmol_per_ml(sd, row["analyte"])
    return Residual(analyte=row["analyte"], form=row["form"], sd=sd, provenance=_provenance(row, defaults))


def _check(model: KineticModel) -> None:
    """Refuse a model whose names, units or sources do not add up."""
    units = {parameter.name: parameter.unit for parameter in model.parameters}
    compartments = set(model.compartments)
    wanted: list[tuple[str, str | None, str]] = []
    for link in model.links:
        if sum(item is not None for item in (link.clearance, link.rate, link.mean_time)) != 1:
            raise ModelTableError(f"{model.id}: link from {link.source} needs one of clearance, rate or mean_time.")
        if link.clearance is not None and link.volume is None:
            raise ModelTableError(f"{model.id}: link from {link.source} has a clearance but no volume.")
        wanted += [(f"link from {link.source}", link.clearance, "L/h"), (f"link from {link.source}", link.volume, "L")]
        wanted += [(f"link from {link.source}", link.rate, "1/h"), (f"link from {link.source}", link.mean_time, "h")]
        wanted += [(f"link from {link.source}", link.fraction, "1")]
    for analyte in model.analytes:
        wanted.append((f"analyte {analyte.name}", analyte.volume, "L"))
        if analyte.compartment not in compartments:
            raise ModelTableError(
                f"{model.id}: analyte {analyte.name} is in {analyte.compartment!r}, which no link reaches."
            )
        if analyte.name not in MOLAR_MASS_G_PER_MOL:
            raise ModelTableError(f"{model.id}: no molar mass for analyte {analyte.name!r}; add it to units.py.")
    for place, name, unit in wanted:
        if name is not None and units.get(name) != unit:
            raise ModelTableError(f"{model.id}: {place} needs a parameter {name!r} in {unit}; found {units.get(name)}.")
    for row in (*model.variability, *model.occasion_variability):
        if not set(row.on) <= set(units):
            raise ModelTableError(f"{model.id}: variability on {row.on}, which is not a parameter.")
    cited = {*model.sources, *(parameter.provenance.source for parameter in model.parameters)}
    cited |= {row.provenance.source for row in model.variability}
    cited |= {row.provenance.source for row in model.residuals}
    cited |= {row.provenance.source for row in model.enantiomer_factors}
    if not model.sources or not cited <= set(references()):
        raise ModelTableError(f"{model.id}: sources {sorted(cited - set(references()))} have no reference row.")
