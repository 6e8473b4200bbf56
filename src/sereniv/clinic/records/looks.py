"""From the audited looks to rows: whom each look was at, by day, so that a record's readers are found by index."""

from collections.abc import Iterable, Mapping

from sereniv.clinic.records import codec
from sereniv.clinic.records.house_events import Viewing, ViewsAudited
from sereniv.clinic.records.look_row import LookRow
from sereniv.clinic.records.models import Entry, SessionRow
from sereniv.clinic.records.reading import read_moment

AT_ONCE = 400
KEY = ("person_id", "day", "staff", "page", "subject", "listed")
POLLED_ONCE = frozenset({"board_tiles", "safety_items", "person_safety_items", "session_status", "session_log"})
"""Parts of pages that refresh by themselves. Before version 2 each refresh was audited as a look: those are none."""

Key = tuple[object, ...]


def person_in(subject: str, person_of_session: Mapping[str, str]) -> str:
    """Return whose record a page's subject is in, "" where it is in nobody's."""
    named = dict(part.partition("=")[::2] for part in subject.split(","))
    return named.get("person_id", "") or person_of_session.get(session_in(subject), "")


def people_of_sessions(among: Iterable[str] | None = None) -> dict[str, str]:
    """Return whose each session is, of all or of those named."""
    rows = SessionRow.objects.all() if among is None else SessionRow.objects.filter(pk__in=among)
    return {str(row): str(person) for row, person in rows.values_list("id", "person_id")}


def session_in(subject: str) -> str:
    """Return which session a page's subject is, "" where it is none."""
    return dict(part.partition("=")[::2] for part in subject.split(",")).get("session_id", "")


def project_looks(views: Iterable[Viewing], person_of_session: Mapping[str, str]) -> None:
    """Add looks to the rows of their days."""
    found: dict[Key, LookRow] = {}
    for view in views:
        _add(found, view, person_of_session)
    people, days = {row.person_id for row in found.values()}, {row.day for row in found.values()}
    for before in LookRow.objects.filter(person_id__in=people, day__in=days):
        key = _key(before)
        if key in found:
            _join(found[key], before)
    _put(found.values())


def rebuild_looks() -> int:
    """Make every row anew from the entries; returns how many."""
    LookRow.objects.all().delete()
    found: dict[Key, LookRow] = {}
    person_of_session = people_of_sessions()
    for entry in Entry.objects.filter(kind=ViewsAudited.__name__, payload__isnull=False).order_by("seq").iterator():
        try:
            event = codec.decode(entry.kind, entry.version, entry.payload or "")
        except ValueError:
            # What does not read is no look of anybody's; the ledger's own page says that it is there.
            continue
        if isinstance(event, ViewsAudited):
            for view in event.views:
                if entry.version > 1 or view.page not in POLLED_ONCE:
                    _add(found, view, person_of_session)
    _put(found.values())
    return len(found)


def _add(found: dict[Key, LookRow], view: Viewing, person_of_session: Mapping[str, str]) -> None:
    own = person_in(view.subject, person_of_session)
    for person in dict.fromkeys((own, *view.showed)):
        if not person:
            continue
        first, last = (read_moment(each) for each in (view.first, view.last))
        row = LookRow(
            day=first.date(), staff=view.staff, person_id=person, page=view.page, listed=person != own,
            subject=view.subject if person == own else "", first=first, last=last, times=view.times,
        )  # fmt: skip
        before = found.setdefault(_key(row), row)
        if before is not row:
            _join(before, row)


def _key(row: LookRow) -> Key:
    return (str(row.person_id), row.day, row.staff, row.page, row.subject, row.listed)


def _join(row: LookRow, other: LookRow) -> None:
    row.first, row.last = min(row.first, other.first), max(row.last, other.last)
    row.times += other.times


def _put(rows: Iterable[LookRow]) -> None:
    LookRow.objects.bulk_create(
        rows, AT_ONCE, update_conflicts=True, unique_fields=KEY, update_fields=["first", "last", "times"]
    )
