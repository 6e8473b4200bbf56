"""Setting a clinic up as two people do it, and a screen that locks and opens again with what was typed on it."""

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import PHONE, TABLET, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SESSION = f"/sessions/{demo_id('infusing-session')}/"


def test_administrator_and_medical_director_set_the_clinic_up_between_them(visitor: VisitorMaker) -> None:
    admin, director = visitor(TABLET), visitor()
    admin.sign_in("admin", "/set-up/")
    page = admin.page
    admin.follow("Add a room")
    admin.fill(name="Corner room")
    admin.press("Add room")
    page.get_by_text("Corner room is added").wait_for()
    page.get_by_role("link", name="Room of Chair 3").click()
    page.get_by_label("Room").select_option(label="Corner room")
    admin.press("Save")
    page.get_by_text("Chair 3 stands in Corner room").wait_for()
    admin.follow("Change the hours")
    page.get_by_label("Saturday, opens").fill("09:00")
    admin.press("Save the hours")
    page.get_by_text("Enter both times").wait_for()
    assert page.get_by_label("Saturday, opens").input_value() == "09:00", "nothing typed is lost"
    page.get_by_label("Saturday, closes").fill("12:00")
    page.get_by_label("Closed days").fill("2099-12-25 Christmas Day")
    admin.check_accessible("hours")
    admin.press("Save the hours")
    page.get_by_text("Saturday 09:00 to 12:00").wait_for()
    admin.follow("Put somebody on call")
    page.get_by_label("Role", exact=True).select_option("charge nurse")
    admin.fill(name="Eva Lind, RN", phone="555-0190")
    admin.check_accessible("on-call")
    admin.press("Put on the roster")
    page.get_by_text("Eva Lind, RN is on the roster").wait_for()
    admin.check_accessible("set-up-done")

    director.sign_in("director", "/today/")
    director.follow("Say which strength is stocked, and sign bag and pump")
    director.page.get_by_label("50 mg/mL", exact=True).check()
    director.fill(reason="One strength in the safe")
    director.check_accessible("standard")
    director.press("Sign")
    director.page.get_by_text("Signed. Orders are worked out").wait_for()
    director.page.get_by_text("Signed by Dr Imre Sandor").wait_for()
    director.check_accessible("stock-signed")

    reader = visitor(PHONE)
    reader.page.goto(f"{reader.address}/guide/")
    reader.page.get_by_text("Saturday 09:00 to 12:00").first.wait_for()


def test_a_locked_chair_shows_the_infusion_takes_a_call_and_opens_by_pin(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", f"{SESSION}note-down/")
    page = nurse.page
    page.locator("textarea[name=text], input[name=text]").fill("She asked for the blanket")
    nurse.press("Lock")
    page.get_by_text("Locked.").wait_for()
    assert page.locator("main [name=text]").evaluate("each => each.inert"), "nothing behind the lock is worked"
    nurse.check_accessible("locked")
    page.get_by_label("PIN or password of").fill("0000")
    nurse.press("Unlock")
    page.get_by_text("That is not the PIN").wait_for()
    page.get_by_label("PIN or password of").fill("2468")
    nurse.press("Unlock")
    page.locator("#lock").wait_for(state="hidden")
    assert page.locator("[name=text]").input_value() == "She asked for the blanket"

    page.goto(nurse.address + SESSION)
    nurse.press("Lock")
    page.get_by_text("Locked.").wait_for()
    assert page.locator(".figure[data-signal=pressure]").is_visible()
    nurse.press("CALL HELP")
    page.locator(".call-banner", has_text="HELP at Chair 1").wait_for()
    page.goto(nurse.address + SESSION)
    nurse.follow("I have stopped the pump")
    reason = page.locator("main [name=reason]")
    assert not reason.evaluate("each => each.inert"), "this one is open on a locked screen"
    page.locator("#lock").wait_for()
