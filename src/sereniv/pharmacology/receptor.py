"""NMDA-receptor occupancy as a band over the affinities and free fractions found; never one number.

Equilibrium occupancy does not capture use-dependent trapping block. Illustrative.
"""

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sereniv.knowledge.models import effect_table
from sereniv.pharmacology.dosing import Dosing, Drug
from sereniv.pharmacology.limits import limit_warnings
from sereniv.pharmacology.profile import Profile
from sereniv.pharmacology.simulate import simulate
from sereniv.pharmacology.subject import Subject
from sereniv.pharmacology.views import EffectView
from sereniv.units import umol_per_l_from_ng_per_ml

Floats = NDArray[np.float64]

OCCUPANCY_MODEL = "otto-2021"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """One set found: half-occupancy of S and R (µmol/L, free) and Hill coefficient.

    Attributes
    ----------
    label, source
        What it is called, and the id of its reference; a source of your own is cited by its id alone.
    s_umol_per_l, r_umol_per_l, hill
        Above 0.
    note
        What must be known of where it comes from, in words that follow the label; empty when it is a paper's own.

    Raises
    ------
    ValueError
        When a number is not finite or not above 0.
    """

    label: str
    source: str
    s_umol_per_l: float
    r_umol_per_l: float
    hill: float = 1.0
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse affinities that cannot be."""
        for name in ("s_umol_per_l", "r_umol_per_l", "hill"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{self.label}: {name} is {value}; give a finite number above 0.")


def published_affinities() -> tuple[Affinity, ...]:
    """Return the affinity sets found; they differ more than tenfold, and the last cites no paper."""
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
            label="functional half-inhibition",
            source="plasticity-simulation",
            note="from a simulation of synaptic plasticity that cites no paper",
            s_umol_per_l=functional.value,
            r_umol_per_l=functional.value,
            hill=table["hill_functional"].value,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeShare:
    """One share of the total level that is free to bind, 0 to 1: of S- and of R-ketamine.

    Raises
    ------
    ValueError
        When a share lies outside 0 to 1.
    """

    label: str
    source: str
    s: float
    r: float

    def __post_init__(self) -> None:
        """Refuse shares that cannot be."""
        for name, share in (("s", self.s), ("r", self.r)):
            if not 0 <= share <= 1:
                raise ValueError(f"{self.label}: {name} is {share}; give the free share as a number from 0 to 1.")


def published_free_shares() -> tuple[FreeShare, ...]:
    """Return the free shares found, lowest first; they differ twofold."""
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
        One set, such as one of `published_affinities`.

    Returns
    -------
    array
        Shares from 0 to 1, in the common shape of both levels.

    Raises
    ------
    ValueError
        When a level is negative or not finite.
    """
    s, r = np.asarray(s_free_umol_per_l, dtype=float), np.asarray(r_free_umol_per_l, dtype=float)
    for name, level in (("s_free_umol_per_l", s), ("r_free_umol_per_l", r)):
        if not (np.isfinite(level) & (level >= 0)).all():
            raise ValueError(f"{name} holds a level that is negative or not finite; give µmol/L of at least 0.")
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
    """Return NMDA-receptor occupancy as a band over the affinities and free shares found.

    Parameters
    ----------
    dosing
        What is given; Otto 2021 predicts S and R apart.
    times_min
        Sample times in minutes, shape (t,), in order.
    subject
        The person.
    affinities
        Some of `published_affinities`, or others; all of those when left out.
    free_shares
        Some of `published_free_shares`, or others; all of those when left out.

    Returns
    -------
    EffectView
        `low` and `high` as shares of shape (t,); `middle` is None, because no single number can be defended. `basis`
        says which set makes each edge at the band's peak.

    Raises
    ------
    ValueError
        For times that are not finite, negative or out of order.
    """
    sets = affinities or published_affinities()
    shares = free_shares or published_free_shares()
    # The whole regimen is what limits apply to; each enantiomer is but a part of it.
    whole = simulate(OCCUPANCY_MODEL, dosing, (), subject=subject, outputs=("ketamine",))
    s_level = _enantiomer(dosing, times_min, subject, "S")
    r_level = _enantiomer(dosing, times_min, subject, "R")
    pairs = tuple(product(sets, shares))
    bands = np.array([_occupied(s_level.ketamine, r_level.ketamine, affinity, free) for affinity, free in pairs])
    sources = (*whole.references, *(item.source for item in shares), *(item.source for item in sets))
    return EffectView(
        title="NMDA-receptor occupancy: a band over the affinities found, illustrative hypothesis",
        stamp="illustrative hypothesis",
        model=OCCUPANCY_MODEL,
        unit="1",
        quantity="receptors occupied, share",
        spans="affinities and free shares found: no central estimate can be defended",
        dosing=dosing,
        time_min=s_level.time_min,
        middle=None,
        low=bands.min(axis=0),
        high=bands.max(axis=0),
        basis=(
            "S- and R-ketamine from Otto 2021, of which free: "
            f"{'; '.join(f'{item.label} S {item.s:g}, R {item.r:g}' for item in shares)}.",
            _said_of(sets),
            *_edges(bands, pairs, s_level.time_min),
            "Norketamine, which also binds, is left out.",
            "Equilibrium binding; use-dependent trapping block is not captured. Occupancy is not effect.",
        ),
        warnings=whole.warnings,
        limits=limit_warnings(whole.model, dosing, subject),
        references=tuple(dict.fromkeys(sources)),
    )


def _occupied(s_level: Floats, r_level: Floats, affinity: Affinity, free: FreeShare) -> Floats:
    s = umol_per_l_from_ng_per_ml(s_level * free.s, "ketamine")
    r = umol_per_l_from_ng_per_ml(r_level * free.r, "ketamine")
    return occupancy(s, r, affinity)


def _said_of(sets: tuple[Affinity, ...]) -> str:
    halves = [item.s_umol_per_l for item in sets]
    named = "; ".join(f"{item.label} ({item.note})" if item.note else item.label for item in sets)
    return f"Affinity sets: {named}. Half-occupancy by S-ketamine from {min(halves):g} to {max(halves):g} µmol/L."


def _edges(bands: Floats, pairs: tuple[tuple[Affinity, FreeShare], ...], time_min: Floats) -> tuple[str, ...]:
    """Say which pair makes the lower and the upper edge, where the upper is highest; nothing where nothing binds."""
    if not bands.size or bands.max() <= 0:
        return ()
    peak = int(bands.max(axis=0).argmax())
    edges = []
    for row in (int(bands[:, peak].argmin()), int(bands[:, peak].argmax())):
        affinity, free = pairs[row]
        edges.append(f"{100 * bands[row, peak]:.0f} % with {affinity.label} and the free share {free.label}")
    return (f"At its peak, {time_min[peak]:g} min, the band's lower edge is {edges[0]}; its upper is {edges[1]}.",)


def _enantiomer(dosing: Dosing, times_min: ArrayLike, subject: Subject, side: Drug) -> Profile:
    share = 0.5 if dosing.drug == "racemate" else 1.0 if dosing.drug == side else 0.0
    part = replace(dosing.scaled(share), drug=side)
    return simulate(OCCUPANCY_MODEL, part, times_min, subject=subject, outputs=("ketamine",))
