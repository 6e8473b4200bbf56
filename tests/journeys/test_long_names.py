"""No page is wider than its screen: names of eighty letters break on a tablet, and tables scroll within on a phone."""

import pytest

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import DemoPerson, demo_id
from tests.journeys.conftest import PHONE, TABLET, VisitorMaker
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
GATE = f"/sessions/{demo_id('waiting-session')}/gate/"
PERSON, SESSION = f"/people/{demo_id('finished')}/", f"/sessions/{demo_id('infusing-session')}/"
WHERE_PEOPLE_STAND = (
    "/", "/today/", "/people/", "/calendar/", "/calendar/week/", "/calendar/month/", "/safety/", "/outcomes/",
    "/side-effects/", "/deviations/", "/stock/record/", f"/stock/{demo_id('K10-0005')}/", "/ledger/",
    PERSON, f"{PERSON}course/", f"{PERSON}appointments/", f"{PERSON}looks/", SESSION, f"{SESSION}note/",
    f"{SESSION}emergency/", f"{SESSION}recorder/", GATE, "/set-up/roles/",
)  # fmt: skip


def test_a_long_name_makes_no_page_wider_than_a_tablet_or_a_phone(visitor: VisitorMaker) -> None:
    director = visitor(TABLET)
    director.sign_in("director")
    renamed = {}
    for path in WHERE_PEOPLE_STAND:
        open_page(director, path, path)
        renamed[path] = director.page.evaluate(RENAME, [NAMES, LONG])
        for size in (TABLET, PHONE):
            director.turn_to(size, "light")
            demand_no_wider(director, path, size, "light")
    assert sum(1 for count in renamed.values() if count) > 10, renamed


def test_no_page_of_desk_stock_or_ledger_is_wider_than_a_phone(visitor: VisitorMaker) -> None:
    """The drug's record ran over by 252 px, the ledger by what is hidden from sight in its table."""
    nurse, director = visitor(PHONE), visitor(PHONE)
    nurse.sign_in("nurse")
    director.sign_in("director")
    for path in ("/stock/", "/stock/record/", f"/stock/{demo_id('K10-0005')}/", "/calendar/", f"{PERSON}appointments/"):
        open_page(nurse, path, path)
        demand_no_wider(nurse, path, PHONE, "light")
    open_page(director, "/ledger/", "/ledger/")
    demand_no_wider(director, "/ledger/", PHONE, "light")
