"""Effects for looking at: perception, blood pressure, published outcomes; each stamped as what it is.

None of these is a forecast for one person, an input to an alert, or a reason to change a dose, rate or discharge.
"""

import math
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import Quantity, effect_table, reference
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import EffectSite, published_effect_site
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.subject import Subject

Floats = NDArray[np.float64]

Stamp = Literal["published, volunteers", "illustrative", "illustrative hypothesis", "published, group result"]

EFFECT_MODEL = "simons-2022"
"""The arterial model that effect sites hang on: venous ones already contain a lag."""

Z95 = 1.6448536269514722
"""Standard normal quantile of 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectView:
    """A curve with its band, its stamp and what it rests on.

    Attributes
    ----------
    middle
        The central curve, shape (t,); None where only a band may be shown.
    low, high
        The band, shape (t,).
    quantity, spans
        What the curve is, for its axis, and what the band spans, for its legend.
    dosing
        What was given.
    """

    title: str
    stamp: Stamp
    unit: str
    quantity: str
    spans: str
    dosing: Dosing
    time_min: Floats
    middle: Floats | None
    low: Floats
    high: Floats
    basis: tuple[str, ...]
    references: tuple[str, ...]

    def cite(self) -> str:
        """Return the references behind this view, one a line."""
        return "\n".join(reference(item).text() for item in self.references)

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings."""
        return {
            "title": self.title,
            "stamp": self.stamp,
            "unit": self.unit,
            "quantity": self.quantity,
            "spans": self.spans,
            "given": self.dosing.describe(),
            "time_min": self.time_min.tolist(),
            "middle": None if self.middle is None else self.middle.tolist(),
            "low": self.low.tolist(),
            "high": self.high.tolist(),
            "basis": list(self.basis),
            "references": list(self.references),
        }


def _site_level(dosing: Dosing, times_min: ArrayLike, subject: Subject, half_time_min: float) -> Floats:
    site = EffectSite(half_time_min=half_time_min)
    return simulate(
        EFFECT_MODEL, dosing, times_min, subject=subject, outputs=("ketamine",), effect_site=site
    ).effect_site


def perceptual_effect(dosing: Dosing, times_min: ArrayLike, *, subject: Subject) -> EffectView:
    """Return external-perception effect as a share of its maximum, C / (C + C50), against the effect-site level.

    The band runs over the published intervals of half-time (5.1-13.0 min) and C50 (90-157 ng/mL S-ketamine):
    olofsen-2022, 17 volunteers. Simons 2022 drives it; R-ketamine does not contribute.
    """
    c50 = effect_table("effect_site")["c50_perception"]
    sites = published_effect_site()
    levels = [_site_level(dosing, times_min, subject, site.half_time_min) for site in sites]
    middle = levels[0] / (levels[0] + c50.value)
    every = [level / (level + c) for level, c in product(levels, (c50.value, c50.low or 0.0, c50.high or 0.0))]
    return EffectView(
        title="Perceptual effect, share of maximum: published in volunteers, not a forecast for one person",
        stamp="published, volunteers",
        unit="1",
        quantity="effect, share of maximum",
        spans="published intervals of half-time and C50",
        dosing=dosing,
        time_min=np.asarray(times_min, dtype=float),
        middle=middle,
        low=np.min(every, axis=0),
        high=np.max(every, axis=0),
        basis=(
            "S-ketamine at the effect site of Simons 2022 (arterial), half-time 8.3 (5.1-13.0) min.",
            "Half the effect at 121 (90-157) ng/mL S-ketamine, 17 volunteers.",
            "Between people, dissociation scores vary more than this band.",
        ),
        references=("simons-2022", c50.provenance.source),
    )


def blood_pressure_rise(
    dosing: Dosing, times_min: ArrayLike, *, subject: Subject, which: Literal["systolic", "diastolic"] = "systolic"
) -> EffectView:
    """Return the rise of blood pressure over baseline in a population, mmHg: mean and 5-95 % of people.

    A construction fitted to one published mean (yale-2024): it shows the usual course, and no alarm or threshold may
    be taken from it; those come from measured pressure alone.
    """
    table = effect_table("vitals")
    slope = table[f"{which}_slope"].value
    level = _site_level(dosing, times_min, subject, table["half_time"].value)
    sigma = math.sqrt(math.log1p(table["slope_cv"].value ** 2))
    median = slope / math.exp(sigma**2 / 2)
    return EffectView(
        title=f"Rise of {which} pressure in a population: illustrative, never an alarm limit",
        stamp="illustrative",
        unit="mm[Hg]",
        quantity=f"rise of {which} pressure over baseline",
        spans="90 % of people",
        dosing=dosing,
        time_min=np.asarray(times_min, dtype=float),
        middle=slope * level,
        low=median * math.exp(-Z95 * sigma) * level,
        high=median * math.exp(Z95 * sigma) * level,
        basis=(
            "Linear in S-ketamine at a site with half-time 2.3 min behind Simons 2022 (arterial).",
            "The slope was fitted to one mean: +16.0 / +11.0 mmHg at 40 min, 138 patients, 2342 infusions.",
            "Pressure was back to baseline within 1.5 h after infusion in 49 inpatients.",
        ),
        references=("simons-2022", "yale-2024", "szarmach-2020", table["half_time"].provenance.source),
    )


def published_outcomes() -> tuple[Quantity, ...]:
    """Return published group outcomes with their n, to draw as reference points; no curve is fitted to them."""
    return tuple(effect_table("outcomes").values())
