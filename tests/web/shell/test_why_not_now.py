"""A page on which nothing can be done as things stand says so before anybody types, and asks for nothing."""

import html
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, VialRow
from sereniv.clinic.workflows.calendar import booking, coming
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.stock import stock as keeping
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
FORM = '<form method="post" class="sheet'


@pytest.fixture
def nurse(staff: dict[str, Staff], stage: Stage, fixed_clock: FixedClock) -> Client:
    del stage
    fixed_clock.shown = at(5)
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def asks(client: Client, page: str) -> tuple[bool, str]:
    """Say whether a page asks for anything, and what it says."""
    drawn = client.get(page)
    assert drawn.status_code == 200
    told = " ".join(html.unescape(drawn.content.decode()).split())
    return FORM in told, told


def test_whoever_sits_already_is_not_seated_again(nurse: Client, stage: Stage) -> None:
    stage.at_the_gate(SHE, "Chair 1", NOON)
    person = demo_id(SHE.name)
    order = stage.signed_order(SHE, at(1))
    has_form, told = asks(nurse, f"/people/{person}/order/{order}/seat/")
    assert (has_form, "This person already has an open session, at Chair 1." in told) == (False, True)


def test_an_appointment_to_which_somebody_came_is_not_missed(
    nurse: Client, stage: Stage, act: ActMaker, fixed_clock: FixedClock
) -> None:
    stage.ordered(SHE, NOON)
    Chair.objects.get_or_create(name="Chair 1")
    person = demo_id(SHE.name)
    start = NOON + timedelta(hours=1)
    entry = booking.book(person, booking.Wish(starts_at=start, chair="Chair 1"), act("coordinator", now=at(1)))
    page = f"/people/{person}/appointments/{entry}"
    for address, words in (("missed", "still to come"), ("called-back", "Nothing is owed")):
        has_form, told = asks(nurse, f"{page}/{address}/")
        assert (has_form, words in told) == (False, True), address
    fixed_clock.shown = start + timedelta(minutes=2)
    assert asks(nurse, f"{page}/missed/")[0]
    coming.note(person, entry, pe.Coming.ARRIVED, act("coordinator", now=fixed_clock.shown))
    has_form, told = asks(nurse, f"{page}/missed/")
    assert (has_form, "They are noted as arrived at 13:02" in told) == (False, True)


def test_a_vial_is_opened_set_apart_and_put_back_once(nurse: Client, act: ActMaker) -> None:
    vial: uuid.UUID = VialRow.objects.earliest("label").pk
    label = chart_store.vial(vial).label
    assert not asks(nurse, f"/stock/{vial}/put-back/")[0]
    keeping.set_apart(vial, "Label torn, in doubt", act("nurse", second="nurse2", now=at(1)))
    has_form, told = asks(nurse, f"/stock/{vial}/set-apart/")
    assert (has_form, f"Vial {label} is already set apart: Label torn" in told) == (False, True)
    keeping.open_vial(vial, act("nurse", second="nurse2", now=at(2)))
    has_form, told = asks(nurse, f"/stock/{vial}/open/")
    assert (has_form, f"Vial {label} is already open." in told) == (False, True)


def test_a_home_in_commissioning_says_at_the_gate_that_nothing_starts(
    nurse: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    stage.vitals(session, ("122", "78"), at(0))
    sessions.pass_gate(session, stage.head(session), stage.act("nurse", at(1)))
    assert "Start infusion" in asks(nurse, f"/sessions/{session}/gate/")[1]
    monkeypatch.setattr(this_clinic, "state", lambda: "commissioning")
    told = asks(nurse, f"/sessions/{session}/gate/")[1]
    assert "no infusion can start until it is signed live" in told
    assert "Start infusion" not in told
