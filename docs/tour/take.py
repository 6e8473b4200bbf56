"""Takes every picture of the tour from a freshly staged demo, in the development environment.

From the root: `PYTHONPATH=src .venv/bin/python -m docs.tour.take`. It writes the pictures and the page that shows them.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.journeys.conftest import DESK, PHONE, TABLET
from tests.journeys.test_pages import ADMINISTRATOR_PAGES, EACH_ROLE, PAGES, PUBLIC
from tests.run_tests import find_chromium
from tests.served import Served

from sereniv.clinic.demo.people import PASSWORD, demo_id

HERE = Path(__file__).parent
COLOURS = 64
TALLEST = 6000
"""Pixels of a page that are shown: the table of every rule is longer than any picture should be."""
AT_THE_TABLET = {
    name: PAGES[name] for name in ("board", "chair", "gate", "vitals", "resting-recovery", "today", "person")
}
MINE = f"/people/{demo_id('candidate')}/invite/"
TO_ANSWER = ("Mood today", "PHQ-9", "PCL-5, past week")


def main() -> None:
    """Serve a demo of its own, walk every page as somebody who may see it, and keep a picture of each."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("The tour drives a real browser and found none. `python3 run.py test --help` says how to get one.")
    for old in HERE.glob("*.webp"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        served = Served(Path(folder) / "demo")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            parts = Tour(browser, served.address, keep).take()
        finally:
            browser.close()
            served.stop()
    (HERE / "README.md").write_text(shown(parts), encoding="utf-8")


@dataclass(frozen=True)
class Tour:
    """A walk through every page of a served demo, each as somebody who may see it."""

    browser: Browser
    address: str
    keep: Callable[[Page, str], None]
    """Keeps a picture of the page that is open, by its name."""
    wanted: Callable[[str], bool] = bool
    """Which pages are walked, by their names; as it is, all of them."""
    script: str = ""
    """Runs before any script of a page."""

    def take(self) -> dict[str, Mapping[str, str]]:
        """Take every picture; return the pages of each part by name."""
        parts: dict[str, Mapping[str, str]] = {}
        desk = self.opened("director")
        parts["The clinic, at a desk"] = self.walk(desk, PAGES)
        parts["The same on a tablet, in the dark"] = self.walk(
            self.opened("nurse", TABLET, "dark"),
            {f"{name}-tablet-dark": path for name, path in AT_THE_TABLET.items()},
        )
        parts["Today, for each role"] = {
            name: path
            for role in EACH_ROLE
            for name, path in self.walk(self.opened(role), {f"today-{role}": "/today/"}).items()
        }
        parts["Running the house"] = self.walk(self.opened("admin"), ADMINISTRATOR_PAGES)
        link = self.invited(desk)
        phone = {
            "phone": link,
            "phone-phq9": f"{link}phq9/",
            "phone-pcl5": f"{link}pcl5/",
            "phone-way-home": f"{link}way-home/",
        }
        public = {f"{name}-phone": path for name, path in PUBLIC.items()}
        parts["A patient's phone"] = self.walk(self.opened("", PHONE), phone | public)
        parts["For everybody"] = self.walk(self.opened(""), PUBLIC)
        return parts

    def opened(self, username: str, size: tuple[int, int] = DESK, theme: str = "light") -> BrowserContext:
        """Open a browser of somebody, signed in where they have a name."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
        )
        context.add_init_script(self.script)
        if username:
            page = context.new_page()
            page.goto(f"{self.address}/sign-in/")
            page.get_by_label("User name").fill(username)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/sign-in/" not in url)
            page.close()
        return context

    def invited(self, context: BrowserContext) -> str:
        """Make a link for a patient's phone and return its path."""
        page = context.new_page()
        page.goto(self.address + MINE)
        for title in TO_ANSWER:
            page.get_by_label(title, exact=True).check()
        page.get_by_role("button", name="Make the link").click()
        link = page.get_by_label("The same in words").input_value()
        page.close()
        return link.removeprefix(self.address)

    def walk(self, context: BrowserContext, pages: Mapping[str, str]) -> Mapping[str, str]:
        """Keep a picture of each page that is wanted; return the pages."""
        page = context.new_page()
        for name, path in pages.items():
            if self.wanted(name):
                page.goto(self.address + path)
                page.wait_for_load_state("load")
                self.keep(page, name)
                print(f"{name:<24} {path}", flush=True)
        page.close()
        return pages


def keep(page: Page, name: str) -> None:
    """Write the page as a small picture: few colours, since pages have few, and none of them blurred."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    few.save(HERE / f"{name}.webp", "WEBP", lossless=True, method=6)


def shown(parts: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page that shows the pictures, part by part."""
    lines = [
        "# The tour",
        "",
        "Every page of the demo clinic, as `python -m docs.tour.take` sees it. Everybody in it is made up.",
    ]
    for title, pages in parts.items():
        lines += ["", f"## {title}"]
        for name in pages:
            words = name.replace("-", " ")
            lines += ["", f"**{words[:1].upper()}{words[1:]}**", "", f"![{words}]({name}.webp)"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
