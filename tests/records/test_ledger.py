"""The ledger: one order over all streams, append-only, idempotent, conflict-aware."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New, Writing
from sereniv.clinic.records.codec import Event
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.records.house_events import LivePredictionSwitched, TableChanged
from sereniv.clinic.records.models import Entry
from sereniv.therapy import custody
from sereniv.therapy.session import events as ev
from sereniv.verify import ENVELOPE_FIELDS, check
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")


def remark(text: str, stream: str = "session/a", expected: int | None = None) -> New:
    return New(stream=stream, event=ev.RemarkCharted(text=text), at=NOON, expected_seq=expected)


def write(*news: New, key: str) -> None:
    with transaction.atomic():
        chart_store.append(list(news), Writing(by="nurse", now=NOON, key=key))


def test_streams_share_one_order_and_one_chain() -> None:
    write(remark("one"), key="key-0001")
    write(remark("two", "session/b"), remark("three", "session/a"), key="key-0002")
    assert [(entry.seq, entry.stream, entry.stream_seq) for entry in Entry.objects.order_by("seq")] == [
        (1, "session/a", 1), (2, "session/b", 1), (3, "session/a", 2),
    ]  # fmt: skip
    report = check(Entry.objects.order_by("seq").values(*COLUMNS))
    assert report.sound, report.faults


def test_a_repeated_key_writes_nothing() -> None:
    write(remark("one"), remark("two"), key="key-0001")
    write(remark("one"), remark("two"), key="key-0001")
    assert Entry.objects.count() == 2


def test_a_command_on_an_old_chart_conflicts() -> None:
    write(remark("one"), key="key-0001")
    with pytest.raises(Conflict):
        write(remark("decided without having seen one", expected=0), key="key-0002")
    with pytest.raises(Conflict, match="does not exist yet"):
        write(remark("decided on a chart nobody was shown", expected=9), key="key-0004")
    write(remark("two", expected=1), key="key-0003")
    assert Entry.objects.count() == 2


def delete(entries: QuerySet[Entry]) -> object:
    return entries.delete()


def edit(entries: QuerySet[Entry]) -> object:
    return entries.update(payload='{"text":"other"}')


def reseat(entries: QuerySet[Entry]) -> object:
    return entries.update(seq=2)


@pytest.mark.parametrize("change", [delete, edit, reseat])
def test_the_database_itself_refuses_changes(change: Callable[[QuerySet[Entry]], object]) -> None:
    write(remark("one"), key="key-0001")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(Entry.objects.filter(seq=1))


def test_content_that_nobody_erased_by_law_is_a_fault_and_no_gap_in_the_chain() -> None:
    write(remark("one"), key="key-0001")
    write(remark("two"), key="key-0002")
    Entry.objects.filter(seq=1).update(payload=None, salt="")
    (fault,) = check(Entry.objects.order_by("seq").values(*COLUMNS)).faults
    assert fault.startswith("entry 1 (session/a, RemarkCharted")
    assert "no erasure names it" in fault


@pytest.mark.parametrize(
    ("stream", "event"),
    [
        ("audit", TableChanged(table="chair", row="1", change="added", fields=("name",))),
        ("home", LivePredictionSwitched(shown=True)),
        ("stock/a", custody.VialOpened()),
        ("session/a", ev.InfusionStopped(reason="headache")),
    ],
)  # fmt: skip
def test_the_database_itself_lets_nothing_be_blanked_that_no_law_erases(stream: str, event: Event) -> None:
    write(New(stream=stream, event=event, at=NOON), key="key-0001")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(seq=1).update(payload=None, salt="")


def test_entries_are_appended_only_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    class OutsideAnyTransaction:
        in_atomic_block = False

    monkeypatch.setattr(chart_store, "connection", OutsideAnyTransaction())
    with pytest.raises(ValueError, match="inside a transaction"):
        chart_store.append([remark("one")], Writing(by="nurse", now=NOON, key="key-0001"))
