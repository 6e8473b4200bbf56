"""The Today list: each role sees what waits for it, each line leads somewhere they may go, and empty says so."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.backup.state import BackupState
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, ClinicDetails
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.admin.setup_steps import setup_steps
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.admin import backups, on_call
from sereniv.clinic.workflows.admin.going_live import SetupFacts
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import charting, monitors, notes, sessions
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.therapy.making import taken_up
from tests.workflows import test_path
from tests.workflows.coursing import consent_version
from tests.workflows.test_path import SHE, VIAL, WANTED, at, registration

pytestmark = pytest.mark.django_db
stage = test_path.stage
CANDIDATE = replace(cast_list.CANDIDATE, name="candidate")


def lists(person: Staff, minute: float = 0) -> dict[str, list[str]]:
    return {topic.title: [line.what for line in topic.lines] for topic in topics_for(person, at(minute))}


def test_a_running_infusion_is_the_nurses_with_what_is_due(stage: Stage, staff: dict[str, Staff]) -> None:
    stage.infusing(SHE, "Chair 1", NOON)
    (topic,) = topics_for(staff["nurse"], at(3))
    assert topic.title == "At the chairs"
    assert "vital signs due in 2:00" in topic.lines[0].detail
    assert not topic.lines[0].pressing
    (line,) = topics_for(staff["nurse"], at(7))[0].lines
    assert "vital signs late by 2:00" in line.detail
    assert line.pressing
    assert "At the chairs" not in lists(staff["prescriber"])


def test_a_waiting_gate_says_what_holds_it_back(stage: Stage, staff: dict[str, Staff]) -> None:
    stage.at_the_gate(SHE, "Chair 1", NOON)
    (topic,) = topics_for(staff["nurse"], NOON)
    assert topic.title == "Gate waiting"
    assert "Vital signs" in topic.lines[0].detail


def test_a_prompt_nobody_noticed_reaches_the_prescriber(stage: Stage, staff: dict[str, Staff], act: ActMaker) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_vitals(session, {"spo2": "84"}, act("nurse", now=at(2)))
    monitors.watch_session(session, at(2))
    assert "prompt" in topics_for(staff["nurse"], at(2))[0].lines[0].detail
    assert "Prompts escalated to you" not in lists(staff["prescriber"], 2)
    first = topics_for(staff["prescriber"], at(20))[0]
    assert (first.title, first.lines[0].pressing) == ("Prompts escalated to you", True)


def test_a_gate_line_that_does_not_hold_is_the_prescribers_to_judge(
    stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    session = stage.at_the_gate(SHE, "Chair 1", NOON)
    assert "Exceptions to judge" not in lists(staff["prescriber"])
    sessions.attest(session, "fasting", False, "", act("nurse"))
    assert lists(staff["prescriber"])["Exceptions to judge"]
    sessions.override(session, "fasting", "clear fluids only", act("prescriber"))
    assert "Exceptions to judge" not in lists(staff["prescriber"])


def test_an_order_waits_for_everybody_but_its_signer(stage: Stage, staff: dict[str, Staff], act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    assert "Candidates to decide" in lists(staff["prescriber"])
    head = chart_store.person_chart(person_id).head
    candidacy.decide_candidacy(person_id, pe.Decision.ELIGIBLE, "x", head, act("prescriber"))
    assert "Orders to sign" in lists(staff["prescriber"])
    orders.sign_order(person_id, WANTED, "", chart_store.person_chart(person_id).head, act("prescriber"))
    assert "Orders to sign" not in lists(staff["prescriber"])
    assert "Orders to co-sign" not in lists(staff["prescriber"])
    assert "Orders to co-sign" in lists(staff["nurse"])
    assert "Orders to co-sign" in lists(staff["director"])
    terms = chart_store.person_chart(person_id).orders[-1]
    number = terms.signed.stream_seq
    orders.co_sign_order(person_id, number, terms.terms.dose_mg, terms.terms.rate_ml_per_h, act("nurse"))
    assert lists(staff["nurse"]) == {}


def test_an_incomplete_file_is_the_coordinators(staff: dict[str, Staff], act: ActMaker) -> None:
    someone = people.register(registration(), act("coordinator"))
    assert len(lists(staff["coordinator"])["Files to complete"]) == 2
    intake.record_consent(someone.pk, consent_version(), "Ida", "", act("coordinator"))
    (line,) = topics_for(staff["coordinator"], NOON)[0].lines
    assert "PHQ-9" in line.what
    assert resolve(line.address).view_name == "person", "a coordinator enters no scores"
    answers.answer(someone.pk, "phq9", (0,) * 9, "patient", act("nurse"))
    assert lists(staff["coordinator"]) == {}


def test_item_nine_is_first_and_presses_until_somebody_asked(staff: dict[str, Staff], act: ActMaker) -> None:
    someone = people.register(registration(), act("coordinator"))
    answers.answer(someone.pk, "phq9", (0, 0, 0, 0, 0, 0, 0, 0, 1), "patient", act("nurse"))
    for who in ("nurse", "prescriber", "director"):
        first = topics_for(staff[who], NOON)[0]
        assert (first.title, first.lines[0].pressing) == ("Ask in person", True)
    safety.take_up(someone.pk, taken_up(chart_store.person_chart(someone.pk).head), act("nurse"))
    assert "Ask in person" not in lists(staff["nurse"])


def test_a_questioned_weight_and_an_evaluation_wait(stage: Stage, staff: dict[str, Staff], act: ActMaker) -> None:
    person_id = stage.candidate(CANDIDATE, NOON)
    intake.record_measurements(person_id, {"weight_kg": "158.2"}, act("nurse"))
    assert lists(staff["nurse"])["Values to confirm"]
    past = (pe.SubstanceUse.PAST_DISORDER,)
    intake.record_history(person_id, pe.HistoryList.SUBSTANCE_USE, (), past, act("nurse"))
    assert lists(staff["prescriber"])["Evaluations asked"]
    candidacy.record_evaluation(person_id, "substance_use_needs_evaluation", "fine", 9, act("prescriber"))
    assert "Evaluations asked" not in lists(staff["prescriber"])


def test_whoever_was_to_be_evaluated_first_waits_for_a_decision_once_they_were(
    stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    """The evaluation came, or what was found ran out: nobody's Today named them again."""
    person_id = stage.candidate(CANDIDATE, NOON)
    past, concern = (pe.SubstanceUse.PAST_DISORDER,), "substance_use_needs_evaluation"
    intake.record_history(person_id, pe.HistoryList.SUBSTANCE_USE, (), past, act("nurse"))
    head = chart_store.person_chart(person_id).head
    candidacy.decide_candidacy(person_id, pe.Decision.NEEDS_EVALUATION, "to be evaluated", head, act("prescriber"))
    assert lists(staff["prescriber"])["Evaluations asked"]
    assert "Candidates to decide" not in lists(staff["prescriber"]), "it waits for the evaluation"
    asked = pe.EvaluationOpened(criterion=concern, question="Stable?", asked_of="Dr Brook", due_on=NOON.date())
    candidacy.open_evaluation(person_id, asked, act("prescriber"))
    assert "Candidates to decide" not in lists(staff["prescriber"])
    candidacy.record_evaluation(person_id, concern, "stable for years", 365, act("prescriber"))
    assert lists(staff["prescriber"])["Candidates to decide"]
    much_later = 60 * 24 * 200
    assert lists(staff["nurse"], much_later)["To ask and measure before a decision"]
    assert lists(staff["director"], much_later)["Candidates undecided for weeks"]
    head = chart_store.person_chart(person_id).head
    candidacy.decide_candidacy(person_id, pe.Decision.DECLINED, "not wished any more", head, act("prescriber"))
    assert not any("Candidate" in each or "decision" in each for each in lists(staff["nurse"], much_later))


