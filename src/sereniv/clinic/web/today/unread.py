"""What Today says of entries that cannot be read: each record, infusion and vial that may lack something."""

from collections.abc import Iterable

from django.urls import reverse

from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.web.today.clinic_now import Clinic, OfOne
from sereniv.clinic.web.today.topics import TodayLine
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.recording.unread import unread_briefly

DETAIL = "what is worked out there may lack it; find out what it said"


def unread_of_one(clinic: OfOne) -> Iterable[TodayLine]:
    """Name what cannot be read of somebody, and of their infusions."""
    for person, chart in clinic.people:
        if chart.unread:
            yield _line(str(person), chart.unread, reverse("person", args=[person.pk]))
        for row, session in clinic.sessions_of(person):
            if session.unread:
                where = f"{person}, infusion {row.infusion_number}"
                yield _line(where, session.unread, reverse("session", args=[row.pk]))


def unread_of_vials(clinic: Clinic) -> Iterable[TodayLine]:
    """Name what cannot be read of vials that are here."""
    del clinic
    here = queries.vials_here()
    vials = chart_store.vials(row.pk for row in here)
    for vial in here:
        if unread := vials[str(vial.pk)].unread:
            yield _line(f"Vial {vial.label}", unread, reverse("stock_vial", args=[vial.pk]))


def unread_of_the_house(clinic: Clinic) -> Iterable[TodayLine]:
    """Name what cannot be read of the house itself: a rule that was signed may be missing from those in force."""
    del clinic
    if unread := chart_store.unread_in("home"):
        yield _line("The house", unread, reverse("ledger"))


def _line(what: str, unread: tuple[Recorded[Unread], ...], address: str) -> TodayLine:
    return TodayLine(what=f"{what}: {'; '.join(unread_briefly(unread))} cannot be read", address=address, detail=DETAIL,
                pressing=True)  # fmt: skip
