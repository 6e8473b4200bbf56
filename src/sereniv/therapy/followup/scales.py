"""Scores rating scales: every item answered or no total; a refused or blank answer is never a zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from sereniv.knowledge.rows import Answer, Cluster, Scale, Scoring
from sereniv.therapy.recording.refusal import Malformed

MEAN_STEP = Decimal("0.01")
"""A mean is kept to two places: of three whole numbers, that tells every mean from every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A scored questionnaire: the total and band, or None with what is missing.

    `safety_answer` is the answer to the scale's suicide item, None when it was left blank: unknown,
    to be asked in person. `has_safety_item` says whether the scale asks it at all, `asks_in_person` whether the answer
    asks for a talk although it does not.
    """

    total: Decimal | None
    band: str
    missing_items: tuple[int, ...]
    safety_answer: int | None
    has_safety_item: bool = True
    asks_in_person: bool = False

    @property
    def opens_safety_flow(self) -> bool:
        """True when the suicide item is above zero, or was left blank and so must be asked in person."""
        asked = self.has_safety_item and (self.safety_answer is None or self.safety_answer > 0)
        return self.asks_in_person or asked


def score(scale: Scale, answers: Sequence[int | None]) -> Score:
    """Score the answers to `scale`, in item order; None stands for blank, refused or don't know.

    Raises
    ------
    Malformed
        When the number of answers or one of their values does not belong to the scale.
    """
    expected = expected_answers(scale)
    if len(answers) != expected:
        raise Malformed(f"{scale.title} has {expected} items; {len(answers)} answers were given.")
    for number, answer in enumerate(answers, start=1):
        allowed = allowed_answers(scale, number)
        if answer is not None and answer not in allowed:
            which = f"{scale.title} item {number}" if scale.items else scale.title
            raise Malformed(f"{which}: choose one of {_spoken(allowed)}.")
    scored = answers[:1] if scale.safety_range else answers
    missing = _missing(scale, scored)
    given = [answer for answer in scored if answer is not None]
    total = None if missing else _total(scale, given)
    safety = answers[scale.safety_place] if scale.safety_place is not None else None
    return Score(
        total=total,
        band=band(scale, total),
        missing_items=missing,
        safety_answer=safety,
        has_safety_item=scale.safety_item is not None,
        asks_in_person=not scale.items and scale.asks_in_person(answers[0]),
    )


def expected_answers(scale: Scale) -> int:
    """Return how many answers a scale has: of a total entered from a form, the form's suicide item beside it."""
    return 2 if scale.safety_range else max(1, len(scale.items))


def answers_of(scale: Scale, number: int) -> tuple[Answer, ...]:
    """Return the worded answers of an item, counted from 1; empty where a number is asked for."""
    own = scale.items[number - 1].answers if scale.items else ()
    return own or scale.answers


def allowed_answers(scale: Scale, number: int) -> tuple[int, ...]:
    """Return the values an item may be answered with, counted from 1."""
    if scale.safety_range and number > 1:
        return tuple(range(scale.safety_range[0], scale.safety_range[1] + 1))
    worded = answers_of(scale, number)
    if worded:
        return tuple(answer.value for answer in worded)
    low, high = scale.range or (0, 0)
    return tuple(range(low, high + 1))


def _spoken(allowed: tuple[int, ...]) -> str:
    consecutive = allowed == tuple(range(allowed[0], allowed[-1] + 1))
    return f"{allowed[0]} to {allowed[-1]}" if consecutive and len(allowed) > 2 else str(sorted(allowed))


def _missing(scale: Scale, answers: Sequence[int | None]) -> tuple[int, ...]:
    """Return the numbers of blank items; where "never" at the first ends the form, the rest was not to be asked."""
    if scale.ends_at_first_zero and answers[0] == 0:
        return ()
    return tuple(number for number, answer in enumerate(answers, start=1) if answer is None)


def _total(scale: Scale, given: list[int]) -> Decimal:
    total = Decimal(sum(given))
    if scale.scoring is Scoring.MEAN:
        return (total / len(given)).quantize(MEAN_STEP, ROUND_HALF_EVEN)
    return total


def blank_items(scale: Scale | None, answers: Sequence[int | None]) -> list[str]:
    """Return the numbers, on the form, of the items left blank."""
    if scale is not None and scale.safety_range:
        return [str(scale.safety_item)] if None in answers[1:] else []
    return [str(number) for number, answer in enumerate(answers, start=1) if answer is None]


def band(scale: Scale, total: Decimal | int | None) -> str:
    """Name the severity band of a total, "" when there is none."""
    if total is None:
        return ""
    reached = [each.name for each in scale.bands if total >= each.from_total]
    return reached[-1] if reached else ""


def is_positive(scale: Scale, total: Decimal | None, sex_at_birth: str) -> bool | None:
    """Say whether a screen is positive at the cut for this sex; None without a total, or where the sex has no cut."""
    cut = scale.positive_from.get(sex_at_birth)
    return None if total is None or cut is None else total >= cut


def clusters_met(scale: Scale, answers: Sequence[int | None]) -> dict[str, bool | None]:
    """Say of each symptom cluster whether enough of its items count; None where blanks leave it open."""
    return {each.name: _met(each, answers, scale.cluster_counts_from) for each in scale.clusters}


def _met(cluster: Cluster, answers: Sequence[int | None], counts_from: int) -> bool | None:
    own = answers[cluster.first - 1 : cluster.last]
    counted = sum(answer is not None and answer >= counts_from for answer in own)
    blank = sum(answer is None for answer in own)
    if counted >= cluster.needed:
        return True
    return None if counted + blank >= cluster.needed else False
