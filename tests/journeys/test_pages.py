"""Every page a nurse or prescriber opens: axe clean at desk and tablet size, light and dark, and by keyboard."""

import itertools
import re
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import DESK, PHONE, SHOTS, TABLET, Visitor, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PERSON, CANDIDATE = f"/people/{demo_id('finished')}/", f"/people/{demo_id('candidate')}/"
SESSION, FINISHED = f"/sessions/{demo_id('infusing-session')}/", f"/sessions/{demo_id('finished-session')}/"
GATE, RESTING = f"/sessions/{demo_id('waiting-session')}/", f"/sessions/{demo_id('recovering-4-session')}/"
VIAL, CYCLE = f"/stock/{demo_id('K10-0001')}/", f"/stock/{demo_id('K10-0090')}/"
PAGES = {
    "board": "/", "people": "/people/", "register": "/people/new/", "rules": "/rules/", "own-rules": "/rules/own/",
    "drug-models": "/models/",
    "drug-models-heavy": "/models/?weight_kg=130&age_years=70&dose_mg_per_kg=0.5&over_min=40",
    "drug-models-refused": "/models/?weight_kg=7&age_years=70&dose_mg_per_kg=0.5&over_min=40",
    "own-rule": "/rules/own/criteria.uncontrolled_hypertension.hold_above.systolic/",
    "own-rule-ask": "/rules/own/discharge.minimum_min_first/sign/",
    "own-rule-sign": "/rules/own/criteria.uncontrolled_hypertension.hold_above.systolic/sign/?value=120",
    "own-group-sign": "/rules/own-group/vital-signs/sign/",
    "deviations": "/deviations/", "rules-versions": "/rules/versions/",
    "rules-version": "/rules/version/unknown/", "ledger": "/ledger/", "export": "/export/", "import": "/import/",
    "take-along": f"{PERSON}take-along/",
    "sign-ins": "/ledger/sign-ins/",
    "safety": "/safety/", "who-looked": f"{PERSON}looks/", "who-looked-paper": f"{PERSON}looks/print/",
    "looked-at": "/set-up/staff/1/looks/",
    "stock-count": "/stock/count/", "stock-record": "/stock/record/", "stock-record-paper": "/stock/record/print/",
    "vial-waste": f"{VIAL}waste/", "vial-damage": f"{VIAL}damage/", "vial-return": f"{VIAL}return/",
    "vial-set-apart": f"{VIAL}set-apart/", "vial-correct": f"{VIAL}correct/", "vial-open": f"{VIAL}open/",
    "vial-put-back": f"{CYCLE}put-back/", "vial-strike": f"{CYCLE}entries/3/strike/",
    "vial-settle": f"{CYCLE}differences/4/", "vial-of-a-full-cycle": CYCLE,
    "stock": "/stock/", "vial": VIAL, "receive": "/stock/receive/", "standard": "/stock/standard/",
    "switch": "/switch/", "kept": "/kept/",
    "today": "/today/", "today-topic": "/today/ask-in-person/", "who-may": "/set-up/roles/",
    "care-teams": "/care-teams/", "care-team-new": "/care-teams/new/", "care-team": f"{CANDIDATE}care-teams/",
    "my-pin": "/me/pin/", "my-places": "/me/places/", "my-service": "/me/service/",
    "my-told": "/me/told/", "my-duty": "/me/duty/", "my-mail": "/me/mail/", "my-trial": "/me/trial/",
    "my-password": "/me/password/", "person": PERSON,
    "candidate": CANDIDATE, "consent": f"{CANDIDATE}consent/", "phq9": f"{CANDIDATE}phq9/", "mood": f"{CANDIDATE}mood/",
    "pcl5": f"{CANDIDATE}scale/pcl5/", "peg": f"{CANDIDATE}scale/peg/", "madrs": f"{CANDIDATE}scale/madrs/",
    "auditc": f"{CANDIDATE}scale/auditc/", "invite": f"{CANDIDATE}invite/", "outcomes": "/outcomes/",
    "measure": f"{CANDIDATE}measure/", "substances": f"{CANDIDATE}history/substance_use/",
    "conditions": f"{CANDIDATE}conditions/conditions/", "psychiatric": f"{CANDIDATE}conditions/psychiatric/",
    "allergies": f"{CANDIDATE}history/allergies/", "anaesthetic-risk": f"{CANDIDATE}anaesthetic-risk/",
    "pregnancy": f"{CANDIDATE}pregnancy/", "medicines": f"{CANDIDATE}medicines/",
    "decide": f"{CANDIDATE}decide/",
    "order": f"{CANDIDATE}order/", "evaluate": f"{CANDIDATE}evaluate/work_up/", "chair": SESSION,
    "emergency": f"{SESSION}emergency/",
    "strike": f"{CANDIDATE}strike/2/",
    "course": f"{PERSON}course/", "review": f"{PERSON}course/review/", "interrupt": f"{PERSON}course/interrupt/",
    "resume": f"{PERSON}course/resume/", "end-course": f"{PERSON}course/end/",
    "maintenance": f"{PERSON}course/maintenance/", "calendar": "/calendar/", "calendar-week": "/calendar/week/",
    "calendar-month": "/calendar/month/",
    "appointments": f"{PERSON}appointments/", "book": f"{PERSON}appointments/book/",
    "book-course": f"{PERSON}appointments/course/",
    "intake": f"{CANDIDATE}intake/", "indication": f"{CANDIDATE}indication/",
    "referrer": f"{CANDIDATE}referrer/",
    "identity": f"{CANDIDATE}identity/", "join": f"{CANDIDATE}join/", "diagnosis": f"{CANDIDATE}diagnosis/",
    "trials": f"{CANDIDATE}trials/", "each-substance": f"{CANDIDATE}substances/",
    "infused-elsewhere": f"{CANDIDATE}infused-elsewhere/", "work-up": f"{CANDIDATE}work-up/",
    "score": f"{CANDIDATE}score/dast10/", "level-of-care": f"{CANDIDATE}level-of-care/",
    "withdraw-consent": f"{CANDIDATE}consent/withdraw/", "ask-evaluation": f"{CANDIDATE}evaluate/work_up/ask/",
    "vitals": f"{SESSION}vitals/", "observe": f"{SESSION}observe/", "remark": f"{SESSION}note-down/",
    "medicine": f"{SESSION}medicine/", "measure-done": f"{SESSION}done/", "transfer": f"{SESSION}transfer/",
    "monitor-off": f"{SESSION}monitor-off/", "monitor-pick": f"{SESSION}monitor/", "held": "/devices/",
    "held-give": "/devices/held/3/give/", "held-refuse": "/devices/held/3/refuse/", "device-clock": "/devices/2/clock/",
    "sound-off": f"{SESSION}sound-off/",
    "help-answered": f"{SESSION}help/answered/", "sedation": f"{SESSION}observe/?what=moaas",
    "check-in": f"{PERSON}check-in/{demo_id('finished-session')}/",
    "check-in-give-up": f"{PERSON}check-in/{demo_id('finished-session')}/give-up/",
    "side-effect": f"{PERSON}side-effect/",
    "side-effects": "/side-effects/",
    "rate": f"{SESSION}rate/", "paused": f"{SESSION}paused/", "stopped": f"{SESSION}stopped/",
    "found": f"{SESSION}found/", "drug": f"{SESSION}drug/", "recovery": f"{SESSION}recovery/",
    "discharge": f"{SESSION}discharge/", "note": f"{FINISHED}note/",
    "drills": "/drills/", "recorder": f"{SESSION}recorder/", "two-seconds": f"{FINISHED}recorder/?t=first&with=last",
    "going-live": "/going-live/",
    "live-prediction": "/live-prediction/",
    "plan": f"{PERSON}documents/plan/", "consent-form": f"{CANDIDATE}documents/consent/",
    "summary": f"{PERSON}documents/summary/", "note-paper": f"{FINISHED}documents/note/",
    "take-home": f"{FINISHED}documents/discharge/", "hand-over": f"{SESSION}documents/hand-over/",
    "hand-over-all": "/board/hand-over/",
    "vial-paper": f"{VIAL}ledger/",
    "enquiries": "/enquiries/", "nowhere": "/nowhere/", "sign-out": "/sign-out/",
    "gate": f"{GATE}gate/", "since-last-time": f"{GATE}gate/since-last-time/", "draw": f"{GATE}draw/",
    "pass-a-line": f"{GATE}gate/vitals/pass/", "nothing-infused": f"{GATE}close-unused/",
    "further-bag": f"{SESSION}bag/", "drug-spilt": f"{SESSION}spilt/", "line-moved": f"{SESSION}line/",
    "left-unseen": f"{SESSION}left-unseen/", "died": f"{SESSION}died/", "correct-account": f"{FINISHED}drug/",
    "correct-draw": f"{GATE}drug/13/correct/",
    "resume-infusion": f"{SESSION}resume/", "strike-at-the-chair": f"{SESSION}strike/14/",
    "resting": RESTING, "resting-recovery": f"{RESTING}recovery/", "resting-discharge": f"{RESTING}discharge/",
    "erase-person": f"{PERSON}erase/",
    "erase": "/ledger/9/erase/", "confirm-password": "/confirm-password/", "second-factor": "/second-factor/",
    "security-keys": "/second-factor/webauthn/",
}  # fmt: skip
PUBLIC = {"guide": "/guide/", "enquiry": "/guide/enquiry/", "thanks": "/guide/enquiry/thanks/", "sign-in": "/sign-in/"}

