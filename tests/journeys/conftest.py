"""A real server, a real browser, and what a person does with them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sereniv.clinic.demo.people import PASSWORD
from tests.run_tests import find_chromium
from tests.served import Served
from tests.staged import copied_home

DESK = (1280, 800)
TABLET = (820, 1180)
PHONE = (390, 844)
SHOTS = os.environ.get("SERENIV_SHOTS")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one module: its event loop must not run on under tests that use the database."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium; `run.py test` says how to get one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on the module's own copy of the staged home."""
    yield from serve_a_copy(tmp_path_factory.mktemp("home") / "demo")


def serve_a_copy(folder: Path) -> Iterator[Served]:
    """Serve a copy of the staged home until the test is over; it must end in order."""
    server = Served(copied_home(folder))
    yield server
    assert server.stop() == 0


class Visitor:
    """Somebody at a tablet; every page they load must be free of script errors."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", self._fail)
        self.page.on("console", lambda message: self._fail(message.text) if "Refused to" in message.text else None)
        self.errors: list[str] = []

    def _fail(self, error: object) -> None:
        # A promise that goes down with its page or its network breaks without a reason: nothing is wrong with a script.
        if str(error) != "undefined":
            self.errors.append(str(error))

    def sign_in(self, username: str, then: str = "/") -> None:
        self.page.goto(f"{self.address}/sign-in/?next={then}")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def switch_to(self, full_name: str, pin: str) -> None:
        """Hand the tablet over by PIN."""
        self.page.get_by_role("link", name="Switch user").click()
        self.page.get_by_label("Who takes over").select_option(label=full_name)
        self.page.locator("[name=second_secret]").fill(pin)
        self.page.get_by_role("button", name="Switch", exact=True).click()
        self.page.get_by_text(f"Signed in as {full_name}").wait_for()

    def turn_to(self, size: tuple[int, int], theme: str) -> None:
        """See the same page on another screen; it must follow."""
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)

    def fill(self, **fields: str) -> None:
        """Fill fields by their names in the form."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self._whole()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self._whole()

    def _whole(self) -> None:
        """Wait until the page that a click led to is read to its end: a slow machine shows its head first."""
        self.page.wait_for_function("() => !document.documentElement?.hasAttribute('data-sending')")
        self.page.wait_for_load_state("domcontentloaded")

    def second(self, full_name: str, pin: str) -> None:
        """Let a second person sign on this tablet."""
        self.page.get_by_label("Second person").select_option(label=full_name)
        self.page.get_by_label("Their PIN or password").fill(pin)

    def check_accessible(self, name: str) -> None:
        """Demand that axe finds nothing, and keep a picture where SERENIV_SHOTS asks for it."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        # Only what is wrong comes back: what passes is megabytes on a long page.
        results = AxeResults(
            self.page.evaluate("() => axe.run({resultTypes: ['violations']}).then(({violations}) => ({violations}))")
        )
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
        assert results.violations_count == 0, f"{name} ({self.page.url}):\n{results.generate_report()}"


VisitorMaker = Callable[..., Visitor]


@pytest.fixture
def visitor(browser: Browser, served: Served) -> Iterator[VisitorMaker]:
    opened: list[tuple[BrowserContext, Visitor]] = []

    def make(size: tuple[int, int] = DESK, theme: str = "light", *, worker: bool = False) -> Visitor:
        # Colours on their way from one theme to the other are not what anybody reads.
        # Where a worker stands for the pages, no test can answer in the server's place.
        context = browser.new_context(
            service_workers="allow" if worker else "block",
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        somebody = Visitor(context, served.address)
        opened.append((context, somebody))
        return somebody

    yield make
    for context, somebody in opened:
        if SHOTS:
            somebody.page.screenshot(path=Path(SHOTS) / "last.png", full_page=True)
        context.close()
        assert not somebody.errors, somebody.errors
