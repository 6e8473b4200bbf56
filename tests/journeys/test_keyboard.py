"""Every page by keyboard alone: Tab reaches everything that can be used, and what has the focus is seen."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import TABLET, Visitor, VisitorMaker
from tests.journeys.test_pages import ADMINISTRATOR_PAGES, PAGES, PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STOPS = """() => {
  const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  const usable = [...all].filter((each) =>
    each.type !== "hidden" && !each.disabled && each.tabIndex >= 0 &&
    each.checkVisibility({ visibilityProperty: true }));
  const groups = new Set();
  return usable.filter((each) => {
    if (each.type !== "radio") return true;
    const group = `${each.form ? [...document.forms].indexOf(each.form) : ""} ${each.name}`;
    if (groups.has(group)) return false;
    groups.add(group);
    return true;
  }).length;
}"""

WATCH = """() => addEventListener("keyup", () => { (window.walked ||= []).push((FOCUSED)()); }, true)"""
"""Notes after each press of a key what has the focus then: a question to the page after each takes as long again."""

FOCUSED = """() => {
  const now = document.activeElement;
  if (!now || now === document.body) return null;
  window.seen = window.seen || new Set();
  const isNew = !window.seen.has(now);
  window.seen.add(now);
  const style = getComputedStyle(now);
  const label = now.closest("label") || (now.labels && now.labels[0]);
  const within = (value, most) => Math.min(Math.max(value, 0), most - 1);
  // Hidden is what is behind something at every point of it; a date's three parts are one stop.
  const [across_at, down_at] = [[0.1, 0.5, 0.9], [0.02, 0.2, 0.5, 0.8, 0.98]];
  const open = [...now.getClientRects()].some((box) => across_at.some((across) => down_at.some((down) => {
    const [x, y] = [box.left + box.width * across, box.top + box.height * down];
    if (y < 0 || y >= innerHeight) return false;
    const there = document.elementFromPoint(within(x, innerWidth), within(y, innerHeight));
    return there && (now.contains(there) || (label && label.contains(there)));
  })));
  const isSame = now === window.last;
  window.last = now;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const words = (now.textContent.trim() || now.name || now.id || now.tagName).slice(0, 60);
  return { isNew, isSame, words, open, outlined };
}"""


def once_around(page: Page, stops: int) -> list[dict[str, Any]]:
    """Press Tab until the focus comes back to where it was, and return what had it."""
    pressed = 0
    # A time or a date takes several presses for its parts, and each page has its own number of them.
    while pressed < 4 * stops + 10:
        for _ in range(some := max(stops // 2, 10)):
            page.keyboard.press("Tab")
        pressed += some
        moved = [each for each in page.evaluate("() => window.walked") if each is not None and not each["isSame"]]
        around = next((place for place, each in enumerate(moved) if not each["isNew"]), None)
        if around is not None:
            return moved[:around]
    return moved


REDRAWN = "() => [...(window.seen || [])].some((each) => !each.isConnected)"
WALKS = 5


def walk(visitor: Visitor, name: str, path: str) -> list[str]:
    """Tab through one page and return what is wrong with it, again where it drew a part of itself anew meanwhile."""
    for _ in range(WALKS):
        wrong = walk_once(visitor, name, path)
        if not wrong or not visitor.page.evaluate(REDRAWN):
            break
    return wrong


def walk_once(visitor: Visitor, name: str, path: str) -> list[str]:
    """Tab through one page, once."""
    page = visitor.page
    page.goto(visitor.address + path)
    stops = page.evaluate(STOPS)
    page.evaluate(WATCH.replace("FOCUSED", FOCUSED))
    wrong, reached = [], 0
    for focused in once_around(page, stops):
        reached += 1
        if not focused["open"]:
            wrong.append(f"{name}: {focused['words']!r} has the focus behind something")
        if not focused["outlined"]:
            wrong.append(f"{name}: {focused['words']!r} does not show that it has the focus")
    if reached < stops:
        wrong.append(f"{name}: Tab reaches {reached} of {stops}")
    return wrong


def test_tab_reaches_everything_on_every_page_and_the_focus_is_seen(visitor: VisitorMaker) -> None:
    director, anybody, administrator = visitor(TABLET), visitor(TABLET), visitor(TABLET)
    director.sign_in("director")
    administrator.sign_in("admin")
    wrong = []
    for somebody, pages in ((director, PAGES), (anybody, PUBLIC), (administrator, ADMINISTRATOR_PAGES)):
        for name, path in pages.items():
            wrong += walk(somebody, name, path)
    assert not wrong, "\n".join(wrong)
