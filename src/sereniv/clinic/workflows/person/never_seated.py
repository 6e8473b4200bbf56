"""Who was registered and never sat in a chair: a row for each, derived from their record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.listing import Listed
from sereniv.clinic.records.models import Person
from sereniv.clinic.records.their_sessions import rows_of
from sereniv.clinic.workflows.shell import lists
from sereniv.therapy.person.events import CandidacyDecided, Decision

NOT_SEATED = "not seated"
WAITS = "waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSeated:
    """The last registered of them, and how many there are in all."""

    newest: tuple[Person, ...]
    total: int


def not_seated(now: datetime, most: int) -> NotSeated:
    """Return who never sat in a chair, the last registered first."""
    lists.brought_up(NOT_SEATED, now)
    rows = lists.rows(NOT_SEATED).filter(topic=WAITS)
    # The order of the index, read from its end: none of them presses.
    newest = [row.person for row in rows.order_by("presses", "-place")[:most].select_related("person")]
    return NotSeated(newest=tuple(newest), total=rows.count())


@lists.keep_list(NOT_SEATED)
def waits(person: Person, now: datetime) -> Iterator[Listed]:
    """Say whether somebody never sat in a chair; whoever was declined waits for none."""
    del now
    if rows_of(person.pk):
        return
    said = chart_store.person_chart(person.pk).last(CandidacyDecided)
    if said is None or said.event.decision is not Decision.DECLINED:
        yield Listed(topic=WAITS, place=person.registered_at.astimezone(UTC).isoformat(), content={})
