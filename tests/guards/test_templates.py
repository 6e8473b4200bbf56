"""Templates are code: nobody reads a line past its end, and a long page is parted by what it shows."""

from pathlib import Path

import sereniv.clinic.web

PAGES = Path(sereniv.clinic.web.__file__).parent
WIDEST = 120
MOST_LINES = 150


def test_templates_are_laid_out_to_be_read() -> None:
    wrong = []
    for path in sorted(PAGES.rglob("*.html")):
        lines = path.read_text(encoding="utf-8").splitlines()
        name = path.relative_to(PAGES).as_posix()
        wrong += [f"{name}:{at} is {len(line)} wide" for at, line in enumerate(lines, 1) if len(line) > WIDEST]
        wrong += [f"{name} has {len(lines)} lines"] if len(lines) > MOST_LINES else []
    assert wrong == [], "break at a blank or between the attributes of a tag; part with {% include %}"
