"""Everything leaves in bulk for whom it is allowed: whole, one person at a time, for an hour, and nobody else's."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.gateway.fhir.bulk import exports
from sereniv.clinic.records import bulk_files, chart_store, folds
from sereniv.clinic.records import given as to_save
from sereniv.clinic.records.house_events import ViewsAudited
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.admin import apps
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.looks.record_views import keep_views
from sereniv.clinic.workflows.person import joining, people
from tests.conftest import NOON, ActMaker
from tests.gateway.letting_in import OTHER_KEY, App, let_in
from tests.workflows.erasing import erase, erase_person
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
ASYNC = {"Prefer": "respond-async", "Accept": "application/fhir+json"}


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[exports.Order]]:
    """Let an export begin and wait until a test has it written."""
    orders: list[exports.Order] = []

    def start(order: exports.Order, app: str) -> None:
        exports._making[order.key] = exports.Export(app=app)
        orders.append(order)

    monkeypatch.setattr(exports, "start", start)
    yield orders
    exports._making.clear()
    shutil.rmtree(settings.HOME.folder / bulk_files.FOLDER, ignore_errors=True)


@pytest.fixture
def bodil(act: ActMaker) -> str:
    """Return somebody else, who was weighed."""
    who = replace(registration(), family_name="Börg", given_names="Bodil")
    found = people.register(who, act("coordinator"), demo_id("bodil"), told_apart=[str(demo_id("ida"))]).pk
    intake.record_measurements(found, {"weight_kg": "64.0"}, act("nurse"))
    return str(found)


def kicked_off(client: Client, address: str = "/fhir/$export", **headers: str) -> Any:
    return client.get(address, headers={**ASYNC, **headers})


def asked(client: Client, address: str = "/fhir/$export") -> str:
    answer = kicked_off(client, address)
    assert (answer.status_code, answer.content) == (202, b""), answer.content
    return str(answer["Content-Location"]).removeprefix("http://testserver")


def write(order: exports.Order) -> None:
    """Write it as the thread does, without resting."""
    exports.make(order, exports._making[order.key], lambda: None)
    exports._making.pop(order.key)


def given(client: Client, manifest: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Take every file of an export, as a client would."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in manifest["output"]:
        answer = client.get(
            each["url"].removeprefix("http://testserver"), headers={"Accept": "application/fhir+ndjson"}
        )
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/fhir+ndjson")
        lines = b"".join(answer.streaming_content).decode().splitlines()
        found[each["type"]] = [json.loads(line) for line in lines]
        assert len(lines) == each["count"]
    return found


def issue(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["issue"][0]["details"]["text"]


def test_everything_leaves_as_it_is_read_and_each_record_stands_in_the_audit(
    reader: App, ida: str, bodil: str, waiting: list[exports.Order]
) -> None:
    client = reader.client()
    status = asked(client)
    first = client.get(status)
    assert (first.status_code, first["X-Progress"], first["Retry-After"]) == (202, "waits for its turn", "5")
    write(waiting[0])
    done = client.get(status)
    assert (done.status_code, done["Content-Type"]) == (200, "application/json")
    assert "GMT" in done["Expires"]
    manifest = done.json()
    assert set(manifest) == {"transactionTime", "request", "requiresAccessToken", "output", "error"}
    assert (manifest["request"], manifest["requiresAccessToken"]) == ("http://testserver/fhir/$export", True)
    found = given(client, manifest)
    assert {each["id"] for each in found["Patient"]} == {ida, bodil}
    for person in (ida, bodil):
        for name in ("Observation", "QuestionnaireResponse", "Provenance"):
            bundle = client.get(f"/fhir/Patient/{person}/$everything?_type={name}&_count=200").json()
            read = [each["resource"] for each in bundle.get("entry", [])]
            mine = [each for each in found.get(name, []) if each["id"] in {one["id"] for one in read}]
            assert mine == read
    assert len(found["Observation"]) == len({each["id"] for each in found["Observation"]})
    assert found["Practitioner"]
    keep_views(NOON)
    looks = [look for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)
             for look in each.event.views if look.page == "app: $export"]  # fmt: skip
    assert {look.subject for look in looks} == {f"person_id={ida}", f"person_id={bodil}"}


def test_digits_and_names_leave_as_they_are(reader: App, bodil: str, waiting: list[exports.Order]) -> None:
    client = reader.client()
    key = asked(client).rpartition("/")[2]
    write(waiting[0])
    lines = (settings.HOME.folder / bulk_files.FOLDER / key / "Observation.ndjson").read_text(encoding="utf-8")
    assert '"value":64.0,' in lines
    assert oct(os.stat(settings.HOME.folder / bulk_files.FOLDER / key / "Patient.ndjson").st_mode)[-3:] == "600"
    assert "Börg" in (settings.HOME.folder / bulk_files.FOLDER / key / "Patient.ndjson").read_text(encoding="utf-8")


def test_people_alone_some_types_and_since_when(
    reader: App, ida: str, act: ActMaker, waiting: list[exports.Order]
) -> None:
    client = reader.client()
    later = (NOON + timedelta(hours=1)).isoformat().replace("+", "%2B")
    ask = (
        "/fhir/Patient/$export",
        "/fhir/$export?_type=Observation,Practitioner&_outputFormat=application/fhir%2Bndjson",
        f"/fhir/$export?_since={later}",
    )
    statuses = [asked(client, ask[0]), asked(client, ask[1])]
    write(waiting[0])
    write(waiting[1])
    statuses.append(asked(client, ask[2]))
    write(waiting[2])
    of_people, of_types, since = (given(client, client.get(each).json()) for each in statuses)
    assert "Practitioner" not in of_people
    assert {"Patient", "Observation"} <= set(of_people)
    assert set(of_types) == {"Observation", "Practitioner"}
    assert "Observation" not in since, "nothing was recorded since"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/fhir/$export?_type=Mood", 400, "There is no Mood"),
        ("/fhir/Patient/$export?_type=Practitioner", 400, "There is no Practitioner"),
        ("/fhir/$export?_since=yesterday", 400, "a moment with its offset"),
        ("/fhir/$export?_since=2026-01-01T00:00:00", 400, "a moment with its offset"),
        ("/fhir/$export?_outputFormat=csv", 400, "alone"),
        ("/fhir/$export?_typeFilter=Observation%3Fcode%3D1", 400, "_type, _since and _outputFormat alone"),
        ("/fhir/Patient/$export?patient=Patient/1", 400, "_type, _since and _outputFormat alone"),
    ],
)
def test_what_is_not_known_is_refused_and_nothing_begins(
    reader: App, waiting: list[exports.Order], address: str, status: int, words: str
) -> None:
    answer = kicked_off(reader.client(), address)
    assert issue(answer)[0] == status
    assert words in issue(answer)[1]
    assert waiting == []


def test_it_is_asked_for_in_the_background_by_whoever_shows_a_token(reader: App) -> None:
    client = reader.client()
    assert client.get("/fhir/$export").status_code == 400
    assert client.post("/fhir/$export", "{}", "application/fhir+json", headers=ASYNC).status_code == 405
    for address in ("/fhir/$export", "/fhir/Patient/$export", f"/fhir/$export-status/{'0' * 32}"):
        assert Client().get(address, headers=ASYNC).status_code == 401
    for key in ("0" * 32, "..", "%2e%2e", "x", ""):
        assert client.get(f"/fhir/$export-status/{key}").status_code == 404


def test_a_token_is_given_the_types_that_it_may_read_and_search(
    act: ActMaker, ida: str, waiting: list[exports.Order]
) -> None:
    scopes = ("system/Patient.rs", "system/Observation.r", "system/Condition.s")
    app = let_in(act("admin", second="director"), "Registry", scopes)
    client = app.client(" ".join(scopes))
    assert kicked_off(client, "/fhir/$export?_type=Observation").status_code == 403
    status = asked(client)
    assert waiting[0].wanted.types == ("Patient",)
    write(waiting[0])
    (file,) = client.get(status).json()["output"]
    assert file["type"] == "Patient"
    apps.limit(app.id, ("system/Observation.r",), "It is no registry of people", act("admin"))
    assert client.get(file["url"].removeprefix("http://testserver")).status_code == 403
    apps.revoke(app.id, "The registry was closed", act("admin"))
    assert client.get(file["url"].removeprefix("http://testserver")).status_code == 401


def test_nobody_elses_export_is_seen_called_off_or_taken(
    reader: App, ida: str, act: ActMaker, waiting: list[exports.Order]
) -> None:
    client = reader.client()
    status = asked(client)
    write(waiting[0])
    file = client.get(status).json()["output"][0]["url"].removeprefix("http://testserver")
    other = let_in(act("admin", second="director"), "Another record", key=OTHER_KEY).client()
    for address in (status, file):
        assert other.get(address).status_code == 404
    assert other.delete(status).status_code == 404
    assert client.get(f"{status}/asked.json").status_code == 404
    assert client.get(f"{status}/manifest.json").status_code == 404
    assert client.get(f"{status}/..%2fmanifest.json").status_code == 404
    taken = client.get(file)
    assert b"".join(taken.streaming_content)


def test_it_is_called_off_before_meanwhile_and_after(reader: App, ida: str, waiting: list[exports.Order]) -> None:
    client = reader.client()
    before, meanwhile = asked(client), asked(client)
    assert client.delete(before).status_code == 202
    write(waiting[0])
    folder = settings.HOME.folder / bulk_files.FOLDER
    order, export = waiting[1], exports._making[waiting[1].key]
    exports.make(order, export, lambda: client.delete(meanwhile) and None)
    exports._making.pop(order.key)
    assert (client.get(before).status_code, client.get(meanwhile).status_code) == (404, 404)
    after = asked(client)
    write(waiting[2])
    assert client.delete(after).status_code == 202
    assert client.get(after).status_code == 404
    assert list(folder.iterdir()) == []


def test_a_server_that_ended_says_that_nothing_will_come(reader: App, waiting: list[exports.Order]) -> None:
    client = reader.client()
    status = asked(client)
    exports._making.clear()
    assert "Ask anew" in issue(client.get(status))[1]
    assert client.get(status).status_code == 500


def test_an_app_has_two_at_a_time(reader: App, ida: str, waiting: list[exports.Order]) -> None:
    client = reader.client()
    asked(client)
    asked(client)
    third = kicked_off(client)
    assert (third.status_code, third["Retry-After"]) == (429, "60")
    write(waiting[0])
    asked(client)


def test_after_an_hour_it_is_gone(reader: App, ida: str, waiting: list[exports.Order]) -> None:
    client = reader.client()
    status = asked(client)
    write(waiting[0])
    place = settings.HOME.folder / bulk_files.FOLDER / waiting[0].key / bulk_files.MANIFEST
    real = clock.real_now()
    written = (real - bulk_files.KEPT_FOR + timedelta(seconds=60)).timestamp()
    os.utime(place, (written, written))
    bulk_files.let_go(settings.HOME, real)
    assert client.get(status).status_code == 200
    bulk_files.let_go(settings.HOME, real + timedelta(seconds=61))
    assert client.get(status).status_code == 404
    left = asked(client)
    bulk_files.let_go(settings.HOME, real)
    assert client.get(left).status_code == 202
    bulk_files.let_go(settings.HOME, clock.real_now() + bulk_files.WRITTEN_FOR)
    assert client.get(left).status_code == 404


def test_whoever_is_erased_is_in_no_file_that_lies_there(
    reader: App, ida: str, bodil: str, act: ActMaker, waiting: list[exports.Order]
) -> None:
    client = reader.client()
    status, being_written = asked(client), asked(client)
    write(waiting[0])
    erase_person(Person.objects.get(pk=bodil), "She asked for it in writing", act("director", second="admin"))
    assert client.get(status).status_code == 404
    write(waiting[1])
    assert client.get(being_written).status_code == 404
    again = asked(client)
    write(waiting[2])
    assert {each["id"] for each in given(client, client.get(again).json())["Patient"]} == {ida}


def test_what_one_entry_said_is_in_no_file_that_lies_there_once_it_is_erased(
    reader: App, ida: str, act: ActMaker, waiting: list[exports.Order]
) -> None:
    intake.record_measurements(demo_id("ida"), {"weight_kg": "64.0"}, act("nurse"))
    weighed = chart_store.head().seq
    client = reader.client()
    status = asked(client)
    write(waiting[0])
    to_take_along = to_save.keep(settings.HOME, demo_id("ida"), b"her record")
    erase(weighed, "She asked for it in writing", act("director", second="admin"))
    assert client.get(status).status_code == 404
    assert to_save.kept(settings.HOME, demo_id("ida"), to_take_along, clock.real_now()) is None


def test_a_joined_record_leaves_once_and_says_into_which(
    reader: App, ida: str, bodil: str, act: ActMaker, waiting: list[exports.Order]
) -> None:
    joining.join(
        demo_id("ida"), demo_id("bodil"), "She was registered twice under two names", act("coordinator", second="nurse")
    )
    client = reader.client()
    status = asked(client)
    write(waiting[0])
    found = given(client, client.get(status).json())
    links = {each["id"]: each.get("link", []) for each in found["Patient"]}
    assert set(links) == {ida, bodil}
    assert any(ida in str(each) for each in links[bodil])
    weights = [each for each in found["Observation"] if each["id"].endswith("-weight-kg")]
    assert len(weights) == len({each["id"] for each in weights}) == 2
    assert {each["subject"]["reference"] for each in weights} == {f"Patient/{ida}"}


def test_going_through_everybody_pushes_no_chart_out_that_is_in_use(
    reader: App, ida: str, bodil: str, waiting: list[exports.Order]
) -> None:
    stream = chart_store.person_stream(demo_id("ida"))
    folds.forget([chart_store.person_stream(each) for each in (demo_id("ida"), demo_id("bodil"))])
    chart_store.person_chart(demo_id("ida"))
    asked(reader.client())
    before = set(folds._kept)
    write(waiting[0])
    assert stream in before
    assert set(folds._kept) == before


def test_metadata_says_so(reader: App) -> None:
    told = Client().get("/fhir/metadata").json()
    assert told["instantiates"] == ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"]
    rest = told["rest"][0]
    assert [each["name"] for each in rest["operation"]] == ["export"]
    (patient,) = [each for each in rest["resource"] if each["type"] == "Patient"]
    assert [each["name"] for each in patient["operation"]] == ["everything", "export"]
