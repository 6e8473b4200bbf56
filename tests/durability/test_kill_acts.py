"""kill -9 while a booking, a review, an answer from a phone and an erasure are sent: each is there wholly or not."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import PASSWORD, demo_id
from sereniv.clinic.workflows.shell.acting import key_of_page
from tests.durability.browser import Browser
from tests.durability.homes import DEADLINE_S, Server
from tests.durability.inspection import integrity, keys, verified
from tests.durability.sent_keys import key_in_ledger
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow

Form = tuple[Browser, str, dict[str, str]]
HEARD_FIRST = ("none", "one", "all but one")
"""How many of the four answers are heard before the server is killed."""


def _asked(home: Path, question: str, *given: object) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(f"{(home / 'sereniv.db').as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(question, given).fetchall()


def _signed_in(port: int, username: str) -> Browser:
    browser = Browser(port)
    browser.sign_in(username, PASSWORD)
    return browser


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, f"{pattern} is not in {page[:2000]}"
    return found[1]


def _booking(nurse: Browser) -> Form:
    path = f"/people/{demo_id(cast_list.CANDIDATE.name)}/appointments/book/"
    today = _found(r'name="day" value="([\d-]+)"', nurse.get(path)[1])
    day = date.fromisoformat(today) + timedelta(days=20)
    form = {
        "purpose": "review",
        "day": str(day),
        "time": "20:00",
        "chair": "Chair 1",
        "exception": "asked for the evening",
    }
    return nurse, path, {**form, "key": "kill-booking-1"}


def _review(prescriber: Browser) -> Form:
    path = f"/people/{demo_id(cast_list.SIX.name)}/course/review/"
    seen = _found(r'name="expected_seq" value="(\d+)"', prescriber.get(path)[1])
    form = {"outcome": "stop", "ending": "no response", "reason": "no better after six", "expected_seq": seen}
    return prescriber, path, {**form, "key": "kill-review-1"}


def _phone(nurse: Browser) -> Form:
    invite = {"scales": "mood", "days": "14", "key": "kill-invite-1"}
    page = nurse.post(f"/people/{demo_id(cast_list.CANDIDATE.name)}/invite/", invite)[1]
    token = _found(r"/q/([\w-]{43})/", page)
    phone = Browser(nurse.port)
    phone.get(f"/q/{token}/")
    return phone, f"/q/{token}/mood/", {"mood": "4", "key": "kill-phone-1"}


ANNOUNCE = """
import sys; from datetime import timedelta; from pathlib import Path
from sereniv.clinic import home; from sereniv.cli.serve import prepare
place = home.create_or_open(Path(sys.argv[1]), home.Kind.DEMO)
lock = place.lock(); prepare(place, lock)
from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.checkpoints import close_books
from sereniv.clinic.workflows.person import entry_erasure
from sereniv.clinic.workflows.shell.acting import Act, new_key
director, admin = (Staff.objects.get(username=name) for name in ("director", "admin"))
announcing = Act(by=director, now=clock.now() - timedelta(days=8), key=new_key(), co_signer=admin)
entry_erasure.announce(int(sys.argv[2]), "Article 17, request of 2 March", announcing)
close_books(place, clock.now()); lock.release()
"""


def _announced(home: Path) -> object:
    """Announce the erasure of an entry so long ago that it may be carried out; returns the entry."""
    ((seq,),) = _asked(
        home,
        "SELECT min(seq) FROM records_entry WHERE kind = 'ScaleAnswered' AND stream = ?",
        f"person/{demo_id(cast_list.MAINTAINED.name)}",
    )
    command = [sys.executable, "-c", ANNOUNCE, str(home), str(seq)]
    subprocess.run(command, check=True, env=environment(), cwd=ROOT)
    return seq


def _erasure(home: Path, seq: object, director: Browser) -> Form:
    ((admin,),) = _asked(home, "SELECT id FROM accounts_staff WHERE username = 'admin'")
    form = {
        "understood": "on",
        "second_person": str(admin),
        "second_secret": PASSWORD,
    }
    return director, f"/ledger/{seq}/erase/", {**form, "key": "kill-erasure-1"}


@pytest.mark.parametrize("heard", HEARD_FIRST)
def test_each_act_is_wholly_there_or_not_at_all(heard: str, place: Path) -> None:
    home = copied_home(place / "home")
    seq = _announced(home)
    server = Server(home)
    port = server.port()
    nurse = _signed_in(port, "nurse")
    forms = [_booking(nurse), _phone(nurse), _review(_signed_in(port, "prescriber"))]
    forms.append(_erasure(home, seq, _signed_in(port, "director")))
    acknowledged = _sent_while_dying(server, forms, HEARD_FIRST.index(heard))

    _is_whole(home, forms, acknowledged)
    server = Server(home)
    port = server.port()
    for browser, path, form in forms:
        browser.port = port
        status, page = browser.post(path, form)
        assert status == 302, page[:3000]
    server.stop()
    _is_whole(home, forms, {form["key"] for _, _, form in forms})


def _sent_while_dying(server: Server, forms: list[Form], how_many: int) -> set[str]:
    """Send every form at once, kill the server once so many were answered; returns the keys acknowledged."""
    wanted = {0: 0, 1: 1, 2: len(forms) - 1}[how_many]
    with contextlib.ExitStack() as stack:
        waiting: dict[socket.socket, str] = {
            stack.enter_context(contextlib.closing(browser.begin_post(path, form))): form["key"]
            for browser, path, form in forms
        }
        acknowledged: set[str] = set()
        while len(acknowledged) < wanted:
            ready, _, _ = select.select(list(waiting), [], [], DEADLINE_S)
            assert ready, "nothing was answered"
            for connection in ready:
                heard = connection.recv(64)
                assert heard.startswith(b"HTTP/1.1 302"), heard
                acknowledged.add(waiting.pop(connection))
        server.kill()
    return acknowledged


def _review_of(home: Path, present: list[str]) -> list[str]:
    """Return the keys of the review's entries: a form that decides on a chart makes its key of what was typed, too."""
    ended = "SELECT key FROM records_entry WHERE kind = 'CourseEnded' AND stream = ?"
    roots = [str(key).partition("#")[0] for (key,) in _asked(home, ended, f"person/{demo_id(cast_list.SIX.name)}")]
    return [key for key in present if key.partition("#")[0] in roots]


