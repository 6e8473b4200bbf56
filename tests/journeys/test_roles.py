"""A day of each role: what they come for, from the page they begin at to the one that shows it done."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from sereniv.clinic.demo.people import PASSWORD, demo_id
from tests.journeys.conftest import PHONE, TABLET, Visitor, VisitorMaker
from tests.journeys.steps import NORA, answer_all, clock, co_signed, go, invited, register, said, says, vitals

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEILA, SAMI = f"/people/{demo_id('candidate')}/", f"/people/{demo_id('crisis')}/"
TOMAS, INES = f"/sessions/{demo_id('infusing-session')}/", f"/sessions/{demo_id('recovering-4-session')}/"


def test_a_coordinator_takes_an_enquiry_to_a_booked_course_with_a_way_home(visitor: VisitorMaker) -> None:
    anybody, coordinator = visitor(PHONE), visitor()
    go(anybody, "/guide/enquiry/")
    anybody.fill(name="Noor Haddad", reach="555-0188")
    anybody.page.get_by_label("What you would like to ask").fill("Could I come on Mondays?")
    anybody.press("Send to the clinic")
    said(anybody, "Your message is kept for the staff")

    coordinator.sign_in("coordinator", "/enquiries/")
    said(coordinator, "Could I come on Mondays?")
    coordinator.press("Mark the enquiry of Noor Haddad as answered")
    said(coordinator, "Marked as answered.")
    noor = register(coordinator, replace(NORA, given_names="Noor", family_name="Haddad", born="1990-04-02"))
    intake_without_the_clinical_steps(coordinator)
    go(coordinator, f"{noor}decide/")
    said(coordinator, "Not for your role")
    book_move_and_arrange(coordinator, noor)


def intake_without_the_clinical_steps(coordinator: Visitor) -> None:
    page = coordinator.page
    coordinator.follow("Continue: Consent")
    coordinator.fill(signer_name="Noor Haddad")
    coordinator.press("Record consent")
    page.get_by_role("heading", name="Diagnosis", exact=True).wait_for()
    page.locator("[name=icd10]").select_option("F33.2")
    page.locator("[name=psychotic_features][value=no]").check()
    coordinator.fill(diagnosed_by="Dr Maya Quill")
    coordinator.press("Record diagnosis")
    page.get_by_role("heading", name="Earlier treatments of Noor Haddad").wait_for()
    coordinator.fill(treatment="sertraline", weeks="10", improvement_percent="20")
    for fact in ("reached_minimum_dose", "adherent", "in_current_episode"):
        page.locator(f"[name={fact}][value=yes]").check()
    page.get_by_label("It did not help").check()
    coordinator.press("Add treatment")
    said(coordinator, "sertraline added")
    coordinator.press("There are no others")
    page.get_by_role("heading", name="Substance use of Noor Haddad", exact=True).wait_for()
    coordinator.press("None of these, ever")
    for title in ("Medical conditions", "Psychiatric conditions", "Allergies"):
        page.get_by_role("heading", name=title, exact=True).wait_for()
        coordinator.press("No known allergies" if title == "Allergies" else "None of these")
    said(coordinator, "the rest needs a nurse or prescriber")


def book_move_and_arrange(coordinator: Visitor, person: str) -> None:
    page = coordinator.page
    go(coordinator, f"{person}appointments/")
    coordinator.follow("Book the whole course")
    expect(page.locator("ol.course li")).to_have_count(6)
    coordinator.press("Book these dates")
    said(coordinator, "Write in a few words why the infusion is booked all the same")
    coordinator.fill(despite="The prescriber decides on Friday")
    coordinator.press("Book these dates")
    said(coordinator, "6 appointments booked.")
    first = page.locator("ul.appointments li").first
    before = first.locator("b").inner_text()
    first.get_by_role("link", name="Move").click()
    hour = page.locator("[name=time]").input_value()
    later = f"{int(hour[:2]) + 1:02}{hour[2:]}"
    coordinator.fill(time=later)
    coordinator.press("Move it")
    said(coordinator, "This field is required")
    assert page.locator("[name=time]").input_value() == later, "nothing typed is lost"
    coordinator.fill(reason="Her train comes later.", despite="The prescriber decides on Friday")
    page.locator("[name=told][value='by telephone']").check()
    coordinator.press("Move it")
    said(coordinator, "Moved to")
    expect(first.locator("b")).to_have_text(before.replace(hour, later))
    first.get_by_role("link", name="Arrange an escort").click()
    coordinator.fill(name="Per Lindqvist", phone="555-0199", way_home="by car")
    coordinator.press("Keep it")
    first.get_by_text("✓ home with Per Lindqvist, 555-0199, by car").wait_for()
    coordinator.check_accessible("appointments-booked")


def test_a_nurse_watches_two_patients_and_help_comes(visitor: VisitorMaker) -> None:
    nurse, other = visitor(TABLET, "dark"), visitor()
    page = nurse.page
    nurse.sign_in("nurse")
    other.sign_in("nurse2")
    clock(nurse, "+10 min")
    page.locator(".tile", has_text="Chair 1").get_by_text("vitals late by").wait_for()
    page.locator(".tile", has_text="Chair 2").get_by_text("Recovery").wait_for()
    vitals(nurse, TOMAS, systolic="170", diastolic="98")
    page.locator(".prompt", has_text="Blood pressure high").first.wait_for()
    vitals(nurse, INES, systolic="124", diastolic="78")
    there = page.locator(".elsewhere a", has_text="Chair 1")
    assert "Blood pressure high" in there.inner_text()
    nurse.check_accessible("two-patients")
    there.click()
    nurse.press("CALL HELP")
    other.page.locator(".call-banner", has_text="HELP at Chair 1").wait_for()
    other.page.locator(".tile", has_text="Chair 1").get_by_text("HELP called").wait_for()
    other.follow("Help has come")
    other.fill(who="Ben Okoro, RN")
    other.press("Help has come")
    page.locator(".call-banner").wait_for(state="detached")
    page.locator(".prompt", has_text="Blood pressure high").first.get_by_role("link", name="Acknowledge").click()
    nurse.fill(action="Ben came; quiet, head up, repeated in five minutes")
    nurse.press("Acknowledge")
    page.locator(".noticed", has_text="seen by Ada Nightfall, RN").wait_for()
    vitals(nurse, TOMAS, systolic="142", diastolic="86")
    go(nurse, "/")
    assert "Blood pressure high" not in page.locator(".tile", has_text="Chair 1").inner_text()


def test_a_prescriber_decides_orders_reviews_and_signs_an_exception(visitor: VisitorMaker) -> None:
    prescriber = visitor()
    page = prescriber.page
    prescriber.sign_in("prescriber", "/today/")
    prescriber.follow("Leila Corvin: decide")
    page.get_by_label("Eligible", exact=True).check()
    prescriber.fill(reason="Two adequate trials failed.")
    prescriber.press("Sign decision")
    said(prescriber, "Decision signed: eligible.")
    prescriber.follow("New order")
    prescriber.press("Sign order")
    said(prescriber, "Order signed. Another person co-signs it.")
    co_signed(prescriber, LEILA)

    go(prescriber, "/today/")
    prescriber.follow("Sami Toure: review")
    page.get_by_label("Continue as planned").check()
    prescriber.fill(reason="Thoughts less pressing; the second infusion tomorrow.")
    prescriber.press("Sign the decision")
    said(prescriber, "Review after infusion 1: continue")
    go(prescriber, "/today/")
    assert "Sami Toure: review" not in says(prescriber)
    assert "Leila Corvin: decide" not in says(prescriber)
    let_go_before_the_lines_hold(prescriber)


def let_go_before_the_lines_hold(prescriber: Visitor) -> None:
    page = prescriber.page
    go(prescriber, f"{INES}discharge/")
    prescriber.fill(handed_to="Kim Escort")
    page.get_by_label("Identity asked").check()
    page.get_by_label("Written advice given and understood").check()
    prescriber.press("Discharge")
    page.get_by_role("heading", name="Discharge", exact=True).wait_for()
    assert page.locator("[name=handed_to]").input_value() == "Kim Escort", "nothing typed is lost"
    prescriber.fill(exception="She will not stay; awake and steady, her sister a nurse, called again at eight.")
    prescriber.press("Discharge")
    page.get_by_role("heading", name="Infusion note").wait_for()
    assert "She will not stay" in says(prescriber), "the note says why"


def test_a_medical_director_reads_what_the_clinic_did_and_signs_its_bag(visitor: VisitorMaker) -> None:
    director = visitor(TABLET)
    page = director.page
    director.sign_in("director", "/outcomes/")
    said(director, "Uncontrolled:")
    row = page.locator("tr", has_text="Depression, treatment-resistant").first
    assert "PHQ-9" in row.inner_text()
    go(director, "/side-effects/")
    assert "%" in page.locator("tr", has_text="Dissociation").first.inner_text()
    go(director, "/stock/standard/")
    page.get_by_label("10 mg/mL", exact=True).check()
    director.fill(rate_increment_ml_per_h="1")
    director.press("Sign")
    said(director, "This field is required")
    assert page.locator("[name=rate_increment_ml_per_h]").input_value() == "1", "nothing typed is lost"
    director.fill(reason="The new pumps step by whole millilitres.")
    director.press("Sign")
    said(director, "Signed by Dr Imre Sandor")
    go(director, "/ledger/")
    said(director, "entries in one chain")
    assert "▲" not in says(director)
    page.locator("tr", has_text="Dr Imre Sandor").filter(has_text="home").first.wait_for()


def test_an_administrator_takes_somebody_on_and_sets_the_house(visitor: VisitorMaker) -> None:
    admin, newcomer = visitor(), visitor(TABLET)
    page = admin.page
    admin.sign_in("admin", "/set-up/")
    admin.follow("Add somebody")
    admin.fill(full_name="Eva Lind, RN", username="eva")
    page.locator("[name=roles][value=nurse]").check()
    admin.press("Add to the staff")
    said(admin, "Eva Lind, RN can sign in as eva once")
    code = re.search(r"with the code ([a-z0-9-]{23}) as the password", says(admin))
    assert code is not None
    admin.follow("Add a room")
    admin.fill(name="Corner room")
    admin.press("Add room")
    said(admin, "Corner room is added")
    admin.follow("Change the hours")
    page.get_by_label("Saturday, opens").fill("09:00")
    page.get_by_label("Saturday, closes").fill("12:00")
    admin.press("Save the hours")
    said(admin, "Saturday 09:00 to 12:00")
    admin.follow("Put somebody on call")
    page.get_by_label("Role", exact=True).select_option("charge nurse")
    admin.fill(name="Eva Lind, RN", phone="555-0190")
    admin.press("Put on the roster")
    said(admin, "Eva Lind, RN is on the roster")
    go(admin, LEILA)
    page.get_by_role("heading", name="Not for your role").wait_for()
    assert "Corvin" not in says(admin), "who runs the house reads no charts"

    go(newcomer, "/sign-in/?next=/me/password/")
    newcomer.page.get_by_label("User name").fill("eva")
    newcomer.page.get_by_label("Password").fill(code[1])
    newcomer.press("Sign in")
    newcomer.fill(password=PASSWORD, again=PASSWORD)
    newcomer.press("Set password")
    said(newcomer, "Your password is changed")
    go(newcomer, "/me/pin/")
    newcomer.fill(current=PASSWORD, pin="7531", again="7531")
    newcomer.press("Save")
    go(newcomer, TOMAS)
    newcomer.page.get_by_role("link", name="Chart vitals").wait_for()


def test_a_patient_sends_a_mood_in_two_taps_and_reads_where_help_is(visitor: VisitorMaker) -> None:
    nurse, patient = visitor(), visitor(PHONE)
    page = patient.page
    nurse.sign_in("nurse")
    nora = register(nurse, NORA)
    link = invited(nurse, nora, "PHQ-9", "Mood today")
    page.goto(link)
    said(patient, "Hello Nora")
    page.locator("[name=mood][value='4']").check()
    patient.press("Send my mood")
    said(patient, "Sent to the clinic.")
    page.get_by_role("link", name="Mood, sleep and energy").click()
    crisis = page.locator(".crisis").first
    assert "988" in crisis.inner_text(), "before anything is sent"
    answer_all(patient, (1, 1, 2, 1, 1, 1, 1, 0))
    said(patient, "8 of 9 filled in")
    page.goto(link)
    said(patient, "begun, not sent")
    assert page.locator(".crisis").first.is_visible(), "and where she leaves without sending"
    page.get_by_role("link", name="Mood, sleep and energy").click()
    page.locator("[name=item_9][value='1']").check()
    patient.check_accessible("phone-item-9")
    patient.press("Send to the clinic")
    said(patient, "Your answers are sent, but nobody may have seen them yet.")
    patient.check_accessible("phone-item-9-sent")
    go(nurse, nora)
    said(nurse, "item 9 answered 1")
