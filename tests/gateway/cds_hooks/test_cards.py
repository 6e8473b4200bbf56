"""Another record asks while somebody works in it: cards by the rules of the pages, words where there can be none."""

import json
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.gateway.cds_hooks import doors
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import CardAnswered, ViewsAudited
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.looks.record_views import keep_views
from sereniv.clinic.workflows.orders.orders import Wanted, propose
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import Phase
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.events import WeightBasis
from tests.conftest import NOON, ActMaker, FixedClock
from tests.gateway.letting_in import App, let_in
from tests.gateway.smart.test_tokens import ATTACKS
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parents[2] / "data" / "cdshooks"
SERVICES = {
    "patient-view": "ketamine-candidacy", "order-select": "ketamine-order-select", "order-sign": "ketamine-order-sign",
    "appointment-book": "ketamine-appointment-book",
}  # fmt: skip


@pytest.fixture(autouse=True)
def unhurried() -> None:
    doors.ASKED.begin_anew()


def case(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CASES / f"cdshooks-request-{name}-good.json").read_text())
    return content


@pytest.fixture
def app(act: ActMaker, fixed_clock: FixedClock) -> App:
    return let_in(act("admin", second="director"), scopes=("cds-hooks",))


@pytest.fixture
def ida(act: ActMaker) -> str:
    person_id = people.register(registration(), act("coordinator"), demo_id("ida")).pk
    intake.record_measurements(
        person_id, {"weight_kg": "71.4", "height_cm": "168", "systolic": "171", "diastolic": "104"}, act("nurse")
    )
    return str(person_id)


def ask(app: App, content: object, path: str = "", **claims: Any) -> Any:
    hook = content.get("hook", "") if isinstance(content, dict) else ""
    address = path or f"/cds-services/{SERVICES.get(str(hook), 'ketamine-candidacy')}"
    signed = app.assertion(**{"aud": f"http://testserver{address}", "sub": None, **claims})
    body = content if isinstance(content, str) else json.dumps(content)
    return Client().post(address, body, "application/json", headers={"authorization": f"Bearer {signed}"})


def cards_of(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["cards"]
    for card in found:
        assert 1 <= len(card["summary"]) < 140
        assert card["indicator"] in {"info", "warning", "critical"}
        assert card["source"]["label"]
        assert card["uuid"]
    assert len({each["uuid"] for each in found}) == len(found)
    return found


def asking(hook: str, patient: str, **content: Any) -> dict[str, Any]:
    context = {"userId": "Practitioner/1", "patientId": patient, **content.pop("context", {})}
    return {"hook": hook, "hookInstance": str(uuid4()), "context": context, **content}


def ordered(mg: float | None, minutes: int | None = 40, unit: str = "mg", name: str = "Ketamine") -> dict[str, Any]:
    dose = {"doseAndRate": [{"doseQuantity": {"value": mg, "unit": unit, "code": unit}}]} if mg is not None else {}
    timing = {"timing": {"repeat": {"duration": minutes, "durationUnit": "min"}}} if minutes is not None else {}
    draft = {
        "resourceType": "MedicationRequest", "status": "draft", "intent": "order",
        "medicationCodeableConcept": {"text": name}, "dosageInstruction": [{**dose, **timing}],
    }  # fmt: skip
    return {"draftOrders": {"resourceType": "Bundle", "entry": [{"resource": draft}]}, "selections": []}


@pytest.mark.parametrize("name", ["patient-view", "order-select"])
def test_hl7s_good_cases_are_answered(name: str, app: App) -> None:
    cards_of(ask(app, case(name)))


def broken(content: dict[str, Any]) -> dict[str, Any]:
    """Return HL7's case broken in every way that its validator tells: what is missing, empty or of another kind."""
    cases: dict[str, Any] = {}
    for name in ("hook", "hookInstance", "context"):
        cases[f"no {name}"] = {key: value for key, value in content.items() if key != name}
        cases[f"{name} null"] = {**content, name: None}
        cases[f"{name} empty"] = {**content, name: ""}
        cases[f"{name} a list"] = {**content, name: []}
    for name in ("userId", "patientId"):
        context = {key: value for key, value in content["context"].items() if key != name}
        cases[f"no {name}"] = {**content, "context": context}
        cases[f"{name} a number"] = {**content, "context": {**context, name: 7}}
    cases["another hook"] = {**content, "hook": "patient-edit"}
    cases["prefetch a list"] = {**content, "prefetch": []}
    cases["prefetch of numbers"] = {**content, "prefetch": {"patient": 1}}
    cases["prefetch of no resource"] = {**content, "prefetch": {"patient": {"id": "1"}}}
    cases["a bundle of no list"] = {**content, "prefetch": {"a": {"resourceType": "Bundle", "entry": {}}}}
    cases["no JSON"] = "{"
    cases["a list"] = [content]
    cases["great depth"] = "[" * 50_000
    cases["nothing"] = ""
    return cases


@pytest.mark.parametrize("name", ["patient-view", "order-select"])
def test_broken_cases_are_refused_in_words_and_never_fail(name: str, app: App) -> None:
    for what, content in broken(case(name)).items():
        answer = ask(app, content, f"/cds-services/{SERVICES[name]}")
        assert 400 <= answer.status_code < 500, (what, answer.status_code)
        assert answer.json()["message"], what
    without = case("order-select")
    del without["context"]["draftOrders"]
    assert ask(app, without).status_code == 400


def test_values_of_any_kind_within_resources_never_fail(app: App) -> None:
    """What another record sends is whatever it is: each value in turn becomes something else."""
    for name in ("patient-view", "order-select"):
        content = case(name)
        for path in paths(content):
            for other in (None, [{}], "x"):
                changed = deepcopy(content)
                put(changed, path, other)
                answer = ask(app, changed, f"/cds-services/{SERVICES[name]}")
                assert answer.status_code < 500, (path, other)
                doors.ASKED.begin_anew()


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for key, each in value.items() for found in ((*before, key), *paths(each, (*before, key)))]
    if isinstance(value, list):
        return [found for key, each in enumerate(value) for found in ((*before, key), *paths(each, (*before, key)))]
    return []


