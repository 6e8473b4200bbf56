"""Effects for looking at: perception, blood pressure, published outcomes; each stamped as what it is.

None of these is a forecast for one person, an input to an alert, or a reason to change a dose, rate or discharge.
"""

import math
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import Quantity, effect_table
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import EffectSite, published_effect_site
from sereniv.pharmacology.export import About, Result, plain
from sereniv.pharmacology.limits import limit_warnings
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.subject import Subject

Floats = NDArray[np.float64]

Stamp = Literal["published, volunteers", "illustrative", "illustrative hypothesis", "published, group result"]
Pressure = Literal["systolic", "diastolic"]

EFFECT_MODEL = "simons-2022"
"""The arterial model that effect sites hang on: venous ones already contain a lag."""

Z95 = 1.6448536269514722
"""Standard normal quantile of 95 %."""

BEYOND_THE_FIT = 1.1
"""How far above the level it was fitted at a straight line may be read without a word: people differ in weight."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EffectView(Result):
    """A curve with its band, its stamp and what it rests on.

    Attributes
    ----------
    model
        Id of the kinetic model that drives it.
    middle
        The central curve, shape (t,); None where only a band may be shown.
    low, high
        The band, shape (t,).
    unit
        UCUM; "1" is a share.
    quantity, spans
        What the curve is, for its axis, and what the band spans, for its legend.
    dosing
        What was given.
    basis
        What the view is made of and leaves out.
    warnings
        Limits that the person or dose crosses in the model behind it, and what that model assumes: show them with it.
    references
        Ids of the sources used; `cite` spells them out.
    limits
        What the person or dose crosses of ranges, studied or ours, and of what the effect was fitted at: to stand
        beside the panel, never folded away. Part of `warnings`.
    beyond
        True at the times where the level lies beyond what the effect was fitted at, shape (t,); such times are not
        drawn. Numbers there are a straight line carried on.
    levels
        Published levels to read it against, concentrations; see `reference_levels`.
    """

    title: str
    stamp: Stamp
    model: str
    unit: str
    quantity: str
    spans: str
    dosing: Dosing
    time_min: Floats
    middle: Floats | None
    low: Floats
    high: Floats
    basis: tuple[str, ...]
    warnings: tuple[str, ...]
    references: tuple[str, ...]
    levels: tuple[Quantity, ...] = ()
    limits: tuple[str, ...] = ()
    beyond: NDArray[np.bool_] | None = None

    def shown(self) -> NDArray[np.bool_]:
        """Return True at the times that may be drawn, shape (t,)."""
        return np.ones(self.time_min.shape, dtype=bool) if self.beyond is None else ~self.beyond

    def about(self) -> About:
        """Return model, unit, warnings (the basis among them) and references."""
        return About(
            title=self.title,
            model=self.model,
            unit=self.unit,
            warnings=(*self.warnings, *self.basis),
            references=self.references,
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings; null where only a band may be shown."""
        return {
            "title": self.title,
            "stamp": self.stamp,
            "model": self.model,
            "unit": self.unit,
            "quantity": self.quantity,
            "spans": self.spans,
            "given": self.dosing.describe(),
            "time_min": plain(self.time_min),
            "middle": None if self.middle is None else plain(self.middle),
            "low": plain(self.low),
            "high": plain(self.high),
            "basis": list(self.basis),
            "warnings": list(self.warnings),
            "limits": list(self.limits),
            "beyond": (~self.shown()).tolist(),
            "references": list(self.references),
            "levels": [
                {"name": item.name, "value": item.value, "unit": item.unit, "meaning": item.meaning, "n": item.n}
                for item in self.levels
            ],
        }

    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return time_min, low, middle (left out where only a band may be shown) and high, each of shape (t,)."""
        middle = {} if self.middle is None else {"middle": self.middle}
        return {"time_min": self.time_min, "low": self.low, **middle, "high": self.high}


def _at_site(dosing: Dosing, times_min: ArrayLike, subject: Subject, site: EffectSite) -> Profile:
    return simulate(EFFECT_MODEL, dosing, times_min, subject=subject, outputs=("ketamine",), effect_site=site)


def perceptual_effect(dosing: Dosing, times_min: ArrayLike, *, subject: Subject) -> EffectView:
    """Return external-perception effect as a share of its maximum, C / (C + C50), against the effect-site level.

    olofsen-2022, 17 volunteers; Simons 2022 drives it. R-ketamine did not contribute there, so that of arketamine
    alone is zero.

    Parameters
    ----------
    dosing
        What is given.
    times_min
        Sample times in minutes, shape (t,), in order.
    subject
        The person.

    Returns
    -------
    EffectView
        Shares of shape (t,). The band runs over the published intervals of half-time (5.1-13.0 min) and C50
        (90-157 ng/mL S-ketamine); `levels` are those of `reference_levels`.

    Raises
    ------
    ValueError
        For times that are not finite, negative or out of order.
    """
    c50 = effect_table("effect_site")["c50_perception"]
    profiles = [_at_site(dosing, times_min, subject, site) for site in published_effect_site()]
    levels = [profile.effect_site for profile in profiles]
    every = [level / (level + c) for level, c in product(levels, (c50.value, c50.low or 0.0, c50.high or 0.0))]
    others = reference_levels()
    sources = (*profiles[0].references, c50.provenance.source, *(item.provenance.source for item in others))
    return EffectView(
        title="Perceptual effect, share of maximum: published in volunteers, not a forecast for one person",
        stamp="published, volunteers",
        model=EFFECT_MODEL,
        unit="1",
        quantity="effect, share of maximum",
        spans="published intervals of half-time and C50",
        dosing=dosing,
        time_min=profiles[0].time_min,
        middle=levels[0] / (levels[0] + c50.value),
        low=np.min(every, axis=0),
        high=np.max(every, axis=0),
        basis=(
            "S-ketamine at the effect site of Simons 2022 (arterial), half-time 8.3 (5.1-13.0) min.",
            "Half the effect at 121 (90-157) ng/mL S-ketamine, 17 volunteers.",
            "C / (C + C50): a Hill coefficient of 1 and a maximum of 1 are assumed.",
            "R-ketamine did not contribute to the effect (Olofsen 2022): of arketamine alone it is zero here. "
            "The small antagonism of S-norketamine found there is left out.",
            "Between people, dissociation scores vary more than this band.",
        ),
        warnings=profiles[0].warnings,
        limits=limit_warnings(profiles[0].model, dosing, subject),
        references=tuple(dict.fromkeys(sources)),
        levels=others,
    )


def reference_levels() -> tuple[Quantity, ...]:
    """Return published S-ketamine levels (ng/mL) of other effects, to read perception against; none enters its curve.

    Half the drug-high effect, at the effect site of an oral film (simons-2022-part2), and the plasma level above
    which psychotomimetic effects were consistent (hartvig-1995).
    """
    table = effect_table("effect_site")
    return table["c50_drug_high"], table["psychotomimetic_threshold"]


def blood_pressure_rise(
    dosing: Dosing, times_min: ArrayLike, *, subject: Subject, which: Pressure = "systolic"
) -> EffectView:
    """Return the rise of blood pressure over baseline in a population, mmHg: mean and 5-95 % of people.

    A construction fitted to one published mean (yale-2024): it shows the usual course, and no alarm or threshold may
    be taken from it; those come from measured pressure alone.

    Parameters
    ----------
    dosing
        What is given: racemate or S.
    times_min
        Sample times in minutes, shape (t,), in order.
    subject
        The person whose weight and age Simons 2022 runs with; the band is of people, not of this person.
    which
        "systolic" or "diastolic".

    Returns
    -------
    EffectView
        mmHg of shape (t,), zero being baseline. A warning says where the level lies above the one the line was
        fitted at.

    Raises
    ------
    ValueError
        For arketamine, whose effect on pressure is not modelled, another `which`, and times that are not finite,
        negative or out of order.
    """
    if dosing.drug == "R":
        raise ValueError(
            "The effect of R-ketamine on blood pressure is not modelled: the slope is that of S-ketamine, and no "
            "figure for R was found. Give a dosing of racemic ketamine or esketamine."
        )
    if which not in ("systolic", "diastolic"):
        raise ValueError(f"which is {which!r}; give 'systolic' or 'diastolic'.")
    table = effect_table("vitals")
    slope = table[f"{which}_slope"].value
    half_time = table["half_time"]
    site = EffectSite(half_time_min=half_time.value, source=half_time.provenance.source)
    profile = _at_site(dosing, times_min, subject, site)
    level = profile.effect_site
    sigma = math.sqrt(math.log1p(table["slope_cv"].value ** 2))
    median = slope / math.exp(sigma**2 / 2)
    far = _beyond_the_fit(level, table["fitted_level"])
    return EffectView(
        title=f"Rise of {which} pressure in a population: illustrative, never an alarm limit",
        stamp="illustrative",
        model=EFFECT_MODEL,
        unit="mm[Hg]",
        quantity=f"rise of {which} pressure over baseline",
        spans="90 % of people",
        dosing=dosing,
        time_min=profile.time_min,
        middle=slope * level,
        low=median * math.exp(-Z95 * sigma) * level,
        high=median * math.exp(Z95 * sigma) * level,
        basis=(
            "Linear in S-ketamine at a site with half-time 2.3 min behind Simons 2022 (arterial); R-ketamine's part is "
            "not modelled.",
            "The slope was fitted to one mean: +16.0 / +11.0 mmHg at 40 min, 138 patients, 2342 infusions.",
            "A straight line through that one mean, of 0.5 mg/kg over 40 min: other doses and times are extrapolated.",
            "Pressure was back to baseline within 1.5 h after infusion in 49 inpatients.",
        ),
        warnings=(*far, *profile.warnings),
        limits=(*far, *limit_warnings(profile.model, dosing, subject)),
        beyond=level > BEYOND_THE_FIT * table["fitted_level"].value,
        references=tuple(dict.fromkeys((*profile.references, "yale-2024", "szarmach-2020"))),
    )


def _beyond_the_fit(level: Floats, fitted: Quantity) -> tuple[str, ...]:
    highest = float(level.max(initial=0.0))
    if highest <= BEYOND_THE_FIT * fitted.value:
        return ()
    return (
        f"S-ketamine at the site reaches {highest:.0f} ng/mL, the line was fitted at {fitted.value:g} ng/mL "
        "(0.5 mg/kg over 40 min): a straight line through one mean, extrapolated, and not drawn there.",
    )


def published_outcomes() -> tuple[Quantity, ...]:
    """Return published group outcomes with their n, to draw as reference points; no curve is fitted to them."""
    return tuple(effect_table("outcomes").values())
