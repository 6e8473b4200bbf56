"""The network goes while a pump runs: the chair goes on, what is charted is kept, and it is there once, later."""

import pytest
from playwright.sync_api import Page, expect

from sereniv.clinic.demo.people import PASSWORD, demo_id
from tests.journeys.conftest import TABLET, Visitor, VisitorMaker
from tests.journeys.steps import said

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SESSION = f"/sessions/{demo_id('infusing-session')}/"
WHAT_LIES_THERE = """async () => {
  const { all } = await import("/static/sereniv/sealed_store.js");
  const texts = [];
  for (const store of ["keys", "sheets", "entries"])
    for (const each of await all(store)) {
      if (each.key) {
        const read = await crypto.subtle.exportKey("raw", each.key).catch((error) => error.name);
        texts.push(String(read));
      } else texts.push(new TextDecoder().decode(each.sealed.bytes) + Object.keys(each).join());
    }
  return texts;
}"""
LIES = """async (numbers) => {
  const { all } = await import("/static/sereniv/sealed_store.js");
  const lies = await Promise.all([all("keys"), all("sheets"), all("entries")]);
  return lies.map((each) => each.length).join() === numbers.join();
}"""


def at_the_chair(nurse: Visitor) -> None:
    """Open the chair, and wait until this tablet holds its sheet and the page that stands in."""
    nurse.page.goto(f"{nurse.address}{SESSION}")
    nurse.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    # The way to the sheet is shown once there is one.
    nurse.page.locator("#chart-without:not([hidden])").wait_for(state="attached")


def tapped(page: Page, act: str, name: str) -> None:
    """Open what is folded away on the sheet and tap a button of it; it must say that it is kept and not charted."""
    folded = page.locator(f"details[data-act='{act}']")
    if folded.get_attribute("open") is None:
        folded.locator("summary").first.click()
    folded.get_by_role("button", name=name, exact=True).click()
    expect(folded.locator("[data-said]", has_text="NOT on the chart yet").first).to_be_visible()


def in_the_log(nurse: Visitor, text: str) -> None:
    expect(nurse.page.locator("#log tr", has_text=text)).to_have_count(1)


