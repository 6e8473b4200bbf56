"""The worklist of suicide items: what stands open for a person, whose it is, and whom it has reached by now.

What opens an item and what closes it is in `therapy.safety.suicide`. It is a question to be asked in person, never a
risk: see the row `suicide_item` in `knowledge/safety.toml` for how many are false positives. Escalation is computed, so
that no stopped clock or lost message can keep it from being seen.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from sereniv.knowledge.rows import Knowledge, OpeningHours, SuicideItemRule
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CheckInRecorded, Risk, SafetyAcknowledged, SafetyAsked, ScaleAnswered
from sereniv.therapy.person.events.suicidality import Suicidality
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.safety.suicide import LEFT_WORDS, Opened, opened
from sereniv.therapy.scheduling.hours import is_staffed


class SuicideItemState(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ASKED = "asked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyItem:
    """One item that is to be taken up in person, as it stands at `now`.

    `due_at` is when the next thing must have been done: acknowledged, asked in person, then what the risk found asks
    for. `step` counts the rungs of the ladder it has reached, 0 before it is overdue. `owner` is who took it on last,
    "" for nobody.
    """

    opened: Opened
    opened_at: datetime
    staffed: bool
    due_at: datetime
    acknowledged: Recorded[SafetyAcknowledged] | None
    owner: str
    owned_since: datetime | None
    step: int
    reached: str
    next_step: str
    next_step_at: datetime | None

    @property
    def entry(self) -> int:
        """Return the number of the answer in the person's stream."""
        return self.opened.entry

    @property
    def asked(self) -> Recorded[SafetyAsked] | None:
        """What was found when it was taken up, None before."""
        return self.opened.asked

    @property
    def answer(self) -> int | None:
        """What the item was answered, None for blank."""
        return self.opened.answer

    @property
    def state(self) -> SuicideItemState:
        """Say where the item stands."""
        if self.opened.is_closed:
            return SuicideItemState.CLOSED
        if self.asked is not None:
            return SuicideItemState.ASKED
        return SuicideItemState.OPEN if self.acknowledged is None else SuicideItemState.ACKNOWLEDGED

    @property
    def left(self) -> str:
        """Say what is still to do before it closes, once it was asked."""
        return ", ".join(LEFT_WORDS[each] for each in self.opened.left)

    @property
    def risk_words(self) -> str:
        """Name the level of risk that was found, "" before, and in an entry that did not state it."""
        stated = self.asked is not None and self.asked.event.risk is not Risk.NOT_STATED
        return self.asked.event.risk.replace("_", " ") if self.asked is not None and stated else ""

    @property
    def overdue(self) -> bool:
        """True when what is due has not been done in time."""
        return self.step > 0

    @property
    def rank(self) -> int:
        """Say how grave it is by what is known, 0 gravest: what was found in person, else what was answered.

        What nobody has asked about may be anything: it stands before what was asked and found low.
        """
        found = self.asked.event.risk if self.asked is not None else None
        if found is Risk.HIGH or self.opened.is_high:
            return 0
        if found is Risk.MODERATE or (found is None and (self.opened.is_upper_half or _was_told(self.opened))):
            return 1
        return 2 if found is None or found is Risk.NOT_STATED else 3

    @property
    def is_unknown(self) -> bool:
        """True when the item was left blank: not a zero, but a question nobody has asked yet."""
        return self.opened.is_unknown


def items(
    chart: PersonChart,
    now: datetime,
    knowledge: Knowledge,
    hours: OpeningHours,
    zone: tzinfo,
    *,
    died_at_a_chair: bool = False,
) -> tuple[SafetyItem, ...]:
    """Return every item a person's record has opened, oldest first, closed ones included.

    Parameters
    ----------
    hours, zone
        When the clinic is staffed, in its own time: who answers first, and within how long, depends on it.
    died_at_a_chair
        As a session's chart has it: nobody can be asked then, as after a death that stands in the record itself.
    """
    return tuple(
        _item(
            chart,
            replace(each, is_over=each.is_over or died_at_a_chair),
            now,
            knowledge.suicide_item,
            is_staffed(each.source.recorded_at, hours, zone),
        )
        for each in opened(chart, knowledge)
    )


def _was_told(found: Opened) -> bool:
    """Say whether somebody told or wrote of such thoughts, rather than ticked or left out a number."""
    event = found.source.event
    heard = isinstance(event, CheckInRecorded) and event.suicidality is Suicidality.WORSE
    return heard or not isinstance(event, CheckInRecorded | ScaleAnswered)


def _item(chart: PersonChart, found: Opened, now: datetime, rule: SuicideItemRule, staffed: bool) -> SafetyItem:
    taken = [each for each in chart.all(SafetyAcknowledged) if each.event.entry == found.entry]
    asked = found.asked
    first = taken[0] if taken else None
    due_at = _due_at(found, first, rule, staffed=staffed)
    step = 0 if found.is_closed else _step(due_at, now, rule)
    ahead = not found.is_closed and step < len(rule.ladder)
    begins_with = rule.first_staffed if staffed else rule.first_otherwise
    last = asked or (taken[-1] if taken else None)
    return SafetyItem(
        opened=found,
        opened_at=found.source.recorded_at,
        staffed=staffed,
        due_at=due_at,
        acknowledged=first,
        owner=last.recorded_by if last else "",
        owned_since=last.recorded_at if last else None,
        step=step,
        reached=rule.ladder[step - 1] if step else begins_with,
        next_step=rule.ladder[step] if ahead else "",
        next_step_at=due_at + timedelta(minutes=rule.step_min) * step if ahead else None,
    )


def _due_at(
    found: Opened, first: Recorded[SafetyAcknowledged] | None, rule: SuicideItemRule, *, staffed: bool
) -> datetime:
    """Return when the next thing must have been done: what is left after asking has as long as asking had."""
    if found.asked is not None:
        return found.asked.recorded_at + timedelta(minutes=rule.ask_within_min)
    if first is None:
        minutes = rule.acknowledge_staffed_min if staffed else rule.acknowledge_otherwise_min
        return found.source.recorded_at + timedelta(minutes=minutes)
    # Handing an item on does not start its clock anew.
    return first.recorded_at + timedelta(minutes=rule.ask_within_min)


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
    if item.state is SuicideItemState.CLOSED:
        raise Refused("safety", "This answer was already taken up in person.")
    if item.owner == by:
        raise Refused("safety", "You have taken this on already. Ask in person, and write down what you find.")
    if item.owner != owner_seen:
        raise Refused("safety", "Somebody else has taken this on since you looked. It is shown below as it now stands.")
    return SafetyAcknowledged(entry=item.entry)
