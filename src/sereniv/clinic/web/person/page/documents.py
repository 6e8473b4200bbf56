"""What can be printed about a person, with the day of what each paper rests on."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.documents.documents import CONSENT, PERSON_TITLES, SESSION_TITLES
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.knowledge import knowledge
from sereniv.therapy.person.access import teams_of
from sereniv.therapy.person.consent import given_last
from sereniv.therapy.session.chart import FINISHED, SessionChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document: its page, and what to know of it before opening it."""

    title: str
    address: str
    says: str
    at: datetime | None = None


def documents(story: Story) -> dict[str, Any]:
    """Return the documents about the person, then those of each session."""
    chart, reads_all = story.chart, story.shows(Permission.READ_DOCUMENTS)
    orders, consent = chart.orders, given_last(chart)
    version = knowledge().leaflets["consent_form"].version
    signed = f"version {consent.event.version} signed" if consent else f"version {version}, not signed yet"
    last_run = max(story.infusion_starts, default=None)
    to_sign = _of_person(story.person_id, CONSENT, signed, consent.at if consent else None)
    teams = teams_now(story.now)
    belongs = {"has_care_teams": bool(teams.named), "care_teams": teams_of(chart, teams)}
    if not reads_all:
        return {"papers": [to_sign], **belongs}
    return {
        **belongs,
        "papers": [
            _of_person(story.person_id, "plan", "last order" if orders else "nothing ordered yet", _at(orders)),
            to_sign,
            _of_person(story.person_id, "summary", "last infusion" if last_run else "no infusion yet", last_run),
        ],
        "session_papers": [(row, _of_session(row, found)) for row, found in story.sessions if found.opened],
    }


def _at(orders: tuple[Any, ...]) -> datetime | None:
    return orders[-1].signed.at if orders else None


def _of_person(person_id: uuid.UUID, which: str, says: str, at: datetime | None) -> Paper:
    address = reverse("person_document", kwargs={"person_id": person_id, "which": which})
    return Paper(title=PERSON_TITLES[which], address=address, says=says, at=at)


def _of_session(row: SessionRow, chart: SessionChart) -> list[Paper]:
    def paper(which: str, says: str, at: datetime | None = None) -> Paper:
        address = reverse("session_document", kwargs={"session_id": row.pk, "which": which})
        return Paper(title=SESSION_TITLES[which], address=address, says=says, at=at)

    found = [paper("note", "signed" if chart.signed else "not signed", chart.signed.at if chart.signed else None)]
    if chart.started_at is not None and chart.died is None:
        found.append(paper("discharge", "to take home"))
    if chart.phase not in FINISHED:
        found.append(paper("hand-over", "as it stands now"))
        found.append(paper("ambulance", "as it stands now"))
    return found
