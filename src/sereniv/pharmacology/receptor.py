"""NMDA-receptor occupancy as a band over published affinities and free fractions; never one number.

Equilibrium occupancy does not capture use-dependent trapping block. Illustrative.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import effect_table
from sereniv.pharmacology.dosing import Dosing, Drug
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.subject import Subject
from sereniv.pharmacology.views import EffectView
from sereniv.units import umol_per_l_from_ng_per_ml

Floats = NDArray[np.float64]

OCCUPANCY_MODEL = "otto-2021"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """One published set: half-occupancy of S and R (µmol/L, free) and Hill coefficient."""

    label: str
    source: str
    s_umol_per_l: float
    r_umol_per_l: float
    hill: float = 1.0


def published_affinities() -> tuple[Affinity, ...]:
    """Return the published affinity sets; they differ more than tenfold."""
    table = effect_table("receptor")
    salat, functional = table["ki_racemic_salat"], table["ic50_functional"]
    return (
        Affinity(
            label="Ebert 1997",
            source="ebert-1997",
            s_umol_per_l=table["ki_s_ebert"].value,
            r_umol_per_l=table["ki_r_ebert"].value,
        ),
        Affinity(
            label="indand21",
            source="indand21",
            s_umol_per_l=table["ki_s_indand"].value,
            r_umol_per_l=table["ki_r_indand"].value,
        ),
        Affinity(label="Salat 2015", source="salat-2015", s_umol_per_l=salat.value, r_umol_per_l=salat.value),
        Affinity(
            label="functional, of a simulation",
            source="plasticity-simulation",
            s_umol_per_l=functional.value,
            r_umol_per_l=functional.value,
            hill=table["hill_functional"].value,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeShare:
    """One published share of the total level that is free to bind: of S- and of R-ketamine."""

    label: str
    source: str
    s: float
    r: float


def published_free_shares() -> tuple[FreeShare, ...]:
    """Return the published free shares, lowest first; they differ twofold."""
    table = effect_table("receptor")
    fluid, plasma = table["free_cerebrospinal"], table["free_plasma"]
    albumin_s, albumin_r = table["free_s_albumin"], table["free_r_albumin"]
    return (
        FreeShare(
            label="in albumin", source=albumin_s.provenance.source, s=albumin_s.value, r=albumin_r.value,
        ),
        FreeShare(label="cerebrospinal fluid", source=fluid.provenance.source, s=fluid.value, r=fluid.value),
        FreeShare(label="in plasma", source=plasma.provenance.source, s=plasma.value, r=plasma.value),
    )  # fmt: skip


def occupancy(s_free_umol_per_l: ArrayLike, r_free_umol_per_l: ArrayLike, affinity: Affinity) -> Floats:
    """Return the share of receptors occupied by two competing ligands at equilibrium.

    Parameters
    ----------
    s_free_umol_per_l, r_free_umol_per_l
        Free S- and R-ketamine, µmol/L, any shape.
    affinity
        One published set.
    """
    s, r = np.asarray(s_free_umol_per_l, dtype=float), np.asarray(r_free_umol_per_l, dtype=float)
    drive = (s / affinity.s_umol_per_l + r / affinity.r_umol_per_l) ** affinity.hill
    return np.asarray(drive / (1.0 + drive))


def receptor_occupancy(
    dosing: Dosing,
    times_min: ArrayLike,
    *,
    subject: Subject,
    affinities: tuple[Affinity, ...] | None = None,
    free_shares: tuple[FreeShare, ...] | None = None,
) -> EffectView:
    """Return NMDA-receptor occupancy as a band over published affinities and free shares.

    Parameters
    ----------
    dosing
        What is given; Otto 2021 predicts S and R apart.
    times_min
        Sample times in minutes, shape (t,).
    subject
        The person.
    affinities
        Some of `published_affinities`; all when left out.
    free_shares
        Some of `published_free_shares`, or others; all published when left out.

    Returns
    -------
    EffectView
        `low` and `high` as shares; `middle` is None, because no single number can be defended.
    """
    sets = affinities or published_affinities()
    shares = free_shares or published_free_shares()
    s_level = _enantiomer(dosing, times_min, subject, "S")
    r_level = _enantiomer(dosing, times_min, subject, "R")
    bands = []
    for affinity in sets:
        for free in shares:
            s = umol_per_l_from_ng_per_ml(s_level * free.s, "ketamine")
            r = umol_per_l_from_ng_per_ml(r_level * free.r, "ketamine")
            bands.append(occupancy(s, r, affinity))
    return EffectView(
        title="NMDA-receptor occupancy: a band over published affinities, illustrative hypothesis",
        stamp="illustrative hypothesis",
        unit="1",
        quantity="receptors occupied, share",
        spans="published affinities and free shares: no central estimate can be defended",
        dosing=dosing,
        time_min=np.asarray(times_min, dtype=float),
        middle=None,
        low=np.min(bands, axis=0),
        high=np.max(bands, axis=0),
        basis=(
            "S- and R-ketamine from Otto 2021, of which free: "
            f"{'; '.join(f'{item.label} S {item.s:g}, R {item.r:g}' for item in shares)}.",
            f"Affinity sets: {', '.join(item.label for item in sets)}; they span more than tenfold.",
            "Equilibrium binding; use-dependent trapping block is not captured. Occupancy is not effect.",
        ),
        references=("otto-2021", *(item.source for item in shares), *(item.source for item in sets)),
    )


def _enantiomer(dosing: Dosing, times_min: ArrayLike, subject: Subject, side: Drug) -> Floats:
    share = 0.5 if dosing.drug == "racemate" else 1.0 if dosing.drug == side else 0.0
    part = replace(dosing.scaled(share), drug=side)
    return simulate(OCCUPANCY_MODEL, part, times_min, subject=subject, outputs=("ketamine",)).ketamine
