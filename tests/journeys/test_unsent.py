"""Nothing typed is lost without a network: it stays, is said, is sent again by hand, and is recorded once."""

import pytest
from playwright.sync_api import Page, Route, expect

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import PHONE, TABLET, Visitor, VisitorMaker
from tests.journeys.steps import NORA, invited, register, said

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SESSION = f"/sessions/{demo_id('infusing-session')}/"
NO_CONNECTION = "Not sent: no connection."


def kept(page: Page) -> int:
    found: int = page.evaluate("() => Object.keys(sessionStorage).filter((each) => each.startsWith('unsent:')).length")
    return found


def noting(nurse: Visitor, text: str) -> None:
    nurse.page.goto(f"{nurse.address}{SESSION}note-down/")
    nurse.fill(text=text)


def in_the_log(nurse: Visitor, text: str) -> None:
    """Demand that something stands in the chair's log once."""
    nurse.page.goto(f"{nurse.address}{SESSION}")
    expect(nurse.page.locator("#log tr", has_text=text)).to_have_count(1)


def lost_in_a_press(page: Page) -> None:
    """Lose the network while a finger is down: the part that waits for its end is asked for in vain."""
    page.get_by_role("heading", level=1).hover()
    page.mouse.down()
    with page.expect_response("**/calls/"):
        page.evaluate("() => document.body.dispatchEvent(new Event('sereniv:entry'))")
    page.context.set_offline(True)
    page.evaluate("() => addEventListener('unhandledrejection', () => { window.broken = true; })")
    with page.expect_event("requestfailed", lambda each: each.url.endswith("/calls/")):
        page.mouse.up()
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    assert not page.evaluate("() => window.broken"), "whoever asks for a part hears that it does not come"


def test_what_is_charted_without_a_network_waits_and_is_sent_again_by_hand(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", SESSION)
    noting(nurse, "warm blanket, no network")
    lost_in_a_press(nurse.page)
    nurse.press("Chart")
    said(nurse, NO_CONNECTION)
    expect(nurse.page.locator("[name=text]")).to_have_value("warm blanket, no network")
    nurse.press("Send again")
    said(nurse, NO_CONNECTION)
    assert kept(nurse.page) == 1
    nurse.page.context.set_offline(False)
    nurse.press("Send again")
    nurse.page.locator("#log").wait_for()
    assert kept(nurse.page) == 0
    in_the_log(nurse, "warm blanket, no network")


PRESS_OVER = "() => new Promise((resolve) => setTimeout(resolve, 150))"
"""A click follows within a tenth of a second of the finger's end; what was held is asked for after it."""


def test_what_was_held_in_a_press_is_not_asked_for_behind_what_comes_already(visitor: VisitorMaker) -> None:
    """Asked for behind it and lost, its promise broke unheard: no part of the page said that it was old."""
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", SESSION)
    noting(nurse, "held")
    page = nurse.page
    page.evaluate("() => addEventListener('unhandledrejection', () => { window.broken = true; })")
    page.get_by_role("heading", level=1).hover()
    page.mouse.down()
    tell = "() => document.body.dispatchEvent(new Event('sereniv:entry'))"
    with page.expect_response("**/calls/"):
        page.evaluate(tell)
    waiting: list[Route] = []
    page.route("**/calls/", lambda route: waiting.append(route))
    with page.expect_request("**/calls/"):
        page.evaluate(tell)
    page.mouse.up()
    page.evaluate(PRESS_OVER)
    (asked,) = waiting
    with page.expect_event("requestfailed"):
        asked.abort()
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve))")
    assert len(waiting) == 1
    assert not page.evaluate("() => window.broken")


def test_a_server_that_dies_before_it_answers_records_it_once(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", SESSION)
    noting(nurse, "answer broke off")

    def die(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    nurse.page.route("**/note-down/", die)
    nurse.press("Chart")
    said(nurse, NO_CONNECTION)
    nurse.page.unroute("**/note-down/")
    # Loaded anew, as somebody does who sees a page that hangs: typing and one-time key come back.
    nurse.page.reload()
    said(nurse, "This was typed here and did not arrive.")
    expect(nurse.page.locator("[name=text]")).to_have_value("answer broke off")
    nurse.press("Send again")
    nurse.page.locator("#log").wait_for()
    in_the_log(nurse, "answer broke off")


def test_what_is_to_be_mended_and_secrets_and_a_lock(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", SESSION)
    nurse.page.goto(f"{nurse.address}{SESSION}vitals/")
    nurse.fill(spo2="9999")
    nurse.page.locator("main form .btn-primary").click()
    expect(nurse.page.locator("[name=spo2]")).to_have_value("9999")
    expect(nurse.page.locator("main .notice-warn").first).to_be_visible()
    nurse.check_accessible("form-answered-in-place")
    noting(nurse, "before the lock")
    nurse.page.context.set_offline(True)
    nurse.press("Chart")
    said(nurse, NO_CONNECTION)
    nurse.check_accessible("not-sent")
    assert kept(nurse.page) == 1
    nurse.press("Lock")
    expect(nurse.page.locator("#lock")).to_be_visible()
    assert kept(nurse.page) == 0
    nurse.page.context.set_offline(False)


def test_a_phone_without_a_network_keeps_the_answers_and_says_whom_to_call(visitor: VisitorMaker) -> None:
    nurse, patient = visitor(), visitor(PHONE)
    nurse.sign_in("nurse")
    page = patient.page
    page.goto(invited(nurse, register(nurse, NORA), "PHQ-9"))
    page.get_by_role("link", name="Mood, sleep and energy").click()
    page.locator("[name=item_9][value='3']").check()
    page.context.set_offline(True)
    patient.press("Send to the clinic")
    said(patient, NO_CONNECTION)
    expect(page.get_by_role("heading", name="Not sent. Whom to call now")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Call 988").first).to_be_visible()
    patient.check_accessible("phone-not-sent")
    expect(page.locator("[name=item_9][value='3']")).to_be_checked()
    page.context.set_offline(False)
    patient.press("Send again")
    said(patient, "Your answers are sent, but nobody may have seen them yet.")
    assert kept(page) == 0
