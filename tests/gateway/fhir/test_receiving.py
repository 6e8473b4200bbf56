"""What another record sends is received as it came, once, for whom it names, or refused by its path: never charted."""

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from fhirpy import SyncFHIRClient

from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.gateway.fhir import receiving
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.workflows.admin import apps
from sereniv.clinic.workflows.inbox import receiving as inbox_receiving
from sereniv.clinic.workflows.person import joining, people
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.received import inbox, waiting
from tests.conftest import ActMaker
from tests.gateway.letting_in import OTHER_KEY, App, let_in
from tests.gateway.sending import (
    SENDS,
    SENT,
    allergy,
    condition,
    medicine,
    patient,
    phq9,
    posted,
    result,
    transaction,
    weight,
)
from tests.gateway.through_django import no_wire
from tests.workflows.erasing import erase_person
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried_sending() -> None:
    receiving.SENDS.begin_anew()


@pytest.fixture
def sender(act: ActMaker) -> App:
    return let_in(act("admin", second="director"), "Practice record", SENDS)


@pytest.fixture
def client(sender: App) -> Client:
    return sender.client(" ".join(SENDS))


@pytest.fixture
def bodil(act: ActMaker) -> str:
    """Return somebody else."""
    who = replace(registration(), family_name="Borg", given_names="Bodil")
    return str(people.register(who, act("coordinator"), demo_id("bodil"), told_apart=[str(demo_id("ida"))]).pk)


def calm(person: str) -> dict[str, Any]:
    return phq9(person, *[0] * 9)


def received(person: str) -> list[pe.RecordReceived]:
    return [each.received.event for each in inbox(chart_store.person_chart(uuid.UUID(person)))]


def issue(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()
    assert found["resourceType"] == "OperationOutcome"
    return dict(found["issue"][0])


def where(answer: Any) -> str:
    return str(issue(answer)["expression"][0])


def test_it_is_kept_sign_for_sign_and_is_in_no_chart(client: Client, sender: App, ida: str) -> None:
    text = json.dumps(allergy(ida, "pénicilline"), indent=3, ensure_ascii=False).replace('"code"', '"code" ')
    answer = posted(client, text.encode(), "/fhir/AllergyIntolerance")
    assert answer.status_code == 201, answer.content
    (one,) = received(ida)
    assert one.body == text
    assert (one.app, one.sent_by, one.named) == (sender.id, "Practice record", f"Patient/{ida}")
    assert (one.kind, one.written, one.holds) == (pe.ReceivedKind.ALLERGY, "pénicilline", True)
    assert chart_store.person_chart(uuid.UUID(ida)).history(pe.HistoryList.ALLERGIES) is None
    assert client.get(f"/fhir/AllergyIntolerance?patient={ida}").json()["total"] == 0


def test_it_is_read_back_where_location_says_as_it_came(client: Client, ida: str) -> None:
    sent = weight(ida, note=[{"text": "öfter 2.50"}], id="mine", meta={"versionId": "7"})
    text = json.dumps(sent, ensure_ascii=False).replace("71.5", "71.50")
    answer = posted(client, text, "/fhir/Observation")
    found = client.get(answer["Location"].removeprefix("http://testserver"))
    assert found.status_code == 200
    assert found.content == answer.content
    assert '"value": 71.50, ' in found.content.decode()
    told = found.json()
    assert {**told, "id": "mine", "meta": {"versionId": "7"}} == sent
    assert told["id"] == answer["Location"].rpartition("/")[2]
    assert (answer["ETag"], found["ETag"], told["meta"]["versionId"]) == ('W/"1"', 'W/"1"', "1")
    assert client.get(f"{answer['Location'].removeprefix('http://testserver')}/_history/1").content == found.content
    assert client.get(f"{answer['Location'].removeprefix('http://testserver')}/_history/2").status_code == 404


@pytest.mark.parametrize(
    ("make", "kind", "written"),
    [
        (condition, pe.ReceivedKind.CONDITION, "Glaucoma"),
        (medicine, pe.ReceivedKind.MEDICINE, "sertraline 50 mg"),
        (result, pe.ReceivedKind.LABORATORY, "ALT 22 U/L, limits 0 to 40, 27 Feb 2026"),
        (calm, pe.ReceivedKind.ANSWERS, "PHQ-9 0, 27 Feb 2026"),
        (weight, pe.ReceivedKind.MEASUREMENT, "Weight 71.5 kg, 27 Feb 2026 08:30"),
        (patient, pe.ReceivedKind.DETAILS, "Lind, Ida; born 2 Feb 1980"),
    ],
)
def test_each_type_is_read_in_words(client: Client, ida: str, make: Any, kind: str, written: str) -> None:
    answer = posted(client, make(ida))
    assert answer.status_code == 201, answer.content
    (one,) = received(ida)
    assert (one.kind, one.written) == (kind, written)


@pytest.mark.parametrize(
    ("resource", "written"),
    [
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}, "clinicalStatus": {}}, "penicillin"),
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, "penicillin"),
    ],
)
def test_what_its_sender_takes_back_says_so(client: Client, ida: str, resource: dict[str, Any], written: str) -> None:
    made = {name: value for name, value in {**allergy(ida), **resource}.items() if value}
    assert posted(client, made).status_code == 201
    (one,) = received(ida)
    assert (one.written, one.holds) == (written, False)


