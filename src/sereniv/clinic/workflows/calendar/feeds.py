"""The calendar by a link: made by somebody for themself, shown once, and theirs for as long as they work here.

The link is the only key: 256 random bits, of which the home keeps a digest alone. What it opens names nobody.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sereniv.clinic.accounts.keys import keyed
from sereniv.clinic.accounts.models import CalendarFeed, Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.workflows.calendar.calendar import standing_between
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.ics import Held
from sereniv.therapy.recording.refusal import Refused

RULE = "calendar feed"
TOKEN_BYTES = 32
LONGEST_TOKEN = 100
BACK, AHEAD = timedelta(days=30), timedelta(days=180)
"""From which day until which a feed reaches: what is held later is in it once it is nearer."""


def make(act: Act) -> str:
    """Make a link for whoever acts, in the place of the one they had; returns its token, which is shown once.

    Raises
    ------
    Refused
        When this form made its link already.
    """
    act.permit(Permission.READ_PEOPLE)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            raise Refused(RULE, "This link was made already and is shown only once. Make a new one if it is lost.")
        CalendarFeed.objects.update_or_create(
            staff=act.by, defaults={"token_digest": _digest(token), "made_at": act.now}
        )
        _keep(act, "added")
    return token


def take_back(act: Act) -> None:
    """End one's own link; ending it again changes nothing."""
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        ended, _ = CalendarFeed.objects.filter(staff=act.by).delete()
        if ended:
            _keep(act, "taken out")


def _keep(act: Act, change: str) -> None:
    event = TableChanged(table="calendar_feed", row=act.by.username, change=change, fields=("token_digest",))
    chart_store.append([chart_store.New(stream="audit", event=event, at=act.now)], act.writing())


def of_staff(person: Staff) -> CalendarFeed | None:
    """Return the link of somebody, None where they have none."""
    return CalendarFeed.objects.filter(staff=person).first()


def whose(token: str) -> Staff | None:
    """Return whose link this is; None for no link, and for that of somebody who reads the calendar no more."""
    if len(token) > LONGEST_TOKEN:
        return None
    digest = _digest(token)
    # Looked up by its digest, so that the time it takes tells nothing of how near a guess came.
    found = CalendarFeed.objects.select_related("staff").filter(token_digest=digest).first()
    if found is None or not hmac.compare_digest(found.token_digest, digest):
        return None
    return found.staff if found.staff.may(Permission.READ_PEOPLE) else None


def held(person: Staff, now: datetime) -> tuple[Held, ...]:
    """Return the times that are held around now, for one person's link: of another's none has the same mark."""
    today = now.astimezone(home_zone()).date()
    rows = standing_between(today - BACK, today + AHEAD)
    return tuple(
        Held(
            mark=keyed(f"calendar feed {person.pk} {row.person_id} {row.entry}")[:32],
            starts_at=row.starts_at.astimezone(UTC),
            ends_at=row.ends_at.astimezone(UTC),
            chair=row.chair,
            purpose=row.purpose,
        )
        for row in rows
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
