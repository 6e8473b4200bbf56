"""Each page of a patient's phone, letters twice as large: nothing beside the screen, cut off or too small to tap.

The link past the header is left out: it stands off the screen until a keyboard reaches it, and no finger does.
"""

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.journeys.conftest import PHONE, Visitor, VisitorMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PERSON = f"/people/{demo_id('finished')}/"
LARGE = "() => { document.documentElement.style.fontSize = '200%'; }"
BESIDE = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const whole = document.documentElement.scrollWidth;
  if (whole > wide) found.push(`page: ${whole} of ${wide}`);
  for (const each of document.querySelectorAll('body *')) {
    const at = each.getBoundingClientRect();
    if (!each.checkVisibility() || at.width <= 1 || at.height <= 1 || each.matches('.skip')) continue;
    const name = `${each.tagName} ${each.className} "${each.textContent.trim().slice(0, 40)}"`;
    if (at.right > wide + 1 || at.left < -1) found.push(`beside the screen: ${name} ${at.left} to ${at.right}`);
    const cut = ['hidden', 'clip'].includes(getComputedStyle(each).overflowX);
    if (cut && each.scrollWidth > each.clientWidth + 1) found.push(`cut: ${name}`);
  }
  return found;
}"""
TOO_SMALL = """() => {
  const found = [];
  const taps = 'a[href]:not(.skip), button, select, textarea, summary, input:not([type=hidden])';
  for (const each of document.querySelectorAll(taps)) {
    // What is tapped of an answer is the label round it.
    const asked = each.matches('[type=radio], [type=checkbox]');
    const tapped = (asked && (each.closest('label') ?? each.labels[0])) || each;
    const at = tapped.getBoundingClientRect();
    if (!each.checkVisibility() || at.bottom < 0 || at.width <= 1) continue;
    if (at.width < 44 || at.height < 44) found.push(
      `${each.tagName} "${(tapped.textContent.trim() || each.name).slice(0, 40)}" ${at.width} x ${at.height}`);
  }
  return found;
}"""


def faults(patient: Visitor, place: str) -> list[str]:
    """Name what is wrong with the page that is open, at its own size and with its letters twice as large."""
    found = [f"{place}: {each}" for script in (TOO_SMALL, BESIDE) for each in patient.page.evaluate(script)]
    patient.page.evaluate(LARGE)
    return found + [
        f"{place} at 200 %: {each}" for script in (TOO_SMALL, BESIDE) for each in patient.page.evaluate(script)
    ]


def test_every_page_of_the_phone_holds_letters_twice_as_large(visitor: VisitorMaker) -> None:
    nurse, patient = visitor(), visitor(PHONE)
    nurse.sign_in("nurse", f"{PERSON}invite/")
    for box in nurse.page.locator("main [type=checkbox]").all():
        box.check()
    nurse.press("Make the link")
    link = nurse.page.get_by_label("The same in words").input_value()
    seen, waiting = {link}, [link]
    found: list[str] = []
    while waiting:
        place = waiting.pop()
        patient.page.goto(place)
        found += faults(patient, place.removeprefix(link))
        inside = patient.page.eval_on_selector_all("a[href]", "all => all.map(each => each.href.split('#')[0])")
        further = sorted({each for each in inside if each.startswith(link)} - seen)
        seen, waiting = seen | set(further), waiting + further
    names = {each.removeprefix(link) for each in seen}
    assert {"pcl5/", "gad7/"} <= names
    assert any("way-home" in each for each in names)
    patient.page.goto(link)
    patient.press("Send my mood")
    patient.page.wait_for_function("() => !document.querySelector('[data-sending]')")
    found += faults(patient, "an empty form asked again")
    patient.page.goto(link)
    patient.page.locator("form [value='0']").first.check()
    patient.press("Send my mood")
    patient.page.locator(".call").first.wait_for()
    found += faults(patient, "sent, the lowest mood")
    patient.page.goto(link)
    found += faults(patient, "whom to call first")
    sent = patient.page.locator("a[href*='/sent/']").first
    sent.click()
    patient.page.wait_for_url("**/sent/**")
    found += faults(patient, "what was sent, read again")
    patient.page.goto(f"{patient.address}/q/nothing/")
    found += faults(patient, "a link that does not work")
    assert not found, "\n".join(found)