def test_the_same_text_is_one_however_often_it_is_sent(client: Client, ida: str) -> None:
    first, again = posted(client, allergy(ida)), posted(client, allergy(ida))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first["Location"] == again["Location"]
    assert len(received(ida)) == 1
    assert posted(client, allergy(ida, "latex")).status_code == 201


def test_if_none_exist_is_answered_from_what_this_app_sent(client: Client, ida: str, act: ActMaker) -> None:
    known = {"identifier": [{"system": "urn:practice", "value": "a-17"}]}
    unless = {"If-None-Exist": "identifier=urn:practice|a-17"}
    first = posted(client, allergy(ida, **known), **unless)
    again = posted(client, allergy(ida, "penicillin G", **known), **unless)
    assert (first.status_code, again.status_code, again["Location"]) == (201, 200, first["Location"])
    other = let_in(act("admin", second="director"), "Hospital record", SENDS, OTHER_KEY).client(" ".join(SENDS))
    assert posted(other, allergy(ida, **known), **unless).status_code == 201
    no = posted(client, allergy(ida, "latex"), **{"If-None-Exist": "code=latex"})
    assert (no.status_code, where(no)) == (400, "If-None-Exist")
    assert len(received(ida)) == 2


def test_prefer_says_what_comes_back(client: Client, ida: str) -> None:
    minimal = posted(client, allergy(ida), Prefer="return=minimal")
    assert (minimal.status_code, minimal.content) == (201, b"")
    told = posted(client, allergy(ida, "latex"), Prefer="return=OperationOutcome")
    assert (told.status_code, issue(told)["severity"]) == (201, "information")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_updated_and_the_answer_says_how(client: Client, ida: str, method: str) -> None:
    address = posted(client, allergy(ida))["Location"].removeprefix("http://testserver")
    answer = getattr(client, method)(address, "{}", "application/fhir+json", headers={"If-Match": 'W/"1"'})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert "send it anew" in issue(answer)["details"]["text"]
    assert client.get(address).status_code == 200


def test_nobody_but_its_sender_reads_it_back(client: Client, ida: str, act: ActMaker, reader: App) -> None:
    address = posted(client, allergy(ida))["Location"].removeprefix("http://testserver")
    other = let_in(act("admin", second="director"), "Another practice", SENDS, OTHER_KEY).client(" ".join(SENDS))
    assert (other.get(address).status_code, reader.client().get(address).status_code) == (404, 404)
    assert client.get(address.replace("AllergyIntolerance", "Condition")).status_code == 404
    for number in ("0", "999999999999999999", "x", "١"):
        assert client.get(f"/fhir/Condition/{number}-received").status_code == 404
    assert Client().get(address).status_code == 401