_PHONE_PAGE = key_of_page("kill-phone-1")


def _is_whole(home: Path, forms: list[Form], acknowledged: set[str]) -> None:
    """Every act that was acknowledged is in the ledger once; what is made from an act is there exactly with it."""
    present = keys(home)
    assert len(present) == len(set(present))
    reviewed = _review_of(home, present)
    roots = [key.partition("#")[0] for key in present]
    ends = {form["key"]: (form["key"], key_in_ledger(form)) for _, _, form in forms}
    written = {key for key, either in ends.items() if any(root.endswith(either) for root in roots)}
    # What a patient answers has a key of its page and of the answer that was made of it.
    written |= {"kill-phone-1"} if any(_PHONE_PAGE in root for root in roots) else set()
    written |= {"kill-review-1"} if reviewed else set()
    assert acknowledged <= written
    report = verified(home)
    assert report.sound, report.faults
    assert integrity(home) == "ok"
    booked = _asked(home, "SELECT entry FROM records_appointmentrow WHERE purpose = 'review' AND chair = 'Chair 1'")
    assert len(booked) == ("kill-booking-1" in written)
    assert report.erased == ("kill-erasure-1" in written)
    assert len(reviewed) == (2 if "kill-review-1" in written else 0), "the decision and the end of the course"
    told = _asked(home, "SELECT count(*) FROM records_entry WHERE kind = 'PayloadsErased'")
    assert told == [(int("kill-erasure-1" in written),)]
