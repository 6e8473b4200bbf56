"""What deserves a prompt: one condition, computed and not yet raised."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.knowledge.rows import AlertRule, Priority
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.session.events import AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that deserves a prompt now: computed, not yet raised.

    `read_at` is when the charted value it read was taken; a newer one asks again after an acknowledgement.
    Until `repeat_within_min` have passed a repeat is awaited; then an acknowledged prompt asks again too.
    """

    alert: str
    kind: AlertKind
    priority: Priority
    title: str
    message: str
    rule: str
    read: dict[str, str]
    read_at: datetime | None = None
    read_entry: int = 0
    """The entry it was charted by: one charted late is news too."""
    latching: bool = True
    replaces: tuple[str, ...] = ()
    """The milder prompts of the same sign, which give way to this one."""
    repeat_within_min: int = 0
    """How long an acknowledgement holds without a repeat; 0 where none is asked for."""
    is_looked_after: bool = False
    """True once somebody has charted what the prompt asked to look at."""


def of_rule(rule: AlertRule, read: dict[str, str], source: Recorded[object], phase: Phase) -> Condition:
    """Return the condition of a rule whose charted values, the newest from `source`, are past its limits."""
    return Condition(
        alert=rule.id,
        kind=AlertKind.PHYSIOLOGICAL,
        priority=rule.priority,
        title=rule.title,
        message=rule.asks(runs=phase is Phase.INFUSING, paused=phase is Phase.PAUSED),
        rule=f"{rule.code} v{rule.version}",
        read=read,
        read_at=source.at,
        read_entry=source.stream_seq,
        replaces=(*rule.replaces, *(to_confirm(name) for name in (rule.id, *rule.replaces))),
        repeat_within_min=rule.repeat_within_min,
    )


def on_the_monitor(rule: AlertRule, read: dict[str, str]) -> Condition:
    """Return the request to look, confirm and chart what a monitor shows past the limits of a rule."""
    return Condition(
        alert=to_confirm(rule.id),
        kind=AlertKind.CONFIRM,
        priority=rule.priority,
        title=f"{rule.title} on the monitor",
        message="Look at the patient, confirm, and chart.",
        rule=f"{rule.code} v{rule.version}",
        read=read,
        replaces=tuple(to_confirm(name) for name in rule.replaces),
        repeat_within_min=rule.repeat_within_min,
    )


def to_confirm(rule_id: str) -> str:
    """Return the name of the prompt that asks to confirm a monitor's value."""
    return f"confirm-{rule_id}"
