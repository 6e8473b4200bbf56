"""What the drug does: dosing, compartments, effect, receptor, population, simulation."""

from sereniv.pharmacology.catalogue import DEFAULT_MODEL, model, models
from sereniv.pharmacology.dosing import Bolus, Dosing, RateStep
from sereniv.pharmacology.effect import EffectSite, published_effect_site
from sereniv.pharmacology.individual import Individual, individualise
from sereniv.pharmacology.population import Described, Normal, Population, measured, population
from sereniv.pharmacology.posterior import Sample
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.subject import Subject
from sereniv.pharmacology.summary import SummaryResult
from sereniv.pharmacology.tally import Summary

__all__ = [
    "DEFAULT_MODEL",
    "Bolus",
    "Described",
    "Dosing",
    "EffectSite",
    "Individual",
    "Normal",
    "Population",
    "Profile",
    "RateStep",
    "Sample",
    "Subject",
    "Summary",
    "SummaryResult",
    "individualise",
    "measured",
    "model",
    "models",
    "population",
    "published_effect_site",
    "simulate",
]
