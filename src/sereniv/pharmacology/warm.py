"""Makes the compiled engine ready: whoever asks for it calls this when it starts, so that no request compiles."""

import numpy as np

from sereniv.pharmacology.catalogue import model
from sereniv.pharmacology.dosing import Dosing
from sereniv.pharmacology.individual import individualise
from sereniv.pharmacology.population import population
from sereniv.pharmacology.posterior import Sample
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.subject import Subject
from sereniv.pharmacology.tally import Summary


def warm_up() -> None:
    """Compile every kernel, or load it from the cache on disk, ahead of the first use; takes seconds once, then little.

    Nothing compiles on a page's request: pages use the numpy engine, and whoever asks for the compiled one calls this
    when it starts.
    """
    kinetic, dosing, times = model(), Dosing.infusion(35, 40), np.arange(0.0, 60.0)
    people = population(kinetic, 2, seed=1)
    simulate(kinetic, dosing, times, subject=people, engine="compiled")
    everything = Summary(exceed_ng_per_ml=(100.0,), auc=True, cmax=True)
    simulate(kinetic, dosing, times, subject=people, engine="compiled", summary=everything)
    sample = Sample(at_min=40, ng_per_ml=160)
    individualise(kinetic, dosing, [sample], subject=Subject(weight_kg=70), engine="compiled")
