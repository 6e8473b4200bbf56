"""The predicted-curve panel of plan, note and, where turned on, live page: a population model, not a measurement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from django.utils.safestring import SafeString, mark_safe

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.pharmacology import Dosing
from sereniv.pharmacology.band import PlanBand, plan_band
from sereniv.pharmacology.svg import render_band
from sereniv.therapy.candidacy.not_in_curve import not_in_the_curve
from sereniv.therapy.person.chart import known_by
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.dosing import dosing_of

RUN_ON = timedelta(days=2)
"""How far ahead the rate charted last is followed; the ordered volume ends it long before."""
RUNS_ON = "After the line: as if the pump kept the rate charted last up to the ordered volume"
NOTHING_MORE = "After the line: as if nothing more were given"
KEPT = 64
"""Bands kept in memory: the same plan is opened many times, its band never changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the panel shows: the drawing, its table twin, what was assumed, and what stands after the line of now.

    `not_in_it` is what of this person no model knows; it stands beside the curve and is never folded away.
    """

    band: PlanBand
    drawing: SafeString
    rows: list[dict[str, float | None]]
    after_now: str = ""
    not_in_it: tuple[str, ...] = ()


def panel(
    dosing: Dosing,
    person: Person,
    weight_kg: Decimal,
    day: date,
    name: str,
    *,
    now_min: float | None = None,
    after_now: str = "",
    signed_at: datetime | None = None,
) -> Panel:
    """Work out the panel for one dosing of one person on a day, by measured weight and age.

    `signed_at` is when the note was signed that the panel stands in: what came later is not in that infusion's curve.
    """
    sex: Literal["female", "male"] = "female" if person.sex_at_birth == "female" else "male"
    band = _band(dosing, float(weight_kg), float(person.registered.age_on(day)), sex)
    # Our own drawing of our own numbers; its texts are escaped where they are put in.
    drawing = mark_safe(render_band(band, name=name, now_min=now_min))  # noqa: S308
    chart = chart_store.person_chart(person.pk)
    then = chart if signed_at is None else known_by(chart, signed_at)
    absent = not_in_the_curve(then, day, rules_in_force(clock.now()))
    rows = band.table(every_min=20)
    return Panel(band=band, drawing=drawing, rows=rows, after_now=after_now, not_in_it=absent)


def session_panel(chart: SessionChart, person: Person, weight_kg: Decimal, now: datetime) -> Panel | None:
    """Work out the panel of a session from its charted rates, None before it started.

    While the pump runs, the curve goes on after now as if it kept the rate charted last up to the ordered volume.
    """
    if chart.started_at is None:
        return None
    day = chart.started_at.date()
    if chart.stopped_at is not None:
        signed_at = chart.signed.recorded_at if chart.signed else None
        return panel(dosing_of(chart, now), person, weight_kg, day, "session", signed_at=signed_at)
    at = (now - chart.started_at) / timedelta(minutes=1)
    if at <= 0:
        return None
    dosing = dosing_of(chart, now + RUN_ON)
    goes_on = any(stop > at for _, stop in dosing.running_min())
    after = RUNS_ON if goes_on else NOTHING_MORE
    return panel(dosing, person, weight_kg, day, "session", now_min=at, after_now=after)


def measured_weight_kg(chart: SessionChart) -> Decimal:
    """Return the weight that a session's order was measured on, which the models are told; not the dose weight."""
    if chart.opened is None:
        return chart.plan.dose_weight_kg
    order = chart_store.person_chart(chart.opened.event.person).order_numbered(chart.opened.event.order)
    return order.terms.measured_weight_kg if order else chart.plan.dose_weight_kg


@lru_cache(maxsize=KEPT)
def _band(dosing: Dosing, weight_kg: float, age_years: float, sex: Literal["female", "male"]) -> PlanBand:
    return plan_band(dosing, weight_kg=weight_kg, age_years=age_years, sex=sex)
