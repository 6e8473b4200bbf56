"""Beside the plan and after it: medicines, help, a hospital, check-ins and side effects, each as somebody does it."""

import re
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import FINISHED, demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM
from sereniv.clinic.records.models import ListedRow, SessionRow
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.chair import calling, care, charting, monitors, notes, sessions
from sereniv.clinic.workflows.followup import aftercare, side_effects
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.safety import safety
from sereniv.knowledge import knowledge
from sereniv.therapy.documents import note_text
from sereniv.therapy.followup.aftercare import adverse_events
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.safety import suicide
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.session.events.incidents import Suicidality
from tests.conftest import NOON, ActMaker, FixedClock
from tests.shared_state import SharedStage
from tests.therapy.making import taken_up
from tests.web.desk import words_of
from tests.workflows.test_path import SHE, VIAL, at, told

pytestmark = pytest.mark.django_db
CALL = pe.CheckInRecorded(
    session="", reached=True, by_whom="the patient", asked=("drowsy", "urinary"), symptoms=("urinary",),
    suicidality=Suicidality.WORSE, mood=pe.Mood.WORSE, drove_or_worked=True, remark="wants to be seen",
)  # fmt: skip


@pytest.fixture
def stage(staff: dict[str, Staff]) -> Stage:
    del staff
    return SharedStage.with_vial(VIAL, at(-120))


@pytest.fixture
def running(stage: Stage) -> uuid.UUID:
    return stage.infusing(SHE, "Chair 1", NOON)


@pytest.fixture
def home_again(stage: Stage) -> tuple[uuid.UUID, uuid.UUID]:
    who = replace(FINISHED, name="they")
    session = stage.finished(who, "Chair 1", NOON)
    return demo_id(who.name), session


def lines(who: str, staff: dict[str, Staff], now: datetime) -> dict[str, list[str]]:
    return {topic.title: [line.what for line in topic.lines] for topic in topics_for(staff[who], now)}


def test_a_struck_grade_takes_its_prompt_with_it_at_once(running: uuid.UUID, act: ActMaker) -> None:
    charting.chart_observation(running, ev.Observation.DISTRESS, 3, "", act("nurse", now=at(3)))
    wrong = told(running).head
    monitors.watch_session(running, at(3))
    assert told(running).open_alerts
    charting.strike(running, wrong, "wrong button", act("nurse", now=at(4)))
    chart = told(running)
    assert (chart.open_alerts, chart.entries[-1].recorded_by) == ((), SYSTEM)
    assert chart.entries[-1].event == ev.AlertWithdrawn(alert="distress_severe", entry=wrong)
    assert monitors.watch_session(running, at(4)) == 0


def test_a_standing_order_charts_its_dose_and_a_sedative_prolongs_the_stay(running: uuid.UUID, act: ActMaker) -> None:
    row = knowledge().standing_orders["midazolam"]
    care.give_under_order(running, row, row.doses[0], "", act("nurse", now=at(9)))
    given = told(running).medicines[-1].event
    assert (given.medicine, given.dose, given.effect, given.indication) == (
        "Midazolam", Decimal(1), ev.Effect.SEDATIVE, row.indication,
    )  # fmt: skip
    with pytest.raises(Malformed, match="greater than zero"):
        care.give_other(running, replace(given, dose=Decimal(0)), act("nurse"))
    charting.chart_fact(running, ev.InfusionStopped(), act("nurse", now=at(40)))
    with pytest.raises(Refused, match="120 minutes more after a sedative"):
        sessions.discharge(
            running, "Kim", True, "", told(running).head, act("nurse", now=at(219)), identity_checked=True
        )


