"""Who looked at what: gathered in memory and kept in the ledger in batches, not one write a page."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

from sereniv.clinic.records.house_events import Viewing, ViewsAudited
from sereniv.clinic.workflows.house import record_house_event

MOST_IN_BATCH = 200
LONGEST_SUBJECT = 200
"""Characters of a subject that are kept: ids are shorter, and an address made up longer must not burst its batch."""

_guard = threading.Lock()
_seen: dict[tuple[str, str, str], Viewing] = {}


def looked_at(staff: str, page: str, subject: str, now: datetime) -> None:
    """Note that somebody looked at a page about a subject."""
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    with _guard:
        subject = subject[:LONGEST_SUBJECT]
        key = (staff, page, subject)
        before = _seen.get(key)
        if before is None:
            _seen[key] = Viewing(staff=staff, page=page, subject=subject, first=moment, last=moment, times=1)
        else:
            _seen[key] = replace(before, last=moment, times=before.times + 1)


def keep_views(now: datetime) -> int:
    """Write the looks gathered since the last batch into the ledger; returns how many episodes.

    A look is forgotten only once it is written: whatever keeps the ledger from taking it, it waits for the next time.
    """
    with _guard:
        views = dict(_seen)
    items = list(views.items())
    for first in range(0, len(items), MOST_IN_BATCH):
        batch = items[first : first + MOST_IN_BATCH]
        record_house_event("audit", ViewsAudited(views=tuple(view for _, view in batch)), now)
        _forget(batch)
    return len(items)


def _forget(written: list[tuple[tuple[str, str, str], Viewing]]) -> None:
    """Let go of what was written; where somebody looked again meanwhile, those later looks stay to be written."""
    with _guard:
        for key, view in written:
            later = _seen.pop(key)
            if later.times > view.times:
                _seen[key] = replace(later, first=later.last, times=later.times - view.times)
