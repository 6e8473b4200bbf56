"""What happens at a chair, from the seat through the gate to the signed note, and the call of the day after."""

from decimal import Decimal

from sereniv.clinic.demo.people import PASSWORD
from tests.journeys.conftest import Visitor
from tests.journeys.steps.intake import Patient
from tests.journeys.steps.plan import Ordered, co_signed, order
from tests.journeys.steps.tablet import NURSE2, choose, clock, go, said, submit, walk_to

ALDRETE = ("activity", "respiration", "circulation", "consciousness", "oxygen")
LEAVES = ("oriented", "walks_unaided", "suicidality_asked_not_worse", "iv_removed")
CALM = {"systolic": "126", "diastolic": "79", "heart_rate": "70", "spo2": "98", "respiratory_rate": "14"}


def seated(nurse: Visitor, person: str) -> str:
    """Seat somebody in the first free chair and return the session's address, standing at the gate."""
    go(nurse, person)
    walk_to(nurse, "Seat for the infusion")
    nurse.page.locator("[name=chair]").first.check()
    submit(nurse, "Open session")
    nurse.page.get_by_role("heading", name="Before the start").wait_for()
    return nurse.page.url.removesuffix("gate/")


def line_says(nurse: Visitor, line: str, words: str) -> None:
    """Hold a line of the gate to what it says."""
    nurse.page.locator(f"#line-{line}", has_text=words).wait_for()


def through_the_gate(nurse: Visitor, session: str, who: Patient, ordered: Ordered, suicidality: str = "none") -> None:
    """Answer every line of the gate, draw the drug with a second nurse, and pass."""
    page = nurse.page
    details = {
        "escort": f"{who.escort}, 555 0100, by car",
        "iv_access": "right hand, 22 G",
        "medicines_today": f"{', '.join(name for name, _ in who.medicines)} taken",
        "staff": "Ada Nightfall; Dr Clara Voss",
        "nurse_ratio": "4 nurses",
    }
    for line, detail in details.items():
        page.locator(f"#detail-{line}").fill(detail)
        _yes(nurse, line)
    for line in ("identity", "fasting", "substances_today", "equipment", "chair_equipment"):
        _yes(nurse, line)
    walk_to(nurse, "Ask the questions")
    for question in page.locator("form.sheet input[value='no']").all():
        question.check()
    choose(nurse, suicidality=suicidality)
    if suicidality != "none":
        nurse.fill(words="Asked in person: passing thoughts as before, no plan.")
    submit(nurse, "Record the answers")
    vitals(nurse, session)
    walk_to(nurse, "Draw the drug")
    nurse.page.locator("[name=vial]").select_option(index=1)
    nurse.fill(final_volume_ml=str(ordered.dose_mg))
    nurse.second(*NURSE2)
    submit(nurse, "Sign: drawn and checked")
    said(nurse, "Every check is met.")
    submit(nurse, "Pass the gate")


def closed_unused(nurse: Visitor, reason: str) -> None:
    """Close the session that stands at the gate: nothing was infused."""
    walk_to(nurse, "Close: nothing was infused")
    nurse.fill(reason=reason)
    submit(nurse, "Close the session")


def _yes(nurse: Visitor, line: str) -> None:
    with nurse.page.expect_navigation(wait_until="domcontentloaded"):
        nurse.page.locator(f"#line-{line} button[value='yes']").click()
    nurse.page.locator(f"#line-{line}.state-holds").wait_for()


def started(nurse: Visitor, ordered: Ordered) -> None:
    """Chart the start at the ordered rate."""
    nurse.fill(rate_ml_per_h=str(ordered.rate_ml_per_h))
    submit(nurse, "Start infusion")
    nurse.page.get_by_role("link", name="I have stopped the pump").wait_for()


def vitals(nurse: Visitor, session: str, **values: str) -> None:
    """Chart a full set of vital signs, calm ones but for what is named."""
    go(nurse, f"{session}vitals/")
    nurse.fill(**CALM | values)
    submit(nurse, "Chart vitals")


