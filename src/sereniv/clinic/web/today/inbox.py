"""What Today says of inboxes: whose has something that nobody has read, and what of it bears on safety."""

from collections.abc import Iterable

from django.urls import reverse

from sereniv.clinic.web.today.clinic_now import OfOne
from sereniv.clinic.web.today.topics import TodayLine, since
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person.received import not_taken_up, waiting


def received_to_read(clinic: OfOne) -> Iterable[TodayLine]:
    """Name whose inbox waits, and no word of what is in it: a record may be restricted."""
    for person, chart in clinic.people:
        found = waiting(chart)
        if not found:
            continue
        bears = len(not_taken_up(chart, rules_in_force(clinic.now)))
        entries = "entry" if len(found) == 1 else "entries"
        yield TodayLine(
            what=f"{person}: read {len(found)} {entries} of the inbox",
            address=reverse("person_inbox", args=[person.pk]),
            detail=f"the first received {since(found[0].received.at, clinic.now)}"
            + (f"; {bears} bear on safety, and the chart does not have them" if bears else ""),
            pressing=bool(bears),
        )
