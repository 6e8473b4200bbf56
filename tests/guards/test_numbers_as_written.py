"""One function writes numbers: what a second way would print (1E+3, 1.0344827586…) has been read as something else."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import sereniv
from sereniv.therapy.person.names import birth_words
from sereniv.therapy.recording.typed_values import plain

PACKAGE = Path(sereniv.__file__).parent
ROOMS = ("therapy", "clinic", "exchange")
OWN_WAY = re.compile(r"\.normalize\b")


def test_no_other_place_writes_a_number_its_own_way() -> None:
    found = [
        str(file.relative_to(PACKAGE))
        for room in ROOMS
        for file in (PACKAGE / room).rglob("*")
        if file.suffix in {".py", ".html"} and OWN_WAY.search(file.read_text(encoding="utf-8"))
    ]
    # The one function; and letters, not numbers.
    allowed = {
        "therapy/recording/typed_values.py",
        "therapy/recording/reasons.py",
        "therapy/recording/phrases.py",
        "therapy/person/consent.py",
        "therapy/person/diagnoses.py",
        "therapy/person/romanised.py",
    }
    assert set(found) <= allowed, (
        "write numbers with sereniv.therapy.recording.typed_values.plain, in templates |plain_number"
    )


UNITS = r"(?:_mg|_ml|_kg|mg_per_kg|ml_per_h|mg_per_h|mg_per_ml|mg_per_kg_per_h)"
BARE = re.compile(rf"\{{\{{? ?(?:[a-z_]+\.)*[a-z_]*{UNITS} ?\}}")
BORN_OWN_WAY = re.compile(r"\.born:%|born\|date:\"(?!j M Y\")")


def texts() -> list[tuple[str, str]]:
    return [
        (str(file.relative_to(PACKAGE)), file.read_text(encoding="utf-8"))
        for room in ROOMS
        for file in (PACKAGE / room).rglob("*")
        if file.suffix in {".py", ".html"} and "demo" not in file.parts
    ]


def test_no_dose_volume_weight_or_rate_is_written_as_it_is_kept() -> None:
    """35.70 and 35.7 are one dose: a nought at the end was read as a digit of its own."""
    found = [
        f"{name}: {line.strip()[:90]}"
        for name, text in texts()
        for line in text.splitlines()
        if BARE.search(line) and ('f"' in line or name.endswith(".html"))
    ]
    # The signed note's own writing, which digests of older notes stand on.
    assert [each for each in found if not each.startswith("therapy/documents/note_text.py")] == []


def test_birth_dates_are_written_one_way() -> None:
    assert birth_words(date(1984, 3, 2)) == "2 Mar 1984"
    assert [name for name, text in texts() if BORN_OWN_WAY.search(text)] == []


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1E+3", "1000"), ("35.70", "35.7"), ("35.0", "35"), ("1.034482758620689655172413793", "1.0345"), ("0", "0"),
        ("1E-27", "0"),
        ("-0.00001", "-0.00001"), ("0.0875", "0.0875"), ("0.00005", "0.0001"), ("100", "100"), ("-2.50", "-2.5"),
        ("9999999.99999", "10000000"),
    ],
)  # fmt: skip
def test_a_number_as_people_read_it(value: str, written: str) -> None:
    assert plain(Decimal(value)) == written