ADMINISTRATOR_PAGES = {
    "today-admin": "/today/", "set-up": "/set-up/", "doctor": "/set-up/doctor/", "staff-new": "/set-up/staff/new/",
    "staff-roles": "/set-up/staff/1/roles/", "staff-deactivate": "/set-up/staff/1/deactivate/",
    "staff-reactivate": "/set-up/staff/1/reactivate/", "staff-clear-pin": "/set-up/staff/1/clear-pin/",
    "staff-password": "/set-up/staff/1/password/", "staff-factor": "/set-up/staff/1/second-factor/",
    "chair-new": "/set-up/chairs/new/", "chair-rename": "/set-up/chairs/3/rename/",
    "chair-retire": "/set-up/chairs/3/retire/", "chair-reinstate": "/set-up/chairs/3/reinstate/",
    "clinic-details": "/set-up/clinic/", "hours": "/set-up/hours/", "on-call-new": "/set-up/on-call/new/",
    "on-call-off": "/set-up/on-call/1/off/", "room-new": "/set-up/rooms/new/", "room-rename": "/set-up/rooms/1/rename/",
    "room-retire": "/set-up/rooms/1/retire/", "room-reinstate": "/set-up/rooms/1/reinstate/",
    "service": "/set-up/service/", "apps": "/set-up/apps/", "app-new": "/set-up/apps/new/",
    "app-limit": "/set-up/apps/town-hospital-6d673281/limit/", "app-keys": "/set-up/apps/town-hospital-6d673281/keys/",
    "app-revoke": "/set-up/apps/town-hospital-6d673281/revoke/",
    "chair-room": "/set-up/chairs/3/room/", "staff-co-sign": "/set-up/staff/1/co-sign/",
    "staff-places": "/set-up/staff/1/places/",
    "devices": "/set-up/devices/", "device-new": "/set-up/devices/new/", "device-change": "/set-up/devices/1/change/",
    "device-token": "/set-up/devices/1/token/", "device-revoke": "/set-up/devices/1/revoke/",
    "home-token": "/set-up/devices/home-token/revoke/",
}  # fmt: skip
EACH_ROLE = ("nurse", "prescriber", "coordinator")
PHONE_PAGES = {"phone": "", "phone-scale": "pcl5/"}
"""What follows a patient's link; `test_a_patient_answers_on_their_own_phone` walks them."""

