"""Item 9 at night: answered with nobody in the building, seen on another screen, climbing, taken on, and closed."""

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import TABLET, Visitor, VisitorMaker
from tests.journeys.steps import NORA, clock, item_nine_taken_up, register, tell, until_night

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = (390, 844)


def answer_phq9(visitor: Visitor, item_nine: int | None) -> None:
    for number in range(1, 9):
        visitor.page.locator(f"[name=item_{number}][value='1']").check()
    if item_nine is not None:
        visitor.page.locator(f"[name=item_9][value='{item_nine}']").check()
    visitor.press("Record answers")


def test_item_nine_at_night(visitor: VisitorMaker) -> None:
    nurse, prescriber = visitor(), visitor(TABLET, "dark")
    nurse.sign_in("nurse")
    # The clinic opens with one answer that came from a phone.
    item_nine_taken_up(nurse, f"/people/{demo_id('night')}/", "Called her in: passing thoughts, no plan.")
    person = register(nurse, NORA)
    until_night(nurse)
    prescriber.sign_in("prescriber")
    prescriber.page.locator("#tiles").wait_for()
    assert prescriber.page.get_by_text("Suicide items:").count() == 0

    nurse.page.goto(f"{person}phq9/")
    crisis = nurse.page.locator("#crisis-words")
    assert "988" in crisis.inner_text()
    nurse.check_accessible("phq9-crisis-words")
    answer_phq9(nurse, 1)
    nurse.page.get_by_text("call or text 988").wait_for()
    nurse.page.get_by_text("Nobody has acknowledged it").wait_for()
    nurse.check_accessible("person-item-9-open")
    prescriber.page.get_by_text("Suicide items: 1 to take up").wait_for()
    assert prescriber.page.locator(".safety-line [data-countdown]").inner_text() == "30:00 min"

    prescriber.page.goto(f"{prescriber.address}/safety/")
    prescriber.page.get_by_text("for the clinician on call").wait_for()
    prescriber.check_accessible("safety-to-acknowledge-dark")
    for _ in range(3):
        clock(nurse, "+10 min")
    prescriber.page.get_by_text("Now with the charge nurse").wait_for()
    prescriber.check_accessible("safety-overdue-dark")
    nurse.page.goto(nurse.address)
    nurse.page.get_by_text("Suicide items: 1 overdue").wait_for()
    nurse.check_accessible("board-item-9-overdue")

    nurse.page.get_by_text("Suicide items: 1 overdue").click()
    nurse.page.locator("article.safety").wait_for()
    nurse.check_accessible("safety-overdue")
    nurse.page.get_by_role("button", name="I take this on").click()
    nurse.page.get_by_text("You have taken this on").wait_for()
    prescriber.page.get_by_text("With Ada Nightfall, RN").wait_for()
    nurse.check_accessible("safety-taken-on")
    nurse.page.get_by_role("link", name="Write down what you found").click()
    nurse.press("Record")
    nurse.page.get_by_text("A plan how: ask, and choose what they answered.").wait_for()
    nurse.check_accessible("safety-take-up")
    tell(nurse, "Sat with her: passing thoughts, no plan; her sister is with her; seen tomorrow at nine.")
    nurse.press("Record")
    nurse.page.get_by_role("heading", name="Thoughts of suicide, taken up in person").wait_for()
    assert "her sister is with her" in nurse.page.locator("main").inner_text()
    nurse.check_accessible("person-item-9-closed")
    prescriber.page.get_by_text("Nothing waits").wait_for()


def test_a_blank_item_nine_is_asked_in_person(visitor: VisitorMaker) -> None:
    nurse = visitor(PHONE)
    nurse.sign_in("nurse", "/people/new/")
    nurse.fill(given_names="Ove", family_name="Blank", born="1990-01-01")
    nurse.page.get_by_label("Male", exact=True).check()
    nurse.page.get_by_label("Depression, treatment-resistant").check()
    nurse.press("Register")
    nurse.page.goto(nurse.page.url.removesuffix("intake/") + "phq9/")
    answer_phq9(nurse, None)
    nurse.page.get_by_text("PHQ-9 recorded without a total: item 9 blank.").wait_for()
    nurse.page.get_by_text("call or text 988").wait_for()
    nurse.page.get_by_text("left blank: unknown, ask in person").wait_for()
    nurse.page.goto(f"{nurse.address}/safety/")
    nurse.check_accessible("safety-blank-phone")
    nurse.page.get_by_role("link", name="Write down what you found: Ove Blank").wait_for()
