"""What everybody does at a screen: open, press, read, and turn the demo's clock.

Every act waits for the page that answers it. The clock is turned by its own buttons: a journey says when things
happen, and a busy machine changes nothing.
"""

from datetime import datetime

from tests.journeys.conftest import Visitor

NURSE, NURSE2 = ("Ada Nightfall, RN", "2468"), ("Ben Okoro, RN", "1357")
PRESCRIBER, DIRECTOR = ("Dr Clara Voss", "9753"), ("Dr Imre Sandor", "8642")
CLOSED_FROM, CLOSED_UNTIL = 19, 7
"""Hours between which the demo's clinic is surely closed, whatever day it is."""


def submit(visitor: Visitor, button: str) -> None:
    """Press a form's button and wait for the page that answers, a new one or in the place of this one."""
    visitor.page.evaluate("() => document.getElementById('main').firstElementChild.toggleAttribute('data-asked', true)")
    visitor.press(button)
    visitor.page.wait_for_function("() => !document.querySelector('#main [data-asked]')")
    visitor.page.wait_for_load_state("domcontentloaded")


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


def says(visitor: Visitor) -> str:
    """Return the words of the page."""
    return visitor.page.locator("main").inner_text()


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


def until_night(visitor: Visitor) -> None:
    """Turn the clock on to an hour when nobody is in the clinic, and stop it there."""
    for _ in range(24):
        if shown(visitor).hour >= 22 or shown(visitor).hour < 4:
            clock(visitor, "Freeze")
            return
        clock(visitor, "+1 h")
    raise AssertionError("It never became night.")