ANSWERS = {"phone-shut": 404, "nowhere": 404, "drug-models-refused": 422}
"""Pages that say no, by name; every other one must be the page itself."""

Screens = tuple[tuple[tuple[int, int], str], ...]
DAY_AND_NIGHT: Screens = ((DESK, "light"), (TABLET, "dark"))
SCREENS: list[object] = [
    pytest.param(DAY_AND_NIGHT, id="by-turns"),
    pytest.param((*DAY_AND_NIGHT, (DESK, "dark"), (TABLET, "light")), id="every", marks=pytest.mark.long),
]
"""In every run axe reads a page on one screen and the next page on the other; in `--long` each page on all four."""


@pytest.mark.parametrize("screens", SCREENS)
def test_every_page_is_accessible(visitor: VisitorMaker, screens: Screens) -> None:
    director = visitor()
    director.sign_in("director")
    check_pages(director, PAGES, screens)


@pytest.mark.parametrize(("size", "theme"), list(itertools.product((DESK, TABLET, PHONE), ("light", "dark"))))
def test_every_public_page_is_accessible(visitor: VisitorMaker, size: tuple[int, int], theme: str) -> None:
    anybody = visitor(size, theme)
    for name, path in PUBLIC.items():
        demand_accessible(anybody, name, path, size, theme)
    anybody.page.goto(f"{anybody.address}/guide/enquiry/")
    anybody.press("Send to the clinic")
    anybody.page.get_by_text("Enter a name we may call you by.").wait_for()
    anybody.check_accessible(f"enquiry-mended-{size[0]}-{theme}")


def demand_accessible(visitor: Visitor, name: str, path: str, size: tuple[int, int], theme: str) -> None:
    """Open a page and demand that it can be used on the screen the visitor sits at."""
    open_page(visitor, name, path)
    demand_usable(visitor, name, size, theme)


