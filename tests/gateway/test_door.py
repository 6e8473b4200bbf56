"""The door for monitors is open to this computer alone, and is never sent elsewhere."""

import uuid

import pytest
from django.conf import settings
from django.test import Client, override_settings

from sereniv.clinic.workflows.shell.this_clinic import served_home

pytestmark = pytest.mark.django_db
DOOR = f"/gateway/sessions/{uuid.UUID(int=0)}/"


@pytest.fixture
def machine() -> Client:
    return Client(headers={"authorization": f"Bearer {served_home().gateway_token()}"})


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_machine_on_this_computer_is_not_redirected(machine: Client) -> None:
    assert machine.get(DOOR, headers={"host": "127.0.0.1:8000"}).status_code == 404
    assert Client().get("/health", headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert machine.get("/sign-in/", headers={"host": "127.0.0.1:8000"}).status_code == 301


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"]
)
def test_what_came_through_a_proxy_is_refused(header: str, machine: Client) -> None:
    answer = machine.get(DOOR, headers={header: "192.0.2.1"})
    assert answer.status_code == 403
    assert "own computer" in answer.json()["error"]


@override_settings(PROXY_HOSTS=["clinic.example"], ALLOWED_HOSTS=["clinic.example", "127.0.0.1"])
def test_a_proxy_that_names_nobody_is_known_by_the_clinics_name(machine: Client) -> None:
    assert machine.get(DOOR, headers={"host": "clinic.example"}).status_code == 403
    assert machine.get(DOOR, headers={"host": "127.0.0.1:8000"}).status_code == 404


@pytest.mark.parametrize(
    "rest", [f"sessions/{uuid.UUID(int=0).hex}/", "sessions/nonsense/samples/", "nothing", "sessions/"]
)
def test_an_address_that_leads_nowhere_is_said_in_words_a_machine_reads(rest: str, machine: Client) -> None:
    """It was a page of HTML, and the example of a feed ended in a traceback."""
    assert Client().get(f"/gateway/{rest}").json()["error"].startswith("Show the device's token")
    for answer in (machine.get(f"/gateway/{rest}"), machine.post(f"/gateway/{rest}", {}, "application/json")):
        assert answer.status_code == 404
        assert "no such address" in answer.json()["error"]


def test_another_method_and_a_message_that_is_too_large_are_said_so_too(machine: Client) -> None:
    other = machine.post(DOOR, {}, "application/json")
    assert (other.status_code, other.headers["Allow"]) == (405, "GET")
    assert "Send GET to this address." in other.json()["error"]
    large = machine.post(f"{DOOR}samples/", "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), "application/json")
    assert large.status_code == 413
    assert "256 KiB" in large.json()["error"]
