"""Who signed in, failed to, or was refused, read back from the audit by person and by day."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sereniv.clinic.records import reading
from sereniv.clinic.records.house_events import AppTokenGiven, RefusalAudited, SignInAudited
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.shell.this_clinic import home_zone

MOST = 500
KINDS = (SignInAudited.__name__, RefusalAudited.__name__, AppTokenGiven.__name__)

LAST_DAY = date(9998, 12, 31)
"""No later day has a day after it in every zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLine:
    """One line of the audit: whose, "" where nobody's, what was done, on which device."""

    at: datetime
    staff: str
    act: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """What was found, the newest first, and whether there is more than is shown."""

    lines: tuple[SignInLine, ...]
    more: bool


def sign_ins(first: date, last: date, staff: str | None = None) -> SignIns:
    """Return sign-ins and refusals from the first to the last day, of everybody or of one of the staff.

    A `staff` of "" asks for what was tried under nobody's name.
    """
    zone = home_zone()
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(min(last, LAST_DAY) + timedelta(days=1), time(), zone)
    lines: list[SignInLine] = []
    # The audit is written by the home's own clock, so that what lies later in the ledger is never earlier.
    for entry in heapq.merge(*map(_newest_first, KINDS), key=lambda entry: -entry.seq):
        at = reading.read_moment(entry.recorded_at)
        if at < begin:
            break
        line = _line(entry, at) if at < end else None
        if line is None or (staff is not None and line.staff != staff):
            continue
        if len(lines) == MOST:
            return SignIns(lines=tuple(lines), more=True)
        lines.append(line)
    return SignIns(lines=tuple(lines), more=False)


def _newest_first(kind: str) -> Iterator[Entry]:
    """Give the entries of one kind from the end of the ledger back: by its index, and no further than is asked."""
    return Entry.objects.filter(kind=kind, payload__isnull=False).order_by("-seq").iterator(MOST)


def _line(entry: Entry, at: datetime) -> SignInLine | None:
    """Return an entry as a line; None where it does not read, which its own page says."""
    match reading.as_it_reads(entry).event:
        case SignInAudited() as event:
            return SignInLine(at=at, staff=event.staff, act=event.act, device=event.device)
        case RefusalAudited() as event:
            return SignInLine(at=at, staff=event.staff, act=f"refused: {event.page.replace('_', ' ')}", device="")
        case AppTokenGiven() as event:
            staff = f"app {event.app}"
            return SignInLine(at=at, staff=staff, act=f"was given a token for {', '.join(event.scopes)}", device="")
    return None