def open_page(visitor: Visitor, name: str, path: str) -> None:
    """Open a page, which must be the page itself."""
    answer = visitor.page.goto(visitor.address + path)
    assert answer is not None
    assert answer.status == ANSWERS.get(name, 200), f"{name} answers {answer.status}"


def demand_usable(visitor: Visitor, name: str, size: tuple[int, int], theme: str) -> None:
    """Demand that axe finds nothing on the page that is open, and that it is no wider than the screen."""
    visitor.check_accessible(f"{name}-{size[0]}-{theme}")
    demand_no_wider(visitor, name, size, theme)


def demand_no_wider(visitor: Visitor, name: str, size: tuple[int, int], theme: str) -> None:
    """Demand that the page that is open is no wider than the screen."""
    overflow = visitor.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"{name} ({theme}) is wider than {size[0]} px by {overflow}"


@pytest.mark.parametrize(
    ("theme", "scale", "title", "items"), [("light", "pcl5", "PCL-5, past week", 20), ("dark", "gad7", "GAD-7", 7)]
)
def test_a_patient_answers_on_their_own_phone(
    visitor: VisitorMaker, theme: str, scale: str, title: str, items: int
) -> None:
    nurse, patient = visitor(), visitor(PHONE, theme)
    nurse.sign_in("nurse", f"{CANDIDATE}invite/")
    nurse.page.get_by_label(title).check()
    nurse.press("Make the link")
    link = nurse.page.get_by_label("The same in words").input_value()
    nurse.check_accessible(f"invited-{theme}")
    home = link.removeprefix(patient.address)
    shown = {name: home + path.replace("pcl5", scale) for name, path in PHONE_PAGES.items()}
    for name, path in {**shown, "phone-shut": "/q/nothing/"}.items():
        demand_accessible(patient, name, path, PHONE, theme)
    patient.page.goto(f"{link}{scale}/")
    patient.page.locator("[name=item_1][value='2']").check()
    patient.page.get_by_text(f"1 of {items} filled in").wait_for()
    patient.page.goto(f"{link}{scale}/")
    assert patient.page.locator("[name=item_1][value='2']").is_checked(), "nothing typed is lost"
    for number in range(2, items + 1):
        patient.page.locator(f"[name=item_{number}][value='1']").check()
    patient.press("Send to the clinic")
    patient.page.get_by_text("Sent to the clinic.").wait_for()
    patient.check_accessible(f"phone-sent-{theme}")
    nurse.page.goto(f"{nurse.address}{CANDIDATE}")
    nurse.page.locator("#response-scales").get_by_role("button", name=title).click()
    nurse.page.get_by_text("The same as a table").click()
    nurse.page.get_by_text("patient, remotely").first.wait_for()
    nurse.page.get_by_role("button", name="Take back").first.click()
    nurse.page.get_by_text("The link no longer works.").wait_for()
    patient.page.goto(link)
    patient.page.get_by_role("heading", name="This link does not work").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_patient_says_who_takes_them_home(visitor: VisitorMaker, theme: str) -> None:
    nurse, patient = visitor(), visitor(PHONE, theme)
    nurse.sign_in("nurse", f"{PERSON}invite/")
    nurse.press("Make the link")
    link = nurse.page.get_by_label("The same in words").input_value()
    patient.page.goto(link)
    patient.page.get_by_role("link", name=re.compile("takes (you|me) home")).click()
    path = patient.page.url.removeprefix(patient.address)
    demand_accessible(patient, "phone-way-home", path, PHONE, theme)
    patient.page.get_by_label("Name of the adult").fill("Kim Escort")
    patient.press("Tell the clinic")
    patient.page.get_by_text("You told us who takes you home.").wait_for()
    demand_accessible(patient, "phone-told", link.removeprefix(patient.address), PHONE, theme)
    nurse.page.goto(f"{nurse.address}{PERSON}appointments/")
    nurse.page.get_by_text("Patient says: Kim Escort").wait_for()
    nurse.check_accessible(f"appointments-said-{theme}")