@pytest.mark.parametrize("scope", ["system/Condition.c", "system/AllergyIntolerance.rs"])
def test_another_scope_sends_nothing(sender: App, ida: str, scope: str) -> None:
    answer = posted(sender.client(scope), allergy(ida))
    assert (answer.status_code, issue(answer)["code"]) == (403, "forbidden")
    bundle = posted(sender.client(scope), transaction(allergy(ida)), "/fhir")
    assert bundle.status_code == 403
    assert received(ida) == []


def test_no_scope_sends_everything_and_none_sends_what_is_not_received(sender: App) -> None:
    for scope in ("system/*.c", "system/*.crs", "system/Appointment.c", "system/Condition.u", "system/Condition."):
        assert sender.asks(scope=scope).status_code == 400
    told = Client().get("/fhir/.well-known/smart-configuration").json()["scopes_supported"]
    assert "system/Condition.c" in told
    assert "system/Encounter.c" not in told


def test_an_app_that_is_limited_sends_no_more(sender: App, client: Client, ida: str, act: ActMaker) -> None:
    apps.limit(sender.id, ("system/Condition.rs",), "It sent the wrong patients", act("admin"))
    assert posted(client, allergy(ida)).status_code == 403
    apps.revoke(sender.id, "The practice has another record now", act("admin"))
    assert posted(client, allergy(ida)).status_code == 401


