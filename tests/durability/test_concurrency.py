"""Many writers at once: one dense order, each key once, no update lost, and clear words for whoever came second.

Runs on SQLite, and on PostgreSQL where SERENIV_TEST_DATABASE_URL names one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.durability import contention
from tests.durability.homes import ROOT, environment

pytestmark = pytest.mark.slow

SERVER_URL = os.environ.get("SERENIV_TEST_DATABASE_URL", "")
Report = dict[str, Any]


@pytest.fixture
def database_url() -> Iterator[str]:
    """Give a PostgreSQL database of the test's own, or "" for SQLite."""
    if not SERVER_URL:
        yield ""
        return
    import psycopg

    name = f"contention_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER_URL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(SERVER_URL)._replace(path=f"/{name}").geturl()
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def contend(case: str, place: Path, url: str) -> Report:
    """Run one case and return its report, after checking what holds for every one: a sound and dense ledger."""
    command = [sys.executable, contention.__file__, case, str(place / "home"), *([url] if url else [])]
    done = subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    report: Report = json.loads(done.stdout.splitlines()[-1])
    assert report["faults"] == []
    assert report["seqs"] == list(range(1, len(report["seqs"]) + 1))
    assert len(set(report["keys"])) == len(report["keys"])
    return report


def test_eight_writers_leave_one_order_with_each_key_once(place: Path, database_url: str) -> None:
    report = contend("writers", place, database_url)
    failed = [writer for writer in report["writers"] if not isinstance(writer, dict)]
    assert not failed
    acknowledged = {key for writer in report["writers"] for key in writer["acknowledged"]}
    refused = {key for writer in report["writers"] for key in writer["refused"]}
    assert set(report["keys"]) == acknowledged
    assert not refused & acknowledged
    assert sum(writer["repeated"] for writer in report["writers"]) > 100
    assert refused, "commands on an old chart should have met somebody else's entry"
    _rest_on_what_they_saw(report)


def _rest_on_what_they_saw(report: Report) -> None:
    """Streams are dense, and no command was written on a chart that had changed."""
    ends: dict[str, int] = defaultdict(int)
    rested = 0
    for stream, number, text in report["streams"]:
        ends[stream] += 1
        assert number == ends[stream]
        if text.startswith("saw "):
            rested += 1
            assert int(text.removeprefix("saw ")) == number - 1
    assert rested > 100


def test_two_sessions_charted_at_once_keep_every_form_once(place: Path, database_url: str) -> None:
    report = contend("charting", place, database_url)
    assert report["answers"] == [[302] * 10] * contention.WRITERS
    remarks = Counter((stream, text) for stream, _, text in report["streams"] if text.startswith("remark "))
    for session in report["sessions"]:
        # Two different forms hold the same words; each was sent by two browsers under one key.
        assert [remarks[f"session/{session}", f"remark {number}"] for number in range(10)] == [2] * 10


def test_one_of_several_starts_happens_and_the_others_are_told(place: Path, database_url: str) -> None:
    report = contend("starting", place, database_url)
    assert report["starts"] == 1
    statuses = [status for status, _ in report["answers"]]
    double_tap = statuses[2:]
    won = statuses.count(302)
    assert won == 1 or (won == 2 and double_tap == [302, 302]), report["answers"]
    told = [page for status, page in report["answers"] if status != 302]
    assert all("changed since you opened this form" in page or "infusi" in page.lower() for page in told)
    assert set(statuses) == {302, 422}


def test_a_vial_is_not_drawn_beyond_its_volume_nor_accounted_twice(place: Path, database_url: str) -> None:
    report = contend("drawing", place, database_url)
    refusals = [answer for answer in report["draws"] if answer is not None]
    assert len(refusals) == 1, report["draws"]
    assert refusals[0].startswith("Refused:"), refusals
    assert float(report["on_hand_ml"]) >= 0
    assert report["accounted"] == 1
    told = [answer for answer in report["accounts"] if answer is not None]
    again = "This session's drug is already accounted for. Say how that account was wrong, and it is corrected."
    assert told == [f"Refused: {again}"] * 3


def test_no_chair_and_no_person_is_booked_twice_by_writers_at_once(place: Path, database_url: str) -> None:
    report = contend("booking", place, database_url)
    booked = [answer for answer in report["answers"] if isinstance(answer, int)]
    refused = [answer for answer in report["answers"] if not isinstance(answer, int)]
    assert len(booked) == len(report["rows"]) == 2
    assert all(answer.startswith("Refused:") for answer in refused), refused
    assert len({chair for chair, _, _ in report["rows"]}) == len({person for _, person, _ in report["rows"]}) == 2
