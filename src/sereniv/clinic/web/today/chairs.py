"""Today's lines about sessions: chairs, gates, prompts, values to confirm, drug and notes."""

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal

from django.urls import reverse

from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.admin.setup_steps import some
from sereniv.clinic.web.templatetags.clinic import age, countdown
from sereniv.clinic.web.today.clinic_now import Clinic, OfOne
from sereniv.clinic.web.today.topics import A_DAY, TodayLine, since
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy import monitoring
from sereniv.therapy.chair.gate_facts import LineState
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import RUNNING, SessionChart
from sereniv.therapy.session.chart import Phase as SessionPhase
from sereniv.therapy.session.departure import ended_at, how_it_ended


def at_the_chairs(clinic: Clinic) -> Iterable[TodayLine]:
    """Name every open session with what is due in it."""
    for row, chart in clinic.open_sessions:
        if chart.phase in {SessionPhase.PREPARING, SessionPhase.READY}:
            continue
        due = monitoring.next_vitals_due(chart, clinic.now, monitoring.schedule_of(chart, rules_in_force(clinic.now)))
        late = due is not None and clinic.now > due.at
        prompts = len(chart.open_alerts)
        words = [f"{prompts} prompt{'s' if prompts != 1 else ''} unacknowledged"] if prompts else []
        if due is not None:
            words.append(
                f"vital signs late by {countdown(due.at, clinic.now)}"
                if late
                else f"vital signs due in {countdown(due.at, clinic.now)}"
            )
        yield TodayLine(
            what=f"{row.chair}: {row.person}, {chart.phase}",
            address=reverse("session", args=[row.pk]),
            detail="; ".join(words),
            pressing=late or prompts > 0,
        )


def gates_waiting(clinic: Clinic) -> Iterable[TodayLine]:
    """Name every session before its start with what holds it back."""
    for row, chart in clinic.open_sessions:
        if chart.phase is SessionPhase.READY:
            detail = "The gate is passed; start the infusion."
        elif chart.phase is SessionPhase.PREPARING:
            open_lines = [line.row.title for line in clinic.gate_of(chart) if not line.lets_pass]
            detail = some(open_lines) if open_lines else "Every check is met; pass the gate."
        else:
            continue
        yield TodayLine(
            what=f"{row.chair}: {row.person}", address=reverse("session_gate", args=[row.pk]), detail=detail
        )


def escalated_prompts(clinic: Clinic) -> Iterable[TodayLine]:
    """Name prompts nobody acknowledged in time, that now reach the prescriber."""
    for row, chart in clinic.open_sessions:
        reached = monitoring.escalated(chart, clinic.now, rules_in_force(clinic.now))
        for alert in chart.open_alerts:
            if "prescriber" in reached.get(alert.raised.event.alert, ""):
                yield TodayLine(
                    what=f"{row.chair}: {row.person}, {alert.raised.event.title}",
                    address=reverse("session", args=[row.pk]),
                    detail=f"unacknowledged for {age(alert.first.at, clinic.now)}",
                    pressing=True,
                )


def exceptions_to_judge(clinic: Clinic) -> Iterable[TodayLine]:
    """Name gate lines that do not hold and that only a prescriber may pass."""
    for row, chart in clinic.open_sessions:
        if chart.phase is not SessionPhase.PREPARING:
            continue
        for line in clinic.gate_of(chart):
            if line.state is LineState.DOES_NOT_HOLD and line.may_be_passed_over:
                yield TodayLine(
                    what=f"{row.chair}: {row.person}, {line.row.title}",
                    address=reverse("session_gate", args=[row.pk]),
                    detail=line.why,
                )


def questioned_values(clinic: OfOne) -> Iterable[TodayLine]:
    """Name stored values of people that nobody may use until somebody says whether they are right.

    Of a session that is over too, until its note is signed: who went home leaves the question behind.
    """
    for person, chart in clinic.people:
        for asked in chart.open_questions():
            yield TodayLine(
                what=f"{person}: {asked.field.replace('_', ' ')} {asked.value}",
                address=reverse("person_confirm", args=[person.pk, asked.entry, asked.field]),
                detail=asked.question,
            )

    for row, session in clinic.unsigned:
        for entry, field, question in session.open_questions():
            yield TodayLine(
                what=f"{clinic.person}, infusion {row.infusion_number}: {field.replace('_', ' ')}",
                address=reverse("session_confirm", args=[row.pk, entry, field]),
                detail=question,
            )


def questioned_at_the_chairs(clinic: Clinic) -> Iterable[TodayLine]:
    """Name values charted at the chairs that nobody may use until somebody says whether they are right."""
    for row, session in clinic.open_sessions:
        for entry, field, question in session.open_questions():
            yield TodayLine(
                what=f"{row.chair}: {row.person}, {field.replace('_', ' ')}",
                address=reverse("session_confirm", args=[row.pk, entry, field]),
                detail=question,
                pressing=session.phase in RUNNING,
            )


def drug_to_account_for(clinic: OfOne) -> Iterable[TodayLine]:
    """Name sessions that are over for the pump while their drug is not yet accounted for."""
    for row, chart in (*clinic.open_sessions, *clinic.unsigned):
        over = chart.phase in {SessionPhase.RECOVERY, SessionPhase.DISCHARGED}
        if over and chart.is_unaccounted:
            yield TodayLine(
                what=f"{row.chair}: {clinic.person}, {plain(chart.drawn_mg)} mg drawn",
                address=reverse("session_drug", args=[row.pk]),
                detail="account for given and wasted with a witness",
            )


def residual_drug(clinic: Clinic) -> Iterable[TodayLine]:
    """Name vials with drug drawn for a session that no longer runs and never accounted for."""
    running = {str(row.pk) for row, chart in clinic.open_sessions if chart.phase is not SessionPhase.RECOVERY}
    for row in queries.vials_with_residual():
        vial = chart_store.vial(row.pk)
        open_mg = sum((mg for session, mg in vial.unaccounted.items() if session not in running), Decimal(0))
        if open_mg:
            yield TodayLine(
                what=f"Vial {vial.label}: {plain(open_mg)} mg not accounted for",
                address=reverse("stock_vial", args=[row.pk]),
            )


def notes_to_sign(clinic: OfOne) -> Iterable[TodayLine]:
    """Name every note that waits for its signature, the oldest first."""
    return (_note(clinic, row, chart) for row, chart in clinic.unsigned)


def notes_left_unsigned(clinic: OfOne) -> Iterable[TodayLine]:
    """Name notes that nobody has signed for more than a day."""
    return (_note(clinic, row, chart) for row, chart in clinic.unsigned if clinic.now - row.changed_at > A_DAY)


def _note(clinic: OfOne, row: SessionRow, chart: SessionChart) -> TodayLine:
    return TodayLine(
        what=f"{clinic.person}: note of infusion {row.infusion_number}",
        address=reverse("session_note", args=[row.pk]),
        detail=f"{how_it_ended(chart)} {since(ended_at(chart) or row.changed_at, clinic.now)}",
        place=row.changed_at.astimezone(UTC).isoformat(),
    )
