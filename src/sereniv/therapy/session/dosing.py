"""What the charted rates put into the patient, as the pharmacology engine reads it; nothing rounded or dropped."""

from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.pharmacology import Dosing, RateStep
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered, mg_in
from sereniv.therapy.session.events import SessionPlan


def dosing_of(chart: SessionChart, now: datetime) -> Dosing:
    """Return the dosing of a session until `now`, in minutes since its start: rates, pauses and the stop as charted.

    Delivery ends where the ordered volume was reached, as `delivered` reckons it.

    Raises
    ------
    ValueError
        When the session was never started.
    """
    start = chart.started_at
    if start is None:
        raise ValueError("This session was never started.")
    # A clock that was set back shows a time before the start: nothing was given by then.
    ended = max(start, delivered(chart, now).reached_at or now)
    charted = [step for step in chart.rates if step.at < ended]
    steps = [
        RateStep(at_min=_minutes(step.at - start), rate_mg_per_h=mg_in(chart, step.rate_ml_per_h)) for step in charted
    ]
    if not steps or steps[-1].rate_mg_per_h != 0:
        steps.append(RateStep(at_min=_minutes(ended - start), rate_mg_per_h=Decimal(0)))
    return Dosing.from_rates(steps)


def planned_dosing(plan: SessionPlan) -> Dosing:
    """Return the dosing of an order run as ordered."""
    return Dosing.infusion(plan.dose_mg, over_min=plan.duration_min)


def _minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)
