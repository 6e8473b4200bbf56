"""The end of a session: drug accounted for, recovery, discharge, note."""

import uuid
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.chair.finish_forms import DischargeForm, DrugForm, RecoveryForm, SignNoteForm
from sereniv.clinic.web.chair.prediction import measured_weight_kg, session_panel
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.web.chair.views import opened_or_404, strip
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, Sheet, form_for, perform, sheet, staff_of, why_refused
from sereniv.clinic.workflows.chair import charting, letting_go, notes, sessions
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock import drug as drug_of_a_session
from sereniv.therapy.chair.decide import demand_recovering
from sereniv.therapy.chair.recovery import recovery_grid
from sereniv.therapy.documents.note_text import addenda, digest
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.departure import how_it_ended
from sereniv.therapy.session.pump_volume import volume_check
from sereniv.therapy.session.reached import doubt_words
from sereniv.therapy.treatment.dose import rounded


@require_http_methods(["GET", "POST"])
def drug(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Account for the drug drawn, with a witness; once there is an account, correct it by a second one."""
    row, chart = opened_or_404(session_id)
    vials = drug_of_a_session.vials_of(session_id, chart)
    drawn_mg = sum((each.drawn_mg for each in vials), Decimal(0))
    corrects = chart.reconciled is not None
    form = form_for(request, DrugForm, initial=_accounted(chart, drawn_mg), corrects=corrects)

    def account(valid: DrugForm, act: Act) -> str:
        data = valid.cleaned_data
        amounts = (data["given_mg"], data["wasted_mg"])
        reason = data.get("reason", "")
        charting.reconcile_drug(session_id, *amounts, data["method"], data["explanation"], act, reason)
        return "Account corrected; the first stays legible." if corrects else "Drug accounted for."

    words = Sheet(
        title="Correct the account" if corrects else "Account for the drug",
        button="Record the corrected account" if corrects else "Record given and wasted",
        back=reverse("session_note" if corrects else "session", args=[session_id]),
        template="chair/drug.html",
        intro=_drawn_and_given(chart, drawn_mg),
        why_not=why_refused(charting.demand_accountable, chart),
        context={
            **strip(row, chart),
            "status": status_of(session_id, chart, clock.now()),
            "may_correct_draws": not charting.runs_on(chart) or chart.started_at is None,
        },
    )
    return sheet(request, form, words, account)


def _given_mg(chart: SessionChart) -> Decimal:
    """Return what was given by charted rates, as the clinic rounds it."""
    now = clock.now()
    return rounded(delivered(chart, now).mg, rules_in_force(now).standard.mg_increment)


def _accounted(chart: SessionChart, drawn_mg: Decimal) -> dict[str, Any]:
    """Return what the charted rates say was given and wasted, once the pump has stopped; before that nothing is."""
    if chart.prepared is None or (chart.started_at is not None and chart.stopped_at is None):
        return {}
    if chart.started_at is None:
        return {"given_mg": Decimal(0), "wasted_mg": plain(drawn_mg)} if chart.spilt else {}
    given = _given_mg(chart)
    return {"given_mg": given, "wasted_mg": plain(drawn_mg - given)}


def _drawn_and_given(chart: SessionChart, drawn_mg: Decimal) -> str:
    if chart.prepared is None:
        return "No drug was drawn."
    bags = f" in {len(chart.bags)} bags" if len(chart.bags) > 1 else ""
    drawn = f"Drawn {plain(drawn_mg)} mg{bags}."
    if charting.runs_on(chart):
        return f"{drawn} {charting.STOP_FIRST}"
    spilt = "".join(f" Spilt {plain(each.event.volume_ml)} mL: {each.event.words}" for each in chart.spilt)
    done = chart.reconciled.event if chart.reconciled else None
    before = f" Accounted so far: {plain(done.given_mg)} mg given, {plain(done.wasted_mg)} mg wasted." if done else ""
    if chart.started_at is None:
        return f"{drawn}{spilt} Nothing was given: the infusion was not started.{before}"
    checked = volume_check(chart, rules_in_force(clock.now()).volume)
    shown = (
        f" The pump showed {plain(checked.read_ml)} mL at {clock_words(checked.at, clock.now().date())}."
        if checked
        else ""
    )
    doubt = doubt_words(chart, clock.now(), lambda at: clock_words(on_the_wall(at), clock.now().date()))
    doubted = f" Of this, {doubt}." if doubt else ""
    return f"{drawn}{spilt} By charted rates {_given_mg(chart)} mg were given.{doubted}{shown}{before}"


@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Score recovery; the discharge lines stand beside the grid."""
    row, chart = opened_or_404(session_id)
    lines = recovery_grid(chart, clock.now(), rules_in_force(clock.now()))
    # Nothing but the escort's name is carried over: each score is looked at anew.
    escort = chart.recoveries[-1].event.escort_present if chart.recoveries else ""
    form = form_for(request, RecoveryForm, initial={"escort_present": escort})

    def score(valid: RecoveryForm, act: Act) -> str:
        names = [name for name in ev.RecoveryScored.__dataclass_fields__ if name in valid.cleaned_data]
        event = ev.RecoveryScored(**{name: valid.cleaned_data[name] for name in names})
        charting.chart_fact(session_id, event, act, valid.typed())
        return f"Recovery scored: Aldrete {event.aldrete}."

    words = Sheet(
        title="Recovery",
        button="Record recovery",
        back=reverse("session_recovery", args=[session_id]),
        template="chair/recovery.html",
        context={
            **strip(row, chart),
            "status": status_of(session_id, chart, clock.now()),
            "lines": lines,
            "open_lines": [line for line in lines if not line.holds],
        },
    )
    return sheet(request, form, words, score)


@require_http_methods(["GET", "POST"])
def discharge(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Let the patient go, or say what is in the way."""
    row, chart = opened_or_404(session_id)
    escort = chart.recoveries[-1].event.escort_present if chart.recoveries else ""
    form = form_for(request, DischargeForm, initial={"handed_to": escort, "expected_seq": chart.head})

    def leave(valid: DischargeForm, act: Act) -> str:
        data = valid.cleaned_data
        sessions.discharge(
            session_id,
            data["handed_to"],
            data["advice_given"],
            data["exception"],
            data["expected_seq"] or 0,
            act,
            identity_checked=data["identity_checked"],
            way=ev.Departure(data["way"]),
            told=data["told"],
        )
        ended = how_it_ended(opened_or_404(session_id)[1])
        return f"{ended[:1].upper()}{ended[1:]}. The note is to be signed once the drug is accounted for."

    words = Sheet(
        title="Discharge",
        button="Discharge",
        back=reverse("session_note", args=[session_id]),
        template="chair/discharge.html",
        why_not=why_refused(demand_recovering, chart),
        context={
            **strip(row, chart),
            "told": rules_in_force(clock.now()).leaflets["departure"].section("until_tomorrow"),
            "status": status_of(session_id, chart, clock.now()),
            "lines": recovery_grid(chart, clock.now(), rules_in_force(clock.now())),
        },
    )
    return sheet(request, form, words, leave, lambda: opened_or_404(session_id)[1].head)


@require_GET
def note(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show the note as it has written itself, signed or not."""
    return _note_page(request, session_id, None)


def _note_page(request: HttpRequest, session_id: uuid.UUID, tried: SignNoteForm | None) -> HttpResponse:
    row, chart = opened_or_404(session_id)
    sections = notes.note_of(chart)
    asked = notes.to_say_before_signing(chart, rules_in_force(clock.now()))
    context = {
        **strip(row, chart),
        "status": status_of(session_id, chart, clock.now()),
        "sections": sections,
        "panel": session_panel(chart, row.person, measured_weight_kg(chart), clock.now()),
        "digest": digest(sections),
        "addenda": addenda(chart, notes.subject_of(chart)),
        "knowledge_version": chart.opened.event.knowledge_version if chart.opened else "",
        "ended": how_it_ended(chart),
        "let_go": letting_go.words_of(session_id),
        "is_over": chart.phase in {Phase.DISCHARGED, Phase.CLOSED_UNUSED},
        "asked": asked,
        "vials": drug_of_a_session.vials_of(session_id, chart),
        "form": tried or _sign_form(request, chart, asked),
    }
    return render(request, "chair/note.html", context, status=UNPROCESSABLE if tried else 200)


def _sign_form(request: HttpRequest, chart: SessionChart, asked: tuple[str, ...]) -> SignNoteForm:
    initial = {"expected_seq": chart.head}
    form: SignNoteForm = form_for(request, SignNoteForm, initial=initial, signer=staff_of(request), asks=bool(asked))
    return form


@require_POST
def sign(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Sign the note; it locks."""
    _, chart = opened_or_404(session_id)
    form = _sign_form(request, chart, notes.to_say_before_signing(chart, rules_in_force(clock.now())))

    def put(valid: SignNoteForm, act: Act) -> str:
        data = valid.cleaned_data
        notes.sign_note(session_id, data["expected_seq"] or 0, act, data.get("words", ""))
        return "Note signed and locked."

    if perform(request, form, put):
        return redirect("session_note", session_id=session_id)
    if form.conflicted:
        form.decide_anew(opened_or_404(session_id)[1].head)
    return _note_page(request, session_id, form)
