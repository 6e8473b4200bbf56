"""The cases in which somebody must not be treated, or not yet, or differently: each from the demo's own people."""

import pytest
from playwright.sync_api import expect

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import PHONE, TABLET, VisitorMaker
from tests.journeys.steps import (
    DIRECTOR,
    NORA,
    answer_all,
    clock,
    co_signed,
    go,
    invited,
    register,
    said,
    says,
    tell,
    until_closed,
    weighed,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IDA, PAVEL, JONAS, GRETA, YUKI = (
    f"/people/{demo_id(name)}/" for name in ("declined", "evaluated", "six", "maintained", "interrupted")
)


def test_nothing_can_be_ordered_for_a_declined_candidate(visitor: VisitorMaker) -> None:
    prescriber = visitor()
    prescriber.sign_in("prescriber", IDA)
    said(prescriber, "Psychotic features: referred to inpatient care, ECT discussed.")
    weighed(prescriber, IDA, "72.9")
    go(prescriber, f"{IDA}order/")
    said(prescriber, "No prescriber has decided that this person is eligible")
    prescriber.press("Sign order")
    said(prescriber, "A prescriber has not decided that this person is eligible.")
    go(prescriber, IDA)
    said(prescriber, "No order yet.")


def test_an_evaluated_candidate_comes_back(visitor: VisitorMaker) -> None:
    prescriber = visitor(TABLET)
    page = prescriber.page
    prescriber.sign_in("prescriber", "/today/")
    prescriber.follow("Pavel Novak: Substance use that needs evaluation")
    said(prescriber, "Is the remission stable?")
    page.get_by_label("Proceed, with the conditions written in the finding").check()
    prescriber.fill(finding="Abstinent for four years, confirmed; weekly contact goes on.", evaluator="Dr Ada Brook")
    prescriber.press("Record evaluation")
    page.get_by_role("heading", name="Pavel Novak").wait_for()
    weighed(prescriber, PAVEL, "91.2", ("134", "86"))
    go(prescriber, f"{PAVEL}order/")
    said(prescriber, "No prescriber has decided that this person is eligible")
    go(prescriber, f"{PAVEL}decide/")
    page.get_by_label("Eligible", exact=True).check()
    prescriber.press("Sign decision")
    said(prescriber, "Missing is never fine: complete it first.")
    clock(prescriber, "+10 min")
    weighed(prescriber, PAVEL, "91.2", ("132", "84"))
    go(prescriber, f"{PAVEL}medicines/")
    prescriber.press("Record these medicines")
    said(prescriber, "Medicines recorded.")
    go(prescriber, f"{PAVEL}decide/")
    page.get_by_label("Eligible", exact=True).check()
    prescriber.press("Sign decision")
    said(prescriber, "Write why treatment is right although this holds")
    prescriber.fill(reason="Remission confirmed by Dr Brook; weekly contact is a condition.")
    prescriber.press("Sign decision")
    said(prescriber, "Decision signed: eligible.")
    prescriber.follow("New order")
    prescriber.press("Sign order")
    said(prescriber, "Order signed.")


def test_no_response_after_six_stops_the_course_and_the_next_needs_a_new_decision(visitor: VisitorMaker) -> None:
    prescriber = visitor()
    prescriber.sign_in("prescriber", f"{JONAS}phq9/")
    answer_all(prescriber, (3, 3, 2, 2, 2, 2, 2, 1, 0))
    prescriber.press("Record answers")
    said(prescriber, "PHQ-9 17 (moderately severe)")
    weighed(prescriber, JONAS, "88.0")
    go(prescriber, f"{JONAS}order/")
    prescriber.press("Sign order")
    said(prescriber, "The decision that P-DEP asks for after infusion 6 is not recorded. Record it first.")
    prescriber.follow("Open the course")
    prescriber.follow("Decide")
    prescriber.page.get_by_role("heading", name="Decide how the course goes on").wait_for()
    said(prescriber, "Alternatives:")
    prescriber.check_accessible("decide-at-six")
    prescriber.page.get_by_label("Stop the course").check()
    prescriber.press("Sign the decision")
    said(prescriber, "Write why the course stops.")
    said(prescriber, "The scores propose no response")
    prescriber.page.get_by_label("No response (proposed by the scores)").check()
    prescriber.fill(reason="No response after six; ECT and esketamine talked through, referred to Dr Maya Quill.")
    prescriber.press("Sign the decision")
    said(prescriber, "Ended: no response.")
    go(prescriber, f"{JONAS}order/")
    said(prescriber, "Decide on candidacy anew")
    prescriber.press("Sign order")
    said(prescriber, "Decide on candidacy anew")
    go(prescriber, JONAS)
    assert "infusion 7" not in says(prescriber)


def test_a_relapse_in_maintenance_shortens_the_interval_with_its_reason(visitor: VisitorMaker) -> None:
    prescriber, coordinator = visitor(TABLET, "dark"), visitor()
    prescriber.sign_in("prescriber", "/today/")
    prescriber.follow("Greta Solano: relapse signal")
    go(prescriber, f"{GRETA}course/")
    said(prescriber, "The response seems to be going")
    prescriber.follow("Change the interval")
    prescriber.fill(interval_days="3")
    prescriber.press("Plan it")
    said(prescriber, "3 days is closer than the 7 that maintenance should keep apart")
    assert prescriber.page.locator("[name=interval_days]").input_value() == "3", "nothing typed is lost"
    prescriber.fill(reason="PHQ-9 from 4 to 12: twice a week until it falls again.")
    prescriber.press("Plan it")
    said(prescriber, "A second person must sign this")
    assert prescriber.page.locator("[name=reason]").input_value().startswith("PHQ-9 from 4 to 12"), "nor here"
    prescriber.second(*DIRECTOR)
    prescriber.press("Plan it")
    said(prescriber, "Every 3 days from now on.")
    weighed(prescriber, GRETA, "68.5")
    go(prescriber, f"{GRETA}order/")
    prescriber.press("Sign order")
    said(prescriber, "Order signed.")
    assert "P-DEP, infusion 9" in says(prescriber)
    coordinator.sign_in("coordinator")
    until_closed(coordinator)
    go(coordinator, f"{GRETA}appointments/book/")
    assert coordinator.page.locator("[name=day]").input_value(), "the next open day, where today is over"
    coordinator.press("Book it")
    said(coordinator, "Booked for")
    said(coordinator, "escort missing")


def test_item_nine_at_night_climbs_from_the_clinician_on_call(visitor: VisitorMaker) -> None:
    nurse, patient, director = visitor(), visitor(PHONE, "dark"), visitor(TABLET, "dark")
    nurse.sign_in("nurse")
    nora = register(nurse, NORA)
    link = invited(nurse, nora, "PHQ-9")
    until_closed(nurse)
    patient.page.goto(f"{link}phq9/")
    said(patient, "The clinic is closed now.")
    assert "555-0143" in says(patient), "who answers at this hour stands where she reads"
    answer_all(patient, (1, 1, 1, 1, 1, 1, 1, 1, 2))
    patient.press("Send to the clinic")
    said(patient, "Your answers are sent, but nobody may have seen them yet.")
    assert "988" in says(patient)

    director.sign_in("director", "/safety/")
    item = director.page.locator("article.safety", has_text="Nora Lindqvist")
    item.get_by_text("for the clinician on call").wait_for()
    called = director.page.locator("section", has_text="Whom to call now")
    assert called.locator("li").first.inner_text() == "Clinician on call Dr Imre Sandor 555-0143"
    for _ in range(3):
        clock(nurse, "+10 min")
    item.get_by_text("Now with the charge nurse").wait_for()
    item.get_by_role("button", name="I take this on").click()
    item.get_by_text("With Dr Imre Sandor since").wait_for()
    item.get_by_role("link", name="Write down what you found").click()
    tell(director, "Reached by phone: passing thoughts, no plan, her sister stays; comes at eight.")
    director.press("Record")
    director.page.get_by_role("heading", name="Thoughts of suicide, taken up in person").wait_for()
    assert "her sister stays" in says(director)
    go(director, "/safety/")
    assert director.page.locator("article.safety", has_text="Nora Lindqvist").count() == 0


def test_an_interrupted_course_is_resumed_and_past_its_window_a_prescriber_decides(visitor: VisitorMaker) -> None:
    nurse, prescriber = visitor(), visitor()
    prescriber.sign_in("prescriber")
    weighed(prescriber, YUKI, "55.6")
    go(prescriber, f"{YUKI}order/")
    prescriber.press("Sign order")
    said(prescriber, "The course is interrupted (Influenza; to be asked again when well.). Resume it first.")
    nurse.sign_in("nurse", f"{YUKI}course/")
    nurse.follow("Resume")
    nurse.fill(reason="Well again for three days, no fever.")
    nurse.press("Resume")
    said(nurse, "The course goes on.")
    go(prescriber, f"{YUKI}order/")
    prescriber.press("Sign order")
    said(prescriber, "P-DEP, infusion 3.")
    co_signed(prescriber, YUKI)

    for _ in range(4):
        clock(nurse, "+1 week")
    go(nurse, f"{YUKI}course/")
    said(nurse, "P-DEP is to be given within 28 days")
    expect(nurse.page.get_by_role("link", name="Resume", exact=True)).to_have_count(0)
    go(nurse, f"{YUKI}course/resume/")
    said(nurse, "a prescriber decides whether it goes on")
    go(prescriber, f"{YUKI}course/resume/")
    said(prescriber, "The protocol's window is over: a prescriber decides.")
    prescriber.fill(reason="Two infusions helped; the series is worth finishing.")
    prescriber.press("Resume")
    said(prescriber, "The course goes on.")
