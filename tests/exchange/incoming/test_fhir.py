"""FHIR R4 that others wrote: what has a place here is taken, the rest is counted, faults are named by their path."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sereniv.exchange.incoming.contents import (
    AllergicTo,
    DiagnosedThere,
    Incoming,
    Infused,
    MeasuredThere,
    Scored,
    Takes,
    Unreadable,
)
from sereniv.exchange.incoming.fhir import incoming
from sereniv.exchange.incoming.resources import is_fhir, resources_of
from sereniv.knowledge import knowledge
from tests.exchange.incoming.samples import samples

IDA: dict[str, Any] = {
    "resourceType": "Patient", "id": "ida", "name": [{"family": "Test", "given": ["Ida", "Zoë"]}],
    "birthDate": "1980-01-02", "gender": "female",
}  # fmt: skip
OF_IDA = {"subject": {"reference": "Patient/ida"}}


def read(content: bytes) -> Incoming:
    """Read one file."""
    return incoming(resources_of(content), knowledge(), UTC, date(2026, 3, 2))


def bundle(*resources: dict[str, Any]) -> bytes:
    """Write resources as a bundle."""
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}).encode()


def wrong(found: Incoming) -> list[str]:
    """Say every fault in a line."""
    return [each.words for each in found.faults]


@pytest.mark.parametrize("name", sorted(samples("synthea")))
def test_a_person_of_synthea_comes_in_as_written_and_the_rest_is_counted(name: str) -> None:
    content = samples("synthea")[name]
    found = read(content)
    assert not found.faults
    (somebody,) = found.people
    held = Counter(each["resource"]["resourceType"] for each in json.loads(content)["entry"])
    patient = next(each["resource"] for each in json.loads(content)["entry"] if "birthDate" in each["resource"])
    assert somebody.who.born == date.fromisoformat(patient["birthDate"])
    for kind in ("Claim", "Encounter", "Immunization", "Organization"):
        assert found.left_out[kind] == held[kind]
    from_observations = {each.row for each in found.facts if isinstance(each, MeasuredThere | Scored)}
    left = sum(count for what, count in found.left_out.items() if what.startswith("Observation"))
    assert len(from_observations) + left == held["Observation"], "each is taken or counted"


def test_liz_conn_is_known_by_what_she_has_and_takes() -> None:
    (name,) = (each for each in samples("synthea") if each.startswith("Liz"))
    facts = read(samples("synthea")[name]).facts
    assert [each.written for each in facts if isinstance(each, Takes)] == ["Hydrochlorothiazide 25 MG"]
    (had,) = (each for each in facts if isinstance(each, DiagnosedThere))
    assert (had.written, had.since) == ("Hypertension (SNOMED CT 38341003)", date(2005, 7, 29))
    weights = [each for each in facts if isinstance(each, MeasuredThere) and each.what == "weight_kg"]
    assert len(weights) == 3
    assert all(each.value == round(each.value, 1) for each in weights)
    assert {each.scale for each in facts if isinstance(each, Scored)} == {"nrs"}


@pytest.mark.parametrize("name", sorted(samples("examples")))
def test_every_example_of_r4_is_taken_or_left_with_a_reason(name: str) -> None:
    found = read(samples("examples")[name])
    taken = len(found.people) + len(found.facts)
    assert (taken > 0) + (len(found.faults) > 0) + (sum(found.left_out.values()) > 0) == 1, "one of the three, not two"


def test_lines_are_read_like_a_bundle_and_a_person_of_another_file_is_told_by_number() -> None:
    allergy = {"resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/ida"},
               "code": {"text": "Penicillin"}}  # fmt: skip
    lines = "\n".join(json.dumps(each) for each in (allergy, IDA)) + "\n"
    found = read(b"\xef\xbb\xbf" + lines.encode())
    assert [each.who.given_names for each in found.people] == ["Ida Zoë"]
    (fact,) = read(json.dumps(allergy).encode()).facts
    assert isinstance(fact, AllergicTo)
    assert (fact.who.number, fact.written, found.people[0].who.number) == ("ida", "Penicillin", "ida")


def test_what_says_none_resolved_refuted_or_twice_says_so() -> None:
    at = {"patient": {"reference": "Patient/ida"}, "resourceType": "AllergyIntolerance"}
    none = {**at, "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}}
    refuted = {**at, "code": {"text": "latex"}, "verificationStatus": {"coding": [{"code": "refuted"}]}}
    taken = {**OF_IDA, "resourceType": "MedicationRequest", "status": "active",
             "medicationReference": {"reference": "Medication/m"}}  # fmt: skip
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "Lithium carbonate"}}
    changed = {**taken, "modifierExtension": [{"url": "https://example.test/never"}]}
    found = read(bundle(IDA, none, refuted, taken, taken, changed, drug))
    assert [each.written for each in found.facts if isinstance(each, AllergicTo)] == [""]
    assert [each.written for each in found.facts if isinstance(each, Takes)] == ["Lithium carbonate"]
    assert found.left_out == {
        "AllergyIntolerance, refuted": 1, "Takes: said twice": 1, "Medication": 1,
        "MedicationRequest with an extension that changes what it means": 1,
    }  # fmt: skip


def test_an_infusion_of_ketamine_elsewhere_is_one_with_its_mg() -> None:
    given = {
        **OF_IDA, "resourceType": "MedicationAdministration", "status": "completed",
        "medicationCodeableConcept": {"text": "Ketamine 10 MG/ML Injectable Solution"},
        "effectivePeriod": {"start": "2025-09-04T23:30:00-06:00"},
        "dosage": {"route": {"text": "Intravenous route"}, "dose": {"value": 35.5, "code": "mg"}},
    }  # fmt: skip
    nasal = {**given, "dosage": {"route": {"text": "nasal"}}}
    found = read(bundle(IDA, given, nasal, {**given, "status": "not-done"}))
    (fact,) = found.facts
    assert isinstance(fact, Infused)
    assert (fact.on, fact.mg) == (date(2025, 9, 5), Decimal("35.5")), "the day in the clinic's zone"
    assert found.left_out == {"MedicationAdministration that is no ketamine infusion given": 2}


def observed(loinc: str, **more: object) -> dict[str, Any]:
    """Return an observation of Ida's."""
    return {
        **OF_IDA, "resourceType": "Observation", "status": "final", "effectiveDateTime": "2025-09-04T10:00:00Z",
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]}, **more,
    }  # fmt: skip


