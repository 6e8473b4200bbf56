"""Web Push by a real endpoint here: sealed for one browser, signed by the home, and nothing about a patient."""

import base64
import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from sereniv.clinic.accounts.models import PushDevice, Staff
from sereniv.clinic.operating import push
from sereniv.clinic.records import chart_store
from tests.conftest import FixedClock
from tests.operating import test_prompts_told
from tests.operating.outside import Mailbox
from tests.operating.test_prompts_told import House, on_duty, tell_by, to
from tests.operating.test_sealing import opened
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_prompts_told.stage
session, box = test_prompts_told.session, test_prompts_told.box
AUTH = b"0123456789abcdef"


@dataclass
class Phone:
    """A browser's end of a push service: it reads with its own key what was posted to it, as RFC 8291 says."""

    key: ec.EllipticCurvePrivateKey
    address: str = ""
    answers: int = 201
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def p256dh(self) -> str:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return push.in_base64url(point)

    def took(self, body: bytes, headers: dict[str, str]) -> None:
        self.got.append(json.loads(opened(body, self.key, AUTH)))
        self.headers.append(headers)
        self.bodies.append(body)

    def is_of(self, person: Staff, named: str = "phone") -> PushDevice:
        return PushDevice.objects.create(
            staff=person, endpoint=self.address, p256dh=self.p256dh, auth=push.in_base64url(AUTH), named=named,
            since=at(0),
        )  # fmt: skip


@pytest.fixture
def phone() -> Iterator[Phone]:
    kept = Phone(key=ec.generate_private_key(ec.SECP256R1()))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.answers < 300:
                kept.took(body, dict(self.headers.items()))
            self.send_response(kept.answers)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}/push/one"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_third_person_is_reached_by_push_and_mail_in_the_time_of_the_rows(
    session: uuid.UUID, staff: dict[str, Staff], phone: Phone, box: Mailbox
) -> None:
    """Begun anew between all steps, as after a kill: nobody is told twice, nobody is forgotten."""
    tell_by(box)
    on_duty(staff, "nurse", "nurse2", "prescriber")
    phone.is_of(staff["prescriber"])
    house, reached = House(), {}
    for seconds in (0, 59, 60, 119, 120, 121, 600):
        house.begin_anew()
        house.look(seconds)
        reached[seconds] = (to(box), [each["subject"] for each in phone.got])
    assert reached[0] == reached[59] == (["nurse"], [])
    assert reached[60] == reached[119] == (["nurse", "nurse2"], [])
    assert reached[120] == reached[600] == (["nurse", "nurse2", "prescriber"], ["Chair 1: prompt"])
    (alert,) = chart_store.session_chart_of(session).open_alerts
    assert sorted((one.who, one.way) for each in alert.told for one in each.event.told) == [
        ("nurse", "mail"), ("nurse2", "mail"), ("prescriber", "mail"), ("prescriber", "push"),
    ]  # fmt: skip


def test_what_is_pushed_is_sealed_signed_and_names_nobody(
    session: uuid.UUID, staff: dict[str, Staff], phone: Phone
) -> None:
    phone.is_of(staff["nurse"])
    House().look(0)
    (got,), (headers,), (body,) = phone.got, phone.headers, phone.bodies
    assert set(got) == {"subject", "id"}
    assert got["subject"] == "Chair 1: prompt"
    for secret in (SHE.family_name, SHE.given_names, "chest", str(session)):
        assert secret not in json.dumps(got)
    assert b"Chair" not in body, "the service in between reads nothing"
    assert (headers["Content-Encoding"], headers["Topic"]) == ("aes128gcm", got["id"])
    token, _, key = headers["Authorization"].removeprefix("vapid t=").partition(", k=")
    point = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    public = ECKey.import_key(
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    claims = jwt.decode(token, public, algorithms=["ES256"]).claims
    assert claims["aud"] == phone.address.removesuffix("/push/one")
    assert key == push.public_key(settings.HOME), "the same key after every start"


@pytest.mark.parametrize("answers", [404, 410])
def test_a_device_that_takes_nothing_any_more_is_forgotten(
    session: uuid.UUID, staff: dict[str, Staff], phone: Phone, answers: int
) -> None:
    device, phone.answers = phone.is_of(staff["nurse"]), answers
    House().look(0)
    assert not PushDevice.objects.filter(pk=device.pk).exists()
    (alert,) = chart_store.session_chart_of(session).open_alerts
    (one,) = [one for each in alert.told for one in each.event.told if one.way == "push"]
    assert "takes no messages" in one.failure


def test_one_of_two_devices_is_enough(session: uuid.UUID, staff: dict[str, Staff], phone: Phone) -> None:
    phone.is_of(staff["nurse"])
    PushDevice.objects.create(
        staff=staff["nurse"], endpoint="http://127.0.0.1:9/none", p256dh=phone.p256dh, auth=push.in_base64url(AUTH),
        named="lost", since=at(1),
    )  # fmt: skip
    House().look(0)
    (alert,) = chart_store.session_chart_of(session).open_alerts
    assert [(one.way, one.failure) for each in alert.told for one in each.event.told if one.who == "nurse"] == [
        ("push", "")
    ]


def signed_in(person: Staff) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


GOOD = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.mark.parametrize(
    ("endpoint", "is_one"),
    [
        (GOOD, True), ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://db5p.notify.windows.com/w/?token=x", True), ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False), ("https://u@fcm.googleapis.com/x", False),
        ("https://127.0.0.1/x", False), ("https://fcm.googleapis.com.evil.example/x", False), ("", False),
        ("https://evilnotify.windows.com/x", False),
    ],
)  # fmt: skip
def test_this_computer_posts_to_push_services_alone(endpoint: str, is_one: bool) -> None:
    assert push.is_a_service(endpoint) is is_one


def test_one_lets_a_device_take_messages_and_takes_it_back(
    staff: dict[str, Staff], phone: Phone, fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = at(4) + timedelta(minutes=1)
    me, other = signed_in(staff["nurse"]), signed_in(staff["nurse2"])
    given = {"endpoint": GOOD, "p256dh": phone.p256dh, "auth": push.in_base64url(AUTH), "named": "my phone"}
    refused = me.post("/me/push/", given | {"endpoint": phone.address, "key": "push-of-mine-1"})
    assert refused.status_code == 422
    assert "no push service that we know" in refused.content.decode()
    assert me.post("/me/push/", given | {"p256dh": "x", "key": "push-of-mine-2"}).status_code == 422
    assert me.post("/me/push/", given | {"key": "push-of-mine-3"}).status_code == 302
    device = PushDevice.objects.get()
    assert "my phone" in me.get("/me/told/").content.decode()
    assert other.post(f"/me/push/{device.pk}/off/", {"key": "not-mine-at-all"}).status_code == 404
    assert me.post(f"/me/push/{device.pk}/off/", {"key": "mine-no-more-1"}).status_code == 302
    assert not PushDevice.objects.exists()


def test_the_worker_is_given_from_the_root() -> None:
    answer = Client().get("/worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert "showNotification" in answer.content.decode()
