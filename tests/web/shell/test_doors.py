"""Every door, walked from the table of addresses: methods, forged forms, policies, the audit, odd addresses, logs."""

import io
import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta
from logging import StreamHandler

import pytest
from django.core.cache import cache
from django.http.response import ResponseHeaders
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.logs import IdentifiersOnly
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import ViewsAudited
from sereniv.clinic.records.models import Chair, Entry, Person, SessionRow
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.shell.addresses import Open
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.looks import record_views
from sereniv.clinic.workflows.looks.record_views import keep_views, looked_at
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.phone import invitations
from sereniv.therapy.person.events import HistoryList
from sereniv.therapy.session.events import HelpCalled
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.shell.test_access import address
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
OF_THE_LIBRARY = ("account_", "mfa_")
ODD_METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "HEAD")


@pytest.fixture(autouse=True)
def fresh(fixed_clock: FixedClock) -> Iterator[None]:
    """Limits count anew, and nobody has looked at anything yet."""
    del fixed_clock
    cache.clear()
    record_views.keep_views(NOON)
    yield
    cache.clear()


def signed_in(person: Staff, *, checks_forgery: bool = False) -> Client:
    client = Client(enforce_csrf_checks=checks_forgery)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def everybody(staff: dict[str, Staff], *, checks_forgery: bool = False) -> dict[str, Client]:
    return {name: signed_in(staff[name], checks_forgery=checks_forgery) for name in ("prescriber", "director", "admin")}


def allowed(clients: dict[str, Client], name: str) -> Client:
    """Return the client of somebody whom the table lets in."""
    need = ROUTES[name]
    if not isinstance(need, Permission):
        return clients["director"]
    return next(client for who, client in clients.items() if Staff.objects.get(username=who).may(need))


def own() -> list[str]:
    return [name for name in ROUTES if not name.startswith(OF_THE_LIBRARY)]


ASKED_WHETHER_THERE = {"guide", "enquiry_thanks"}
"""Pages that are open to everybody and audit no look: who checks a link asks by HEAD."""


@pytest.mark.slow
def test_no_page_answers_a_method_it_was_not_made_for(staff: dict[str, Staff]) -> None:
    """Looks are audited by GET, acts ask for a form by POST: another method would be a look that nobody sees."""
    clients = everybody(staff)
    for name in own():
        for method in ODD_METHODS:
            status = allowed(clients, name).generic(method, address(name)).status_code
            there = method == "HEAD" and name in ASKED_WHETHER_THERE
            assert status in ({200} if there else {401, 404, 405}), f"{method} {name}: {status}"


OF_NO_BROWSER = {"smart_token": 400, "cds_services": 405, "calendar_feed_given": 403}
"""Doors of other programs: what they answer to whoever shows no key, or asks in another way."""


@pytest.mark.slow
def test_no_form_can_be_sent_from_elsewhere(staff: dict[str, Staff]) -> None:
    before = Entry.objects.exclude(stream="audit").count()
    clients = everybody(staff, checks_forgery=True)
    for name, need in ROUTES.items():
        answer = allowed(clients, name).post(address(name), {"key": "forged-0001"})
        if name in OF_NO_BROWSER:
            assert answer.status_code == OF_NO_BROWSER[name], name
            continue
        assert answer.status_code == (401 if need is Open.TOKEN else 403), name
        assert need is Open.TOKEN or b"what you typed is still there" in answer.content, name
    assert Entry.objects.exclude(stream="audit").count() == before


