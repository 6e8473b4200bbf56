"""Another record reads this one: what it may, whole, and nothing beside it."""

from decimal import Decimal

import pytest

from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker
from tests.gateway.letting_in import App, let_in
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(act: ActMaker) -> App:
    return let_in(act("admin", second="director"))


@pytest.fixture
def ida(act: ActMaker) -> str:
    """Register somebody who was weighed, whose pressure was read in halves, and who answered."""
    person_id = people.register(registration(), act("coordinator"), demo_id("ida")).pk
    intake.record_measurements(person_id, {"weight_kg": "71.0"}, act("nurse"))
    half = pe.Measured(systolic=Decimal(124), questions={})
    with chart_store.in_turn():
        stream = chart_store.person_stream(person_id)
        chart_store.append([chart_store.New(stream=stream, event=half, at=NOON)], act("nurse").writing())
    answers.answer(person_id, "phq9", (3, 2, 1, 0, 1, 2, 3, 0, 1), "patient", act("nurse"))
    answers.answer(person_id, "phq9", (3, 2, None, 0, 1, 2, 3, 0, 0), "patient", act("nurse"))
    return str(person_id)


def test_a_person_is_read_as_the_register_has_them(app: App, ida: str) -> None:
    answer = app.client().get(f"/fhir/Patient/{ida}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/fhir+json")
    found = answer.json()
    assert found["name"][0]["family"] == registration().family_name
    assert found["birthDate"] == registration().born.isoformat()
    assert answer["ETag"] == 'W/"1"'


def test_a_value_keeps_its_digits_its_unit_and_its_id(app: App, ida: str) -> None:
    client = app.client()
    answer = client.get(f"/fhir/Observation?patient={ida}&code=http://loinc.org|29463-7")
    (entry,) = answer.json()["entry"]
    weight = entry["resource"]
    assert '"value":71.0,' in answer.content.decode(), "one place was written"
    assert weight["valueQuantity"]["code"] == "kg"
    again = client.get(f"/fhir/Observation/{weight['id']}")
    assert again.json() == weight


def test_half_a_pressure_says_which_half_was_not_taken(app: App, ida: str) -> None:
    (entry,) = app.client().get(f"/fhir/Observation?patient={ida}&code=85354-9").json()["entry"]
    systolic, diastolic = entry["resource"]["component"]
    assert systolic["valueQuantity"] == {
        "value": 124, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]",
    }  # fmt: skip
    assert diastolic["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "valueQuantity" not in diastolic


def test_a_scale_is_read_item_by_item_and_its_ninth_is_found_by_itself(app: App, ida: str) -> None:
    client = app.client()
    responses = client.get(
        f"/fhir/QuestionnaireResponse?patient={ida}&_revinclude=Observation:derived-from"
    ).json()["entry"]  # fmt: skip
    forms = [each["resource"] for each in responses if each["search"]["mode"] == "match"]
    assert [len(each["item"]) for each in forms] == [9, 9]
    assert forms[0]["item"][8]["linkId"] == "/44260-8"
    assert "answer" not in forms[1]["item"][2], "a blank is no answer"
    came = [each["resource"] for each in responses if each["search"]["mode"] == "include"]
    totals = {each["derivedFrom"][0]["reference"]: each for each in came if each["id"].endswith("-score")}
    first, second = (totals[f"QuestionnaireResponse/{each['id']}"] for each in forms)
    assert first["valueQuantity"]["value"] == 13
    assert "valueQuantity" not in second
    assert second["dataAbsentReason"]
    ninth = [each["valueInteger"] for each in came if each["id"].endswith("-suicide-item")]
    assert ninth == [1, 0]


def test_what_was_struck_is_in_error_and_its_first_version_stays(app: App, ida: str, act: ActMaker) -> None:
    client = app.client()
    chart = chart_store.person_chart(ida)
    measured = chart.measurements[0]
    people.strike_record(ida, measured.stream_seq, "The scales stood on the carpet", act("nurse"))
    found = client.get(f"/fhir/Observation/{measured.seq}-weight-kg")
    assert (found.json()["status"], found["ETag"]) == ("entered-in-error", 'W/"2"')
    told = client.get(f"/fhir/Observation/{measured.seq}-weight-kg/_history").json()
    assert [each["resource"]["status"] for each in told["entry"]] == ["entered-in-error", "final"]
    assert told["total"] == 2
    first = client.get(f"/fhir/Observation/{measured.seq}-weight-kg/_history/1").json()
    assert (first["status"], first["valueQuantity"]["unit"]) == ("final", "kg")
    assert client.get(f"/fhir/Observation/{measured.seq}-weight-kg/_history/3").status_code == 404
    assert NOON.isoformat()[:10] in first["effectiveDateTime"]
