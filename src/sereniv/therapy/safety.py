"""The suicide item's worklist: what stands open for a person, whose it is, and whom it has reached by now.

An answer above zero, or none, opens an item. It is a question to be asked in person, never a risk: see the row
`suicide_item` in `knowledge/safety.toml` for how many are false positives. Escalation is computed, so that no
stopped clock or lost message can keep it from being seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from sereniv.knowledge.rows import Knowledge, OpeningHours, SuicideItemRule
from sereniv.therapy.hours import is_staffed
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.person_events import SafetyAcknowledged, SafetyAsked, ScaleAnswered
from sereniv.therapy.recorded import Recorded
from sereniv.therapy.refusal import Refused


class State(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyItem:
    """One answer that is to be taken up in person, as it stands at `now`.

    `due_at` is when the next thing must have been done: acknowledged, then asked in person. `step` counts
    the rungs of the ladder it has reached, 0 before it is overdue. `owner` is who took it on last, "" for nobody.
    """

    answered: Recorded[ScaleAnswered]
    answer: int | None
    opened_at: datetime
    staffed: bool
    due_at: datetime
    acknowledged: Recorded[SafetyAcknowledged] | None
    owner: str
    owned_since: datetime | None
    asked: Recorded[SafetyAsked] | None
    step: int
    reached: str
    next_step: str
    next_step_at: datetime | None

    @property
    def entry(self) -> int:
        """Return the number of the answer in the person's stream."""
        return self.answered.stream_seq

    @property
    def state(self) -> State:
        """Say where the item stands."""
        if self.asked is not None:
            return State.CLOSED
        return State.OPEN if self.acknowledged is None else State.ACKNOWLEDGED

    @property
    def overdue(self) -> bool:
        """True when what is due has not been done in time."""
        return self.step > 0

    @property
    def is_unknown(self) -> bool:
        """True when the item was left blank: not a zero, but a question nobody has asked yet."""
        return self.answer is None


def items(
    chart: PersonChart, now: datetime, knowledge: Knowledge, hours: OpeningHours, zone: tzinfo
) -> tuple[SafetyItem, ...]:
    """Return every item a person's answers have opened, oldest first, closed ones included.

    Parameters
    ----------
    hours, zone
        When the clinic is staffed, in its own time: who answers first, and within how long, depends on it.
    """
    return tuple(
        _item(chart, each, answer, now, knowledge.suicide_item, is_staffed(each.recorded_at, hours, zone))
        for each in chart.scores
        if (place := _place(each.event, knowledge)) is not None
        and ((answer := each.event.answers[place]) is None or answer > 0)
    )


def _place(event: ScaleAnswered, knowledge: Knowledge) -> int | None:
    scale = knowledge.scales.get(event.scale)
    return None if scale is None or scale.safety_item is None else scale.safety_item - 1


def _item(
    chart: PersonChart,
    answered: Recorded[ScaleAnswered],
    answer: int | None,
    now: datetime,
    rule: SuicideItemRule,
    staffed: bool,
) -> SafetyItem:
    taken = [each for each in chart.all(SafetyAcknowledged) if each.event.entry == answered.stream_seq]
    asked = next((each for each in chart.all(SafetyAsked) if each.event.entry == answered.stream_seq), None)
    first = taken[0] if taken else None
    if first is None:
        minutes = rule.acknowledge_staffed_min if staffed else rule.acknowledge_otherwise_min
        due_at = answered.recorded_at + timedelta(minutes=minutes)
    else:
        # Handing an item on does not start its clock anew.
        due_at = first.recorded_at + timedelta(minutes=rule.ask_within_min)
    step = 0 if asked else _step(due_at, now, rule)
    ahead = asked is None and step < len(rule.ladder)
    begins_with = rule.first_staffed if staffed else rule.first_otherwise
    last = asked or (taken[-1] if taken else None)
    return SafetyItem(
        answered=answered,
        answer=answer,
        opened_at=answered.recorded_at,
        staffed=staffed,
        due_at=due_at,
        acknowledged=first,
        owner=last.recorded_by if last else "",
        owned_since=last.recorded_at if last else None,
        asked=asked,
        step=step,
        reached=rule.ladder[step - 1] if step else begins_with,
        next_step=rule.ladder[step] if ahead else "",
        next_step_at=due_at + timedelta(minutes=rule.step_min) * step if ahead else None,
    )


def _step(due_at: datetime, now: datetime, rule: SuicideItemRule) -> int:
    """Count the rungs reached: the first when it falls due, a further one with each step."""
    if now < due_at:
        return 0
    return min(1 + (now - due_at) // timedelta(minutes=rule.step_min), len(rule.ladder))


def acknowledge(item: SafetyItem, by: str, owner_seen: str) -> SafetyAcknowledged:
    """Let `by` take an item on, or over from the owner they saw.

    Raises
    ------
    Refused
        When it is closed, theirs already, or somebody else took it on since they looked.
    """
    if item.state is State.CLOSED:
        raise Refused("safety", "This answer was already taken up in person.")
    if item.owner == by:
        raise Refused("safety", "You have taken this on already. Ask in person, and write down what you find.")
    if item.owner != owner_seen:
        raise Refused("safety", "Somebody else has taken this on since you looked. It is shown below as it now stands.")
    return SafetyAcknowledged(entry=item.entry)