def test_drug_and_notes_wait_for_the_nurse_and_later_for_the_director(
    stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    assert "Drug never accounted for" not in lists(staff["director"], 1), "it is running"
    charting.chart_fact(session, ev.InfusionStopped(reason="done"), act("nurse", now=at(40)))
    assert lists(staff["nurse"], 41)["Drug to account for"]
    assert lists(staff["director"], 41)["Drug never accounted for"]
    stage.accounted(session, at(42))
    assert "Drug to account for" not in lists(staff["nurse"], 43)
    assert "Drug never accounted for" not in lists(staff["director"], 43)
    for minute in (55, 70, 85, 101):
        stage.vitals(session, SHE.pressure, at(minute))
    charting.chart_fact(session, test_path.RECOVERED, act("nurse", now=at(102)))
    sessions.discharge(session, "Kim", True, "", stage.head(session), act("nurse", now=at(103)), identity_checked=True)
    assert lists(staff["nurse"], 104)["Notes to sign"]
    assert "Notes unsigned for a day" not in lists(staff["director"], 104)
    assert lists(staff["director"], 104 + 24 * 60)["Notes unsigned for a day"]


def test_backups_that_were_never_tried_wait_for_whoever_answers_for_the_books(
    staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Backups" not in lists(staff["director"], 0)
    untried = backups.Standing(plan=None, state=BackupState(), complaint="No backup is made.")
    monkeypatch.setattr(backups, "standing", lambda _: untried)
    assert lists(staff["director"], 0)["Backups"]


SET = {"help_number": "4", "help_words": "Shout.", "week": {"Monday": ["08:00", "12:00"]}}


def test_the_steps_of_setting_up_go_away_one_by_one(staff: dict[str, Staff]) -> None:
    full = ClinicDetails(name="Q", phone="1", crisis_number="2", on_call_phone="3", **SET)
    twins = (*staff.values(), replace_roles(staff["coordinator"]))
    facts = SetupFacts(staff=twins, chairs=1, details=full, somebody_on_call=True, without_second_factor=(),
        standard_is_signed=True, numbers_are_signed=True, drug_received=True, backups_are_made=True,
    )  # fmt: skip
    assert [step.title for step in setup_steps(facts) if not step.done] == []
    for change, title in (
        ({"chairs": 0}, "Add a chair"),
        ({"somebody_on_call": False}, "somebody on call"),
        ({"details": ClinicDetails(name="Q", phone="1", on_call_phone="3", **SET)}, "crisis number"),
        ({"staff": tuple(each for each in twins if each.username != "nurse2")}, "Add a second nurse"),
        ({"without_second_factor": ("Eva",)}, "second factor"),
    ):
        missing = [step.title for step in setup_steps(replace(facts, **change)) if not step.done]
        assert len(missing) == 1
        assert title in missing[0]


def replace_roles(person: Staff) -> Staff:
    return Staff(pk=77, username="twin", full_name="Twin", roles=["administrator"], is_active=person.is_active)


def test_every_line_leads_where_its_reader_may_go(
    stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=12))
    stage.at_the_gate(replace(SHE, name="gate"), "Chair 2", NOON)
    stage.candidate(CANDIDATE, NOON)
    fixed_clock.shown = NOON
    Chair.objects.create(name="Chair 1")
    seen = 0
    for username, person in staff.items():
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/today/").content.decode()
        main = page[page.index("<h1>Today") :]
        for address in re.findall(r'<li[^>]*>\s*<a id="[^"]+" href="([^"]+)"', main):
            need = ROUTES[resolve(address).view_name]
            assert isinstance(need, Permission)
            assert person.may(need), f"{username} may not open {address}"
            assert client.get(address).status_code == 200, address
            seen += 1
    assert seen > 8


def test_nothing_to_do_is_said_in_words_and_an_administrator_lands_here(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    del fixed_clock
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert "Nothing waits for you. The board shows every chair." in client.get("/today/").content.decode()
    client.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/")["Location"] == "/today/"


def test_more_people_do_not_mean_more_queries(stage: Stage, staff: dict[str, Staff]) -> None:
    def queries() -> int:
        topics_for(staff["prescriber"], NOON)  # whoever is new or was written about is read at the first look
        with CaptureQueriesContext(
            connection,
        ) as seen:
            topics_for(staff["prescriber"], NOON)
        return len(seen)

    stage.candidate(replace(SHE, name="one"), NOON)
    few = queries()
    for name in ("two", "three", "four"):
        stage.candidate(replace(SHE, name=name), NOON)
    assert queries() == few


def test_the_medical_director_sees_item_nine_once_it_has_climbed_to_them(stage: Stage, staff: dict[str, Staff]) -> None:
    person = stage.candidate(replace(SHE, phq9=(0,) * 9), NOON)
    answers.answer(person, "phq9", (0,) * 8 + (1,), "patient", stage.act("nurse", NOON))
    director = staff["director"]
    director.roles = ["medical director"]
    rule = knowledge().suicide_item
    reached = rule.acknowledge_staffed_min + (len(rule.ladder) - 1) * rule.step_min
    assert "Thoughts of suicide, escalated" not in lists(director, reached - 1)
    titles = list(lists(director, reached))
    assert titles[0] == "Thoughts of suicide, escalated", "what presses stands first"


def test_what_presses_stands_first_whatever_its_topic(staff: dict[str, Staff]) -> None:
    night = 12 * 60
    first = topics_for(staff["admin"], at(night))[0]
    assert (first.title, first.presses) == ("On call", True)
    by_day = next(each for each in topics_for(staff["admin"], NOON) if each.title == "On call")
    assert not by_day.presses, "somebody is at the clinic"
    on_call.put_on_call(
        on_call.Shift(role=on_call.roles_on_call()[0], name="Dr V", phone="5"),
        Act(by=staff["admin"], now=NOON, key="on-call-0001"),
    )
    assert "On call" not in lists(staff["admin"], night)


def test_a_coordinator_sees_who_wrote_and_a_nurse_what_expired(staff: dict[str, Staff], act: ActMaker) -> None:
    enquiries.receive(enquiries.Asked(name="Robin", reach="555", message=""), "enquiry-0001", NOON, enquiries.Place())
    assert lists(staff["coordinator"], 90)["Enquiries to answer"] == ["Robin asked"]
    stock.receive_vial(replace(VIAL, expires=NOON.date()), act("nurse", second="nurse2"))
    assert "Expired or set apart" not in lists(staff["nurse"], 0)
    assert "expired on 2 Mar 2026" in lists(staff["nurse"], 24 * 60)["Expired or set apart"][0]


def test_an_enquiry_that_names_thoughts_of_suicide_reaches_everybody_who_may_call_until_it_is_answered(
    staff: dict[str, Staff], act: ActMaker
) -> None:
    """It waited among the others for the coordinator, and for the director after three days."""
    asked = enquiries.Asked(name="Robin", reach="555", message="I want to end my life. Can you help?")
    wrote = enquiries.receive(asked, "enquiry-0001", NOON, enquiries.Place())
    calm = enquiries.Asked(name="Sam", reach="556", message="I am not suicidal, what does it cost?")
    enquiries.receive(calm, "enquiry-0002", NOON, enquiries.Place())
    title = "Enquiries that name thoughts of suicide"
    for who in ("nurse", "prescriber", "coordinator", "director"):
        assert lists(staff[who], 1)[title] == ["Robin: what they wrote names thoughts of suicide. Reach them now"], who
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/enquiries/").content.decode()
    assert page.count("What they wrote names thoughts of suicide.") == 1
    enquiries.answered(wrote.pk, act("nurse"))
    assert title not in lists(staff["nurse"], 2)


def test_a_questionnaire_due_after_the_infusion_waits_for_the_nurse(stage: Stage, staff: dict[str, Staff]) -> None:
    stage.infusing(SHE, "Chair 1", NOON)
    assert "Questionnaires due" not in [topic.title for topic in topics_for(staff["nurse"], NOON + timedelta(days=3))]
    found = {topic.title: topic.lines for topic in topics_for(staff["nurse"], NOON + timedelta(days=5))}
    (line,) = found["Questionnaires due"]
    assert line.what.endswith(": PHQ-9")
    assert line.address.endswith("/scale/phq9/")


def test_a_value_that_nobody_confirmed_is_asked_about_after_they_went_home_until_the_note_is_signed(
    stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_vitals(session, {"systolic": "88", "diastolic": "121"}, act("nurse", now=at(5)))
    assert "Chair 1: Leila Corvin, systolic" in lists(staff["nurse"], 6)["Values to confirm"]
    end = at(40)
    charting.chart_fact(session, ev.InfusionStopped(reason="done"), act("nurse", now=end))
    stage.accounted(session, end)
    head, by = chart_store.session_chart_of(session).head, act("prescriber", now=at(110))
    sessions.discharge(session, "Kim", True, "agreed with both of them", head, by, identity_checked=True)
    assert "Leila Corvin, infusion 1: systolic" in lists(staff["nurse"], 111)["Values to confirm"]
    head = chart_store.session_chart_of(session).head
    notes.sign_note(session, head, act("nurse", now=at(112)), "left as it was charted; nobody measured again")
    assert "Values to confirm" not in lists(staff["nurse"], 113)
