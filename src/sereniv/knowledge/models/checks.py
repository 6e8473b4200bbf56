"""What must hold between the rows of a model: names that exist, compartments that drug reaches, a true covariance."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from sereniv.knowledge.models.citations import references
from sereniv.knowledge.models.keys import ModelTableError
from sereniv.knowledge.models.schema import KineticModel, Link, Studied, StudiedRange, Variability

SINGULAR = 1e-10
"""What is left of a variance of 1, given the others, that still counts as above 0: more than rounding leaves."""


def check_model(model: KineticModel) -> None:
    """Refuse a model whose rows do not fit together.

    Raises
    ------
    ModelTableError
        At the first fault; the message names the model, the row and what would do.
    """
    for find in (
        _link_faults,
        _parameter_faults,
        _analyte_faults,
        _reach_faults,
        _variability_faults,
        _fraction_faults,
        _reference_faults,
    ):
        for fault in find(model):
            raise ModelTableError(f"{model.id}: {fault}")


def _link_faults(model: KineticModel) -> Iterator[str]:
    for link in model.links:
        if sum(item is not None for item in (link.clearance, link.rate, link.mean_time)) != 1:
            yield f"link from {link.source} needs one of clearance, rate or mean_time."
        if link.clearance is not None and link.volume is None:
            yield f"link from {link.source} has a clearance but no volume; name the volume that it clears."
        if link.source == link.target:
            yield f"link from {link.source} leads back to it; name another compartment in `to`, or leave `to` out."


def _parameter_faults(model: KineticModel) -> Iterator[str]:
    units = {parameter.name: parameter.unit for parameter in model.parameters}
    for place, name, unit in _wanted(model):
        if name is not None and units.get(name) != unit:
            yield f"{place} needs a parameter {name!r} in {unit}; found {units.get(name)}."
    used = {name for _, name, _ in _wanted(model)}
    for name in units:
        if name not in used:
            yield f"no link and no analyte takes parameter {name!r}; leave it out, or name it where it belongs."


def _wanted(model: KineticModel) -> Iterator[tuple[str, str | None, str]]:
    """Yield each place that names a parameter, the name and the unit that it must have."""
    for link in model.links:
        place = f"link from {link.source}"
        yield place, link.clearance, "L/h"
        yield place, link.volume, "L"
        yield place, link.rate, "1/h"
        yield place, link.mean_time, "h"
        yield place, link.fraction, "1"
    for analyte in model.analytes:
        yield f"analyte {analyte.name}", analyte.volume, "L"


def _analyte_faults(model: KineticModel) -> Iterator[str]:
    first, *_ = model.analyte_names()
    if first != "ketamine":
        yield f"its first analyte is {first!r}; put ketamine first: doses are ketamine, and plots and spreads read it."


def _reach_faults(model: KineticModel) -> Iterator[str]:
    reached = _reached(model.dose_into, model.links)
    named = f"drug reaches {', '.join(reached)}"
    if not any(link.source == model.dose_into for link in model.links):
        yield f"dose_into is {model.dose_into!r}, which no link leaves; name a compartment of the links."
    for link in model.links:
        if link.source not in reached:
            yield f"link from {link.source!r}: no drug reaches it from {model.dose_into!r}; {named}."
    for analyte in model.analytes:
        if analyte.compartment not in reached:
            yield f"analyte {analyte.name} is in {analyte.compartment!r}, which no link reaches; {named}."


def _reached(start: str, links: Iterable[Link]) -> tuple[str, ...]:
    """Return the compartments that drug given into `start` comes to, in the order of the links."""
    reached = [start]
    for place in reached:  # grows while it is walked
        reached += [
            link.target
            for link in links
            if link.source == place and link.target is not None and link.target not in reached
        ]
    return tuple(dict.fromkeys(reached))


def _variability_faults(model: KineticModel) -> Iterator[str]:
    for section, rows in (("variability", model.variability), ("occasion_variability", model.occasion_variability)):
        variances = [row.on[0] for row in rows if len(row.on) == 1]
        pairs = [frozenset(row.on) for row in rows]
        for row in rows:
            said = " and ".join(row.on)
            if pairs.count(frozenset(row.on)) > 1:
                yield f"{section} of {said} is given twice; leave one."
            for name in row.on:
                if name not in variances:
                    yield f"{section}: covariance of {said}, but no variance of {name!r}; add one, or mend the name."
        if not _is_positive_definite(_correlations(rows, variances)):
            yield f"{section} is not positive definite: a covariance is too large for its variances; check both."


def _fraction_faults(model: KineticModel) -> Iterator[str]:
    fractions = {parameter.name for parameter in model.parameters if parameter.unit == "1"}
    for section, rows in (("variability", model.variability), ("occasion_variability", model.occasion_variability)):
        for name in (name for row in rows for name in row.on if name in fractions):
            yield f"{section} on {name!r}, a fraction: a log-normal spread would take it past 1; leave it out."


def _correlations(rows: Iterable[Variability], names: list[str]) -> list[list[float]]:
    value = {frozenset(row.on): row.value for row in rows}
    deviation = {name: value[frozenset({name})] ** 0.5 for name in names}
    return [
        [value.get(frozenset({one, other}), 0.0) / (deviation[one] * deviation[other]) for other in names]
        for one in names
    ]


def _is_positive_definite(matrix: list[list[float]]) -> bool:
    """Tell by elimination: every pivot must stay above 0."""
    while matrix:
        (pivot, *first), *rest = matrix
        if pivot < SINGULAR:
            return False
        matrix = [[item - row[0] / pivot * above for item, above in zip(row[1:], first, strict=True)] for row in rest]
    return True


def _studied(model: KineticModel) -> tuple[StudiedRange | None, ...]:
    return tuple(getattr(model.studied, item.name) for item in fields(Studied))


def _reference_faults(model: KineticModel) -> Iterator[str]:
    for own in model.own_references:
        if references().get(own.id, own) != own:
            yield f"[references.{own.id}] says something else than the packaged row; give it another id."
    provenances = [
        *(row.provenance for row in model.parameters),
        *(row.provenance for row in (*model.variability, *model.occasion_variability)),
        *(row.provenance for row in model.residuals),
        *(row.provenance for row in model.enantiomer_factors),
        *(row.provenance for row in _studied(model) if row is not None),
    ]
    cited = {*model.sources, *(provenance.source for provenance in provenances)}
    unknown = cited - set(references()) - {own.id for own in model.own_references}
    if unknown:
        yield f"sources {sorted(unknown)} have no reference row; add [references.ID] with citation and read."
