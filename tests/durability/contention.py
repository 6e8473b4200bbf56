"""Many writers at once on one home: a program of its own, because what it commits cannot be rolled back.

    python contention.py CASE HOME [DATABASE-URL]

It prints one JSON line that the test judges.
"""

from __future__ import annotations

import json
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WRITERS = 8
TURNS = 250
STREAMS = 5
Report = dict[str, Any]


def open_home(folder: Path, url: str) -> None:
    """Make a test home and its tables."""
    from sereniv.cli.serve import configure, migrate
    from sereniv.clinic import home as homes

    home = homes.create_or_open(folder, homes.Kind.TEST, database_url=url)
    configure(home)
    migrate()


def at_once(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run tasks in threads that begin together, and return what each gave."""
    barrier = threading.Barrier(len(tasks))
    given: list[Any] = [None] * len(tasks)

    def run(number: int, task: Callable[[], Any]) -> None:
        from django.db import connection

        with closing(connection):
            barrier.wait()
            try:
                given[number] = task()
            except Exception as error:  # noqa: BLE001  the test judges it
                given[number] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def ledger() -> Report:
    """Check the chain as the program left it, and list keys and streams."""
    from sereniv.clinic.records.models import Entry
    from sereniv.verify import ENVELOPE_FIELDS, check

    columns = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
    rows = list(Entry.objects.order_by("seq").values(*columns))
    return {
        "faults": check(rows).faults,
        "seqs": [row["seq"] for row in rows],
        "keys": [row["key"] for row in rows],
        "streams": [(row["stream"], row["stream_seq"], json.loads(row["payload"]).get("text", "")) for row in rows],
    }


class Writer:
    """One of many: appends facts, repeats some of its keys, and commands that rest on what it saw."""

    def __init__(self, number: int) -> None:
        self._rng = np.random.default_rng(number)
        self._number = number
        self._sent: list[tuple[str, str, str]] = []
        self.report: Report = {"acknowledged": [], "refused": [], "repeated": 0, "conflicts": 0}

    def run(self) -> Report:
        """Take all turns."""
        for turn in range(TURNS):
            stream = f"session/{self._rng.integers(STREAMS)}"
            key = f"writer-{self._number}-{turn:04d}"
            chance = self._rng.random()
            if chance < 0.2 and self._sent:
                self._append(*self._sent[int(self._rng.integers(len(self._sent)))], expected=None)
                self.report["repeated"] += 1
            elif chance < 0.6:
                self._append(key, stream, "fact", expected=None)
            else:
                self._command(key, stream)
        return self.report

    def _command(self, key: str, stream: str) -> None:
        from sereniv.clinic.records import chart_store

        seen = chart_store.stream_end(stream)
        self._append(key, stream, f"saw {seen}", expected=seen)

    def _append(self, key: str, stream: str, text: str, expected: int | None) -> None:
        from sereniv.clinic.records import chart_store
        from sereniv.clinic.records.chart_store import New, Writing
        from sereniv.clinic.records.conflict import Conflict
        from sereniv.therapy.session import events as ev

        new = New(stream=stream, event=ev.RemarkCharted(text=text), at=NOON, expected_seq=expected)
        try:
            with chart_store.in_turn():
                chart_store.append([new], Writing(by="nurse", now=NOON, key=key))
        except Conflict:
            self.report["conflicts"] += 1
            self.report["refused"].append(key)
        else:
            self.report["acknowledged"].append(key)
            self._sent.append((key, stream, text))


def writers() -> Report:
    """Let many writers, the very first entry included, write at once."""
    reports = at_once([Writer(number).run for number in range(WRITERS)])
    return {"writers": reports, **ledger()}


class StillClock:
    """A clock that shows what it is told."""

    label, rate = "test", 1.0

    def __init__(self) -> None:
        self.shown = NOON

    def now(self) -> datetime:
        return self.shown


class Clinic:
    """Two people at the gate, seen from several browsers at once."""

    def __init__(self) -> None:
        from sereniv.clinic import clock
        from sereniv.clinic.demo import people, stage
        from sereniv.clinic.records.models import Chair

        self.clock = StillClock()
        stage.add_staff()
        for name in people.CHAIRS:
            Chair.objects.create(name=name)
        self.stage = stage.Stage()
        self.people = people
        self.demo_id = stage.demo_id
        clock.install(self.clock)

    def browser(self, username: str) -> Any:
        """Return a browser in which somebody is signed in."""
        from django.test import Client

        from sereniv.clinic.accounts.models import Staff

        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(Staff.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
        return client

    def vial(self, label: str, volume_ml: str) -> Any:
        """Take a vial into stock."""
        from sereniv.clinic.workflows.stock import stock
        from sereniv.therapy.custody import VialReceived

        received = VialReceived(
            label=label, ndc="00000-0000-00", lot="T1", expires=date(2027, 1, 1), strength_mg_per_ml=Decimal(10),
            volume_ml=Decimal(volume_ml), supplier="Test Supply", unusual_reason="The size we order",
        )  # fmt: skip
        return stock.receive_vial(received, self.stage.act("nurse", NOON, "nurse2"), self.demo_id(label))

    def stock(self) -> None:
        """Take the demo's vials into stock."""
        for each in self.people.VIALS:
            self.vial(each.label, str(each.volume_ml))


def charting() -> Report:
    """Chart two sessions at once from eight browsers, every form sent twice at the same moment."""
    clinic = Clinic()
    clinic.stock()
    who = {clinic.people.INFUSING: "Chair 1", clinic.people.FINISHED: "Chair 2"}
    sessions = [clinic.stage.infusing(each, chair, NOON) for each, chair in who.items()]
    clinic.clock.shown = NOON + timedelta(minutes=1)
    tasks = []
    for number in range(WRITERS):
        browser, session = clinic.browser("nurse" if number % 2 else "nurse2"), sessions[number % 2]
        tasks.append(partial(_tap, browser, session, number // 4))
    return {"answers": at_once(tasks), "sessions": [str(each) for each in sessions], **ledger()}


def _tap(browser: Any, session: object, form: int) -> list[int]:
    """Send the same ten forms as three other browsers do."""
    return [
        browser.post(f"/sessions/{session}/note-down/", {
            "kind": "remark", "text": f"remark {number}", "key": f"tap-{session}-{form}-{number}",
        }).status_code
        for number in range(10)
    ]  # fmt: skip


def starting() -> Report:
    """Start one infusion from four browsers at once; two of them are a double tap on one form."""
    clinic = Clinic()
    clinic.stock()
    session = clinic.stage.at_the_gate(clinic.people.INFUSING, "Chair 1", NOON)
    clinic.stage.vitals(session, ("120", "75"), NOON - timedelta(minutes=3))
    from sereniv.clinic.records import chart_store
    from sereniv.clinic.workflows.chair import sessions

    sessions.pass_gate(session, chart_store.session_chart_of(session).head, clinic.stage.act("nurse", NOON))
    chart = chart_store.session_chart_of(session)
    form = {"rate_ml_per_h": str(chart.plan.rate_ml_per_h), "expected_seq": str(chart.head)}
    browsers = [clinic.browser(name) for name in ("nurse", "nurse2", "nurse", "nurse2")]
    address = f"/sessions/{session}/start/"

    def start(number: int) -> tuple[int, str]:
        # The last two are a double tap: one form, one key, sent twice.
        answer = browsers[number].post(address, {**form, "key": f"start-key-{min(number, 2)}"})
        return answer.status_code, answer.content.decode()

    answers = at_once([partial(start, number) for number in range(4)])
    kinds = [type(each.event).__name__ for each in chart_store.session_chart_of(session).entries]
    return {"answers": answers, "starts": kinds.count("InfusionStarted"), **ledger()}


def drawing() -> Report:
    """Draw for two people at once from a vial that holds enough for one, and account for one person's drug twice."""
    clinic = Clinic()
    from sereniv.clinic.records import chart_store
    from sereniv.clinic.workflows.chair import charting as facts
    from sereniv.clinic.workflows.chair import sessions

    stage = clinic.stage
    made = [_seated(stage, clinic.people.INFUSING, "Chair 1"), _seated(stage, clinic.people.REPLAYED, "Chair 2")]
    small = clinic.vial("small", "6")

    def draw(session: uuid.UUID, act: Any) -> None:
        volume = chart_store.session_chart_of(session).plan.volume_ml
        sessions.prepare_drug(session, small, volume, act)

    draws = at_once([partial(draw, session, stage.act("nurse", NOON, "nurse2")) for session in made])
    drawn = next(session for session in made if chart_store.session_chart_of(session).prepared)
    prepared = chart_store.session_chart_of(drawn).prepared
    wasted = prepared.event.drawn_mg if prepared else Decimal(0)

    def account(act: Any) -> None:
        facts.reconcile_drug(drawn, Decimal(0), wasted, "drain", "", act)

    accounts = at_once([partial(account, stage.act("nurse", NOON, "nurse2")) for _ in range(4)])
    kinds = [type(each.event).__name__ for each in chart_store.session_chart_of(drawn).entries]
    on_hand = str(chart_store.vial(small).on_hand_ml)
    return {
        "draws": draws, "on_hand_ml": on_hand, "accounts": accounts, "accounted": kinds.count("DrugReconciled"),
        **ledger(),
    }  # fmt: skip


def booking() -> Report:
    """Book one chair for two people at one time, and one person at two chairs, from eight writers at once."""
    clinic = Clinic()
    from sereniv.clinic.records.models import AppointmentRow, Chair
    from sereniv.clinic.workflows.calendar import booking

    stage = clinic.stage
    chairs = [Chair.objects.get_or_create(name=f"Chair {number}")[0].name for number in (1, 2)]
    people = [stage.candidate(each, NOON) for each in (clinic.people.INFUSING, clinic.people.REPLAYED)]
    for each in (clinic.people.INFUSING, clinic.people.REPLAYED):
        stage.decided(each, NOON)
    tomorrow = NOON.replace(hour=9) + timedelta(days=1)

    def book(number: int) -> int:
        # Times overlap without being the same, so that nothing but the workflow's own look can tell.
        wish = booking.Wish(starts_at=tomorrow + timedelta(minutes=15 * (number // 4)), chair=chairs[number // 2 % 2])
        return booking.book(people[number % 2], wish, acts[number])

    acts = [stage.act("nurse" if number % 2 else "nurse2", NOON) for number in range(WRITERS)]
    answers = at_once([partial(book, number) for number in range(WRITERS)])
    rows = [(row.chair, str(row.person_id), row.starts_at.isoformat()) for row in AppointmentRow.objects.all()]
    return {"answers": answers, "rows": rows, **ledger()}


def _seated(stage: Any, person: Any, chair: str) -> Any:
    from sereniv.clinic.workflows.chair import sessions

    person_id, order = stage.ordered(person, NOON)
    return sessions.open_session(person_id, order, chair, stage.act("nurse", NOON))


CASES = {"writers": writers, "charting": charting, "starting": starting, "drawing": drawing, "booking": booking}

if __name__ == "__main__":
    open_home(Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
    print(json.dumps(CASES[sys.argv[1]]()))
