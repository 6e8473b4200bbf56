"""Every document that an export carries, as PDF: notes, plans and summaries of everybody, and the drug's ledgers."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import Person, SessionRow, VialRow
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.web.documents.pdf import Paper, pdf
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.therapy.documents.model import Document

OF_A_PERSON = ("plan", "summary")

log = logging.getLogger(__name__)


class EveryPaper:
    """The documents of a home as they are at `now`, drawn one after the other."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        kept = clinic_details().paper
        self._paper = Paper(kept) if kept in set(Paper) else Paper.A4

    def count(self) -> int:
        """Return how many there are."""
        return len(OF_A_PERSON) * queries.every_record().count() + queries.sessions().count() + queries.vials().count()

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Give each with its name; one that cannot be drawn says so in its place, and holds up no other."""
        now = self._now
        for person in queries.every_record().iterator():
            for which in OF_A_PERSON:
                make = _of_person(person, which, now)
                yield self._drawn(f"people/{person.pk}/{which}", make)
        for row in queries.sessions().iterator():
            yield self._drawn(f"people/{row.person_id}/infusions/{row.pk}", _of_session(row, now))
        for vial in queries.vials().iterator():
            yield self._drawn(f"stock/{vial.pk}", _of_vial(vial, now))

    def of_one(self, person: Person) -> Iterator[tuple[str, bytes]]:
        """Give the documents of one person and of every record that is read together with theirs."""
        for which in OF_A_PERSON:
            yield self._drawn(which, _of_person(person, which, self._now))
        for number, (row, chart) in enumerate(sessions_of(person.pk), start=1):
            if chart.opened is not None and not row.label:
                yield self._drawn(f"infusion-{number}-{row.opened_at:%Y-%m-%d}", _of_session(row, self._now))

    def _drawn(self, name: str, make: Callable[[], Document | None]) -> tuple[str, bytes]:
        try:
            document = make()
            if document is not None:
                return f"{name}.pdf", pdf(document, self._paper)
        except Exception:  # whatever one chart holds, all others leave; its entries are in the ledger's own file
            log.exception("A document of an export could not be drawn.")
        return f"{name}.txt", b"This document could not be drawn. What was recorded stands in the data beside it.\n"


def _of_person(person: Person, which: str, now: datetime) -> Callable[[], Document | None]:
    return lambda: documents.of_person(person, which, now)


def _of_session(row: SessionRow, now: datetime) -> Callable[[], Document | None]:
    return lambda: documents.of_session(row, chart_store.session_chart_of(row.pk), "note", now)


def _of_vial(vial: VialRow, now: datetime) -> Callable[[], Document | None]:
    return lambda: documents.of_vial(vial.pk, now)
