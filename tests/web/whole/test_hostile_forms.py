"""Every form that the clinic renders against malformed, implausible and hostile values, field by field.

Forms are found in the pages themselves, so that a new page is walked when somebody links to it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, ClinicDetails, Enquiry, Entry, Person, SampleRow, SessionRow
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.shell.addresses import Open
from tests.staged_rows import busy_clinic, open_clinic
from tests.web.rendered import Rendered
from tests.web.shell.test_access import address
from tests.web.walking import WALKERS, Found, client_of, sensible

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SCRIPT = "<script>alert(1)</script>"
NO_NUMBER = {SCRIPT, "NaN", "1e400", "12O"}
HOSTILE = [
    "NaN",
    "0",
    "12O",
    "\"><img src=x onerror=alert(1)> {{ 7*7 }}{% debug %} '; DROP TABLE records_entry; --",
    "😀" * 60 + "\u202eمرحبا\u202c",
    "a\x00b",
    "9999-12-31",
    "340282366920938463463374607431768211456",
    "one\r\ntwo\r\n" * 600,
]
NO_SUCH_CHOICE = ["a\x00b", "340282366920938463463374607431768211456"]
AT_ONCE = [SCRIPT, "NaN", "1e400", "a\x00b", "-5", "99999", "x" * 6000]
TABLES = [each._meta.db_table for each in (Person, Staff, Chair, ClinicDetails, Enquiry, SampleRow, SessionRow)]
KEPT_SECRET = {"csrfmiddlewaretoken", "key", "expected_seq"}
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

Sent = Mapping[str, list[str]]


@pytest.fixture(scope="module")
def forms(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Found]]:
    """Return the forms of the busy clinic at noon: every test undoes what it does."""
    del django_db_setup
    with open_clinic(django_db_blocker):
        yield busy_clinic()


def footprint() -> tuple[Any, ...]:
    """Return what a refused act may not change: every entry but the audit's, and the ordinary rows."""
    asked = [
        "SELECT max(seq) FROM records_entry WHERE stream <> 'audit'",
        *(f"SELECT * FROM {each}" for each in TABLES),
    ]
    with connection.cursor() as cursor:
        return tuple(cursor.execute(each).fetchall() for each in asked)


def post(client: Client, found: Found, sent: Sent, before: tuple[Any, ...]) -> list[str]:
    """Post a form, undo what came of it, and return what is wrong with the answer."""
    with undone(client):
        try:
            answer = (client.post if found.form.method == "post" else client.get)(found.asks, sent)
        except Exception as error:  # noqa: BLE001  whatever a view lets through is the finding
            return [f"breaks with {type(error).__name__}: {str(error)[:200]}"]
        refused = answer.status_code >= 400 or found.view.startswith("account_")
        changed = refused and footprint() != before
    wrong = []
    if answer.status_code >= 500:
        wrong.append(f"answers {answer.status_code}")
    if found.walker and answer.get("Location", "").startswith("/sign-in/") and found.view != "account_logout":
        wrong.append("leads to the sign-in page: nothing was tried")
    if "text/html" not in answer.get("Content-Type", ""):
        return wrong
    text = answer.content.decode()
    page = Rendered(text)
    if page.inline:
        wrong.append(f"has {page.inline[0]} in it")
    policy = answer.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy or "unsafe" in policy:
        wrong.append("has lost its content policy")
    if 300 <= answer.status_code < 400:
        return wrong + swallowed(found, sent)
    if changed:
        wrong.append(f"answers {answer.status_code} and yet keeps something")
    is_page = "<html" in text
    if refused and not page.complaints and "<h1>Not done</h1>" not in text and (is_page or not text.strip()):
        wrong.append(f"answers {answer.status_code} without a word of help")
    if refused and is_page and found.form.method == "post":
        wrong += lost(found, sent, page)
    return wrong


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Undo what is done within: in the database, in what is counted, and in the browser's cookies."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    cache.clear()


