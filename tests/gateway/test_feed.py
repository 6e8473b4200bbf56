"""The feed's door: many monitors' messages in one request, committed before any is answered, each judged by itself."""

import json
import threading
import uuid
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from sereniv.clinic.gateway import feed, grouping
from sereniv.clinic.records.models import Device, SampleRow, SessionRow
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.devices import known, registering
from sereniv.clinic.workflows.shell.this_clinic import served_home
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.devices.conftest import WANTED
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage


@pytest.fixture
def session(stage: Any, fixed_clock: FixedClock) -> str:
    fixed_clock.shown = NOON
    stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=20))
    return str(SessionRow.objects.get(phase="infusing").pk)


class WritesAtOnce:
    """Stands in for the writer's thread, which would write in a transaction of its own that no test rolls back."""

    def __init__(self) -> None:
        self.groups: list[int] = []

    def keep(self, messages: Any) -> Any:
        self.groups.append(len(messages))
        waiting = grouping.TakenIn(messages, Future())
        feed.made_writer().commit([waiting])
        return waiting.kept


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> WritesAtOnce:
    found = WritesAtOnce()
    monkeypatch.setattr(feed, "writer", found)

    async def done(kept: Any) -> Any:
        return kept.result()

    monkeypatch.setattr("asyncio.wrap_future", done)
    return found


def message(
    session: str, value: object = 97, signal: str = "spo2", seconds: int = 0, **other: object
) -> dict[str, Any]:
    sample = {"signal": signal, "value": value, "at": (NOON + timedelta(seconds=seconds)).isoformat()}
    return {"session": session, "device": "Bedside", "samples": [sample]}


def asked(*messages: object, body: bytes | None = None, method: str = "POST", **headers: str) -> tuple[int, Any]:
    """Ask at the door, as the server does; returns the status and what was answered."""
    sent: list[Any] = []
    said = {"host": "127.0.0.1:8000", "authorization": f"Bearer {served_home().gateway_token()}", **headers}
    scope = {
        "type": "http", "method": method, "path": feed.PATH, "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in said.items()],
    }  # fmt: skip

    async def send(part: Any) -> None:
        sent.append(part)

    content = json.dumps({"messages": messages}).encode() if body is None else body
    # Without a loop, in which Django would give this test another connection; what is awaited is done at once.
    with pytest.raises(StopIteration):
        feed.feed(scope, content, send, [(b"cache-control", b"no-store")]).send(None)
    assert dict(sent[0]["headers"])[b"cache-control"] == b"no-store"
    return sent[0]["status"], json.loads(sent[1]["body"])


def test_every_message_is_answered_in_its_place_and_one_that_is_wrong_keeps_no_other_back(
    session: str, writes: WritesAtOnce
) -> None:
    status, said = asked(
        message(session), message(session, value="many", seconds=1), message(str(uuid.uuid4()), seconds=2),
        message("no id"), message(session, signal="mood", seconds=3), message(session, value=None, seconds=4),
        message(session, seconds=31),
    )  # fmt: skip
    assert status == 200
    first, *wrong, last, ahead = said["messages"]
    assert first == last == {"received": 1}
    for each, words in zip(
        (*wrong, ahead), ("number", "no such session", "named by", "Signals are", "ahead"), strict=True
    ):
        assert words in each["error"]
    assert sorted(SampleRow.objects.values_list("value", flat=True), key=str) == [97, None]
    assert writes.groups == [4], "what does not even read waits for no commit"


def test_a_message_sent_again_is_answered_again_and_kept_once(session: str, writes: WritesAtOnce) -> None:
    for _ in range(2):
        assert asked(message(session), message(session, seconds=1)) == (200, {"messages": [{"received": 1}] * 2})
    assert SampleRow.objects.count() == 2
    assert len(writes.groups) == 2


def test_nothing_is_sent_to_a_session_that_is_over(session: str, writes: WritesAtOnce) -> None:
    SessionRow.objects.update(phase="signed")
    ((_, said),) = [asked(message(session))]
    assert "finished (signed)" in said["messages"][0]["error"]
    assert not SampleRow.objects.exists()
    assert writes.groups == [1]


def test_who_is_no_machine_on_this_computer_is_turned_away(session: str, writes: WritesAtOnce) -> None:
    assert asked(message(session), authorization="Bearer of-somebody-else")[0] == 401
    assert asked(message(session), x_forwarded_for="192.0.2.1")[0] == 403
    assert asked(message(session), host="elsewhere.example")[0] == 400
    assert asked(message(session), method="GET")[0] == 405
    assert writes.groups == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"messages": 1}', b'{"messages": [1]}', b"\xff"])
def test_what_is_no_list_of_messages_is_said(body: bytes, writes: WritesAtOnce) -> None:
    status, said = asked(body=body)
    assert (status, "Send" in said["error"]) == (422, True)
    assert writes.groups == []


def test_too_many_at_once_are_refused_whole(session: str, writes: WritesAtOnce) -> None:
    status, said = asked(*[message(session)] * (feed.MOST_MESSAGES + 1))
    assert (status, "At most" in said["error"]) == (422, True)
    assert not SampleRow.objects.exists()
    assert writes.groups == []


def test_nothing_is_answered_as_kept_where_the_disk_is_full(
    session: str, writes: WritesAtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(monitors, "receive_all", full)
    assert asked(message(session)) == (503, {"error": "Nothing of this could be kept. Send it again."})
    assert writes.groups == [1]


def test_what_waits_while_one_group_is_committed_is_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def receive_all(messages: Any, now: object) -> list[None]:
        del now
        groups.append(len(messages))
        begun.set()
        go_on.wait(10)
        return [None] * len(messages)

    monkeypatch.setattr(monitors, "receive_all", receive_all)
    monkeypatch.setattr(grouping, "close_old_connections", lambda: None)
    writer = feed.made_writer()
    writer.start()
    one = monitors.Message(session_id=uuid.uuid4(), device="m", incoming=())
    first = writer.keep([one])
    assert begun.wait(10)
    waiting = [writer.keep([one, one]) for _ in range(5)]
    assert not any(each.done() for each in (first, *waiting)), "nobody is answered before their commit"
    go_on.set()
    assert [each.result(10) for each in (first, *waiting)] == [[None], *[[None, None]] * 5]
    writer.end()
    assert groups == [1, 10]
    assert not writer.is_alive()


def test_what_is_said_of_a_clock_puts_right_what_comes_under_the_devices_own_token(
    session: str, writes: WritesAtOnce, act: ActMaker
) -> None:
    """Said under Devices, it was read for messages in HL7 alone."""
    token = registering.add_device(replace(WANTED, sender="", source=""), act("admin"))
    device = Device.objects.get(name=WANTED.name)
    registering.set_clock(device.pk, -720, act("nurse"))
    known.register.changed()
    ((status, said),) = [asked(message(session, seconds=-720), authorization=f"Bearer {token}")]
    assert (status, said) == (200, {"messages": [{"received": 1}]})
    assert SampleRow.objects.get().at == NOON
