"""The whole demo as another record reads it: every resource valid, whole, and nobody's but theirs who was asked for."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from numpy.random import default_rng
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.gateway.fhir import doors
from sereniv.clinic.gateway.smart import views
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import ViewsAudited
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.workflows.followup import aftercare
from sereniv.clinic.workflows.looks.record_views import keep_views
from sereniv.exchange.fhir.names import TYPES
from sereniv.exchange.fhir.table import ROWS, TABLE
from sereniv.knowledge import knowledge
from sereniv.therapy.person import joined
from sereniv.therapy.person.events import AdverseEventRecorded, Measured, Outcome, Related
from sereniv.therapy.session.events import NoteSigned, VitalsCharted
from tests.conftest import NOON, Acts
from tests.gateway.fhir.gate import wrong_with
from tests.gateway.letting_in import App, let_in
from tests.staged_rows import demo_at_noon, open_clinic

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OF_A_PERSON = [row for row in ROWS if row.is_of_a_person and row.is_searched and row.name != "Provenance"]
Found = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def app(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[App]:
    """Let an app in to the demo at noon; staged once, for nothing here writes but the audit."""
    del django_db_setup
    for each in (views.TOKENS, doors.REQUESTS):
        each.begin_anew()
    with open_clinic(django_db_blocker):
        demo_at_noon()
        acts = Acts({each.username: each for each in Staff.objects.all()})
        whose = Person.objects.order_by("pk")[0]
        term = next(iter(knowledge().aftercare.terms))
        happened = AdverseEventRecorded(
            term=term, words="Itching, went by itself", grade=1, serious=False, session="", related=Related.POSSIBLE,
            action="Nothing needed",
            outcome=Outcome.ONGOING,
        )  # fmt: skip
        aftercare.record_adverse_event(whose.pk, happened, acts("nurse"))
        yield let_in(acts("admin", second="director"))


@pytest.fixture(scope="module")
def client(app: App) -> Client:
    return app.client()


@pytest.fixture(autouse=True)
def unhurried() -> None:
    doors.REQUESTS.begin_anew()


def pages(client: Client, address: str) -> Iterator[dict[str, Any]]:
    """Follow the pages of a search to the end, as a client does."""
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        yield page
        following = [each["url"] for each in page["link"] if each["relation"] == "next"]
        address = following[0].removeprefix("http://testserver") if following else ""
        doors.REQUESTS.begin_anew()


def entries(client: Client, address: str) -> list[dict[str, Any]]:
    return [entry for page in pages(client, address) for entry in page.get("entry", [])]


def resources(client: Client, address: str) -> list[dict[str, Any]]:
    return [each["resource"] for each in entries(client, address)]


@pytest.fixture(scope="module")
def everything(client: Client) -> dict[str, Found]:
    """Read everything of everybody, page by page; by person, then by address."""
    people = [each["id"] for each in resources(client, "/fhir/Patient?_count=7")]
    assert sorted(people) == sorted(str(each) for each in Person.objects.values_list("pk", flat=True))
    found: dict[str, Found] = {}
    for person in people:
        listed = resources(client, f"/fhir/Patient/{person}/$everything?_count=150")
        found[person] = {f"{each['resourceType']}/{each['id']}": each for each in listed}
    return found


def test_every_resource_of_the_demo_is_valid(everything: dict[str, Found], client: Client) -> None:
    whole = {address: each for found in everything.values() for address, each in found.items()}
    seen = Counter(each["resourceType"] for each in whole.values())
    wrong = [words for each in whole.values() for words in wrong_with(each)]
    assert wrong == []
    keep_views(NOON)
    some = next(iter(everything))
    looks = resources(client, f"/fhir/AuditEvent?patient={some}")
    assert looks
    assert [words for each in looks for words in wrong_with(each)] == []
    assert set(TYPES) - set(seen) - {"AuditEvent"} == set(), "the demo has something of every type"


def test_a_person_is_whole_and_nobody_elses(everything: dict[str, Found]) -> None:
    """Each resource once, everything that it points at there or readable, and nothing that points at another person."""
    for person, found in everything.items():
        others = set(everything) - {person}
        joined = {each["other"]["reference"].partition("/")[2] for each in found[f"Patient/{person}"].get("link", [])}
        for address, each in found.items():
            named = set(references(each))
            assert not {f"Patient/{other}" for other in others - joined} & named, address
            outside = {one for one in named - set(found) if one.partition("/")[0] not in {"Patient", "Binary"}}
            assert outside == set(), f"{address} points at what is not in it"


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_charted_value_is_there_once(everything: dict[str, Found]) -> None:
    """Counted from the ledger, which knows nothing of FHIR: as many as were charted, and no more."""
    for person, found in everything.items():
        chart = chart_store.own_chart(person)
        if joined.standing(chart) or joined.joined_into(chart):
            continue
        sessions = [
            chart_store.session_chart_of(each)
            for each in SessionRow.objects.filter(person=person).values_list("pk", flat=True)
        ]
        real = [each for each in sessions if each.opened is not None and not each.opened.event.label]
        charted = [each.event for each in chart.entries] + [each.event for one in real for each in one.entries]
        rates = sum(isinstance(each, Measured | VitalsCharted) and each.heart_rate is not None for each in charted)
        pressures = sum(isinstance(each, Measured | VitalsCharted) and each.systolic is not None for each in charted)
        told = Counter(address.rpartition("-")[2] for address in found if address.startswith("Observation/"))
        assert (told["rate"] - sum(a.endswith("respiratory-rate") for a in found), told["pressure"]) == (
            rates,
            pressures,
        )
        notes = sum(isinstance(each, NoteSigned) for each in charted)
        assert sum(address.startswith("Binary/") for address in found) == notes


ASKED = [
    ("Observation", "code=http://loinc.org|8867-4", lambda r: "8867-4" in codes(r)),
    ("Observation", "code=8867-4,2708-6", lambda r: codes(r) & {"8867-4", "2708-6"}),
    ("Observation", "code=http://snomed.info/sct|8867-4", lambda _: False),
    ("Observation", "code=|8867-4", lambda _: False),
    ("Observation", "category=vital-signs", lambda r: r["category"][0]["coding"][0]["code"] == "vital-signs"),
    ("Observation", "status=final", lambda r: r["status"] == "final"),
    ("Observation", "encounter:missing=true", lambda r: "encounter" not in r),
    ("Observation", "encounter:missing=false", lambda r: "encounter" in r),
    ("Observation", "date=ge2026-02-27", lambda r: at(r["effectiveDateTime"]) >= midnight(27)),
    ("Observation", "date=lt2026-02-27", lambda r: at(r["effectiveDateTime"]) < midnight(27)),
    ("Observation", "date=2026-02-27", lambda r: midnight(27) <= at(r["effectiveDateTime"]) < midnight(28)),
    (
        "Observation", "date=ge2026-02-27T05:30:00%2B05:30&date=lt2026-02-28T00:00:00Z",
        lambda r: midnight(27) <= at(r["effectiveDateTime"]) < midnight(28),
    ),
    ("Observation", "_lastUpdated=gt2026-02-27", lambda r: at(r["meta"]["lastUpdated"]) >= midnight(28)),
    ("Appointment", "status=booked", lambda r: r["status"] == "booked"),
    ("Encounter", "class=AMB", lambda _: True),
    ("MedicationRequest", "status=completed", lambda r: r["status"] == "completed"),
    ("Flag", "date:missing=true", lambda _: False),
    ("Condition", "clinical-status=active", lambda r: r["clinicalStatus"]["coding"][0]["code"] == "active"),
]  # fmt: skip


def codes(resource: dict[str, Any]) -> set[str]:
    return {each["code"] for each in resource["code"]["coding"] if each["system"] == "http://loinc.org"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def midnight(day: int) -> datetime:
    return datetime(2026, 2, day, tzinfo=UTC)


@pytest.mark.parametrize(("type_name", "query", "holds"), ASKED, ids=[f"{each[0]}?{each[1]}" for each in ASKED])
def test_a_search_finds_what_a_scan_of_everything_finds(
    type_name: str, query: str, holds: Any, everything: dict[str, Found], client: Client
) -> None:
    of_some = 0
    for person, found in list(everything.items())[:12]:
        wanted = {each["id"] for each in found.values() if each["resourceType"] == type_name and holds(each)}
        got = [each["id"] for each in resources(client, f"/fhir/{type_name}?patient={person}&{query}&_count=37")]
        assert len(got) == len(set(got))
        assert set(got) == wanted
        of_some += len(got)
    assert of_some or not any(
        each["resourceType"] == type_name and holds(each) for found in everything.values() for each in found.values()
    )


def test_no_request_about_one_person_tells_anything_of_another(everything: dict[str, Found], client: Client) -> None:
    """Ids seen as one person's, asked for as another's, in every way that the door has: nothing comes."""
    choose = default_rng(20261129)
    people = [each for each in everything if len(everything[each]) > 40]
    leaked, asked = [], 0
    for _ in range(REQUESTS):
        one, other = (people[int(each)] for each in choose.choice(len(people), 2, replace=False))
        address = str(choose.choice([each for each in everything[other] if each.partition("/")[0] in SEARCHED]))
        type_name, _, resource_id = address.partition("/")
        about = {
            "patient": f"/fhir/{type_name}?{SEARCHED[type_name]}={one}&_id={resource_id}",
            "typed": f"/fhir/{type_name}?{SEARCHED[type_name]}=Patient/{one}&_id={resource_id}",
            "twice": f"/fhir/{type_name}?{SEARCHED[type_name]}={one}&{SEARCHED[type_name]}={other}",
            "include": f"/fhir/{choose.choice(INCLUDING)!s}&patient={one}&_id={resource_id}",
            "under": f"/fhir/Patient/{one}/{type_name}/{resource_id}",
            "everything": f"/fhir/Patient/{one}/$everything?_type={type_name}&_count=200&_id={resource_id}",
        }[str(choose.choice(["patient", "typed", "twice", "include", "under", "everything"]))]
        answer = client.get(about)
        asked += 1
        own = set(everything[one])
        text = answer.content.decode()
        bundle = answer.json()
        shown = {f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in bundle.get("entry", [])}
        if f'"{resource_id}"' in text.replace(about, "") and address not in own and "twice" not in about:
            leaked.append(about) if any(each not in own for each in shown) else None
        leaked += [f"{about}: {each}" for each in shown - own if each in everything[other]]
        doors.REQUESTS.begin_anew()
    assert asked == REQUESTS
    assert leaked == []


REQUESTS = 250

SEARCHED = {
    row.name: next(each.name for each in row.params if each.name in {"patient", "subject"}) for row in OF_A_PERSON
}
INCLUDING = (
    "Observation?_include=Observation:patient", "Observation?_include=Observation:derived-from",
    "QuestionnaireResponse?_revinclude=Observation:derived-from", "Encounter?_revinclude=Observation:encounter",
    "MedicationAdministration?_include=MedicationAdministration:request",
)  # fmt: skip


def test_what_a_token_was_not_given_for_comes_by_no_way(app: App, everything: dict[str, Found]) -> None:
    only = app.client("system/Patient.rs system/Encounter.rs")
    person = max(everything, key=lambda each: len(everything[each]))
    mine = {f"{each['resourceType']}" for each in resources(only, f"/fhir/Patient/{person}/$everything?_count=200")}
    assert mine == {"Patient", "Encounter"}
    came = resources(
        only, f"/fhir/Encounter?patient={person}&_revinclude=Observation:encounter&_include=Encounter:location"
    )
    assert {each["resourceType"] for each in came} == {"Encounter"}
    one_of_each = {address.partition("/")[0]: address for address in everything[person]}
    assert len(one_of_each) > 10
    for type_name, address in one_of_each.items():
        assert only.get(f"/fhir/{address}").status_code == (200 if type_name in {"Patient", "Encounter"} else 403)
    searched = app.client("system/Observation.s")
    some = next(each for each in everything[person] if each.startswith("Observation/"))
    assert searched.get(f"/fhir/{some}").status_code == 403
    assert searched.get(f"/fhir/Observation?patient={person}&_count=1").status_code == 200


def test_each_look_stands_in_the_audit(client: Client, app: App, everything: dict[str, Found]) -> None:
    keep_views(NOON)
    person = max(everything, key=lambda each: len(everything[each]))
    some = next(each for each in everything[person] if each.startswith("Observation/"))
    assert client.get(f"/fhir/{some}").status_code == 200
    keep_views(NOON)
    looks = [each.event.views for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)][-1]
    assert [(each.staff, each.page, each.subject) for each in looks] == [
        (f"app {app.id}", "app: Observation", f"person_id={person}")
    ]
    listed = resources(client, "/fhir/Patient?_count=5")
    keep_views(NOON)
    looks = [each.event.views for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)][-1]
    assert {each for look in looks for each in look.showed} >= {each["id"] for each in listed[:5]}


def test_the_statement_of_what_it_can_do_is_true(client: Client, everything: dict[str, Found]) -> None:
    told = Client().get("/fhir/metadata").json()
    # The schema is of 4.0.0, and lists no version after it.
    assert wrong_with({**told, "fhirVersion": "4.0.0"}) == []
    some = {each["resourceType"]: each for found in everything.values() for each in found.values()}
    whose = {each["resourceType"]: person for person, found in everything.items() for each in found.values()}
    for row in told["rest"][0]["resource"]:
        name = row["type"]
        acts = {each["code"] for each in row["interaction"]}
        if name in some:
            one = client.get(f"/fhir/{name}/{some[name]['id']}")
            assert one.status_code == 200, name
            has_history = client.get(f"/fhir/{name}/{some[name]['id']}/_history").status_code == 200
            assert has_history == ("history-instance" in acts)
            version = some[name].get("meta", {}).get("versionId", "1")
            has_version = client.get(f"/fhir/{name}/{some[name]['id']}/_history/{version}").status_code == 200
            assert has_version == ("vread" in acts)
        if "search-type" not in acts:
            assert client.get(f"/fhir/{name}?_id=1-note").status_code == 404
            continue
        about = f"{SEARCHED[name]}={whose[name]}&" if name in SEARCHED and name in whose else "_id=1-a&"
        strict = {"Prefer": "handling=strict"}
        for param in row["searchParam"]:
            value = {"date": "ge2000-01-01", "reference": "1-a", "token": "a", "string": "a"}[param["type"]]
            if param["name"] in {"patient", "subject"}:
                value = whose.get(name, "x")
            answer = client.get(f"/fhir/{name}?{about}{param['name']}={value}", headers=strict)
            assert answer.status_code == 200, (name, param, answer.content)
        assert client.get(f"/fhir/{name}?{about}nothing=1", headers=strict).status_code == 400
        for include in row.get("searchInclude", []):
            assert client.get(f"/fhir/{name}?{about}_include={include}").status_code == 200
        for include in row.get("searchRevInclude", []):
            assert client.get(f"/fhir/{name}?{about}_revinclude={include}").status_code == 200
        for method in (client.put, client.delete, client.patch):
            refused = method(f"/fhir/{name}/1-a", "{}", content_type="application/fhir+json")
            assert (refused.status_code, refused.json()["resourceType"]) == (405, "OperationOutcome")
        doors.REQUESTS.begin_anew()
    assert {each["type"] for each in told["rest"][0]["resource"]} == set(TABLE)
