"""Every kind of entry stands in the table of acts, with its reach over everything that may stand open."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from sereniv.clinic.records.house_events import HouseEvent
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Reach, Standing
from sereniv.therapy.custody.events import StockEvent
from sereniv.therapy.person.events import PersonEvent
from sereniv.therapy.session.events import SessionEvent

SEVERAL_ACTS = {
    "CandidacyDecided",
    "EntryStruck",
    "TableChanged",
    "OrderSigned",
    "AppointmentMoved",
    "AppointmentBooked",
}
"""Kinds that record several acts, each of which is a row of its own."""


def kinds() -> set[str]:
    return {kind.__name__ for union in (PersonEvent, SessionEvent, HouseEvent, StockEvent) for kind in get_args(union)}


def named() -> list[str]:
    return [kind for act in knowledge().acts.values() for kind in act.events]


def test_every_kind_of_entry_is_an_act_of_the_table_and_none_is_made_up() -> None:
    assert set(named()) == kinds()
    assert {kind for kind in named() if named().count(kind) > 1} <= SEVERAL_ACTS


def test_every_act_speaks_of_everything_and_says_because_of_what() -> None:
    for act in knowledge().acts.values():
        for what in Standing:
            assert re.search(r"\w.{14,}\.$", act.cell(what).because), (act.id, what)


def test_an_act_that_leaves_something_out_names_it_twice_or_gives_no_reason_does_not_load() -> None:
    act = knowledge().acts["declined"]
    with pytest.raises(ValueError, match="missing: bookings"):
        replace(act, cells=act.cells[1:])
    with pytest.raises(ValueError, match="twice: bookings"):
        replace(act, cells=(*act.cells, act.cells[0]))
    with pytest.raises(ValueError, match="because of what"):
        replace(act, cells=(replace(act.cells[0], because=" "), *act.cells[1:]))
    assert {cell.reach for each in knowledge().acts.values() for cell in each.cells} == set(Reach)
