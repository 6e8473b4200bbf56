"""The check of the ledger goes on from where the last one that was signed ended; the whole is checked at night.

Each look holds staff and register against the entries about their rows, too.

What is signed says up to which entry the chain held, and when the whole of it was last walked. Whoever rewrote what
lies before it is found by the next walk of the whole, by `sereniv verify` and by a head noted elsewhere.
"""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sereniv.clinic.home import Home
from sereniv.clinic.records import entered, sample_digests
from sereniv.clinic.records.models import Entry
from sereniv.verify import ENVELOPE_FIELDS, Head, Report, Start, canonical, check, read_heads, signature_fits

COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
AT_ONCE = 2_000
BREATH_S = 0.02
"""Between so many entries of a walk that nobody waits for: whoever charts or reads comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was signed of a check: the head to which the chain held, and the last walk of the whole."""

    head: Head
    at: datetime
    whole_seq: int
    whole_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check found, and what it went on from; None where it walked the whole."""

    report: Report
    went_on_from: Checked | None


def last_checked(home: Home) -> Checked | None:
    """Return what was signed of the last check; None where there is nothing, or nothing that fits key and ledger."""
    try:
        signed = json.loads(home.checked_file.read_text(encoding="ascii"))
        known = Checked(
            head=Head(seq=int(signed["seq"]), hash=str(signed["hash"])),
            at=datetime.fromisoformat(signed["at"]),
            whole_seq=int(signed["whole_seq"]),
            whole_at=datetime.fromisoformat(signed["whole_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not signature_fits(home.public_key_file.read_bytes(), signed):
        return None
    stands = Entry.objects.filter(seq=known.head.seq, hash=known.head.hash).exists()
    return known if stands else None


def go_on(home: Home, now: datetime) -> Found:
    """Check what was written since the last check that was signed, and sign how far it holds; else check the whole."""
    known = last_checked(home)
    if known is None:
        return whole(home, now)
    later = Entry.objects.filter(seq__gt=known.head.seq)
    names = set(later.order_by("seq").values_list("stream", flat=True))  # DISTINCT would walk every stream there is
    start = Start(head=known.head, stream_ends={name: _end(name, known.head.seq) for name in names})
    report = check(later.order_by("seq").values(*COLUMNS).iterator(), _heads(home, known.head.seq), start)
    if not report.sound:
        _forget(home)
    elif report.entries:
        _sign(home, report.head, now, known.whole_seq, known.whole_at)
    return Found(report=_noted(home, _with_tables(report)), went_on_from=known)


def _end(stream: str, seq: int) -> int:
    """Return the number of a stream's last entry up to one of the ledger, 0 where there is none."""
    before = Entry.objects.filter(stream=stream, seq__lte=seq).order_by("-stream_seq")
    return before.values_list("stream_seq", flat=True).first() or 0


def whole(home: Home, now: datetime, breath_s: float = 0) -> Found:
    """Walk the whole ledger against its checkpoints, and what monitors sent against it, and sign how far it holds.

    Where it does not, nothing is signed.
    """
    report = check(_all(breath_s), _heads(home))
    report = replace(report, faults=(*report.faults, *sample_digests.doubts(breath_s)))
    if report.sound:
        _sign(home, report.head, now, report.head.seq, now)
    else:
        _forget(home)
    return Found(report=_noted(home, _with_tables(report)), went_on_from=None)


def faults_found(home: Home) -> tuple[str, ...]:
    """Return what the last check found that does not hold, whoever asked for it; nothing where it held."""
    try:
        return tuple(map(str, json.loads(_faults_file(home).read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return ()


def _faults_file(home: Home) -> Path:
    return home.checked_file.with_name("faults.json")


def _noted(home: Home, report: Report) -> Report:
    """Keep what a check found for those who were not looking, until a check holds again."""
    if report.sound:
        with suppress(FileNotFoundError):
            _faults_file(home).unlink()
    else:
        _faults_file(home).write_text(json.dumps([str(each) for each in report.faults]), encoding="utf-8")
    return report


def _with_tables(report: Report) -> Report:
    """Add which rows of staff and register are not as the entries about them say."""
    found = tuple(entered.doubts())
    if found:
        # Row and entry of a change that was being written meanwhile are read from two moments; the next look agrees.
        again = frozenset(entered.doubts())
        found = tuple(each for each in found if each in again)
    return replace(report, faults=(*report.faults, *found))


def _all(breath_s: float) -> Iterator[dict[str, Any]]:
    found = Entry.objects.order_by("seq").values(*COLUMNS).iterator(chunk_size=AT_ONCE)
    for number, row in enumerate(found, start=1):
        yield row
        if breath_s and number % AT_ONCE == 0:
            time.sleep(breath_s)


def _heads(home: Home, since: int = 0) -> tuple[Head, ...]:
    return read_heads(home.checkpoints_file, home.public_key_file, since) if home.checkpoints_file.exists() else ()


def _sign(home: Home, head: Head, now: datetime, whole_seq: int, whole_at: datetime) -> None:
    content = {
        "seq": head.seq,
        "hash": head.hash,
        "at": now.astimezone(UTC).isoformat(),
        "whole_seq": whole_seq,
        "whole_at": whole_at.astimezone(UTC).isoformat(),
    }
    signature = home.checkpoint_key().sign(canonical(content).encode()).hex()
    line = json.dumps({**content, "signature": signature})
    beside = home.checked_file.with_suffix(".new")
    beside.write_text(line, encoding="ascii")
    beside.replace(home.checked_file)


def _forget(home: Home) -> None:
    """Let go what was signed: from here on every look walks the whole, until it holds again."""
    with suppress(FileNotFoundError):
        home.checked_file.unlink()
