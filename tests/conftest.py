"""What every test may use: a time that is passed in, staff, and acts."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.test.client import ClientHandler
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import stage
from sereniv.clinic.operating import pulse
from sereniv.clinic.workflows.devices import known, turned_away
from sereniv.clinic.workflows.shell import failed_sign_ins
from sereniv.clinic.workflows.shell.acting import Act
from tests import staged

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

LONGEST_FIRST = (
    "web/whole/test_hostile_forms.py", "journeys/test_pages.py", "journeys/test_indications.py",
    "durability/test_first_start.py", "journeys/test_cases.py", "durability/test_kill.py", "journeys/test_keyboard.py",
    "pharmacology/test_compiled.py", "durability/test_powercut.py", "journeys/test_roles.py",
    "pharmacology/test_individual.py", "durability/test_concurrency.py", "journeys/test_path.py",
    "durability/test_ledger_commands.py", "journeys/test_linked_pages.py", "journeys/test_glance.py",
    "web/shell/test_access.py", "web/person/test_next_step.py", "journeys/test_safety.py", "journeys/test_house.py",
    "web/shell/test_doors.py",
)  # fmt: skip
"""Modules that take long: begun first, so that no worker waits for another at the end."""

STAGED_TOGETHER = (
    "web/whole/test_hostile_forms.py", "web/whole/test_two_tabs.py", "web/whole/test_unread.py",
    "web/looks/test_who_looked.py", "web/person/test_next_step.py", "gateway/fhir/test_demo.py",
    "web/whole/test_parts_of_a_record.py",
)  # fmt: skip
"""Modules that stage one clinic; one worker runs them, and stages it once (`tests/staged_rows.py`)."""

settings.register_profile("sereniv", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", parent=settings.get_profile("sereniv"), max_examples=15)
settings.load_profile("sereniv")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a folder that its workers share."""
    if not hasattr(config, "workerinput"):
        staged.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's folder."""
    if not hasattr(config, "workerinput"):
        staged.end_run()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first."""
    tests = Path(__file__).parent
    place = {tests / name: number for number, name in enumerate(LONGEST_FIRST)}
    gone = [name for name in (*LONGEST_FIRST, *STAGED_TOGETHER) if not (tests / name).exists()]
    assert not gone, f"LONGEST_FIRST or STAGED_TOGETHER names what is not there: {gone}"
    items.sort(key=lambda item: place.get(item.path, len(place)))
    for item in items:
        if _asks_for_the_database(item):
            item.add_marker("database")


def _asks_for_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & {"db", "transactional_db"})


class ByClinic(LoadScopeScheduling):
    """Gives each module to one worker, and to one worker all the modules that stage one clinic."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return "staged together" if module.removeprefix("tests/") in STAGED_TOGETHER else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Spread the tests over the workers by the clinic they stage."""
    return ByClinic(config, log)


READ_BY_MIDDLEWARE = ("MIDDLEWARE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_REDIRECT_EXEMPT", "DEBUG")
"""Settings that middleware reads while it is made."""

FOUND_BY_THE_DOCTOR = {
    "faults.json",
    "checked.json",
    "outside.json",
    "outside.toml",
    "health.token",
    "push.key",
    "checkpoints.jsonl",
}


@pytest.fixture(autouse=True, scope="session")
def middleware_made_once() -> Iterator[None]:
    """Let all clients of a process share the middleware, as a served home does: each would list all static files anew.

    Made anew where a test sets what they read while they are made.
    """
    made: dict[tuple[object, ...], dict[str, object]] = {}
    make = ClientHandler.load_middleware

    def once(handler: ClientHandler, is_async: bool = False) -> None:
        key = (is_async, *(repr(getattr(django_settings, name)) for name in READ_BY_MIDDLEWARE))
        if key not in made:
            make(handler, is_async)
            made[key] = {name: value for name, value in vars(handler).items() if name.endswith("_middleware")}
            made[key]["_middleware_chain"] = handler._middleware_chain
        vars(handler).update(made[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "load_middleware", once)
        yield


@pytest.fixture(autouse=True)
def nothing_of_the_test_before() -> None:
    """Let every test begin without the strangers, the beats and the doctor's files of the one before.

    The tests of a process share one home; a ledger that one of them broke is to be acted on upon the next one's Today.
    """
    failed_sign_ins.begin_anew()
    known.register.forget()
    turned_away.memory.forget()
    pulse.forget()
    folder = django_settings.HOME.folder
    for name in FOUND_BY_THE_DOCTOR.intersection(os.listdir(folder)):
        (folder / name).unlink()


class FixedClock:
    """A clock that shows what it is told."""

    label, rate = "test", 1.0

    def __init__(self, shown: datetime) -> None:
        self.shown = shown

    def now(self) -> datetime:
        return self.shown


@pytest.fixture
def fixed_clock() -> Iterator[FixedClock]:
    ticking = FixedClock(NOON)
    clock.install(ticking)
    yield ticking
    clock.install(clock.RealClock())


@pytest.fixture
def staff(db: None) -> Iterator[dict[str, Staff]]:
    """Return the demo's staff by name; their secrets are hashed fast, not well."""
    del db
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        stage.add_staff()
        yield {person.username: person for person in Staff.objects.all()}


ActMaker = Callable[..., Act]


class Acts:
    """Makes acts of the staff and counts them: a key follows from its place."""

    def __init__(self, staff: dict[str, Staff]) -> None:
        self._staff, self.acts = staff, 0

    def __call__(self, who: str, *, now: datetime = NOON, second: str = "", key: str = "") -> Act:
        if not key:
            self.acts += 1
        return Act(
            by=self._staff[who],
            now=now,
            key=key or f"test-act-{self.acts:05d}",
            co_signer=self._staff[second] if second else None,
        )


@pytest.fixture
def act(staff: dict[str, Staff]) -> ActMaker:
    """Make acts: act("nurse"), act("nurse", second="nurse2"), act("nurse", now=..., key=...)."""
    return Acts(staff)
