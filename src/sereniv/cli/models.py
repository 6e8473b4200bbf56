"""The command `models`: each published model: what it was studied in, our range of use, values and sources."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import click

from sereniv.knowledge.models import (
    Covariate,
    KineticModel,
    LinearAboveCovariate,
    Parameter,
    PowerCovariate,
    Residual,
    Variability,
    reference,
)
from sereniv.pharmacology import models as all_models
from sereniv.pharmacology.limits import QUANTITIES

NOT_READ = "not in the sources read"


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print.")
def models(form: str) -> None:
    """List the published models: whom and what they were studied in, our range of use, parameters and sources."""
    if form == "json":
        click.echo(json.dumps([_as_json(item) for item in all_models()], indent=2))
        return
    for item in all_models():
        click.echo("\n".join(_lines(item)))
        click.echo()


def _lines(item: KineticModel) -> Iterator[str]:
    yield f"{item.id}  ({item.role}, {item.site})"
    yield f"  {item.title}: {', '.join(item.analyte_names())}"
    yield f"  {item.population}"
    yield from _section("Studied", _studied(item))
    yield from _section("Our range of use (our choice, no paper's)", _our_use(item), without="none chosen")
    yield "  Parameters of a typical person"
    for parameter in item.parameters:
        source = parameter.provenance
        yield f"    {parameter.name:<8} {parameter.printed:<14} [{source.tag}] {source.source}, {source.where}"
        # A volume printed in L/kg says its last covariate, proportion to weight, itself.
        shown = parameter.covariates[:-1] if parameter.printed.endswith("L/kg") else parameter.covariates
        yield from (f"      {_covariate_in_words(covariate, parameter)}" for covariate in shown)
    for factor in item.enantiomer_factors:
        source = factor.provenance
        said = f"{factor.parameter} × {factor.value:g}"
        yield f"  {factor.enantiomer}-ketamine: {said} [{source.tag}] {source.source}, {source.where}"
    yield from _section("Variability between people", (_variability_in_words(row) for row in item.variability))
    if item.occasion_variability:
        rows = (_variability_in_words(row) for row in item.occasion_variability)
        yield from _section("Variability between occasions, not sampled", rows)
    yield from _section("Residual error", (_residual_in_words(row) for row in item.residuals))
    yield from (f"  - {caveat}" for caveat in item.caveats)
    yield from (f"  {reference(source_id, item.own_references).text()}" for source_id in item.sources)


def _studied(item: KineticModel) -> Iterator[str]:
    for key, (name, unit) in QUANTITIES.items():
        row = getattr(item.studied, key)
        other_dose = {"dose_mg": item.studied.dose_mg_per_kg, "dose_mg_per_kg": item.studied.dose_mg}.get(key)
        if row is None and other_dose is None and key != "dose_mg_per_kg":
            yield f"{name.lower():<14} {NOT_READ}"
        if row is not None:
            source = row.provenance
            kind = "" if row.of == "range" else f" ({row.of})"
            shown = f"{_range_in_words((row.low, row.high), unit)}{kind}"
            yield f"{name.lower():<14} {shown:<28} [{source.tag}] {source.source}, {source.where}"


def _our_use(item: KineticModel) -> Iterator[str]:
    for key, (name, unit) in QUANTITIES.items():
        allowed = getattr(item.our_use, key, None)
        if allowed is not None:
            yield f"{name.lower():<14} {_range_in_words(allowed, unit)}"
    if item.our_use.because:
        yield item.our_use.because


def _range_in_words(shown: tuple[float, float], unit: str) -> str:
    low, high = f"{shown[0]:g}", f"{shown[1]:g}"
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _section(title: str, rows: Iterable[str], without: str = NOT_READ) -> Iterator[str]:
    found = list(rows)
    yield f"  {title}" if found else f"  {title}: {without}"
    yield from (f"    {row}" for row in found)


def _covariate_in_words(covariate: Covariate, parameter: Parameter) -> str:
    match covariate:
        case PowerCovariate(on=on, reference=centre, exponent=exponent):
            return f"× ({on} / {centre:g}) ^ {exponent:g}"
        case LinearAboveCovariate(on=on, knot=knot, slope=slope):
            return f"{slope:+g} {parameter.unit} for each unit of {on} above {knot:g}"
        case _:
            return f"× {covariate.factor:g} where {covariate.on} is {covariate.level}"


def _variability_in_words(row: Variability) -> str:
    if len(row.on) == 2:
        return f"{' with '.join(row.on):<14} log covariance {row.value:g}"
    return f"{row.on[0]:<14} CV {100 * math.sqrt(math.expm1(row.value)):.0f} %, log variance {row.value:.4g}"


def _residual_in_words(row: Residual) -> str:
    unit = " ng/mL" if row.form == "additive" else ""
    return f"{row.analyte:<18} {row.form} SD {row.sd:.4g}{unit}"


def _as_json(item: KineticModel) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "role": item.role,
        "site": item.site,
        "analytes": list(item.analyte_names()),
        "population": item.population,
        "studied": {name: value for name, value in asdict(item.studied).items() if value is not None},
        "our_use": {name: value for name, value in asdict(item.our_use).items() if value},
        "parameters": [asdict(parameter) for parameter in item.parameters],
        "variability": [_variability_as_json(row) for row in item.variability],
        "occasion_variability": [_variability_as_json(row) for row in item.occasion_variability],
        "residual": [{**asdict(row), "unit": "ng/mL" if row.form == "additive" else "1"} for row in item.residuals],
        "caveats": list(item.caveats),
        "references": list(item.sources),
    }


def _variability_as_json(row: Variability) -> dict[str, Any]:
    kind = "log variance" if len(row.on) == 1 else "log covariance"
    return {"on": list(row.on), kind.replace(" ", "_"): row.value, "provenance": asdict(row.provenance)}