def test_help_calls_from_every_screen_until_somebody_came(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = at(6)
    assert calling.help_open() == ()
    nurse, admin = Client(), Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    admin.force_login(staff["admin"], backend="django.contrib.auth.backends.ModelBackend")
    said = nurse.post(f"/sessions/{running}/help/").content.decode()
    assert "Press the wall button" in said
    (call,) = calling.help_open()
    assert (call.row.pk, call.since) == (running, at(6))
    for somebody, path in ((nurse, "/people/"), (nurse, "/calls/"), (admin, "/set-up/")):
        assert "HELP at Chair 1" in somebody.get(path).content.decode()
    assert call.row.person.initials not in admin.get("/calls/").content.decode(), "an administrator reads no patients"
    with pytest.raises(Malformed):
        calling.answer_help(running, " ", act("nurse2", now=at(7)))
    calling.answer_help(running, "Dr Voss", act("nurse2", now=at(7)))
    assert calling.help_open() == ()
    assert "HELP at" not in nurse.get("/people/").content.decode()
    with pytest.raises(Refused, match="was answered"):
        calling.answer_help(running, "again", act("nurse2", now=at(8)))


def test_a_transfer_frees_the_chair_and_still_asks_for_the_drug(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff]
) -> None:
    care.transfer_out(running, "City Hospital", "chest pain", act("nurse", now=at(20)))
    chart = told(running)
    assert (chart.phase, chart.stopped_at, chart.discharged) == (Phase.DISCHARGED, at(20), None)
    assert SessionRow.objects.get().phase == "discharged"
    with pytest.raises(Refused, match="is over"):
        care.transfer_out(running, "City Hospital", "chest pain", act("nurse", now=at(21)))
    with pytest.raises(Refused, match="Account for the drug"):
        notes.sign_note(running, chart.head, act("nurse", now=at(30)))
    assert "Drug to account for" in lines("nurse", staff, at(30))
    charting.reconcile_drug(
        running, Decimal("17.9"), Decimal("17.8"), "sink", "", act("nurse", now=at(31), second="nurse2")
    )
    notes.sign_note(running, told(running).head, act("nurse", now=at(32)))
    assert "Transferred to City Hospital, not discharged: chest pain." in str(notes.note_of(told(running)))


