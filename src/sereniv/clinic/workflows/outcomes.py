"""Everybody who began here, with how their scores stand: a row for each, derived from their record."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.listing import Listed
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows import lists
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import Knowledge
from sereniv.therapy.followup import assessments, response
from sereniv.therapy.followup.outcomes import Stands, Started, stands
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CourseOpened

OUTCOMES = "outcomes"
WORDS = {True: "yes", False: "no", None: "not defined"}
SAID = {words: value for value, words in WORDS.items()}


def everybody(now: datetime) -> Iterator[Started]:
    """Give everybody whose first infusion began, with the change on the scale of their indication."""
    lists.brought_up(OUTCOMES, now)
    order = list(rules_in_force(now).indications)
    for indication, place, count in sorted(lists.counts(OUTCOMES), key=lambda each: order.index(each[0])):
        for _ in range(count):
            yield Started(indication=indication, change=_read(place))


@lists.keep_list(OUTCOMES)
def began(person: Person, now: datetime) -> Iterator[Listed]:
    """Say how somebody stands whose first infusion began; nothing of anybody else."""
    sessions = chart_store.session_charts(SessionRow.objects.filter(person=person).values_list("pk", flat=True))
    starts = [each.started_at for each in sessions.values() if each.started_at is not None]
    if not starts:
        return
    chart, known = chart_store.person_chart(person.pk), rules_in_force(now)
    name = _indication(person, chart, known)
    primary = assessments.followed(name, known)[0]
    change = response.change(chart, primary, min(starts), now, known.indications[name])
    yield Listed(topic=name, place=_written(stands(change)), content={})


def _written(found: Stands | None) -> str:
    """Write how somebody stands, so that all who stand alike are counted together."""
    return "" if found is None else f"{WORDS[found.responded]}; {WORDS[found.remitted]}; {found.fall}"


def _read(written: str) -> Stands | None:
    if not written:
        return None
    responded, remitted, fall = written.split("; ")
    return Stands(responded=SAID[responded], remitted=SAID[remitted], fall=Decimal(fall))


def _indication(person: Person, chart: PersonChart, known: Knowledge) -> str:
    """Return what somebody's first course treats, as registered without one; the first row where the table has none."""
    opened = chart.all(CourseOpened)
    name = opened[0].event.indication if opened else person.indication
    return name if name in known.indications else next(iter(known.indications))
