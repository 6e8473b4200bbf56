"""What a streamed population comes to: quantiles, exceedance, AUC and Cmax, with their warnings and references."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import Reference
from sereniv.pharmacology.export import NOT_MEASURED, About, Result, plain
from sereniv.pharmacology.tally import Summary
from sereniv.units import CONCENTRATION

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SummaryResult(Result):
    """Percentiles and exceedance of a streamed population, with their warnings and references.

    A percentile is that of the person of the nearest rank, within 0.4 % of that person's own value; it is not
    interpolated between people, which shows when there are few of them. Values under 2**-10 (0.001) ng/mL count as
    0, values of 2**18 or more lie beyond the scale and are infinity here.

    Attributes
    ----------
    quantiles
        Output to ng/mL, shape (percentiles, t), in the order of `summary.percentiles`.
    exceedance
        Output to the share of people at or above each level, shape (levels, t), in the order of
        `summary.exceed_ng_per_ml`; exact.
    auc, cmax
        Output to percentiles over people, ng·h/mL and ng/mL, shape (percentiles,); empty when not asked for.
    own_references
        The sources that the model's own table brought along, for `cite`.
    """

    model: str
    n: int
    seed: int
    time_min: Floats
    summary: Summary
    quantiles: dict[str, Floats]
    exceedance: dict[str, Floats]
    auc: dict[str, Floats]
    cmax: dict[str, Floats]
    warnings: tuple[str, ...]
    references: tuple[str, ...]
    own_references: tuple[Reference, ...] = ()

    def about(self) -> About:
        """Return model, unit, warnings and references."""
        return About(
            title=NOT_MEASURED,
            model=self.model,
            unit=CONCENTRATION,
            warnings=self.warnings,
            references=self.references,
            own_references=self.own_references,
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain lists and strings; null where a value lies beyond the scale, 2**18 (262,144) and up."""
        return {
            "model": self.model,
            "unit": CONCENTRATION,
            "n": self.n,
            "seed": self.seed,
            "percentiles": list(self.summary.percentiles),
            "time_min": plain(self.time_min),
            "quantiles": {name: plain(value) for name, value in self.quantiles.items()},
            "exceed_ng_per_ml": list(self.summary.exceed_ng_per_ml),
            "exceedance": {name: plain(value) for name, value in self.exceedance.items()},
            "auc_ng_h_per_ml": {name: plain(value) for name, value in self.auc.items()},
            "cmax_ng_per_ml": {name: plain(value) for name, value in self.cmax.items()},
            "warnings": list(self.warnings),
            "references": list(self.references),
        }

    def as_columns(self) -> dict[str, NDArray[Any]]:
        """Return time_min, `ketamine_p50` and the like (ng/mL) and `ketamine_share_from_100` (1), each of shape (t,).

        AUC and Cmax have no time: read them from `auc`, `cmax` or `as_json`.
        """
        columns: dict[str, NDArray[Any]] = {"time_min": self.time_min}
        for name, rows in self.quantiles.items():
            columns |= {f"{name}_p{p:g}": row for p, row in zip(self.summary.percentiles, rows, strict=True)}
        for name, rows in self.exceedance.items():
            levels = self.summary.exceed_ng_per_ml
            columns |= {f"{name}_share_from_{level:g}": row for level, row in zip(levels, rows, strict=True)}
        return columns
