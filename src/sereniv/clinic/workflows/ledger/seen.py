"""What a device saw of the ledger, held against what the ledger has now.

Every page says where the ledger ended when it was made, and a device keeps the newest end that it saw. A ledger that
was rewritten or cut short no longer has it, whoever did so, and whatever checkpoints lie beside it.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import HomeRestored, LedgerAccepted
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.verify import Head

SHOWN = 32
"""How much of a hash a page shows and a device keeps: 128 bits, which nobody meets by chance or by trying."""

SEEN_HASH = re.compile(rf"[0-9a-f]{{{SHOWN}}}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAPage:
    """What a page says of the ledger: by what it is known from its first entry on, and where it ended."""

    ledger: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsSeen:
    """Why the ledger is not as a device saw it; `admitted` where the ledger itself says that it was restored."""

    words: str
    admitted: bool


def on_a_page(head: Head | None) -> OnAPage | None:
    """Return what a page shows of a head, None where nothing is written yet."""
    if head is None or not head.seq:
        return None
    first = Entry.objects.filter(seq=1).values_list("hash", flat=True).first() or ""
    return OnAPage(ledger=first[:SHOWN], seq=head.seq, hash=head.hash[:SHOWN])


def why_not_as_seen(seq: int, hash_begins: str) -> NotAsSeen | None:
    """Hold an entry against how a device saw it; None where it is the same."""
    found = Entry.objects.filter(seq=seq).values_list("hash", flat=True).first()
    if found is not None and found.startswith(hash_begins):
        return None
    said = _said_since(seq)
    if said is None:
        words = (
            f"The ledger no longer has entry {seq} as this device saw it: it was rewritten or cut short, or it is "
            "another clinic’s. Go on caring for patients, on paper too. Tell the medical director now; nobody changes "
            "the set-up."
        )
        return NotAsSeen(words=words, admitted=False)
    at, ends = said
    words = (
        f"The records were brought back on {at.astimezone(home_zone()):%d %b %Y %H:%M}, as they stood at entry {ends}. "
        f"This device saw entry {seq}: what was recorded between is not here. Enter it again from paper."
    )
    return NotAsSeen(words=words, admitted=True)


def _said_since(seq: int) -> tuple[datetime, int] | None:
    """Return when the ledger says it was brought back to before an entry, and to which."""
    for entry in reversed(chart_store.read("home")):
        match entry.event:
            case HomeRestored(to_seq=ends) | LedgerAccepted(found_seq=ends) if ends < seq:
                return entry.at, ends
    return None
