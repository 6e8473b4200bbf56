"""Every address against the table: who is let in, who is refused, and what every answer carries."""

import itertools
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import ROLE_PERMISSIONS, Permission
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import RefusalAudited, SignInAudited, ViewsAudited
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.shell import staff_names
from sereniv.clinic.web.shell.addresses import Open
from sereniv.clinic.workflows.looks.record_views import keep_views
from tests.conftest import NOON, FixedClock

pytestmark = pytest.mark.django_db
ANY_ID = uuid.UUID(int=7)
PARAMETERS = {
    "scale_id": "gad7", "topic": "at-the-chairs",
    "person_id": ANY_ID, "other_id": ANY_ID, "session_id": ANY_ID, "vial_id": ANY_ID, "enquiry_id": ANY_ID,
    "order_entry": 1, "entry": 1, "opening": 1, "rest": "Patient", "field": "weight_kg",
    "which": "conditions", "criterion": "work_up", "line": "fasting", "alert": "nausea", "pk": 1,
    "staff_id": 1, "chair_id": 1, "invitation_id": ANY_ID, "token": "guess", "room_id": 1, "version": "0123456789ab",
    "threshold": "discharge.minimum_min_first", "group": "discharge", "shift_id": 1, "seq": 1, "number": 1,
    "counted": 1, "app_id": "an-app", "team": "red-6d673281", "name": "sereniv-export-20260302T120000Z.age",
    "device_id": 1, "service_id": "a-service", "upto": 1, "key": "0" * 32, "batch": "a-batch", "crisis": "apnoea",
}  # fmt: skip


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


ALL = {pattern.name or "?": pattern for pattern in patterns(get_resolver())}
GATED = sorted(name for name, need in ROUTES.items() if isinstance(need, Permission))


def address(name: str) -> str:
    if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"}:
        return reverse(name, kwargs={"pk": PARAMETERS["pk"]})
    known = ALL[name].pattern.converters
    return reverse(name, kwargs={parameter: PARAMETERS[parameter] for parameter in known})


@pytest.fixture
def clients(staff: dict[str, Staff], fixed_clock: FixedClock) -> dict[str, Client]:
    del fixed_clock
    signed_in = {}
    for username, person in staff.items():
        signed_in[username] = Client()
        signed_in[username].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return signed_in


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ALL) == set(ROUTES)


def test_every_permission_is_granted_to_somebody_and_used() -> None:
    granted = frozenset().union(*ROLE_PERMISSIONS.values())
    assert granted == set(Permission)


@pytest.mark.slow
def test_every_route_with_every_role_answers_as_the_table_says(clients: dict[str, Client]) -> None:
    """Allowed may be any answer but 403 (the ids lead nowhere); not allowed is 403, by GET and by POST."""
    for name, (username, client) in itertools.product(GATED, clients.items()):
        need = ROUTES[name]
        assert isinstance(need, Permission)
        allowed = Staff.objects.get(username=username).may(need)
        for method in (client.get, client.post):
            status = method(address(name)).status_code
            assert (status != 403) == allowed, f"{username} {method.__name__} {name}: {status}"
            assert status < 500, f"{username} {method.__name__} {name}: {status}"


@pytest.mark.parametrize("name", sorted(set(ROUTES) - {n for n, need in ROUTES.items() if need is Open.PUBLIC}))
def test_nobody_gets_in_without_signing_in(name: str) -> None:
    need = ROUTES[name]
    answers = [Client().get(address(name)), Client().post(address(name))]
    for answer in answers:
        if need is Open.TOKEN:
            # What asks for a token by a signature is told what its request lacks; of a link, nothing.
            told = {"smart_token": {400, 405}, "calendar_feed_given": {404, 405}}
            assert answer.status_code in told.get(name, {401})
        elif need is Open.INVITED:
            assert answer.status_code in {404, 405}
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/sign-in/")


def test_a_wrong_gateway_token_is_refused() -> None:
    client = Client(headers={"authorization": "Bearer wrong"})
    assert client.post(address("gateway_samples"), "{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/nowhere/", "/people/", "/static/sereniv/sereniv.css"])
def test_every_answer_carries_its_headers(clients: dict[str, Client], path: str) -> None:
    answer = clients["nurse"].get(path)
    policy = answer.get("Content-Security-Policy", "")
    if not path.startswith("/static/"):
        assert "script-src 'self';" in policy.replace("script-src 'self'", "script-src 'self';", 1)
        assert "unsafe" not in policy
        assert answer["Cache-Control"] == "no-store" or "no-cache" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    answer.close()


