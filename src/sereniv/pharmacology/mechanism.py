"""The proposed mechanism as a teaching view: an ordered list of ideas, marked illustrative hypothesis throughout.

There are no curves here on purpose: no fitted human model links receptor block to mood, so any curve beyond the
receptor would be invented.
"""

from dataclasses import dataclass
from typing import Literal

from sereniv.pharmacology.export import cited


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismStep:
    """One step of the proposed chain: what is proposed, and what is actually known."""

    name: str
    proposed: str
    known: str
    stamp: Literal["illustrative hypothesis"] = "illustrative hypothesis"
    sources: tuple[str, ...] = ()

    def cite(self) -> str:
        """Return the references behind this step, one a line; empty where none is cited."""
        return cited(self.sources)


TITLE = "How ketamine may act: illustrative hypothesis"

CAUTION = (
    "Blocks NMDA receptors; downstream mechanisms are under study. In animals ketamine increases synaptic plasticity "
    "markers; whether this explains or sustains benefit in people is unproven."
)


def proposed_mechanism() -> tuple[MechanismStep, ...]:
    """Return the proposed chain from receptor block to synapse, each step stamped as a hypothesis.

    No step carries a number for one person: nothing here forecasts response or relapse.
    """
    return (
        MechanismStep(
            name="NMDA-receptor block",
            proposed="Ketamine occupies NMDA receptors, perhaps first those on inhibitory interneurons.",
            known="That ketamine blocks NMDA receptors is established; how many at clinical levels is a wide band.",
            sources=("ebert-1997", "salat-2015"),
        ),
        MechanismStep(
            name="Glutamate",
            proposed="Less inhibition lets excitatory cells release more glutamate.",
            known="One of several hypotheses, which do not exclude one another.",
        ),
        MechanismStep(
            name="AMPA receptors",
            proposed="Glutamate drives AMPA receptors; a metabolite may do so too.",
            known=(
                "In 53 people a higher level of (2R,6R)-hydroxynorketamine went with less improvement; ketamine and "
                "norketamine levels bore no relation to it."
            ),
            sources=("pmc6746183",),
        ),
        MechanismStep(
            name="BDNF and mTOR",
            proposed="Activity releases BDNF and switches on mTOR signalling, which makes synaptic proteins.",
            known="Studied in animals and cells; no fitted human model was found.",
        ),
        MechanismStep(
            name="Synapse",
            proposed="New or stronger synapses may outlast the drug by days.",
            known="Seen as plasticity markers in animals; whether it explains benefit in people is unproven.",
        ),
    )
