"""What people type: malformed is refused with words, implausible is kept and questioned, abnormal is kept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed_values import LEFT_BY_DIVISION, MOST_DECIMALS, plain, question_about_first, read

PLAUSIBLE = knowledge().plausible
WEIGHT, SYSTOLIC = PLAUSIBLE["weight_kg"], PLAUSIBLE["systolic"]


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "NaN", "nan", "inf", "-inf", "Infinity", "1e5", "1E2", "0x10", "1_000", "1 000", "-0", "-70", "+70",
        "٧٠", "٣", "７０", "²", "½", "7" * 40, "70..0", "1.2.3", ".", ",", "1,2,3", "seventy", "70kg", "70\x00",
        "0", "0.9", "700.1", "70.25", "70.00",
    ],
)  # fmt: skip
def test_malformed_input_is_refused_with_words_that_mend_it(text: str) -> None:
    with pytest.raises(Malformed, match="Weight"):
        read(text, WEIGHT)


@pytest.mark.parametrize(
    ("text", "value"), [("71.4", "71.4"), ("71,4", "71.4"), ("70.", "70"), (" 70 ", "70"), ("030", "30")]
)
def test_a_plain_number_is_read_as_written(text: str, value: str) -> None:
    reading = read(text, WEIGHT)
    assert (reading.value, reading.question) == (Decimal(value), "")


@pytest.mark.parametrize(
    ("text", "questioned"), [("49", True), ("50", False), ("260", False), ("261", True), ("500", True), ("185", False)]
)
def test_implausible_is_questioned_and_abnormal_is_not(text: str, questioned: bool) -> None:
    assert bool(read(text, SYSTOLIC).question) is questioned


def test_pounds_typed_as_kilograms_are_questioned_with_a_hint() -> None:
    """V7 of the evidence: 154 entered as kg for somebody of 70 kg."""
    reading = read("154", WEIGHT, Decimal(70))
    assert reading.value == 154
    assert "+120%" in reading.question
    assert "154 lb are 69.9 kg" in reading.question


@pytest.mark.parametrize(
    ("text", "questioned"), [("77", False), ("77.1", True), ("63", False), ("62.9", True), ("70", False)]
)
def test_a_jump_is_questioned_beyond_a_tenth(text: str, questioned: bool) -> None:
    reading = read(text, WEIGHT, Decimal(70))
    assert bool(reading.question) is questioned
    assert "lb" not in reading.question


@given(text=st.text(max_size=45), field=st.sampled_from(sorted(PLAUSIBLE)))
def test_any_text_is_either_malformed_or_a_possible_number(text: str, field: str) -> None:
    row = PLAUSIBLE[field]
    try:
        reading = read(text, row)
    except Malformed:
        return
    assert reading.value.is_finite()
    assert row.possible[0] <= reading.value <= row.possible[1]
    assert bool(reading.question) is not (row.plausible[0] <= reading.value <= row.plausible[1])


@pytest.mark.parametrize(
    ("weight", "height", "asked"),
    [
        ("157", "170", "Were these pounds? 157 lb are 71.2 kg"), ("121", "175", "121 lb are 54.9 kg"),
        ("71.4", "170", ""), ("100.9", "170", ""), ("101.3", "170", "pounds"), ("34", "170", "Is it right?"),
        ("157", None, "Were these pounds"), ("99.9", None, ""), ("100", None, "pounds"),
    ],
)  # fmt: skip
def test_a_first_weight_that_may_be_pounds_is_asked_about(weight: str, height: str | None, asked: str) -> None:
    said = question_about_first(Decimal(weight), Decimal(height) if height else None, WEIGHT)
    assert asked in said
    assert bool(asked) is bool(said)


def test_a_unit_is_said_as_people_write_it_and_not_by_its_code() -> None:
    with pytest.raises(Malformed, match=r"Enter 20 to 45 °C\."):
        read("98.6", PLAUSIBLE["temperature"])
    assert not [row.title for row in PLAUSIBLE.values() if row.written_unit in {"Cel", "mm[Hg]"}]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_a_number_is_written_so_that_it_reads_back_within_its_last_decimal_and_is_never_lost(value: Decimal) -> None:
    """A ten-millionth was written as 0."""
    written = plain(value)
    assert "E" not in written
    assert written != "-0"
    assert abs(Decimal(written) - value) <= Decimal(1).scaleb(-MOST_DECIMALS) / 2
    assert (Decimal(written) == 0) == (abs(value) < LEFT_BY_DIVISION)
    assert (Decimal(written) < 0) == (value <= -LEFT_BY_DIVISION)


@pytest.mark.parametrize(
    ("value", "written"),
    [("1E-7", "0.0000001"), ("0.00004", "0.00004"), ("0.00005", "0.0001"), ("-0.0000234", "-0.00002"), ("0E-9", "0"),
     ("35.70", "35.7"), ("1E+3", "1000"), ("1.03448275862", "1.0345"), ("-0.0", "0")],
)  # fmt: skip
def test_a_small_number_is_written_to_its_first_figure(value: str, written: str) -> None:
    assert plain(Decimal(value)) == written
