"""The whole path in a browser, with its mistakes: one woman with depression, from registration to what comes after.

The demo's clock is frozen and jumped, so that what the page says at a moment does not depend on the machine.
"""

import json
import re
import sqlite3

import pytest

from sereniv.clinic.demo.people import PASSWORD
from tests.journeys.conftest import Visitor, VisitorMaker
from tests.journeys.steps import NORA, NURSE, NURSE2, PRESCRIBER, clock, register, tell
from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def arrive(visitor: Visitor, heading: str) -> None:
    """Wait for the step that the walk leads on to."""
    visitor.page.get_by_role("heading", name=heading, exact=True).wait_for()


def walk_through_consent_diagnosis_and_trials(visitor: Visitor) -> None:
    page = visitor.page
    visitor.follow("Continue: Consent")
    visitor.fill(signer_name="Nora Lindqvist")
    visitor.press("Record consent")
    arrive(visitor, "Diagnosis")
    page.locator("[name=icd10]").select_option("F33.2")
    page.locator("[name=psychotic_features][value=no]").check()
    visitor.fill(diagnosed_by="Dr Maya Quill")
    visitor.press("Record diagnosis")
    for treatment, weeks in (("sertraline", "10"), ("venlafaxine", "8")):
        arrive(visitor, "Earlier treatments of Nora Lindqvist")
        visitor.fill(treatment=treatment, weeks=weeks, improvement_percent="20")
        for fact in ("reached_minimum_dose", "adherent", "in_current_episode"):
            page.locator(f"[name={fact}][value=yes]").check()
        page.get_by_label("It did not help").check()
        visitor.press("Add treatment")
        page.get_by_text(f"{treatment} added").wait_for()
    page.get_by_text("In the present episode: MGH-ATRQ 2, ATHF 2").wait_for()
    visitor.press("There are no others")


def walk_through_scores_and_history(visitor: Visitor) -> None:
    page = visitor.page
    arrive(visitor, "PHQ-9")
    for number, answer in enumerate((3, 3, 2, 2, 2, 2, 2, 1, 1), start=1):
        page.locator(f"[name=item_{number}][value='{answer}']").check()
    visitor.press("Record answers")
    page.get_by_text("PHQ-9 18 (moderately severe)").wait_for()
    arrive(visitor, "Substance use of Nora Lindqvist")
    visitor.follow("← Back to Nora Lindqvist")
    visitor.follow("Write down what you found")
    tell(visitor, "Passing thoughts, no plan; safety plan agreed.")
    visitor.press("Record")
    visitor.follow("Continue intake")
    visitor.follow("Continue: Substance use")
    visitor.press("None of these, ever")
    arrive(visitor, "AUDIT-C")
    for number, answer in enumerate((1, 0, 0), start=1):
        page.locator(f"[name=item_{number}][value='{answer}']").check()
    visitor.press("Record answers")
    page.get_by_text("AUDIT-C 1.").wait_for()
    for title in ("Medical conditions", "Psychiatric conditions", "Allergies"):
        arrive(visitor, title)
        visitor.press("No known allergies" if title == "Allergies" else "None of these")
    arrive(visitor, "Medicines")
    visitor.fill(name_0="escitalopram", mg_0="20")
    page.get_by_text("SSRI or SNRI").wait_for()
    visitor.press("Record these medicines")
    page.get_by_text("Medicines recorded.").wait_for()


def walk_through_work_up(visitor: Visitor) -> None:
    page = visitor.page
    arrive(visitor, "Measurements")
    visitor.fill(weight_kg="154", height_cm="168", systolic="seven")
    visitor.press("Record")
    page.get_by_text("enter a plain number").wait_for()
    assert page.locator("[name=weight_kg]").input_value() == "154", "what was typed is kept"
    visitor.fill(weight_kg="71.4", systolic="126", diastolic="78")
    visitor.press("Record")
    page.get_by_text("Measurements recorded.").wait_for()
    arrive(visitor, "Pregnancy")
    page.get_by_label("Not pregnant").check()
    page.locator("[name=breastfeeding][value=no]").check()
    visitor.fill(basis="Urine hCG negative today")
    visitor.press("Record")
    arrive(visitor, "Work-up of Nora Lindqvist")
    for finding in page.locator("input[name$=_finding][value=normal]").all():
        finding.check()
    visitor.press("Record findings")
    arrive(visitor, "Measurements")
    clock(visitor, "+10 min")
    visitor.fill(systolic="124", diastolic="80")
    visitor.press("Record")
    page.get_by_text("the rest needs a nurse or prescriber").wait_for()
    visitor.check_accessible("intake-done")


