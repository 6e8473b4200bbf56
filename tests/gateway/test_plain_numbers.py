"""A value is a number as a monitor shows it, and nothing else that a program would read as one."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sereniv.clinic.gateway.reading import object_of, value_of
from sereniv.clinic.gateway.recording import read_recording
from sereniv.therapy.recording.refusal import Malformed

NOT_PLAIN = (
    "1_0", "\u0661\u0664\u0660", "\uff11\uff12", "1e-99999999", "1e2", "1E2", " 97", "97 ", "+97", "-1", "-0", "0x10",
    "1,5", ".5", "5.", "", "NaN", "Infinity", "12345", "9999.9999999", "9999.995001", "1" * 5000, "97\n", "97\x00",
)  # fmt: skip


@pytest.mark.parametrize("written", NOT_PLAIN)
def test_what_only_a_programmer_reads_as_a_number_is_refused(written: str) -> None:
    with pytest.raises(Malformed, match=r"from 0 to|lies between"):
        value_of(written)


@pytest.mark.parametrize("written", ["1e-99999999", "1e2", "NaN", "-0.0", "-1", "1e400", "9999.9999999", "true", "[1]"])
def test_the_same_as_a_number_of_json(written: str) -> None:
    content = object_of(b'{"value": ' + written.encode() + b"}")
    with pytest.raises(Malformed, match=r"from 0 to|lies between"):
        value_of(content["value"])


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("97", "97"), ("0", "0"), ("97.5", "97.5"), ("97.333333333333", "97.33"), ("9999.99", "9999.99"), ("007", "7")],
)
def test_a_plain_number_is_kept_to_two_decimals(raw: str, kept: str) -> None:
    assert value_of(raw) == Decimal(kept)
    if not raw.startswith("00"):
        content: dict[str, Any] = object_of(json.dumps({"value": float(raw)}).encode())
        assert value_of(content["value"]) == Decimal(kept)
    assert value_of(None) is None


@pytest.mark.parametrize("cell", ["1_0", "\u0661\u0664", "1e-99999999", "nan", "inf", "1e2"])
def test_a_recording_holds_plain_numbers_too(cell: str, tmp_path: Path) -> None:
    file = tmp_path / "recorded.csv"
    for rows in (f"0,{cell}\n1,72\n", f"0,72\n{cell},72\n"):
        file.write_text(f"minute,hr\n{rows}", encoding="utf-8")
        with pytest.raises(Malformed, match="plain number"):
            read_recording(file)
