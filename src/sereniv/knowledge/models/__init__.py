"""Published kinetic and effect parameter sets as cited, typed, frozen rows."""

from sereniv.knowledge.models.citations import Reference, reference, references
from sereniv.knowledge.models.keys import ModelTableError
from sereniv.knowledge.models.loader import kinetic_model_ids, load_kinetic_model, parse_kinetic_model
from sereniv.knowledge.models.quantities import Quantity, Unknown, effect_table, unknowns
from sereniv.knowledge.models.schema import (
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

__all__ = [
    "Analyte",
    "Covariate",
    "EnantiomerFactor",
    "FactorCovariate",
    "KineticModel",
    "LinearAboveCovariate",
    "Link",
    "ModelTableError",
    "OurUse",
    "Parameter",
    "PowerCovariate",
    "Provenance",
    "Quantity",
    "Reference",
    "Residual",
    "Studied",
    "StudiedRange",
    "Unknown",
    "Variability",
    "effect_table",
    "kinetic_model_ids",
    "load_kinetic_model",
    "parse_kinetic_model",
    "reference",
    "references",
    "unknowns",
]