def decide_and_order(visitor: Visitor, person: str) -> None:
    page = visitor.page
    visitor.switch_to(*PRESCRIBER)
    page.goto(person)
    visitor.follow("Record ASA and airway")
    page.get_by_label("2: mild systemic disease").check()
    visitor.fill(airway="Mallampati 1, opens wide")
    visitor.press("Record")
    page.get_by_text("Anaesthetic risk recorded.").wait_for()
    visitor.follow("Decide")
    page.get_by_label("Eligible", exact=True).check()
    visitor.fill(reason="Two adequate trials failed.")
    visitor.press("Sign decision")
    page.get_by_text("Decision signed: eligible.").wait_for()
    visitor.follow("New order")
    page.get_by_text("35.7 mg").first.wait_for()
    visitor.fill(dose_mg_per_kg="1.6")
    visitor.press("Work it out")
    page.get_by_text("cannot be ordered").first.wait_for()
    visitor.fill(dose_mg_per_kg="0.55")
    visitor.press("Work it out")
    visitor.fill(dose_mg_per_kg="0.5")
    visitor.press("Sign order")
    page.get_by_text("You changed a number").wait_for()
    visitor.press("Sign order")
    page.get_by_text("Order signed.").wait_for()
    assert "53.6 mL/h" in page.locator("p.order").inner_text()
    visitor.follow("Co-sign")
    visitor.fill(dose_mg="35.7", rate_ml_per_h="53.5")
    visitor.second(*NURSE2)
    visitor.press("Co-sign")
    page.get_by_text("Your numbers differ from the order").wait_for()
    visitor.fill(rate_ml_per_h="53.6")
    visitor.second(*NURSE2)
    visitor.press("Co-sign")
    page.get_by_text("Co-signed by Ben Okoro, RN.").wait_for()


def pass_the_gate(visitor: Visitor, person: str) -> None:
    page = visitor.page
    visitor.switch_to(*NURSE)
    page.goto(person)
    visitor.follow("Seat for the infusion")
    page.locator("[name=chair]").first.check()
    visitor.press("Open session")
    page.get_by_role("heading", name="Before the start").wait_for()
    visitor.check_accessible("gate-open")
    visitor.press("Pass the gate")
    page.get_by_text("Not yet:").wait_for()
    page.get_by_label("Name and phone of the escort, and the way home").fill("Per Lindqvist, 555 0199, by car")
    page.get_by_role("button", name="Confirmed: Escort named").click()
    page.get_by_label("Site and gauge").fill("right hand, 22 G")
    page.get_by_role("button", name="Confirmed: IV line patent").click()
    page.locator("#line-iv_access.state-holds").wait_for()
    page.get_by_label("Held and taken, by name").fill("sertraline taken")
    page.get_by_role("button", name="Confirmed: Medicines held and taken today").click()
    page.get_by_label("Nurse and prescriber, by name").fill("Ada Nightfall, RN; Dr Clara Voss")
    page.get_by_role("button", name="Confirmed: Staff present").click()
    page.get_by_label("How many nurses look after those infusing, this patient among them").fill("2: Ada, Ben")
    page.get_by_role("button", name="Confirmed: Enough nurses").click()
    page.locator("#line-nurse_ratio", has_text="3 needed, 2 said to be there").wait_for()
    page.locator("#detail-nurse_ratio").fill("3: Ada, Ben, and Eva from the ward")
    page.get_by_role("button", name="Confirmed: Enough nurses").click()
    page.locator("#line-nurse_ratio.state-holds").wait_for()
    visitor.follow("Ask the questions")
    arrive(visitor, "Since last time")
    for question in page.locator("form.sheet input[value='no']").all():
        question.check()
    page.locator("[name=suicidality][value='none']").check()
    visitor.check_accessible("since-last-time")
    visitor.press("Record the answers")
    for line in ("identity", "fasting", "substances_today", "equipment", "chair_equipment"):
        page.locator(f"#line-{line} button[value='yes']").click()
        page.locator(f"#line-{line}.state-holds").wait_for()
    visitor.follow("Chart vitals")
    visitor.fill(systolic="126", diastolic="79", heart_rate="70", spo2="98", respiratory_rate="14")
    visitor.press("Chart vitals")
    visitor.follow("Draw the drug")
    visitor.page.locator("[name=vial]").select_option(index=1)
    visitor.fill(final_volume_ml="35.7")
    visitor.second(*NURSE2)
    visitor.press("Sign: drawn and checked")
    page.get_by_text("Every check is met.").wait_for()
    visitor.check_accessible("gate-closed")
    visitor.press("Pass the gate")
    visitor.fill(rate_ml_per_h="35.6")
    visitor.press("Start infusion")
    page.get_by_text("the order is 53.6 mL/h").wait_for()
    visitor.fill(rate_ml_per_h="53.6")
    visitor.press("Start infusion")
    page.get_by_role("link", name="I have stopped the pump").wait_for()


