"""A device holds the ledger against the newest head that it saw, and is told why where it is not there."""

import re

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import HomeRestored, RefusalAudited
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.shell.this_clinic import record_house_event
from tests.conftest import NOON, FixedClock

pytestmark = pytest.mark.django_db
HEAD = re.compile(r'data-ledger="([0-9a-f]{32})" data-head-seq="(\d+)" data-head-hash="([0-9a-f]{32})"')


@pytest.fixture
def client(staff: dict[str, Staff], fixed_clock: FixedClock) -> Client:
    record_house_event("audit", RefusalAudited(staff="nurse", page="first"), NOON)
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen_on(client: Client) -> tuple[str, str, str]:
    found = HEAD.search(client.get("/people/").content.decode())
    assert found
    return found[1], found[2], found[3]


def held(client: Client, seq: object, begins: str) -> tuple[int, dict[str, object]]:
    answer = client.post("/ledger/seen/", {"seq": seq, "hash": begins})
    return answer.status_code, answer.json() if answer.status_code == 409 else {}


def test_a_page_says_where_the_ledger_ended_and_the_ledger_has_it_for_good(client: Client) -> None:
    ledger, seq, begins = seen_on(client)
    assert Entry.objects.get(seq=int(seq)).hash.startswith(begins)
    assert Entry.objects.get(seq=1).hash.startswith(ledger)
    record_house_event("audit", RefusalAudited(staff="nurse", page="later"), NOON)
    assert held(client, seq, begins) == (204, {})


def test_an_entry_that_is_another_or_gone_is_told(client: Client) -> None:
    _, seq, begins = seen_on(client)
    status, said = held(client, seq, "0" * 32)
    assert status == 409
    assert said["admitted"] is False
    assert f"no longer has entry {seq}" in str(said["words"])
    assert held(client, int(seq) + 1000, begins)[0] == 409


def test_a_restored_ledger_says_to_where_it_was_brought_back(client: Client) -> None:
    _, seq, begins = seen_on(client)
    ends = int(seq) - 1
    restored = HomeRestored(backup_made_at=NOON, program="0.3.0", to_seq=ends, to_hash="0" * 64)
    record_house_event("home", restored, NOON)
    status, said = held(client, seq, "0" * 32)
    assert (status, said["admitted"]) == (409, True)
    assert f"as they stood at entry {ends}" in str(said["words"])
    assert held(client, ends, "0" * 32)[1]["admitted"] is False, "what it was brought back to has to be the same"
    assert held(client, seq, begins)[0] == 204


@pytest.mark.parametrize(
    ("seq", "begins"), [("-1", "0" * 32), ("1", "0" * 31), ("1", "g" * 32), ("", ""), ("１", "0" * 32)]
)
def test_what_no_device_keeps_is_malformed(client: Client, seq: str, begins: str) -> None:
    assert held(client, seq, begins)[0] == 400


def test_nothing_of_the_ledger_stands_on_a_page_for_strangers(client: Client) -> None:
    assert chart_store.head().seq
    assert "data-ledger" not in Client().get("/sign-in/").content.decode()
    assert Client().post("/ledger/seen/", {"seq": 1, "hash": "0" * 32}).status_code == 302