def lost(found: Found, sent: Sent, page: Rendered) -> list[str]:
    """Say which typed fields a refusal does not give back as they were typed."""
    typed = {name: field for name, field in found.form.fields.items() if field.typed and name not in KEPT_SECRET}
    again = next((form for form in page.forms if set(typed) <= set(form.fields)), None)
    if typed and again is None:
        return [f"gives the form not back, though {', '.join(typed)} could be typed"]
    given = {name: again.fields[name].value for name in typed} if again else {}
    return [
        f"gives {name} back as {given[name][:40]!r}"
        for name in typed
        if _lines(given[name]) != _lines(sent.get(name, [""])[0])
    ]


def _lines(text: str) -> list[str]:
    # A page cannot hold NUL; its parser puts U+FFFD there.
    return text.replace("\x00", "\ufffd").splitlines()


def swallowed(found: Found, sent: Sent) -> list[str]:
    """Say which field that asks for a number or a date took something that is none."""
    return [
        f"takes {sent[name][0]!r} for {name}"
        for name, field in found.form.fields.items()
        if field.numeric and sent.get(name, [""])[0] in NO_NUMBER
    ]


def browsers() -> dict[str, Client]:
    """Sign every walker in once."""
    return {walker: client_of(walker) for walker in WALKERS}


def filled(found: Found) -> dict[str, list[str]]:
    return {name: sensible(field) for name, field in found.form.fields.items()}


SOME_OR_EVERY = pytest.mark.parametrize(
    "some", [True, pytest.param(False, marks=pytest.mark.long)], ids=["some", "every"]
)
"""Each form and field is tried in every run with some values, which its neighbours are not, in `--long` with all."""


@SOME_OR_EVERY
def test_every_form_answers_hostile_values_everywhere_at_once(forms: list[Found], some: bool) -> None:
    wrong, clients, before = [], browsers(), footprint()
    for place, found in enumerate(forms):
        open_fields = [name for name, field in found.form.fields.items() if field.kind != "hidden"]
        values = in_turn(AT_ONCE, place, 3) if some else AT_ONCE
        for value in values if open_fields else ():
            sent = filled(found) | {name: [value] for name in open_fields}
            said = post(clients[found.walker], found, sent, before)
            wrong += [f"{found}: every field {value[:30]!r}: {each}" for each in said]
    assert not wrong, "\n".join(sorted(set(wrong)))


@SOME_OR_EVERY
def test_every_field_alone_answers_hostile_values(forms: list[Found], some: bool) -> None:
    wrong, clients, before = [], browsers(), footprint()
    fields = [(found, name, field) for found in forms for name, field in found.form.fields.items()]
    for place, (found, name, field) in enumerate(fields):
        values = HOSTILE if field.typed else NO_SUCH_CHOICE
        for value in in_turn(values, place, 1) if some else values:
            said = post(clients[found.walker], found, filled(found) | {name: [value]}, before)
            wrong += [f"{found}: {name} {value[:30]!r}: {each}" for each in said]
    assert not wrong, "\n".join(sorted(set(wrong)))


def in_turn(values: list[str], place: int, most: int) -> list[str]:
    """Return some of the values, by the place among all: the next place begins where this one ends."""
    return [values[(most * place + step) % len(values)] for step in range(most)]


def test_every_act_that_is_done_stands_in_the_ledger(forms: list[Found]) -> None:
    """Whatever a person may do by a form leaves an entry of theirs, or one of the audit that tells it."""
    clients, done, silent = browsers(), set(), set()
    for found in forms:
        if found.form.method != "post" or found.view in NO_ACT:
            continue
        buttons = {
            name: field.options[:1] for name, field in found.form.fields.items() if field.kind in {"button", "submit"}
        }
        with undone(clients[found.walker]):
            before = chart_store.head().seq
            answer = clients[found.walker].post(found.asks, filled(found) | buttons)
            entries = list(Entry.objects.filter(seq__gt=before).values_list("stream", "recorded_by"))
        if 200 < answer.status_code < 400:
            done.add(found.view)
            told = any(by != chart_store.SYSTEM or stream in {"audit", "home"} for stream, by in entries)
            silent |= set() if told or found.walker == "" else {found.view}
    assert not silent
    assert len(done) > 25, sorted(done)


