"""Tells at the chair, as a fact and not as a prompt, what past the clinic's card a monitor sent too late to prompt."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.models import SampleRow
from sereniv.clinic.workflows.chair.device_words import sample_of
from sereniv.clinic.workflows.shell.acting import new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.monitoring.sent_late import sent_late

NEVER_LATE = timedelta(seconds=1)
"""No monitor sends more often than this: what is younger counts as now, whatever its signal."""


def tell(rows: Iterable[SampleRow], now: datetime) -> None:
    """Tell what of some samples, not yet written, is past the card and came too late; within the caller's transaction.

    What is there already was told when it first came.
    """
    late = sorted((row for row in rows if now - row.at > NEVER_LATE), key=lambda row: str(row.session_id))
    for session_id, own in groupby(late, key=lambda row: str(row.session_id)):
        _tell(session_id, list(own), now)


def _tell(session_id: str, rows: Sequence[SampleRow], now: datetime) -> None:
    chart = chart_store.session_chart_of(session_id)
    found = sent_late(chart, [sample_of(row) for row in rows], now, rules_in_force(now))
    new = [(event, at) for event, at in found if not _is_there(session_id, event.signal, at)]
    if new:
        stream = chart_store.session_stream(session_id)
        news = [New(stream=stream, event=event, at=at) for event, at in new]
        chart_store.append(news, Writing(by=SYSTEM, now=now, key=new_key()))


def _is_there(session_id: str, signal: str, at: datetime) -> bool:
    return SampleRow.objects.filter(session_id=session_id, signal=signal, at=at).exists()
