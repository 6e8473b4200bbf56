"""What was done here otherwise than the rules ask, and what was decided under which version of them: rows of people.

Both lists are derived from one person's record at a time; what the clinic changed of its own numbers is read beside.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, QuerySet

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import OwnRuleSigned
from sereniv.clinic.records.listing import Listed
from sereniv.clinic.records.models import ListedRow, Person
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.in_force import day_of, rules_in_force, signatures
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.rules.deviations import Deviation, Kind, decided_under, of_person, of_session

DEVIATIONS = "deviations"
DECIDED = "decided under"
EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)
"""Days outside of which nothing was recorded, nor can be."""


def in_days(kind: str, first: date, last: date, now: datetime) -> QuerySet[ListedRow]:
    """Return what was gone past from the first to the last day, the newest first; of one kind, or of all ("")."""
    lists.brought_up(DEVIATIONS, now)
    days = max(first, EARLIEST), min(last, LATEST) + timedelta(days=1)
    begin, end = (datetime.combine(day, time(), home_zone()) for day in days)
    found = ListedRow.objects.filter(list=DEVIATIONS, place__gte=_moment(begin), place__lt=_moment(end))
    found = found.filter(topic=kind) if kind else found
    return lists.with_whom(found).order_by("-place")


def counted(first: date, last: date, now: datetime) -> list[tuple[Kind, int]]:
    """Count what was gone past in these days, by kind."""
    rows = in_days("", first, last, now).order_by("topic").values_list("topic").annotate(found=Count("id"))
    found = dict(rows)
    return [(kind, found.get(kind, 0)) for kind in Kind]


def numbers_changed(first: date, last: date) -> list[Recorded[OwnRuleSigned]]:
    """Return where the clinic set a number of its own in these days, or returned to the packaged one, newest first."""
    own: set[str] = set()
    found: list[Recorded[OwnRuleSigned]] = []
    for entry in signatures():
        if isinstance(entry.event, OwnRuleSigned):
            each = narrowed(entry, entry.event)
            if each.event.value is not None or each.event.threshold in own:
                found.append(each)
            (own.discard if each.event.value is None else own.add)(each.event.threshold)
    return [each for each in reversed(found) if first <= day_of(each.recorded_at) <= last]


def decided(version: str, now: datetime) -> QuerySet[ListedRow]:
    """Return what was decided under one version of the rules, the newest first."""
    lists.brought_up(DECIDED, now)
    rows = lists.with_whom(ListedRow.objects.filter(list=DECIDED, topic=version))
    return rows.order_by("-place")


def counted_by_version(now: datetime) -> dict[str, int]:
    """Count what was decided under each version of the rules."""
    lists.brought_up(DECIDED, now)
    rows = ListedRow.objects.filter(list=DECIDED).order_by("topic").values_list("topic")
    return dict(rows.annotate(found=Count("id")))


@lists.keep_list(DEVIATIONS)
def gone_past(person: Person, now: datetime) -> Iterator[Listed]:
    """Tell what was decided about somebody, and done at their chair, otherwise than the rules ask."""
    if person.erased_at is not None:
        return
    known = rules_in_force(now)
    for each in of_person(chart_store.person_chart(person.pk), known):
        yield _listed(each, {})
    for row, chart in sessions_of(person.pk):
        for each in of_session(chart, known) if not row.label else ():
            yield _listed(each, {"session": str(row.pk), "infusion": row.infusion_number})


def _listed(each: Deviation, where: dict[str, object]) -> Listed:
    over = each.over
    content = {
        "what": over.titled, "reason": over.reason, "at": over.at.isoformat(), "by": over.by, "with": over.co_signed_by,
    }  # fmt: skip
    return Listed(topic=each.kind, place=_moment(over.at), content={**content, **where})


@lists.keep_list(DECIDED)
def ruled(person: Person, now: datetime) -> Iterator[Listed]:
    """Tell under which version of the rules each decision about somebody was made."""
    del now
    if person.erased_at is not None:
        return
    for each in decided_under(chart_store.person_chart(person.pk)):
        yield _under(each.version, each.what, each.made)
    for row, chart in sessions_of(person.pk):
        opened = chart.opened
        if opened is not None and not row.label:
            yield _under(opened.event.knowledge_version, f"Session of infusion {row.infusion_number}", opened)


def _under(version: str, what: str, made: Recorded[object]) -> Listed:
    content = {"what": what, "at": made.at.isoformat(), "by": made.recorded_by, "with": made.co_signed_by}
    return Listed(topic=version, place=_moment(made.at), content=content)


def _moment(at: datetime) -> str:
    """Write a moment so that rows lie in the order of time, and those of one day between its ends."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
