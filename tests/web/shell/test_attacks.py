"""What an attacker would try, and how it is answered."""

import asyncio
import json
import os
import uuid
from collections.abc import Iterator, MutableMapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone

from sereniv.clinic.accounts.chairside import TRIES, TooManyTries, device_of, proven
from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import REPLAY_LABEL, demo_id
from sereniv.clinic.home import Kind, create_or_open
from sereniv.clinic.live import stream
from sereniv.clinic.live.stream import viewer_of
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.records.models import Chair, SampleRow, SessionRow
from sereniv.clinic.server import LONGEST_BODY, whole_body
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.clinic.workflows.stock.stock import receive_vial
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.recording.refusal import Malformed
from tests.conftest import NOON, ActMaker
from tests.shared_state import SharedStage
from tests.therapy.making import taken_up
from tests.workflows.coursing import consent_version

pytestmark = pytest.mark.django_db
Message = MutableMapping[str, Any]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Limits count anew in each test."""
    cache.clear()
    yield
    cache.clear()


def _body_of(parts: list[Message], patience_s: float = 5.0) -> Message | int:
    """Read a body sent in `parts`, after which the sender says nothing more."""

    async def read() -> Message | int:
        left = iter(parts)

        async def receive() -> Message:
            part = next(left, None)
            if part is None:
                await asyncio.Event().wait()
            assert part is not None
            return part

        taken = await whole_body(receive, patience_s)
        return taken if isinstance(taken, int) else await taken()

    return asyncio.run(read())


def _part(body: bytes, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_is_whole_before_it_takes_a_thread() -> None:
    assert _body_of([_part(b"a", True), _part(b"b", False)]) == _part(b"ab", False)


def test_a_half_sent_body_is_given_up_and_never_takes_a_thread() -> None:
    assert _body_of([_part(b"a", True)], patience_s=0.01) == 408


def test_a_body_too_large_is_refused_while_it_arrives() -> None:
    assert _body_of([_part(b"x" * LONGEST_BODY, True), _part(b"x", True)]) == 413


def test_a_sender_who_left_is_forgotten() -> None:
    assert _body_of([_part(b"a", True), {"type": "http.disconnect"}]) == 400


SIGN_IN = "/sign-in/"
WRONG = "wrong-wrong-wrong"


def sign_in(client: Client, username: str, password: str = PASSWORD, host: str = "127.0.0.1") -> bool:
    client.post(SIGN_IN, {"login": username, "password": password}, headers={"host": host})
    return "_auth_user_id" in client.session


def switch(client: Client, person: Staff, secret: str) -> int:
    form = {"second_person": person.pk, "second_secret": secret, "key": "switch-0001"}
    return client.post("/switch/", form).status_code


def test_a_clinic_behind_one_address_is_not_locked_out_by_one_bad_tablet(staff: dict[str, Staff]) -> None:
    del staff
    bad = Client()
    for number in range(35):
        sign_in(bad, f"nobody{number}", WRONG)
    assert sign_in(Client(), "nurse")


def test_another_port_in_the_host_header_gives_no_more_tries(staff: dict[str, Staff]) -> None:
    del staff
    for port in range(1, 7):
        sign_in(Client(), "director", WRONG, f"127.0.0.1:{port}")
    assert not sign_in(Client(), "director", host="127.0.0.1:99")
    assert not sign_in(Client(), "Director", host="localhost")


def test_strangers_guessing_do_not_lock_somebody_out_of_their_own_tablet(staff: dict[str, Staff]) -> None:
    del staff
    own = Client()
    assert sign_in(own, "director")
    own.post("/sign-out/")
    for _ in range(6):
        sign_in(Client(), "director", WRONG)
    assert sign_in(own, "director")


def test_a_thrown_away_device_cookie_gives_no_more_tries(staff: dict[str, Staff]) -> None:
    """Five tries on a device where somebody never signed in are five on all such devices."""
    client = Client()
    sign_in(client, "nurse")
    for _ in range(6):
        client.cookies.pop("device", None)
        client.get("/switch/")
        assert switch(client, staff["director"], WRONG) == 422
    client.cookies.pop("device", None)
    client.get("/switch/")
    assert switch(client, staff["director"], PASSWORD) == 422


def test_tries_at_the_same_moment_are_all_counted(staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch) -> None:
    """While one slow check runs, others on the same account and device already count it."""
    depth = 0

    def slow_check(person: Staff, secret: str) -> bool:
        nonlocal depth
        depth += 1
        if depth > 50:
            raise AssertionError("The tries were not limited.")
        return proven(person, secret, "tablet")

    monkeypatch.setattr(Staff, "check_password", slow_check)
    with pytest.raises(TooManyTries):
        proven(staff["nurse"], WRONG, "tablet")
    assert depth == TRIES


def test_a_flood_of_names_does_not_push_counted_tries_out(staff: dict[str, Staff]) -> None:
    for _ in range(TRIES):
        assert not proven(staff["nurse"], WRONG, "tablet")
    for number in range(1000):
        cache.set(f"flood-{number}", number)
    with pytest.raises(TooManyTries):
        proven(staff["nurse"], WRONG, "tablet")


@pytest.fixture
def running(act: ActMaker) -> str:
    """A session at a chair."""
    for name in cast_list.CHAIRS:
        Chair.objects.create(name=name)
    for each in cast_list.VIALS:
        received = VialReceived(
            label=each.label, ndc="0", lot=each.lot, expires=NOON.date() + timedelta(days=300),
            strength_mg_per_ml=each.strength_mg_per_ml, volume_ml=each.volume_ml, supplier="test",
            unusual_reason="The strength we order",
        )  # fmt: skip
        taken_in = act("nurse", now=NOON - timedelta(days=1), second="nurse2")
        receive_vial(received, taken_in, demo_id(each.label))
    return str(SharedStage().infusing(cast_list.REPLAYED, "Chair 4", NOON, REPLAY_LABEL))


def with_second_factor(person: Staff) -> Staff:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    return person


def signed_in_as(person: Staff) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_switching_is_no_way_around_the_second_factor(staff: dict[str, Staff], settings: Any) -> None:
    """A stolen password alone opens no account of a clinic on a tablet where its owner never signed in."""
    settings.IS_CLINIC = True
    client = signed_in_as(with_second_factor(staff["nurse"]))
    director = with_second_factor(staff["director"])
    assert switch(client, director, PASSWORD) == 422
    assert client.session["_auth_user_id"] == str(staff["nurse"].pk)
    Enrolment.objects.create(device=device_of_client(client), staff=director, at=timezone.now())
    assert switch(client, director, PASSWORD) == 302


def device_of_client(client: Client) -> str:
    request = RequestFactory().get("/")
    request.COOKIES["device"] = client.cookies["device"].value
    return device_of(request)


def test_no_stream_before_the_second_factor(
    staff: dict[str, Staff], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)
    settings.IS_CLINIC = True
    client = signed_in_as(staff["nurse"])
    cookie = f"{project.SESSION_COOKIE_NAME}={client.cookies[project.SESSION_COOKIE_NAME].value}"
    assert viewer_of(cookie) is None
    with_second_factor(staff["nurse"])
    assert viewer_of(cookie) == staff["nurse"]


# Idempotency keys.


def test_a_key_of_somebody_else_neither_hides_nor_blocks_an_act(staff: dict[str, Staff], act: ActMaker) -> None:
    """Whoever repeats a key as somebody else, or for another chart, is told so instead of being told it was done."""
    del staff
    born = date(1984, 3, 2)
    first, second = (
        people.register(
            people.Registration(given_names=name, family_name=name, born=born, sex_at_birth="female"), act("nurse")
        )
        for name in ("One", "Two")
    )
    intake.record_consent(first.pk, consent_version(), "One Test", "", act("nurse", key="known-key-1"))
    intake.record_consent(first.pk, consent_version(), "One Test", "", act("nurse", key="known-key-1"))
    for who, person in (("nurse2", first), ("nurse", second)):
        with pytest.raises(Malformed, match="already used"):
            intake.record_consent(person.pk, consent_version(), str(person), "", act(who, key="known-key-1"))
    with pytest.raises(Malformed, match="already used"):
        people.register(
            people.Registration(given_names="Three", family_name="Test", born=born, sex_at_birth="female"),
            act("nurse2", key="known-key-1"),
        )
    with pytest.raises(Malformed, match="already used"):
        safety.take_up(second.pk, taken_up(1), act("nurse2", key="known-key-1"))
    assert len(chart_store.person_chart(first.pk).consents) == 1


# The door for monitors.


def feed(session: object, act_name: str, body: object) -> tuple[int, str]:
    client = Client(headers={"authorization": f"Bearer {served_home().gateway_token()}"}, raise_request_exception=False)
    sent = body if isinstance(body, str) else json.dumps(body)
    answer = client.post(f"/gateway/sessions/{session}/{act_name}/", sent, content_type="application/json")
    return answer.status_code, answer.content.decode()


def sample(at: str = NOON.isoformat(), device: str = "monitor", value: object = 97) -> dict[str, object]:
    return {"device": device, "samples": [{"signal": "spo2", "value": value, "at": at}]}


@pytest.mark.parametrize(
    "body",
    [
        sample(at="0001-01-01T00:00:00+14:00"),
        sample(at="1900-01-01T00:00:00+00:00"),
        sample(at="9999-12-31T23:59:59-14:00"),
        sample(device="\ud800"),
        sample(device="a\x00b"),
        sample(value=float("nan")),
        sample(value=-1),
        sample(value="1e9999"),
        "[" * 50_000,
        '{"device": "m", "samples": [{"signal": "spo2", "value": ' + "9" * 5000 + ', "at": "x"}]}',
    ],
    ids=range(10),
)
@pytest.mark.usefixtures("fixed_clock")
def test_hostile_samples_are_refused_in_words(running: str, body: object) -> None:
    assert feed(running, "samples", sample())[0] == 200
    status, said = feed(running, "samples", body)
    assert (status, "error" in said) == (422, True)


@pytest.mark.usefixtures("fixed_clock", "db")
def test_samples_for_no_session_are_not_kept() -> None:
    assert feed(uuid.UUID(int=7), "samples", sample())[0] == 422
    assert not SampleRow.objects.exists()


@pytest.mark.usefixtures("fixed_clock")
def test_a_monitor_without_a_good_key_connects_or_is_refused_but_never_only_seems_to(running: str) -> None:
    connecting = {"device": "monitor", "interval_s": 2, "signals": ["spo2"]}
    for key in ("", "None", "abcdefgh#1", "\ud800bcdefgh"):
        assert feed(running, "connect", {**connecting, "key": key})[0] == 422
    assert feed(running, "connect", connecting)[0] == 200
    assert feed(running, "connect", {**connecting, "interval_s": 3})[0] == 200
    monitor = chart_store.session_chart_of(running).monitor
    assert monitor is not None
    assert monitor.event.interval_s == 3


# Damaged forms and late acts.


@pytest.mark.parametrize("page", ["note/sign", "pass-gate", "from-monitor", "none"])
@pytest.mark.usefixtures("fixed_clock")
def test_a_damaged_key_is_answered_in_words_on_every_button(running: str, staff: dict[str, Staff], page: str) -> None:
    client = signed_in_as(staff["nurse"])
    client.raise_request_exception = False
    person = SessionRow.objects.get(pk=running).person_id
    address = f"/people/{person}/history/allergies/none/" if page == "none" else f"/sessions/{running}/{page}/"
    signature = {"secret": PASSWORD, "words": "nothing is open"}
    answer = client.post(address, {"key": "bad key", **signature}, follow=True)
    assert answer.status_code in {200, 422}
    assert "This form is damaged" in answer.content.decode()


# Names, the audit, files and logs.


@pytest.mark.parametrize("name", ["System", "system ", "\u0455ystem", "nur\u200bse", "a b", "", "x" * 41, "-x"])
@pytest.mark.django_db
def test_no_user_name_looks_like_another(name: str) -> None:
    with pytest.raises(ValueError, match=r"system|letters"):
        Staff.objects.create_user(name, PASSWORD, full_name="Somebody")


@pytest.mark.usefixtures("fixed_clock")
def test_a_password_typed_as_user_name_stays_out_of_the_ledger(staff: dict[str, Staff]) -> None:
    assert not sign_in(Client(), "my-secret-passphrase", WRONG)
    assert not sign_in(Client(), staff["nurse"].username, WRONG)
    tried = [each.event.staff for each in chart_store.read("audit") if isinstance(each.event, SignInAudited)]
    assert tried == ["", "nurse"]


def test_what_a_home_holds_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Also files that other libraries make later, such as the database."""
    before = os.umask(0o022)
    try:
        create_or_open(tmp_path / "home", Kind.TEST)
        (tmp_path / "home" / "later.db").touch()
        assert (tmp_path / "home" / "later.db").stat().st_mode & 0o077 == 0
    finally:
        os.umask(before)
