"""The predicted curve for a plan or a charted session: median, variability band and model spread, ready for a page.

Never a dosing, rate or discharge prompt, and never an alert's input.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel, LinearAboveCovariate, reference
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import published_effect_site
from sereniv.pharmacology.export import NOT_MEASURED
from sereniv.pharmacology.limits import beside_studied, limits_crossed, studied_in_words
from sereniv.pharmacology.population import Described, population
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.solver import Engine
from sereniv.pharmacology.spread import applicable_models
from sereniv.pharmacology.subject import Sex, Subject
from sereniv.pharmacology.views import EFFECT_MODEL
from sereniv.units import CONCENTRATION, hours_from_minutes, minutes_from_hours

Floats = NDArray[np.float64]

TITLE = NOT_MEASURED

BAND = (5.0, 50.0, 95.0)

LEAST_HOURS, HOURS_AFTER, MOST_HOURS = 4.0, 2.0, 48.0
"""A curve is drawn over at least four hours, and on for two after the last drug."""

FEWEST_PEOPLE = 20

SEED = 20211
"""The virtual people are the same for every plan, so that a page shows the same band each time it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCurve:
    """One model's median and 5-95 % band (None where the model has no published variability), ng/mL."""

    model: str
    title: str
    site: str
    median: list[float]
    low: list[float] | None
    high: list[float] | None
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBand:
    """Predicted total ketamine for one plan, as plain lists: everything a page needs to draw and explain it.

    Attributes
    ----------
    median, low, high
        The default model's median and 5-95 % of virtual people with this person's covariates, ng/mL.
    spread_low, spread_high
        Lowest and highest median over all applicable models, those of arterial and of venous blood alike.
    venous_low, venous_high
        Lowest and highest median over the models of venous blood, which is what a sample from an arm shows.
    curves
        Every model's own curve.
    effect_site, effect_low, effect_high
        S-ketamine at the effect site (half-time 8.3, 5.1-13.0 min, Simons 2022), None when not asked for.
    dose_mg, given, running_min
        The whole dose, what is given in words, and start and end of each infusion.
    people
        Whom the median and band are of, in words: the covariates that a model shown here reads.
    limits
        What the person and dose cross of the default model: ranges studied, and our own ranges of use. To be seen with
        the curve, as is `studied`.
    studied
        What the default model was studied at, where person and dose are other and no range was read.
    assumptions, warnings, references
        To be had with the curve; references are citations in full.
    """

    title: str
    unit: str
    time_min: list[float]
    median: list[float]
    low: list[float]
    high: list[float]
    spread_low: list[float]
    spread_high: list[float]
    venous_low: list[float]
    venous_high: list[float]
    curves: list[ModelCurve]
    effect_site: list[float] | None
    effect_low: list[float] | None
    effect_high: list[float] | None
    dose_mg: float
    given: str
    running_min: list[tuple[float, float]]
    people: str
    limits: list[str]
    studied: list[str]
    assumptions: list[str]
    warnings: list[str]
    references: list[str]

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings."""
        return asdict(self)

    def table(self, every_min: float = 10.0) -> list[dict[str, float | None]]:
        """Return the chart's table twin: a row every so many minutes (above 0), ng/mL rounded to whole numbers.

        `arterial` is the highest median of the arterial models, None where none is shown.
        """
        if not every_min > 0:
            raise ValueError(f"every_min is {every_min}; give minutes above 0.")
        levels = ("median", "low", "high", "spread_low", "spread_high", "venous_low", "venous_high")
        arterial = [curve.median for curve in self.arterial()]
        rows = []
        for i, minute in enumerate(self.time_min):
            if abs(minute / every_min - round(minute / every_min)) < 1e-9:
                row: dict[str, float | None] = {"time_min": minute}
                row |= {name: round(getattr(self, name)[i]) for name in levels}
                rows.append(row | {"arterial": round(max(each[i] for each in arterial)) if arterial else None})
        return rows

    def summary(self) -> str:
        """Return the curve in words, for a screen reader."""
        top = max(range(len(self.median)), key=self.median.__getitem__)
        return (
            f"{self.title}. Predicted total ketamine peaks at {self.time_min[top]:g} min: median "
            f"{self.median[top]:.0f} ng/mL, 90 % of virtual people {self.low[top]:.0f} to {self.high[top]:.0f}, "
            f"{self.models_in_words()} {self.spread_low[top]:.0f} to {self.spread_high[top]:.0f} ng/mL."
        )

    def arterial(self) -> list[ModelCurve]:
        """Return the curves of arterial blood, which lie well above those of venous blood during an infusion."""
        return [curve for curve in self.curves if curve.site == "arterial"]

    def models_in_words(self) -> str:
        """Return how many models are shown and of which blood, such as "4 published models (3 venous, 1 arterial)"."""
        arterial = len(self.arterial())
        return f"{len(self.curves)} published models ({len(self.curves) - arterial} venous, {arterial} arterial)"


def plan_band(
    dosing: Dosing,
    *,
    weight_kg: float,
    age_years: float | None = None,
    sex: Sex | None = None,
    hours: float | None = None,
    step_min: float = 1.0,
    people: int = 1000,
    effect_site: bool = False,
    engine: Engine = "numpy",
) -> PlanBand:
    """Predict total ketamine of a plan or a charted session with its variability and the spread of models.

    Parameters
    ----------
    dosing
        The planned or charted dosing; minute 0 is the start.
    weight_kg, age_years, sex
        The person's covariates; age and sex may be unknown.
    hours, step_min
        Length and spacing of the time grid; when left out, four hours or two hours after the last drug, if later.
    people
        Virtual people behind the 5-95 % band, from each model's own variability; at least 20.
    effect_site
        Also predict S-ketamine at the effect site.
    engine
        "numpy" on a page: nothing is compiled on a request.

    Returns
    -------
    PlanBand
        Plain lists, ng/mL, with what was assumed.

    Raises
    ------
    ValueError
        When the person's covariates or the grid cannot be.
    """
    shown_hours = _hours(dosing) if hours is None else hours
    if not (0 < shown_hours <= MOST_HOURS and 0 < step_min <= min(60.0, minutes_from_hours(shown_hours))):
        raise ValueError(
            f"hours is {hours} and step_min {step_min}; give up to {MOST_HOURS:g} hours and steps of up to 60 minutes, "
            "no longer than the whole."
        )
    if people < FEWEST_PEOPLE:
        raise ValueError(f"people is {people}; give at least {FEWEST_PEOPLE} virtual people for a 5-95 % band.")
    subject = Subject(weight_kg=weight_kg, age_years=age_years, sex=sex)
    described = Described(weight_kg=weight_kg, age_years=age_years, sex=sex)
    steps = round(minutes_from_hours(shown_hours) / step_min)
    times = np.linspace(0.0, steps * step_min, steps + 1)
    chosen, said = applicable_models(subject)
    curves: list[ModelCurve] = []
    references: list[str] = []
    for item in chosen:
        typical = simulate(item, dosing, times, subject=subject, outputs=("ketamine",))
        references += typical.references
        low = high = None
        median = typical.ketamine
        if item.variability:
            virtual = population(item, people, seed=SEED, described=described)
            values = simulate(item, dosing, times, subject=virtual, outputs=("ketamine",), engine=engine).ketamine
            low, median, high = percentiles(values, BAND)
        curves.append(
            ModelCurve(
                model=item.id,
                title=item.title,
                site=item.site,
                median=median.tolist(),
                low=None if low is None else low.tolist(),
                high=None if high is None else high.tolist(),
                warnings=list(typical.warnings),
            )
        )
    medians = np.array([curve.median for curve in curves])
    venous = np.array([curve.median for curve in curves if curve.site == "venous"])
    first, whom = curves[0], _whom(chosen, subject)
    limits = list(limits_crossed(chosen[0], dosing, subject))
    site = _effect(dosing, times, subject) if effect_site else None
    return PlanBand(
        title=TITLE,
        unit=CONCENTRATION,
        time_min=times.tolist(),
        median=first.median,
        low=first.low or first.median,
        high=first.high or first.median,
        spread_low=medians.min(axis=0).tolist(),
        spread_high=medians.max(axis=0).tolist(),
        venous_low=venous.min(axis=0).tolist(),
        venous_high=venous.max(axis=0).tolist(),
        curves=curves,
        effect_site=site[0] if site else None,
        effect_low=site[1] if site else None,
        effect_high=site[2] if site else None,
        dose_mg=dosing.total_mg() * (weight_kg if dosing.per_kg else 1.0),
        given=dosing.describe(),
        running_min=list(dosing.running_min()),
        people=whom,
        limits=limits,
        studied=list(beside_studied(chosen[0], dosing, subject)),
        assumptions=[
            f"Median and 90 % band: {first.title}, {people} virtual {whom}; variability between people only, no "
            "measurement error.",
            said,
            "Arterial models lie well above venous ones during an infusion; a sample from an arm is venous.",
            *(studied_in_words(item) for item in chosen),
            "Total drug in plasma, racemic ketamine unless said otherwise; dose in mg of ketamine base.",
            "Not a basis for dose, rate or discharge, and not used by any alert.",
        ],
        warnings=list(
            dict.fromkeys(
                item if item in limits else _of(curve.title, item) for curve in curves for item in curve.warnings
            )
        ),
        references=[reference(item).text() for item in dict.fromkeys([*references, *_site_references(effect_site)])],
    )


def _hours(dosing: Dosing) -> float:
    """Return how long to draw a regimen: long enough to see the level fall."""
    last_min = max((sitting.stop_min for sitting in dosing.sittings()), default=0.0)
    return min(MOST_HOURS, max(LEAST_HOURS, math.ceil(hours_from_minutes(last_min) + HOURS_AFTER)))


def _whom(models: tuple[KineticModel, ...], subject: Subject) -> str:
    """Say whom the curves are of by what the models read: weight, age where it counts, sex where a model has it."""
    covariates = [each for item in models for parameter in item.parameters for each in parameter.covariates]
    words = f"people of {subject.weight_kg:g} kg"
    knots = [each.knot for each in covariates if isinstance(each, LinearAboveCovariate) and each.on == "age_years"]
    if subject.age_years is not None and knots and subject.age_years > min(knots):
        words += f" and {subject.age_years:g} years"
    if subject.sex is not None and any(each.on == "sex" for each in covariates):
        words += f", {subject.sex}"
    return words


def _of(title: str, said: str) -> str:
    """Name the model in a sentence that does not name it itself."""
    return said if title in said else f"{title}: {said}"


def percentiles(values: Floats, wanted: tuple[float, ...]) -> Floats:
    """Return percentiles over people (axis 0) of values (n, t) as (percentiles, t), linearly interpolated.

    Whole rows are sorted, which the processor does side by side: a partial sort around the ranks was measured slower.
    """
    ordered = np.ascontiguousarray(values.T)
    ordered.sort(axis=1)
    places = np.array(wanted) / 100.0 * (ordered.shape[1] - 1)
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    share = places - below
    found: Floats = (ordered[:, below] * (1 - share) + ordered[:, above] * share).T
    return found


def _effect(
    dosing: Dosing, times: NDArray[np.floating], subject: Subject
) -> tuple[list[float], list[float], list[float]]:
    levels = [
        simulate(EFFECT_MODEL, dosing, times, subject=subject, outputs=("ketamine",), effect_site=site).effect_site
        for site in published_effect_site()
    ]
    return levels[0].tolist(), np.min(levels, axis=0).tolist(), np.max(levels, axis=0).tolist()


def _site_references(effect_site: bool) -> tuple[str, ...]:
    return (published_effect_site()[0].source,) if effect_site else ()