def test_no_page_has_inline_script_or_style(clients: dict[str, Client]) -> None:
    for name in ("board", "people", "person_new", "rules", "stock", "stock_receive", "switch"):
        page = clients["nurse"].get(address(name)).content.decode()
        assert "<script>" not in page
        assert " style=" not in page
        assert " onclick=" not in page


def test_refusals_looks_and_sign_ins_are_audited(clients: dict[str, Client], staff: dict[str, Staff]) -> None:
    keep_views(NOON)
    clients["coordinator"].get(address("stock"))
    clients["nurse"].get(address("stock"))
    clients["nurse"].get(address("stock"))
    keep_views(NOON)
    events = [entry.event for entry in chart_store.read("audit")]
    assert RefusalAudited(staff="coordinator", page="stock") in events
    looks = [event for event in events if isinstance(event, ViewsAudited)][-1].views
    assert [(look.staff, look.times) for look in looks if look.page == "stock" and look.staff == "nurse"] == [
        ("nurse", 2)
    ]
    client = Client()
    client.post("/sign-in/", {"login": "nurse", "password": "wrong-wrong-wrong"})
    client.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    acts = [event.act for event in (e.event for e in chart_store.read("audit")) if isinstance(event, SignInAudited)]
    assert acts[-2:] == ["failed to sign in", "signed in"]


def test_pins_work_only_where_somebody_signed_in_and_five_wrong_tries_wait(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    from django.core.cache import cache

    cache.clear()
    client = Client()
    client.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    second = {"second_person": staff["nurse2"].pk, "key": "switch-0001"}
    assert client.post("/switch/", {**second, "second_secret": "1357"}).status_code == 422, "no PIN before a password"
    assert client.post("/switch/", {**second, "second_secret": PASSWORD}).status_code == 302
    assert client.post("/switch/", {**second, "second_secret": "1357"}).status_code == 302, "known here now"
    for _ in range(5):
        client.post("/switch/", {**second, "second_secret": "0000"})
    answer = client.post("/switch/", {**second, "second_secret": "1357"})
    assert "Five wrong tries" in answer.content.decode()
    other = Client()
    other.post("/sign-in/", {"login": "nurse", "password": PASSWORD})
    assert other.post("/switch/", {**second, "second_secret": PASSWORD}).status_code == 302, "another device is free"
    cache.clear()


def test_a_stale_form_keeps_nothing_and_says_so(staff: dict[str, Staff]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(address("person_new"), {"family_name": "X"})
    assert answer.status_code == 403
    assert "what you typed is still there" in answer.content.decode()


NASTY = [
    "<script>alert(1)</script>",
    "😀" * 50,
    "\u202emrhb\u202c \u0645\u0631\u062d",
    "'; DROP TABLE records_entry; --",
    "x" * 5000,
    "\x00",
    "=1+1",
    "{% now 'Y' %}{{ request.path }}",
]


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_is_kept_as_text_or_refused_in_words(clients: dict[str, Client], text: str) -> None:
    form = {
        "given_names": text,
        "family_name": "Test",
        "born": "1984-03-02",
        "sex_at_birth": "female",
        "key": "nasty-0001",
    }
    answer = clients["nurse"].post(address("person_new"), form, follow=True)
    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert "<script>alert" not in page
    if text.startswith("{%"):
        assert "{% now" in page
        assert "{{ request.path }}" in page
    if answer.status_code == 422:
        assert "field-error" in page


def test_a_megabyte_is_refused_without_breaking(clients: dict[str, Client]) -> None:
    answer = clients["nurse"].post(address("person_new"), {"given_names": "x" * 1_000_000})
    assert answer.status_code == 413
    assert "too much text for one form" in answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]
    many = clients["nurse"].post(address("person_new"), {f"field{number}": "x" for number in range(400)})
    assert many.status_code == 400
    assert "Nothing was saved" in many.content.decode()


def test_a_page_with_many_names_asks_for_them_once(clients: dict[str, Client], staff: dict[str, Staff]) -> None:
    with staff_names.read_once(), CaptureQueriesContext(connection) as asked:
        assert staff_names.staff_name("nurse") == staff["nurse"].full_name
        assert staff_names.staff_name("prescriber") == staff["prescriber"].full_name
        assert staff_names.staff_name("nobody") == "nobody"
    assert len(asked) == 1
    Staff.objects.filter(username="nurse").update(full_name="Ada Dawn, RN")
    assert staff_names.staff_name("nurse") == "Ada Dawn, RN", "the next request reads anew"
    assert "Ada Dawn, RN" in clients["nurse"].get(address("people")).content.decode()
