"""Everybody who began here, with how their scores stand: a row for each, derived from their record."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Substr

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.listing import Listed
from sereniv.clinic.records.models import ListedRow, Person
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.in_force import day_of, rules_in_force
from sereniv.knowledge import Knowledge
from sereniv.knowledge.rows import Scale
from sereniv.therapy.followup import assessments, response
from sereniv.therapy.followup.outcomes import Stands, Started, has_baseline, stands
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CourseOpened
from sereniv.therapy.session.ran import ran_of

OUTCOMES = "outcomes"
WORDS = {True: "yes", False: "no", None: "not defined"}
SAID = {words: value for value, words in WORDS.items()}
LACKS = "lacks a score"
AFTER_THE_DAY = len("2026-03-01 ") + 1
"""Where in the place of a row its day ends, counted from one, and how somebody stands begins."""


def everybody(now: datetime, first: date = date.min, last: date = date.max) -> Iterator[Started]:
    """Give whose first infusion began in these days, with the change on the scale of their indication, counted."""
    order = list(rules_in_force(now).indications)
    # Counted by how they stand, whatever the day: as many rows are read as there are ways to stand.
    found = _began(now, first, last).annotate(stand=Substr("place", AFTER_THE_DAY)).values_list("topic", "stand")
    counted = found.annotate(people=Count("id")).order_by("topic", "stand")
    for indication, stand, people in sorted(counted, key=lambda each: order.index(each[0])):
        yield Started(indication=indication, change=_read(stand), people=people)


def without_score(now: datetime, first: date, last: date) -> QuerySet[ListedRow]:
    """Return who began in these days and lacks a score on either side, the newest first, with what is missing."""
    return lists.with_whom(_began(now, first, last).filter(place__endswith=LACKS)).order_by("-place")


def first_day(now: datetime) -> date:
    """Return on which day the first infusion of all began, today where none has."""
    place = _began(now, date.min, date.max).aggregate(first=Min("place"))["first"]
    return date.fromisoformat(place[: AFTER_THE_DAY - 2]) if place else day_of(now)


def _began(now: datetime, first: date, last: date) -> QuerySet[ListedRow]:
    lists.brought_up(OUTCOMES, now)
    rows = ListedRow.objects.filter(list=OUTCOMES, place__gte=first.isoformat())
    return rows.filter(place__lt=f"{last.isoformat()}~")


@lists.keep_list(OUTCOMES)
def began(person: Person, now: datetime) -> Iterator[Listed]:
    """Say when somebody's first infusion began, and how they stand or what is missing; nothing of anybody else."""
    sessions = [each for row, each in sessions_of(person.pk) if not row.label]
    ran = [each for each in map(ran_of, sessions) if each is not None]
    if not ran or person.erased_at is not None:
        return
    first = min(ran, key=lambda each: each.began)
    chart, known = chart_store.person_chart(person.pk), rules_in_force(now)
    name = _indication(person, chart, known)
    primary = assessments.followed(name, known)[0]
    change = response.change(chart, primary, first, now, known.indications[name])
    content = {} if change is not None else _lacks(primary, has_baseline(chart, primary, first.began))
    place = f"{day_of(first.began).isoformat()} {_written(stands(change))}"
    yield Listed(topic=name, place=place, content=content)


def _lacks(scale: Scale, can_ask: bool) -> dict[str, object]:
    """Say on which side of the first infusion a score is missing: one from before cannot be had afterwards."""
    side = "since" if can_ask else "before"
    return {"lacks": f"no complete {scale.title} {side} the first infusion", "scale": scale.id, "can_ask": can_ask}


def _written(found: Stands | None) -> str:
    """Write how somebody stands, so that all who stand alike are counted together."""
    return LACKS if found is None else f"{WORDS[found.responded]}; {WORDS[found.remitted]}; {found.fall}"


def _read(written: str) -> Stands | None:
    if written == LACKS:
        return None
    responded, remitted, fall = written.split("; ")
    return Stands(responded=SAID[responded], remitted=SAID[remitted], fall=Decimal(fall))


def _indication(person: Person, chart: PersonChart, known: Knowledge) -> str:
    """Return what somebody's first course treats, as registered without one; the first row where the table has none."""
    opened = chart.all(CourseOpened)
    name = opened[0].event.indication if opened else person.indication
    return name if name in known.indications else next(iter(known.indications))
