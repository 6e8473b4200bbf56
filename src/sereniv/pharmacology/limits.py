"""What a result must say of itself: limits of use crossed and assumptions made."""

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import EffectSite
from sereniv.pharmacology.population import Normal, Population
from sereniv.pharmacology.subject import Subject

OBESE_ABOVE_KG = 95.0
"""Above this total weight no IV ketamine model read here is validated."""

Range = tuple[float, float]


def limit_warnings(model: KineticModel, dosing: Dosing, people: Subject | Population) -> tuple[str, ...]:
    """Return one sentence for every limit of use that is crossed, and one where the sources give none."""
    unknown = f"{model.title}: its limits of weight and age are not in the sources read."
    return (*limits_crossed(model, dosing, people), *((unknown,) if model.limits.weight_kg is None else ()))


def limits_crossed(model: KineticModel, dosing: Dosing, people: Subject | Population) -> tuple[str, ...]:
    """Return one sentence for every limit of use that the person, dose or infusion crosses."""
    limits = model.limits
    weight, age = _weights(people), _ages(people)
    found = [
        _outside("Weight", "kg", weight, limits.weight_kg, model),
        _outside("Age", "years", age, limits.age_years, model),
    ]
    if weight[1] > OBESE_ABOVE_KG:
        found.append(f"No IV ketamine model is validated above {OBESE_ABOVE_KG:g} kg: extrapolation.")
    for sitting in dosing.sittings():
        dose = (sitting.dose_mg, sitting.dose_mg)
        if not dosing.per_kg:
            dose = (sitting.dose_mg / weight[1], sitting.dose_mg / weight[0])
        minutes = sitting.stop_min - sitting.start_min
        found.append(_outside("Dose", "mg/kg", dose, limits.dose_mg_per_kg, model))
        found.append(_outside("Infusion time", "min", (minutes, minutes), limits.infusion_min, model))
    return tuple(dict.fromkeys(item for item in found if item))


def assumptions(model: KineticModel, dosing: Dosing, effect_site: EffectSite | None) -> tuple[str, ...]:
    """Return what the model assumes about this drug and effect site, in sentences."""
    said = list(model.caveats)
    if model.describes == "racemate" and dosing.drug != "racemate":
        said.append(
            f"{model.title} describes racemic ketamine; its parameters are used for {dosing.drug}-ketamine alone."
        )
    if model.describes == "S" and model.racemate == "as one" and dosing.drug == "R":
        said.append(f"{model.title} describes S-ketamine; its parameters are used for R-ketamine.")
    if effect_site is not None and model.site == "venous":
        said.append("An effect site behind a venous model counts the venous lag twice: its timing is too late.")
    if effect_site is not None and dosing.drug == "R":
        said.append("R-ketamine did not contribute to the effect behind this effect site: it stays at zero.")
    return tuple(said)


def _outside(what: str, unit: str, seen: Range | None, allowed: Range | None, model: KineticModel) -> str:
    # A regimen's mg/kg is a quotient: do not warn over its last binary digit.
    if seen is None or allowed is None or (seen[0] >= allowed[0] * (1 - 1e-9) and seen[1] <= allowed[1] * (1 + 1e-9)):
        return ""
    shown = f"{seen[0]:g}" if seen[0] == seen[1] else f"{seen[0]:g} to {seen[1]:g}"
    return (
        f"{what} {shown} {unit} is outside the {allowed[0]:g} to {allowed[1]:g} {unit} of {model.title}: extrapolation."
    )


def _weights(people: Subject | Population) -> Range:
    if isinstance(people, Subject):
        return people.weight_kg, people.weight_kg
    return _range(people.described.weight_kg)


def _ages(people: Subject | Population) -> Range | None:
    age = people.age_years if isinstance(people, Subject) else people.described.age_years
    return None if age is None else _range(age)


def _range(described: float | Normal) -> Range:
    """Return the bounds of a distribution, or its central 95 % where it has none."""
    if not isinstance(described, Normal):
        return described, described
    return max(described.low, described.mean - 2 * described.sd), min(described.high, described.mean + 2 * described.sd)
