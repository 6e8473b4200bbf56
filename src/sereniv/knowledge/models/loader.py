"""Reads a kinetic model's TOML table into typed rows; a table that does not add up does not load."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from sereniv.knowledge.models.checks import check_model
from sereniv.knowledge.models.citations import Reference
from sereniv.knowledge.models.keys import ModelTableError, check_keys
from sereniv.knowledge.models.schema import (
    CANONICAL,
    Analyte,
    Covariate,
    EnantiomerFactor,
    FactorCovariate,
    KineticModel,
    LinearAboveCovariate,
    Link,
    OurUse,
    Parameter,
    PowerCovariate,
    Provenance,
    Residual,
    Studied,
    StudiedRange,
    Variability,
)
from sereniv.units import MOLAR_MASS_G_PER_MOL, ng_per_ml_from_nmol_per_ml

Row = Mapping[str, Any]


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
    """Turn a model table into a `KineticModel`, refusing one that does not add up.

    Parameters
    ----------
    table
        The parsed TOML table; the packaged ones in `knowledge/models` show every key.

    Raises
    ------
    ModelTableError
        When a key is missing or unknown, a value is not of its closed set or range, a name is not that of a
        parameter, an analyte or a compartment that drug reaches, the variability is no covariance, or a source has
        no reference. The message names the model, the row and what would do.
    """
    check_keys(table)
    model = _parse(table)
    check_model(model)
    return model


def _parse(table: Row) -> KineticModel:
    defaults = table["defaults"]
    molar_masses = MOLAR_MASS_G_PER_MOL | {
        name: float(row["molar_mass_g_per_mol"])
        for name, row in table["analytes"].items()
        if "molar_mass_g_per_mol" in row
    }
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
        studied=Studied(**{key: _studied(row, defaults) for key, row in table.get("studied", {}).items()}),
        our_use=_our_use(table.get("our_use", {})),
        parameters=tuple(_parameter(key, row, defaults) for key, row in table["parameters"].items()),
        compartments=tuple(dict.fromkeys(_compartments(table["dose_into"], links))),
        links=links,
        analytes=tuple(_analyte(key, row, molar_masses) for key, row in table["analytes"].items()),
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
        residuals=tuple(_residual(row, defaults, molar_masses) for row in table.get("residual", ())),
        own_references=tuple(Reference(id=key, **row) for key, row in table.get("references", {}).items()),
    )


def _provenance(row: Row, defaults: Row) -> Provenance:
    return Provenance(
        tag=row.get("provenance", defaults["provenance"]),
        source=row.get("source", defaults["source"]),
        where=row.get("where", defaults["where"]),
    )


def _studied(row: Row, defaults: Row) -> StudiedRange:
    low, high = row["range"]
    return StudiedRange(low=float(low), high=float(high), of=row["of"], provenance=_provenance(row, defaults))


def _our_use(row: Row) -> OurUse:
    ranges = {key: (float(pair[0]), float(pair[1])) for key, pair in row.items() if key not in {"evidence", "because"}}
    return OurUse(because=row.get("because", ""), **ranges)


def _compartments(dosed: str, links: Iterable[Link]) -> Iterable[str]:
    yield dosed
    for link in links:
        yield link.source
        if link.target is not None:
            yield link.target


def _parameter(name: str, row: Row, defaults: Row) -> Parameter:
    printed = row["unit"]
    unit, factor = CANONICAL[printed]
    covariates = [_covariate(item, factor) for item in row.get("covariates", ())]
    if printed == "L/kg":
        covariates.append(PowerCovariate(on="weight_kg", reference=1.0, exponent=1.0))
    return Parameter(
        name=name,
        value=float(row["value"]) * factor,
        unit=unit,
        printed=f"{row['value']} {printed}".removesuffix(" 1"),
        covariates=tuple(covariates),
        provenance=_provenance(row, defaults),
    )


def _covariate(row: Row, factor: float) -> Covariate:
    match row["form"]:
        case "power":
            return PowerCovariate(on=row["on"], reference=float(row["reference"]), exponent=float(row["exponent"]))
        case "linear above":
            return LinearAboveCovariate(on=row["on"], knot=float(row["knot"]), slope=float(row["slope"]) * factor)
        case _:
            return FactorCovariate(on=row["on"], level=row["level"], factor=float(row["factor"]))


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
            stages=row.get("stages", 1),
            fraction=row.get("fraction"),
        ),
    )


def _analyte(name: str, row: Row, molar_masses: Mapping[str, float]) -> Analyte:
    in_moles = row.get("basis") == "moles"
    return Analyte(
        name=name,
        compartment=row["compartment"],
        volume=row["volume"],
        mass_ratio=molar_masses[name] / molar_masses["ketamine"] if in_moles else 1.0,
        s_only=row.get("racemate") == "S only",
    )


def _variability(row: Row, defaults: Row) -> Variability:
    on = (row["on"],) if isinstance(row["on"], str) else tuple(row["on"])
    if "cv_percent" in row:
        value = math.log1p((row["cv_percent"] / 100.0) ** 2)
    else:
        value = float(row["covariance"] if len(on) == 2 else row["variance"])
    return Variability(on=on, value=value, provenance=_provenance(row, defaults))


def _residual(row: Row, defaults: Row, molar_masses: Mapping[str, float]) -> Residual:
    sd = float(row["sd"])
    if row.get("unit") == "nmol/mL":
        sd = ng_per_ml_from_nmol_per_ml(sd, molar_masses[row["analyte"]])
    return Residual(analyte=row["analyte"], form=row["form"], sd=sd, provenance=_provenance(row, defaults))
