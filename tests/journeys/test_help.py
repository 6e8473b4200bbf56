"""A call for help is seen on every screen, says at once what to do, and says so when nobody else can see it."""

import pytest

from tests.journeys.conftest import TABLET, VisitorMaker
from tests.journeys.test_pages import SESSION

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_help_is_seen_elsewhere_and_ends_when_somebody_came(visitor: VisitorMaker) -> None:
    nurse, other = visitor(TABLET), visitor()
    other.sign_in("prescriber", "/people/")
    nurse.sign_in("nurse", SESSION)
    before = nurse.page.locator(".btn-help").bounding_box()
    nurse.press("CALL HELP")
    nurse.page.locator("#help-now", has_text="Press the red button").wait_for()
    nurse.page.locator(".call-banner", has_text="HELP at Chair 1").wait_for()
    assert nurse.page.locator(".btn-help").bounding_box() == before, "the button stays in its place"
    other.page.locator(".call-banner", has_text="HELP at Chair 1").wait_for()
    other.check_accessible("help-elsewhere")
    nurse.page.locator("#help-now").wait_for(state="hidden")
    nurse.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    box = nurse.page.locator(".call-banner").bounding_box()
    assert box is not None
    assert box["y"] < TABLET[1] / 2, "the banner stays in sight"
    other.follow("Help has come")
    other.fill(who="Dr Voss")
    other.press("Help has come")
    nurse.page.locator(".call-banner").wait_for(state="detached")


def test_help_without_the_server_says_that_nobody_else_sees_it(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", SESSION)
    nurse.page.context.set_offline(True)
    nurse.press("CALL HELP")
    said = nurse.page.locator("#help-now")
    said.get_by_text("NO OTHER SCREEN SHOWS THIS CALL").wait_for()
    assert "Shout" in said.inner_text()
    nurse.page.context.set_offline(False)
