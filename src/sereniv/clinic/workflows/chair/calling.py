"""Calls for help at the chairs: who was told, who is on the way, who came, and what else to do at one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.models import OPEN_PHASES, ClinicDetails, Id, SessionRow
from sereniv.clinic.workflows.chair.charting import chart_fact
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.reasons import demand_word
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart

NOBODY_CALLS = "Nobody is calling from this chair: the call was answered."


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call for help that stands: where, since when, who is on the way and since when, and who was told."""

    row: SessionRow
    since: datetime
    coming: tuple[tuple[datetime, str], ...] = ()
    told: tuple[str, ...] = ()
    reached_nobody: bool = False


def help_open() -> tuple[Call, ...]:
    """Return every call for help that stands; the longest waiting first."""
    rows = SessionRow.objects.filter(phase__in=OPEN_PHASES).select_related("person")
    charts = chart_store.session_charts(row.pk for row in rows)
    calling = [
        _call(row, charts[str(row.pk)], since)
        for row in rows
        if (since := charts[str(row.pk)].help_open_since) is not None
    ]
    return tuple(sorted(calling, key=lambda each: each.since))


def _call(row: SessionRow, chart: SessionChart, since: datetime) -> Call:
    went = [one.who for each in chart.help_told for one in each.event.told if not one.failure]
    return Call(
        row=row,
        since=since,
        coming=tuple((each.at, each.recorded_by) for each in chart.help_coming),
        told=tuple(dict.fromkeys(went)),
        reached_nobody=bool(chart.help_told) and not went,
    )


def keep_help_told(session_id: Id, since: datetime, told: Sequence[ev.Telling], now: datetime) -> None:
    """Write who was told of a call for help; of one that was answered meanwhile nothing is written.

    Parameters
    ----------
    since
        When the call began that they were told of.
    told
        Nobody, where nobody could be.
    """
    with chart_store.in_turn():
        chart = chart_store.session_chart_of(session_id)
        before = [one for each in chart.help_told for one in each.event.told]
        news = tuple(one for one in told if not any(_is_same(one, each) for each in before))
        if chart.help_open_since != since or (told and not news):
            return
        new = New(stream=chart_store.session_stream(session_id), event=ev.HelpTold(told=news), at=now)
        chart_store.append([new], Writing(by=SYSTEM, now=now, key=new_key()))


def _is_same(one: ev.Telling, other: ev.Telling) -> bool:
    return (one.who, one.way, bool(one.failure)) == (other.who, other.way, bool(other.failure))


def demand_called(chart: SessionChart) -> None:
    """Raise Refused where nobody calls for help from this chair."""
    if chart.help_open_since is None:
        raise Refused("help", NOBODY_CALLS)


def demand_emergency(chart: SessionChart) -> None:
    """Raise Refused where no emergency stands at this chair."""
    if not chart.emergencies.stands:
        raise Refused("help", "No emergency stands at this chair: it was closed.")


def come_to_help(session_id: Id, act: Act) -> None:
    """Say that one is on the way to a call for help; whoever has said so is on the way already.

    Raises
    ------
    Refused
        When nobody is calling from this chair.
    """
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        demand_called(chart)
        if act.by.username not in {each.recorded_by for each in chart.help_coming}:
            chart_fact(session_id, ev.HelpComing(), act)


def answer_help(session_id: Id, who: str, act: Act) -> None:
    """Record who came to a call for help, so that it no longer calls from every screen."""
    act.permit(Permission.CHART)
    if not who.strip():
        raise Malformed("Write who came, or why the call is called off.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_called(chart_store.session_chart_of(session_id))
        chart_fact(session_id, ev.HelpAnswered(who=who), act)


def open_emergency(session_id: Id, act: Act) -> None:
    """Open the emergency at a chair: its clock runs from here on; one that stands goes on as it is."""
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if not chart_store.session_chart_of(session_id).emergencies.stands:
            chart_fact(session_id, ev.EmergencyOpened(), act)


def close_emergency(session_id: Id, words: str, act: Act, *, was_none: bool = False) -> None:
    """End the emergency at a chair, and say what it was and how it ended; or that it was opened by mistake.

    Raises
    ------
    Refused
        When none stands.
    """
    act.permit(Permission.CHART)
    demand_word(words, "Write what it was and how it ended.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_emergency(chart_store.session_chart_of(session_id))
        chart_fact(session_id, ev.EmergencyClosed(words=words.strip(), was_none=was_none), act)


def help_words() -> str:
    """Return what to do at a call for help: the clinic's own words, else the cited default."""
    details = ClinicDetails.objects.filter(pk=1).first()
    words = getattr(details, "help_words", "").strip() or knowledge().wording["help"].words
    number = getattr(details, "help_number", "")
    return f"{words.rstrip('.')}. Number here: {number}." if number else words
