"""What is asked of the tables written out answers as the same question put in the framework's own words."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from sereniv.clinic.records import their_sessions, written_out
from sereniv.clinic.records.models import OPEN_PHASES, Entry, Person, SessionRow, VialRow
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
ODD = ("", "Łukasz 'Ñ' \"%s\"", "100 %", "\n\t;--", "名前")


EachT = TypeVar("EachT")


def one_of(each: Sequence[EachT], chance: np.random.Generator) -> EachT:
    return each[int(chance.integers(len(each)))]


def fields(row: Model) -> dict[str, object]:
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


def somebody(chance: np.random.Generator, into: Person | None = None) -> Person:
    person = Person(
        id=uuid.UUID(bytes=chance.bytes(16)),
        family_name=one_of(ODD, chance) or "Ash",
        born=date(1990, 1, 1) + timedelta(days=int(chance.integers(9999))),
        sex_at_birth="female",
        registered_at=NOON - timedelta(microseconds=int(chance.integers(10**12))),
        erased_at=one_of([None, None, NOON], chance),
        joined_into=into,
    )
    person.save()
    return person


def session_of(person: Person, chance: np.random.Generator, phase: str = "signed") -> SessionRow:
    return SessionRow(
        id=uuid.UUID(bytes=chance.bytes(16)),
        person_id=person.pk,
        chair=f"Chair {chance.integers(9)}",
        label=one_of(ODD, chance),
        phase=phase,
        opened_at=NOON + timedelta(microseconds=int(chance.integers(10**12))),
        changed_at=NOON,
        infusion_number=int(chance.integers(20)),
        monitor=one_of(ODD, chance),
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_sessions_of_people_are_those_that_the_framework_finds(seed: int) -> None:
    chance = np.random.default_rng(seed)
    people: list[Person] = []
    for _ in range(8):
        kept = [each for each in people if each.joined_into is None]
        people.append(somebody(chance, one_of([None, *kept], chance)))
    for _ in range(12):
        session_of(one_of(people, chance), chance).save()
    asked = [each.pk for each in people[2:5]] + [uuid.uuid4()]

    whose = Person.everybody.filter(Q(pk__in=asked) | Q(joined_into_id__in=asked)).values("pk")
    rows = SessionRow.objects.filter(person_id__in=whose).select_related("person").order_by("opened_at")
    expected = {
        str(each): [fields(row) for row in rows if each in {row.person_id, row.person.joined_into_id}] for each in asked
    }
    found = their_sessions.rows_of_people(asked)
    assert {each: [fields(row) for row in theirs] for each, theirs in found.items()} == expected
    by_id = {each.pk: fields(each) for each in people}
    assert all(fields(row.person) == by_id[row.person_id] for theirs in found.values() for row in theirs)
    assert [written_out.is_erased(each.pk) for each in people] == [each.erased_at is not None for each in people]


def test_a_row_that_is_put_is_read_as_it_was_and_takes_the_place_of_its_id() -> None:
    chance = np.random.default_rng(18)
    who = somebody(chance)
    for _ in range(5):
        row = session_of(who, chance)
        written_out.put(row)
        assert fields(SessionRow.objects.get(pk=row.pk)) == fields(row)
        row.phase, row.monitor, row.infusion_number = "discharged", "Bedside 1", 7
        written_out.put(row)
        assert fields(SessionRow.objects.get(pk=row.pk)) == fields(row)
    assert SessionRow.objects.count() == 5
    vial = VialRow(
        id=uuid.uuid4(), label="K-1", strength_mg_per_ml=Decimal("10.5"), lot="L'1", expires=date(2030, 2, 28),
        on_hand_ml=Decimal("19.125"), residual_mg=Decimal("-0.0001"), set_apart=True, counted_at=None,
    )  # fmt: skip
    written_out.put(vial)
    assert fields(VialRow.objects.get()) == fields(vial)


def test_a_row_that_clashes_with_another_one_is_refused_and_the_other_stands() -> None:
    chance = np.random.default_rng(7)
    first = session_of(somebody(chance), chance, OPEN_PHASES[0])
    other = session_of(somebody(chance), chance, OPEN_PHASES[0])
    other.chair = first.chair
    written_out.put(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        written_out.put(other)
    assert fields(SessionRow.objects.get()) == fields(first)


def entry(seq: int, **other: object) -> Entry:
    return Entry(
        **{
            "seq": seq, "stream": "session/a", "stream_seq": seq, "at": "2026-03-02T12:00:00+00:00",
            "recorded_at": "2026-03-02T12:00:00+00:00", "recorded_by": "nurse", "key": f"key-{seq:04d}",
            "kind": "RemarkCharted", "version": 1, "payload": '{"text":"100 % of \\"it\\""}', "salt": "s",
            "payload_hash": "p", "hash": "h", **other,
        }
    )  # fmt: skip


def test_entries_that_are_added_are_read_as_they_were() -> None:
    written = [entry(1, payload=None), entry(2, co_signed_by="nurse2", stream=ODD[1]), entry(3, payload=ODD[4])]
    written_out.add(written)
    assert [fields(each) for each in Entry.objects.order_by("seq")] == [fields(each) for each in written]
    assert [fields(each) for each in written_out.entries_of(["key-0003", "key-0002"])] == list(map(fields, written[1:]))
    assert sorted(each.seq for each in written_out.entries_from(["session/a", ODD[1]], 1)) == [1, 2, 3]
    with pytest.raises(IntegrityError), transaction.atomic():
        written_out.add([entry(4), entry(5, key="key-0001")])
    assert Entry.objects.count() == 3, "all or none"


def test_who_wrote_since_is_asked_as_the_framework_would() -> None:
    written_out.add(
        [entry(1), entry(2, recorded_by="system"), entry(3, payload=None), entry(4, stream="session/b"), entry(5)]
    )
    for stream in ("session/a", "session/b", "session/c"):
        for last in range(7):
            since = Entry.objects.filter(stream=stream, stream_seq__gt=last, payload__isnull=False)
            expected = since.exclude(recorded_by="system").exists()
            assert written_out.anybody_since(stream, last, "system") == expected, (stream, last)
