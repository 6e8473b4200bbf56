"""A chart that was folded before is used again only while its stream is as it was."""

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from sereniv.clinic.records import chart_store, codec, folds
from sereniv.clinic.records.envelopes import envelopes
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def mood(act: ActMaker) -> Callable[[uuid.UUID, int], int]:
    def answer(who: uuid.UUID, value: int) -> int:
        event = pe.ScaleAnswered(scale="mood", answers=(value,), total=None, answered_by="patient")
        return people.record(who, event, act("nurse"))

    return answer


def values(who: uuid.UUID) -> list[int | None]:
    return [each.event.answers[0] for each in chart_store.person_chart(who).scores]


def test_an_unchanged_stream_is_folded_once(mood: Callable[[uuid.UUID, int], int]) -> None:
    who = uuid.uuid4()
    mood(who, 3)
    assert chart_store.person_chart(who) is chart_store.person_chart(who)


def test_what_is_appended_is_seen_at_once(mood: Callable[[uuid.UUID, int], int]) -> None:
    who = uuid.uuid4()
    for value in range(4):
        mood(who, value)
        assert values(who) == list(range(value + 1))


def test_while_the_ledger_stands_still_a_chart_costs_one_question(
    mood: Callable[[uuid.UUID, int], int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    who, other = uuid.uuid4(), uuid.uuid4()
    mood(who, 3)
    chart = chart_store.person_chart(who)
    with django_assert_num_queries(1):
        assert chart_store.person_chart(who) is chart
    mood(other, 1)
    with django_assert_num_queries(2):
        assert chart_store.person_chart(who) is chart, "somebody else's entry folds nothing anew"
    with django_assert_num_queries(1):
        assert chart_store.person_chart(who) is chart


def test_only_what_was_appended_is_read(mood: Callable[[uuid.UUID, int], int], monkeypatch: pytest.MonkeyPatch) -> None:
    who = uuid.uuid4()
    for value in range(3):
        mood(who, value)
    values(who)
    mood(who, 3)
    read: list[str] = []
    before = codec.decode
    monkeypatch.setattr(codec, "decode", lambda *entry: (read.append(entry[2]), before(*entry))[1])
    assert values(who) == [0, 1, 2, 3]
    assert len(read) == 1


def test_what_was_rolled_back_is_gone_even_when_its_place_is_taken_again(
    mood: Callable[[uuid.UUID, int], int],
) -> None:
    who = uuid.uuid4()
    mood(who, 1)

    def write_and_lose() -> None:
        with transaction.atomic():
            mood(who, 9)
            assert values(who) == [1, 9]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_lose()
    assert values(who) == [1]
    mood(who, 2)
    assert values(who) == [1, 2]


def test_what_is_erased_by_law_leaves_the_chart(mood: Callable[[uuid.UUID, int], int]) -> None:
    who = uuid.uuid4()
    mood(who, 1)
    mood(who, 2)
    assert values(who) == [1, 2]
    chart_store.erase([envelopes(chart_store.person_stream(who))[0].seq])
    assert values(who) == [2]


def test_few_are_kept(mood: Callable[[uuid.UUID, int], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "MOST_KEPT", 2 * folds.LEAST_SIZE)
    for value in range(5):
        who = uuid.uuid4()
        mood(who, value)
        assert values(who) == [value]
    assert len(folds._kept) <= 2


def test_long_charts_are_kept_in_the_place_of_many_short_ones(
    mood: Callable[[uuid.UUID, int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folds, "MOST_KEPT", 3 * folds.LEAST_SIZE)
    short, long = [uuid.uuid4() for _ in range(3)], uuid.uuid4()
    for who in short:
        mood(who, 1)
        values(who)
    assert len(folds._kept) == 3
    for value in range(25):
        mood(long, value % 10)
    assert len(values(long)) == 25
    assert sum(folds._sizes.values()) <= folds.MOST_KEPT
    assert folds._kept.keys() == folds._sizes.keys()
    assert f"person/{long}" in folds._kept
