"""Two people charting one session: nothing doubled, nothing lost, clear words; and a live page without reload."""

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import TABLET, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SESSION = f"/sessions/{demo_id('infusing-session')}/"


def test_each_sees_what_the_other_charts_without_reload(visitor: VisitorMaker) -> None:
    one, two = visitor(), visitor(TABLET, "dark")
    one.sign_in("nurse", SESSION)
    two.sign_in("nurse2", f"{SESSION}note-down/")
    two.fill(text="blanket given")
    two.press("Chart")
    one.page.locator("#log tr", has_text="blanket given").wait_for()
    assert one.page.locator("#log tr", has_text="blanket given").count() == 1
    assert one.page.locator("#stale").is_hidden()


def test_a_part_that_the_server_fails_to_draw_is_called_old_until_it_comes(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", SESSION)
    stale, status = nurse.page.locator("#stale"), f"**{SESSION}status/"
    nurse.page.route(status, lambda route: route.fulfill(status=500, body="broken"))
    # The stream lives all the while: only the part is lost.
    stale.wait_for(state="visible")
    assert "may be old" in stale.inner_text()
    assert nurse.page.locator("#status .figure-value").first.is_visible(), "what was last drawn stays to be read"
    nurse.page.unroute(status)
    stale.wait_for(state="hidden")


def test_a_check_of_the_ledger_that_fails_is_said(visitor: VisitorMaker) -> None:
    director = visitor()
    director.sign_in("director")
    director.page.route("**/ledger/check/", lambda route: route.abort())
    director.page.goto(f"{director.address}/ledger/")
    director.page.get_by_text("Not checked: the server did not answer").wait_for()
    director.page.unroute("**/ledger/check/")
    director.page.reload()
    director.page.get_by_text("entries in one chain").wait_for()


def test_a_part_drawn_anew_under_the_finger_swallows_no_press(visitor: VisitorMaker) -> None:
    one, two = visitor(TABLET), visitor()
    one.sign_in("nurse", SESSION)
    two.sign_in("nurse2")
    one.press("CALL HELP")
    page, answer = two.page, two.page.locator(".call-banner a", has_text="Help has come")
    answer.hover()
    page.mouse.down()
    with page.expect_response("**/calls/"):
        page.evaluate("document.body.dispatchEvent(new Event('sereniv:entry'))")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    page.mouse.up()
    page.locator("[name=who]").wait_for()


def test_a_long_press_holds_nothing_back_for_long(visitor: VisitorMaker) -> None:
    one, two = visitor(), visitor()
    one.sign_in("nurse", SESSION)
    two.sign_in("nurse2", f"{SESSION}note-down/")
    one.page.mouse.down()
    two.fill(text="window opened")
    two.press("Chart")
    one.page.locator("#log tr", has_text="window opened").wait_for(timeout=10_000)
    one.page.mouse.up()


def test_a_double_tap_charts_once(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", f"{SESSION}observe/?what=nausea")
    nurse.page.get_by_text("With a remark, or at an earlier time").click()
    nurse.fill(remark="double tap")
    nurse.page.evaluate(
        """() => {
            const f = document.querySelector('form.sheet'), b = f.querySelector('.tap:nth-of-type(2)');
            f.requestSubmit(b); f.requestSubmit(b);
        }"""
    )
    nurse.page.locator("#log tr", has_text="double tap").first.wait_for()
    nurse.page.goto(nurse.address + SESSION)
    assert nurse.page.locator("#log tr", has_text="double tap").count() == 1


def test_a_decision_on_an_old_chart_is_asked_again_with_everything_kept(visitor: VisitorMaker) -> None:
    one, two = visitor(), visitor()
    one.sign_in("nurse", f"{SESSION}rate/")
    one.fill(rate_ml_per_h="50.0", reason="restless")
    two.sign_in("nurse2", f"{SESSION}rate/")
    two.fill(rate_ml_per_h="55.0", reason="nausea, as agreed")
    two.press("Chart the rate")
    two.page.locator("#log tr", has_text="Rate changed to 55.0 mL/h").wait_for()
    one.press("Chart the rate")
    one.page.get_by_text("The chart has changed since you opened this form").wait_for()
    assert one.page.locator("[name=rate_ml_per_h]").input_value() == "50.0"
    one.press("Chart the rate")
    one.page.locator("#log tr", has_text="Rate changed to 50.0 mL/h").wait_for()


def test_a_running_infusion_cannot_start_twice(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", f"{SESSION}vitals/")
    token = nurse.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = nurse.page.request.post(
        f"{nurse.address}{SESSION}start/",
        form={"csrfmiddlewaretoken": token, "key": "second-start-1", "rate_ml_per_h": "61.9", "expected_seq": "9999"},
        headers={"Referer": nurse.address},
    )
    assert answer.status == 422
    assert "already running: it cannot start twice" in answer.text()
