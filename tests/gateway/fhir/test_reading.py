"""Another record reads this one: what it may, whole, and nothing beside it."""

import pytest

from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import people
from tests.conftest import NOON, ActMaker
from tests.gateway.letting_in import App
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db


def test_a_person_is_read_as_the_register_has_them(reader: App, ida: str) -> None:
    answer = reader.client().get(f"/fhir/Patient/{ida}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/fhir+json")
    found = answer.json()
    assert found["name"][0]["family"] == registration().family_name
    assert found["birthDate"] == registration().born.isoformat()
    assert answer["ETag"] == 'W/"1"'


def test_a_value_keeps_its_digits_its_unit_and_its_id(reader: App, ida: str) -> None:
    client = reader.client()
    answer = client.get(f"/fhir/Observation?patient={ida}&code=http://loinc.org|29463-7")
    (entry,) = answer.json()["entry"]
    weight = entry["resource"]
    assert '"value":71.0,' in answer.content.decode(), "one place was written"
    assert weight["valueQuantity"]["code"] == "kg"
    again = client.get(f"/fhir/Observation/{weight['id']}")
    assert again.json() == weight


def test_half_a_pressure_says_which_half_was_not_taken(reader: App, ida: str) -> None:
    (entry,) = reader.client().get(f"/fhir/Observation?patient={ida}&code=85354-9").json()["entry"]
    systolic, diastolic = entry["resource"]["component"]
    assert systolic["valueQuantity"] == {
        "value": 124, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]",
    }  # fmt: skip
    assert diastolic["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "valueQuantity" not in diastolic


def test_a_scale_is_read_item_by_item_and_its_ninth_is_found_by_itself(reader: App, ida: str) -> None:
    client = reader.client()
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


def test_pages_go_on_where_they_ended_while_somebody_charts(reader: App, ida: str, act: ActMaker) -> None:
    """What is charted between two pages comes at the end: nothing is read twice, and nothing is passed over."""
    client = reader.client()
    for address in (f"/fhir/Observation?patient={ida}&_count=2", f"/fhir/Patient/{ida}/$everything?_count=3"):
        before = [each["resource"]["id"] for each in client.get(f"{address}00").json()["entry"]]
        seen: list[str] = []
        following = address
        while following:
            page = client.get(following).json()
            seen += [each["resource"]["id"] for each in page["entry"] if each["search"]["mode"] == "match"]
            links = {each["relation"]: each["url"] for each in page["link"]}
            following = links.get("next", "").removeprefix("http://testserver")
            if len(seen) < 8:
                intake.record_measurements(ida, {"weight_kg": "71.2"}, act("nurse"))
        assert len(seen) == len(set(seen))
        own = [each for each in before if not each.startswith(("staff", "clinic", "chair"))]
        assert set(own) <= set(seen)


def test_somebody_is_found_by_this_clinics_own_identifier(reader: App, ida: str) -> None:
    found = reader.client().get(f"/fhir/Patient?identifier=urn:sereniv:person|{ida}").json()["entry"]
    assert [each["resource"]["id"] for each in found] == [ida]


def test_what_was_struck_is_in_error_and_its_first_version_stays(reader: App, ida: str, act: ActMaker) -> None:
    client = reader.client()
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
