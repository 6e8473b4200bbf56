"""Model spread: the same regimen through every applicable published model."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.catalogue import models
from sereniv.pharmacology.derived import with_age
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.export import NOT_MEASURED, About, Result, plain
from sereniv.pharmacology.limits import OBESE_ABOVE_KG
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.subject import Subject
from sereniv.units import CONCENTRATION

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Spread(Result):
    """One regimen and person through several models: total ketamine, ng/mL.

    Attributes
    ----------
    profiles
        Each model's result with its own warnings.
    low, high
        The lowest and highest of the models at each time, shape (t,).
    warnings
        What the spread is; `about` adds each model's own.
    """

    time_min: Floats
    profiles: tuple[Profile, ...]
    low: Floats
    high: Floats
    warnings: tuple[str, ...]

    def about(self) -> About:
        """Return the models, the unit, every model's warnings under its id, and all references."""
        own = (f"{profile.model.id}: {item}" for profile in self.profiles for item in profile.warnings)
        cited = (item for profile in self.profiles for item in profile.references)
        return About(
            title=f"{NOT_MEASURED}: spread of published models",
            model=", ".join(profile.model.id for profile in self.profiles),
            unit=CONCENTRATION,
            warnings=(*self.warnings, *own),
            references=tuple(dict.fromkeys(cited)),
            own_references=tuple(row for profile in self.profiles for row in profile.model.own_references),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings."""
        return {
            "unit": CONCENTRATION,
            "time_min": plain(self.time_min),
            "low": plain(self.low),
            "high": plain(self.high),
            "models": [profile.as_json() for profile in self.profiles],
            "warnings": list(self.warnings),
            "references": list(self.about().references),
        }

    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return time_min, total ketamine by model id, low and high, ng/mL, each of shape (t,)."""
        curves = {profile.model.id: profile.ketamine for profile in self.profiles}
        return {"time_min": self.time_min, **curves, "low": self.low, "high": self.high}


def applicable_models(subject: Subject) -> tuple[tuple[KineticModel, ...], str]:
    """Return the models to show side by side for a person, and a sentence that says which and why.

    Legacy models never. Above 95 kg the others stay, each extrapolated and saying so: what is known no better there
    must not look better known. What weight does lies between Otto on total weight and the weight-free Perez-Ruixo.
    """
    chosen = tuple(item for item in models() if item.role != "legacy")
    said = f"The spread is the lowest and highest of {len(chosen)} published models, not a confidence interval."
    if subject.weight_kg > OBESE_ABOVE_KG:
        said += (
            f" Above {OBESE_ABOVE_KG:g} kg none of them is validated; Otto 2021 on total weight and Perez-Ruixo 2021, "
            "which has no weight effect, bracket what weight may do."
        )
    return tuple(with_age(item, subject.age_years) for item in chosen), said


def spread(dosing: Dosing, times_min: ArrayLike, *, subject: Subject) -> Spread:
    """Run a regimen through every applicable model for a typical person of these covariates.

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
    Spread
        Each model's total ketamine and the range over models, ng/mL.
    """
    chosen, said = applicable_models(subject)
    profiles = tuple(simulate(item, dosing, times_min, subject=subject, outputs=("ketamine",)) for item in chosen)
    stacked = np.array([profile.ketamine for profile in profiles])
    sites = "Arterial models (Simons 2022) lie above venous ones during an infusion."
    warnings = (said, sites) if any(item.site == "arterial" for item in chosen) else (said,)
    return Spread(
        time_min=profiles[0].time_min,
        profiles=profiles,
        low=stacked.min(axis=0),
        high=stacked.max(axis=0),
        warnings=warnings,
    )
