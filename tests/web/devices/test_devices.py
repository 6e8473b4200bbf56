"""Pages of devices: registered with a token of their own, picked at a chair in two taps, and what waits for a word."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import DeviceEntered
from sereniv.clinic.records.models import Device, DeviceMessage, SampleRow, SessionRow
from sereniv.clinic.workflows.devices import known, registering
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.exchange.speaking import spoken
from tests.web.walking import client_of
from tests.workflows.devices import conftest as bedside
from tests.workflows.devices.conftest import EUI, Sends
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
device, sends, stage = bedside.device, bedside.sends, bedside.stage
"""Fixtures of the workflows' own tests."""


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    del fixed_clock
    stage.infusing(SHE, "Chair 1", NOON)
    return SessionRow.objects.get(phase="infusing").pk


def sent(client: Client, name: str, *arguments: object, **typed: Any) -> Any:
    return client.post(reverse(name, args=arguments), {"key": uuid.uuid4().hex, **typed}, follow=True)


TYPED = {"name": "Bedside 9", "kind": "monitor", "signals": ["spo2"], "interval_s": 1, "sender": EUI,
         "source": "192.0.2.9", "certificate": ""}  # fmt: skip


def test_a_device_is_registered_and_its_token_shown_once(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    del staff, fixed_clock
    admin, key = client_of("admin"), uuid.uuid4().hex
    page = admin.post(reverse("setup_device_new"), {**TYPED, "key": key}).content.decode()
    (token,) = re.findall(r"<code>([\w-]{40,})</code>", page)
    row = Device.objects.get()
    assert row.token_digest == known.digest_of(token)
    assert token not in admin.get(reverse("setup_devices")).content.decode()
    again = admin.post(reverse("setup_device_new"), {**TYPED, "key": key})
    assert again.status_code == 302
    assert Device.objects.count() == 1
    (entry,) = chart_store.read("devices")
    assert isinstance(entry.event, DeviceEntered)
    assert (entry.recorded_by, entry.event.sender, entry.event.is_revoked) == ("admin", EUI, False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"source": ""}, "a name anybody can write"), ({"certificate": "ab"}, "64 digits and letters"),
     ({"source": "ward 3"}, "written as 192.0.2.14"), ({"signals": []}, "which signals"), ({"name": ""}, "required")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_what_was_typed(
    staff: dict[str, Staff], typed: dict[str, Any], words: str
) -> None:
    del staff
    page = client_of("admin").post(reverse("setup_device_new"), {**TYPED, **typed, "key": uuid.uuid4().hex})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Device.objects.exists()


def test_only_an_administrator_registers_and_a_nurse_picks(staff: dict[str, Staff], device: Device) -> None:
    del staff
    nurse = client_of("nurse")
    for name, arguments in (("setup_devices", []), ("setup_device_revoke", [device.pk])):
        assert nurse.get(reverse(name, args=arguments)).status_code == 403
    assert nurse.get(reverse("devices_held")).status_code == 200
    assert client_of("coordinator").get(reverse("devices_held")).status_code == 403


def feed(token: str, session: uuid.UUID, **content: Any) -> Any:
    said = {"device": "Somebody else", "samples": [{"signal": "spo2", "value": 97, "at": NOON.isoformat()}], **content}
    return Client().post(
        f"/gateway/sessions/{session}/samples/", said, "application/json", headers={"Authorization": f"Bearer {token}"}
    )


def test_a_devices_token_opens_the_feeds_door_under_its_own_name_until_revoked(
    session: uuid.UUID, act: ActMaker
) -> None:
    token = registering.add_device(bedside.WANTED, act("admin"))
    known.register.changed()
    assert feed(token, session).status_code == 200
    assert SampleRow.objects.get(at=NOON).device == "Bedside 3"
    row = Device.objects.get()
    another = registering.new_token(row.pk, act("admin"))
    known.register.changed()
    assert feed(token, session).status_code == 401
    assert feed(another, session).status_code == 200
    assert "Revoke Bedside 3" in client_of("admin").get(reverse("setup_device_revoke", args=[row.pk])).content.decode()
    sent(client_of("admin"), "setup_device_revoke", row.pk)
    known.register.changed()
    assert feed(another, session).status_code == 401
    assert feed("", session).status_code == 401


def test_the_homes_token_works_until_it_is_revoked_and_the_page_says_so(session: uuid.UUID) -> None:
    token = served_home().gateway_token()
    assert feed(token, session).status_code == 200
    admin = client_of("admin")
    assert "still lets in any feed" in admin.get(reverse("setup_devices")).content.decode()
    assert "opens no door any more" in sent(admin, "setup_home_token_revoke").content.decode()
    known.register.changed()
    assert feed(token, session).status_code == 401
    assert "still lets in any feed" not in admin.get(reverse("setup_devices")).content.decode()
    assert "revoked already" in sent(admin, "setup_home_token_revoke").content.decode()


