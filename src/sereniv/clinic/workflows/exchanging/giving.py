"""One person's record given out as a file: who gave it, to whom and why stands in the audit, or it does not leave."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.file_events import RecordGivenOut
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.person.names import named_in
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

RULE = "take along"
REASON = "Write to whom it is given, and how you know that it is them; it stands in the audit."


def demand_may_give(person: Person, reason: str, act: Act) -> None:
    """Raise where a record cannot be given out: nobody says to whom, they name its person, or another one holds it."""
    act.permit(Permission.READ_DOCUMENTS)
    demand_reason(reason, REASON)
    if named_in(reason, person.identity, person.address):
        raise Malformed("Write it without the name of whose record it is: what you write here is kept.")
    if person.joined_into is not None:
        raise Refused(RULE, f"This record is joined into that of {person.joined_into}. Open that one.")


def note(event: RecordGivenOut, act: Act) -> None:
    """Keep in the audit that a record was written to a file.

    Raises
    ------
    Refused
        When this was sent before: another file would leave under its words.
    """
    act.permit(Permission.READ_DOCUMENTS)
    demand_reason(event.reason, REASON)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            raise Refused(RULE, "This was sent before, and the file was written. Open the page again for another one.")
        chart_store.append([New(stream="audit", event=event, at=act.now)], act.writing())
