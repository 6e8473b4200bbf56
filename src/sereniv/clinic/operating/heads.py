"""Checkpoints leave the building by themselves: by mail, by webhook, and into a folder elsewhere.

What waits to leave is `checkpoints.jsonl` itself, and of each way is kept how far it went: what fails is tried again
after a start, a crash or a week without a network. Sent twice it harms nothing; what is in the folder is first held
against the ledger, and a head there that does not fit is the one thing that finds a ledger rewritten by its own keeper.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sereniv.clinic.home import Home, Kind
from sereniv.clinic.home_files import os_words, sync_folder
from sereniv.clinic.operating.findings import Finding, Moment, State, span_in_words
from sereniv.clinic.operating.memory import Memory, OfWay
from sereniv.clinic.operating.plan import Plan
from sereniv.clinic.operating.ways import Message, NotDeliveredError, folder_way, ways_of_heads
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.belonging import first_that_differs
from sereniv.verify import Head

MOST_AT_ONCE = 200
LONGEST_LINE = 400
"""Bytes that a signed line takes at the most."""

LATE_AFTER = timedelta(hours=2)
"""So long a checkpoint that is due may wait to leave before somebody is asked to look why."""

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One line of `checkpoints.jsonl`, as it was signed."""

    seq: int
    hash: str
    at: datetime
    line: str


def leave(home: Home, plan: Plan, memory: Memory, real: datetime) -> None:
    """Let the checkpoints that are due leave by every way; what fails is noted and waits."""
    signed = signed_of(home.checkpoints_file)
    if not signed:
        return
    every = timedelta(hours=plan.heads_every_hours)
    for way in ways_of_heads(plan):
        known = memory.of(way.name)
        interval = every if way.name.startswith("mail") else timedelta(0)
        waiting = waits(known, signed, interval, real)
        if waiting:
            message = _message(home, waiting, real)
            _send(known, waiting, real, partial(way.send, message))
    if plan.heads_folder:
        known = memory.of(folder_way(plan))
        waiting = waits(known, signed, timedelta(0), real)
        if waiting:
            place = Path(plan.heads_folder) / file_name(home)
            _send(known, waiting, real, partial(_into_folder, place, signed, memory))


def file_name(home: Home) -> str:
    """Return what the file with a home's heads is called elsewhere: several homes may share a folder."""
    lines = home.first_public_key().decode("ascii").splitlines()
    mark = "".join(sign for sign in lines[1] if sign.isalnum())[-8:]
    return f"sereniv-heads-{mark}.jsonl"


def signed_of(file: Path) -> tuple[Signed, ...]:
    """Read the newest signed lines of a file, oldest first; a torn one is passed over.

    The newest are enough: a head holds all that came before it.
    """
    found = []
    for line in _end_of(file).splitlines():
        try:
            content: dict[str, Any] = json.loads(line)
            at = datetime.fromisoformat(content["at"])
            found.append(Signed(seq=int(content["seq"]), hash=str(content["hash"]), at=at, line=line))
        except (ValueError, KeyError, TypeError):
            continue
    return tuple(found)


def _end_of(file: Path) -> str:
    if not file.exists():
        return ""
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - MOST_AT_ONCE * LONGEST_LINE))
        return content.read().decode("utf-8", errors="replace")


def waits(known: OfWay, signed: Sequence[Signed], every: timedelta, real: datetime) -> tuple[Signed, ...]:
    """Return what is to leave by a way now: nothing before its time, nor so soon after it failed."""
    later = tuple(each for each in signed if each.seq > known.head_seq)
    if known.failed_at:
        pause = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(known.tries - 1, 10))
        if real - datetime.fromisoformat(known.failed_at) < pause:
            return ()
    elif known.delivered_at is not None and real - known.delivered_at < every:
        return ()
    return later[-MOST_AT_ONCE:]


def _send(known: OfWay, waiting: Sequence[Signed], real: datetime, send: Callable[[], None]) -> None:
    try:
        send()
    except NotDeliveredError as error:
        known.failed(real, str(error))
        return
    known.went()
    known.head_seq, known.head_at = waiting[-1].seq, real.isoformat()


