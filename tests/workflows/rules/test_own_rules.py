"""The clinic's own numbers: signed by two, in force from a day on, read by all that judges, kept by decisions."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import charting, sessions
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.rules.own_rules import OwnNumber, sign_own, standings, tables_with
from sereniv.clinic.workflows.shell import in_force
from sereniv.clinic.workflows.shell.in_force import rules_in_force, tables_by_version
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_rules import bound_of, out_of_order, thresholds, with_own
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
TODAY = NOON.date()
HOLD = "criteria.uncontrolled_hypertension.hold_above.systolic"
GATE = "criteria.uncontrolled_hypertension.gate_from.systolic"
OURS = OwnNumber(
    threshold=HOLD, value=Decimal(150), effective_from=TODAY, source="Hospital guideline 12", reason="Our patients"
)


def page(staff: dict[str, Staff], who: str, address: str) -> str:
    client = Client()
    client.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_every_number_a_clinic_may_set_has_its_range_and_the_packaged_one_lies_in_it() -> None:
    known = thresholds(knowledge())
    for name, each in known.items():
        matching = [row for row in knowledge().own_bounds.values() if row is bound_of(name, knowledge())]
        low, high = matching[0].range(each.value)
        assert low <= each.value <= high, name
        assert low < high, name
        assert not out_of_order(knowledge(), name), name
    used = {bound_of(name, knowledge()).id for name in known}
    assert used == set(knowledge().own_bounds), "a range without a number is dead"


def test_every_number_reaches_its_own_row_and_makes_another_version() -> None:
    versions = set()
    for name, each in thresholds(knowledge()).items():
        low, high = bound_of(name, knowledge()).range(each.value)
        other = low if low != each.value else high
        own = with_own(knowledge(), {name: other})
        changed = {key for key, now in thresholds(own).items() if now.value != thresholds(knowledge())[key].value}
        assert changed == {name}
        versions.add(own.version)
    assert len(versions) == len(thresholds(knowledge()))
    assert knowledge().version not in versions


def pressured(stage: Stage, act: ActMaker, systolic: int) -> str:
    """Return a candidate whose last two pressures are this high."""
    person = stage.candidate(SHE, NOON - timedelta(hours=1))
    for minutes in (20, 10):
        when = NOON - timedelta(minutes=minutes)
        typed = {"systolic": str(systolic), "diastolic": "80"}
        intake.record_measurements(person, typed, act("nurse", now=when))
    return str(person)


def decided(person: str, act: ActMaker) -> pe.CandidacyDecided:
    head = chart_store.person_chart(person).head
    return candidacy.decide_candidacy(person, pe.Decision.DECLINED, "Wait for her letters", head, act("prescriber"))


def result_of(event: pe.CandidacyDecided) -> str:
    return next(each.result for each in event.findings if each.criterion == "uncontrolled_hypertension")


def test_another_number_changes_the_person_and_the_page_and_an_old_decision_keeps_its_own_rules(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    person = pressured(stage, act, 145)
    before = decided(person, act)
    assert result_of(before) == "met"
    assert "Uncontrolled hypertension" in page(staff, "prescriber", f"/people/{person}/")
    sign_own(OURS, act("director", second="prescriber"))
    after = decided(person, act)
    assert result_of(after) == "not met", "145 no longer holds"
    assert before.knowledge_version == knowledge().version != after.knowledge_version == rules_in_force(NOON).version
    known = tables_by_version()
    assert known[before.knowledge_version][0].criteria["uncontrolled_hypertension"].hold_above["systolic"] == 140
    assert known[after.knowledge_version][0].criteria["uncontrolled_hypertension"].hold_above["systolic"] == 150
    told = page(staff, "prescriber", f"/rules/version/{after.knowledge_version}/")
    assert "150" in told
    assert "140" in told
    assert "packaged tables of this program" in page(staff, "prescriber", f"/rules/version/{before.knowledge_version}/")
    assert f"/rules/version/{after.knowledge_version}/" in page(staff, "prescriber", f"/people/{person}/")


def test_another_number_changes_the_gate_and_what_it_says(stage: Stage, act: ActMaker) -> None:
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    typed = {
        "systolic": "145", "diastolic": "80", "heart_rate": "70", "spo2": "98", "respiratory_rate": "14",
    }  # fmt: skip
    charting.chart_vitals(session, typed, act("nurse"))

    def vitals() -> tuple[bool, str]:
        lines = sessions.gate_lines(chart_store.session_chart_of(session), act("nurse"))
        line = next(each for each in lines if each.row.id == "vitals")
        return line.lets_pass, line.why

    assert vitals() == (False, vitals()[1])
    assert "Pressure over 140/90" in vitals()[1]
    sign_own(OURS, act("director", second="prescriber"))
    assert vitals()[0], vitals()
    sign_own(replace(OURS, value=Decimal(142)), act("director", second="prescriber"))
    assert "Pressure over 142/90" in vitals()[1]


def test_a_number_holds_from_its_day_on_and_the_packaged_one_can_return(act: ActMaker) -> None:
    week, then = TODAY + timedelta(days=7), NOON + timedelta(days=7)
    sign_own(replace(OURS, effective_from=week), act("director", second="prescriber"))
    assert rules_in_force(NOON) is knowledge()
    assert rules_in_force(then).criteria["uncontrolled_hypertension"].hold_above["systolic"] == 150
    assert standings(NOON)[HOLD].coming[0].event.value == 150
    sign_own(replace(OURS, value=Decimal(140), effective_from=week), act("director", second="prescriber"))
    assert rules_in_force(then).version == knowledge().version
    assert [each.event.value for each in standings(then)[HOLD].history] == [None, 150]
    assert not standings(then)[HOLD].is_own


def test_one_person_alone_or_a_nurse_never_changes_a_rule(act: ActMaker) -> None:
    for second in ("", "director", "nurse", "coordinator"):
        with pytest.raises(Refused):
            sign_own(OURS, act("director", second=second))
    assert chart_store.read("home") == ()


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"value": Decimal(161)}, Malformed, "110 to 160"),
        ({"value": Decimal(109)}, Malformed, "110 to 160"),
        ({"value": Decimal("145.5")}, Malformed, "whole"),
        ({"threshold": "criteria.nothing"}, Malformed, "no number"),
        ({"threshold": "limits.over_cap_mg_per_h.hard_above", "value": Decimal(1)}, Malformed, "no number"),
        ({"threshold": "limits.dose_mg.absolute_above", "value": Decimal(151)}, Malformed, "75 to 150"),
        ({"threshold": "suicide_item.step_min", "value": Decimal(16)}, Malformed, "1 to 15"),
        ({"threshold": "limits.dose_mg.hard_above", "value": Decimal(151)}, Refused, "would lie above"),
        ({"effective_from": TODAY - timedelta(days=1)}, Malformed, "has passed"),
        ({"effective_from": TODAY + timedelta(days=367)}, Malformed, "next year"),
        ({"source": " "}, Malformed, "source"),
        ({"reason": ""}, Malformed, "reason"),
    ],
)
def test_nonsense_is_not_signed(act: ActMaker, change: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        sign_own(replace(OURS, **change), act("director", second="prescriber"))
    assert chart_store.read("home") == ()


def test_a_number_that_another_one_will_overtake_is_refused_for_that_day(act: ActMaker) -> None:
    later = TODAY + timedelta(days=3)
    sign_own(
        replace(OURS, threshold=GATE, value=Decimal(145), effective_from=later), act("director", second="prescriber")
    )
    with pytest.raises(Refused, match="From 05 Mar 2026"):
        sign_own(OURS, act("director", second="prescriber"))


def test_before_signing_it_shows_who_notices(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    pressured(stage, act, 145)
    shown = page(staff, "director", f"/rules/own/{HOLD}/sign/?value=150")
    assert "Of <b>1</b> person something would read otherwise today" in " ".join(shown.split())
    assert "met: HOLD" in shown
    assert "systolic 141" in shown, "a worked example that would read otherwise"
    nobody = page(staff, "director", f"/rules/own/{HOLD}/sign/?value=144")
    assert "Nobody of 1 people" in nobody
    assert "Before the start: vital signs" in nobody


def test_the_form_signs_what_it_showed(staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock) -> None:
    client = Client()
    client.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    typed = {
        "key": "own-number-0001", "effective_from": TODAY.isoformat(), "source": "Guideline",
        "reason": "Ours by our figures", "second_person": staff["prescriber"].pk, "second_secret": PASSWORD,
    }  # fmt: skip

    address = f"/rules/own/{HOLD}/sign/"
    assert client.post(address, typed).status_code == 422, "without a number there is nothing to sign"
    assert rules_in_force(NOON) is knowledge()
    assert client.post(f"{address}?value=170", typed).status_code == 422
    assert client.post(f"{address}?value=150", typed).status_code == 302
    assert rules_in_force(NOON).criteria["uncontrolled_hypertension"].hold_above["systolic"] == 150
    client.post(f"{address}?value=150", typed)
    assert len(chart_store.read("home")) == 1, "the same form twice signs once"
    assert "Guideline" in page(staff, "nurse", f"/rules/own/{HOLD}/")
    assert "Guideline" in page(staff, "coordinator", "/rules/own/")


@pytest.mark.parametrize(
    "value", ["", "NaN", "-1", "1e400", "Infinity", "1e-9", "x" * 5000, "140\x00", "\u0661\u0664\u0660"]
)
def test_a_hostile_number_is_answered_in_words(staff: dict[str, Staff], fixed_clock: FixedClock, value: str) -> None:
    client = Client()
    client.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/rules/own/{HOLD}/sign/", {"value": value}).status_code in {200, 422}
    assert client.get("/rules/own/nothing.here/sign/", {"value": value}).status_code == 404
    signed = client.post(f"/rules/own/{HOLD}/sign/?value=150", {"effective_from": value, "source": value, "key": value})
    assert signed.status_code == 422
    assert chart_store.read("home") == ()


def test_a_request_asks_once_which_rules_are_in_force(act: ActMaker) -> None:
    sign_own(OURS, act("director", second="prescriber"))
    rules_in_force(NOON)
    with in_force.read_once(), CaptureQueriesContext(connection) as asked:
        assert len({rules_in_force(NOON).version for _ in range(5)}) == 1
    assert len(asked) == 1
    with in_force.read_once():
        before = rules_in_force(NOON)
        sign_own(replace(OURS, value=Decimal(149)), act("director", second="prescriber"))
        assert rules_in_force(NOON) != before, "who has just signed reads what they signed"


def test_what_would_hold_is_only_looked_at(act: ActMaker) -> None:
    assert tables_with(HOLD, Decimal(150), NOON).version != knowledge().version
    assert chart_store.read("home") == ()
    assert not SessionRow.objects.exists()


def test_a_running_infusion_reads_another_number_at_once_and_the_page_says_so(
    stage: Stage, staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=25))
    fixed_clock.shown = NOON
    stage.vitals(session, SHE.pressure, NOON - timedelta(minutes=1))

    def due() -> datetime:
        found = status_of(session, chart_store.session_chart_of(session), NOON).due
        assert found is not None
        return found.at

    before = due()
    said = page(staff, "director", "/rules/own/schedule.close_watch_every_min/sign/?value=8")
    assert "1 session is open" in said
    assert "reads the new number from the first moment of its day, at once where that is today" in said
    sooner = replace(OURS, threshold="schedule.close_watch_every_min", value=Decimal(8))
    sign_own(sooner, act("director", second="prescriber"))
    assert due() - before == timedelta(minutes=3)
    later = replace(sooner, value=Decimal(5), effective_from=NOON.date() + timedelta(days=1))
    sign_own(later, act("director", second="prescriber"))
    assert due() - before == timedelta(minutes=3)
