"""What monitors sent stands in the chain by its digests: whatever of it is changed past the program is named."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from sereniv import verify_samples
from sereniv.clinic.home import Home
from sereniv.clinic.live import checking
from sereniv.clinic.records import chart_store, checked, sample_digests
from sereniv.clinic.records.models import SampleRow
from sereniv.clinic.records.sample_events import SamplesDigested
from sereniv.clinic.workflows.shell.this_clinic import served_home
from tests.conftest import NOON
from tests.records.test_checked import undefended
from tests.records.test_ledger import remark, write

pytestmark = pytest.mark.django_db
ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
AN_HOUR = timedelta(hours=1)
VALUES = (Decimal(97), Decimal("97.5"), None, Decimal("0.01"), Decimal("9999.99"))


def send(session: uuid.UUID, at: datetime, device: str = "Bedside 3 | é") -> None:
    """Keep some values as a monitor sends them: whole, with decimals, and none; one of them within a second."""
    moments = [at + timedelta(seconds=number) for number in range(len(VALUES) - 1)] + [at + timedelta(microseconds=50)]
    SampleRow.objects.bulk_create(
        SampleRow(session_id=session, device=device, signal="spo2", value=value, at=moment, received_at=at)
        for value, moment in zip(VALUES, moments, strict=True)
    )


@pytest.fixture
def sent() -> None:
    """Two sessions whose samples are an hour old and digested."""
    send(ONE, NOON - timedelta(hours=2))
    send(OTHER, NOON - timedelta(hours=2) + timedelta(minutes=1))
    assert sample_digests.digest_due(NOON) == 2 * len(VALUES)
    assert faults() == []


def faults() -> list[str]:
    """Return what is found by the clinic's own check and, of a file, by the one that needs nothing but SQLite."""
    found = list(sample_digests.doubts())
    if connection.vendor == "sqlite":
        assert list(verify_samples.faults_in(connection.connection)) == found
    return found


def entries() -> list[SamplesDigested]:
    return [each.event for each in chart_store.read("samples") if isinstance(each.event, SamplesDigested)]


@pytest.mark.usefixtures("sent")
def test_each_session_has_its_digest_and_how_many_came() -> None:
    (entry,) = entries()
    assert [(each.session, each.samples) for each in entry.sessions] == [(str(ONE), 5), (str(OTHER), 5)]
    assert len({each.sha256 for each in entry.sessions}) == 2
    assert sample_digests.digest_due(NOON + timedelta(days=1)) == 0, "nothing came since"


def test_what_came_is_digested_once_an_hour_with_all_that_is_settled() -> None:
    send(ONE, NOON - timedelta(minutes=59))
    send(ONE, NOON)
    assert sample_digests.digest_due(NOON) == 0, "none of it is an hour old"
    assert sample_digests.digest_due(NOON + timedelta(minutes=1)) == len(VALUES), "the last minute may still come in"
    assert sample_digests.digest_due(NOON + timedelta(minutes=16)) == 0
    assert sample_digests.digest_due(NOON + AN_HOUR) == len(VALUES)
    assert [(each.after, each.upto) for each in entries()] == [(0, entries()[1].after), (entries()[0].upto, last())]


def last() -> int:
    return SampleRow.objects.order_by("-pk").values_list("pk", flat=True)[0]


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    ("column", "value"),
    [("value", "96"), ("value", None), ("device", "Bedside 4"), ("signal", "heart_rate"),
     ("at", "2026-03-02 09:59:59"), ("received_at", "2026-03-02 09:59:59")],
)  # fmt: skip
def test_a_sample_changed_past_the_program_names_its_session(column: str, value: str | None) -> None:
    undefended(
        "records_samplerow_no_update",
        f"UPDATE records_samplerow SET {column} = %s WHERE id = %s",
        value, last(), table="records_samplerow",
    )  # fmt: skip
    (fault,) = faults()
    assert fault.startswith(f"samples of session {OTHER} differ from their digest in entry ")


@pytest.mark.usefixtures("sent")
def test_a_sample_taken_away_or_put_in_past_the_program_is_counted() -> None:
    undefended(
        "records_samplerow_no_delete", "DELETE FROM records_samplerow WHERE id = %s", last(), table="records_samplerow"
    )
    taken = faults()
    assert [each.startswith(f"samples of session {OTHER}: 4 are there of the 5 in entry ") for each in taken] == [True]
    forged = SampleRow.objects.get(pk=last())
    SampleRow.objects.create(
        pk=entries()[0].upto, session_id=ONE, device=forged.device, signal="heart_rate", value=Decimal(60),
        at=forged.at, received_at=forged.received_at,
    )  # fmt: skip
    assert [each.rpartition(": ")[2] for each in faults()] == ["put in past the program", "taken away past the program"]


def test_of_many_each_stands_in_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_digests, "MOST_SESSIONS", 1)
    monkeypatch.setattr(sample_digests, "MOST_SAMPLES", 7)
    monkeypatch.setattr(sample_digests, "AT_ONCE", 2)
    for number, session in enumerate((ONE, OTHER, ONE)):
        send(session, NOON - timedelta(hours=3) + timedelta(minutes=number))
    assert sample_digests.digest_due(NOON) == 3 * len(VALUES)
    assert [sum(each.samples for each in entry.sessions) for entry in entries()] == [5, 5, 5]
    assert faults() == []


@pytest.mark.usefixtures("sent")
def test_the_walk_of_the_whole_names_it_and_leaves_nothing_to_go_on_from() -> None:
    home: Home = served_home()
    write(remark("one"), key="key-0001")
    assert checked.whole(home, NOON).report.sound
    undefended(
        "records_samplerow_no_delete", "DELETE FROM records_samplerow WHERE id = %s", last(), table="records_samplerow"
    )
    assert checked.go_on(home, NOON).report.sound, "it says that it walked nothing of this"
    checking.take_turn(home, NOON + timedelta(hours=27))
    assert "taken away" in checked.go_on(home, NOON).report.faults[0]
