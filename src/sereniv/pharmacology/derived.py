"""A published model changed in a stated way: an interaction, or an age that its source did not have."""

import math
from dataclasses import replace

from sereniv.knowledge.models import KineticModel, load_kinetic_model
from sereniv.pharmacology.subject import Subject, individual_parameters

ELIMINATION = ("CL", "k10")
"""What a packaged model calls its elimination; with volumes as they are, either is proportional to clearance."""


def with_factors(
    model: KineticModel,
    factors: dict[str, float],
    because: str,
    sources: tuple[str, ...] = (),
    *,
    suffix: str = "changed",
) -> KineticModel:
    """Return the model with some parameters multiplied, saying so in its id and among its caveats.

    Parameters
    ----------
    model
        The published model; it is not changed.
    factors
        Parameter name to factor, finite and above 0.
    because
        One sentence that joins the model's caveats and so every result's warnings.
    sources
        Reference ids behind the factors.
    suffix
        What is added to the id, so that no result of the changed model passes for the published one.

    Raises
    ------
    KeyError
        When the model has no such parameter.
    ValueError
        When a factor is not finite or not above 0.
    """
    for name, factor in factors.items():
        model.parameter(name)
        if not (math.isfinite(factor) and factor > 0):
            raise ValueError(f"The factor on {name} is {factor}; give a finite number above 0.")
    parameters = tuple(
        replace(parameter, value=parameter.value * factors.get(parameter.name, 1.0)) for parameter in model.parameters
    )
    return replace(
        model,
        id=f"{model.id}+{suffix}",
        parameters=parameters,
        caveats=(*model.caveats, because),
        sources=tuple(dict.fromkeys((*model.sources, *sources))),
    )


def hepatic_clearance_l_per_h(age_years: float = 40.0, intrinsic: float = 1.0) -> float:
    """Return the clearance (L/h) of Perez-Ruixo 2021's well-stirred liver: Qh CLint / (Qh + CLint).

    Parameters
    ----------
    age_years
        Liver flow falls by 2.19 L/h a year above 60 (perez-ruixo-2021, Table 3).
    intrinsic
        What intrinsic clearance (kel + kmet) Vh is multiplied by.
    """
    model = load_kinetic_model("perez-ruixo-2021")
    values = individual_parameters(model, Subject(weight_kg=70.0, age_years=age_years).covariates())
    flow = float(values["Qh"][0])
    unbound = intrinsic * float((values["kel"] + values["kmet"])[0] * values["Vh"][0])
    return flow * unbound / (flow + unbound)


def with_age(model: KineticModel, age_years: float | None) -> KineticModel:
    """Return the model with its clearance lowered for age above 60, where it has no age effect of its own.

    The factor is that of Perez-Ruixo 2021's clearance at this age: an extrapolation, said among the caveats.
    """
    own = any(covariate.on == "age_years" for parameter in model.parameters for covariate in parameter.covariates)
    names = [parameter.name for parameter in model.parameters if parameter.name in ELIMINATION]
    if own or not names or age_years is None or age_years <= 60:
        return model
    factor = hepatic_clearance_l_per_h(age_years) / hepatic_clearance_l_per_h()
    return with_factors(
        model,
        dict.fromkeys(names, factor),
        f"Age {age_years:g}: clearance multiplied by {factor:.2f}, the age effect of Perez-Ruixo 2021: extrapolation.",
        ("perez-ruixo-2021",),
        suffix="age",
    )
