"""Clients that others wrote read this record: fhirpy and SMART's fhirclient, each by its own models."""

import pytest
from fhirclient import client as smart
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from tests.gateway.letting_in import App
from tests.gateway.through_django import no_wire
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
ADDRESS = "http://testserver/fhir"


@pytest.fixture(autouse=True)
def of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    no_wire(monkeypatch)


def test_fhirpy_reads_searches_and_follows_pages(reader: App, ida: str) -> None:
    client = SyncFHIRClient(ADDRESS, authorization=f"Bearer {reader.token()}")
    patient = client.reference("Patient", ida).to_resource()
    assert patient.get_by_path(["name", 0, "family"]) == registration().family_name
    vitals = client.resources("Observation").search(patient=ida, category="vital-signs").fetch_all()
    assert {each["code"]["coding"][0]["code"] for each in vitals} == {"29463-7", "85354-9"}
    in_pages = client.resources("Observation").search(patient=ida).limit(2).fetch_all()
    at_once = client.resources("Observation").search(patient=ida).fetch_raw()
    assert [each.id for each in in_pages] == [each["resource"]["id"] for each in at_once["entry"]]
    assert len(in_pages) > 4


def test_fhirpy_is_told_no_in_fhirs_own_words(reader: App, ida: str) -> None:
    client = SyncFHIRClient(ADDRESS, authorization=f"Bearer {reader.token()}")
    with pytest.raises(ResourceNotFound):
        client.reference("Observation", "1-pressure").to_resource()
    with pytest.raises(OperationOutcome, match="Say whose"):
        client.resources("Observation").fetch()
    with pytest.raises(OperationOutcome, match="never changed"):
        client.resource("Observation", id="1-a", status="final").save()


def test_smarts_own_client_reads_by_its_models(reader: App, ida: str) -> None:
    record = smart.FHIRClient(settings={"app_id": reader.id, "api_base": ADDRESS})
    record.server.session.headers["Authorization"] = f"Bearer {reader.token()}"
    statement = record.server.capabilityStatement
    assert statement.fhirVersion == "4.0.1"
    patient = Patient.read(ida, record.server)
    assert patient.birthDate.date == registration().born
    found = list(Observation.where({"patient": ida, "code": "85354-9"}).perform_resources_iter(record.server))
    assert [each.component[0].valueQuantity.code for each in found] == ["mm[Hg]"]
    assert [each.component[1].dataAbsentReason.coding[0].code for each in found] == ["not-performed"]
    scores = list(
        Observation.where({"patient": ida, "code": "http://loinc.org|44261-6"}).perform_resources_iter(record.server)
    )
    assert [None if each.valueQuantity is None else each.valueQuantity.value for each in scores] == [13, None]
