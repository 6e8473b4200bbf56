"""What closes an item about suicide: what the level of risk found asks for (rows `risk`), and what of it is left."""

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import LevelOfCareDecided, Risk, SafetyAsked
from sereniv.therapy.recording.entry import Recorded

NOBODY = "nobody"
LEVEL_OF_CARE = "level_of_care"
PRESCRIBERS = frozenset({"prescriber", "medical_director"})


def left(
    asked: Recorded[SafetyAsked] | None, chart: PersonChart, knowledge: Knowledge, *, is_high: bool
) -> tuple[str, ...]:
    """Return what is still to do after asking, by the row of the level found; the source's own high counts too.

    An entry of before the level was stated closed its item, and still does.
    """
    if asked is None or asked.event.risk is Risk.NOT_STATED:
        return ()
    wanted = knowledge.risk[Risk.HIGH if is_high else asked.event.risk].closes_with
    return tuple(
        each
        for each in wanted
        if not (_decided_since(asked, chart) if each == LEVEL_OF_CARE else _written(each, asked.event))
    )


def closes_alone(asked: SafetyAsked, knowledge: Knowledge) -> bool:
    """Say whether asking closes an item by what was written down, whatever else stands in the record."""
    if asked.risk is Risk.NOT_STATED:
        return True
    return all(each != LEVEL_OF_CARE and _written(each, asked) for each in knowledge.risk[asked.risk].closes_with)


def _decided_since(asked: Recorded[SafetyAsked], chart: PersonChart) -> bool:
    return any(each.seq > asked.seq for each in chart.all(LevelOfCareDecided))


def _written(part: str, asked: SafetyAsked) -> bool:
    if part == "prescriber_told":
        return not PRESCRIBERS.isdisjoint(asked.told)
    return bool(set(asked.told) - {NOBODY}) if part == "told" else bool(getattr(asked, part))