WRONG: dict[str, tuple[Any, int, str]] = {
    "nobody": (allergy(str(uuid.uuid4())), 422, "AllergyIntolerance.patient.reference"),
    "another server": (
        {**condition("x"), "subject": {"reference": "http://elsewhere/fhir/Patient/IDA"}}, 422,
        "Condition.subject.reference",
    ),
    "a group": ({**condition("x"), "subject": {"reference": "Group/IDA"}}, 422, "Condition.subject.reference"),
    "a version of somebody": (
        {**condition("x"), "subject": {"reference": "Patient/IDA/_history/1"}}, 422, "Condition.subject.reference",
    ),
    "somebody by name alone": ({**condition("x"), "subject": {"display": "Ida Lind"}}, 422, "Condition.subject"),
    "two people": (
        {**condition("IDA"), "subject": {
            "reference": "Patient/IDA", "identifier": {"system": "urn:sereniv:person", "value": str(uuid.uuid4())},
        }}, 422, "Condition.subject",
    ),
    "a number of their own": (
        patient("x", identifier=[{"system": "urn:practice", "value": "IDA"}]), 422, "Patient.identifier",
    ),
    "an unknown element": (condition("IDA", mood="low"), 422, "Condition.mood"),
    "an unknown element within": (
        condition("IDA", code={"text": "x", "coding": [{"kode": "y"}]}), 422, "Condition.code.coding[0].kode",
    ),
    "what changes a part": (
        allergy("IDA", reaction=[{"manifestation": [{"text": "x"}], "modifierExtension": [{"url": "urn:not"}]}]), 422,
        "AllergyIntolerance.reaction[0].modifierExtension",
    ),
    "answers of another scale": (
        {**phq9("IDA", *[0] * 9), "questionnaire": "urn:x"}, 422, "QuestionnaireResponse.questionnaire",
    ),
    "a result that is not final": (result("IDA", status="registered"), 422, "Observation.status"),
    "nothing that it is": ({**condition("IDA"), "code": {}}, 422, "Condition.code"),
    "no status": ({k: v for k, v in medicine("IDA").items() if k != "status"}, 422, "MedicationStatement.status"),
    "two times": (
        weight("IDA", effectivePeriod={"start": "2026-01-01"}), 422, "Observation.effectivePeriod",
    ),
    "a time without a zone": (
        weight("IDA", effectiveDateTime="2026-02-27T09:30:00"), 422, "Observation.effectiveDateTime",
    ),
    "a day that is none": (weight("IDA", effectiveDateTime="2026-13-40"), 422, "Observation.effectiveDateTime"),
    "a day that has not come": (weight("IDA", effectiveDateTime="2031-01-01"), 422, "Observation.effectiveDateTime"),
    "a day before anybody": (weight("IDA", effectiveDateTime="1001-01-01"), 422, "Observation.effectiveDateTime"),
    "a weight of a planet": (weight("IDA", 1e25), 422, "Observation.valueQuantity.value"),
    "a weight of a truck": (weight("IDA", 7100), 422, "Observation.valueQuantity.value"),
    "stones": (weight("IDA", 11, "[stone_av]"), 422, "Observation.valueQuantity.code"),
    "a text for a number": (weight("IDA", "71"), 422, "Observation.valueQuantity.value"),
    "what is not measured here": (
        weight("IDA", code={"coding": [{"system": "http://loinc.org", "code": "2345-7"}]}), 422, "Observation.code",
    ),
    "what is not final": (weight("IDA", status="preliminary"), 422, "Observation.status"),
    "a hidden sign": (allergy("IDA", "penic\u200billin"), 422, "AllergyIntolerance.code.text"),
    "writing turned round": (allergy("IDA", "penicillin\u202e"), 422, "AllergyIntolerance.code.text"),
    "half of a sign": (allergy("IDA", "penicillin\ud800"), 422, "AllergyIntolerance.code.text"),
    "a hidden sign in an identifier": (
        allergy("IDA", identifier=[{"system": "urn:x", "value": "a\u00ad1"}]), 422,
        "AllergyIntolerance.identifier[0].value",
    ),
    "half of a sign in what is not read": (
        allergy("IDA", note=[{"text": "\ud800"}]), 422, "AllergyIntolerance.note[0].text",
    ),
    "an extension that changes what is meant": (
        allergy("IDA", modifierExtension=[{"url": "urn:x", "valueBoolean": True}]), 422,
        "AllergyIntolerance.modifierExtension",
    ),
    "a patient inside": (
        medicine("IDA", contained=[{"resourceType": "Patient"}]), 422, "MedicationStatement.contained[0].resourceType",
    ),
    "a name that is too long": (allergy("IDA", "x" * 400), 422, "AllergyIntolerance.code"),
    "a name that is none": ({**allergy("IDA"), "pat ient": 1}, 422, "AllergyIntolerance"),
    "half a sign in a name": (
        {**allergy("IDA"), "code": {"text": "x", "\udfff": 1}}, 422, "AllergyIntolerance.code",
    ),
    "an empty Patient": (patient("IDA", name=[], birthDate="1980"), 422, "Patient"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_by_its_path_and_nothing_is_stored(what: str, client: Client, ida: str) -> None:
    resource, status, path = WRONG[what]
    text = json.dumps(resource).replace("IDA", ida)
    before = Entry.objects.filter(stream=f"person/{ida}").count()
    answer = posted(client, text, f"/fhir/{resource['resourceType']}")
    assert (answer.status_code, where(answer)) == (status, path), answer.content
    in_all = posted(client, transaction(condition(ida), json.loads(text)), "/fhir")
    inner = path.partition(".")[2]
    assert (in_all.status_code, where(in_all)) == (
        status, "Bundle.entry[1].resource" + (f".{inner}" if inner else ""),
    ), in_all.content  # fmt: skip
    assert Entry.objects.filter(stream=f"person/{ida}").count() == before


NO_JSON: dict[str, tuple[bytes, int]] = {
    "nothing": (b" ", 400),
    "words": (b"penicillin", 400),
    "a list": (b"[]", 400),
    "another encoding": ('{"resourceType":"Condition","code":{"text":"\xe9"}}'.encode("latin-1"), 400),
    "two encodings": ('{"resourceType":"Condition"}'.encode("utf-16"), 400),
    "a mark before it": (b"\xef\xbb\xbf{}", 400),
    "one member twice": (b'{"resourceType":"Condition","code":{"text":"a","text":"b"}}', 400),
    "no number": (b'{"resourceType":"Condition","x":NaN}', 400),
    "a number beyond all": (b'{"resourceType":"Condition","x":1e99999999}', 400),
    "a number beyond all digits": (b'{"resourceType":"Condition","x":' + b"9" * 5000 + b"}", 400),
    "a resource of 1e60 kg": (b'{"resourceType":"Condition","x":1e60}', 400),
    "depth": (b'{"resourceType":"Condition","x":' + b"[" * 40 + b"]" * 40 + b"}", 400),
    "great depth": (b"[" * 60_000, 400),
    "size": (b'{"resourceType":"Condition","x":"' + b"x" * 70_000 + b'"}', 413),
    "great size": (b"x" * 400_000, 413),
}


@pytest.mark.parametrize("what", NO_JSON)
@pytest.mark.parametrize("address", ["/fhir/Condition", "/fhir"])
def test_what_cannot_be_read_is_never_an_error_of_ours(what: str, address: str, client: Client) -> None:
    body, status = NO_JSON[what]
    answer = posted(client, body, address)
    expected = {status, 422} if address == "/fhir" else {status}
    assert answer.status_code in expected, answer.content
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_it_is_sent_as_json_of_its_own_type(client: Client, ida: str) -> None:
    assert client.post("/fhir/Condition", "<x/>", "application/fhir+xml").status_code == 415
    other = posted(client, allergy(ida), "/fhir/Condition")
    assert (other.status_code, where(other)) == (422, "Condition.resourceType")
    assert posted(client, condition(ida), "/fhir/Encounter").status_code == 405


def test_a_transaction_is_all_or_nothing(client: Client, ida: str, bodil: str) -> None:
    no = posted(client, transaction(allergy(ida), condition(bodil), medicine(str(uuid.uuid4()))), "/fhir")
    assert (no.status_code, where(no)) == (422, "Bundle.entry[2].resource.subject.reference")
    assert received(ida) == received(bodil) == []
    yes = posted(client, transaction(allergy(ida), condition(bodil), allergy(ida)), "/fhir")
    assert yes.status_code == 200, yes.content
    lines = [each["response"] for each in yes.json()["entry"]]
    assert [each["status"] for each in lines] == ["201 Created", "201 Created", "200 OK"]
    assert lines[0]["location"] == lines[2]["location"]
    assert client.get(f"/fhir/{lines[1]['location']}").json()["code"] == {"text": "Glaucoma"}
    assert [each.written for each in received(ida)] == ["penicillin"]


def test_a_transaction_that_fails_late_leaves_nothing(
    client: Client, ida: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_receiving, "MOST_WAITING", 1)
    no = posted(client, transaction(allergy(ida), condition(ida)), "/fhir")
    assert no.status_code == 422
    assert received(ida) == []


def test_a_transaction_names_its_patient_by_its_own_address(client: Client, ida: str) -> None:
    bundle = transaction(patient(ida), condition("x"))
    bundle["entry"][0]["fullUrl"] = "urn:uuid:0b5a8a4e-7f6f-4a52-9a0c-1a2b3c4d5e6f"
    bundle["entry"][1]["resource"]["subject"] = {"reference": bundle["entry"][0]["fullUrl"]}
    text = json.dumps(bundle, indent=1)
    assert posted(client, text, "/fhir").status_code == 200
    told = received(ida)
    assert [each.kind for each in told] == [pe.ReceivedKind.DETAILS, pe.ReceivedKind.CONDITION]
    assert all(each.body in text for each in told)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "batch"}, "Bundle.type"),
        ({"type": "collection"}, "Bundle.type"),
        ({"entry": []}, "Bundle.entry"),
        ({"entry": [{"request": {"method": "POST", "url": "Condition"}}]}, "Bundle.entry[0].resource"),
        ({"entry": [{"resource": {"resourceType": "Condition"}}]}, "Bundle.entry[0].request"),
        ({"mood": 1}, "Bundle.mood"),
    ],
)
def test_another_bundle_is_refused_by_its_path(client: Client, ida: str, change: dict[str, Any], path: str) -> None:
    no = posted(client, {**transaction(condition(ida)), **change}, "/fhir")
    assert (no.status_code, where(no)) == (422, path), no.content


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"method": "PUT", "url": "Condition"}, "Bundle.entry[0].request.method"),
        ({"method": "POST", "url": "Encounter"}, "Bundle.entry[0].request.url"),
        ({"method": "POST", "url": "Condition", "ifMatch": 'W/"1"'}, "Bundle.entry[0].request"),
        ({"method": "POST", "url": "Condition", "ifNoneExist": "code=x"}, "Bundle.entry[0].request.ifNoneExist"),
    ],
)
def test_every_entry_creates(client: Client, ida: str, request_: dict[str, str], path: str) -> None:
    no = posted(client, transaction(condition(ida), request=request_), "/fhir")
    assert (no.status_code in {400, 422}, where(no)) == (True, path), no.content


