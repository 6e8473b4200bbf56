"""Who referred a person: recorded and corrected, each former word kept in the record."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.person.people import record
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person.events import ReferrerRecorded
from sereniv.therapy.person.referrer import referrer_of
from sereniv.therapy.recording.refusal import Malformed


def record_referrer(person_id: Id, event: ReferrerRecorded, act: Act) -> None:
    """Record who referred a person; the newest counts, what stood before stays legible.

    Raises
    ------
    Malformed
        When there is a telephone number or an address, and nobody it is of; or it says what stands already.
    """
    act.permit(Permission.REGISTER_PEOPLE)
    if not (event.name or event.place) and (event.phone or event.address):
        raise Malformed("Write who it is: the name, or the practice or hospital.")
    is_new = not chart_store.written_before(act.key, act.by.username)
    if is_new and referrer_of(chart_store.person_chart(person_id)) == event:
        raise Malformed("That stands there already. Change something, or cancel.")
    record(person_id, event, act)
