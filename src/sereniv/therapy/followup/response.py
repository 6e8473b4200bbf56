"""How a person's scores changed since before the first infusion: what was measured, never why.

Every line a score is held against is the scale's own row in `knowledge/scales.toml`. A change says nothing about its
cause: people also get better and worse by themselves, and nobody here was compared with anybody untreated.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from sereniv.knowledge.rows import Indication, Measure, Scale, Scoring, Step
from sereniv.therapy.followup.scales import MEAN_STEP
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import ScaleAnswered, ScoreEntered
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.ran import Ran


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One complete score."""

    at: datetime
    total: Decimal


class Reached(StrEnum):
    """What a change amounts to, in the one set of words that every page and paper uses."""

    REMISSION = "remission"
    RESPONSE = "response"
    IMPORTANT = "important change, no response"
    WORSE = "worse by what matters"
    NO_RESPONSE = "no response"
    NOT_DEFINED = "response not defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One scale's latest complete score against the baseline; None where there is no such definition.

    `fall_fraction` is None from a baseline of zero, below zero for a rise. `remitted` is None where the baseline
    was below the line already: there was nothing to remit from. `responded` is None where the baseline leaves no room
    for a response; `undefined_because` says so, or why what somebody is treated for cannot be judged by the score.
    `baseline_days` is how many days before the first infusion the baseline is of.
    """

    scale: Scale
    baseline: Decimal
    baseline_at: datetime
    latest: Decimal
    latest_at: datetime
    fall_fraction: Decimal | None
    responded: bool | None
    remitted: bool | None
    important: bool | None
    worse: bool | None
    undefined_because: str = ""
    baseline_days: int = 0

    @property
    def reached(self) -> Reached:
        """What the change amounts to; what is not defined is said as such and never as no."""
        if self.remitted:
            return Reached.REMISSION
        if self.responded:
            return Reached.RESPONSE
        if self.worse:
            return Reached.WORSE
        if self.responded is None:
            return Reached.NOT_DEFINED
        return Reached.IMPORTANT if self.important else Reached.NO_RESPONSE

    @property
    def moved(self) -> str:
        """By how many points it is better or worse, with the share where one can be reckoned."""
        direction = "better" if self.fall > 0 else "worse"
        points_moved = f"{plain(abs(self.fall))} points {direction}" if self.fall else "unchanged"
        share = "" if self.fall_fraction is None or not self.fall else f" ({abs(self.fall_fraction):.0%})"
        return f"{points_moved}{share}"

    @property
    def fall(self) -> Decimal:
        """Points by which the score is better than the baseline; below zero where it is worse."""
        down = self.baseline - self.latest
        return -down if self.scale.higher_is_better else down


def points(chart: PersonChart, scale: Scale) -> tuple[Point, ...]:
    """Return every complete score of one scale, answered here or entered as a total, in the order it was taken."""
    found = [
        Point(at=each.at, total=Decimal(each.event.total))
        for each in answers(chart, scale.id)
        if each.event.total is not None
    ]
    found += [
        Point(at=each.at, total=Decimal(each.event.total))
        for each in chart.all(ScoreEntered)
        if each.event.scale == scale.id
    ]
    return tuple(sorted(found, key=lambda point: point.at))


def answers(chart: PersonChart, scale_id: str) -> tuple[Recorded[ScaleAnswered], ...]:
    """Return every answered form of one scale, complete or not, in the order it was taken."""
    found = [each for each in chart.all(ScaleAnswered) if each.event.scale == scale_id]
    return tuple(sorted(found, key=lambda each: (each.at, each.seq)))


def baseline(chart: PersonChart, scale: Scale, baseline_by: datetime | None) -> Point | None:
    """Return the last complete score at or before `baseline_by`, None where there is none or no treatment began."""
    if baseline_by is None:
        return None
    before = [point for point in points(chart, scale) if point.at <= baseline_by]
    return before[-1] if before else None


def change(
    chart: PersonChart, scale: Scale, first: Ran | None, now: datetime, treated: Indication | None = None
) -> Change | None:
    """Compare the latest complete score with the baseline.

    Parameters
    ----------
    first
        The first infusion, None before it: what was scored before it began is the baseline, what was scored after it
        had ended is a change from that, and what was scored while it ran is neither.
    treated
        What the person is treated for: on its own scale the row may say that a total cannot show a response.

    Returns
    -------
    None where there is no baseline, or no complete score after it.
    """
    found = changes(chart, scale, first, now, treated)
    return found[-1] if found else None


def changes(
    chart: PersonChart, scale: Scale, first: Ran | None, now: datetime, treated: Indication | None = None
) -> tuple[Change, ...]:
    """Compare every complete score since the baseline with it, the oldest first; see `change`."""
    before = baseline(chart, scale, first.began if first else None)
    if before is None or first is None:
        return ()
    after = [point for point in points(chart, scale) if first.is_over_before(point.at) and point.at <= now]
    days = (first.began - before.at).days
    return tuple(_as_treated(replace(between(scale, before, point), baseline_days=days), treated) for point in after)


def _as_treated(found: Change, treated: Indication | None) -> Change:
    if treated is None or not treated.no_response_by_score or found.scale.id != treated.primary_scale:
        return found
    because = treated.no_response_by_score
    return replace(found, responded=None, remitted=None, important=None, undefined_because=because)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """A total that a chart draws, with its definition."""

    level: Decimal
    words: str


def lines(scale: Scale, first: Point | None, treated: Indication | None) -> tuple[DrawnLine, ...]:
    """Return the lines a score is held against: none by which nobody is judged, and none off the scale.

    Nothing is drawn where what somebody is treated for has no response by this scale, no response where the first score
    leaves no room for one, and no remission where the first score lay below it already.
    """
    if not defines_response(scale, treated):
        return ()
    found = []
    if scale.remission_below is not None and (first is None or first.total >= scale.remission_below):
        found.append(DrawnLine(level=Decimal(scale.remission_below), words=f"remission: under {scale.remission_below}"))
    if first is None:
        return tuple(found)
    before, matters = plain(first.total), important_points(scale, first.total)
    toward = 1 if scale.higher_is_better else -1
    if scale.response_fall_fraction is not None and not undefined_because(scale, first.total):
        share = scale.response_fall_fraction
        words = f"response: {share:.0%} {_direction(scale)} {before}"
        found.append(DrawnLine(level=first.total * (1 + toward * share), words=words))
    if scale.response_difference is not None and not undefined_because(scale, first.total):
        words = f"response: {scale.response_difference} points {_direction(scale)} {before}"
        found.append(DrawnLine(level=first.total + toward * scale.response_difference, words=words))
    if matters is not None and scale.important_difference is not None:
        words = f"important change: {plain(matters)} points"
        found.append(DrawnLine(level=first.total + toward * matters, words=words))
    low, high = scale.total_range
    return tuple(each for each in found if low <= each.level <= high)


def _direction(scale: Scale) -> str:
    return "above" if scale.higher_is_better else "below"


def undefined_because(scale: Scale, first: Decimal) -> str:
    """Say why the first score leaves no room for a response by the scale's definition; nothing where it leaves some."""
    if scale.response_fall_fraction is not None and not first:
        return "From a first score of 0 no change by a share can be reckoned: look at the two scores themselves."
    low, high = scale.total_range
    room = high - first if scale.higher_is_better else first - low
    if scale.response_difference is not None and room < scale.response_difference:
        return (
            f"From a first score of {plain(first)} no change of {scale.response_difference} points is possible: look "
            "at the two scores themselves."
        )
    return ""


