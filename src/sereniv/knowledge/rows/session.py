"""Rows about an infusion session: when to look, what deserves a prompt, the gate and the discharge."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sereniv.knowledge.rows.row import Example, Priority, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Row):
    """How often vital signs are due in each phase, in minutes."""

    baseline_max_age_min: int
    first_phase_min: int
    first_phase_every_min: int
    then_every_min: int
    close_watch_every_min: int
    after_end_every_min: int
    late_after_min: int
    escalate_after_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationSchedule(Row):
    """When dissociation is graded, in minutes after the start, and how much earlier a grade still counts as that."""

    dissociation_at_min: int
    early_min: int
    late_after_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrder(Row):
    """What may be given or done at the chair as the prescriber has allowed it in advance, and what speaks against it.

    `interval_min` lies between two doses, `most` is all of it in one session, in the order's unit. With a condition
    of `not_with` or a medicine of the classes `not_taking` it is not given; with those of `look_with` and
    `look_taking`, and where a substance of `look_using` is used now, somebody looks first. Each example names whom it
    is held against, and what is found.
    """

    kind: str
    ingredient: str = ""
    doses: tuple[Decimal, ...] = ()
    interval_min: int | None = None
    most: Decimal | None = None
    not_with: tuple[str, ...] = ()
    look_with: tuple[str, ...] = ()
    not_taking: tuple[str, ...] = ()
    look_taking: tuple[str, ...] = ()
    look_using: tuple[str, ...] = ()
    from_age: int | None = None
    look_from_age: int | None = None
    from_weight_kg: Decimal | None = None
    not_in_pregnancy: bool = False
    examples: tuple[Example, ...] = ()
    unit: str = ""
    route: str = ""
    indication: str = ""
    effect: str = "neither"
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SedatedStay(Row):
    """By how much a sedative or a reversal agent prolongs the stay, and the names by which one is known."""

    extra_min: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRule(Row):
    """When a monitor's signal counts as missing, and how long a cuff reading is fresh."""

    missing_after_intervals: int
    cuff_fresh_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRule(Row):
    """How often the volume that the pump shows is read, and how far it may lie from what the charted rates amount to.

    Every `every_min` of running until `first_phase_min` of it, every `then_every_min` after that.
    """

    every_min: int
    first_phase_min: int
    then_every_min: int
    late_after_min: int
    tolerance_ml: Decimal
    tolerance_share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CapnographyRule(Row):
    """Within how many minutes a carbon dioxide is charted where saturation falls late, and how often after that."""

    first_within_min: int
    every_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpRule(Row):
    """After how many minutes a pump left paused, or run past the ordered volume, asks for somebody."""

    paused_after_min: int
    overtime_after_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBackRule(Row):
    """How far the rate on the pump's screen may lie from the order before a second person reads it too."""

    tolerance_fraction: Decimal
    asks_under_fraction: Decimal
    """Under this part of the rate charted before, whoever charts it reads the screen once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRule(Row):
    """Who is watched as closely as at a first infusion: by age, condition, medicine or anaesthetic risk."""

    from_age_years: int
    with_conditions: tuple[str, ...]
    with_words: tuple[str, ...]
    """Beginnings of words that count too, where somebody wrote them beside the checklist or as a diagnosis."""
    with_codes: tuple[str, ...]
    """Codes of diagnoses that say the same."""
    taking: tuple[str, ...]
    asa_from: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementRule(Row):
    """After how many seconds an unacknowledged prompt escalates, and when one that was only looked at asks again."""

    escalate_after_s: int
    second_role_after_s: int
    again_after_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachingRule(Row):
    """Which roles are told of a prompt after its nurse, when what failed is tried again, and how long sound is off.

    A screen of which nothing was heard for `listens_within_s` seconds listens to nothing.
    """

    next_role: tuple[str, ...]
    lead: tuple[str, ...]
    again_after_s: int
    listens_within_s: int
    sound_off_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule(Row):
    """A physiological alert: which charted values it reads and where the clinic's card says it starts."""

    code: str
    priority: Priority
    reads: tuple[str, ...]
    examples: tuple[Example, ...]
    above: dict[str, Decimal] = field(default_factory=dict)
    below: dict[str, Decimal] = field(default_factory=dict)
    from_any: dict[str, Decimal] = field(default_factory=dict)
    above_twice: dict[str, Decimal] = field(default_factory=dict)
    """Limits that this reading and the one before it are past, however far apart they were taken."""
    drop_fraction_above: Decimal | None = None
    repeat_within_min: int
    """Within how many minutes the sign is looked at again: a prompt ends by that, never by a look alone."""
    replaces: tuple[str, ...] = ()
    """The milder rows of the same sign, which this one stands for while it holds."""
    only_while_running: bool = False
    shade: bool = False
    """Whether a chart shades the values from which on, or below which, this row asks."""
    message_at_rest: str = ""
    """What the message says where no pump runs; "" where it speaks of none."""
    message_paused: str = ""
    """What it says while the pump is paused; "" where it asks neither to stop nor to pause it."""

    def asks(self, *, runs: bool, paused: bool) -> str:
        """Return the message for a pump that runs, is paused, or neither: before the start, or stopped."""
        if runs:
            return self.message
        return (paused and self.message_paused) or self.message_at_rest or self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine(Row):
    """One line of the pre-infusion gate, computed from the record or attested by a person."""

    order: int
    kind: str
    question: str = ""
    asks: str = ""
    asks_value: bool = False
    """True where an answer without a number is none."""
    hold_change_fraction: Decimal | None = None
    gate_change_fraction: Decimal | None = None
    heart_rate: tuple[int, int] | None = None
    spo2_from: int | None = None
    respiratory_rate: tuple[int, int] | None = None
    max_age_h: int | None = None
    temperature_below: Decimal | None = None
    max_age_days: int | None = None
    max_age_min: int | None = None
    """How long what a person said holds; then it is asked again."""
    patients_per_nurse: int | None = None
    alone_over_mg_per_kg_per_h: Decimal | None = None
    screens: dict[str, str] = field(default_factory=dict)
    only_with: tuple[str, ...] = ()
    """Conditions with which this line is asked; with `only_taking`, ingredients. Both empty: everybody is asked."""
    only_words: tuple[str, ...] = ()
    """Beginnings of words that ask for it too, where somebody wrote them beside the checklist."""
    only_taking: tuple[str, ...] = ()
    not_needed: str = ""
    """What was found, where it is not asked."""


def line_title(gate: Iterable[GateLine], line: str) -> str:
    """Return the title of a gate line; of one that the gate no longer has, its name in words."""
    return next((row.title for row in gate if row.id == line), line.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeRule(Row):
    """What must hold before a patient leaves."""

    minimum_min_first: int
    minimum_min_later: int
    aldrete_from: int
    moaas: int
    pressure_within: int
    pressure_or_up_to: dict[str, int]
    nausea_up_to: int
    dissociation_up_to: int