def test_a_weight_in_pounds_is_kilograms_and_a_total_is_a_score() -> None:
    pounds = observed("29463-7", valueQuantity={"value": 157, "code": "[lb_av]"})
    total = observed("44261-6", valueInteger=19)
    under = observed("8867-4", valueQuantity={"value": 60, "code": "/min", "comparator": "<"})
    found = read(bundle(IDA, pounds, total, under))
    weight, score = found.facts
    assert isinstance(weight, MeasuredThere)
    assert (weight.what, weight.value, weight.at) == (
        "weight_kg", Decimal("71.2"), datetime(2025, 9, 4, 10, tzinfo=UTC),
    )  # fmt: skip
    assert isinstance(score, Scored)
    assert (score.scale, score.total) == ("phq9", 19)
    assert sum(found.left_out.values()) == 1, "less than sixty is no measurement"


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (observed("29463-7", valueQuantity={"value": 7000, "code": "kg"}), "Weight 7000.0 kg cannot be a measurement"),
        (observed("29463-7", valueQuantity={"value": 70, "code": "stone"}), "“stone” is no unit"),
        (observed("29463-7", valueQuantity={"value": "70", "code": "kg"}), "“70” is no number"),
        (observed("44261-6", valueInteger=28), "28 is no total of PHQ-9"),
        (observed("44261-6", valueInteger=9, effectiveDateTime="2025-09-04T10:00:00"), "no offset from UTC"),
        (observed("44261-6", valueInteger=9, effectiveDateTime="2026-13-40"), "“2026-13-40” is no date"),
        (observed("44261-6", valueInteger=9, effectiveDateTime="2026"), "does not say on which day"),
        (observed("44261-6", valueInteger=9, subject={"reference": "urn:uuid:nobody"}), "is nobody of this file"),
        (observed("44261-6", valueInteger=9, code=["x"]), "No object"),
        ({**IDA, "birthDate": "1980"}, "no whole day of birth"), ({**IDA, "gender": "unknown"}, "sex at birth"),
        ({**IDA, "birthDate": "2027-01-01"}, "has not come yet"), ({**IDA, "name": "Ida"}, "No list of objects"),
        ({**IDA, "name": [{"family": "Te\u202est"}]}, "cannot be seen"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_fault_by_its_path(resource: dict[str, Any], words: str) -> None:
    found = read(bundle({**IDA, "id": "ida"}, resource) if resource["resourceType"] != "Patient" else bundle(resource))
    (fault,) = found.faults
    assert words in f"{fault.words}{fault.row}"
    assert fault.column, "the path is named"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "no JSON"), (b'{"resourceType": 7}', "no resourceType"), (b"[1]", "no FHIR resource"),
        (b'{"resourceType":"Bundle","entry":{}}', "Bundle.entry is no list"),
        (b'{"resourceType":"Bundle","entry":[{}]}', "Entry 1 is no FHIR resource"),
        (b'{"resourceType":"Patient"}\n{"resourceType":\n', "Line 2 is no JSON"),
        (b'{"resourceType":"Patient","name":"\xfc"}', "not UTF-8"),
        (b'{"a":' * 100_000, "nested deeper"), (b'{"resourceType":"Observation","value":NaN}', "NaN is no number"),
    ],
)  # fmt: skip
def test_what_is_no_fhir_is_refused_by_name(content: bytes, words: str) -> None:
    assert is_fhir(content)
    with pytest.raises(Unreadable, match=words):
        resources_of(content)
