"""An allergy that nobody could place, told by a slip of the pen, is met at every step at which a drug is given."""

import re
import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Phase
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, WANTED, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
SLIP = "ketmaine, hives as a child"


def signed_in(who: Staff) -> Client:
    client = Client()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(page: bytes) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.decode())).split())


@pytest.fixture
def she(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    stage.candidate(SHE, NOON)
    stage.decided(SHE, at(-25))
    fixed_clock.shown = NOON
    return demo_id(SHE.name)


def test_it_is_asked_about_when_it_is_written_and_waits_for_a_prescriber(
    she: uuid.UUID, staff: dict[str, Staff], act: ActMaker
) -> None:
    nurse, prescriber = signed_in(staff["nurse"]), signed_in(staff["prescriber"])
    sent = nurse.post(
        reverse("person_history", args=[she, "allergies"]), {"entries": SLIP, "key": "allergies-slip-1"}, follow=True
    )
    assert f"Not known to our tables: “{SLIP}” (is it ketamine?)" in text(sent.content)
    assert f"“{SLIP}” waits for a prescriber" in text(prescriber.get(reverse("person", args=[she])).content)
    assert "An allergy that nobody could place" in text(prescriber.get(reverse("person_order", args=[she])).content)
    head = chart_store.person_chart(she).head
    with pytest.raises(Refused, match="An allergy that nobody could place"):
        orders.sign_order(she, WANTED, "", head, act("prescriber", now=at(1)))
    orders.sign_order(she, WANTED, "asked again: a washing powder, no drug", head, act("prescriber", now=at(1)))
    (over,) = chart_store.person_chart(she).all(pe.WentOn)
    assert SLIP in str(over.event)


def test_it_holds_the_gate_and_is_said_at_every_drug_until_it_is_read(
    she: uuid.UUID, stage: Stage, staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock
) -> None:
    order = stage.signed_order(SHE, at(-20))
    session = stage.seated(SHE, order, "Chair 1", NOON, demo_id("she-session"))
    intake.record_history(she, pe.HistoryList.ALLERGIES, (SLIP,), (), act("nurse", now=at(-10)))
    lines = {each.row.id: each for each in sessions.gate_lines(chart_store.session_chart_of(session), act("nurse"))}
    assert not lines["allergies"].lets_pass
    assert f"it may be any drug: “{SLIP}”" in lines["allergies"].why
    fixed_clock.shown = at(1)
    nurse = signed_in(staff["nurse"])
    medicine = reverse("session_medicine", args=[session])
    assert f"an allergy that nobody could place: “{SLIP}”" in text(nurse.get(medicine).content)
    given = nurse.post(medicine, {"given": "ondansetron 4", "indication": "", "key": "given-ondansetron"}, follow=True)
    assert f"To be looked at: an allergy that nobody could place: “{SLIP}”" in text(given.content)
    sheet = {"reason": "asked again at the chair: a washing powder", "key": "read-the-allergy"}
    waiting = signed_in(staff["prescriber"]).get(reverse("person", args=[she])).content.decode()
    (address,) = re.findall(r'href="([^"]*/read/allergies/[^"]*)"', waiting)
    assert signed_in(staff["prescriber"]).post(address, sheet).status_code == 302
    after = {each.row.id: each for each in sessions.gate_lines(chart_store.session_chart_of(session), act("nurse"))}
    assert after["allergies"].lets_pass
    assert f"read by a prescriber: “{SLIP}”" in after["allergies"].why
    assert f"an allergy that nobody could place: “{SLIP}”" in text(nurse.get(medicine).content), "before every drug"


@pytest.mark.parametrize("written", ["ketmaine", "?", "something blue", "penicillin and ketmaine"])
def test_candidacy_does_not_pass_it_for_none(she: uuid.UUID, act: ActMaker, written: str) -> None:
    intake.record_history(she, pe.HistoryList.ALLERGIES, (written,), (), act("nurse", now=at(-1)))
    chart = chart_store.person_chart(she)
    registered = Person.objects.get(pk=she).registered
    found = {each.row.id: each for each in findings(chart, registered, Phase.SCREEN, NOON, knowledge())}
    assert found["allergies"].verdict.missing == (written,)


@pytest.mark.parametrize("written", ["penicillin - rash", "S-ketamine", "hay fever", "codeine makes her sick", "bees"])
def test_what_is_known_waits_for_nobody(she: uuid.UUID, act: ActMaker, written: str) -> None:
    intake.record_history(she, pe.HistoryList.ALLERGIES, (written,), (), act("nurse", now=at(-1)))
    chart = chart_store.person_chart(she)
    registered = Person.objects.get(pk=she).registered
    found = {each.row.id: each for each in findings(chart, registered, Phase.SCREEN, NOON, knowledge())}
    assert found["allergies"].verdict.missing == ()
