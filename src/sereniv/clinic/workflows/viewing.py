"""Who looked at what: gathered in memory and kept in the ledger in batches, not one write a page."""

import threading
from dataclasses import replace
from datetime import datetime

from sereniv.clinic.records.house_events import Viewing, ViewsAudited
from sereniv.clinic.workflows.house import record_house_event

MOST_IN_BATCH = 200

_guard = threading.Lock()
_seen: dict[tuple[str, str, str], Viewing] = {}


def looked_at(staff: str, page: str, subject: str, now: datetime) -> None:
    """Note that somebody looked at a page about a subject."""
    moment = now.isoformat(timespec="seconds")
    with _guard:
        key = (staff, page, subject)
        before = _seen.get(key)
        if before is None:
            _seen[key] = Viewing(staff=staff, page=page, subject=subject, first=moment, last=moment, times=1)
        else:
            _seen[key] = replace(before, last=moment, times=before.times + 1)


def keep_views(now: datetime) -> int:
    """Write the looks gathered since the last batch into the ledger; returns how many episodes."""
    with _guard:
        views = tuple(_seen.values())
        _seen.clear()
    for first in range(0, len(views), MOST_IN_BATCH):
        batch = ViewsAudited(views=views[first : first + MOST_IN_BATCH])
        record_house_event("audit", batch, now)
    return len(views)
