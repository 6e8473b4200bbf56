"""What changes exposure to IV ketamine, with sources.

Ketamine is cleared fast by the liver (extraction about 0.72 in Perez-Ruixo 2021), so changes of liver enzymes move
oral exposure a lot and IV exposure little.
"""

import math
from dataclasses import dataclass

from sereniv.knowledge.models import KineticModel, Quantity, Unknown, effect_table, unknowns
from sereniv.pharmacology.catalogue import model
from sereniv.pharmacology.derived import hepatic_clearance_l_per_h, with_factors
from sereniv.pharmacology.export import cited
from sereniv.pharmacology.subject import Subject, individual_parameters


def exposure_changes() -> tuple[Quantity, ...]:
    """Return the published changes of exposure, each with its unit (which says the route), meaning and `cite()`."""
    return tuple(effect_table("interactions").values())


def unknown_changes() -> tuple[Unknown, ...]:
    """Return what changes exposure, or may, without a figure for the IV route: genotype, inducers, liver disease."""
    return tuple(unknowns("interactions").values())


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrinsicChange:
    """What a change of intrinsic liver clearance does to IV exposure.

    Attributes
    ----------
    factor
        What intrinsic clearance is multiplied by.
    auc_ratio
        IV AUC with the change over that without it.
    extraction
        Share of what reaches the liver that it clears, with the change.
    said
        The change in one sentence.
    references
        Ids of the sources used; `cite` spells them out.
    """

    factor: float
    auc_ratio: float
    extraction: float
    said: str
    references: tuple[str, ...] = ("perez-ruixo-2021",)

    def cite(self) -> str:
        """Return the references behind this figure, one a line."""
        return cited(self.references)


def intrinsic_clearance_change(factor: float, *, age_years: float = 40.0) -> IntrinsicChange:
    """Return the IV AUC ratio when intrinsic clearance is multiplied by `factor`.

    Parameters
    ----------
    factor
        2 for a doubling (induction), 0.4 for strong inhibition; finite and above 0.
    age_years
        Liver flow falls above 60.

    Raises
    ------
    ValueError
        When the factor is not finite or not above 0.
    """
    if not (math.isfinite(factor) and factor > 0):
        raise ValueError(f"factor is {factor}; give a finite number above 0, such as 0.4 for inhibition.")
    changed = hepatic_clearance_l_per_h(age_years, factor)
    ratio = hepatic_clearance_l_per_h(age_years) / changed
    flow = float(
        individual_parameters(model("perez-ruixo-2021"), Subject(weight_kg=70.0, age_years=age_years).covariates())[
            "Qh"
        ][0]
    )
    return IntrinsicChange(
        factor=factor,
        auc_ratio=ratio,
        extraction=changed / flow,
        said=(
            f"Intrinsic clearance x{factor:g} gives IV exposure x{ratio:.2f} "
            "(well-stirred liver of Perez-Ruixo 2021, computed)."
        ),
    )


def with_intrinsic_change(factor: float) -> KineticModel:
    """Return Perez-Ruixo 2021 with both elimination rates of the liver multiplied, saying so in its warnings."""
    change = intrinsic_clearance_change(factor)
    return with_factors(model("perez-ruixo-2021"), {"kel": factor, "kmet": factor}, change.said)
