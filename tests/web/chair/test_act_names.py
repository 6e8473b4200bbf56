"""Acts of the chair are called as a nurse charts them: on the button, and on the page that it opens."""

import re
import uuid

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.workflows.chair import monitors
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage

WHILE_IT_RUNS = {
    "Chart vitals": "vitals/", "Side effect": "observe/", "Sedation": "observe/?what=moaas", "Medicine": "medicine/",
    "Intervention": "done/", "Remark": "note-down/", "Rate changed": "rate/", "Pump discrepancy": "found/",
    "Transfer to hospital": "transfer/", "IV resited": "line/", "Drug spilt": "spilt/", "Further bag": "bag/",
    "Patient left unannounced": "left-unseen/", "The patient has died": "died/",
}  # fmt: skip


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(4)
    return session


@pytest.fixture
def nurse(staff: dict[str, Staff], session: uuid.UUID) -> Client:
    del session
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_act_at_a_running_infusion_has_the_fields_name_and_opens_a_page_of_its_own(
    nurse: Client, session: uuid.UUID
) -> None:
    page = nurse.get(f"/sessions/{session}/").content.decode()
    links = {words.strip(): address for address, words in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>([^<]+)</a>', page)}
    for words, address in WHILE_IT_RUNS.items():
        assert links.get(words) == f"/sessions/{session}/{address}", words
        assert nurse.get(links[words]).status_code == 200


def test_the_page_of_a_further_bag_asks_to_pause_what_runs_and_to_leave_what_is_paused(
    nurse: Client, session: uuid.UUID
) -> None:
    def asked() -> str:
        return nurse.get(f"/sessions/{session}/bag/").content.decode()

    assert "Pause the pump and chart it" in asked()
    nurse.post(f"/sessions/{session}/paused/", {"reason": "a talk", "key": "paused-1"})
    assert "Leave the pump paused until the bag is changed" in asked()
    assert "Pause the pump and chart it" not in asked()


def test_a_prompt_is_acknowledged_and_a_remark_opens_as_a_remark(nurse: Client, session: uuid.UUID) -> None:
    nurse.post(f"/sessions/{session}/observe/", {"pick": "hives 1", "key": "hives-there-1"})
    monitors.watch_session(session, at(4))
    assert re.search(r"notice/hives/\">Acknowledge<", nurse.get(f"/sessions/{session}/status/").content.decode())
    remark = nurse.get(f"/sessions/{session}/note-down/").content.decode()
    assert re.findall(r'name="kind" value="(\w+)"[^>]* checked', remark) == ["remark"]
