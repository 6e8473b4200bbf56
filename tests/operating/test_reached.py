"""The network is asked for the time and the certificate; what does not answer is said, and nobody waits for long."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sereniv.clinic.operating import reached
from sereniv.clinic.operating.reached import Places, reach
from tests.operating.outside import proxy, time_server

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def now() -> datetime:
    return NOW


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=75.5), timedelta(hours=-1)])
def test_the_clock_is_held_against_a_time_server(ahead: timedelta) -> None:
    with time_server(NOW + ahead) as server:
        found = reach(Places(time_server=server), now)
    assert found.clock_offset_s == pytest.approx(ahead.total_seconds(), abs=1e-6)


def test_a_server_that_knows_no_time_is_not_believed() -> None:
    with time_server(NOW + timedelta(hours=1), stratum=16) as server:
        found = reach(Places(time_server=server), now)
    assert found.clock_offset_s is None
    assert "no time" in found.clock_words


def test_who_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reached, "WITHIN_S", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        found = reach(Places(time_server=silent.getsockname(), host="clinic.example", proxy=("127.0.0.1", 9)), now)
    assert found.clock_offset_s is None
    assert "127.0.0.1 did not answer" in found.clock_words
    assert "clinic.example did not answer at 127.0.0.1, port 9" in found.certificate_words


def test_the_dates_of_a_certificate_are_read_whoever_signed_it(tmp_path: Path) -> None:
    begins = NOW - timedelta(days=80)
    with proxy(tmp_path, begins, timedelta(days=90)) as place:
        found = reach(Places(time_server=None, host="clinic.example", proxy=place), now)
    assert found.certificate_ends == begins + timedelta(days=90)
    assert found.certificate_begins == begins


def test_nobody_is_asked_who_is_not_named() -> None:
    found = reach(Places(time_server=None), now)
    assert found.clock_words == "no time server is named"
    assert found.certificate_words == "no name is set in SERENIV_HOSTS"