def test_metadata_tells_what_may_be_sent(client: Client) -> None:
    rest = client.get("/fhir/metadata").json()["rest"][0]
    creates = {each["type"] for each in rest["resource"] if {"code": "create"} in each["interaction"]}
    assert creates == set(SENT)
    assert [each["code"] for each in rest["interaction"]] == ["transaction"]
    for each in rest["resource"]:
        assert not {"update", "patch", "delete"} & {act["code"] for act in each["interaction"]}
        answer = posted(client, "{}", f"/fhir/{each['type']}")
        assert (answer.status_code == 405) is (each["type"] not in creates), each["type"]


def test_too_much_is_told_to_wait_and_a_full_inbox_takes_no_more(
    client: Client, ida: str, bodil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_receiving, "MOST_WAITING", 2)
    for written in ("latex", "penicillin"):
        assert posted(client, allergy(ida, written)).status_code == 201
    full = posted(client, allergy(ida, "egg"))
    assert (full.status_code, issue(full)["code"]) == (422, "too-costly")
    assert posted(client, allergy(ida, "latex")).status_code == 200
    assert posted(client, allergy(bodil, "egg")).status_code == 201
    monkeypatch.setattr(receiving.SENDS, "most", 6)
    assert posted(client, transaction(*(condition(bodil, f"c{each}") for each in range(3))), "/fhir").status_code == 429
    assert "Retry-After" in posted(client, allergy(bodil, "nut")).headers
    assert len(received(bodil)) == 1


