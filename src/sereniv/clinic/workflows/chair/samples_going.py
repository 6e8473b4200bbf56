"""Samples that two let go, going: each session's are read once more, and are deleted where they are all there."""

import logging
import time
from datetime import datetime

from sereniv.clinic.records import chart_store, sample_digests
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.models import LetGoRow, SampleRow, SampleWord
from sereniv.clinic.records.sample_digests import STREAM, Part
from sereniv.clinic.records.sample_events import SamplesGone

log = logging.getLogger(__name__)


def go_on(now: datetime, breath_s: float = 0) -> int:
    """Delete what was let go and is still there, a session at a time; returns of how many sessions.

    What differs from its digests stays: the check of the whole names it, and somebody must look.
    """
    waiting = list(LetGoRow.objects.filter(gone_at=None).order_by("entry", "pk"))
    parts = sample_digests.parts_of_sessions() if waiting else {}
    gone = 0
    for row in waiting:
        of_row = [each for each in parts.get(str(row.pk), ()) if each.entry < row.entry]
        gone += _went(row, of_row, now)
        time.sleep(breath_s)
    return gone


def _went(row: LetGoRow, parts: list[Part], now: datetime) -> bool:
    """Let the samples of one session go, in one transaction with the entry that says so; False where they differ."""
    with chart_store.in_turn():
        found = sample_digests.read_again(row.pk, parts)
        said = sample_digests.whole_of(str(row.pk), parts)
        if found != [each.digest for each in parts] or (said.samples, said.sha256) != (row.samples, row.sha256):
            log.error("Samples that were let go by entry %s differ from their digests, and stay.", row.entry)
            return False
        event = SamplesGone(let_go=row.entry, session=str(row.pk), samples=said.samples, sha256=said.sha256)
        writing = Writing(by=SYSTEM, now=now, key=f"samples-gone-{row.entry}-{row.pk.hex}")
        chart_store.append([New(stream=STREAM, event=event, at=now)], writing)
        SampleRow.objects.filter(session_id=row.pk, pk__lte=max(each.upto for each in parts)).delete()
        SampleWord.objects.filter(session_id=row.pk).delete()
        LetGoRow.objects.filter(pk=row.pk).update(gone_at=now)
    return True
