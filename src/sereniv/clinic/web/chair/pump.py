"""What is charted of the pump: another rate, a pause, that it runs again, a stop, and a pump found otherwise."""

import uuid
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.web.chair.forms import FoundForm, RateForm, ResumeForm, StoppedForm
from sereniv.clinic.web.chair.views import ChairSheet, chair_sheet, opened_or_404
from sereniv.clinic.web.shell.acts import why_refused
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.chair.learned import words_learned
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.chair.decide import (
    asked_before_resuming,
    demand_resumable,
    demand_running,
    rate_before_pause,
)
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.treatment.order_limits import limits_for
from sereniv.units import MINUTES_PER_HOUR


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart another rate, within limits."""

    def act_on(valid: RateForm, act: Act) -> None:
        data = valid.cleaned_data
        sessions.change_rate(session_id, data["rate_ml_per_h"], data["reason"], data["expected_seq"] or 0, act)

    _, chart = opened_or_404(session_id)
    intro = f"{_rate_bounds(chart)} Set the pump, then chart what its screen shows. Sereniv does not move the pump."
    why_not = why_refused(demand_running, chart)
    page = ChairSheet(title="Rate changed", button="Chart the rate", intro=intro, why_not=why_not)
    asked = {"second_asked": _second_signs(chart), **_held_against(chart), **_read_by_two()}
    return chair_sheet(request, session_id, RateForm, page, act_on, **asked)


def _held_against(chart: SessionChart) -> dict[str, Any]:
    """Return what a rate that is typed is held against, so that a slip of ten downwards is asked about."""
    under = rules_in_force(clock.now()).read_back.asks_under_fraction
    return {"before_ml_per_h": rate_before_pause(chart) or chart.plan.rate_ml_per_h, "under_fraction": under}


def _read_by_two() -> dict[str, Any]:
    """Return by how much two readings of one screen may differ."""
    return {"tolerance_fraction": rules_in_force(clock.now()).read_back.tolerance_fraction}


def _rate_bounds(chart: SessionChart) -> str:
    """Say, before anybody touches the pump, what it runs at and which rates ask for more."""
    words = [f"Ordered {plain(chart.plan.rate_ml_per_h)} mL/h"]
    if chart.rates:
        words.append(f"charted now {plain(chart.rates[-1].rate_ml_per_h)} mL/h")
    second, never = _bounds_ml_per_h(chart)
    words.append(f"over {_read_by_two_from(chart)} mL/h a second person reads the pump too")
    words += [f"over {second} mL/h a prescriber is one of the two"] if _is_under(second, never) else []
    words += [f"over {never} mL/h cannot be set"] if never is not None else []
    return "; ".join(words) + "."


def _is_under(second: Decimal | None, never: Decimal | None) -> bool:
    return second is not None and (never is None or second < never)


def _second_signs(chart: SessionChart) -> str:
    """Say above which rate a second person is needed."""
    return f"Only above {_read_by_two_from(chart)} mL/h."


def _read_by_two_from(chart: SessionChart) -> Decimal:
    """Return the rate above which a second person is asked for: to read the pump's screen too, or by a limit."""
    tolerance = rules_in_force(clock.now()).read_back.tolerance_fraction
    over_order = _down(chart.plan.rate_ml_per_h * (1 + tolerance))
    second, _ = _bounds_ml_per_h(chart)
    return over_order if second is None else min(over_order, second)


def _bounds_ml_per_h(chart: SessionChart) -> tuple[Decimal | None, Decimal | None]:
    """Return the rates above which a second person signs, and above which none can be set; None without a limit."""
    plan = chart.plan
    of_plan = limits_for(plan.kind, rules_in_force(clock.now()))
    limits = [each for each in of_plan if each.quantity == "mg_per_kg_per_h"]
    hard = [each.hard_above for each in limits if each.hard_above is not None]
    absolute = [each.absolute_above for each in limits if each.absolute_above is not None]

    def in_ml_per_h(bound: Decimal) -> Decimal:
        return _down(bound * plan.dose_weight_kg / plan.concentration_mg_per_ml)

    capped = [plan.cap_mg_per_h / plan.dose_weight_kg] if plan.cap_mg_per_h is not None else []
    judged = [*hard, *capped]
    shortest = [each.absolute_below for each in of_plan if each.quantity == "duration_min" and each.absolute_below]
    fastest = [max(plan.rate_ml_per_h, _down(plan.volume_ml * MINUTES_PER_HOUR / minutes)) for minutes in shortest]
    never = [*map(in_ml_per_h, absolute), *fastest]
    return (in_ml_per_h(min(judged)) if judged else None), min(never, default=None)