def _message(home: Home, waiting: Sequence[Signed], real: datetime) -> Message:
    newest = waiting[-1]
    lines = "".join(f"{each.line}\n" for each in waiting)
    words = (
        "Keep this mail: it shows later whether the clinic's ledger was rewritten or cut short.\n\n"
        f"{newest.seq} {newest.hash}\n\n"
        "Save the line above, or the file beside it, and hold a ledger against it:\n"
        "  sereniv verify LEDGER --against FILE\n"
    )
    return Message(
        subject=f"Sereniv checkpoint, entry {newest.seq}",
        words=words,
        content={"kind": "checkpoints", "heads": [json.loads(each.line) for each in waiting]},
        at=real,
        files=((file_name(home), lines),),
    )


def _into_folder(place: Path, signed: Sequence[Signed], memory: Memory) -> None:
    """Add to the file elsewhere what it lacks, once what it holds fits the ledger."""
    try:
        place.parent.stat()
        newest = max(signed_of(place), key=lambda each: each.seq, default=None)
        memory.contradicted = _contradiction(newest, place) if newest else ""
        if memory.contradicted:
            raise NotDeliveredError(memory.contradicted)
        _append(place, [each.line for each in signed if newest is None or each.seq > newest.seq])
    except OSError as error:
        raise NotDeliveredError(os_words(place, error)) from error


def _contradiction(newest: Signed, place: Path) -> str:
    ends = chart_store.head().seq
    if newest.seq > ends:
        return f"{place} knows entry {newest.seq}, but the ledger ends at {ends}: it was cut short, or restored."
    if first_that_differs([Head(seq=newest.seq, hash=newest.hash)]) is not None:
        return f"Entry {newest.seq} is not the one that {place} knows: the ledger was rewritten."
    return ""


def _append(place: Path, lines: Sequence[str]) -> None:
    if not lines:
        return
    with place.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(place.parent)


def finding(moment: Moment, plan: Plan, memory: Memory) -> Finding:
    """Say whether the ledger's heads are known outside, and since when not."""
    topic = "checkpoints outside"
    if memory.contradicted:
        mend = (
            "Change nothing. Copy the whole home aside; whoever keeps the heads and the medical director decide. "
            "Where it was restored and the loss is known, move that file aside: a new one is begun."
        )
        return Finding(topic=topic, state=State.ACT, words=memory.contradicted, mend=mend)
    daily = timedelta(hours=plan.heads_every_hours)
    ways = {way.name: daily if way.name.startswith("mail") else timedelta(0) for way in ways_of_heads(plan)}
    if plan.heads_folder:
        ways[folder_way(plan)] = timedelta(0)
    if not ways:
        return Finding(
            topic=topic,
            state=State.LOOK if moment.home.kind is Kind.CLINIC else State.OK,
            words="None leaves the building by itself: whoever holds this computer could rewrite the ledger.",
            mend="Say where they go: sereniv outside --help. Those printed on signed notes count, too.",
        )
    signed = signed_of(moment.home.checkpoints_file)
    late = [_late(name, memory.of(name), signed, every, moment) for name, every in ways.items()]
    words = " ".join(filter(None, late))
    if words:
        mend = "Try it: sereniv outside --try. They wait meanwhile, and are tried again."
        return Finding(topic=topic, state=State.ACT, words=words, mend=mend)
    return Finding(topic=topic, state=State.OK, words=" ".join(_went(name, memory.of(name), moment) for name in ways))


def _late(name: str, known: OfWay, signed: Sequence[Signed], every: timedelta, moment: Moment) -> str:
    """Say that a way is late; "" where nothing waits on it for longer than it may."""
    waiting = [each for each in signed if each.seq > known.head_seq]
    if not waiting or (known.delivered_at is None and moment.home.has_injected_clock):
        # What a demo signed bears the demo's time: by it nothing is late.
        return ""
    since = known.delivered_at or waiting[0].at
    if moment.real - since < every + LATE_AFTER:
        return ""
    return f"Nothing left by {name} for {span_in_words(moment.real - since)}. {known.failure}".strip()


def _went(name: str, known: OfWay, moment: Moment) -> str:
    if known.delivered_at is None:
        return f"By {name}: none yet."
    return f"By {name}: to entry {known.head_seq}, {span_in_words(moment.real - known.delivered_at)} ago."