def test_who_went_to_a_hospital_is_called_there_and_decided_on_before_anything_is_booked(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The call said *left 12:20* and nothing of a hospital; the person's page said to book the next infusion."""
    care.transfer_out(running, "City Hospital", "chest pain", act("nurse", now=at(20)))
    fixed_clock.shown = at(26 * 60)
    person, pages = SessionRow.objects.get().person_id, {}
    for who in ("nurse", "prescriber", "coordinator"):
        browser = Client()
        browser.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
        pages[who] = browser.get(f"/people/{person}/").content.decode()
        if who == "nurse":
            call = browser.get(f"/people/{person}/check-in/{running}/").content.decode()
            assert "went to City Hospital on 02 Mar 12:20: chest pain. Call there first." in call
    for page in pages.values():
        assert "book it" not in page
    assert "Does treatment go on? Went from the chair to City Hospital" in pages["prescriber"]
    assert "Whether treatment goes on is a prescriber&#x27;s to decide" in pages["coordinator"]
    assert "City Hospital" not in pages["coordinator"]


def test_drug_is_not_accounted_for_before_the_pump_is_charted_as_stopped(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = at(20)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")

    def account(minute: float) -> None:
        acting = act("nurse", now=at(minute), second="nurse2")
        charting.reconcile_drug(running, Decimal("17.9"), Decimal("17.8"), "sink", "", acting)

    page = nurse.get(f"/sessions/{running}/drug/").content.decode()
    assert "not charted as stopped" in page
    assert 'value="17.' not in page, "what is still in the pump is not wasted"
    assert 'name="method" value' not in page, "nor has anybody said how"
    with pytest.raises(Refused, match="Chart that you have stopped it, with the time it happened"):
        account(20)
    charting.chart_fact(running, ev.InfusionPaused(reason="queasy"), act("nurse", now=at(20)))
    with pytest.raises(Refused, match="not charted as stopped"):
        account(21)
    charting.chart_fact(running, ev.InfusionStopped(reason="end"), act("nurse", now=at(30)), at(20))
    fixed_clock.shown = at(30)
    page = nurse.get(f"/sessions/{running}/drug/").content.decode()
    assert 'name="given_mg" value="17.9"' in page
    assert 'name="wasted_mg" value="17.8"' in page
    account(31)
    assert told(running).reconciled is not None


def test_a_finished_session_takes_no_more_samples(home_again: tuple[uuid.UUID, uuid.UUID]) -> None:
    incoming = [monitors.Incoming(signal="spo2", value=Decimal(98), at=at(200))]
    with pytest.raises(Refused, match=r"finished \(signed\)"):
        monitors.receive(home_again[1], "M1", incoming, at(200))


def test_the_call_the_next_day_opens_what_it_must(
    home_again: tuple[uuid.UUID, uuid.UUID],
    act: ActMaker,
    staff: dict[str, Staff],
    fixed_clock: FixedClock,
) -> None:
    person, session = home_again
    left = told(session).discharged
    assert left is not None
    tomorrow = left.at + timedelta(hours=24)
    assert "Check in after a session" not in lines("nurse", staff, tomorrow - timedelta(minutes=1))
    assert len(lines("nurse", staff, tomorrow)["Check in after a session"]) == 1
    nobody = replace(
        CALL, session=str(session), reached=False, asked=(), symptoms=(), suicidality=Suicidality.NOT_ASKED,
        mood=pe.Mood.NOT_ASKED, drove_or_worked=None,
    )  # fmt: skip
    aftercare.record_check_in(person, nobody, {}, act("nurse", now=tomorrow))
    assert len(lines("nurse", staff, tomorrow)["Check in after a session"]) == 1
    call = replace(CALL, session=str(session))
    with pytest.raises(Malformed, match="how bad"):
        aftercare.record_check_in(person, call, {}, act("nurse", now=tomorrow))
    entry = aftercare.record_check_in(person, call, {"urinary": 2, "drowsy": 0}, act("nurse", now=tomorrow))
    found = lines("prescriber", staff, tomorrow)
    assert "Check in after a session" not in found
    assert len(found["Ask in person"]) == 1
    assert "Urinary symptoms" in found["Side effects not over"][0]
    with pytest.raises(Refused, match="Take up the suicide item"):
        people.strike_record(person, entry, "wrong person", act("nurse", now=tomorrow))
    asked = taken_up(entry, finding="seen today, safety plan renewed")
    safety.take_up(person, asked, act("prescriber", now=tomorrow))
    with pytest.raises(Refused, match="taken up before"):
        safety.take_up(person, asked, act("prescriber", now=tomorrow))
    (event,) = adverse_events(chart_store.person_chart(person))
    fixed_clock.shown = tomorrow
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    strike = client.get(reverse("person_strike", args=[person, entry])).content.decode()
    assert "Recorded with it, and standing on: Side effect:" in strike, "it stood on without a word"
    number = event.recorded.stream_seq
    aftercare.follow_adverse_event(person, number, pe.Outcome.RESOLVED, "gone", act("nurse", now=tomorrow))
    after = lines("prescriber", staff, tomorrow)
    assert "Ask in person" not in after
    assert "Side effects not over" not in after


def test_a_red_answer_says_what_to_do_at_once_and_stays_until_somebody_was_told(
    home_again: tuple[uuid.UUID, uuid.UUID], act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    person, session = home_again
    fixed_clock.shown = at(26 * 60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    path = f"/people/{person}/check-in/{session}/"
    assert "▲ Any: Now or at rest: the emergency number" in nurse.get(path).content.decode(), "before it is answered"
    said = {"key": "red-call-1", "reached": "yes", "by_whom": "the patient", "suicidality": "none", "mood": "better"}
    questions = {f"ask_{name}": "0" for name in knowledge().aftercare.questions}
    answer = nurse.post(path, {**said, **questions, "ask_chest_pain": "3", "ask_headache": "1"}, follow=True)
    page = answer.content.decode()
    assert "Do now: Chest pain: Now or at rest: the emergency number, and stay on the line." in page
    assert "165/100" not in page, "nobody measured a pressure"
    assert "Chest pain: tell the prescriber, and write down what was done" in page, "what comes next is no booking"
    desk = Client()
    desk.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    at_the_desk = desk.get(f"/people/{person}/").content.decode()
    assert "Something said at the check-in to take up" in at_the_desk
    assert "Chest pain" not in at_the_desk
    call = chart_store.person_chart(person).last(pe.CheckInRecorded)
    assert call is not None
    assert (call.event.red, call.event.symptoms) == (("chest_pain",), ("headache", "chest_pain"))
    found = [each.recorded.event for each in adverse_events(chart_store.person_chart(person))]
    assert {(each.term, each.grade) for each in found} == {("headache", 1), ("chest_pain", 3)}
    for who, days in (("nurse", 0), ("prescriber", 0), ("prescriber", 40)):
        assert lines(who, staff, at(26 * 60) + timedelta(days=days))["Red answers at a check-in"], (who, days)
    with pytest.raises(Refused, match="who was told"):
        people.strike_record(person, call.stream_seq, "wrong person", act("nurse"))
    take_up = f"/people/{person}/check-in/{call.stream_seq}/red/"
    for number, (whom, done) in enumerate((("Dr Ono", " "), ("Dr Ono", "y"), ("x", "ambulance called"))):
        typed = {"key": f"red-untold-{number}", "told": whom, "done": done}
        assert nurse.post(take_up, typed).status_code == 422, "a letter ends no duty"
    assert nurse.post(take_up, {"key": "red-told-2", "told": "Dr Ono", "done": "ambulance called"}).status_code == 302
    assert "Red answers at a check-in" not in lines("nurse", staff, at(26 * 60))
    assert nurse.get(take_up).status_code == 404
    with pytest.raises(Refused, match="already taken up"):
        aftercare.take_up_red(person, call.stream_seq, "again", "again", act("nurse"))


def test_a_check_in_belongs_to_a_session_that_was_left(running: uuid.UUID, act: ActMaker) -> None:
    person = told(running).opened
    assert person is not None
    with pytest.raises(Refused, match="has not left"):
        aftercare.record_check_in(person.event.person, replace(CALL, session=str(running)), {}, act("nurse"))
    with pytest.raises(Refused, match="no such session"):
        aftercare.record_check_in(uuid.uuid4(), replace(CALL, session=str(running)), {}, act("nurse"))


def test_a_side_effect_says_what_it_is(home_again: tuple[uuid.UUID, uuid.UUID], act: ActMaker) -> None:
    person, session = home_again
    event = pe.AdverseEventRecorded(
        term="allergy", words="itch", grade=1, serious=False, session=str(session), related=pe.Related.POSSIBLE,
        action="", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip
    aftercare.record_adverse_event(person, event, act("nurse"))
    for wrong in ({"term": "magic"}, {"grade": 6}, {"grade": 5}, {"words": " "}):
        with pytest.raises(Malformed):
            aftercare.record_adverse_event(person, replace(event, **wrong), act("nurse"))
    counted = {each.term.id: each for each in side_effects.count_side_effects(NOON)}
    assert (counted["allergy"].cases, counted["nausea"].cases) == (1, 1)
    assert counted["allergy"].sessions.words == "not asked; 1 told unasked"
    assert counted["nausea"].people.words == "1 of 1 asked"
    people.strike_record(person, chart_store.person_chart(person).head, "other person", act("nurse"))
    assert {each.term.id: each.cases for each in side_effects.count_side_effects(NOON)}["allergy"] == 0


def test_a_count_kept_by_the_program_of_before_is_read_until_it_is_made_anew(
    home_again: tuple[uuid.UUID, uuid.UUID],
) -> None:
    """Of many records behind after an update the rows stand as they were: of what was told they say nothing."""
    del home_again
    side_effects.count_side_effects(NOON)
    ListedRow.objects.filter(list=side_effects.SIDE_EFFECTS, topic="nausea").update(place="1/1")
    counted = {each.term.id: each for each in side_effects.count_side_effects(NOON)}
    assert counted["nausea"].sessions.words == "1 of 1 asked"


def test_each_case_stands_behind_its_count_and_the_serious_ones_singly(
    home_again: tuple[uuid.UUID, uuid.UUID], act: ActMaker
) -> None:
    person, session = home_again
    assert list(side_effects.serious_ones(NOON)) == []
    event = pe.AdverseEventRecorded(
        term="seizure", words="two minutes", grade=3, serious=True, session=str(session), related=pe.Related.POSSIBLE,
        action="Midazolam", outcome=pe.Outcome.RESOLVED,
    )  # fmt: skip
    aftercare.record_adverse_event(person, event, act("nurse"))
    (alone,) = side_effects.serious_ones(NOON)
    assert (alone.person.pk, alone.content["words"], alone.content["action"]) == (person, event.words, event.action)
    director = Client()
    director.force_login(act("director").by, backend="django.contrib.auth.backends.ModelBackend")
    page = director.get("/side-effects/").content.decode()
    assert page.count(f'href="/sessions/{session}/note/"') >= 2
    assert "two minutes" in page
    assert "Midazolam" in page
    assert "not asked" in page
    assert "fewer than" not in page
    row = words_of(page.split('<th scope="row">Seizure</th>')[1].split("</tr>")[0])
    assert row.startswith("not asked; 1 told unasked Who "), row
    assert row.count("told unasked") == 3, "the infusion, who it was, the person"


def test_a_session_that_ended_in_death_or_in_hospital_stands_among_the_serious_ones(
    running: uuid.UUID, act: ActMaker
) -> None:
    """*None was recorded as serious*, said the page, of a day on which somebody died at a chair."""
    sent = ev.TransferredOut(where="City Hospital", reason="chest pain, ST elevation")
    charting.chart_fact(running, sent, act("nurse"))
    director = Client()
    director.force_login(act("director").by, backend="django.contrib.auth.backends.ModelBackend")
    page = words_of(director.get("/side-effects/").content.decode())
    assert "Left the chair for City Hospital: chest pain, ST elevation" in page
    assert "None was recorded as serious" not in page
    left = told(running).transferred
    assert left is not None
    charting.strike(running, left.stream_seq, "charted at the wrong chair", act("nurse"))
    assert list(side_effects.serious_ones(NOON)) == []
    charting.chart_fact(running, ev.Died(words="asystole", told="Dr Voss"), act("nurse"))
    (alone,) = side_effects.serious_ones(NOON)
    assert (alone.content["title"], alone.content["words"]) == ("Died here", "asystole")


def test_one_tap_charts_a_grade_a_dose_or_a_measure(
    running: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = at(8)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    taps = (
        ("observe/?what=moaas", {"pick": "moaas 4"}),
        ("observe/", {"pick": "iv site 1", "remark": "sore"}),
        ("medicine/", {"given": "labetalol 10"}),
        ("medicine/", {"given": "other", "medicine": "Paracetamol", "dose": "1", "unit": "g", "route": "by mouth"}),
        ("done/", {"done": "Oxygen given", "words": "2 L/min"}),
    )
    for number, (path, typed) in enumerate(taps):
        answer = nurse.post(f"/sessions/{running}/{path}", {**typed, "key": f"one-tap-{number}"})
        assert answer.status_code == 302, answer.content.decode()
    chart = told(running)
    assert [(each.event.observation, each.event.grade) for each in chart.observations] == [
        (ev.Observation.MOAAS, 4), (ev.Observation.IV_SITE, 1),
    ]  # fmt: skip
    assert [each.event.medicine for each in chart.medicines] == ["Labetalol", "Paracetamol"]
    assert [each.event.what for each in chart.interventions] == ["Oxygen given: 2 L/min"]
    for path, typed in (("observe/", {}), ("medicine/", {"given": "other"}), ("done/", {"done": "other"})):
        answer = nurse.post(f"/sessions/{running}/{path}", {**typed, "key": "one-tap-bad"})
        assert answer.status_code == 422


def test_a_medicine_with_an_allergy_against_it_is_told_before_marked_after_and_never_refused(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    opened = told(running).opened
    assert opened is not None
    person = uuid.UUID(opened.event.person)
    intake.record_history(person, pe.HistoryList.ALLERGIES, ("Ondansetron: anaphylaxis",), (), act("nurse"))
    medical.list_medicines(
        person, [medical.Written(name="citalopram", daily_mg=Decimal(40), as_needed=False)], act("nurse")
    )
    fixed_clock.shown = at(8)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get(f"/sessions/{running}/medicine/").content.decode()
    assert "▲ ALLERGY: Ondansetron: anaphylaxis" in page, "on the strip"
    assert "▲ ALLERGY to ondansetron: “Ondansetron: anaphylaxis”" in page, "beside the button"
    assert "prolongs QT, and takes citalopram, 40 mg a day: look at the ECG" in page
    assert "It was given all the same" in page
    answer = nurse.post(
        f"/sessions/{running}/medicine/", {"given": "ondansetron 4", "key": "given-dose-1"}, follow=True
    )
    after = answer.content.decode()
    assert "Ondansetron is charted, and questioned: ALLERGY to ondansetron" in after
    assert "QUESTIONED: ALLERGY to ondansetron" in after, "in the log"
    monitors.watch_all(at(8))
    page = nurse.get(f"/sessions/{running}/").content.decode()
    assert "Ondansetron given all the same" in page, "a prompt at the chair"
    for number in (2, 3):
        nurse.post(f"/sessions/{running}/medicine/", {"given": "ondansetron 4", "key": f"given-dose-{number}"})
    given = [each.event for each in told(running).medicines]
    assert [len(each.questions) for each in given] == [1, 2, 3], "given is given: allergy, interval, most"
    page = nurse.get(f"/sessions/{running}/medicine/").content.decode()
    assert "Last: 4 mg at" in page
    assert "12 of 8 mg in this session" in page
    other = {"given": "other", "medicine": "Zofran", "dose": "4", "unit": "mg", "route": "IV", "key": "given-dose-4"}
    nurse.post(f"/sessions/{running}/medicine/", other)
    assert any("ALLERGY to ondansetron" in each for each in told(running).medicines[-1].event.questions)
    text = note_text.text(notes.note_of(told(running)))
    assert "ALLERGY: Ondansetron: anaphylaxis." in text
    assert "QUESTIONED" in text


@pytest.mark.parametrize("unit", ["MG", "milligram", "tablet"])
def test_a_medicine_of_a_standing_order_is_held_against_it_in_whatever_unit_it_is_typed(
    running: uuid.UUID, act: ActMaker, unit: str
) -> None:
    row = knowledge().standing_orders["ondansetron"]
    care.give_under_order(running, row, Decimal(4), "", act("nurse", now=at(8)))
    event = ev.MedicineGiven(
        medicine="Zofran", dose=Decimal(4), unit=unit, route="IV", indication="", effect=ev.Effect.NEITHER
    )
    given = care.give_other(running, event, act("nurse", now=at(9)))
    assert any("at least 240 min between doses" in each for each in given.questions)


def test_what_is_to_be_looked_at_with_another_medicine_is_said_once_it_is_charted(
    running: uuid.UUID, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    opened = told(running).opened
    assert opened is not None
    taken = [medical.Written(name="citalopram", daily_mg=Decimal(40), as_needed=False)]
    medical.list_medicines(uuid.UUID(opened.event.person), taken, act("nurse"))
    fixed_clock.shown = at(8)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    for name, said in (
        ("haloperidol", "prolongs QT, and takes citalopram, 40 mg a day: look at the ECG"),
        ("green drops", "“green drops” is not recognised: nothing was compared"),
    ):
        typed = {
            "given": "other",
            "medicine": name,
            "dose": "1",
            "unit": "mg",
            "route": "IV",
            "key": f"look-{name[:5]}",
        }
        page = nurse.post(f"/sessions/{running}/medicine/", typed, follow=True).content.decode()
        assert said in page
    assert [each.event.questions for each in told(running).medicines] == [(), ()], "looked at, and in nobody's way"


def test_a_check_in_page_takes_what_was_said_and_names_what_was_not(
    home_again: tuple[uuid.UUID, uuid.UUID], staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    person, session = home_again
    fixed_clock.shown = at(26 * 60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    path = f"/people/{person}/check-in/{session}/"
    questions = {f"ask_{name}": "0" for name in knowledge().aftercare.questions}
    said = {"key": "check-in-1", "reached": "yes", "by_whom": "the patient", "suicidality": "none", "mood": "better"}
    assert nurse.post(path, {**said, **questions, "ask_urinary": ""}).status_code == 422
    assert nurse.post(path, {**said, **questions, "ask_urinary": "2", "ask_other": "-1"}).status_code == 302
    call = chart_store.person_chart(person).last(pe.CheckInRecorded)
    assert call is not None
    assert (call.event.symptoms, "other" in call.event.asked, call.event.drove_or_worked) == (("urinary",), False, None)
    page = nurse.get(f"/people/{person}/").content.decode()
    assert "Urinary symptoms" in page
    assert "Follow up" in page


def test_a_red_flag_written_at_a_check_in_is_asked_about_beside_a_question_that_says_no(
    home_again: tuple[uuid.UUID, uuid.UUID], staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*Chest pain: no* with "had chest pain at night" beside it was recorded in silence, and nobody was told."""
    person, session = home_again
    fixed_clock.shown = at(26 * 60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    path = f"/people/{person}/check-in/{session}/"
    questions = {f"ask_{name}": "0" for name in knowledge().aftercare.questions}
    said = {"key": "check-in-words", "reached": "yes", "by_whom": "herself", "suicidality": "none", "mood": "better"}
    said |= questions | {"remark": "Slept well; had chest pain at night, and hives"}
    asked = nurse.post(path, said)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "What you wrote below names chest pain. Choose how bad it is here." in page
    assert "What you wrote below names hives." in page
    assert 'type="checkbox" name="named_only"' in page
    assert "had chest pain at night" in page, "nothing typed is lost"
    assert nurse.post(path, {**said, "ask_chest_pain": "1", "ask_other": "1"}).status_code == 302
    call = chart_store.person_chart(person).last(pe.CheckInRecorded)
    assert call is not None
    assert call.event.red == ("chest_pain",)


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({"reached": "yes", "suicidality": "none"}, "Choose what was heard here."),
        ({"reached": "yes", "suicidality": "not asked"}, "Choose what was heard here."),
        ({"reached": "no"}, "Somebody told you: choose Yes, and write who."),
        ({"reached": "yes", "suicidality": "new or worse"}, ""),
        ({"reached": "yes", "suicidality": "none", "remark": "no suicidal thoughts"}, ""),
        ({"reached": "yes", "suicidality": "none", "named_only": "on"}, ""),
    ],
)
def test_thoughts_of_suicide_written_at_a_check_in_are_asked_about(
    home_again: tuple[uuid.UUID, uuid.UUID],
    staff: dict[str, Staff],
    fixed_clock: FixedClock,
    said: dict[str, str],
    asks: str,
) -> None:
    """*None* with "says he wants to die" beside it was recorded in silence, and so was a call that nobody answered."""
    person, session = home_again
    fixed_clock.shown = at(26 * 60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    questions = {f"ask_{name}": "0" for name in knowledge().aftercare.questions} if said["reached"] == "yes" else {}
    whole = {"key": "check-in-thoughts", "by_whom": "his mother", "remark": "says he wants to die", **questions, **said}
    if said["reached"] == "yes":
        whole["mood"] = "the same"
    answer = nurse.post(f"/people/{person}/check-in/{session}/", whole)
    assert answer.status_code == (422 if asks else 302)
    assert asks in answer.content.decode()


def test_thoughts_of_suicide_in_a_remark_prompt_until_they_are_asked_about_and_open_an_item(
    running: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    fixed_clock.shown = at(5)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    charting.chart_fact(running, ev.RemarkCharted(text="says she wants to die"), act("nurse", now=at(5)))
    monitors.watch_session(running, at(5))
    page = nurse.get(f"/sessions/{running}/").content.decode()
    assert "Thoughts of suicide?" in page
    assert f"/sessions/{running}/gate/since-last-time/" in page
    path = f"/sessions/{running}/gate/since-last-time/"
    sheet = nurse.get(path).content.decode()
    assert "asked_" not in sheet, "the gate's other questions were answered before the start"
    said = {"key": "asked-at-the-chair", "of_suicide_alone": "True", "words": "wants to die"}
    drawn = re.search(r'name="seen" value="(\d+)"', sheet)
    assert drawn is not None
    said["seen"] = drawn[1]
    assert nurse.post(path, {**said, "suicidality": "none"}).status_code == 422, "none, and the words say otherwise"
    worse = nurse.post(path, {**said, "suicidality": "new or worse"})
    assert (worse.status_code, worse["Location"]) == (302, f"/sessions/{running}/"), "back to the chair they came from"
    assert [each.title for each in suicide.waiting(chart_store.person_chart(demo_id(SHE.name)), knowledge())] == [
        "Asked at the gate"
    ]
    monitors.watch_session(running, at(6))
    open_now = [each.raised.event for each in told(running).open_alerts]
    assert [each.rule for each in open_now] == ["gate"], "the question is answered, and the gate is told at the chair"


def test_words_of_suicide_that_no_prompt_at_the_chair_can_ask_about_open_an_item(
    home_again: tuple[uuid.UUID, uuid.UUID], act: ActMaker
) -> None:
    """In a remark after the patient had left such words prompted nothing, and nothing else asked."""
    person, session = home_again

    def waiting() -> list[str]:
        return [each.said for each in suicide.waiting(chart_store.person_chart(person), knowledge())]

    charting.chart_fact(session, ev.RemarkCharted(text="family rang: she is not suicidal"), act("nurse"))
    assert waiting() == []
    remark = ev.RemarkCharted(text="family rang: she wants to die")
    for _ in range(2):
        charting.chart_fact(session, remark, act("nurse", key="remark-said-once"))
    assert waiting() == ["words that name thoughts of suicide: “family rang: she wants to die”"]
    charting.chart_fact(session, ev.RemarkCharted(text="called her, no answer"), act("nurse"))
    assert len(waiting()) == 1
    (item,) = suicide.waiting(chart_store.person_chart(person), knowledge())
    assert (item.title, item.from_whom) == ("Written at the chair", "written at the chair")
    safety.take_up(person, taken_up(item.entry, finding="reached, no plan"), act("prescriber"))
    assert waiting() == []
    charting.chart_fact(session, remark, act("nurse"))
    assert len(waiting()) == 1, "said anew after it was taken up"


def test_words_of_suicide_at_a_chair_whose_patient_leaves_go_on_as_an_item(running: uuid.UUID, act: ActMaker) -> None:
    charting.chart_fact(running, ev.RemarkCharted(text="says she wants to die"), act("nurse", now=at(5)))
    record = demo_id(SHE.name)
    assert suicide.waiting(chart_store.person_chart(record), knowledge()) == (), "the chair asks by itself"
    charting.chart_fact(running, ev.InfusionStopped(reason="ordered end"), act("nurse", now=at(6)))
    care.transfer_out(running, "the emergency department", "for observation", act("prescriber", now=at(7)))
    (item,) = suicide.waiting(chart_store.person_chart(record), knowledge())
    assert "says she wants to die" in item.said


@pytest.mark.parametrize(
    "more", [{"remark": "no chest pain"}, {"remark": "chest pain explained as reflux", "named_only": "on"}]
)
def test_a_check_in_whose_words_deny_a_red_flag_or_that_says_so_is_taken(
    home_again: tuple[uuid.UUID, uuid.UUID], staff: dict[str, Staff], fixed_clock: FixedClock, more: dict[str, str]
) -> None:
    person, session = home_again
    fixed_clock.shown = at(26 * 60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    questions = {f"ask_{name}": "0" for name in knowledge().aftercare.questions}
    said = {"key": "check-in-denied", "reached": "yes", "by_whom": "herself", "suicidality": "none", "mood": "the same"}
    assert nurse.post(f"/people/{person}/check-in/{session}/", said | questions | more).status_code == 302


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({"reached": "no", "ask_chest_pain": "3"}, "that nobody answered"),
        ({"reached": "no", "suicidality": "new or worse"}, "that nobody answered"),
        ({"reached": "no", "drove": "yes"}, "that nobody answered"),
        ({"reached": "yes", "ask_other": "3"}, "what else is troubling them"),
        ({"reached": "yes", "ask_other": "1", "remark": "."}, "what else is troubling them"),
    ],
)
def test_a_check_in_that_contradicts_itself_is_asked_about_and_keeps_what_was_chosen(
    home_again: tuple[uuid.UUID, uuid.UUID],
    staff: dict[str, Staff],
    fixed_clock: FixedClock,
    said: dict[str, str],
    asks: str,
) -> None:
    person, session = home_again
    fixed_clock.shown = at(26 * 60)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    untouched = {f"ask_{name}": "-1" for name in knowledge().aftercare.questions}
    untouched |= {"suicidality": "not asked", "mood": "not asked", "drove": "not asked", "by_whom": "the patient"}
    before = chart_store.person_chart(person).head
    answer = nurse.post(f"/people/{person}/check-in/{session}/", {"key": "check-in-2", **untouched, **said})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert asks in page
    assert chart_store.person_chart(person).head == before
    for name, value in said.items():
        if name.startswith("ask_"):
            assert re.search(rf'name="{name}" value="{value}"[^>]*checked', page), name
    taken = nurse.post(f"/people/{person}/check-in/{session}/", {"key": "check-in-3", **untouched, "reached": "no"})
    assert taken.status_code == 302, "nobody answered, and nothing else is said"
