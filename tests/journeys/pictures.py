"""Takes a picture of every page of the tour on a clock that stands still, and compares two such folders pixel by pixel.

Shows that a change of templates, styles or scripts changed nothing that anybody sees. From the root:

    PYTHONPATH=src .venv/bin/python -m tests.journeys.pictures take BEFORE      (at the commit before)
    PYTHONPATH=src .venv/bin/python -m tests.journeys.pictures take AFTER       (at the commit after)
    PYTHONPATH=src .venv/bin/python -m tests.journeys.pictures compare BEFORE AFTER

`take` takes the pages whose names hold one of the words after the folder, where there are any. `compare` lists each
page that differs: in how many pixels, by how much, and where (by 1 or 2 is how one machine smooths a corner twice). It
writes a picture of the difference beside the page in AFTER, and ends with 1.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from docs.tour.take import Tour
from PIL import Image, ImageChops
from playwright.sync_api import Page, sync_playwright

from tests.run_tests import find_chromium
from tests.served import Served

UNLIKE = ".qr, .link-sheet .address, .link-sheet input, .hash"
"""What is drawn by lot, so that no two homes have the same: links for a phone, and hashes of what is sealed."""

STANDING = "performance.now = () => 0;"
"""Runs before any script of a page: its ages and countdowns then stay as the server wrote them."""

DIFFERENCE = ".difference.png"


def take(folder: Path, words: Sequence[str]) -> None:
    """Serve a demo of its own on a standing clock, and keep a picture of each page of the tour as a PNG."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("Pictures need a real browser and found none. `python3 run.py test --help` says how to get one.")
    folder.mkdir(parents=True, exist_ok=True)

    def wanted(name: str) -> bool:
        return not words or any(word in name for word in words)

    def keep(page: Page, name: str) -> None:
        page.eval_on_selector_all(UNLIKE, "all => all.forEach(each => { each.style.visibility = 'hidden'; })")
        page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled", caret="hide")

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        served = Served(Path(place) / "demo", program="tests.journeys.standing_clock")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            walked = Tour(browser, served.address, keep, wanted, STANDING)
            wait_for_monitors(walked)
            walked.take()
        finally:
            browser.close()
            served.stop()


def wait_for_monitors(walked: Tour) -> None:
    """Wait until each monitor has sent the one reading that a standing clock has: pages show it from then on."""
    context = walked.opened("nurse")
    page = context.new_page()
    page.goto(walked.address)
    page.locator(".tile .tile-spo2 small").first.wait_for()
    context.close()


def difference(before: Path, after: Path, shown: Path) -> str:
    """Return how two pictures differ, in words, or nothing; where they do, draw it at `shown`."""
    first, second = (Image.open(path).convert("RGB") for path in (before, after))
    if first.size != second.size:
        return f"is {second.width} x {second.height} pixels, was {first.width} x {first.height}"
    apart = ImageChops.difference(first, second)
    place = apart.getbbox()
    if place is None:
        return ""
    mask = apart.convert("L").point(lambda level: 255 if level else 0)
    mask.save(shown)
    most = max(highest for _, highest in apart.getextrema())
    return f"differs in {mask.histogram()[255]} pixels by at most {most} of 255, from {place[:2]} to {place[2:]}"


def compare(before: Path, after: Path) -> list[str]:
    """Return a line for each page that differs between two folders, or that only one of them has."""
    names = [
        {path.name for path in folder.glob("*.png") if not path.name.endswith(DIFFERENCE)} for folder in (before, after)
    ]
    lines = [f"{name} is only in {before}" for name in sorted(names[0] - names[1])]
    lines += [f"{name} is only in {after}" for name in sorted(names[1] - names[0])]
    for name in sorted(names[0] & names[1]):
        said = difference(before / name, after / name, (after / name).with_suffix(DIFFERENCE))
        lines += [f"{name} {said}"] if said else []
    return lines


def main(arguments: Sequence[str]) -> int:
    """Take or compare, as the first argument says."""
    match list(arguments):
        case ["take", folder, *words]:
            take(Path(folder), words)
            return 0
        case ["compare", before, after]:
            lines = compare(Path(before), Path(after))
            print("\n".join(lines) or "No page differs by a pixel.")
            return 1 if lines else 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
