"""One function writes numbers: what a second way would print (1E+3, 1.0344827586…) has been read as something else."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

import sereniv
from sereniv.therapy.values import plain

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
    allowed = {"therapy/values.py", "therapy/reasons.py", "therapy/consent.py"}
    assert set(found) <= allowed, "write numbers with sereniv.therapy.values.plain, in templates |plain_number"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1E+3", "1000"), ("35.70", "35.7"), ("35.0", "35"), ("1.034482758620689655172413793", "1.0345"), ("0", "0"),
        ("-0.00001", "0"), ("0.0875", "0.0875"), ("0.00005", "0.0001"), ("100", "100"), ("-2.50", "-2.5"),
        ("9999999.99999", "10000000"),
    ],
)  # fmt: skip
def test_a_number_as_people_read_it(value: str, written: str) -> None:
    assert plain(Decimal(value)) == written