def run_the_infusion(visitor: Visitor) -> str:
    """Chart twenty minutes of an infusion and return its address."""
    page = visitor.page
    session = page.url
    clock(visitor, "+10 min")
    page.locator(".figure[data-signal=spo2] .figure-age", has_text="monitor").wait_for()
    visitor.press("Chart from monitor")
    visitor.follow("Side effect")
    page.get_by_text("With a remark, or at an earlier time").click()
    visitor.fill(remark="a little queasy")
    visitor.check_accessible("side-effect")
    page.get_by_role("button", name="Nausea 1 mild").click()
    visitor.follow("Rate changed")
    visitor.fill(rate_ml_per_h="48.0", reason="queasy")
    visitor.press("Chart the rate")
    visitor.follow("Chart vitals")
    visitor.fill(systolic="168", diastolic="96", heart_rate="88", spo2="97", respiratory_rate="13")
    visitor.press("Chart vitals")
    page.locator(".prompt", has_text="Blood pressure high").first.wait_for()
    visitor.check_accessible("chair-prompt")
    page.locator(".prompt", has_text="Blood pressure high").get_by_role("link", name="Acknowledge").first.click()
    visitor.fill(action="Repeated, calmer")
    visitor.press("Acknowledge")
    visitor.follow("Remark")
    page.get_by_label("An intervention").check()
    visitor.fill(text="wrong patient's remark")
    visitor.press("Chart")
    page.locator("tr", has_text="wrong patient's remark").get_by_role("link", name="Strike").click()
    visitor.fill(reason="charted on the wrong chair")
    visitor.press("Strike")
    page.locator("tr.struck", has_text="wrong patient's remark").wait_for()
    clock(visitor, "+10 min")
    visitor.follow("I have stopped the pump")
    visitor.fill(reason="early, at her wish")
    visitor.press("I have stopped the pump")
    page.get_by_text("Recovery: 0 s since the pump was stopped").wait_for()
    return session


def finish(visitor: Visitor, session: str) -> None:
    page = visitor.page
    visitor.follow("Account for the drug")
    # Ten minutes at 53.6 mL/h and ten at 48.0, of 1 mg/mL; 35.7 mg were drawn.
    assert page.locator("[name=given_mg]").input_value() == "16.9"
    assert page.locator("[name=wasted_mg]").input_value() == "18.8"
    visitor.fill(method="Denaturing container")
    visitor.press("Record given and wasted")
    page.get_by_text("A second person must sign this").wait_for()
    visitor.second(*NURSE2)
    visitor.press("Record given and wasted")
    page.get_by_text("Drug accounted for.").wait_for()
    visitor.follow("Discharge")
    visitor.fill(handed_to="Per Lindqvist")
    page.get_by_label("Identity asked").check()
    page.get_by_label("Written advice given and understood").check()
    visitor.press("Discharge")
    page.get_by_text("60 minutes since the end of the infusion").first.wait_for()
    clock(visitor, "+1 h")
    page.goto(session)
    visitor.follow("Chart vitals")
    visitor.fill(systolic="128", diastolic="80", heart_rate="72", spo2="98", respiratory_rate="14")
    visitor.press("Chart vitals")
    visitor.follow("Recovery")
    for name in ("activity", "respiration", "circulation", "consciousness", "oxygen"):
        page.locator(f"[name={name}][value='2']").check()
    page.locator("[name=moaas][value='5']").check()
    page.locator("[name=dissociation][value='0']").check()
    page.locator("[name=nausea][value='0']").check()
    for name in ("oriented", "walks_unaided", "suicidality_asked_not_worse", "iv_removed"):
        page.locator(f"[name={name}]").check()
    visitor.fill(escort_present="Per Lindqvist")
    visitor.press("Record recovery")
    page.get_by_text("Aldrete 10").first.wait_for()
    visitor.check_accessible("recovery")
    visitor.follow("Discharge")
    page.get_by_label("Identity asked").check()
    page.get_by_label("Written advice given and understood").check()
    visitor.press("Discharge")
    page.get_by_role("heading", name="Infusion note").wait_for()
    page.get_by_label("Your PIN or password").fill(PASSWORD)
    if page.locator("[name=words]").count():
        visitor.fill(words="Seen; nothing follows from it.")
    visitor.press("Sign and lock the note")
    page.locator(".signed-block", has_text="Locked.").wait_for()
    visitor.check_accessible("note")


