"""An infusion that others gave, charted from what the patient, a letter or the other clinic says."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.orders.order_state import infusion_starts
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.days import demand_lived
from sereniv.therapy.person.elsewhere import MOST_DAYS, MOST_OTHERS, demand_possible
from sereniv.therapy.person.told_twice import can_be
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

NOON = time(12)


def record_infused_elsewhere(person_id: Id, told: ev.InfusedElsewhere, act: Act) -> int:
    """Chart an infusion that was given elsewhere; one told of twice is kept twice and counts once.

    Raises
    ------
    Malformed
        When nobody is named who says so, or the day or a number cannot be.
    """
    act.permit(Permission.CHART)
    if not told.told_by.strip():
        raise Malformed("Write where it was given and who says so.")
    if not (0 <= told.within_days <= MOST_DAYS and 0 <= told.others_before <= MOST_OTHERS):
        raise Malformed(f"The day may be off by 0 to {MOST_DAYS} days, and 0 to {MOST_OTHERS} may have been before it.")
    born = Person.objects.get(pk=person_id).born
    demand_lived(told.given_on, born, act.now.astimezone(home_zone()).date(), "The day of the infusion")
    demand_possible(told)
    noon = datetime.combine(told.given_on, NOON, tzinfo=home_zone())
    return record(person_id, told, act, min(noon, act.now))


def telling(person_id: Id, entry: int) -> Recorded[ev.InfusedElsewhere] | None:
    """Return what was told of an infusion elsewhere in one entry of a record, None where it tells of none."""
    tellings = chart_store.person_chart(person_id).all(ev.InfusedElsewhere)
    return next((each for each in tellings if each.stream_seq == entry), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Which infusion a telling is of: another telling's, by its number in the ledger, one given here, or its own."""

    same_as: int | None = None
    given_here: date | None = None
    words: str


def place_telling(person_id: Id, entry: int, placing: Placing, act: Act) -> int:
    """Say which infusion a telling is of whose day is not sure, or that it is one of its own; the newest word holds.

    Raises
    ------
    Malformed
        When nobody wrote how they know.
    Refused
        When there is no such telling, or it cannot be that infusion.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    why = demand_reason(placing.words, "Write how you know, such as: both clinics asked by telephone, one infusion.")
    with chart_store.in_turn():
        found = telling(person_id, entry)
        if found is None:
            raise Refused("told twice", "What was told there was struck, or stands in a record that is read by itself.")
        others, days = can_be(chart_store.person_chart(person_id), found, infusion_starts(person_id))
        known = placing.same_as in {None, *(each.seq for each in others)} and placing.given_here in {None, *days}
        if not known or None not in {placing.same_as, placing.given_here}:
            raise Refused("told twice", "It cannot be that infusion: their days do not meet. Choose from the list.")
        placed = ev.TellingPlaced(told=found.seq, same_as=placing.same_as, given_here=placing.given_here, words=why)
        return record(person_id, placed, act)
