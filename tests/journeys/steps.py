"""What people do at a tablet, one function an act, so that a journey reads like its story.

Every act waits for the page that answers it. The demo's clock is frozen and turned by its own buttons: a journey
says when things happen, and a busy machine changes nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tests.journeys.conftest import Visitor

NURSE, NURSE2, PRESCRIBER = ("Ada Nightfall, RN", "2468"), ("Ben Okoro, RN", "1357"), ("Dr Clara Voss", "9753")
ALDRETE = ("activity", "respiration", "circulation", "consciousness", "oxygen")
LEAVES = ("oriented", "walks_unaided", "suicidality_asked_not_worse", "iv_removed")
CALM = {"systolic": "126", "diastolic": "79", "heart_rate": "70", "spo2": "98", "respiratory_rate": "14"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Somebody who comes to the clinic, with what they answer when they are asked.

    `features` are the answers that their diagnosis needs beside its code; `scores` the items of each scale, or the
    total of one that is worked out elsewhere.
    """

    given_names: str
    family_name: str
    born: str
    sex: str
    indication: str
    code: str
    features: Mapping[str, str] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    scores: Mapping[str, tuple[int, ...] | int] = field(default_factory=dict)
    medicines: tuple[tuple[str, str], ...] = (("escitalopram", "20"),)
    weight_kg: str = "70.0"
    height_cm: str = "172"
    escort: str = "Kim Escort"

    @property
    def name(self) -> str:
        """The name as pages write it."""
        return f"{self.given_names} {self.family_name}"


def submit(visitor: Visitor, button: str) -> None:
    """Press a form's button and wait for the page that answers."""
    with visitor.page.expect_navigation(wait_until="domcontentloaded"):
        visitor.press(button)


def go(visitor: Visitor, address: str) -> None:
    """Open an address, as a whole or from the clinic's root."""
    whole = address if address.startswith("http") else visitor.address + address
    visitor.page.goto(whole, wait_until="domcontentloaded")


def walk_to(visitor: Visitor, link: str) -> None:
    """Follow a link and wait for its page."""
    with visitor.page.expect_navigation(wait_until="domcontentloaded"):
        visitor.follow(link)


def clock(visitor: Visitor, button: str, times: int = 1) -> None:
    """Turn the demo's clock; the page is drawn anew."""
    for _ in range(times):
        submit(visitor, button)


def said(visitor: Visitor, words: str) -> None:
    """Wait until a page says something."""
    visitor.page.locator("main").get_by_text(words).first.wait_for()


def choose(visitor: Visitor, **answers: str) -> None:
    """Choose answers by the names of their questions."""
    for name, value in answers.items():
        visitor.page.locator(f"[name={name}][value='{value}']").check()


def register(visitor: Visitor, who: Patient) -> str:
    """Put somebody on the books and return the address of their page."""
    page = visitor.page
    go(visitor, "/people/new/")
    visitor.fill(given_names=who.given_names, family_name=who.family_name, born=who.born)
    page.get_by_label(who.sex, exact=True).check()
    page.get_by_label(who.indication).check()
    submit(visitor, "Register")
    page.get_by_role("heading", name=f"Intake of {who.name}").wait_for()
    return page.url.removesuffix("intake/")


def intake(visitor: Visitor, person: str, who: Patient) -> list[str]:
    """Follow the intake walk from step to step while it leads on, and return the steps in the order they came."""
    go(visitor, f"{person}intake/")
    asked: list[str] = []
    onward = visitor.page.locator(".walk-next a.btn-primary")
    if onward.count():
        with visitor.page.expect_navigation(wait_until="domcontentloaded"):
            onward.click()
    while not (title := visitor.page.locator("h1").inner_text()).startswith("Intake of"):
        assert asked.count(title) < 4, f"{title} comes again and again: {asked}"
        asked.append(title)
        answer = STEPS.get(title.removesuffix(f" of {who.name}"), _scored)
        answer(visitor, who, title, asked.count(title))
    return asked


