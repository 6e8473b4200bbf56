"""Rows about a course as it goes: what a review is told, when maintenance warns, what an appointment takes."""

from dataclasses import dataclass, field
from decimal import Decimal

from sereniv.knowledge.rows.row import Action, Example, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that can be done where a rule is met, with what is known of it and the sources of that."""

    title: str
    evidence_line: str
    sources: tuple[str, ...]

    @property
    def is_our_own(self) -> bool:
        """True where nobody else has said it."""
        return self.sources == ("house-default",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRule(Row):
    """Something a course is held against; its predicate of the same name is in `therapy.treatment.course_rules`.

    `claims` names, for each clause of the statement, the input by which the predicate judges it; `vouched` are the
    clauses that no predicate reads. `studied_in` names the indications in which what the row tells was found; it is of
    every one where none is named.
    """

    action: Action
    examples: tuple[Example, ...]
    claims: dict[str, str] = field(default_factory=dict)
    vouched: tuple[str, ...] = ()
    after_infusion: int = 0
    fall_below: Decimal | None = None
    points: dict[str, Decimal] = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    by_days: int = 0
    least_days: int = 0
    tolerance_days: int = 0
    look_back: int = 0
    options: tuple[Option, ...] = ()
    studied_in: tuple[str, ...] = ()
    every_infusions: int = 0
    every_days: int = 0
    checks: tuple[str, ...] = ()
    given_from: Decimal | None = None
    severe_from: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn(Row):
    """After how many hours a duty that nobody did reaches the next role, beside those whose it is.

    `missed_call_after_h`: from when somebody should have come. `review_after_h`: from the day a review or decision of a
    course is due. `evaluation_after_h`: from the day by which an evaluation was wanted. `enquiry_after_h`: from when
    somebody asked. `undecided_after_h`: from when somebody was registered, or is considered for what they are now.
    `in_doubt_before_h` is how long before an infusion that something speaks against. `red_answer_after_h`: from a
    check-in with a red answer of which nobody wrote who was told.
    """

    missed_call_after_h: int
    review_after_h: int
    evaluation_after_h: int
    enquiry_after_h: int
    undecided_after_h: int
    in_doubt_before_h: int
    red_answer_after_h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRule(Row):
    """How long an infusion's appointment is, at which minutes appointments begin, and what the desk waits for.

    `offered_ahead_min`: nothing sooner is offered; somebody may still book it.
    `late_after_min`: who has not come by then is late, whether or not they said so. `tell_within_h`: after so long
    without anybody telling the patient of a change, the prescribers are asked too.
    """

    preparation_min: int
    recovery_min: int
    step_min: int
    offered_ahead_min: int
    late_after_min: int
    tell_within_h: int