def test_a_chair_is_charted_through_a_lost_network_a_closed_tab_and_anothers_sign_in(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET, worker=True)
    nurse.sign_in("nurse", SESSION)
    at_the_chair(nurse)
    context = nurse.page.context
    context.set_offline(True)
    # The page that stands open says so by itself, and leads to the sheet.
    nurse.page.locator("#chart-without").click()
    nurse.page.locator(".spare h1").wait_for()
    expect(nurse.page.get_by_text("No network.")).to_be_visible()
    expect(nurse.page.locator(".spare h1")).to_contain_text("Chair")
    expect(nurse.page.locator(".spare .figure-value").first).to_be_visible()
    expect(nurse.page.locator("[name=rate_ml_per_h]")).to_have_count(0)
    nurse.check_accessible("without-network")
    nurse.page.locator("details[data-act=vitals] summary").click()
    nurse.fill(systolic="131", diastolic="83")
    tapped(nurse.page, "vitals", "Chart vitals")
    tapped(nurse.page, "observe", "Nausea 2 moderate")
    nurse.page.locator("details[data-act=note-down] summary").click()
    nurse.fill(text="charted while nobody answered")
    tapped(nurse.page, "note-down", "Chart")
    expect(nurse.page.locator("#kept-entries li")).to_have_count(3)
    nurse.check_accessible("without-network-typed")

    # The tab is closed and another one opened, still without a network.
    nurse.page.close()
    nurse.page = context.new_page()
    nurse.page.goto(f"{nurse.address}/")
    nurse.page.get_by_role("link", name="Chair").first.click()
    expect(nurse.page.locator("#kept-entries li")).to_have_count(3)
    expect(nurse.page.get_by_role("button", name="Throw it away")).to_have_count(0)
    lies_there = nurse.page.evaluate(WHAT_LIES_THERE)
    assert "InvalidAccessError" in lies_there, "no script reads the key"
    assert not [each for each in lies_there if "nobody answered" in each or "Nausea" in each]

    # It is back; somebody else signs in first, and sees that something waits, not what.
    context.set_offline(False)
    expect(nurse.page.locator("#back-again")).to_be_visible(timeout=20_000)
    nurse.page.get_by_role("link", name="Back to the live chart").click()
    panel = nurse.page.locator("#unsent-entries")
    expect(panel).to_contain_text("not on the chart yet: 3")
    expect(panel.get_by_role("button", name="Throw it away")).to_have_count(0)
    nurse.press("Sign out")
    nurse.page.wait_for_url("**/sign-in/**")
    nurse.page.wait_for_function(LIES, arg=[0, 0, 3])
    nurse.sign_in("nurse2", SESSION)
    expect(panel).to_contain_text("Something that nurse typed on this tablet")
    expect(panel).not_to_contain_text("nobody answered")
    expect(panel.get_by_role("button")).to_have_count(0)
    nurse.press("Sign out")
    nurse.page.wait_for_url("**/sign-in/**")

    # Its author comes back, shows that it is them, and everything is there once, late.
    nurse.sign_in("nurse", SESSION)
    expect(panel).to_contain_text("systolic 131, diastolic 83")
    nurse.check_accessible("unsent-entries")
    panel.get_by_label("Your PIN or password").fill("wrong")
    panel.get_by_role("button", name="Send 3 to the chart").click()
    expect(panel.get_by_role("alert")).to_contain_text("▲")
    panel.get_by_label("Your PIN or password").fill(PASSWORD)
    panel.get_by_role("button", name="Send 3 to the chart").click()
    expect(panel).to_contain_text("3 recorded, late")
    nurse.page.goto(f"{nurse.address}{SESSION}")
    in_the_log(nurse, "131")
    in_the_log(nurse, "charted while nobody answered")
    expect(panel).to_be_hidden()


def test_a_form_that_stood_open_is_kept_too_and_what_is_not_taken_stands_beside_the_chart(
    visitor: VisitorMaker,
) -> None:
    nurse, other = visitor(TABLET, worker=True), visitor()
    nurse.sign_in("nurse", SESSION)
    at_the_chair(nurse)
    nurse.page.goto(f"{nurse.address}{SESSION}stopped/")
    nurse.fill(reason="the line came out")
    nurse.page.context.set_offline(True)
    nurse.page.locator("main form .btn-primary").click()
    said(nurse, "Not sent: no connection.")
    context = nurse.page.context
    nurse.page.close()
    # Meanwhile another nurse has stopped it at the same chair, and charted so.
    other.sign_in("nurse2", f"{SESSION}stopped/")
    other.fill(reason="found the line out")
    other.page.locator("main form .btn-primary").click()
    other.page.locator("#log").wait_for()
    context.set_offline(False)
    nurse.page = context.new_page()
    nurse.page.goto(f"{nurse.address}{SESSION}")
    panel = nurse.page.locator("#unsent-entries")
    expect(panel).to_contain_text("I have stopped the pump, reason the line came out")
    panel.get_by_label("Your PIN or password").fill(PASSWORD)
    panel.get_by_role("button", name="Send 1 to the chart").click()
    expect(panel).to_contain_text("Not taken.")
    expect(panel.locator(".unsent-beside li", has_text="found the line out").first).to_be_visible()
    panel.get_by_role("button", name="Throw it away").click()
    panel.get_by_role("button", name="Throw it away for good").click()
    expect(panel).to_be_hidden()
    in_the_log(nurse, "found the line out")
    # The sign-in ends by itself: no press of a button tells this browser.
    nurse.page.wait_for_function(LIES, arg=[1, 1, 0])
    context.clear_cookies(name="sessionid")
    nurse.page.goto(f"{nurse.address}{SESSION}")
    nurse.page.wait_for_url("**/sign-in/**")
    nurse.page.wait_for_function(LIES, arg=[0, 0, 0])
