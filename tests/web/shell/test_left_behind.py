"""What stays after a sign-out, and at which names the live stream answers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.utils import timezone

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.live import stream
from sereniv.clinic.live.checking import clear_expired_sessions
from tests.conftest import FixedClock

pytestmark = pytest.mark.django_db


def test_a_browser_lets_go_of_what_it_kept_at_the_sign_out_and_stays_known(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert "Clear-Site-Data" not in client.get("/people/").headers
    assert "Clear-Site-Data" not in client.get("/sign-out/").headers, "asked, not done"
    answer = client.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.cookies["device"].value


def test_sessions_that_are_over_are_let_go(staff: dict[str, Staff]) -> None:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    Client().force_login(staff["nurse2"], backend="django.contrib.auth.backends.ModelBackend")
    Session.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    clear_expired_sessions()
    assert Session.objects.count() == 1


def answered(*hosts: bytes) -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    headers = [(b"host", each) for each in hosts]
    scope = {"type": "http", "path": stream.STREAM_PATH, "method": "GET", "headers": headers}
    asyncio.run(stream.stream(scope, receive, send))
    return int(sent[0]["status"])


@override_settings(ALLOWED_HOSTS=["clinic.example", "127.0.0.1"])
@pytest.mark.parametrize("hosts", [(b"evil.example",), (b"evil.example:8000",), (), (b"",), (b"127.0.0.1", b"evil")])
def test_the_live_stream_answers_at_our_names_alone(hosts: tuple[bytes, ...]) -> None:
    assert answered(*hosts) == 400


@override_settings(ALLOWED_HOSTS=["clinic.example", "127.0.0.1"])
@pytest.mark.parametrize("host", [b"clinic.example", b"127.0.0.1:8000"])
def test_at_our_names_it_asks_who_comes(host: bytes) -> None:
    assert answered(host) == 403


def test_a_session_that_was_signed_out_is_none_whoever_kept_its_cookie(staff: dict[str, Staff]) -> None:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert other.get("/people/").status_code == 200
    client.post("/sign-out/")
    answer = other.get("/people/")
    assert (answer.status_code, answer["Location"][:9]) == (302, "/sign-in/")