def test_somebody_asks_from_a_phone_and_the_coordinator_answers(visitor: VisitorMaker) -> None:
    anybody, coordinator = visitor(PHONE), visitor(TABLET)
    anybody.page.goto(f"{anybody.address}/guide/")
    anybody.follow("What happens afterwards")
    anybody.page.get_by_role("heading", name="What happens afterwards").wait_for()
    anybody.follow("Ask the clinic")
    anybody.fill(name="Noor <b>Haddad</b>", reach="555-0188")
    anybody.page.get_by_label("What you would like to ask").fill("Is there a ramp?")
    anybody.press("Send to the clinic")
    anybody.page.get_by_role("heading", name="Your message is kept for the staff").wait_for()
    coordinator.sign_in("coordinator", "/enquiries/")
    coordinator.page.get_by_text("Is there a ramp?").wait_for()
    coordinator.press("Mark the enquiry of Noor <b>Haddad</b> as answered")
    coordinator.page.get_by_text("Marked as answered.").wait_for()
    coordinator.page.get_by_role("button", name="Mark the enquiry of Noor <b>Haddad</b> as new again").wait_for()


def test_the_guide_prints_without_the_screens_furniture(visitor: VisitorMaker) -> None:
    reader = visitor(theme="dark")
    reader.page.goto(f"{reader.address}/guide/")
    reader.page.emulate_media(media="print")
    assert not reader.page.locator("header.top, nav.contents, .actions").filter(visible=True).count()
    assert reader.page.locator(".crisis").filter(visible=True).count() == 2
    for selector in ("article p", "article li", "h2", ".crisis", ".sources a"):
        colour = reader.page.locator(selector).last.evaluate("each => getComputedStyle(each).color")
        assert colour == "rgb(0, 0, 0)", f"{selector} prints {colour}"
    printed = reader.page.pdf(format="A4")
    if SHOTS:
        (Path(SHOTS) / "guide.pdf").write_bytes(printed)
    pages = printed.count(b"/Type /Page\n") or printed.count(b"/Type /Page ")
    assert 2 < pages <= 9, pages


@pytest.mark.parametrize("screens", SCREENS)
def test_every_page_of_the_administrator_is_accessible(visitor: VisitorMaker, screens: Screens) -> None:
    administrator = visitor()
    administrator.sign_in("admin")
    check_pages(administrator, ADMINISTRATOR_PAGES, screens)


@pytest.mark.parametrize("who", EACH_ROLE)
def test_the_today_list_of_each_role_is_accessible(visitor: VisitorMaker, who: str) -> None:
    somebody = visitor()
    somebody.sign_in(who)
    pages = {f"today-{who}": "/today/"}
    if who == "coordinator":
        pages["person-coordinator"] = f"/people/{demo_id('maintained')}/"
    check_pages(somebody, pages, DAY_AND_NIGHT)


def check_pages(somebody: Visitor, pages: dict[str, str], screens: Screens) -> None:
    """Open each page once and turn it to each screen; axe reads it on one of two, by turns, or on every one of more.

    Every page that fails is named, not the first.
    """
    wrong = []
    for number, (name, path) in enumerate(pages.items()):
        open_page(somebody, name, path)
        for place, (size, theme) in enumerate(screens):
            somebody.turn_to(size, theme)
            look = demand_no_wider if screens == DAY_AND_NIGHT and (number + place) % 2 else demand_usable
            try:
                look(somebody, name, size, theme)
            except AssertionError as error:
                wrong.append(str(error))
    assert not wrong, "\n".join(wrong)


def test_the_chair_is_worked_by_keyboard_alone(visitor: VisitorMaker) -> None:
    nurse = visitor()
    nurse.sign_in("nurse", SESSION)
    page = nurse.page
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.textContent.trim()"))
        if seen[-1] == "Chart vitals":
            break
    assert seen.index("I have stopped the pump") < seen.index("Chart vitals")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Chart vitals").wait_for()
    page.locator("[name=systolic]").focus()
    for value in ("131", "82", "75", "98", "14"):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.locator("[name=respiratory_rate]").focus()
    page.keyboard.press("Enter")
    page.locator("tr", has_text="131/82").first.wait_for()


def test_bad_vitals_come_back_with_what_was_typed(visitor: VisitorMaker) -> None:
    nurse = visitor(TABLET)
    nurse.sign_in("nurse", f"{SESSION}vitals/")
    page = nurse.page
    nurse.fill(systolic="12O", diastolic="80", heart_rate="75")
    nurse.press("Chart vitals")
    page.get_by_text("enter a plain number in mmHg").wait_for()
    assert page.locator("[name=heart_rate]").input_value() == "75"
    nurse.fill(systolic="500", diastolic="80")
    nurse.press("Chart vitals")
    page.get_by_text("Stored. Please confirm").wait_for()
    page.locator("tr", has_text="500/80").get_by_role("link", name="Answer").first.wait_for()
    assert page.locator(".figure[data-signal=pressure]").inner_text().find("500") == -1, "questioned, so not used"
