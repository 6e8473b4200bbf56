"""A cell of a table is what was recorded, and never a formula; each column stands in the dictionary."""

import dataclasses
from decimal import Decimal

import pytest

from sereniv.clinic.exporting import dictionary
from sereniv.clinic.exporting.writing import cell
from sereniv.clinic.records import codec
from sereniv.clinic.records.carried import ENTRY_COLUMNS, TABLES
from sereniv.clinic.records.house_events import RecordsExported
from sereniv.therapy.session import events as ev
from tests.records.instances import INSTANCES


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""), ("", ""), (True, "true"), (12, "12"), ("-1.5", "-1.5"), ("+4", "+4"), ("é, ü", "é, ü"),
        ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-cmd|x", "'-cmd|x"), ("\tx", "'\tx"), ("-", "'-"),
        ("+nan", "'+nan"), ("\n=1", "'\n=1"), ("\uff1d1+1", "'\uff1d1+1"), ("\uff201", "'\uff201"),
        (["a", 1], '["a", 1]'), ({"spo2": "ü"}, '{"spo2": "ü"}'),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_was_and_no_formula(value: object, written: str) -> None:
    assert cell(value) == written


def test_the_dictionary_names_every_column_of_every_kind() -> None:
    lines = list(dictionary.lines(codec.kinds()))
    said = {(file, column) for file, column, _, _ in lines}
    for instance in INSTANCES:
        kind = type(instance).__name__
        for field in dataclasses.fields(instance):
            assert (f"events/{kind}.csv", field.name) in said
    for table in TABLES:
        assert {column for file, column in said if file == f"tables/{table.name}.csv"} >= set(table.columns)
    assert {column for file, column in said if file == "entries.jsonl"} == set(ENTRY_COLUMNS)
    assert not [line for line in lines if not line[2] or not line[3]], "each says how it is written and what it means"


def test_how_a_value_is_written_follows_its_type() -> None:
    said = {column: how for file, column, how, _ in dictionary.lines(["VitalsCharted", "RecordsExported"]) if column}
    assert said["sealed"] == "true or false"
    assert said["to_seq"] == "whole number"
    assert dictionary.in_words(Decimal | None) == "decimal number; empty where there is none"
    assert dictionary.in_words(ev.Suicidality).startswith("one of: ")
    assert dictionary.in_words(tuple[str, ...]) == "JSON"


def test_no_secret_is_in_a_table_that_leaves() -> None:
    leaving = {f"{table.name}.{column}" for table in TABLES for column in table.columns}
    for secret in ("staff.password", "staff.pin_hash", "links.token_digest", "links.drafts"):
        assert secret not in leaving
    assert "staff.roles" in leaving


def test_every_event_reads_as_a_row() -> None:
    for instance in INSTANCES:
        assert set(codec.as_plain(instance)) == set(codec.fields_of(type(instance).__name__))
    assert codec.fields_of("NobodyKnows") == ("payload",)
    assert "reason" in codec.fields_of(RecordsExported.__name__)
