"""What prescribers sign: risk, level of care, candidacy, orders, reviews; and the colleague who co-signs."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tests.journeys.conftest import Visitor
from tests.journeys.steps.tablet import NURSE2, choose, go, said, submit, walk_to


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
    return order_on_the_page(prescriber)


def order_on_the_page(visitor: Visitor) -> Ordered:
    """Read the order that a person's page shows."""
    words = visitor.page.locator("p.order").inner_text()
    dose, rate = re.search(r"→ ([\d.]+) mg →", words), re.search(r"→ ([\d.]+) mL/h", words)
    assert dose is not None, words
    assert rate is not None, words
    page = visitor.page.locator("main").inner_text()
    return Ordered(page=page, words=words, dose_mg=Decimal(dose[1]), rate_ml_per_h=Decimal(rate[1]))


def order_held(prescriber: Visitor, person: str, because: str) -> None:
    """Try to sign the next order, and be told what it waits for."""
    go(prescriber, f"{person}order/")
    said(prescriber, because)
    submit(prescriber, "Sign order")
    prescriber.page.locator("form.sheet", has_text=because).wait_for()


def co_signed(nurse: Visitor, person: str) -> None:
    """Work an order out oneself and co-sign it, the second nurse at the first one's tablet."""
    go(nurse, person)
    ordered = order_on_the_page(nurse)
    walk_to(nurse, "Co-sign")
    nurse.fill(dose_mg=str(ordered.dose_mg), rate_ml_per_h=str(ordered.rate_ml_per_h))
    nurse.second(*NURSE2)
    submit(nurse, "Co-sign")
    said(nurse, "Co-signed by Ben Okoro, RN.")


def reviewed(prescriber: Visitor, person: str, outcome: str, reason: str = "", ending: str | None = None) -> None:
    """Record what a prescriber decides about the course, and how it ended where that is to stop."""
    go(prescriber, f"{person}course/review/")
    choose(prescriber, outcome=outcome)
    if ending is not None:
        choose(prescriber, ending=ending)
    prescriber.fill(reason=reason)
    submit(prescriber, "Sign the decision")
    said(prescriber, f"after infusion {prescriber.page.locator('ol.course li.done').count()}: {outcome}")