def test_one_person_from_registration_to_signed_note(visitor: VisitorMaker, served: Served) -> None:
    nurse = visitor()
    nurse.sign_in("nurse")
    clock(nurse, "Freeze")
    person = register(nurse, NORA)
    walk_through_consent_diagnosis_and_trials(nurse)
    walk_through_scores_and_history(nurse)
    walk_through_work_up(nurse)
    nurse.check_accessible("person-worked-up")
    decide_and_order(nurse, person)
    pass_the_gate(nurse, person)
    session = run_the_infusion(nurse)
    finish(nurse, session)
    note = nurse.page.locator("main").inner_text()
    for told in ("35.7 mg", "Rate changed to 48.0 mL/h: queasy", "168/96", "Nausea 1 (mild), a little queasy",
                 "charted on the wrong chair", "Left with Per Lindqvist", "Ben Okoro, RN"):  # fmt: skip
        assert told in note, told
    before, struck = note.split("Deviations and struck entries\n")
    assert "wrong patient's remark" not in before
    said = "Done: wrong patient's remark, Ada Nightfall, RN; struck by Ada Nightfall, RN: charted on the wrong chair"
    assert struck.count("wrong patient's remark") == struck.count(said) == 1
    assert re.search(r"Ledger head: entry \d+ [0-9a-f]{64}", note)
    clock(nurse, "+1 day")
    nurse.page.goto(person)
    nurse.follow("Mood today")
    nurse.page.locator("[name=mood][value='6']").check()
    nurse.press("Record")
    clock(nurse, "+1 week")
    nurse.follow("PHQ-9")
    for number in range(1, 10):
        nurse.page.locator(f"[name=item_{number}][value='{1 if number < 7 else 0}']").check()
    nurse.press("Record answers")
    nurse.page.get_by_text("PHQ-9 6 (mild).", exact=True).wait_for()
    series = nurse.page.evaluate("() => JSON.parse(document.getElementById('response-data').textContent)")
    assert [each["total"] for each in series["scales"][0]["points"]] == [18, 6]
    assert [each["total"] for each in series["mood"]["points"]] == [6]
    assert series["infusions"][0]["mg"] == 16.9
    assert nurse.page.locator("#response-chart canvas").count() == 3, "the scale, item 9, mood"
    nurse.check_accessible("person-after")
    chart_equals_what_was_sent(nurse, session, served)


def chart_equals_what_was_sent(visitor: Visitor, session: str, served: Served) -> None:
    """Hold the page's series against the entries and samples in the home's own file."""
    told = visitor.page.request.get(f"{session}data/").json()
    identifier = session.rstrip("/").rpartition("/")[2]
    with sqlite3.connect(f"file:{served.home / 'sereniv.db'}?mode=ro", uri=True) as database:
        query = "SELECT payload FROM records_entry WHERE stream = ? AND kind = 'VitalsCharted' ORDER BY stream_seq"
        charted = [json.loads(row[0]) for row in database.execute(query, [f"session/{identifier}"])]
        query = "SELECT value FROM records_samplerow WHERE session_id = ? AND signal = 'heart_rate' ORDER BY at"
        sent = [row[0] for row in database.execute(query, [identifier.replace("-", "")])]
    for name in ("systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate"):
        wanted = [None if each[name] is None else float(each[name]) for each in charted]
        assert [each[name] for each in told["vitals"]] == wanted
    shown = [value for _, value in told["monitor"]["heart_rate"] if value is not None]
    assert shown == [float(value) for value in sent][:: 1 + len(sent) // 1500]
    assert [each["words"] for each in told["events"] if each["struck"]] == ["Done: wrong patient's remark"]
