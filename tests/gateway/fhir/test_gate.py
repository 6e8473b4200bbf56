"""The gate catches what is wrong: each kind of fault by at least one of its three, for none of them catches all."""

from copy import deepcopy
from typing import Any

import pytest

from tests.gateway.fhir.gate import wrong_with

PULSE: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "12-heart-rate",
    "status": "final",
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                              "code": "vital-signs"}]}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2026-03-02T12:00:00+00:00",
    "valueQuantity": {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
}  # fmt: skip

FAULTS: dict[str, dict[str, Any]] = {
    "no code": {"code": None},
    "an unknown field": {"pulse": 72},
    "a status of no list": {"status": "done"},
    "a number in words": {"valueQuantity": {**PULSE["valueQuantity"], "value": "72"}},
    "a time without zone": {"effectiveDateTime": "2026-03-02T12:00:00"},
    "a day that is none": {"effectiveDateTime": "2026-13-40"},
    "two values": {"valueString": "fast"},
    "nobody": {"subject": None},
    "no time": {"effectiveDateTime": None},
    "another unit": {"valueQuantity": {**PULSE["valueQuantity"], "code": "bpm"}},
    "no value": {"valueQuantity": None},
    "an id with a sign of no id": {"id": "12-heart_rate"},
    "a pressure without halves": {"code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}},
}


def test_a_good_one_passes() -> None:
    assert wrong_with(PULSE) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught(fault: str) -> None:
    broken = deepcopy(PULSE) | FAULTS[fault]
    assert wrong_with({name: value for name, value in broken.items() if value is not None})