def observed(nurse: Visitor, session: str, what: str, tap: str) -> None:
    """Grade what was seen at the chair, with one tap."""
    go(nurse, f"{session}observe/?what={what}")
    with nurse.page.expect_navigation(wait_until="domcontentloaded"):
        nurse.page.locator("form.sheet").get_by_role("button", name=tap).click()


def stopped(nurse: Visitor, session: str, reason: str = "volume limit reached") -> None:
    """Chart that the pump was stopped by hand."""
    go(nurse, session)
    walk_to(nurse, "I have stopped the pump")
    nurse.fill(reason=reason)
    submit(nurse, "I have stopped the pump")
    said(nurse, "Recovery: 0 s since the pump was stopped")


def accounted(nurse: Visitor, session: str) -> tuple[Decimal, Decimal]:
    """Account for the drug with a witness; return what was given and what was wasted."""
    go(nurse, f"{session}drug/")
    given, wasted = (Decimal(nurse.page.locator(f"[name={name}]").input_value()) for name in ("given_mg", "wasted_mg"))
    nurse.fill(method="Denaturing container")
    nurse.second(*NURSE2)
    submit(nurse, "Record given and wasted")
    said(nurse, "Drug accounted for.")
    return given, wasted


def recovered(nurse: Visitor, session: str, who: Patient) -> None:
    """Chart vital signs and score somebody who is well again."""
    vitals(nurse, session)
    go(nurse, f"{session}recovery/")
    choose(nurse, **dict.fromkeys(ALDRETE, "2"), moaas="5", dissociation="0", nausea="0")
    for name in LEAVES:
        nurse.page.locator(f"[name={name}]").check()
    nurse.fill(escort_present=who.escort)
    submit(nurse, "Record recovery")
    said(nurse, "Aldrete 10")


def discharge(nurse: Visitor, session: str, who: Patient) -> None:
    """Let somebody go; the page may say no."""
    go(nurse, f"{session}discharge/")
    nurse.fill(handed_to=who.escort)
    nurse.page.get_by_label("Identity asked").check()
    nurse.page.get_by_label("Written advice given and understood").check()
    submit(nurse, "Discharge")


def note_signed(nurse: Visitor, session: str) -> str:
    """Sign and lock the note, and return what it says."""
    go(nurse, f"{session}note/")
    nurse.page.get_by_label("Your PIN or password").fill(PASSWORD)
    if nurse.page.locator("[name=words]").count():
        nurse.fill(words="Seen; nothing follows from it.")
    submit(nurse, "Sign and lock the note")
    nurse.page.locator(".signed-block", has_text="Locked.").wait_for()
    return nurse.page.locator("main").inner_text()


def begun(nurse: Visitor, prescriber: Visitor, person: str, who: Patient, suicidality: str = "none") -> str:
    """Take somebody from the order through the gate to a running pump, and return the session's address."""
    ordered = order(prescriber, person)
    co_signed(nurse, person)
    session = seated(nurse, person)
    through_the_gate(nurse, session, who, ordered, suicidality)
    started(nurse, ordered)
    return session


def ended(nurse: Visitor, session: str, who: Patient) -> str:
    """Stop, account for the drug, wait the hour, let the patient go and sign; return the note."""
    stopped(nurse, session)
    accounted(nurse, session)
    clock(nurse, "+1 h")
    recovered(nurse, session, who)
    discharge(nurse, session, who)
    return note_signed(nurse, session)


def called(nurse: Visitor, person: str, number: int, suicidality: str = "none") -> None:
    """Call on the day after an infusion, with nothing to follow."""
    go(nurse, person)
    with nurse.page.expect_navigation(wait_until="domcontentloaded"):
        nurse.page.get_by_role("link", name=f"Check in after infusion {number}").click()
    choose(nurse, reached="yes", suicidality=suicidality, mood="better", drove="no")
    for question in nurse.page.locator("input[name^=ask_][value='0']").all():
        question.check()
    submit(nurse, "Record the check-in")
