"""A page loads the styles that it uses and no others, and no style waits for what no page has."""

import re

import pytest

from tests.web import styles

PAGES = sorted(name for name, text in styles.TEMPLATES.items() if "{% extends" in text)
MADE_ELSEWHERE = {
    "answers": "a widget of forms",
    "scale": "a widget of forms",
    "pk-chart": "pharmacology's drawing",
    "expired": "the state of a step of intake",
    "paper-a4": "the paper of a document",
    "paper-us-letter": "the paper of a document",
    "locked": "lock.js",
    "unsent-beside": "keeping.js",
    "unsent-proof": "keeping.js",
    "sounds": "ringing.js",
    "uplot": "uPlot",
    "u-legend": "uPlot",
}
"""Classes that no template writes out, and what makes them."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_links_the_styles_that_it_uses_and_no_others(page: str) -> None:
    elements = styles.elements_on(page)
    used = {
        name
        for name, sheet in styles.SHEETS.items()
        if name not in styles.EVERY_PAGE
        and any(styles.may_match(selector, elements) for selector in styles.selectors(sheet))
    }
    assert styles.linked(page) == used


def test_every_style_is_of_something_that_stands_on_some_page() -> None:
    written = frozenset().union(*(styles.elements_on(name) for name in styles.TEMPLATES))
    unused = [
        f"{name}: {selector}"
        for name, sheet in styles.SHEETS.items()
        for selector in styles.selectors(sheet)
        if not styles.may_match(selector, written) and not MADE_ELSEWHERE.keys() & set(re.findall(r"[\w-]+", selector))
    ]
    assert unused == []


def test_what_is_listed_as_made_elsewhere_has_a_style() -> None:
    asked = " ".join(selector for sheet in styles.SHEETS.values() for selector in styles.selectors(sheet))
    assert [name for name in MADE_ELSEWHERE if not re.search(rf"\.{name}\b", asked)] == []
