"""Every kind of entry stands in the table of succession once, and every field that it names is one of its kinds'."""

from dataclasses import fields, replace
from typing import get_args

import pytest

from sereniv.clinic.records.house_events import HouseEvent
from sereniv.knowledge import knowledge
from sereniv.therapy.custody.events import StockEvent
from sereniv.therapy.person.events import PersonEvent
from sereniv.therapy.session.events import SessionEvent

KINDS = {
    kind.__name__: kind for union in (PersonEvent, SessionEvent, HouseEvent, StockEvent) for kind in get_args(union)
}


def test_every_kind_of_entry_says_once_whether_it_has_a_successor() -> None:
    named = [kind for row in knowledge().succession.values() for kind in row.events]
    assert sorted(named) == sorted(KINDS)


def test_what_makes_two_entries_be_about_the_same_is_a_field_of_every_kind_of_the_row() -> None:
    for row in knowledge().succession.values():
        for kind in row.events:
            known = {each.name for each in fields(KINDS[kind])}
            assert {*row.same, *row.adds_up} <= known, (row.id, kind)
        said = {each.name for kind in row.events for each in fields(KINDS[kind])}
        assert set(row.says) <= said, row.id


def test_a_row_without_a_reason_or_that_asks_of_a_stranger_does_not_load() -> None:
    row = knowledge().succession["order"]
    with pytest.raises(ValueError, match="say why"):
        replace(row, because=" ")
    with pytest.raises(ValueError, match="asked of others: Measured"):
        replace(row, asks=("Measured",))
