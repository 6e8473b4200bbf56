"""A passkey in a real browser: what only that can tell, such as scripts under the page's own policy."""

import pytest

from sereniv.clinic.demo.people import PASSWORD
from tests.journeys.conftest import VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DEVICE_OF_ONES_OWN = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_added_and_then_signs_in_alone(visitor: VisitorMaker) -> None:
    nurse = visitor()
    at_a_number, nurse.address = nurse.address, nurse.address.replace("127.0.0.1", "localhost")
    browser = nurse.page.context.new_cdp_session(nurse.page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE_OF_ONES_OWN})
    nurse.sign_in("nurse", "/second-factor/webauthn/add/")
    nurse.page.locator("#id_password").fill(PASSWORD)
    nurse.press("Confirm")
    nurse.page.get_by_label("A passkey: sign in with it alone").check()
    nurse.check_accessible("key-add")
    nurse.press("Add the key")
    nurse.page.get_by_role("heading", name="Recovery codes").wait_for()
    nurse.page.goto(f"{nurse.address}/sign-out/")
    nurse.page.get_by_role("main").get_by_role("button", name="Sign out").click()
    nurse.page.wait_for_url("**/sign-in/**")
    nurse.check_accessible("sign-in-passkey")
    nurse.press("Use a passkey")
    nurse.page.wait_for_url(f"{nurse.address}/")
    nurse.page.get_by_title("Your PIN and password").wait_for()
    nurse.page.goto(f"{at_a_number}/sign-in/")
    nurse.press("Use a passkey")
    nurse.page.get_by_text("its address is a number").wait_for()
