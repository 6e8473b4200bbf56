"""Takes every picture of the tour from a freshly staged demo, in the development environment.

From the root: `PYTHONPATH=src .venv/bin/python -m docs.tour.take`.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_pages import ADMINISTRATOR_PAGES, PAGES, PUBLIC
from tests.run_tests import find_chromium
from tests.served import Served

from sereniv.clinic.demo.people import PASSWORD

HERE = Path(__file__).parent
COLOURS = 128


def main() -> None:
    """Serve a demo of its own, walk every page as somebody who may see it, and keep a picture of each."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("The tour drives a real browser and found none. `python3 run.py test --help` says how to get one.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        served = Served(Path(folder) / "demo")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            walk(browser, served.address, "director", PAGES)
            walk(browser, served.address, "admin", ADMINISTRATOR_PAGES)
            walk(browser, served.address, "", PUBLIC)
            walk(browser, served.address, "", {f"{name}-phone": path for name, path in PUBLIC.items()}, PHONE)
        finally:
            browser.close()
            served.stop()


def walk(browser: Browser, address: str, username: str, pages: dict[str, str], size: tuple[int, int] = DESK) -> None:
    """Keep a picture of each page as one person sees it."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme="light", locale="en-GB")
    page = context.new_page()
    if username:
        page.goto(f"{address}/sign-in/")
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
    for name, path in pages.items():
        page.goto(address + path)
        page.wait_for_load_state("load")
        keep(page, HERE / f"{name}.png")
        print(f"{name:<24} {path}", flush=True)
    context.close()


def keep(page: Page, file: Path) -> None:
    """Write the whole page as a small picture: few colours, since pages have few."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
