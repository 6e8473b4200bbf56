"""From a model's table to the linear system x' = A x + b r(t), y = C x.

States are amounts in mg, time is in hours, outputs are ng/mL. Compartments stand in an order in which drug only
flows forward between blocks; inside a block it flows both ways. Compartments that no requested output depends on are
left out: what they receive is lost to the rest either way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sereniv.knowledge.models import KineticModel, Link
from sereniv.pharmacology.dosing import Drug
from sereniv.units import MG_PER_L_IN_NG_PER_ML

Floats = NDArray[np.float64]

EFFECT_SITE = "effect_site"
"""The name of the effect-site output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One enantiomer's (or the one species') share of the dose, and what it changes in the parameters."""

    label: str
    share: float
    factors: tuple[tuple[str, float], ...]
    s_share: float
    """The share of this arm's amount that is S-ketamine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A first-order flow between states; `observed` means that it does not empty its source (an effect site)."""

    source: int
    target: int | None
    link: Link | None
    arm: int
    observed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One term of an output: state / volume x scale."""

    output: int
    state: int
    volume: str
    scale: float
    arm: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """What a linear system looks like before numbers: states in block order, flows, outputs, dose shares.

    One of each is made and kept by `structure_of`, so that it is told apart by itself and not by all that it holds.
    """

    states: tuple[str, ...]
    outputs: tuple[str, ...]
    arms: tuple[Arm, ...]
    flows: tuple[Flow, ...]
    rows: tuple[Row, ...]
    inflow: tuple[float, ...]
    blocks: tuple[tuple[int, ...], ...]
    trees: bool
    """True when every block is a tree of two-way flows, so that it can be made symmetric."""
    twins: tuple[tuple[int, int], ...]
    """Pairs of states whose rates are equal by their flows' names, as two stages of one transit chain are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearSystem:
    """The numbers of n people on one structure.

    Attributes
    ----------
    matrix
        A, 1/h, shape (n, m, m).
    inflow
        b, share of the dose entering each state, shape (m,).
    output
        C, ng/mL per mg, shape (n, o, m).
    structure
        Names, blocks and outputs.
    """

    matrix: Floats
    inflow: Floats
    output: Floats
    structure: Structure

    def of(self, people: NDArray[np.int64]) -> "LinearSystem":
        """Return the system of some of the people."""
        return LinearSystem(
            matrix=self.matrix[people], inflow=self.inflow, output=self.output[people], structure=self.structure
        )


def dose_arms(model: KineticModel, drug: Drug) -> tuple[Arm, ...]:
    """Return how a dose of `drug` enters the model: one arm, or S and R apart with the R factors."""

    def factors(enantiomer: str) -> tuple[tuple[str, float], ...]:
        rows = (row for row in model.enantiomer_factors if row.enantiomer == enantiomer)
        return tuple((row.parameter, row.value) for row in rows)

    if model.racemate == "split":
        if drug == "racemate":
            return (
                Arm(label="S", share=0.5, factors=factors("S"), s_share=1.0),
                Arm(label="R", share=0.5, factors=factors("R"), s_share=0.0),
            )
        return (Arm(label=drug, share=1.0, factors=factors(drug), s_share=1.0 if drug == "S" else 0.0),)
    s_share = {"racemate": 0.5, "S": 1.0, "R": 0.0}[drug]
    return (Arm(label="", share=1.0, factors=(), s_share=s_share),)


@lru_cache(maxsize=256)
def structure_of(model: KineticModel, drug: Drug, outputs: tuple[str, ...], *, effect_site: bool) -> Structure:
    """Lay out the states, flows and outputs needed for `outputs` (analyte names) and, if asked, an effect site.

    Raises
    ------
    ValueError
        When the model does not predict one of the outputs.
    """
    analytes = {analyte.name: analyte for analyte in model.analytes}
    unknown = [name for name in outputs if name not in analytes]
    if unknown:
        raise ValueError(f"{model.id} does not model {', '.join(unknown)}; it gives {', '.join(analytes)}.")
    arms = dose_arms(model, drug)
    names: list[str] = []
    inflow: list[float] = []
    flows: list[Flow] = []
    rows: list[Row] = []
    parent = model.analytes[0]
    for index, arm in enumerate(arms):
        base = len(names)
        states = {name: base + offset for offset, name in enumerate(model.compartments)}
        names += [f"{arm.label}:{name}" if arm.label else name for name in states]
        inflow += [arm.share if name == model.dose_into else 0.0 for name in states]
        flows += [
            Flow(source=states[link.source], target=states.get(link.target or ""), link=link, arm=index)
            for link in model.links
        ]
        for position, name in enumerate(outputs):
            analyte = analytes[name]
            scale = MG_PER_L_IN_NG_PER_ML * (arm.s_share if analyte.s_only else 1.0)
            scale *= analyte.mass_ratio
            rows.append(
                Row(output=position, state=states[analyte.compartment], volume=analyte.volume, scale=scale, arm=index)
            )
        if effect_site and (arm.s_share > 0 or len(arms) == 1):
            site = len(names)
            names.append(f"{arm.label}:{EFFECT_SITE}" if arm.label else EFFECT_SITE)
            inflow.append(0.0)
            flows.append(Flow(source=states[parent.compartment], target=site, link=None, arm=index, observed=True))
            flows.append(Flow(source=site, target=None, link=None, arm=index))
            scale = MG_PER_L_IN_NG_PER_ML * arm.s_share
            rows.append(Row(output=len(outputs), state=site, volume=parent.volume, scale=scale, arm=index))
    named = (*outputs, EFFECT_SITE) if effect_site else outputs
    return _ordered(names, inflow, flows, rows, named, arms)


