"""Names of eighty letters without a space between break: they make no page wider than the tablet."""

import pytest

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import DemoPerson, demo_id
from tests.journeys.conftest import TABLET, VisitorMaker
from tests.journeys.test_pages import demand_no_wider, open_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = f"{'Hubertblaine' * 7} {'Wolfeschlegel' * 6}"[:160]
NAMES = sorted({f"{each.given_names} {each.family_name}" for each in vars(cast_list).values()
                if isinstance(each, DemoPerson)})  # fmt: skip
RENAME = """([names, long]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const found = names.find((name) => node.data.includes(name));
    if (found) { node.data = node.data.replaceAll(found, long); count += 1; }
  }
  return count;
}"""
PERSON, SESSION = f"/people/{demo_id('finished')}/", f"/sessions/{demo_id('infusing-session')}/"
WHERE_PEOPLE_STAND = (
    "/", "/today/", "/people/", "/calendar/", "/calendar/week/", "/calendar/month/", "/safety/", "/outcomes/",
    "/side-effects/", "/deviations/", "/stock/record/", f"/stock/{demo_id('K10-0005')}/", "/ledger/",
    PERSON, f"{PERSON}course/", f"{PERSON}appointments/", f"{PERSON}looks/", SESSION, f"{SESSION}note/",
)  # fmt: skip


def test_a_long_name_makes_no_page_wider_than_the_tablet(visitor: VisitorMaker) -> None:
    director = visitor(TABLET)
    director.sign_in("director")
    renamed = {}
    for path in WHERE_PEOPLE_STAND:
        open_page(director, path, path)
        renamed[path] = director.page.evaluate(RENAME, [NAMES, LONG])
        demand_no_wider(director, path, TABLET, "light")
    assert sum(1 for count in renamed.values() if count) > 10, renamed
