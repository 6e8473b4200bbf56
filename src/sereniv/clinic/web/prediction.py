"""The predicted-curve panel of plan, note and, where turned on, live page: a population model, not a measurement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from django.utils.safestring import SafeString, mark_safe

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.pharmacology import Dosing
from sereniv.pharmacology.band import PlanBand, plan_band
from sereniv.pharmacology.svg import render_band
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.dosing import dosing_of

DAYS_A_YEAR = 365.25
KEPT = 64
"""Bands kept in memory: the same plan is opened many times, its band never changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the panel shows: the drawing, its table twin, and what was assumed."""

    band: PlanBand
    drawing: SafeString
    rows: list[dict[str, float]]


def panel(
    dosing: Dosing, person: Person, weight_kg: Decimal, now: datetime, name: str, now_min: float | None = None
) -> Panel:
    """Work out the panel for one dosing of one person, by measured weight, age and sex."""
    sex: Literal["female", "male"] = "female" if person.sex_at_birth == "female" else "male"
    band = _band(dosing, float(weight_kg), _age_years(person.born, now.date()), sex)
    # Our own drawing of our own numbers; its texts are escaped where they are put in.
    drawing = mark_safe(render_band(band, name=name, now_min=now_min))  # noqa: S308
    return Panel(band=band, drawing=drawing, rows=band.table(every_min=20))


def session_panel(chart: SessionChart, person: Person, weight_kg: Decimal, now: datetime) -> Panel | None:
    """Work out the panel of a session from its charted rates, None before it started."""
    if chart.started_at is None:
        return None
    running = chart.stopped_at is None
    # A running session's curve is worked out to the whole minute, so that it is not drawn anew each second.
    until = now.replace(second=0, microsecond=0) if running else now
    at = (until - chart.started_at) / timedelta(minutes=1)
    if at <= 0:
        return None
    return panel(dosing_of(chart, until), person, weight_kg, now, "session", at if running else None)


def measured_weight_kg(chart: SessionChart) -> Decimal:
    """Return the weight that a session's order was measured on, which the models are told; not the dose weight."""
    if chart.opened is None:
        return chart.plan.dose_weight_kg
    order = chart_store.person_chart(chart.opened.event.person).order_numbered(chart.opened.event.order)
    return order.terms.measured_weight_kg if order else chart.plan.dose_weight_kg


@lru_cache(maxsize=KEPT)
def _band(dosing: Dosing, weight_kg: float, age_years: float, sex: Literal["female", "male"]) -> PlanBand:
    return plan_band(dosing, weight_kg=weight_kg, age_years=age_years, sex=sex)


def _age_years(born: date, today: date) -> float:
    return float(int((today - born).days / DAYS_A_YEAR))
