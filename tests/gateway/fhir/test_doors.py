"""Whatever is asked wrongly is told in words, as FHIR says it, and nothing of a record with it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from sereniv.clinic.gateway.fhir import doors
from sereniv.clinic.gateway.fhir.searches import Reader
from sereniv.clinic.workflows.person import people
from tests.conftest import ActMaker
from tests.gateway.letting_in import App
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
STRICT = {"Prefer": "handling=strict"}

WRONG: dict[str, tuple[str, int]] = {
    "an unknown type": ("/fhir/Nothing", 404),
    "a type in small letters": ("/fhir/patient", 404),
    "nobody": ("/fhir/Patient/00000000-0000-4000-8000-000000000000", 404),
    "an id that is none": ("/fhir/Patient/1%27%20OR%20%271", 404),
    "an id with a way up": ("/fhir/Patient/..%2f..%2fetc", 404),
    "an id in capitals": ("/fhir/Patient/5190A130-D60F-5887-84CD-06999661F522", 404),
    "an entry that is none": ("/fhir/Observation/999999999-pressure", 404),
    "an entry beyond every number": ("/fhir/Observation/999999999999999999-pressure", 404),
    "an entry of the house": ("/fhir/Observation/1-pressure", 404),
    "everybody's at once": ("/fhir/Observation", 400),
    "everybody's of one code": ("/fhir/Observation?code=8867-4", 400),
    "a date that is none": ("/fhir/Observation?patient=IDA&date=2026-02-31", 400),
    "a time without zone": ("/fhir/Observation?patient=IDA&date=2026-02-03T12:00:00", 400),
    "a plus that was not written so": ("/fhir/Observation?patient=IDA&date=2026-02-03T12:00:00+01:00", 400),
    "an unknown prefix": ("/fhir/Observation?patient=IDA&date=ap2026-02-03", 400),
    "a date of year nought": ("/fhir/Observation?patient=IDA&date=0000", 400),
    "an empty value": ("/fhir/Observation?patient=IDA&code=", 400),
    "an unknown modifier": ("/fhir/Observation?patient=IDA&code:in=x", 400),
    "missing, or not": ("/fhir/Observation?patient=IDA&code:missing=perhaps", 400),
    "a count in words": ("/fhir/Observation?patient=IDA&_count=many", 400),
    "a negative count": ("/fhir/Observation?patient=IDA&_count=-1", 400),
    "digits of another script": ("/fhir/Observation?patient=IDA&_count=%D9%A1", 400),
    "an include that is none": ("/fhir/Observation?patient=IDA&_include=Observation:device", 400),
    "every include": ("/fhir/Observation?patient=IDA&_include=*", 400),
    "a reference to another type": ("/fhir/Observation?patient=Group/IDA", 400),
    "a chain": ("/fhir/Observation?patient.name=Lind", 400),
    "a page that was not given": ("/fhir/Patient?_after=x", 400),
    "more values than anybody means": (f"/fhir/Observation?patient=IDA&code={','.join('1' * 60)}", 400),
    "more parameters than anybody means": (f"/fhir/Observation?patient=IDA&{'&'.join(['code=1'] * 120)}", 400),
    "more than an address": (f"/fhir/Observation?patient=IDA&code={'1' * 9000}", 414),
    "XML": ("/fhir/Patient/IDA?_format=xml", 406),
    "an operation that is none": ("/fhir/Patient/IDA/$match", 404),
    "everything of a type that is none": ("/fhir/Patient/IDA/$everything?_type=Nothing", 400),
    "a version that is none": ("/fhir/Patient/IDA/_history/x", 404),
    "the root": ("/fhir", 404),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_asked_wrongly_is_told_in_words(what: str, reader: App, ida: str) -> None:
    address, status = WRONG[what]
    answer = reader.client().get(address.replace("IDA", ida), headers=STRICT)
    assert answer.status_code == status, answer.content
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"][0]["details"]["text"]
    assert registration().family_name not in answer.content.decode()


def test_an_unknown_parameter_is_refused_where_that_is_asked_and_else_passed_over(reader: App, ida: str) -> None:
    client = reader.client()
    address = f"/fhir/Observation?patient={ida}&code=29463-7&colour=blue&_sort=date"
    assert client.get(address, headers=STRICT).status_code == 400
    lenient = client.get(address)
    assert lenient.status_code == 200
    assert len(lenient.json()["entry"]) == 1


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/html", "image/png"])
def test_who_takes_no_json_is_given_none(accept: str, reader: App, ida: str) -> None:
    assert reader.client().get(f"/fhir/Patient/{ida}", headers={"accept": accept}).status_code == 406
    browser = "text/html,application/xhtml+xml,*/*;q=0.8"
    assert reader.client().get(f"/fhir/Patient/{ida}", headers={"accept": browser}).status_code == 200


def test_a_search_by_post_is_one_by_get(reader: App, ida: str) -> None:
    client = reader.client()
    form = "application/x-www-form-urlencoded"
    sent = client.post("/fhir/Observation/_search", f"patient={ida}&code=29463-7", form)
    got = client.get(f"/fhir/Observation?patient={ida}&code=29463-7")
    assert [each["resource"] for each in sent.json()["entry"]] == [each["resource"] for each in got.json()["entry"]]
    assert client.post("/fhir/Observation/_search", "{}", "application/json").status_code == 415
    assert client.post("/fhir/Observation/_search", "a" * 300_000, form).status_code == 413
    for address in ("/fhir", "/fhir/Patient"):
        assert client.post(address, "{}", "application/fhir+json").status_code == 403, "it may read alone"
    assert client.post("/fhir/Encounter", "{}", "application/fhir+json").status_code == 405


def test_one_app_is_slowed_down_and_not_the_others(reader: App, ida: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors.REQUESTS, "most", 3)
    client = reader.client()
    codes = [client.get(f"/fhir/Patient/{ida}").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert int(client.get(f"/fhir/Patient/{ida}")["Retry-After"]) > 0
    assert Client().get("/fhir/metadata").status_code == 200


def test_a_failure_of_ours_says_so_and_nothing_of_what_was_asked(
    reader: App, ida: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError(f"of {registration().family_name}")

    monkeypatch.setattr(Reader, "versions", fails)
    answer = reader.client().get(f"/fhir/Patient/{ida}")
    assert answer.status_code == 500
    assert answer.json()["issue"][0]["code"] == "exception"
    assert registration().family_name not in answer.content.decode()


def test_somebody_who_was_erased_is_not_here(reader: App, ida: str, act: ActMaker) -> None:
    people.Person.objects.filter(pk=ida).update(erased_at="2026-03-02T12:00:00Z")
    client = reader.client()
    assert client.get(f"/fhir/Patient/{ida}").status_code == 404
    assert client.get(f"/fhir/Patient/{ida}/$everything").status_code == 404
    assert "entry" not in client.get(f"/fhir/Observation?patient={ida}").json()
    assert ida not in client.get("/fhir/Patient").content.decode()


ASKED = (
    "/fhir/Patient/IDA", "/fhir/Patient?birthdate=1980-02-02&family=Lind", "/fhir/Patient?_count=5",
    "/fhir/Observation?patient=IDA", "/fhir/Encounter?patient=IDA", "/fhir/Patient/IDA/$everything",
    "/fhir/AuditEvent?patient=IDA", "/fhir/MedicationRequest?patient=IDA", "/fhir/Observation?_id=5-pressure",
)  # fmt: skip


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own words for how it answers")
@pytest.mark.parametrize("address", ASKED)
def test_no_request_walks_a_table_that_grows(address: str, reader: App, ida: str) -> None:
    """At 5,000 people and a million entries each question is answered by an index."""
    client = reader.client()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address.replace("IDA", ida)).status_code == 200
    walked = []
    with connection.cursor() as cursor:
        for each in asked.captured_queries:
            if each["sql"].startswith(("SELECT", "WITH")):
                cursor.execute(f"EXPLAIN QUERY PLAN {each['sql']}")
                walked += [f"{row[3]}: {each['sql'][:200]}" for row in cursor.fetchall() if _is_a_walk(row[3])]
    assert walked == []


GROWING = ("records_entry", "records_sessionrow", "records_lookrow", "records_samplerow", "records_appointmentrow")


def _is_a_walk(plan: str) -> bool:
    return plan.startswith("SCAN") and any(table in plan for table in GROWING)


def test_what_is_asked_costs_the_same_however_long_the_record(reader: App, ida: str, act: ActMaker) -> None:
    """As many questions to the database for one person as for one with more: none is asked for each entry."""
    client = reader.client()

    def asked() -> int:
        client.get(f"/fhir/Observation?patient={ida}")
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/fhir/Observation?patient={ida}").status_code == 200
        return len(found)

    before = asked()
    for number in range(10):
        people.record(ida, people.ev.MedicinesReviewed(remark=f"again {number}"), act("nurse"))
    assert asked() == before


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_clinics_home_answers_in_https_alone(reader: App) -> None:
    assert Client().get("/fhir/metadata").status_code == 301