def _down(rate_ml_per_h: Decimal) -> Decimal:
    return rate_ml_per_h.quantize(Decimal("0.1"), ROUND_DOWN)


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart that the paused pump runs again."""
    _, chart = opened_or_404(session_id)

    def act_on(valid: ResumeForm, act: Act) -> None:
        data = valid.cleaned_data
        sessions.resume(session_id, data["rate_ml_per_h"], data["expected_seq"] or 0, act, data["reason"])

    before = rate_before_pause(chart)
    ran = f"It ran at {plain(before)} mL/h before the pause." if before is not None else ""
    intro = f"{ran} Read the rate from the pump's screen."
    page = ChairSheet(
        title="The pump runs again",
        button="Chart: it runs again",
        intro=intro,
        context={"changes": _to_answer(chart)},
        why_not=why_refused(demand_resumable, chart),
    )
    asked = {"second_asked": _second_signs(chart), **_held_against(chart), **_read_by_two()}
    return chair_sheet(request, session_id, ResumeForm, page, act_on, **asked)


def _to_answer(chart: SessionChart) -> tuple[str, ...]:
    """Return what is asked before the pump runs again: what stands at the chair, and what the record has learned."""
    now = clock.now()
    asked = asked_before_resuming(chart, words_learned(chart, now), rules_in_force(now))
    return (asked,) if asked else ()


@require_http_methods(["GET", "POST"])
def stopped(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart that the nurse stopped the pump."""

    def act_on(valid: StoppedForm, act: Act) -> None:
        data = valid.cleaned_data
        event = ev.InfusionStopped(reason=data["reason"])
        charting.chart_pump(session_id, event, data["volume_ml"], act, valid.typed())

    intro = "Stop the pump by hand first. This charts that you did; it does not move the pump."
    page = ChairSheet(title="I have stopped the pump", button="I have stopped the pump", intro=intro)
    return chair_sheet(request, session_id, StoppedForm, page, act_on)


@require_http_methods(["GET", "POST"])
def paused(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart that the nurse paused the pump."""

    def act_on(valid: StoppedForm, act: Act) -> None:
        data = valid.cleaned_data
        event = ev.InfusionPaused(reason=data["reason"])
        charting.chart_pump(session_id, event, data["volume_ml"], act, valid.typed())

    intro = "Pause the pump by hand first. This charts that you did; it does not move the pump."
    page = ChairSheet(title="I have paused the pump", button="I have paused the pump", intro=intro)
    return chair_sheet(request, session_id, StoppedForm, page, act_on)


@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart a pump found running, or at another rate: a fact is never refused, the deviation is kept."""

    def act_on(valid: FoundForm, act: Act) -> None:
        data = valid.cleaned_data
        _, chart = opened_or_404(session_id)
        rate_found, words = data["rate_ml_per_h"], data["deviation"]
        event: ev.SessionEvent = (
            ev.RateFound(rate_ml_per_h=rate_found, deviation=words)
            if chart.started_at
            else ev.InfusionFoundRunning(rate_ml_per_h=rate_found, deviation=words)
        )
        charting.chart_fact(session_id, event, act, valid.typed())

    intro = "For a pump that was already running, or runs at a rate nobody charted. It is kept with its deviation."
    page = ChairSheet(title="Pump discrepancy", button="Chart the discrepancy", intro=intro)
    _, chart = opened_or_404(session_id)
    return chair_sheet(request, session_id, FoundForm, page, act_on, **_held_against(chart))
