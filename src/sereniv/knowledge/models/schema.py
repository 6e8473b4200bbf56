"""What a kinetic model's table says, as frozen rows in canonical units (L, h, kg, mg)."""

from dataclasses import dataclass
from typing import Literal

from sereniv.knowledge.models.citations import Reference

Tag = Literal["R", "RN", "R2", "C"]
"""How a number was obtained: read in the source, through a compilation, second-hand, or computed."""

Site = Literal["venous", "arterial"]
Role = Literal["default", "second opinion", "legacy"]
Describes = Literal["S", "racemate"]
Racemate = Literal["split", "as one"]
Basis = Literal["mass", "moles"]
Enantiomer = Literal["S", "R"]
StudiedAs = Literal["range", "mean", "given"]
Unit = Literal["L", "L/h", "1/h", "h", "1"]

CANONICAL: dict[str, tuple[Unit, float]] = {
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

LEVELS: dict[str, tuple[str, ...]] = {"sex": ("female", "male"), "asian": ("yes", "no")}
"""The categories that a covariate may be of, and their levels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where one value comes from: how it was read, the reference's id, and the table or equation in it."""

    tag: Tag
    source: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCovariate:
    """Multiply by (covariate / reference) ** exponent."""

    on: Literal["weight_kg"]
    reference: float
    exponent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearAboveCovariate:
    """Add slope for each unit of the covariate above the knot; nothing below it. The slope is in canonical units."""

    on: Literal["age_years"]
    knot: float
    slope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorCovariate:
    """Multiply by a factor for people at one level of a category."""

    on: Literal["sex", "asian"]
    level: str
    factor: float


Covariate = PowerCovariate | LinearAboveCovariate | FactorCovariate


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One structural parameter: value in its canonical unit (L, L/h, 1/h, h or 1), covariates and provenance."""

    name: str
    value: float
    unit: Unit
    printed: str
    covariates: tuple[Covariate, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """First-order flow out of one compartment into another, or out of the body when `target` is None.

    The rate constant is one of `clearance / volume`, `rate`, or `stages / mean_time`; `fraction` of the flow arrives
    at the target and the rest leaves the body. Each name is a parameter's.
    """

    source: str
    target: str | None
    clearance: str | None = None
    volume: str | None = None
    rate: str | None = None
    mean_time: str | None = None
    stages: int = 1
    fraction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """A measured substance: the compartment and volume it is seen in.

    `mass_ratio` is how many mg of it there are for each mg of ketamine in its state: 1 where the table's `basis` is
    mass, the ratio of molar masses where the state counts moles. `s_only` marks an analyte modelled for the S half of
    a racemic dose alone.
    """

    name: str
    compartment: str
    volume: str
    mass_ratio: float
    s_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Variability:
    """A variance (one parameter) or covariance (two) of log-normal variability between people."""

    on: tuple[str, ...]
    value: float
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """Measurement-scale error of one analyte: a proportional or log SD, or an additive SD in ng/mL."""

    analyte: str
    form: Literal["proportional", "additive", "log"]
    sd: float
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class EnantiomerFactor:
    """What a parameter is multiplied by when the model runs for the other enantiomer."""

    enantiomer: Enantiomer
    parameter: str
    value: float
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiedRange:
    """What a source says of whom or what it studied, and where it says so.

    `of` is "range" where these are the lowest and highest studied, "mean" where they are means of groups and the range
    was not read, and "given" where they are the doses or durations that were given.
    """

    low: float
    high: float
    of: StudiedAs
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """The people and doses that a model was estimated from; None where the sources read do not say."""

    weight_kg: StudiedRange | None = None
    age_years: StudiedRange | None = None
    dose_mg: StudiedRange | None = None
    dose_mg_per_kg: StudiedRange | None = None
    infusion_min: StudiedRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OurUse:
    """Closed ranges that we chose to use a model within: ours (evidence "default"), no paper's; None where none."""

    weight_kg: tuple[float, float] | None = None
    age_years: tuple[float, float] | None = None
    dose_mg_per_kg: tuple[float, float] | None = None
    infusion_min: tuple[float, float] | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KineticModel:
    """A published linear kinetic model as cited data; `id` names it everywhere.

    `own_references` are the sources that its table brings along; the packaged ones stand in `references()`.
    """

    id: str
    title: str
    role: Role
    site: Site
    sources: tuple[str, ...]
    describes: Describes
    racemate: Racemate
    population: str
    caveats: tuple[str, ...]
    dose_into: str
    studied: Studied
    our_use: OurUse
    parameters: tuple[Parameter, ...]
    compartments: tuple[str, ...]
    links: tuple[Link, ...]
    analytes: tuple[Analyte, ...]
    enantiomer_factors: tuple[EnantiomerFactor, ...]
    variability: tuple[Variability, ...]
    occasion_variability: tuple[Variability, ...]
    residuals: tuple[Residual, ...]
    own_references: tuple[Reference, ...]

    def __hash__(self) -> int:
        """Return a hash of the id and the values: what is kept for a model is asked for too often to hash it whole."""
        return hash((self.id, *(parameter.value for parameter in self.parameters)))

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name; KeyError when the model has none."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(f"{self.id} has no parameter {name!r}; it has {', '.join(p.name for p in self.parameters)}.")

    def analyte_names(self) -> tuple[str, ...]:
        """Return the names of what the model predicts, parent first."""
        return tuple(analyte.name for analyte in self.analytes)
