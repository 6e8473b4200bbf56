"""What was decided about a course of infusions: opened, reviewed, interrupted, resumed, ended, maintained."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Milestone(StrEnum):
    """What a protocol asks after an infusion."""

    REVIEW = "review"
    DECISION = "decision"


class ReviewOutcome(StrEnum):
    """What a prescriber decides at a review."""

    CONTINUE = "continue"
    CHANGE_DOSE = "change dose"
    STOP = "stop"
    MAINTENANCE = "maintenance"


class Ending(StrEnum):
    """How a course ended."""

    RESPONDED = "responded"
    PARTLY = "partly responded"
    NO_RESPONSE = "no response"
    NOT_TOLERATED = "not tolerated"
    PATIENTS_CHOICE = "patient's choice"
    MOVED = "moved away"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOpened:
    """A course under one protocol began, for one indication, followed by one scale; its entry names it afterwards."""

    protocol: str
    protocol_version: int
    knowledge_version: str
    indication: str
    primary_scale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseInterrupted:
    """A course was interrupted: no infusion until it is resumed."""

    course: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseResumed:
    """An interrupted course goes on; `beyond_window` when a prescriber decided so after the protocol's window."""

    course: int
    reason: str
    beyond_window: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseReviewed:
    """A prescriber reviewed a course with what they read; `milestone` is None where the protocol asked for none."""

    course: int
    after_infusion: int
    milestone: Milestone | None
    outcome: ReviewOutcome
    reason: str
    read: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEnded:
    """A course ended."""

    course: int
    outcome: Ending
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePlanned:
    """Further infusions of a course come at this interval from now on."""

    course: int
    interval_days: int
    reason: str


CourseEvent = CourseOpened | CourseInterrupted | CourseResumed | CourseReviewed | CourseEnded | MaintenancePlanned
