"""The suite as `python3 run.py test` runs it: everything, on SQLite and on PostgreSQL, browser included."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first that is found drives the pages; the shell draws them without a window."""

WORKERS = "3"
"""One more than the two cores that are usual: a browser walk waits for pages much of its time."""
FEW_EXAMPLES = ("--hypothesis-profile", "quick")
"""Properties on a few examples: what is asked again of a second database is whether it answers as the first did."""
SHELL_ROOMS = ("web", "workflows", "gateway", "journeys", "durability", "demo", "operating")
"""Rooms whose tests ask for the database, a server or a browser, nearly all of them: not even read by a fast run."""
FAST = (
    "-m",
    "not slow and not browser and not long and not database",
    *(f"--ignore=tests/{room}" for room in SHELL_ROOMS),
    *FEW_EXAMPLES,
)
"""What one wants to know after each change: what the clinic decides, its numbers, its engine and the guards.

Properties are tried on a few examples; the whole suite tries many.
"""
NEAR = ("-m", "not browser and not long", *FEW_EXAMPLES)
READ_BY = {"knowledge": "therapy"}
"""Rooms of the package without one of their own, and the tests that compare what they hold."""
DATABASE_TESTS = ("tests/records", "tests/workflows", "tests/durability/test_concurrency.py")
SAME_ON_ANY = (
    "tests/workflows/rules/test_own_number_while_running.py",
    "tests/workflows/orders/test_any_history.py",
    "tests/workflows/orders/test_any_step.py",
)
"""What takes long among them and asks for rules over many histories, by rows that the others have asked for."""


def main() -> int:
    """Find what the suite needs, run it, and return the worst exit code."""
    options, passed_on = _parser().parse_known_args()
    environment = dict(os.environ, PYTHONPATH=str(ROOT / "src"))
    may_install = options.install or os.environ.get("CI") == "true"
    if options.fast:
        return _pytest([*passed_on, *FAST, *_spread("auto")], environment)
    if options.near is not None:
        return _near(options.near, passed_on, environment)
    if options.setup_only:
        return 0
    if shutil.which("strace") is None and not (may_install and _apt("strace", lambda: shutil.which("strace"))):
        print("POWER CUTS NOT REPLAYED: no strace found. `apt install strace` gets one (Linux only).", file=sys.stderr)
    if shutil.which("node") is None or not (ROOT / "tests/scripts/node_modules").is_dir():
        print("SCRIPTS NOT CHECKED whole: `npm ci --ignore-scripts` in tests/scripts gets what does.", file=sys.stderr)
    if not options.no_browser:
        chromium = find_chromium() or (_apt("chromium-headless-shell", find_chromium) if may_install else None)
        chromium = chromium or (_apt("chromium", find_chromium) if may_install else None)
        if chromium is None:
            print(_how_to_get_chromium(), file=sys.stderr)
            return 2
        environment["SERENIV_CHROMIUM"] = chromium
    left_out = [*(["not browser"] if options.no_browser else []), *([] if options.long or passed_on else ["not long"])]
    selection = ["-m", " and ".join(left_out)] if left_out else []
    spread = [] if passed_on else _spread(WORKERS)
    worst = _pytest([*passed_on, *selection, *spread], environment)
    if not options.no_postgres and not passed_on:
        worst = max(worst, _on_postgresql(environment, may_install=may_install))
    return worst


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py test", description=__doc__)
    parser.add_argument(
        "--fast",
        action="store_true",
        help="the core and the guards alone: no database, browser or slow test, properties on few examples",
    )
    parser.add_argument(
        "--near",
        nargs="?",
        const="HEAD",
        metavar="COMMIT",
        help="the guards, and the tests in the rooms of what changed since a commit (the last one)",
    )
    parser.add_argument(
        "--install", action="store_true", help="as root with apt: install Chromium, PostgreSQL and strace"
    )
    parser.add_argument("--no-browser", action="store_true", help="leave out the tests that drive a browser")
    parser.add_argument("--no-postgres", action="store_true", help="leave out the second run on PostgreSQL")
    parser.add_argument(
        "--long",
        action="store_true",
        help="also every page on further screens, every hostile value",
    )
    parser.add_argument("--setup-only", action="store_true", help="make the environment and stop")
    parser.epilog = "Other arguments go to pytest, for example: run.py test -k dose"
    return parser