@pytest.mark.slow
def test_every_answer_of_a_running_clinic_carries_the_policy_and_is_not_stored(
    stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    """Pages, fragments, figures, PDF and the link's picture alike, for staff, patients and strangers."""
    session = stage.finished(SHE, "Chair 1", NOON - timedelta(days=1))
    person = SessionRow.objects.get().person_id
    token = invitations.invite(person, ("gad7", "mood"), NOON + timedelta(days=7), act("nurse")).token
    paths = [address(name) for name in own()] + [
        f"/people/{person}/", f"/people/{person}/data/", f"/people/{person}/documents/plan/pdf/",
        f"/people/{person}/documents/consent/", f"/sessions/{session}/", f"/sessions/{session}/data/",
        f"/sessions/{session}/documents/note/pdf/", f"/q/{token}/", f"/q/{token}/gad7/", "/nowhere/",
    ]  # fmt: skip
    for client in (signed_in(staff["director"]), Client()):
        for path in paths:
            _is_sealed(client.get(path).headers, path)
    invited = signed_in(staff["nurse"]).post(
        f"/people/{person}/invite/", {"scales": ["mood"], "days": "7", "key": "invite-0001"}
    )
    assert b"<svg" in invited.content
    _is_sealed(invited.headers, "the link's picture")


def _is_sealed(headers: ResponseHeaders, path: str) -> None:
    policy = headers.get("Content-Security-Policy", "")
    for part in ("default-src 'none'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert part in policy, path
    assert "unsafe" not in policy, path
    assert "no-store" in headers.get("Cache-Control", ""), path
    assert headers.get("X-Content-Type-Options") == "nosniff", path
    assert headers.get("Referrer-Policy") == "same-origin", path
    assert headers.get("X-Frame-Options") == "DENY", path


# The audit of looks.


def views() -> list[tuple[str, str]]:
    batches = [each.event for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)]
    return [(view.staff, view.page) for batch in batches for view in batch.views]


def test_made_up_addresses_do_not_push_looks_out_of_the_audit(staff: dict[str, Staff], act: ActMaker) -> None:
    """A batch too large for one entry was once thrown away, and with it whatever else had been looked at."""
    person = people.register(test_path.registration(), act("nurse")).pk
    client = signed_in(staff["nurse"])
    client.get(f"/people/{person}/")
    for number in range(8):
        client.get(f"/people/{person}/documents/{number}{'x' * 60_000}/")
    keep_views(NOON)
    assert ("nurse", "person") in views()
    assert views().count(("nurse", "person_document")) == 8


def test_a_look_waits_until_the_ledger_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    looked_at("nurse", "person", "x", NOON)
    with monkeypatch.context() as broken:
        broken.setattr(record_views, "record_house_event", full_disk)
        with pytest.raises(OSError, match="space"):
            keep_views(NOON)
    looked_at("nurse", "person", "x", NOON)
    assert keep_views(NOON) == 1
    assert keep_views(NOON) == 0
    last = [each.event for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)][-1]
    assert [view.times for view in last.views] == [2]


# A tablet in a patient's hand.


