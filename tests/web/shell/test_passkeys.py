"""A key as second factor, and a passkey that signs in alone: what it opens, and what a forged answer does not."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from sereniv.clinic.accounts.models import Enrolment, Notice, Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.web.shell import door
from sereniv.clinic.web.shell.passkey_forms import LETS_NOBODY_IN
from tests.conftest import FixedClock
from tests.web.shell.software_key import HONEST, Lies, SoftwareKey, handle_of
from tests.web.shell.test_ways_in import acts, is_in

pytestmark = pytest.mark.django_db
LOGIN = "/second-factor/webauthn/login/"


@pytest.fixture(autouse=True)
def nothing_counted(fixed_clock: FixedClock) -> None:
    del fixed_clock
    cache.clear()


def tablet() -> Client:
    return Client(headers={"x-forwarded-proto": "https"})


def options_in(page: str, name: str) -> dict[str, Any]:
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None, page[-2000:]
    return dict(json.loads(found[1])[name])


def add_key(person: Staff, *, passkey: bool = True) -> SoftwareKey:
    """Add a key on its page, which asks for the password once more."""
    client, key = tablet(), SoftwareKey()
    client.post("/sign-in/", {"login": person.username, "password": PASSWORD})
    assert client.get("/second-factor/webauthn/add/")["Location"].startswith("/confirm-password/"), "asked once more"
    client.post("/confirm-password/", {"password": PASSWORD})
    page = client.get("/second-factor/webauthn/add/").content.decode()
    sent = {"name": "mine", "credential": key.made(options_in(page, "creation_options"))}
    client.post("/second-factor/webauthn/add/", {**sent, **({"passwordless": "on"} if passkey else {})})
    client.post("/sign-out/")
    return key


def given_key(person: Staff) -> SoftwareKey:
    """Give somebody a passkey without its page, which takes two passwords to work out."""
    from allauth.mfa.webauthn.internal.auth import WebAuthn

    key = SoftwareKey()
    made = key.made({"publicKey": {"user": {"id": handle_of(person.pk)}, "challenge": "none"}})
    WebAuthn.add(person, "mine", json.loads(made))
    return key


def asked(client: Client) -> dict[str, Any]:
    return dict(client.get(LOGIN, headers={"accept": "application/json"}).json()["request_options"])


def enters(client: Client, key: SoftwareKey, lies: Lies = HONEST) -> bool:
    client.post(LOGIN, {"credential": key.signed(asked(client), lies)})
    return is_in(client)


def test_a_passkey_signs_in_alone_and_the_pin_works_there_from_then_on(staff: dict[str, Staff]) -> None:
    key, client = add_key(staff["nurse"]), tablet()
    Enrolment.objects.all().delete()
    assert enters(client, key)
    assert client.get("/people/").status_code == 200
    assert acts("nurse")[-1] == "signed in with a passkey"
    assert Enrolment.objects.filter(staff=staff["nurse"]).count() == 1


def test_a_passkey_opens_no_page_that_changes_how_its_owner_comes_in(staff: dict[str, Staff]) -> None:
    key, client = given_key(staff["nurse"]), tablet()
    assert enters(client, key)
    assert client.get("/second-factor/webauthn/add/")["Location"].startswith("/confirm-password/")


def test_a_key_is_the_second_factor_after_the_password(staff: dict[str, Staff]) -> None:
    key, client = add_key(staff["nurse"], passkey=False), tablet()
    client.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    assert not is_in(client)
    page = client.get("/second-factor/authenticate/").content.decode()
    forged = key.signed(options_in(page, "request_options"), Lies(broken=True))
    page = client.post("/second-factor/authenticate/", {"credential": forged}).content.decode()
    assert not is_in(client)
    signed = key.signed(options_in(page, "request_options"))
    client.post("/second-factor/authenticate/", {"credential": signed})
    assert is_in(client)


FORGED = {
    "of another site": Lies(origin="https://testserver.example.org"),
    "over a line that is not secured": Lies(origin="http://testserver"),
    "made for another site": Lies(host="example.org"),
    "to another question": Lies(challenge="AAAAAAAAAAAAAAAAAAAAAA"),
    "made when a key was added": Lies(kind="webauthn.create"),
    "without finger, face or PIN": Lies(verified=False),
    "with a broken signature": Lies(broken=True),
    "under somebody else's name": Lies(whose=handle_of(2)),
    "under nobody's name": Lies(whose=handle_of(99_999)),
    "under a name that is none": Lies(whose="!"),
}


@pytest.mark.parametrize("lies", FORGED.values(), ids=FORGED)
def test_a_forged_answer_lets_nobody_in_and_stands_in_the_audit(staff: dict[str, Staff], lies: Lies) -> None:
    key, client = given_key(staff["nurse"]), tablet()
    assert not enters(client, key, lies)
    assert acts("") == ["failed to sign in"]
    assert LETS_NOBODY_IN in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("sent", ["", "{}", "[]", "null", '"x"', '{"response": {}}', '{"response": 1}', "{" * 5000])
def test_what_is_no_answer_lets_nobody_in_and_breaks_nothing(staff: dict[str, Staff], sent: str) -> None:
    client = tablet()
    asked(client)
    assert client.post(LOGIN, {"credential": sent}).status_code == 302
    assert not is_in(client)


def test_an_answer_counts_once(staff: dict[str, Staff]) -> None:
    key, client = given_key(staff["nurse"]), tablet()
    answer = key.signed(asked(client))
    client.post(LOGIN, {"credential": answer})
    assert is_in(client)
    client.post("/sign-out/")
    client.post(LOGIN, {"credential": answer})
    assert not is_in(client)
    assert not enters(tablet(), SoftwareKey(whose=key.whose)), "another key under the same name"


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"first_until": timezone.now() + timedelta(days=1)}],
    ids=["left", "waits for a first code"],
)
def test_whoever_left_or_waits_for_a_first_code_does_not_come_in_by_passkey(
    staff: dict[str, Staff], change: dict[str, Any]
) -> None:
    key = given_key(staff["nurse"])
    Staff.objects.filter(pk=staff["nurse"].pk).update(**change)
    assert not enters(tablet(), key)
    assert acts("nurse")[-1] == "failed to sign in"


def test_strangers_begin_so_many_times_a_minute_and_a_device_of_the_house_always_may(staff: dict[str, Staff]) -> None:
    key, ours = given_key(staff["nurse"]), tablet()
    assert enters(ours, key)
    ours.post("/sign-out/")
    cache.set(door.BEGUN, door.STRANGERS_BEGIN_A_MINUTE, 60)
    assert tablet().get(LOGIN, headers={"accept": "application/json"}).status_code == door.BUSY
    assert enters(ours, key)


@pytest.mark.parametrize("count", [4, 5, 0], ids=["lower", "the same", "none any more"])
def test_a_key_whose_count_does_not_go_on_lets_nobody_in_and_its_owner_is_told(
    staff: dict[str, Staff], count: int
) -> None:
    key = given_key(staff["nurse"])
    for rising in (3, 5):
        client = tablet()
        assert enters(client, key, Lies(count=rising))
    copy = tablet()
    assert not enters(copy, key, Lies(count=count))
    assert acts("nurse")[-1] == "failed to sign in"
    assert "may have been copied" in Notice.objects.get(staff=staff["nurse"]).words
    assert enters(tablet(), key, Lies(count=6)), "the one that was added goes on"


def test_a_synced_passkey_that_never_counts_goes_on(staff: dict[str, Staff]) -> None:
    key = given_key(staff["nurse"])
    assert [enters(tablet(), key) for _ in range(3)] == [True] * 3


def test_a_copied_key_is_no_second_factor(staff: dict[str, Staff]) -> None:
    key = given_key(staff["nurse"])
    assert enters(tablet(), key, Lies(count=9))
    client = tablet()
    client.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    page = client.get("/second-factor/authenticate/").content.decode()
    copied = key.signed(options_in(page, "request_options"), Lies(count=9))
    page = client.post("/second-factor/authenticate/", {"credential": copied}).content.decode()
    assert not is_in(client)
    assert "may have been copied" in page
    signed = key.signed(options_in(page, "request_options"), Lies(count=10))
    client.post("/second-factor/authenticate/", {"credential": signed})
    assert is_in(client)


def test_a_copied_key_does_not_confirm_who_somebody_is(staff: dict[str, Staff]) -> None:
    key, client = given_key(staff["nurse"]), tablet()
    assert enters(client, key, Lies(count=9))
    page = client.get("/second-factor/webauthn/reauthenticate/").content.decode()
    copied = key.signed(options_in(page, "request_options"), Lies(count=8))
    client.post("/second-factor/webauthn/reauthenticate/", {"credential": copied})
    assert "may have been copied" in Notice.objects.get(staff=staff["nurse"]).words
    assert client.get("/second-factor/webauthn/add/")["Location"].startswith("/confirm-password/")
