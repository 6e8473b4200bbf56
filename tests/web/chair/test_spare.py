"""The sheet of a chair that a tablet keeps: what stands on it, whom it names, and of whom none is kept."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import resolve

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.shell import late
from sereniv.clinic.workflows.person import restricting
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage


def client_of(somebody: Staff) -> Client:
    client = Client()
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(client: Client, session: uuid.UUID) -> str:
    answer = client.get(f"/sessions/{session}/spare/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_what_was_known_and_when_and_names_by_initials(
    stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = NOON + timedelta(minutes=7)
    person = SessionRow.objects.get(pk=session).person
    page = sheet(client_of(staff["nurse"]), session)
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert f"Chair 1, {person.initials}" in words
    assert "as it was at 12:07:00" in words
    assert "Started 12:00" in words
    assert person.family_name not in page
    assert f"{person.born:%Y}" not in page


def test_its_forms_are_facts_alone_with_the_entry_up_to_which_they_were_drawn(
    stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = NOON + timedelta(minutes=7)
    page = sheet(client_of(staff["nurse"]), session)
    forms = re.findall(r'<form[^>]*data-fact="([a-z-]+)"(.*?)</form>', page, re.DOTALL)
    assert {resolve(f"/sessions/{session}/{act}/").view_name for act, _ in forms} == late.FACTS
    assert [act for act, inside in forms if not re.search(r'name="seen" value="\d+"', inside)] == []
    assert "rate_ml_per_h" not in page
    assert "csrfmiddlewaretoken" not in page, "a token of one sign-in does not rest on a tablet"


def test_none_is_kept_of_a_restricted_record_whoever_cares_for_them(
    stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    """Whoever runs the infusion sees the chair, reader or not; their tablet keeps nothing of it."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = NOON + timedelta(minutes=7)
    person = SessionRow.objects.get(pk=session).person_id
    restricting.restrict(person, ("nurse", "prescriber"), "She works here as a nurse.", act("director"))
    for somebody in ("nurse", "nurse2"):
        client = client_of(staff[somebody])
        assert client.get(f"/sessions/{session}/").status_code == 200
        assert client.get(f"/sessions/{session}/spare/", headers={"HX-Request": "true"}).status_code == 204


def test_none_is_kept_of_a_session_that_is_over_and_none_for_who_does_not_chart(
    stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    session = stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    fixed_clock.shown = NOON
    address = f"/sessions/{session}/spare/"
    assert client_of(staff["nurse"]).get(address).status_code == 204
    assert client_of(staff["coordinator"]).get(address).status_code == 403
