"""A flood of sign-ins by strangers: it takes no thread from the chairs, and fills no ledger."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.web.shell import door
from sereniv.clinic.workflows.shell import failed_sign_ins
from tests.conftest import NOON, FixedClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted(fixed_clock: FixedClock, staff: dict[str, Staff]) -> None:
    del fixed_clock, staff
    cache.clear()


def attempt(client: Client, name: str = "made.up", password: str = "whatever it may be") -> int:
    return int(client.post("/sign-in/", {"login": name, "password": password}).status_code)


def failures() -> list[SignInAudited]:
    found = [each.event for each in chart_store.read("audit")]
    return [each for each in found if isinstance(each, SignInAudited) and each.act.startswith("failed")]


def test_a_flood_of_made_up_names_writes_a_few_entries_and_one_for_the_rest(fixed_clock: FixedClock) -> None:
    for number in range(44):
        attempt(Client(), f"made-up-{number}")
    assert len(failures()) == failed_sign_ins.IN_FULL, "44 permanent entries, for nobody's sake"
    fixed_clock.shown = NOON + failed_sign_ins.EACH - timedelta(seconds=1)
    failed_sign_ins.write_what_waits(fixed_clock.shown)
    assert len(failures()) == failed_sign_ins.IN_FULL
    fixed_clock.shown = NOON + failed_sign_ins.EACH
    failed_sign_ins.write_what_waits(fixed_clock.shown)
    assert failures()[-1] == SignInAudited(
        staff="", act="failed to sign in, 39 times more by nobody's user name", device=""
    )
    failed_sign_ins.write_what_waits(fixed_clock.shown + failed_sign_ins.EACH)
    assert len(failures()) == failed_sign_ins.IN_FULL + 1
    attempt(Client(), "once-more")
    assert len(failures()) == failed_sign_ins.IN_FULL + 2, "in full again"


def test_who_works_here_and_fails_is_always_written_in_full() -> None:
    for number in range(20):
        attempt(Client(), f"made-up-{number}")
    attempt(Client(), "nurse", "not the password")
    assert failures()[-1].staff == "nurse"


def held(places: threading.BoundedSemaphore, many: int) -> None:
    for _ in range(many):
        assert places.acquire(blocking=False)


def test_strangers_hold_no_more_than_their_places_and_never_those_of_the_house(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = Client()
    assert attempt(ours, "nurse", PASSWORD) == 302
    ours.post("/sign-out/")
    taken = threading.BoundedSemaphore(door.STRANGERS_AT_ONCE)
    monkeypatch.setattr(door, "_strangers", taken)
    held(taken, door.STRANGERS_AT_ONCE)
    answer = Client().post("/sign-in/", {"login": "made.up", "password": "x"})
    assert answer.status_code == door.BUSY
    assert "Try again in a moment" in answer.content.decode()
    assert failures() == [], "what was not looked at is nothing to write down"
    assert Client().get("/sign-in/").status_code == 200
    assert attempt(ours, "nurse", PASSWORD) == 302, "a device of the house has places of its own"
    taken.release()
    assert attempt(Client(), "nurse2", PASSWORD) == 302
    assert attempt(Client(), "nurse2", PASSWORD) == 302, "each gives its place back"


def test_the_house_leaves_threads_for_the_chairs() -> None:
    from sereniv.clinic.server import WORKERS

    assert door.STRANGERS_AT_ONCE + door.OUR_DEVICES_AT_ONCE < WORKERS - 1


def test_a_place_is_given_back_where_signing_in_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(request: object) -> Any:
        raise RuntimeError(str(request))

    monkeypatch.setattr(door.account, "login", breaks)
    for _ in range(door.STRANGERS_AT_ONCE + 1):
        with pytest.raises(RuntimeError):
            attempt(Client())


def test_nobodys_word_on_where_a_request_came_from_is_taken_but_a_named_proxys() -> None:
    assert project.PROXIES == ["127.0.0.1", "::1"]
