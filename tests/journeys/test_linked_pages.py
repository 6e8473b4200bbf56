"""Pages of what comes to be while people work, of the second factor and of a locked screen: all accessible."""

import base64
import hashlib
import hmac
import time

import pytest
from playwright.sync_api import Browser

from sereniv.clinic.demo.people import PASSWORD, demo_id
from tests.journeys.conftest import DESK, PHONE, TABLET, Visitor, VisitorMaker
from tests.journeys.steps import invited
from tests.journeys.test_pages import CANDIDATE, PERSON, SCREENS, SESSION, Screens, check_pages, demand_accessible
from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NIGHT, WAITING = f"/people/{demo_id('night')}/", f"/people/{demo_id('waiting')}/"
APPOINTMENTS = f"{PERSON}appointments/"
LINKED = {
    "appointment_move": (APPOINTMENTS, "/cancel/", "/move/"),
    "appointment_cancel": (APPOINTMENTS, "/cancel/", "/cancel/"),
    "appointment_missed": (APPOINTMENTS, "/cancel/", "/missed/"),
    "appointment_called_back": (APPOINTMENTS, "/cancel/", "/called-back/"),
    "appointment_tell": (APPOINTMENTS, "/cancel/", "/tell/"),
    "appointment_course_move": (APPOINTMENTS, "/course/move/", "/course/move/"),
    "calendar_find": ("/calendar/", "/calendar/book/?", "/calendar/book/?"),
    "appointment_escort": (APPOINTMENTS, "/escort/", "/escort/"),
    "person_safety": (NIGHT, f"{NIGHT}safety/", f"{NIGHT}safety/"),
    "person_cosign": (CANDIDATE, "/co-sign/", "/co-sign/"),
    "person_withdraw": (CANDIDATE, "/withdraw/", "/withdraw/"),
    "person_seat": (CANDIDATE, "/co-sign/", "/seat/"),
    "person_confirm": (CANDIDATE, "/confirm/", "/confirm/"),
    "person_judge_line": (CANDIDATE, "/read/", "/read/"),
    "person_trial_unknown": (f"{CANDIDATE}trials/", "/unknown/", "/unknown/"),
    "person_follow": (CANDIDATE, f"{CANDIDATE}side-effect/", f"{CANDIDATE}side-effect/"),
    "person_part": (CANDIDATE, "/part/", "/part/"),
    "person_told_twice": ("/today/", "/infused-elsewhere/", "/infused-elsewhere/"),
    "person_red_answer": (PERSON, "/red/", "/red/"),
    "session_confirm": (SESSION, "/confirm/", "/confirm/"),
    "erasure_stop": ("/today/", "/erasures/", "/erasures/"),
    "person_opening_review": ("/today/", "/openings/", "/openings/"),
    "session_emergency_over": (SESSION, "/observe/", "/emergency/over/"),
    "session_notice": (SESSION, "/notice/", "/notice/"),
    "samples": ("/ledger/", "/ledger/samples/", "/ledger/samples/"),
    "samples_keep": ("/ledger/samples/", "/ledger/samples/keep/", "/ledger/samples/keep/"),
    "samples_let_go": ("/ledger/samples/", "/ledger/samples/keep/", "/ledger/samples/let-go/"),
}
"""By route: where a link to one stands, what its address has in it, and what stands there instead in the wanted one."""

SENT = {"light": ("PCL-5, past week", "pcl5", 20), "dark": ("PEG", "peg", 3)}
"""What a phone in each theme sends, so that there is something of its own to read again: title, scale, items."""

ON_A_PHONE = {"phone_escort": "/way-home/", "phone_sent": "/sent/"}
"""Of a patient's own link, whose first page leads there: the route, and what its address has in it."""

BEFORE_A_CODE = {
    "mfa_activate_totp": "/second-factor/totp/activate/",
    "mfa_add_webauthn": "/second-factor/webauthn/add/",
}
WITH_A_CODE = {
    "mfa_index": "/second-factor/",
    "mfa_deactivate_totp": "/second-factor/totp/deactivate/",
    "mfa_view_recovery_codes": "/second-factor/recovery-codes/",
    "mfa_generate_recovery_codes": "/second-factor/recovery-codes/generate/",
    "mfa_reauthenticate": "/second-factor/reauthenticate/",
}
SIGNING_IN = {"mfa_authenticate": "/second-factor/authenticate/"}
LOCKED = {"unlock": "/unlock/"}
RESTRICTED = {"person_restrict": f"{WAITING}restrict/", "person_open": f"{WAITING}open/"}