def put(content: Any, path: tuple[Any, ...], value: object) -> None:
    for step in path[:-1]:
        content = content[step]
    content[path[-1]] = value


def test_who_is_known_here_is_judged_as_on_the_page(app: App, ida: str) -> None:
    cards = cards_of(ask(app, asking("patient-view", ida)))
    chart, who = chart_store.person_chart(ida), people.Person.objects.get(pk=ida)
    told = findings(chart, who.registered, Phase.SCREEN, NOON, rules_in_force(NOON))
    met = {each.row.title for each in told if each.verdict.result is Result.MET}
    assert met
    assert {f"Ketamine: {each}" for each in met} <= {each["summary"] for each in cards}
    pressure = next(each for each in cards if "171" in each["detail"])
    assert "evidence: " in pressure["detail"]
    assert pressure["source"]["topic"]["code"]
    keep_views(NOON)
    looks = [each.event.views for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)][-1]
    # Looks of tests before this one may wait to be written, too.
    assert (f"app {app.id}", "app: patient-view", f"person_id={ida}") in {
        (each.staff, each.page, each.subject) for each in looks
    }


def test_an_identifier_of_somebody_born_otherwise_tells_nothing_of_the_record(app: App, ida: str) -> None:
    mine = {"resourceType": "Patient", "id": "77", "identifier": [{"system": "urn:sereniv:person", "value": ida}]}
    right = cards_of(ask(app, asking("patient-view", "77", prefetch={"patient": {**mine, "birthDate": "1980-02-02"}})))
    assert any("171" in each["detail"] for each in right)
    wrong = cards_of(ask(app, asking("patient-view", "77", prefetch={"patient": {**mine, "birthDate": "1980-02-03"}})))
    assert [each["indicator"] for each in wrong] == ["warning"]
    assert "171" not in json.dumps(wrong)


STRANGER = {"resourceType": "Patient", "id": "77", "birthDate": "1980-02-02", "gender": "female"}


def test_absent_is_not_the_same_as_none(app: App) -> None:
    assert ask(app, asking("patient-view", "77")).status_code == 412
    assert ask(app, asking("patient-view", "77", prefetch={"patient": None})).status_code == 412
    absent = cards_of(ask(app, asking("patient-view", "77", prefetch={"patient": STRANGER})))
    none = cards_of(
        ask(app, asking("patient-view", "77", prefetch={"patient": STRANGER, "medications": None, "allergies": None}))
    )
    (unknown,) = (next(each["detail"] for each in found if "not known" in each["summary"]) for found in [absent])
    fewer = next(each["detail"] for each in none if "not known" in each["summary"])
    assert len(fewer.splitlines()) < len(unknown.splitlines())


def test_a_drafted_medicine_is_told_by_the_interactions(app: App) -> None:
    lithium = ordered(300, name="Lithium carbonate 300 mg")
    said = cards_of(ask(app, asking("order-select", "77", context=lithium, prefetch={"patient": STRANGER})))
    nothing = ordered(15, name="Vitamin C")
    quiet = cards_of(ask(app, asking("order-select", "77", context=nothing, prefetch={"patient": STRANGER})))
    assert len(said) >= len(quiet)
    benzodiazepine = ordered(2, name="Lorazepam")
    told = cards_of(ask(app, asking("order-select", "77", context=benzodiazepine, prefetch={"patient": STRANGER})))
    assert any("enzodiazepine" in json.dumps(each) for each in told), told


def test_a_dose_past_a_limit_is_told_and_one_within_is_not(app: App, ida: str) -> None:
    def told(mg: float | None, **more: Any) -> list[dict[str, Any]]:
        return cards_of(ask(app, asking("order-sign", ida, context=ordered(mg, **more))))

    past = [each for each in told(200) if "limit" in each["summary"]]
    assert "critical" in {each["indicator"] for each in past}
    assert not [each for each in told(35.7) if "past a limit" in each["summary"]]
    unread = [each for each in told(0.5, unit="mg/kg") if "not held against" in each["summary"]]
    assert [each["indicator"] for each in unread] == ["warning"]
    assert any("no duration" in each["summary"] for each in told(35.7, minutes=None))


