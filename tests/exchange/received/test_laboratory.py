"""A laboratory's result is read with its own limits in its own unit; what does not fit is said, nothing converted."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.received.laboratory import ANALYTES, Reported, reported
from sereniv.exchange.received.reading import said_by
from sereniv.exchange.received.text import read_object
from sereniv.knowledge import knowledge
from sereniv.verify import canonical
from tests.gateway.sending import result

ZONE, TODAY = ZoneInfo("Europe/Berlin"), date(2026, 3, 2)


def read(resource: dict[str, Any]) -> Reported:
    return reported(read_object(canonical(resource)), ZONE, TODAY)


def ranged(**ends: tuple[float, str]) -> list[dict[str, Any]]:
    return [{name: {"value": value, "code": unit} for name, (value, unit) in ends.items()}]


def test_a_result_is_read_with_its_limits_and_said_in_words() -> None:
    found = read(result("x", "1742-6", 22))
    assert (str(found.value), found.unit, str(found.high)) == ("22", "U/L", "40")
    assert (found.words, found.doubt, found.is_within) == ("ALT 22 U/L, limits 0 to 40, 27 Feb 2026", "", True)
    above = read(result("x", "1742-6", 41))
    assert (above.doubt, above.is_within) == ("", False)


DOUBTS: tuple[tuple[dict[str, Any], str], ...] = (
    (result("x", referenceRange=ranged(high=(0.67, "ukat/L"))), "The value is in U/L, its limit in ukat/L"),
    (result("x", referenceRange=[{"high": {"value": 40}}]), "its limit in no unit"),
    (result("x", referenceRange=[]), "Without the laboratory's own limits"),
    (result("x", referenceRange=ranged(high=(40, "U/L")) * 2), "More than one normal range"),
    (result("x", referenceRange=ranged(high=(0, "U/L"))), "Its upper limit is 0"),
    (result("x", "1975-2", 9, 21, "umol/L"), "It is read in mg/dL, and was sent in umol/L"),
    (result("x", "14631-6", 0.6, 1.2, "mg/dL"), "It is read in µmol/L, and was sent in mg/dL"),
    (result("x", "2160-0", 0.9, 1.2, "g/L"), "was sent in g/L"),
    (
        result("x", "3016-3", 2, 4, "m[IU]/L", referenceRange=ranged(high=(4, "m[IU]/L"))),
        "Without the laboratory's own limits",
    ),
    (result("x", "2823-3", 6.9, 5.1, "mmol/L"), "No rule here reads Potassium by itself"),
    (result("x", valueQuantity={"value": 5, "code": "U/L", "comparator": "<"}), "It is no single number"),
)


@pytest.mark.parametrize(("resource", "doubt"), DOUBTS)
def test_what_does_not_fit_is_received_and_charted_by_no_tap(resource: dict[str, Any], doubt: str) -> None:
    assert doubt in read(resource).doubt


@pytest.mark.parametrize(
    ("marks", "resource", "within"),
    [
        ((), result("x", referenceRange=[]), False),
        (("N",), result("x", referenceRange=[]), True),
        (("H",), result("x"), False),
        (("N",), result("x", "1742-6", 400), False),
        (("POS",), result("x", "2106-3"), False),
    ],
)
def test_what_is_not_known_to_be_within_asks(marks: tuple[str, ...], resource: dict[str, Any], within: bool) -> None:
    resource = {**resource, "interpretation": [{"coding": [{"code": each}]} for each in marks]}
    assert read(resource).is_within is within


def test_words_stand_for_a_number_where_there_is_none() -> None:
    words = {name: each for name, each in result("x", "2110-5").items() if name != "valueQuantity"}
    said = said_by({**words, "valueString": "positive"}, knowledge(), ZONE, TODAY)
    assert said.written == "hCG in serum positive, no limits, 27 Feb 2026"
    assert said.asks


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"status": "preliminary"}, "Observation.status"),
        ({"status": "entered-in-error"}, "Observation.status"),
        ({"effectiveDateTime": "2026-03-04"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2026-02-27T09:30:00"}, "Observation.effectiveDateTime"),
        ({"effectiveDateTime": "2026-02"}, "Observation.effectiveDateTime"),
        ({"valueQuantity": {"value": -5, "code": "U/L"}}, "Observation.valueQuantity.value"),
        ({"valueQuantity": {}}, "Observation.value"),
        ({"component": [{"code": {"text": "AST"}}]}, "Observation.component"),
        ({"code": {"coding": [{"system": "http://loinc.org", "code": each} for each in ("1742-6", "1920-8")]}},
         "Observation.code"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused_by_its_path(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(Failed) as no:
        said_by(read_object(canonical({**result("x"), **changed})), knowledge(), ZONE, TODAY)
    assert no.value.where == where


def test_every_item_and_unit_is_one_of_the_work_up() -> None:
    rows = knowledge().work_up
    for each in ANALYTES.values():
        if each.item:
            assert each.item in rows
            row = rows[each.item]
            assert not row.gate_above or each.id in row.gate_above
            assert not row.units or set(each.units.values()) <= set(row.units[each.id])


@pytest.mark.parametrize("code", sorted(ANALYTES))
def test_every_code_has_its_check_digit(code: str) -> None:
    digits, _, check = code.partition("-")
    doubled = [int(each) * (2 if place % 2 == 0 else 1) for place, each in enumerate(reversed(digits))]
    assert (10 - sum(each - 9 if each > 9 else each for each in doubled) % 10) % 10 == int(check)