def test_a_nurse_picks_the_monitor_in_two_taps(session: uuid.UUID, device: Device, sends: Sends) -> None:
    nurse = client_of("nurse")
    chair = nurse.get(reverse("session", args=[session])).content.decode()
    address = reverse("session_monitor", args=[session])
    assert f'href="{address}"' in chair
    page = nurse.get(address).content.decode()
    assert re.search(rf'<button[^>]*name="monitor" value="{device.pk}">Bedside 3</button>', page)
    told = sent(nurse, "session_monitor", session, monitor=device.pk).content.decode()
    assert "Bedside 3 is connected" in told
    assert SessionRow.objects.get(pk=session).monitor == "Bedside 3"
    chart = chart_store.session_chart_of(session)
    assert chart.monitor is not None
    assert chart.monitor.recorded_by == "nurse"
    sends(spoken())
    assert SampleRow.objects.get(at=NOON).value == 97


def test_what_waits_is_given_or_refused_by_a_nurse(session: uuid.UUID, sends: Sends) -> None:
    sends(spoken(), spoken(number="2", at="20260302120001+0000"))
    nurse = client_of("nurse")
    page = nurse.get(reverse("devices_held")).content.decode()
    assert "2 messages, at no chair" in page
    assert "spo2 97" in page
    upto = DeviceMessage.objects.order_by("pk").last()
    assert upto is not None
    told = sent(nurse, "devices_held_give", upto.pk, session=str(session)).content.decode()
    assert "2 messages are in that chart now" in told
    assert "Nothing waits." in told
    given = [each.event for each in chart_store.session_chart_of(session).entries]
    assert any(isinstance(each, ev.MonitorDataAssigned) and each.messages == 2 for each in given)
    assert "2 messages of Bedside 3 found to be this patient" in nurse.get(
        reverse("session", args=[session])
    ).content.decode().replace("\n", " ")
    again = sent(nurse, "devices_held_give", upto.pk, session=str(session)).content.decode()
    assert "Somebody has said meanwhile" in again
    sends(spoken(number="3", at="20260302120002+0000"))
    last = DeviceMessage.objects.order_by("pk").last()
    assert last is not None
    assert (
        "kept as they came"
        in sent(
            nurse, "devices_held_refuse", last.pk, reason="The monitor was tried out with nobody at it"
        ).content.decode()
    )
    assert SampleRow.objects.filter(signal="spo2", at__gte=NOON).count() == 2


def test_a_clock_is_said_by_whoever_reads_it(session: uuid.UUID, sends: Sends, device: Device) -> None:
    sends(spoken(at="20260302120400+0000"))
    nurse = client_of("nurse")
    page = nurse.get(reverse("devices_held")).content.decode()
    assert "4 min 0 s ahead" in page
    form = nurse.get(reverse("device_clock", args=[device.pk])).content.decode()
    assert 'value="240"' in form
    assert "its times are put right" in sent(nurse, "device_clock", device.pk, ahead_s=240).content.decode()
    known.register.changed()
    assert "its clock is put right for 4 min 0 s ahead" in nurse.get(reverse("devices_held")).content.decode()
    last = DeviceMessage.objects.get()
    assert "1 message is" in sent(nurse, "devices_held_give", last.pk, session=str(session)).content.decode()
    assert SampleRow.objects.filter(signal="spo2", at=NOON).exists()


def test_the_board_says_that_something_waits(session: uuid.UUID, sends: Sends) -> None:
    del session
    nurse = client_of("nurse")
    assert "of monitors" not in nurse.get(reverse("board")).content.decode()
    sends(spoken())
    page = " ".join(nurse.get(reverse("board")).content.decode().split())
    assert "1 message of monitors</a> waits until somebody says whose it is." in page
    assert "of monitors" not in client_of("coordinator").get(reverse("board")).content.decode()


@pytest.mark.parametrize(("apart_s", "says"), [(60, True), (1, False)])
def test_a_monitor_that_sends_more_rarely_than_it_is_registered_is_named(
    staff: dict[str, Staff], device: Device, sends: Sends, fixed_clock: FixedClock, apart_s: int, says: bool
) -> None:
    """Registered as sending each second, one of once a minute was *No reading* at the chair for most of each minute."""
    del staff, device, fixed_clock
    for number in range(5):
        at = NOON + timedelta(seconds=number * apart_s)
        sends(spoken(number=f"R{number}", at=f"{at:%Y%m%d%H%M%S}+0000"), now=at)
    words = "its messages come about every 60 s, registered is every 1 s"
    assert (words in client_of("admin").get(reverse("setup_devices")).content.decode()) is says
    assert (words in client_of("nurse").get(reverse("devices_held")).content.decode()) is says
