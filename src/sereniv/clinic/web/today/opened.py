"""What waits of restricted records: each opening by somebody who is not a reader, until somebody else reviewed it."""

from collections.abc import Iterable

from django.urls import reverse

from sereniv.clinic.web.today.clinic_now import OfOne
from sereniv.clinic.web.today.topics import TodayLine, named, since
from sereniv.therapy.person.access import openings


def openings_to_review(clinic: OfOne) -> Iterable[TodayLine]:
    """Name who opened a restricted record, to whoever reviews it; nobody reviews their own."""
    for person, chart in clinic.people:
        for each in openings(chart):
            if each.reviewed is None:
                yield TodayLine(
                    what=f"{named(each.opened.recorded_by)} opened the restricted record of {person}",
                    address=reverse("person_opening_review", args=[person.pk, each.opened.seq]),
                    detail=f"{since(each.opened.recorded_at, clinic.now)}: “{each.opened.event.reason}”",
                    pressing=True,
                    not_for=each.opened.recorded_by,
                )
