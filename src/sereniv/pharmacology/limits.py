"""What a result must say of itself: whom and what its model was studied in, ranges crossed, assumptions made."""

from collections.abc import Iterator

from sereniv.knowledge.models import KineticModel
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.effect import EffectSite
from sereniv.pharmacology.population import Normal, Population
from sereniv.pharmacology.subject import Subject

OBESE_ABOVE_KG = 95.0
"""Above this total weight no IV ketamine model read here is validated."""

Range = tuple[float, float]

QUANTITIES = {
    "weight_kg": ("Weight", "kg"),
    "age_years": ("Age", "years"),
    "dose_mg": ("Dose", "mg"),
    "dose_mg_per_kg": ("Dose", "mg/kg"),
    "infusion_min": ("Infusion time", "min"),
}
"""What a model may be studied or used within: what it is called and its unit."""


def limit_warnings(model: KineticModel, dosing: Dosing, people: Subject | Population) -> tuple[str, ...]:
    """Return all that must be said of a person, dose and infusion beside whom and what the model was studied in."""
    return (*limits_crossed(model, dosing, people), *beside_studied(model, dosing, people))


def limits_crossed(model: KineticModel, dosing: Dosing, people: Subject | Population) -> tuple[str, ...]:
    """Return a sentence for every range that person, dose or infusion crosses.

    Each says whose range it is: one that the model's source studied, or one that we chose and no paper sets.
    """
    found = []
    for name, seen in _seen(dosing, people):
        studied, ours = getattr(model.studied, name), getattr(model.our_use, name, None)
        if studied is not None and studied.of == "range":
            allowed = (studied.low, studied.high)
            said = f"studied ({studied.provenance.source}) for {model.title}"
            found += _outside(name, seen, allowed, f"the {_shown(name, allowed)} {said}: extrapolation.")
        if ours is not None:
            said = f"our range of use of {model.title}, {_shown(name, ours)} (our choice, no paper's): extrapolation."
            found += _outside(name, seen, ours, said)
    if _weights(people)[1] > OBESE_ABOVE_KG:
        found.append(f"No IV ketamine model is validated above {OBESE_ABOVE_KG:g} kg: extrapolation.")
    return tuple(dict.fromkeys(found))


def beside_studied(model: KineticModel, dosing: Dosing, people: Subject | Population) -> tuple[str, ...]:
    """Return in one sentence what was studied and is other here, where a source gives means or doses and no range.

    Where it says nothing of weight and age, a sentence says that.
    """
    studied, here = [], []
    for name, seen in _seen(dosing, people):
        row = getattr(model.studied, name)
        if row is None or row.of == "range" or not _is_outside(seen, (row.low, row.high)):
            continue
        what = QUANTITIES[name][0].lower()
        studied.append(f"{what} {_shown(name, (row.low, row.high))} ({'mean' if row.of == 'mean' else 'as given'})")
        here.append(f"{what} {_shown(name, seen)}")
    said = []
    if studied:
        differs = f"studied at {', '.join(dict.fromkeys(studied))}; here {', '.join(dict.fromkeys(here))}"
        said.append(f"{model.title}: {differs}. How far its results hold beyond that was not read.")
    if model.studied.weight_kg is None:
        said.append(f"{model.title}: the weight and age of the people studied are not in the sources read.")
    return tuple(said)


def studied_in_words(model: KineticModel) -> str:
    """Return what a model was studied in, each with its kind and source; what was not read is not in it."""
    parts = []
    for name, (what, _) in QUANTITIES.items():
        row = getattr(model.studied, name)
        if row is not None:
            kind = {"range": "range", "mean": "mean, range not read", "given": "as given"}[row.of]
            parts.append(f"{what.lower()} {_shown(name, (row.low, row.high))} ({kind}; {row.provenance.source})")
    return f"{model.title}: studied at {', '.join(parts)}." if parts else f"{model.title}: not in the sources read."


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


def _seen(dosing: Dosing, people: Subject | Population) -> Iterator[tuple[str, Range]]:
    """Yield each quantity with its lowest and highest value here: the people's once, each sitting's dose and time."""
    weight, age = _weights(people), _ages(people)
    yield "weight_kg", weight
    if age is not None:
        yield "age_years", age
    for sitting in dosing.sittings():
        low = high = sitting.dose_mg
        if dosing.per_kg:
            yield "dose_mg", (low * weight[0], high * weight[1])
            yield "dose_mg_per_kg", (low, high)
        else:
            yield "dose_mg", (low, high)
            yield "dose_mg_per_kg", (low / weight[1], high / weight[0])
        minutes = sitting.stop_min - sitting.start_min
        yield "infusion_min", (minutes, minutes)


def _outside(name: str, seen: Range, allowed: Range, said: str) -> list[str]:
    if not _is_outside(seen, allowed):
        return []
    return [f"{QUANTITIES[name][0]} {_shown(name, seen)} is outside {said}"]


def _is_outside(seen: Range, allowed: Range) -> bool:
    # A regimen's mg/kg is a quotient: do not warn over its last binary digit.
    return not (seen[0] >= allowed[0] * (1 - 1e-9) and seen[1] <= allowed[1] * (1 + 1e-9))


def _shown(name: str, seen: Range) -> str:
    low, high = f"{seen[0]:.4g}", f"{seen[1]:.4g}"
    return f"{low if low == high else f'{low} to {high}'} {QUANTITIES[name][1]}"


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
