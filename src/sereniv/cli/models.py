"""The command `models`: every published model with its values, limits of use, variability and sources."""

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

NOT_READ = "not in the sources read"

LIMITS = {
    "weight_kg": ("weight", "kg"),
    "age_years": ("age", "years"),
    "dose_mg_per_kg": ("dose", "mg/kg"),
    "infusion_min": ("infusion time", "min"),
}
"""A limit of use, what it is called and its unit."""


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print.")
def models(form: str) -> None:
    """List the published models: what they describe, their limits of use, parameters, variability and sources."""
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
    yield "  Limits of use"
    for key, (name, unit) in LIMITS.items():
        allowed = getattr(item.limits, key)
        yield f"    {name:<14} {NOT_READ if allowed is None else f'{allowed[0]:g} to {allowed[1]:g} {unit}'}"
    yield "  Parameters of a typical person"
    for parameter in item.parameters:
        source = parameter.provenance
        yield f"    {parameter.name:<8} {parameter.printed:<14} [{source.tag}] {source.source}, {source.where}"
        # A volume printed in L/kg says its last covariate, proportion to weight, itself.
        shown = parameter.covariates[:-1] if parameter.printed.endswith("L/kg") else parameter.covariates
        yield from (f"      {_covariate_in_words(covariate, parameter)}" for covariate in shown)
    yield from _section("Variability between people", (_variability_in_words(row) for row in item.variability))
    if item.occasion_variability:
        rows = (_variability_in_words(row) for row in item.occasion_variability)
        yield from _section("Variability between occasions, not sampled", rows)
    yield from _section("Residual error", (_residual_in_words(row) for row in item.residuals))
    yield from (f"  - {caveat}" for caveat in item.caveats)
    yield from (f"  {reference(source_id, item.own_references).text()}" for source_id in item.sources)


def _section(title: str, rows: Iterable[str]) -> Iterator[str]:
    found = list(rows)
    yield f"  {title}" if found else f"  {title}: {NOT_READ}"
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
        "limits": {name: value for name, value in asdict(item.limits).items() if value is not None},
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
