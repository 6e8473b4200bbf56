"""What is done at a chair beside the plan: a medicine, a measure, the screen before the start, help, a hospital."""

import re
import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.chair import care_forms, emergency
from sereniv.clinic.web.chair.views import ChairSheet, chair_sheet, opened_or_404
from sereniv.clinic.web.shell.acts import Caution, act_of, staff_of, why_refused
from sereniv.clinic.workflows.chair import calling, care, charting, listening, monitors, off_before
from sereniv.clinic.workflows.chair.listening import Screen
from sereniv.clinic.workflows.person import reach
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.chair.held_against import Ground, Objection, Offer
from sereniv.therapy.monitoring.suicide_said import suicide_named
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import FINISHED, Phase
from sereniv.therapy.session.events.incidents import Effect, Suicidality
from sereniv.therapy.session.not_theirs import ended_connections

SCREEN_SHAPE = re.compile(r"[0-9a-f]{8,40}", re.ASCII)

STANDING = "standing"
"""The choice of the monitor that is connected now."""
ONE_CALL_S = 10
"""Two taps by one person within this many seconds are one call for help."""


@require_http_methods(["GET", "POST"])
def medicine(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart a medicine of the standing orders, or another one."""

    def act_on(valid: care_forms.MedicineForm, act: Act) -> str | None:
        data, chosen = valid.cleaned_data, valid.chosen()
        if chosen is not None:
            given = care.give_under_order(session_id, *chosen, data["indication"], act, valid.typed())
            looks = care.unplaced_allergies(session_id, act.now)
            return _afterwards(given, looks, is_over=_is_over(session_id))
        effect = Effect(data["effect"] or Effect.NEITHER)
        names = ("medicine", "dose", "unit", "route", "indication")
        event = ev.MedicineGiven(**{name: data[name] for name in names}, effect=effect)
        given = care.give_other(session_id, event, act, valid.typed())
        return _afterwards(given, care.to_look_at(session_id, given, act.now), is_over=_is_over(session_id))

    orders, offered = care.standing_orders("medicine"), care.offers(session_id, clock.now())
    page = ChairSheet(
        title="Medicine given",
        button="Chart: it was given",
        intro="Given already, under the prescriber's standing order or their word.",
        template="chair/medicine.html",
        context={"offers": offered, "everywhere": _of_all(offered)},
    )
    return chair_sheet(request, session_id, care_forms.MedicineForm, page, act_on, orders=orders)


def _of_all(offered: list[Offer]) -> list[Objection]:
    """Return what is not known for every medicine alike, to be said once."""
    first = offered[0].looks if offered else ()
    return [each for each in first if each.ground is Ground.NOT_KNOWN and all(each in o.looks for o in offered)]


def _is_over(session_id: uuid.UUID) -> bool:
    return opened_or_404(session_id)[1].phase in FINISHED


def _afterwards(given: ev.MedicineGiven, looks: tuple[str, ...] = (), *, is_over: bool) -> str | None:
    """Say what a medicine asks for once it is charted: first what speaks against it, then what is looked at."""
    longer = f"The stay is prolonged by {knowledge().sedated_stay.extra_min} minutes; capnography on."
    now = "Look at the patient now and call the prescriber"
    if is_over:
        longer = "It prolongs a stay that is over: tell the prescriber."
        now = "The patient is no longer at this chair: call the prescriber"
    look = f" To be looked at: {'; '.join(looks)}." if looks else ""
    more = look if given.effect is Effect.NEITHER else f"{look} {longer}"
    if given.questions:
        against = "; ".join(given.questions)
        return Caution(
            f"{given.medicine} is charted, and questioned: {against}. {now}; "
            f"strike it in the log if it was not given.{more}"
        )
    if looks:
        return Caution(f"{given.medicine} is charted.{more}")
    return f"Charted.{more}" if more else None


@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart something done that is no medicine."""

    def act_on(valid: care_forms.MeasureDoneForm, act: Act) -> None:
        charting.chart_fact(session_id, ev.InterventionCharted(what=valid.what()), act, valid.typed())

    orders = care.standing_orders("measure")
    page = ChairSheet(
        title="Intervention",
        button="Chart",
        template="chair/measure.html",
        context={"orders": orders},
    )
    return chair_sheet(request, session_id, care_forms.MeasureDoneForm, page, act_on, orders=orders)


@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Ask what happened since the last visit, before the start; where words ask about suicide, ask that alone."""
    chart, now = opened_or_404(session_id)[1], clock.now()
    at_the_gate = chart.phase is Phase.PREPARING
    named = suicide_named(chart, rules_in_force(now)) is not None
    alone = not at_the_gate or (named and chart.screened is not None)
    row = next(row for row in knowledge().gate if row.id == "interval_history")

    def act_on(valid: care_forms.ScreenForm, act: Act) -> None:
        data = valid.cleaned_data
        found, suicidality = valid.found(), Suicidality(data["suicidality"])
        care.screen(session_id, tuple(valid.screens), found, suicidality, data["words"], act)

    everything = "Ask each one. What is found stands at the gate until the prescriber has looked at it."
    page = ChairSheet(
        title="Thoughts of suicide" if alone else "Since last time",
        button="Record the answer" if alone else "Record the answers",
        intro="Ask in so many words, and stay. New or worse thoughts open an item to take up." if alone else everything,
        back=f"{reverse('session_gate', args=[session_id])}#line-interval_history" if at_the_gate else "",
    )
    return chair_sheet(request, session_id, care_forms.ScreenForm, page, act_on, row=row, of_suicide_alone=alone)


@require_POST
def call_help(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Record that help was called and say what else to do at once."""
    _, chart = opened_or_404(session_id)
    act = act_of(request)
    # Two taps in a hurry are one call; after help has come, the next one is another.
    came = sum(isinstance(each.event, ev.HelpAnswered) for each in chart.entries)
    key = f"help-{session_id.hex}-{act.by.pk}-{int(act.now.timestamp()) // ONE_CALL_S}-{came}"
    charting.chart_fact(session_id, ev.HelpCalled(), act_of(request, key))
    return emergency.page(request, session_id)


@require_POST
def help_coming(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Record that one is on the way to a call for help, and show the sheet of the emergency."""
    opened_or_404(session_id)
    calling.come_to_help(session_id, act_of(request, request.POST.get("key", "")))
    return redirect("session_emergency", session_id=session_id)


@require_http_methods(["GET", "POST"])
def help_answered(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Record who came to a call for help."""

    def act_on(valid: care_forms.HelpAnsweredForm, act: Act) -> None:
        calling.answer_help(session_id, valid.cleaned_data["who"], act)

    page = ChairSheet(
        title="Help has come",
        button="Help has come",
        intro="The call then goes from every screen. The prompts at this chair stay as they are.",
    )
    return chair_sheet(request, session_id, care_forms.HelpAnsweredForm, page, act_on)


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Show what calls and rings, for a page that is already open; it says by the way to what it listens."""
    name = request.headers.get("X-Screen", "")
    if SCREEN_SHAPE.fullmatch(name):
        screen = Screen(
            who=staff_of(request).username,
            listens_to=request.headers.get("X-Listens", "")[:40],
            sounds=request.headers.get("X-Sounds") == "yes",
            at=clock.real_now(),
        )
        listening.note(name, screen)
    return render(request, "chair/calls.html")


@require_http_methods(["GET", "POST"])
def monitor_off(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart that the monitor was taken off on purpose, or since when one was off whose connection has ended."""
    _, chart = opened_or_404(session_id)
    stands, ended = chart.monitor, ended_connections(chart)
    choices = [(STANDING, f"{stands.event.device}, still connected")] if stands is not None else []
    choices += [
        (str(each.stream_seq), f"{each.event.device}, {_clock(each.recorded_at)} to {_clock(end)}: off before that")
        for each, end in ended
    ]

    def act_on(valid: care_forms.MonitorOffForm, act: Act) -> None:
        meant = valid.cleaned_data.get("connection") or (choices[0][0] if choices else STANDING)
        if meant == STANDING:
            monitors.disconnect(session_id, act, valid.typed())
        else:
            off_before.was_off(session_id, int(meant), act, valid.typed())

    page = ChairSheet(
        title="Monitor taken off",
        button="Chart: taken off on purpose",
        intro="Its signals are then not missed any more. Vital signs stay due: take them by hand and chart them. "
        "Where it was moved to somebody else before this, say when: what it sent since then leaves this chart.",
    )
    return chair_sheet(request, session_id, care_forms.MonitorOffForm, page, act_on, connections=choices)


def _clock(at: datetime) -> str:
    return f"{on_the_wall(at):%H:%M}"


@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """End a session whose patient goes to a hospital."""

    def act_on(valid: care_forms.TransferForm, act: Act) -> str:
        data = valid.cleaned_data
        care.transfer_out(session_id, data["where"], data["reason"], act, valid.typed())
        return "Charted as transferred, not discharged. Account for the drug, then sign the note."

    row, chart = opened_or_404(session_id)
    page = ChairSheet(
        title="Transfer to hospital",
        button="The patient has left for hospital",
        intro="Ends this session as a transfer, not a discharge. A running pump is charted as stopped then.",
        back=reverse("session_note", args=[session_id]),
        context={"touched": reach.of_person("transferred", row.person_id, clock.now(), doses=True)},
        why_not=why_refused(care.demand_not_over, chart),
    )
    return chair_sheet(request, session_id, care_forms.TransferForm, page, act_on)