def _ordered(
    names: list[str],
    inflow: list[float],
    flows: list[Flow],
    rows: list[Row],
    outputs: tuple[str, ...],
    arms: tuple[Arm, ...],
) -> Structure:
    """Drop states that no output needs and sort the rest so that drug only flows forward between blocks."""
    size = len(names)
    reach = np.eye(size, dtype=bool)
    for flow in flows:
        if flow.target is not None:
            reach[flow.source, flow.target] = True
    for middle in range(size):
        reach |= np.outer(reach[:, middle], reach[middle])
    seen = [row.state for row in rows]
    needed = [state for state in range(size) if reach[state, seen].any()] if seen else []
    mutual = reach & reach.T
    order: list[int] = []
    blocks: list[tuple[int, ...]] = []
    # A block comes after every block that flows into it, so after all with more ancestors' reach into it.
    for state in sorted(needed, key=lambda item: (int(reach[:, item].sum()), item)):
        if state in order:
            continue
        members = [other for other in needed if mutual[state, other]]
        blocks.append(tuple(range(len(order), len(order) + len(members))))
        order += members
    place = {state: position for position, state in enumerate(order)}
    kept = tuple(
        Flow(
            source=place[flow.source],
            target=None if flow.target is None else place.get(flow.target),
            link=flow.link,
            arm=flow.arm,
            observed=flow.observed,
        )
        for flow in flows
        if flow.source in place and not (flow.observed and flow.target not in place)
    )
    return Structure(
        states=tuple(names[state] for state in order),
        outputs=outputs,
        arms=arms,
        flows=kept,
        rows=tuple(Row(output=r.output, state=place[r.state], volume=r.volume, scale=r.scale, arm=r.arm) for r in rows),
        inflow=tuple(inflow[state] for state in order),
        blocks=tuple(blocks),
        trees=all(_is_two_way_tree(block, kept) for block in blocks),
        twins=_twins(tuple(blocks), kept),
    )


def _twins(blocks: tuple[tuple[int, ...], ...], flows: tuple[Flow, ...]) -> tuple[tuple[int, int], ...]:
    """Return the pairs of lone states that leave by the same named rates; three alike have no closed form here."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for block in blocks:
        leaving = [flow for flow in flows if flow.source == block[0] and not flow.observed]
        if len(block) > 1 or not leaving or any(flow.link is None for flow in leaving):
            continue
        named = ((f.arm, f.link.clearance, f.link.volume, f.link.rate, f.link.mean_time, f.link.stages)
                 for f in leaving if f.link is not None)  # fmt: skip
        alike.setdefault(tuple(sorted(named, key=repr)), []).append(block[0])
    return tuple((states[0], states[1]) for states in alike.values() if len(states) == 2)


def _is_two_way_tree(block: tuple[int, ...], flows: tuple[Flow, ...]) -> bool:
    pairs = {(f.source, f.target) for f in flows if f.source in block and f.target in block and f.source != f.target}
    return len(pairs) == 2 * (len(block) - 1) and all((target, source) in pairs for source, target in pairs)


def assemble(
    structure: Structure, parameters: Mapping[str, Floats], ke0_per_h: float | Floats | None = None
) -> LinearSystem:
    """Fill a structure with the parameters of n people.

    Parameters
    ----------
    structure
        From `structure_of`.
    parameters
        Name to values of shape (n,), canonical units, from `individual_parameters`.
    ke0_per_h
        Effect-site rate constant, 1/h, needed when the structure has an effect site.

    Returns
    -------
    LinearSystem
        Matrix (n, m, m), inflow (m,) and output (n, o, m).
    """
    n = next(iter(parameters.values())).shape[0]
    size = len(structure.states)
    # People last in memory: each entry is filled for all at once, and the compiled path reads neighbours together.
    matrix = np.zeros((size, size, n)).transpose(2, 0, 1)
    output = np.zeros((len(structure.outputs), size, n)).transpose(2, 0, 1)
    values = [_with_factors(parameters, arm) for arm in structure.arms]
    for flow in structure.flows:
        rate, arriving = _rate(flow, values[flow.arm], ke0_per_h)
        if flow.target is not None:
            matrix[:, flow.target, flow.source] += arriving
        if not flow.observed:
            matrix[:, flow.source, flow.source] -= rate
    for row in structure.rows:
        output[:, row.output, row.state] += row.scale / values[row.arm][row.volume]
    return LinearSystem(matrix=matrix, inflow=np.array(structure.inflow), output=output, structure=structure)


def _with_factors(parameters: Mapping[str, Floats], arm: Arm) -> dict[str, Floats]:
    return {**parameters, **{name: parameters[name] * factor for name, factor in arm.factors}}


def _rate(
    flow: Flow, values: Mapping[str, Floats], ke0_per_h: float | Floats | None
) -> tuple[Floats | float, Floats | float]:
    """Return what leaves the source and what of it arrives, per hour and mg."""
    link = flow.link
    if link is None:
        if ke0_per_h is None:
            raise ValueError("This structure has an effect site: give ke0_per_h.")
        return ke0_per_h, ke0_per_h
    rate: Floats
    if link.clearance is not None and link.volume is not None:
        rate = values[link.clearance] / values[link.volume]
    elif link.rate is not None:
        rate = values[link.rate]
    else:
        rate = link.stages / values[link.mean_time or ""]
    return rate, rate * values[link.fraction] if link.fraction is not None else rate
