"""FHIR with what nobody sees, numbers and days that cannot be: each is a fault in words, never an error or a fact."""

import json
from typing import Any

import pytest

from sereniv.exchange.incoming.contents import Incoming, Unreadable
from sereniv.exchange.incoming.resources import MOST_LISTS, MOST_RESOURCES, resources_of
from tests.exchange.incoming.test_fhir import IDA, OF_IDA, bundle, observed, read

UNSEEN = ["\u200b", "\u00ad", "\u202e", "\0", "\ud800", "\u3164"]
TAKES = {**OF_IDA, "resourceType": "MedicationStatement", "status": "active"}
ALLERGY = {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/ida"}}
HAS = {**OF_IDA, "resourceType": "Condition"}
INFUSED: dict[str, Any] = {
    **OF_IDA, "resourceType": "MedicationAdministration", "status": "completed",
    "medicationCodeableConcept": {"text": "Ketamine"}, "effectiveDateTime": "2025-09-04",
    "dosage": {"route": {"text": "Intravenous"}, "dose": {"value": 35, "code": "mg"}},
}  # fmt: skip
WEIGHT = observed("29463-7", valueQuantity={"value": 70, "code": "kg"})
PHQ = observed("44261-6", valueInteger=9)


def fault(resource: dict[str, Any], number: str = "") -> str:
    """Read one resource beside its person, its value 123456789 written as `number`; return its one fault."""
    others = () if resource["resourceType"] == "Patient" else (IDA,)
    found = read(bundle(*others, resource).replace(b"123456789", number.encode() or b"123456789"))
    assert not found.facts
    assert len(found.people) == len(others)
    (one,) = found.faults
    assert one.words.isprintable()
    assert len(one.words) < 600
    return one.words


WRITTEN = {
    "a medicine": lambda text: {**TAKES, "medicationCodeableConcept": {"text": text}},
    "a medicine's code": lambda text: {**TAKES, "medicationCodeableConcept": {"coding": [{"display": text}]}},
    "an allergy": lambda text: {**ALLERGY, "code": {"text": text}},
    "a condition": lambda text: {**HAS, "code": {"text": text}},
    "a condition's code": lambda text: {
        **HAS, "code": {"text": "x", "coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": text}]},
    },
    "an infusion": lambda text: {**INFUSED, "medicationCodeableConcept": {"text": text}},
    "a line of an address": lambda text: {**IDA, "address": [{"line": [text]}]},
    "a city": lambda text: {**IDA, "address": [{"city": text}]},
    "a telephone": lambda text: {**IDA, "telecom": [{"system": "phone", "value": f"303 555 {text} 0199"}]},
    "a given name": lambda text: {**IDA, "name": [{"family": "Test", "given": [text]}]},
    "an id": lambda text: {**IDA, "id": text},
    "a unit": lambda text: {**WEIGHT, "valueQuantity": {"value": 70, "unit": text}},
    "whose it is": lambda text: {**WEIGHT, "subject": {"reference": f"Patient/{text}"}},
}  # fmt: skip


@pytest.mark.parametrize("sign", UNSEEN, ids=[f"{ord(sign):04X}" for sign in UNSEEN])
@pytest.mark.parametrize("place", list(WRITTEN))
def test_a_text_with_what_nobody_sees_is_a_fault(place: str, sign: str) -> None:
    assert "cannot be seen" in fault(WRITTEN[place](f"phenel{sign}zine"))


def test_what_stays_behind_needs_no_legible_name() -> None:
    found: Incoming = read(bundle(IDA, {**PHQ, "code": {"text": "shoe\u200bsize"}}))
    assert not found.faults
    assert found.left_out == {"Observation: without a legible name": 1}


@pytest.mark.parametrize("number", ["1e60", "1e999999999", "-1e999999999", "1e-400000", "0." + "1" * 3000])
@pytest.mark.parametrize(
    "resource",
    [
        {**WEIGHT, "valueQuantity": {"value": 123456789, "code": "kg"}},
        {**INFUSED, "dosage": {**INFUSED["dosage"], "dose": {"value": 123456789, "code": "mg"}}},
        observed("44261-6", valueQuantity={"value": 123456789}),
    ],
    ids=["weight", "dose", "PHQ-9"],
)  # fmt: skip
def test_a_number_that_is_nobodys_is_a_fault(resource: dict[str, Any], number: str) -> None:
    assert "cannot be a number of this" in fault(resource, number)


DAYS = {
    "0001-01-01T00:00:00+14:00": "too long ago", "9999-12-31T23:59:59-14:00": "not come yet",
    "1899-12-31": "too long ago", "2026-03-03": "not come yet", "2026-03-02T23:30:00-01:00": "not come yet",
    "2025-03-04x": "is no", "2025-W10-2": "is no date",
}  # fmt: skip


@pytest.mark.parametrize("day", list(DAYS))
@pytest.mark.parametrize(
    ("resource", "name"),
    [
        (WEIGHT, "effectiveDateTime"), (PHQ, "effectiveDateTime"), (INFUSED, "effectiveDateTime"),
        ({**HAS, "code": {"text": "x"}}, "onsetDateTime"), (IDA, "birthDate"),
    ],
    ids=["weight", "score", "infusion", "condition", "birth"],
)  # fmt: skip
def test_a_day_that_cannot_be_is_a_fault(resource: dict[str, Any], name: str, day: str) -> None:
    if name != "effectiveDateTime" and day == "2026-03-02T23:30:00-01:00":
        pytest.skip("of these the day alone is read")
    assert DAYS[day] in fault({**resource, name: day})


def test_a_total_of_answers_is_whole_and_a_medicine_is_never_cut() -> None:
    assert "0.5 is no total" in fault(observed("44261-6", valueQuantity={"value": 0.5}))
    name = "x" * 120 + " phenelzine"
    assert "131 characters are too many" in fault({**TAKES, "medicationCodeableConcept": {"text": name}})
    assert "3000000 characters are too many" in fault({**IDA, "id": "i" * 3_000_000})


@pytest.mark.slow
def test_a_file_of_more_than_is_read_is_refused_before_room_is_made_for_it() -> None:
    with pytest.raises(Unreadable, match="more than is read"):
        resources_of(b'{"resourceType":"Bundle","entry":[' + b"[]," * MOST_LISTS + b"[]]}")
    with pytest.raises(Unreadable, match=f"at most {MOST_RESOURCES}"):
        resources_of(b'{"resourceType":"Patient"}\n' * (MOST_RESOURCES + 1) + b"{")


def test_a_text_may_hold_a_sign_that_ends_lines_elsewhere() -> None:
    line = json.dumps({**IDA, "name": [{"family": "Test", "given": ["Ida\u2028Zoe"]}]}, ensure_ascii=False)
    found = read(f"{line}\r\n{json.dumps(WEIGHT)}\n".encode())
    assert found.people[0].who.given_names == "Ida Zoe"
    assert len(found.facts) == 1
