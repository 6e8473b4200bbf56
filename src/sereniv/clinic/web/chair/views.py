"""The chair: one session, live; its status, its log, and everything that is charted there."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.web.chair.elsewhere import calls_elsewhere
from sereniv.clinic.web.chair.figures import last_values
from sereniv.clinic.web.chair.forms import NoticeForm, ObserveForm, RemarkForm, VitalsForm
from sereniv.clinic.web.chair.let_in import demand_let_in
from sereniv.clinic.web.chair.named import told_after_the_session
from sereniv.clinic.web.chair.prediction import measured_weight_kg, session_panel
from sereniv.clinic.web.chair.series import session_series
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.web.shell.acts import Caution, Sheet, act_of, form_for, sheet, why_refused
from sereniv.clinic.web.shell.form_parts import ActForm, ConfirmForm
from sereniv.clinic.workflows.chair import charting, letting_go, monitors
from sereniv.clinic.workflows.chair.gone_on import gone_on
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import prediction_on_live_page
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import line_title
from sereniv.therapy.candidacy.signed_over import of_session
from sereniv.therapy.chair.still_open import demand_nothing_urgent
from sereniv.therapy.correction import striking
from sereniv.therapy.documents.answering import order_of
from sereniv.therapy.monitoring.asked import words_now
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.unread import HOW_TO_MEND, unread_briefly
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase, SessionChart
from sereniv.therapy.session.entry_words import entry_words
from sereniv.therapy.session.placing import HOW_TO_PLACE, NOT_COUNTED

OBSERVED: dict[ev.Observation | None, str] = {
    ev.Observation.MOAAS: "Sedation: alertness, MOAA/S",
    ev.Observation.DISTRESS: "Distress",
    ev.Observation.PAIN: "Pain, 0 to 10",
    ev.Observation.DISSOCIATION: "Dissociation: how far away",
    ev.Observation.IV_SITE: "IV site",
}


def opened_or_404(session_id: uuid.UUID) -> tuple[SessionRow, SessionChart]:
    """Return a session's row and chart, or answer 404."""
    # Of somebody erased by law, what is left of a session stands in the drug's record alone.
    row = get_object_or_404(queries.sessions().filter(person__erased_at=None), pk=session_id)
    chart = chart_store.session_chart_of(session_id)
    if chart.opened is None:
        why = "; ".join(unread_briefly(chart.unread))
        raise Refused("unread", f"This session cannot be shown: {why} cannot be read. Chart on paper. {HOW_TO_MEND}")
    return row, chart


def strip(row: SessionRow, chart: SessionChart) -> dict[str, Any]:
    """Return what the patient strip shows: who, how heavy, what to know."""
    person: Person = row.person
    record = chart_store.person_chart(person.pk)
    return {
        "person": person,
        "row": row,
        "chart": chart,
        "baseline": _baseline(chart),
        "urgent": why_refused(demand_nothing_urgent, chart),
        "signed_order": order_of(chart, record),
        "signed_over": of_session(chart, record, person.registered, rules_in_force(clock.now()), clock.now()),
    }


def _baseline(chart: SessionChart) -> str:
    """Write the last pressure charted before the start, against which the rest is read."""
    before = chart.pressure_before_start()
    return f"{before[0]:.0f}/{before[1]:.0f} mmHg" if before else ""


def _status_context(session_id: uuid.UUID) -> dict[str, Any]:
    row, chart = opened_or_404(session_id)
    return {**strip(row, chart), **standing(session_id, chart), "key": new_key()}


def standing(session_id: uuid.UUID, chart: SessionChart) -> dict[str, Any]:
    """Return what stands beside a chart at every moment: numbers and prompts here, and what other chairs ask for."""
    now = clock.now()
    return {"status": status_of(session_id, chart, now), "elsewhere": calls_elsewhere(session_id, now)}


def _beside_the_form(session_id: uuid.UUID, chart: SessionChart) -> dict[str, Any]:
    """Return what a form of the chair stands beside: the numbers and the chart, once there is something to see."""
    if chart.phase is Phase.PREPARING:
        return {"status": status_of(session_id, chart, clock.now())}
    return {
        **standing(session_id, chart),
        "series": session_series(session_id, chart, clock.now()),
        "charting": True,
    }