@pytest.fixture(scope="module")
def worked(browser: Browser, served: Served) -> None:
    """Do what the linked pages are about: an order, a doubtful weight, a side effect, a call, a high pressure."""
    context = browser.new_context()
    director = Visitor(context, served.address)
    director.sign_in("director", f"{CANDIDATE}decide/")
    order_for_the_candidate(director)
    doubtful_facts(director)
    a_call_with_danger(director)
    at_the_chair(director)
    registered_twice(director)
    told_twice(director)
    an_erasure_announced(director)
    a_restricted_record(director)
    context.close()
    context = browser.new_context()
    opened_all_the_same(Visitor(context, served.address))
    context.close()


def an_erasure_announced(director: Visitor) -> None:
    director.page.goto(f"{director.address}/people/{demo_id('declined')}/erase/")
    director.fill(basis="GDPR Article 17, request of 2 March")
    director.second("Sam Admin", "3344")
    director.press("Announce the erasure")
    director.page.get_by_text("The erasure is announced on Today.").wait_for()


def a_restricted_record(director: Visitor) -> None:
    page = director.page
    page.goto(f"{director.address}{WAITING}restrict/")
    page.locator("[name=readers][value=nurse]").check()
    page.locator("[name=readers][value=prescriber]").check()
    page.locator("[name=readers][value=director]").uncheck()
    director.fill(reason="She works here as a nurse")
    director.press("Save")
    page.get_by_text("Restricted. Whoever else needs the record says why").wait_for()


def opened_all_the_same(nurse: Visitor) -> None:
    nurse.sign_in("nurse2", WAITING)
    nurse.fill(reason="Rang with chest pain, which medicines does she take")
    nurse.page.get_by_label("I need it now").check()
    nurse.press("Open it for 60 minutes")
    nurse.page.get_by_text("it closes at").wait_for()


def registered_twice(director: Visitor) -> None:
    page = director.page
    page.goto(f"{director.address}/people/new/")
    director.fill(given_names="Xenia", family_name="Quill", born="1931-07-14")
    page.get_by_label("Female").check()
    page.locator("[name=indication]").first.check()
    director.press("Register")
    page.get_by_text("Xenia Quill is registered.").wait_for()
    page.goto(f"{director.address}{CANDIDATE}join/?q=xenia")
    director.follow("Xenia Quill")
    page.get_by_label("We have compared both records").check()
    director.fill(reason="Same passport, registered again by telephone")
    director.second("Ada Nightfall, RN", "2468")
    director.press("Join them")
    page.get_by_text("read together now").wait_for()


def told_twice(director: Visitor) -> None:
    page = director.page
    for clinic, on, sure in (("Brook Clinic", "2025-06-02", "0"), ("Mill Clinic", "2025-06-05", "7")):
        page.goto(f"{director.address}{CANDIDATE}infused-elsewhere/")
        director.fill(clinic=clinic, given_on=on, mg="45")
        page.locator("[name=said_by]").first.check()
        page.locator(f"[name=within_days][value='{sure}']").check()
        director.press("Chart it")
    page.get_by_role("link", name="One infusion, or two?").wait_for()


def order_for_the_candidate(director: Visitor) -> None:
    page = director.page
    page.get_by_label("Eligible", exact=True).check()
    director.fill(reason="Two adequate trials failed.")
    director.press("Sign decision")
    page.get_by_text("Decision signed: eligible.").wait_for()
    director.follow("New order")
    director.press("Sign order")
    page.get_by_text("Order signed.").wait_for()


def doubtful_facts(director: Visitor) -> None:
    page = director.page
    page.goto(f"{director.address}{CANDIDATE}medicines/")
    director.fill(name_0="Grandmother's drops")
    director.press("Record these medicines")
    page.goto(f"{director.address}{CANDIDATE}trials/")
    director.fill(treatment="mirtazapine")
    page.get_by_label("It did not help").check()
    director.press("Add treatment")
    page.get_by_text("mirtazapine added").wait_for()
    page.goto(f"{director.address}{CANDIDATE}measure/")
    director.fill(weight_kg="128.3")
    director.press("Record")
    page.locator(".notice-warn", has_text="Stored. Please confirm").wait_for()
    page.goto(f"{director.address}{CANDIDATE}side-effect/")
    page.locator("[name=term]").select_option(index=1)
    director.fill(words="Since the morning")
    page.locator("[name=grade]").first.check()
    page.locator("[name=related]").select_option(index=1)
    director.press("Record the side effect")
    page.get_by_role("link", name="What became of").wait_for()


