"""What a device keeps over a sign-out: how the screen is lit, and the newest head of the ledger that it saw."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitor, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def signed_out(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.wait_for_url(lambda url: "/sign-in/" in url or "/sign-out/" in url)


def kept_head(visitor: Visitor) -> dict[str, str]:
    (cookie,) = [each for each in visitor.page.context.cookies() if each["name"] == "head"]
    ledger, seq, begins, at = cookie["value"].split(".")
    return {"ledger": ledger, "seq": seq, "hash": begins, "at": at}


def keep_head(visitor: Visitor, **other: str) -> None:
    value = ".".join((kept_head(visitor) | other).values())
    visitor.page.context.add_cookies([{"name": "head", "value": value, "url": visitor.address}])


def test_the_chosen_light_outlasts_a_sign_out(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse")
    nurse.page.get_by_role("button", name="Light or dark").click()
    expect(nurse.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    signed_out(nurse)
    nurse.page.goto(f"{nurse.address}/sign-in/")
    expect(nurse.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_device_says_when_the_ledger_is_not_as_it_saw_it(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", "/people/")
    doubt = nurse.page.locator("#head-doubt")
    keep_head(nurse, at="0")
    nurse.page.goto(f"{nurse.address}/today/")
    nurse.page.wait_for_function("() => !document.cookie.match(/head=[^;]*\\.0(;|$)/)")
    expect(doubt).to_be_hidden()
    signed_out(nurse)
    nurse.sign_in("nurse", "/people/")
    wrong = {"hash": "0" * 32, "at": "0"}
    keep_head(nurse, **wrong)
    nurse.page.goto(f"{nurse.address}/today/")
    expect(doubt).to_be_visible()
    expect(doubt).to_contain_text("no longer has entry")
    expect(doubt.get_by_role("button")).to_be_hidden()
    assert kept_head(nurse)["hash"] == wrong["hash"], "what speaks against the ledger is kept"
    nurse.check_accessible("head-in-doubt")
    signed_out(nurse)
    nurse.sign_in("director", "/today/")
    expect(doubt).to_be_visible()
    doubt.get_by_role("button", name="I have read this; go on from here").click()
    expect(doubt).to_be_hidden()
    nurse.page.goto(f"{nurse.address}/people/")
    expect(doubt).to_be_hidden()


def test_a_demo_that_was_made_anew_is_no_doubt(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", "/people/")
    keep_head(nurse, ledger="0" * 32, hash="0" * 32, at="0")
    nurse.page.goto(f"{nurse.address}/today/")
    nurse.page.wait_for_function("() => !document.cookie.match(/head=0{32}/)")
    expect(nurse.page.locator("#head-doubt")).to_be_hidden()
