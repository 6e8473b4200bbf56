"""What was done otherwise than the rules ask is listed with its reason, and every decision under its rules."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import restricting
from sereniv.clinic.workflows.rules.deviations import counted, counted_by_version, decided, in_days, numbers_changed
from sereniv.clinic.workflows.rules.own_rules import sign_own
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.rules.deviations import Kind
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows import test_path
from tests.workflows.coursing import eligible, infuse, wanted
from tests.workflows.rules.test_own_rules import OURS, TODAY

pytestmark = pytest.mark.django_db
stage = test_path.stage
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def director(staff: dict[str, Staff], fixed_clock: FixedClock, client: Client) -> Client:
    fixed_clock.shown = NOON
    client.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", client.get(address).content.decode())))


def some(kind: Kind) -> list[tuple[str, str]]:
    return [(row.content["what"], row.content["reason"]) for row in in_days(kind, TODAY, TODAY, NOON)]


@pytest.fixture
def treated(act: ActMaker) -> uuid.UUID:
    """Return somebody ordered past a soft limit, found running at the chair, and let go by exception."""
    person_id = eligible(act, NOON - timedelta(days=2))
    infuse(act, person_id, NOON - timedelta(hours=3), wanted("0.6"), "Tolerated more elsewhere")
    return person_id


def test_a_limit_the_pump_and_leaving_are_listed_with_their_reasons(treated: uuid.UUID, act: ActMaker) -> None:
    assert dict(counted(TODAY, TODAY, NOON)) == {
        **dict.fromkeys(Kind, 0), Kind.ORDER: 1, Kind.PUMP: 1, Kind.LEAVING: 1, **more(treated),
    }  # fmt: skip
    ((order, why),) = some(Kind.ORDER)
    assert "soft limit" in order
    assert why == "Tolerated more elsewhere"
    assert some(Kind.PUMP)[0][0].startswith("Found running")
    ((left, words),) = some(Kind.LEAVING)
    assert left.startswith("Discharged by exception")
    assert words == "for this test alone"
    assert list(in_days("", YESTERDAY, YESTERDAY, NOON)) == []


def test_the_reasons_in_a_restricted_record_are_its_readers(
    treated: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = NOON
    restricting.restrict(treated, ("nurse", "prescriber"), "She works here as a nurse.", act("director"))
    shown = {reader: Desk(staff, reader).reads("deviations") for reader in ("nurse", "nurse2")}
    assert "Tolerated more elsewhere" in shown["nurse"]
    assert "Tolerated more elsewhere" not in shown["nurse2"]
    assert "Their record is restricted: open it to read what and why." in shown["nurse2"]


def more(person_id: uuid.UUID) -> dict[Kind, int]:
    """Return how often somebody went on in spite of what was known."""
    return {Kind.WENT_ON: len(chart_store.person_chart(person_id).all(pe.WentOn))}


def test_a_gate_line_and_a_concern_are_listed(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(cast_list.INFUSING, NOON)
    early = NOON - timedelta(minutes=26)
    intake.record_pregnancy(
        person_id, pe.Pregnancy.PREGNANT, "urine hCG positive", act("nurse", now=early), breastfeeding=False
    )
    head = chart_store.person_chart(person_id).head
    signing = act("prescriber", now=NOON - timedelta(minutes=25), second="director")
    candidacy.decide_candidacy(person_id, pe.Decision.ELIGIBLE, "ECT was declined", head, signing)
    assert ("Pregnancy (pregnant)", "ECT was declined") in some(Kind.DECISION)
    assert {row.content["with"] for row in in_days(Kind.DECISION, TODAY, TODAY, NOON)} == {"director"}
    head = chart_store.person_chart(person_id).head
    order = orders.sign_order(
        person_id, test_path.WANTED, "", head, act("prescriber", now=NOON - timedelta(minutes=24))
    )
    terms = chart_store.person_chart(person_id).orders[-1].terms
    orders.co_sign_order(person_id, order, terms.dose_mg, terms.rate_ml_per_h, act("nurse", now=early))
    session = stage.seated(cast_list.INFUSING, order, "Chair 1", NOON, demo_id("expecting-session"))
    high = {"systolic": "150", "diastolic": "80", "heart_rate": "70", "spo2": "98", "respiratory_rate": "14"}
    charting.chart_vitals(session, high, act("nurse"))
    sessions.override(session, "vitals", "usual for her", act("prescriber"))
    ((line, why),) = some(Kind.GATE)
    assert line.startswith("Gate, ")
    assert why == "usual for her"


def test_a_decision_made_again_or_withdrawn_stays_on_the_list_and_a_struck_entry_does_not(
    treated: uuid.UUID, act: ActMaker
) -> None:
    (row,) = in_days(Kind.PUMP, TODAY, TODAY, NOON)
    session = row.content["session"]
    rate = chart_store.session_chart_of(session).plan.rate_ml_per_h
    charting.chart_fact(session, ev.RateFound(rate_ml_per_h=rate, deviation="read anew"), act("nurse"))
    found = chart_store.session_chart_of(session).entries[-1]
    assert len(some(Kind.PUMP)) == 2
    charting.strike(session, found.stream_seq, "mistyped it", act("nurse"))
    assert len(some(Kind.PUMP)) == 1


def test_numbers_of_the_clinics_own_are_listed_and_signing_as_packaged_is_none(act: ActMaker) -> None:
    packaged = replace(OURS, value=Decimal(140))
    sign_own(packaged, act("director", second="prescriber"))
    assert numbers_changed(TODAY, TODAY) == []
    sign_own(OURS, act("director", second="prescriber"))
    sign_own(packaged, act("director", second="prescriber"))
    assert [each.event.value for each in numbers_changed(TODAY, TODAY)] == [None, Decimal(150)]
    assert numbers_changed(YESTERDAY, YESTERDAY) == []


def test_each_decision_stands_under_the_rules_it_was_made_under(act: ActMaker, director: Client) -> None:
    first = eligible(act, NOON - timedelta(days=2), name="ilse")
    infuse(act, first, NOON - timedelta(hours=3))
    before = knowledge().version
    sign_own(OURS, act("director", second="prescriber"))
    after = rules_in_force(NOON).version
    second = eligible(act, NOON - timedelta(minutes=1), name="olga")
    head = chart_store.person_chart(second).head
    candidacy.decide_candidacy(second, pe.Decision.DECLINED, "Wait for her letters", head, act("prescriber"))
    whats = {row.content["what"] for row in decided(before, NOON)}
    assert {"Order of infusion 1", "Course begun", "Session of infusion 1"} <= whats
    assert [row.content["what"] for row in decided(after, NOON)] == ["Decided: declined"]
    assert counted_by_version(NOON)[after] == 1
    listed = told(director, "/rules/versions/")
    assert f"{after} in force" in listed
    assert "from before an update" in listed, "decisions of a test's own version"
    assert "Decided: declined" in told(director, f"/rules/version/{after}/")
    assert "Decided: declined" not in told(director, f"/rules/version/{before}/")


def test_the_page_lists_the_days_asked_for_of_one_kind_or_all(
    treated: uuid.UUID, act: ActMaker, director: Client, staff: dict[str, Staff]
) -> None:
    sign_own(OURS, act("director", second="prescriber"))
    whole = told(director, "/deviations/")
    for words in ("Tolerated more elsewhere", "for this test alone", "Found running", "Hospital guideline 12"):
        assert words in whole, words
    left = told(director, f"/deviations/?first={TODAY}&last={TODAY}&kind=leaving")
    assert "for this test alone" in left
    assert "Tolerated more elsewhere" not in left
    earlier = told(director, f"/deviations/?first={YESTERDAY}&last={YESTERDAY}")
    assert "for this test alone" not in earlier
    assert "Hospital guideline 12" not in earlier
    for odd in ("first=0001-01-01&last=9999-12-31", "first=x&last=y", "kind=nothing&page=999", "page=-1"):
        assert director.get(f"/deviations/?{odd}").status_code == 200
    director.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    assert director.get("/deviations/").status_code == 403
    assert "Decided under these rules" not in told(director, f"/rules/version/{knowledge().version}/")


def test_an_erased_person_leaves_no_row(treated: uuid.UUID) -> None:
    person = Person.objects.get(pk=treated)
    assert list(lists.finder("deviations")(person, NOON))
    person.erased_at = NOON
    assert not list(lists.finder("deviations")(person, NOON))
    assert not list(lists.finder("decided under")(person, NOON))