def _consents(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    visitor.fill(signer_name=who.name)
    submit(visitor, "Record consent")


def _diagnosed(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    visitor.page.locator("[name=icd10]").select_option(who.code)
    choose(visitor, **who.features)
    visitor.fill(diagnosed_by="Dr Maya Quill")
    submit(visitor, "Record diagnosis")


def _tried(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    if time > len(who.tried):
        submit(visitor, "There are no others")
        return
    visitor.fill(treatment=who.tried[time - 1], weeks="10", improvement_percent="20")
    choose(visitor, reached_minimum_dose="yes", adherent="yes", in_current_episode="yes", stopped_for="no_benefit")
    submit(visitor, "Add treatment")


def _none_ever(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    submit(visitor, "None of these, ever")


def _none(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    submit(visitor, "No known allergies" if title == "Allergies" else "None of these")


def _medicines(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    for number, (name, milligrams) in enumerate(who.medicines):
        visitor.fill(**{f"name_{number}": name, f"mg_{number}": milligrams})
    submit(visitor, "Record these medicines")


def _measured(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    if time == 1:
        visitor.fill(weight_kg=who.weight_kg, height_cm=who.height_cm, systolic="126", diastolic="78")
    else:
        clock(visitor, "+10 min")
        visitor.fill(systolic="124", diastolic="80")
    submit(visitor, "Record")


def _not_pregnant(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    visitor.page.get_by_label("Not pregnant" if who.sex == "Female" else "Cannot become pregnant").first.check()
    visitor.fill(basis="Urine hCG negative today" if who.sex == "Female" else "Male")
    submit(visitor, "Record")


def _worked_up(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    for finding in visitor.page.locator("input[name$=_finding][value=normal]").all():
        finding.check()
    submit(visitor, "Record findings")


def _scored(visitor: Visitor, who: Patient, title: str, time: int) -> None:
    answers(visitor, {"AUDIT-C": (1, 0, 0), **who.scores}[title])


STEPS: Mapping[str, Callable[[Visitor, Patient, str, int], None]] = {
    "Consent": _consents,
    "Diagnosis": _diagnosed,
    "Earlier treatments": _tried,
    "Substance use": _none_ever,
    "Medical conditions": _none,
    "Psychiatric conditions": _none,
    "Allergies": _none,
    "Medicines": _medicines,
    "Measurements": _measured,
    "Pregnancy": _not_pregnant,
    "Work-up": _worked_up,
}
"""What is done at each step of the walk that is no scale, by its heading."""


def answers(visitor: Visitor, given: tuple[int, ...] | int) -> None:
    """Answer the scale that is open, item by item, or enter its total."""
    if isinstance(given, int):
        visitor.page.locator("form.scale-form input[type=number]").fill(str(given))
        submit(visitor, "Record")
        return
    for number, value in enumerate(given, start=1):
        choose(visitor, **{f"item_{number}": str(value)})
    submit(visitor, "Record answers")


def asked(visitor: Visitor, person: str, scale: str, given: tuple[int, ...] | int) -> None:
    """Ask a scale in the clinic."""
    go(visitor, f"{person}scale/{scale}/")
    answers(visitor, given)


def item_nine_taken_up(visitor: Visitor, person: str, finding: str) -> None:
    """Ask in person about item 9, and write down what was found."""
    go(visitor, person)
    walk_to(visitor, "Write down what you found")
    visitor.fill(finding=finding)
    submit(visitor, "Record")


def anaesthetic_risk(prescriber: Visitor, person: str) -> None:
    """Judge class and airway, as a prescriber."""
    go(prescriber, f"{person}anaesthetic-risk/")
    prescriber.page.get_by_label("2: mild systemic disease").check()
    prescriber.fill(airway="Mallampati 1, opens wide")
    submit(prescriber, "Record")


def level_of_care(prescriber: Visitor, person: str, level: str, words: str) -> None:
    """Decide where somebody is cared for."""
    go(prescriber, f"{person}level-of-care/")
    choose(prescriber, level=level)
    prescriber.fill(words=words)
    submit(prescriber, "Sign the level of care")


def decide(prescriber: Visitor, person: str, reason: str = "") -> None:
    """Sign that somebody is eligible; the page may say no."""
    go(prescriber, f"{person}decide/")
    choose(prescriber, decision="eligible")
    prescriber.fill(reason=reason)
    submit(prescriber, "Sign decision")


def refused(prescriber: Visitor, because: str) -> None:
    """Wait for the form that says no, and why, with what was typed still on it."""
    prescriber.page.locator("form.sheet .notice-warn, form.sheet .mistake", has_text=because).first.wait_for()


def found_eligible(prescriber: Visitor, person: str) -> None:
    """Find somebody eligible with nothing in the way."""
    go(prescriber, f"{person}decide/")
    said(prescriber, "Nothing stands in the way.")
    choose(prescriber, decision="eligible")
    submit(prescriber, "Sign decision")
    said(prescriber, "Decision signed: eligible.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order as the person's page shows it."""

    page: str
    words: str
    dose_mg: Decimal
    rate_ml_per_h: Decimal


def order(prescriber: Visitor, person: str) -> Ordered:
    """Sign the next infusion as the protocol has it."""
    go(prescriber, f"{person}order/")
    submit(prescriber, "Sign order")
    said(prescriber, "Order signed.")
    words = prescriber.page.locator("p.order").inner_text()
    dose, rate = re.search(r"→ ([\d.]+) mg →", words), re.search(r"→ ([\d.]+) mL/h", words)
    assert dose is not None, words
    assert rate is not None, words
    page = prescriber.page.locator("main").inner_text()
    return Ordered(page=page, words=words, dose_mg=Decimal(dose[1]), rate_ml_per_h=Decimal(rate[1]))


def order_held(prescriber: Visitor, person: str, because: str) -> None:
    """Try to sign the next order, and be told what it waits for."""
    go(prescriber, f"{person}order/")
    said(prescriber, because)
    submit(prescriber, "Sign order")
    prescriber.page.locator("form.sheet", has_text=because).wait_for()


def co_signed(nurse: Visitor, person: str, ordered: Ordered) -> None:
    """Work an order out oneself and co-sign it, the second nurse at the first one's tablet."""
    go(nurse, person)
    walk_to(nurse, "Co-sign")
    nurse.fill(dose_mg=str(ordered.dose_mg), rate_ml_per_h=str(ordered.rate_ml_per_h))
    nurse.second(*NURSE2)
    submit(nurse, "Co-sign")
    said(nurse, "Co-signed by Ben Okoro, RN.")


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
    }
    for line, detail in details.items():
        page.locator(f"#detail-{line}").fill(detail)
        _yes(nurse, line)
    for line in ("identity", "fasting", "substances_today", "equipment", "chair_equipment", "nurse_ratio"):
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
    said(nurse, "min since the pump was stopped")


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
    nurse.page.get_by_label("Asked who they are").check()
    nurse.page.get_by_label("Written advice given and understood").check()
    submit(nurse, "Discharge")


def note_signed(nurse: Visitor, session: str) -> str:
    """Sign and lock the note, and return what it says."""
    go(nurse, f"{session}note/")
    submit(nurse, "Sign and lock the note")
    nurse.page.locator(".signature", has_text="Locked.").wait_for()
    return nurse.page.locator("main").inner_text()


def begun(nurse: Visitor, prescriber: Visitor, person: str, who: Patient, suicidality: str = "none") -> str:
    """Take somebody from the order through the gate to a running pump, and return the session's address."""
    ordered = order(prescriber, person)
    co_signed(nurse, person, ordered)
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


def reviewed(prescriber: Visitor, person: str, outcome: str, reason: str = "") -> None:
    """Record what a prescriber decides about the course."""
    go(prescriber, f"{person}course/review/")
    choose(prescriber, outcome=outcome)
    prescriber.fill(reason=reason)
    submit(prescriber, "Sign the decision")
    said(prescriber, f"after infusion {prescriber.page.locator('ol.course li.done').count()}: {outcome}")