def test_what_is_sent_to_a_joined_record_stays_its_own_and_is_read_together(
    client: Client, ida: str, bodil: str, act: ActMaker
) -> None:
    joining.join(uuid.UUID(ida), uuid.UUID(bodil), "Same passport, two names", act("nurse", second="nurse2"))
    assert posted(client, allergy(bodil)).status_code == 201
    assert [each.written for each in received(ida)] == ["penicillin"]
    assert Entry.objects.filter(stream=f"person/{bodil}", kind="RecordReceived").exists()


def test_it_goes_with_the_person_who_is_erased(client: Client, bodil: str, act: ActMaker) -> None:
    address = posted(client, allergy(bodil))["Location"].removeprefix("http://testserver")
    erase_person(Person.objects.get(pk=bodil), "Request of the person, article 17", act("director", second="admin"))
    assert not Entry.objects.filter(kind="RecordReceived", payload__isnull=False).exists()
    assert client.get(address).status_code == 404
    again = posted(client, allergy(bodil))
    assert (again.status_code, where(again)) == (422, "AllergyIntolerance.patient.reference")


def test_the_one_entry_that_was_erased_by_law_is_not_received_again(client: Client, ida: str) -> None:
    posted(client, allergy(ida))
    chart_store.erase(list(Entry.objects.filter(kind="RecordReceived").values_list("seq", flat=True)))
    again = posted(client, allergy(ida))
    assert again.status_code == 409


def test_each_look_of_a_sender_stands_in_the_audit(client: Client, sender: App, ida: str) -> None:
    posted(client, allergy(ida))
    assert Entry.objects.get(kind="RecordReceived").recorded_by == f"app {sender.id}"


def test_a_client_that_others_wrote_sends_and_reads_back(
    sender: App, ida: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_wire(monkeypatch)
    client = SyncFHIRClient("http://testserver/fhir", authorization=f"Bearer {sender.token(' '.join(SENDS))}")
    resource = client.resource("AllergyIntolerance", **allergy(ida, "latex"))
    resource.save()
    assert resource.id.endswith("-received")
    read = client.reference("AllergyIntolerance", resource.id).to_resource()
    assert read.get_by_path(["code", "text"]) == "latex"
    assert [each.written for each in received(ida)] == ["latex"]
    assert len(waiting(chart_store.person_chart(uuid.UUID(ida)))) == 1