def _spread(workers: str) -> list[str]:
    """Return how tests are spread: a module stays on one worker, for its browser walks share one served home."""
    return ["-n", workers, "--dist", "loadscope", "--no-loadscope-reorder"]


def _near(since: str, passed_on: list[str], environment: dict[str, str]) -> int:
    try:
        rooms = rooms_of(changed_since(since))
    except subprocess.CalledProcessError as error:
        print(f"Nothing can be compared with {since}: {error.stderr.strip()}", file=sys.stderr)
        return 2
    print(f"Tests of: {', '.join(rooms)}", flush=True)
    return _pytest([*rooms, *passed_on, *NEAR, *_spread("auto")], environment)


def changed_since(commit: str) -> list[str]:
    """Return the paths that differ from a commit, those that are new in the working tree among them.

    Raises
    ------
    subprocess.CalledProcessError
        When there is no such commit.
    """
    asked = (["git", "diff", "--name-only", commit, "--"], ["git", "ls-files", "--others", "--exclude-standard"])
    answers = [subprocess.run(each, cwd=ROOT, check=True, capture_output=True, text=True).stdout for each in asked]
    return sorted({path for answer in answers for path in answer.splitlines()})


def rooms_of(changed: list[str]) -> list[str]:
    """Return the tests of these paths: a changed test itself, for a file of the package the room of its name.

    The nearest room that exists stands for one that has none of its own; the guards are always among them.
    """
    rooms = {"tests/guards", *(room for path in changed if (room := _room_of(Path(path))))}
    whole = [Path(room) for room in rooms]
    return sorted(room for room in rooms if not any(other in Path(room).parents for other in whole))


def _room_of(path: Path) -> str:
    if path.parts[0] == "tests":
        is_test = path.name.startswith("test_") and path.suffix == ".py"
        return str(path) if is_test and (ROOT / path).exists() else ""
    if path.parts[:2] != ("src", "sereniv"):
        return ""
    within = [READ_BY.get(part, part) for part in path.parts[2:-1] if part != "clinic"]
    for depth in range(len(within), 0, -1):
        room = Path("tests", *within[:depth])
        if (ROOT / room).is_dir():
            return str(room)
    return ""


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def find_chromium() -> str | None:
    """Return a Chromium: the one named by SERENIV_CHROMIUM, on the PATH, or Playwright's own."""
    named = os.environ.get("SERENIV_CHROMIUM")
    if named and Path(named).exists():
        return named
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    script = "from playwright.sync_api import sync_playwright as p\nwith p() as d: print(d.chromium.executable_path)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if path and Path(path).exists() else None


def _how_to_get_chromium() -> str:
    return (
        "The suite drives a real browser and found none. Get one with one of:\n"
        "  Debian, Ubuntu:   sudo apt install chromium\n"
        "  any system:       .venv/bin/playwright install chromium\n"
        "  your own:         SERENIV_CHROMIUM=/path/to/chromium python3 run.py test\n"
        "As root with apt, `python3 run.py test --install` does the first. `--no-browser` leaves those tests out."
    )


def _apt(package: str, then: object) -> str | None:
    """Install a Debian package as root; returns what `then` finds afterwards."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    quiet = {"stdout": subprocess.DEVNULL, "check": False}
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    print(f"Installing {package} with apt ...", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], env=environment, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env=environment, **quiet)
    return then() if callable(then) else None


def _on_postgresql(environment: dict[str, str], *, may_install: bool) -> int:
    from tests.postgresql import Cluster, find_binaries

    binaries = find_binaries()
    if binaries is None and may_install:
        _apt("postgresql", lambda: None)
        binaries = find_binaries()
    if binaries is None:
        print("NOT RUN ON POSTGRESQL: no server found. `apt install postgresql` gets one.", file=sys.stderr)
        return 0
    with Cluster(binaries) as cluster:
        print(f"The database tests again, on PostgreSQL ({binaries})", flush=True)
        return _pytest(
            [
                *DATABASE_TESTS,
                *(f"--ignore={each}" for each in SAME_ON_ANY),
                "-m",
                "not browser and not long",
                *FEW_EXAMPLES,
                *_spread(WORKERS),
            ],
            {**environment, "SERENIV_TEST_DATABASE_URL": cluster.url},
        )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