@require_GET
def session(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show the chair; a session that has not passed its gate opens there instead."""
    context = _status_context(session_id)
    chart = context["chart"]
    if chart.phase is Phase.PREPARING and not chart.started_at:
        return redirect("session_gate", session_id=session_id)
    seen = (chart, context["person"], measured_weight_kg(chart), clock.now())
    panel = session_panel(*seen) if prediction_on_live_page() else None
    let_go = letting_go.words_of(session_id) if chart.phase in FINISHED else ""
    series = session_series(session_id, chart, clock.now())
    shown = {"series": series, "log": log_of(chart), "panel": panel, "let_go": let_go}
    return render(request, "chair/chair.html", {**context, **shown})


@require_GET
def session_status(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show the numbers, prompts and buttons alone, for a page that is already open; beside a form, no buttons."""
    context = {**_status_context(session_id), "charting": "charting" in request.GET}
    demand_let_in(request, session_id)
    return render(request, "chair/status.html", context)


@require_GET
def session_log(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show the log of entries alone."""
    row, chart = opened_or_404(session_id)
    return render(request, "chair/log.html", {"row": row, "chart": chart, "log": log_of(chart)})


@require_GET
def session_data(request: HttpRequest, session_id: uuid.UUID) -> JsonResponse:
    """Give the chart's series as JSON."""
    del request
    _, chart = opened_or_404(session_id)
    return JsonResponse(session_series(session_id, chart, clock.now()))


def charted_words(chart: SessionChart, entry: Recorded[ev.SessionEvent]) -> str:
    """Say what an entry charted, with clock times of today's day."""
    today = on_the_wall(clock.now()).date()
    return entry_words(
        chart,
        entry,
        partial(line_title, knowledge().gate),
        lambda moment: clock_words(on_the_wall(moment), today, seconds=True),
    )


def log_of(chart: SessionChart) -> list[dict[str, Any]]:
    """Return the log as it is shown, the newest first."""
    questions: dict[int, list[tuple[str, str]]] = {}
    for number, field, question in chart.open_questions():
        questions.setdefault(number, []).append((field, question))
    misplaced = {step.entry for step in chart.misplaced}
    return [
        {
            "entry": entry,
            "misplaced": f"{NOT_COUNTED.capitalize()}. {HOW_TO_PLACE}" if entry.stream_seq in misplaced else "",
            "words": charted_words(chart, entry),
            "struck": chart.struck.get(entry.stream_seq),
            "strikable": isinstance(entry.event, striking.STRIKABLE) and entry.stream_seq not in chart.struck,
            "questions": questions.get(entry.stream_seq, []),
        }
        for entry in sorted(chart.entries, key=lambda each: (each.at, each.stream_seq), reverse=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairSheet(Sheet):
    """A form page of the chair; it leads back to the chair unless it says where to."""

    back: str = ""
    template: str = "chair/sheet.html"


def chair_sheet(
    request: HttpRequest,
    session_id: uuid.UUID,
    form_class: type[ActForm],
    page: ChairSheet,
    action: Callable[[Any, Act], str | None],
    **form_keywords: Any,
) -> HttpResponse:
    """Show a form of the chair under its strip and beside the chart, or perform its act and go back."""
    row, chart = opened_or_404(session_id)
    initial = {"expected_seq": chart.head, **form_keywords.pop("initial", {})}
    form = form_for(request, form_class, initial=initial, **form_keywords)
    name = "session_emergency" if request.GET.get("from") == "emergency" else "session"
    shown = replace(
        page,
        back=page.back or reverse(name, args=[session_id]),
        context={**strip(row, chart), **_beside_the_form(session_id, chart), **page.context},
    )
    stream = chart_store.session_stream(session_id)
    return sheet(request, form, shown, action, lambda: chart_store.stream_end(stream))


@require_http_methods(["GET", "POST"])
def vitals(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart typed vital signs, and what the pump shows while it runs."""
    _, chart = opened_or_404(session_id)

    def act_on(valid: VitalsForm, act: Act) -> str | None:
        data = valid.cleaned_data
        event = charting.chart_vitals(session_id, data, act, valid.typed(), data.get("volume_ml"))
        questions = event.questions.values() if event else ()
        return Caution("Stored. Please confirm: " + " ".join(questions)) if questions else None

    page = ChairSheet(
        title="Chart vitals",
        button="Chart vitals",
        intro="Leave blank what you did not take.",
        template="chair/vitals.html",
    )
    today = on_the_wall(clock.now()).date()
    last = last_values(chart, lambda moment: clock_words(on_the_wall(moment), today))
    return chair_sheet(request, session_id, VitalsForm, page, act_on, has_pump=chart.phase in RUNNING, last=last)


@require_POST
def from_monitor(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart by one tap what the monitor shows now."""
    opened_or_404(session_id)
    try:
        missing = monitors.chart_from_monitor(session_id, act_of(request, request.POST.get("key", "")))
    except (Refused, Malformed) as no:
        return _said(request, session_id, str(no), "warning")
    if missing:
        names = ", ".join(name.replace("_", " ") for name in missing)
        return _said(
            request, session_id, f"Charted. The monitor has no fresh {names}: take it and chart it.", "warning"
        )
    return redirect("session", session_id=session_id)


def _said(request: HttpRequest, session_id: uuid.UUID, words: str, level: str) -> HttpResponse:
    (messages.warning if level == "warning" else messages.success)(request, words)
    return redirect("session", session_id=session_id)


@require_http_methods(["GET", "POST"])
def observe(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart a side effect, alertness or pain."""

    def act_on(valid: ObserveForm, act: Act) -> None:
        data = valid.cleaned_data
        what = ev.Observation(data["observation"])
        charting.chart_observation(session_id, what, data["grade"], data["remark"], act, valid.typed())

    _, chart = opened_or_404(session_id)
    asked = request.GET.get("what", "")
    what = ev.Observation(asked) if asked in set(ev.Observation) else None
    page = ChairSheet(title=OBSERVED.get(what, "Side effect"), button="Chart", template="chair/observe.html")
    return chair_sheet(request, session_id, ObserveForm, page, act_on, what=what, standing=chart.standing)


@require_http_methods(["GET", "POST"])
def remark(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Chart something done, or a remark; after signing it becomes an addendum."""

    def act_on(valid: RemarkForm, act: Act) -> str | None:
        data = valid.cleaned_data
        done = data["kind"] == "intervention"
        event = ev.InterventionCharted(what=data["text"]) if done else ev.RemarkCharted(text=data["text"])
        charting.chart_fact(session_id, event, act, valid.typed())
        return told_after_the_session(data["text"], chart_store.session_chart_of(session_id).phase)

    page = ChairSheet(title="Remark", button="Chart")
    return chair_sheet(request, session_id, RemarkForm, page, act_on)


@require_http_methods(["GET", "POST"])
def confirm_entry(request: HttpRequest, session_id: uuid.UUID, entry: int, field: str) -> HttpResponse:
    """Confirm a questioned value."""
    _, chart = opened_or_404(session_id)
    asked = next((words for number, name, words in chart.open_questions() if (number, name) == (entry, field)), None)
    if asked is None:
        raise Http404

    def act_on(valid: ConfirmForm, act: Act) -> None:
        charting.confirm_value(session_id, entry, field, valid.cleaned_data["remark"], act)

    page = ChairSheet(title="Is this value right?", button="It is right", intro=asked)
    return chair_sheet(request, session_id, ConfirmForm, page, act_on)


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, session_id: uuid.UUID, alert: str) -> HttpResponse:
    """Take notice of a prompt."""
    _, chart = opened_or_404(session_id)
    if alert not in chart.alerts:
        raise Http404
    raised = chart.alerts[alert].raised.event

    def act_on(valid: NoticeForm, act: Act) -> str | None:
        pump = valid.pump(raised.title)
        if not charting.acknowledge(session_id, alert, valid.done(), act, pump, valid.typed()):
            return None
        done = "stopped" if isinstance(pump, ev.InfusionStopped) else "paused"
        return f"Acknowledged. The pump is charted as {done} now."

    page = ChairSheet(
        title=raised.title,
        button="Acknowledge",
        intro=words_now(chart.alerts[alert], chart.phase, rules_in_force(clock.now())),
        template="chair/notice.html",
        context={
            "raised": raised,
            "is_technical": raised.kind is ev.AlertKind.TECHNICAL,
            "since": gone_on(session_id, chart.alerts[alert], chart, clock.now(), rules_in_force(clock.now())),
        },
    )
    return chair_sheet(request, session_id, NoticeForm, page, act_on, phase=chart.phase)
