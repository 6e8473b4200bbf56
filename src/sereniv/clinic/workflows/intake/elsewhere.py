"""An infusion that others gave, charted from what the patient, a letter or the other clinic says."""

from datetime import datetime, time

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.days import demand_lived
from sereniv.therapy.person.elsewhere import MOST_DAYS, MOST_OTHERS, demand_possible
from sereniv.therapy.recording.refusal import Malformed

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
