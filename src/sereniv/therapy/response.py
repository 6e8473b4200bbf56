"""How a person's scores changed since before their first infusion, by each scale's own definitions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import Scale
from sereniv.therapy.patient import PersonChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Baseline and latest complete score of one scale, and what the change amounts to; None is unknown."""

    scale: str
    baseline: Decimal
    baseline_at: datetime
    latest: Decimal
    latest_at: datetime
    fall_fraction: Decimal | None
    responded: bool | None
    remitted: bool | None
    important: bool | None


def change(chart: PersonChart, scale: Scale, baseline_by: datetime | None, now: datetime) -> Change | None:
    """Return the change since the last complete score at or before `baseline_by`, None without a later one."""
    complete = sorted(
        (
            (each.at, Decimal(each.event.total))
            for each in chart.scores
            if each.event.scale == scale.id and each.event.total is not None and each.at <= now
        ),
        key=lambda pair: pair[0],
    )
    before = [pair for pair in complete if baseline_by is not None and pair[0] <= baseline_by]
    after = [pair for pair in complete if baseline_by is not None and pair[0] > baseline_by]
    if not before or not after:
        return None
    (baseline_at, baseline), (latest_at, latest) = before[-1], after[-1]
    fall = (baseline - latest) / baseline if baseline > 0 else None
    least, below, important = scale.response_fall_fraction, scale.remission_below, scale.important_difference
    return Change(
        scale=scale.id,
        baseline=baseline,
        baseline_at=baseline_at,
        latest=latest,
        latest_at=latest_at,
        fall_fraction=fall,
        responded=None if fall is None or least is None else fall >= least,
        remitted=None if below is None else latest < below,
        important=None if important is None else baseline - latest >= important,
    )