def a_call_with_danger(director: Visitor) -> None:
    page = director.page
    page.goto(f"{director.address}{PERSON}check-in/{demo_id('finished-session')}/")
    page.locator("[name=reached][value=yes]").check()
    for no in page.locator("input[name^=ask_][value='0']").all():
        no.check()
    page.locator("[name=ask_chest_pain][value='2']").check()
    page.locator("[name=suicidality][value='new or worse']").check()
    page.locator("[name=mood][value=worse]").check()
    director.press("Record the check-in")
    page.get_by_role("link", name="Tell the prescriber").wait_for()


def at_the_chair(director: Visitor) -> None:
    page = director.page
    page.goto(f"{director.address}{SESSION}vitals/")
    director.fill(systolic="168", diastolic="96", heart_rate="80", spo2="98", respiratory_rate="14")
    director.press("Chart vitals")
    page.locator(".prompt", has_text="Blood pressure high").first.wait_for()
    page.goto(f"{director.address}{SESSION}vitals/")
    director.fill(systolic="500", diastolic="80")
    director.press("Chart vitals")
    page.get_by_text("Stored. Please confirm").wait_for()


@pytest.mark.parametrize("screens", SCREENS)
@pytest.mark.usefixtures("worked")
def test_every_linked_page_is_accessible(visitor: VisitorMaker, screens: Screens) -> None:
    director = visitor()
    director.sign_in("director")
    pages = {}
    for name, (start, part, instead) in LINKED.items():
        director.page.goto(director.address + start)
        link = director.page.locator(f"main a[href*='{part}']").last.get_attribute("href")
        assert link is not None
        pages[name] = link.replace(part, instead)
    check_pages(director, {**pages, **RESTRICTED}, screens)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_linked_page_of_a_phone_is_accessible(visitor: VisitorMaker, theme: str) -> None:
    nurse, patient = visitor(), visitor(PHONE, theme)
    nurse.sign_in("nurse")
    title, scale, items = SENT[theme]
    home = invited(nurse, PERSON, "PHQ-9", title)
    patient.page.goto(f"{home}{scale}/")
    for number in range(1, items + 1):
        patient.page.locator(f"[name=item_{number}]").first.check()
    patient.press("Send to the clinic")
    patient.page.get_by_text("Sent to the clinic.").wait_for()
    path = home.removeprefix(nurse.address)
    demand_accessible(patient, "phone_help", f"{path}?help=1", PHONE, theme)
    for name, part in ON_A_PHONE.items():
        patient.page.goto(home)
        link = patient.page.locator(f"main a[href*='{part}']").first.get_attribute("href")
        assert link is not None
        demand_accessible(patient, name, link, PHONE, theme)


@pytest.mark.parametrize("screens", SCREENS)
def test_a_locked_screen_is_accessible(visitor: VisitorMaker, screens: Screens) -> None:
    nurse = visitor()
    nurse.sign_in("nurse")
    with nurse.page.expect_response(lambda answer: answer.url.endswith("/lock/")):
        nurse.press("Lock")
    check_pages(nurse, LOCKED, screens)
    nurse.page.get_by_role("button", name="Unlock").wait_for()


def code_of(secret: str) -> str:
    """Return what an authenticator shows now for a secret, as RFC 6238 has it."""
    moment = int(time.time()) // 30
    digest = hmac.digest(base64.b32decode(secret), moment.to_bytes(8), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (TABLET, "dark")])
def test_every_page_of_the_second_factor_is_accessible(
    visitor: VisitorMaker, size: tuple[int, int], theme: str
) -> None:
    nurse, again = visitor(size, theme), visitor(size, theme)
    nurse.sign_in("nurse2", "/confirm-password/?next=/second-factor/")
    nurse.fill(password=PASSWORD)
    nurse.press("Confirm")
    for name, path in BEFORE_A_CODE.items():
        demand_accessible(nurse, name, path, size, theme)
    nurse.page.goto(nurse.address + BEFORE_A_CODE["mfa_activate_totp"])
    nurse.fill(code=code_of(nurse.page.locator("#authenticator_secret").input_value()))
    nurse.press("Activate")
    nurse.page.wait_for_url("**/recovery-codes/**")
    for name, path in WITH_A_CODE.items():
        demand_accessible(nurse, name, path, size, theme)
    again.sign_in("nurse2")
    for name, path in SIGNING_IN.items():
        demand_accessible(again, name, path, size, theme)
    nurse.page.goto(nurse.address + WITH_A_CODE["mfa_deactivate_totp"])
    nurse.press("Deactivate")
    nurse.page.wait_for_url("**/second-factor/")