def test_a_patients_page_shows_nothing_of_whoever_is_signed_in_on_the_tablet(
    stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    """A call for help names a chair and a person: it belongs on every screen but this one."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_fact(session, HelpCalled(), act("nurse"))
    other = people.register(test_path.registration(), act("nurse"), told_apart=test_path.everybody()).pk
    token = invitations.invite(other, ("gad7", "mood"), NOON + timedelta(days=7), act("nurse")).token
    tablet = signed_in(staff["nurse"])
    assert "Chair 1" in tablet.get("/calls/").content.decode()
    for path in (f"/q/{token}/", f"/q/{token}/gad7/"):
        page = tablet.get(path).content.decode()
        for hidden in (SHE.family_name, staff["nurse"].full_name, "Chair 1", "/calls/", "/lock/", "/switch/"):
            assert hidden not in page, f"{hidden} on {path}"


# Odd addresses.

NUMBERS = ("9223372036854775808", "340282366920938463463374607431768211456")
NUMBERED = (
    "appointments/{}/move/", "appointments/{}/cancel/", "safety/{}/", "safety/{}/take/", "order/{}/co-sign/",
    "order/{}/seat/", "strike/{}/", "side-effect/{}/", "check-in/{}/taken-up/", "confirm/{}/weight_kg/",
)  # fmt: skip
DAYS = ("0001-01-01", "0001-01-07", "9999-12-31", "9999-12-25", "10000-01-01", "2026-02-30", "\x00")
DAMAGED_DATES = (
    "[" * 3000,
    '[["2026-03-05T09:00:00+00:00",1e400,"Chair 1"]]',
    '[["0001-01-01T00:00:00+23:59",60,"Chair 1"]]',
    '[["9999-12-31T23:59:00-23:59",60,"Chair 1"]]',
    '[["2026-03-05T09:00:00+00:00",60,"\\ud800"]]',
    '[["2026-03-05T09:00:00+00:00",60,"a\\u0000b"]]',
    '[["2026-03-05T09:00:00",60,"Chair 1"]]',
    "1",
)


@pytest.mark.slow
def test_no_address_and_no_tampered_date_breaks_a_page(stage: Stage, staff: dict[str, Staff]) -> None:
    person = stage.candidate(SHE, NOON)
    Chair.objects.get_or_create(name="Chair 1")
    home = f"/people/{person}/"
    paths = [home + path.format(number) for path in NUMBERED for number in NUMBERS]
    paths += [f"/ledger/{number}/erase/" for number in NUMBERS]
    paths += [f"/set-up/{what}/{number}/rename/" for what in ("chairs", "rooms") for number in NUMBERS]
    paths += [home + path for path in ("history/%00/", "history/a%0Ab/", "documents/%0d%0aX:1/pdf/", "score/zz/")]
    for client in (signed_in(staff["director"]), signed_in(staff["admin"])):
        for path in paths:
            assert client.get(path).status_code < 500, path
            assert client.post(path, {"key": "odd-addr-1"}).status_code < 500, path
    calendars = ("/calendar/", "/calendar/week/", "/calendar/month/", f"{home}appointments/course/")
    client = signed_in(staff["nurse"])
    for path in calendars:
        for day in DAYS:
            assert client.get(path, {"day": day}).status_code == 200, f"{path} {day}"
    for shown in DAMAGED_DATES:
        sent = {"shown": shown, "key": uuid.uuid4().hex}
        assert client.post(f"{home}appointments/course/", sent).status_code == 422, shown[:60]
    far = {"purpose": "review", "day": "9999-12-31", "time": "23:45", "chair": "Chair 1", "key": "far-away-1"}
    refused = client.post(f"{home}appointments/book/", far)
    assert calendar.TOO_FAR_AHEAD in refused.content.decode()


# Logs.


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any part of the program logs, as the console of a clinic would show it."""
    written = io.StringIO()
    console = StreamHandler(written)
    console.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    console.addFilter(IdentifiersOnly())
    root = logging.getLogger()
    level = root.level
    root.addHandler(console)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(console)
    root.setLevel(level)


SECRETS = ("Quillfeather", "Zebedee", "1951-07-09", "09 Jul 1951", "555-0199", "purple elephants")


def test_no_name_birthday_word_or_link_of_a_patient_stands_in_the_log(
    log: io.StringIO, staff: dict[str, Staff], act: ActMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through pages that are refused, that lead nowhere, and that break in the midst of somebody's words."""
    client = signed_in(staff["nurse"])
    client.raise_request_exception = False
    form = {
        "given_names": "Zebedee", "family_name": "Quillfeather", "born": "1951-07-09", "sex_at_birth": "male",
        "indication": "depression", "phone": "555-0199", "key": "logged-0001",
    }  # fmt: skip
    client.post("/people/new/", form)
    client.post("/people/new/", {**form, "key": "bad key"})
    person = Person.objects.get().pk
    intake.record_history(person, HistoryList.ALLERGIES, ("purple elephants",), (), act("nurse"))
    client.get("/people/", {"q": "Quillfeather"})
    client.post(f"/people/{person}/side-effect/", {"words": "purple elephants", "key": "logged-0002"})
    token = invitations.invite(person, ("gad7", "mood"), NOON + timedelta(days=7), act("nurse")).token
    phone = Client(raise_request_exception=False)
    for path in (f"/q/{token}/phq9/", f"/q/{token}/mood/keep/", f"/q/{token}/nowhere/at/all/"):
        assert phone.get(path).status_code >= 400
    assert phone.post(f"/q/{token}/mood/", {"mood": "purple elephants"}).status_code == 422
    forged = Client(enforce_csrf_checks=True).post(f"/q/{token}/mood/", {"mood": "3", "key": "forged-0001"})
    assert forged.status_code == 403

    def breaks(*_: object, **__: object) -> None:
        raise ValueError("Quillfeather Zebedee saw purple elephants")

    monkeypatch.setattr(answers, "record", breaks)
    monkeypatch.setattr(invitations, "today_of", breaks)
    assert client.post(f"/people/{person}/mood/", {"mood": "3", "key": "logged-0003"}).status_code == 500
    assert phone.get(f"/q/{token}/").status_code == 500
    said = log.getvalue()
    assert "ValueError at" in said
    assert "/q/…" in said
    assert [secret for secret in (*SECRETS, token) if secret in said] == []


@pytest.mark.parametrize("end", ["\n", "\r", "\x1b[2K", "\x85", "\u2028"])
def test_what_somebody_sent_begins_no_line_of_the_log(log: io.StringIO, end: str) -> None:
    logging.getLogger("sereniv").warning("Not found: %s", f"/nowhere{end}2026-03-02 INFO all is well")
    assert len(log.getvalue().splitlines()) == 1
    assert log.getvalue().rstrip("\n").isprintable()