def defines_response(scale: Scale, treated: Indication | None = None) -> bool:
    """Say whether a response is defined on a scale, for what somebody is treated for."""
    by_score = treated is None or not treated.no_response_by_score or scale.id != treated.primary_scale
    return by_score and (scale.response_fall_fraction is not None or scale.response_difference is not None)


def important_points(scale: Scale, first: Decimal) -> Decimal | None:
    """Return by how many points a score must move from its first total to matter, None where nothing says so."""
    if scale.important_difference is not None:
        return Decimal(scale.important_difference)
    if scale.important_fall_fraction is not None and first:
        # A mean is kept to two places: a share of it is no finer, or 20 of 30 to 14 falls short of thirty per cent.
        return (scale.important_fall_fraction * first).quantize(MEAN_STEP, ROUND_DOWN)
    return None


def _fall_fraction(scale: Scale, first: Decimal, better: Decimal) -> Decimal | None:
    """Return which share of the first total the change is, from whole answers where the total is their mean."""
    if not first:
        return None
    if scale.scoring is Scoring.MEAN:
        first, better = (round(each * len(scale.items)) * Decimal(1) for each in (first, better))
    return better / first if first else None


def between(scale: Scale, first: Point, latest: Point) -> Change:
    """Compare two scores by the scale's own definitions."""
    down = first.total - latest.total
    better = -down if scale.higher_is_better else down
    fraction = _fall_fraction(scale, first.total, better)
    return Change(
        scale=scale,
        baseline=first.total,
        baseline_at=first.at,
        latest=latest.total,
        latest_at=latest.at,
        fall_fraction=fraction,
        responded=None if undefined_because(scale, first.total) else _responded(scale, better, fraction),
        remitted=_remitted(scale, first.total, latest.total),
        important=_reaches(better, important_points(scale, first.total)),
        worse=_reaches(-better, important_points(scale, first.total)),
        undefined_because=undefined_because(scale, first.total),
    )


def _responded(scale: Scale, better: Decimal, fraction: Decimal | None) -> bool | None:
    if scale.response_difference is not None:
        return better >= scale.response_difference
    return _reaches(fraction, scale.response_fall_fraction)


def _reaches(value: Decimal | None, line: Decimal | int | None) -> bool | None:
    return None if value is None or line is None else value >= line


def _remitted(scale: Scale, first: Decimal, latest: Decimal) -> bool | None:
    line = scale.remission_below
    return None if line is None or first < line else latest < line


def step_reached(found: Change) -> Step | None:
    """Return what a change of this size is called by the scale's sources, for a fall and a rise alike."""
    if found.scale.change_in is Measure.PERCENT:
        size = None if found.fall_fraction is None else abs(found.fall_fraction) * 100
    else:
        size = abs(found.fall)
    reached = [] if size is None else [step for step in found.scale.steps if size >= step.at_least]
    return reached[-1] if reached else None


def words(found: Change) -> str:
    """Say a change in one sentence, without a cause."""
    scale = found.scale
    before = f" ({found.baseline_days} days before it)" if found.baseline_days > 1 else ""
    said = [f"{scale.title} {plain(found.baseline)} before the first infusion{before}, {plain(found.latest)} last: "
            f"{found.moved}."]  # fmt: skip
    reached = step_reached(found)
    if reached is not None:
        said.append(f"Size of the change: {reached.name}.")
    said.append(f"{found.reached.capitalize()}{' by the definition' if found.responded is False else ''}.")
    if found.undefined_because:
        said.append(found.undefined_because)
    if found.remitted is False:
        said.append("Not in remission.")
    return " ".join(said)
