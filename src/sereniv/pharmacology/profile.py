"""The result of a simulation: concentrations with their warnings and references."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.export import NOT_MEASURED, About, Result, plain
from sereniv.units import CONCENTRATION

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Profile(Result):
    """Predicted concentrations of one person, shape (t,), or of n people, shape (n, t), in ng/mL.

    Attributes
    ----------
    time_min
        Sample times, shape (t,).
    values
        Output name to concentrations; also reachable as `profile["ketamine"]` and `profile.ketamine`.
    warnings
        Limits crossed and assumptions made: show them with the numbers.
    references
        Ids of the sources used; `cite` spells them out.
    """

    model: KineticModel
    dosing: Dosing
    time_min: Floats
    values: dict[str, Floats]
    warnings: tuple[str, ...]
    references: tuple[str, ...]

    def __getitem__(self, name: str) -> Floats:
        """Return one output; KeyError names those there are."""
        try:
            return self.values[name]
        except KeyError:
            raise KeyError(f"{self.model.id} gave {', '.join(self.values)}, not {name!r}.") from None

    @property
    def ketamine(self) -> Floats:
        """Total ketamine, ng/mL."""
        return self["ketamine"]

    @property
    def norketamine(self) -> Floats:
        """Norketamine, ng/mL."""
        return self["norketamine"]

    @property
    def effect_site(self) -> Floats:
        """S-ketamine at the effect site, ng/mL."""
        return self["effect_site"]

    def about(self) -> About:
        """Return model, unit, warnings and references."""
        return About(
            title=NOT_MEASURED,
            model=self.model.id,
            unit=CONCENTRATION,
            warnings=self.warnings,
            references=self.references,
            own_references=self.model.own_references,
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings in the shape of `sereniv simulate --format json`."""
        return {
            "model": self.model.id,
            "unit": CONCENTRATION,
            "time_min": plain(self.time_min),
            **{name: plain(value) for name, value in self.values.items()},
            "warnings": list(self.warnings),
            "references": list(self.references),
        }

    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return long columns: person (for a population), time_min and one column per output in ng/mL."""
        first = next(iter(self.values.values()))
        if first.ndim == 1:
            return {"time_min": self.time_min, **self.values}
        people = first.shape[0]
        return {
            "person": np.repeat(np.arange(people), self.time_min.size),
            "time_min": np.tile(self.time_min, people),
            **{name: value.ravel() for name, value in self.values.items()},
        }
