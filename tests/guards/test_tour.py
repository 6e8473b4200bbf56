"""The tour shows every page that is walked: whoever adds a page takes its picture."""

from tests.journeys.test_pages import ADMINISTRATOR_PAGES, PAGES, PUBLIC
from tests.served import ROOT

TOUR = ROOT / "docs" / "tour"


def test_every_page_that_is_walked_has_its_picture() -> None:
    taken = {file.stem for file in TOUR.glob("*.webp")}
    assert {*PAGES, *ADMINISTRATOR_PAGES, *PUBLIC} - taken == set()


def test_the_tour_shows_every_picture_it_has() -> None:
    page = (TOUR / "README.md").read_text(encoding="utf-8")
    assert [file.name for file in TOUR.glob("*.webp") if f"({file.name})" not in page] == []
