"""How much was delivered, from charted rates alone: capped at the ordered volume, never taken as complete by itself.

Where drug was spilt it is capped at what the bags still held, too: a pump gives nothing of what lies on the floor.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.therapy.session.chart import SessionChart
from sereniv.units import MINUTES_PER_HOUR

SECONDS_PER_HOUR = MINUTES_PER_HOUR * 60
MICROSECOND = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What the charted rates amount to at one moment.

    `reached_at` is when the ordered volume was reached by them, or the bags were empty after a spill: the pump should
    have stopped, but nobody has said so until they chart it.
    """

    volume_ml: Decimal
    mg: Decimal
    infused: timedelta
    reached_at: datetime | None


def delivered(chart: SessionChart, now: datetime) -> Delivered:
    """Add up charted rate times time until `now`, in mL and mg, unrounded; each mL counts as of its bag."""
    found = _run(chart, now)
    return replace(found, mg=sum(by_bag(chart, now), Decimal(0)) if chart.bags else mg_in(chart, found.volume_ml))


def given_mg(chart: SessionChart, now: datetime) -> Decimal:
    """Return what an infusion gave in mg: as accounted for, or by its charted rates until it is."""
    if chart.reconciled is not None:
        return chart.reconciled.event.given_mg
    return delivered(chart, chart.stopped_at or now).mg


def by_bag(chart: SessionChart, now: datetime) -> tuple[Decimal, ...]:
    """Return the mg delivered from each bag by the charted rates, oldest first: each runs until the next is hung."""
    if not chart.rates:
        return tuple(Decimal(0) for _ in chart.bags)
    changed = [bag.at for bag in chart.bags[1:]]
    reached = [_run(chart, min(at, now)).volume_ml for at in (*changed, now)]
    before = [Decimal(0), *reached[:-1]]
    return tuple(
        (after - earlier) * bag.event.drawn_mg / bag.event.final_volume_ml
        for bag, earlier, after in zip(chart.bags, before, reached, strict=True)
    )


def most_ml(chart: SessionChart) -> Decimal:
    """Return what can run in all: the ordered volume, and after a spill no more than the bags still held.

    What had run by charted rates before a spill or a further bag did run, whatever was measured on the floor.
    """
    if not chart.spilt or not chart.bags:
        return chart.plan.volume_ml
    spilt = [(each.at, -each.event.volume_ml) for each in chart.spilt]
    hung = [(bag.at, bag.event.final_volume_ml) for bag in chart.bags[1:]]
    held = chart.bags[0].event.final_volume_ml
    for at, change_ml in sorted([*spilt, *hung]):
        held = max(held + change_ml, _run_to(chart, at, held).volume_ml)
    return min(chart.plan.volume_ml, held)


def _run(chart: SessionChart, now: datetime) -> Delivered:
    """Add up the volume alone; its mg are left at zero."""
    return _run_to(chart, now, most_ml(chart))


def _run_to(chart: SessionChart, now: datetime, limit_ml: Decimal) -> Delivered:
    volume, infused, reached = Decimal(0), timedelta(0), None
    rates = chart.rates
    ends = [*(step.at for step in rates[1:]), now]
    # Without a start there is no rate, and nothing was given.
    for step, end in zip(rates, ends, strict=False):
        span = max(min(end, now) - step.at, timedelta(0))
        if step.rate_ml_per_h == 0 or reached is not None:
            continue
        added = step.rate_ml_per_h * _seconds(span) / SECONDS_PER_HOUR
        if volume + added >= limit_ml:
            until_limit = time_at(step.rate_ml_per_h, limit_ml - volume)
            reached = step.at + until_limit
            infused += until_limit
            volume = limit_ml
        else:
            volume += added
            infused += span
    return Delivered(volume_ml=volume, mg=Decimal(0), infused=infused, reached_at=reached)


def mg_in(chart: SessionChart, volume_ml: Decimal) -> Decimal:
    """Return the drug in a volume of this session's bag: what was drawn into it, not what was ordered."""
    if chart.prepared is None:
        return volume_ml * chart.plan.concentration_mg_per_ml
    bag = chart.prepared.event
    return volume_ml * bag.drawn_mg / bag.final_volume_ml


def ends_at(chart: SessionChart, now: datetime) -> datetime | None:
    """Return when all that can run will have run at the present rate, None when the pump is not running."""
    if not chart.rates or chart.rates[-1].rate_ml_per_h == 0:
        return None
    so_far = delivered(chart, now)
    if so_far.reached_at is not None:
        return so_far.reached_at
    return now + time_at(chart.rates[-1].rate_ml_per_h, most_ml(chart) - so_far.volume_ml)


def time_at(rate_ml_per_h: Decimal, volume_ml: Decimal) -> timedelta:
    """Return how long a pump that runs takes for a volume."""
    return timedelta(seconds=float(volume_ml * SECONDS_PER_HOUR / rate_ml_per_h))


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)) * MICROSECOND
