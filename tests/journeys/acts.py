"""What people of the demo do again and again in the journeys, as they would do it."""

from datetime import datetime

from tests.journeys.conftest import Visitor

NURSE, NURSE2, PRESCRIBER = ("Ada Nightfall, RN", "2468"), ("Ben Okoro, RN", "1357"), ("Dr Clara Voss", "9753")
CLOSED_FROM, CLOSED_UNTIL = 19, 7
"""Hours between which the demo's clinic is surely closed, whatever day it is."""


def clock(visitor: Visitor, button: str) -> None:
    """Turn the demo's clock."""
    visitor.page.get_by_role("button", name=button, exact=True).click()
    visitor.page.wait_for_load_state()


def shown(visitor: Visitor) -> datetime:
    """Return what the demo's clock shows on the page."""
    return datetime.fromisoformat(visitor.page.locator("#home-clock").get_attribute("data-now") or "")


def until_closed(visitor: Visitor) -> None:
    """Turn the clock on past closing, and stop it there."""
    for _ in range(24):
        if not CLOSED_UNTIL <= shown(visitor).hour < CLOSED_FROM:
            clock(visitor, "Freeze")
            return
        clock(visitor, "+1 h")
    raise AssertionError("The clinic never closed.")


def go(visitor: Visitor, path: str) -> None:
    """Open an address of the clinic."""
    visitor.page.goto(visitor.address + path)


def sees(visitor: Visitor, words: str) -> None:
    """Wait until the words stand on the page."""
    visitor.page.get_by_text(words).first.wait_for()


def says(visitor: Visitor) -> str:
    """Return the words of the page."""
    return visitor.page.locator("main").inner_text()


def weigh(visitor: Visitor, person: str, weight_kg: str, pressure: tuple[str, str] | None = None) -> None:
    """Weigh somebody today, as every order asks, and take the pressure where it is asked for."""
    go(visitor, f"{person}measure/")
    visitor.fill(weight_kg=weight_kg)
    if pressure:
        visitor.fill(systolic=pressure[0], diastolic=pressure[1])
    visitor.press("Record")
    sees(visitor, "Measurements recorded.")


def vital_signs(visitor: Visitor, session: str, systolic: str, diastolic: str) -> None:
    """Chart a set of vital signs at a chair, ordinary but for the pressure."""
    go(visitor, f"{session}vitals/")
    visitor.fill(systolic=systolic, diastolic=diastolic, heart_rate="74", spo2="98", respiratory_rate="14")
    visitor.press("Chart vitals")
    visitor.page.locator("#log tr", has_text=f"{systolic}/{diastolic}").first.wait_for()


def answer_all(visitor: Visitor, answers: tuple[int, ...]) -> None:
    """Fill a scale in, item by item."""
    for number, answer in enumerate(answers, start=1):
        visitor.page.locator(f"[name=item_{number}][value='{answer}']").check()


def co_sign(visitor: Visitor, person: str) -> None:
    """Let the second nurse work the order out and sign it on the same tablet."""
    go(visitor, person)
    order = visitor.page.locator("p.order")
    dose, rate = (bold.removesuffix(" mg").removesuffix(" mL/h") for bold in order.locator("b").all_inner_texts()[:2])
    visitor.follow("Co-sign")
    visitor.fill(dose_mg=dose, rate_ml_per_h=rate)
    visitor.second(*NURSE2)
    visitor.press("Co-sign")
    sees(visitor, "Co-signed by Ben Okoro, RN.")


def register(visitor: Visitor, given_names: str, family_name: str) -> str:
    """Register a woman with depression and return her page."""
    page = visitor.page
    go(visitor, "/people/new/")
    visitor.fill(given_names=given_names, family_name=family_name, born="1984-03-02")
    page.get_by_label("Female", exact=True).check()
    page.get_by_label("Depression, treatment-resistant").check()
    visitor.press("Register")
    page.get_by_role("heading", name=f"Intake of {given_names} {family_name}").wait_for()
    return page.url.removesuffix("intake/").removeprefix(visitor.address)


def invite(visitor: Visitor, person: str, *titles: str) -> str:
    """Make a link for a patient's phone and return it."""
    go(visitor, f"{person}invite/")
    for title in titles:
        visitor.page.get_by_label(title, exact=True).check()
    visitor.press("Make the link")
    return visitor.page.get_by_label("The same in words").input_value()