def test_a_dose_is_proposed_as_on_the_page(app: App, ida: str, act: ActMaker) -> None:
    """Each limit that the page of orders would tell, and no other."""
    wanted = Wanted(
        protocol="P-DEP", dose_mg_per_kg=Decimal(100) / Decimal("71.4"), duration_min=40,
        concentration_mg_per_ml=rules_in_force(NOON).standard.concentration_mg_per_ml, weight_basis=WeightBasis.ACTUAL,
    )  # fmt: skip
    hits = propose(ida, wanted, act("prescriber")).hits
    cards = cards_of(ask(app, asking("order-sign", ida, context=ordered(100))))
    titles = [each["summary"] for each in cards if each["summary"].startswith("Ketamine order past")]
    assert hits
    assert sorted(titles) == sorted(f"Ketamine order past a limit: {each.limit.title}" for each in hits)


def test_a_dose_without_a_weight_is_not_judged(app: App) -> None:
    draft = ordered(35.7)
    assert ask(app, asking("order-sign", "77", context=draft, prefetch={"patient": STRANGER})).status_code == 412
    none = asking("order-sign", "77", context=draft, prefetch={"patient": STRANGER, "weight": None})
    assert any("no weight" in each["summary"] for each in cards_of(ask(app, none)))
    weighed = {
        "resourceType": "Observation", "status": "final", "code": {"coding": [{"code": "29463-7"}]},
        "effectiveDateTime": "2026-03-01T09:00:00Z", "valueQuantity": {"value": 71.4, "code": "kg"},
    }  # fmt: skip
    some = asking("order-sign", "77", context=ordered(300), prefetch={"patient": STRANGER, "weight": weighed})
    assert any("past a limit" in each["summary"] for each in cards_of(ask(app, some)))


def test_a_booking_is_told_what_speaks_against_it(app: App, ida: str) -> None:
    when = (NOON + timedelta(days=1)).isoformat()
    booked = {"appointments": {"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Appointment", "status": "proposed", "start": when}}]}}  # fmt: skip
    told = cards_of(ask(app, asking("appointment-book", ida, context=booked)))
    assert any("decided yet" in each["summary"] for each in told)
    assert cards_of(ask(app, asking("appointment-book", "77", context=booked))) == []


@pytest.mark.parametrize("attack", [each for each in ATTACKS if each not in {"two names", "only a name of the issuer"}])
def test_an_attack_is_refused(attack: str, app: App, ida: str) -> None:
    address = "/cds-services/ketamine-candidacy"
    signed = ATTACKS[attack](app)
    headers = {"authorization": f"Bearer {signed}".encode("ascii", "ignore").decode()}
    answer = Client().post(address, json.dumps(asking("patient-view", ida)), "application/json", headers=headers)
    assert answer.status_code == 401


def test_a_signature_counts_once_and_for_one_address(app: App, ida: str) -> None:
    content = asking("patient-view", ida)
    assert ask(app, content, jti="once").status_code == 200
    assert ask(app, content, jti="once").status_code == 401
    assert ask(app, content, aud="http://testserver/cds-services/ketamine-order-sign").status_code == 401
    assert ask(app, content, aud="http://testserver/fhir/token").status_code == 401
    assert Client().post("/cds-services/ketamine-candidacy", "{}", "application/json").status_code == 401


def test_an_app_that_reads_is_not_one_that_asks(act: ActMaker, ida: str, fixed_clock: FixedClock) -> None:
    reads = let_in(act("admin", second="director"), scopes=("system/*.rs",))
    assert ask(reads, asking("patient-view", ida)).status_code == 403


def test_anybody_is_told_of_the_services_and_of_no_other(app: App) -> None:
    told = Client().get("/cds-services").json()["services"]
    assert {each["hook"]: each["id"] for each in told} == SERVICES
    assert all(each["description"] and each["prefetch"] for each in told)
    assert ask(app, asking("patient-view", "77"), "/cds-services/another").status_code == 404
    signed = {"authorization": "Bearer a"}
    assert Client().get("/cds-services/ketamine-candidacy", headers=signed).status_code == 405
    assert Client().get("/cds-services/ketamine-candidacy").status_code == 401


def test_what_became_of_a_card_is_kept_once(app: App, ida: str) -> None:
    (card, *_) = cards_of(ask(app, asking("patient-view", ida)))
    told = {"feedback": [{
        "card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-03-02T12:05:00Z",
        "overrideReason": {"reason": {"code": "known"}, "userComment": "Discussed"},
    }]}  # fmt: skip
    path = "/cds-services/ketamine-candidacy/feedback"
    assert [ask(app, told, path).status_code for _ in range(2)] == [200, 200]
    kept = [each.event for each in chart_store.read("audit") if isinstance(each.event, CardAnswered)]
    assert [(each.card, each.outcome, each.reason) for each in kept] == [
        (card["uuid"], "overridden", "known; Discussed")
    ]
    for wrong in ({}, {"feedback": []}, {"feedback": [1]}, {"feedback": [{"card": "a"}]}, {"feedback": "a"}):
        assert ask(app, wrong, path).status_code == 400
