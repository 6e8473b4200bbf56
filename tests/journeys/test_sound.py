"""Sound at the tablet: silent until somebody allows it by one tap and says so, then heard at once where it concerns."""

import pytest
from playwright.sync_api import expect

from sereniv.clinic.demo.stage import demo_id
from tests.journeys.conftest import TABLET, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SESSION = f"/sessions/{demo_id('infusing-session')}/"
RANG = "() => Number(document.documentElement.dataset.rang ?? 0)"


def test_a_tablet_sounds_once_it_is_allowed_and_is_quiet_when_somebody_says_so(visitor: VisitorMaker) -> None:
    nurse, other = visitor(TABLET), visitor()
    nurse.sign_in("nurse", SESSION)
    button = nurse.page.locator("[data-sound]")
    expect(button).to_have_text("● No sound here: allow it")
    other.sign_in("nurse2", "/")
    expect(other.page.get_by_text("No screen sounds for a prompt at")).to_be_visible()
    nurse.follow("Sedation")
    nurse.page.get_by_label("3 only to loud voice").click()
    nurse.page.locator(".prompt", has_text="MOAA/S 3").wait_for()
    nurse.page.wait_for_function("() => document.documentElement.dataset.rings !== ''")
    assert nurse.page.evaluate(RANG) == 0, "no sound before it is allowed"
    button.click()
    expect(button).to_have_text("♪ Sound on")
    nurse.page.wait_for_function(f"() => ({RANG})() > 0")
    nurse.page.reload()
    nurse.page.mouse.click(5, 400)
    expect(button).to_have_text("♪ Sound on")
    nurse.page.wait_for_function(f"() => ({RANG})() > 0")
    nurse.follow("Sound off")
    nurse.fill(reason="I am with her, she asked for quiet")
    nurse.press("Sound off for 2 minutes")
    expect(nurse.page.locator(".prompt-slot")).to_contain_text("Sound off until")
    nurse.page.wait_for_function("() => document.documentElement.dataset.rings === ''")
    assert not nurse.errors
