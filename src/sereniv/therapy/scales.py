"""Scores rating scales: every item answered or no total; a refused or blank answer is never a zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from sereniv.knowledge.rows import Scale
from sereniv.therapy.refusal import Malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A scored questionnaire: the total and band, or None with what is missing.

    `safety_answer` is the answer to the scale's suicide item, None when it was left blank: unknown,
    to be asked in person.
    """

    total: int | None
    band: str
    missing_items: tuple[int, ...]
    safety_answer: int | None

    @property
    def opens_safety_flow(self) -> bool:
        """True when the suicide item is above zero, or was left blank and so must be asked in person."""
        return self.safety_answer is None or self.safety_answer > 0


def score(scale: Scale, answers: Sequence[int | None]) -> Score:
    """Score the answers to `scale`, in item order; None stands for blank, refused or don't know.

    Raises
    ------
    Malformed
        When the number of answers or one of their values does not belong to the scale.
    """
    if len(answers) != len(scale.items):
        raise Malformed(f"{scale.title} has {len(scale.items)} items; {len(answers)} answers were given.")
    allowed = {answer.value for answer in scale.answers}
    for number, answer in enumerate(answers, start=1):
        if answer is not None and answer not in allowed:
            raise Malformed(f"{scale.title} item {number}: choose one of {sorted(allowed)}.")
    missing = tuple(number for number, answer in enumerate(answers, start=1) if answer is None)
    given = [answer for answer in answers if answer is not None]
    total = None if missing else sum(given)
    safety = answers[scale.safety_item - 1] if scale.safety_item else None
    return Score(total=total, band=band(scale, total), missing_items=missing, safety_answer=safety)


def band(scale: Scale, total: int | None) -> str:
    """Name the severity band of a total, "" when there is none."""
    if total is None:
        return ""
    reached = [each.name for each in scale.bands if total >= each.from_total]
    return reached[-1] if reached else ""