NO_ACT = {
    "phone_forget": "erases what was never sent",
    "setup_chair_rename": "changes nothing where the name is the same",
    "setup_room_rename": "the same",
    "setup_clinic": "the same",
    "export": "is written in the background, and stands in the audit once it is whole",
    "my_trial": "sends a message to oneself",
    "demo_clock": "turns the demo's clock, which no clinic has",
    "account_reauthenticate": "repeats one's own password",
    "gate_pass": "says beside the gate what is open",
    "session_from_monitor": "says beside the figures that nothing is fresh",
    "person_safety_take": "may find it taken already",
}
"""Forms whose answer leads on without an entry."""

NOT_MET = {
    "kept_drop": "asks only whose form was kept when a sign-in ended; it holds nothing but its key",
    "ledger_seen": "the page's script holds by it what the device saw of the ledger; no form asks it",
    "my_push_off": "asks only who is told on a device; `operating/test_push` plays it",
    "session_help_coming": "asks only while another chair calls; `web/chair/test_ringing` plays it",
    "session_seen": "the page's script says by it which prompts stood in sight; no form asks it",
    "unsent_key": "the page's script asks by it for the key of what it keeps; no form does",
    "touch": "the page's script says by it that somebody is there; no form asks it",
    "my_places": "asks only who is signed in elsewhere, too; `web/admin/test_places` plays it",
    "session_drill_end": "asks only while a drill goes on; `web/drills` plays it",
    "session_sign": "asks only while a note waits; it holds nothing but its key",
    "samples_let_go": "asks only once a rule lets something go; `workflows/chair/test_letting_go` plays it",
    "person_join": "asks only once another record was chosen; `workflows/person/test_joining` plays it",
    "practice_import_file": "asks of a file that was handed over; `web/importing` plays it",
    "practice_import_take": "the same",
    "practice_import_undo": "asks of an import; `web/importing` plays it",
    "my_service": "asks only where a service is taken; `web/shell/test_sign_in_service` plays it",
    "my_service_unlink": "the same",
    "setup_service_end": "the same",
    "setup_staff_unlink": "the same",
    "sign_in_service": "the same",
    "mfa_authenticate": "asks only who has a second factor",
    "mfa_deactivate_totp": "the same",
    "mfa_generate_recovery_codes": "the same",
    "mfa_reauthenticate": "the same",
    "mfa_reauthenticate_webauthn": "the same",
    "mfa_edit_webauthn": "asks only who has a key",
    "mfa_remove_webauthn": "the same",
}
"""Forms that no staged person meets, most of them the sign-in library's."""


def test_whatever_can_be_posted_is_walked(forms: list[Found]) -> None:
    """The walk would prove nothing if it found nothing: whoever adds a form sees to it that the clinic shows it."""
    walked = {found.view for found in forms if found.form.method == "post"}
    assert takes_post(browsers()) - walked - set(NOT_MET) == set()


def takes_post(clients: Mapping[str, Client]) -> set[str]:
    """Return the views that take a POST from a person, asked of the views themselves."""
    taken = set()
    for name, need in ROUTES.items():
        if need is not Open.TOKEN:
            answers = [client.options(address(name)) for client in clients.values()]
            if any("POST" in answer.get("Allow", "") for answer in answers):
                taken.add(name)
    return taken


def test_every_form_that_writes_can_be_sent_again_and_is_recorded_once(forms: list[Found]) -> None:
    """What did not arrive is kept and sent again only where a form carries its one-time key."""
    of_the_frame = {"lock", "unlock", "account_logout", "account_login", "account_reauthenticate", "session_help"}
    # What a passkey answers is signed for one question, and counts once.
    of_the_frame |= {"mfa_login_webauthn"}
    records_nothing = {"phone_forget"}
    keyless = {each.view for each in forms if each.form.method == "post" and "key" not in each.form.fields}
    assert keyless <= of_the_frame | records_nothing
