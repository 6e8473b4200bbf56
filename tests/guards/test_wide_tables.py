"""A table is as wide as what stands in it: it moves sideways in a frame of its own, and not its page with it."""

import re
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "src" / "sereniv" / "clinic" / "web"
FRAMED = re.compile(r'<div\s+class="(?:scroll|wide)\b[^>]*tabindex="0"[^<]*\s*$')
NARROW = {
    "admin/templates/admin/hours.html": "seven days, two times each",
    "documents/templates/documents/paper.html": "the frame of a sheet of paper",
    "shell/templates/account/login.html": "two short columns of the demo's sign-ins",
}
"""Tables without a frame of their own, and why they need none."""


def test_every_table_stands_in_a_frame_that_moves_sideways_and_is_reached_by_keyboard() -> None:
    bare = {
        path.relative_to(WEB).as_posix()
        for path in WEB.rglob("*.html")
        for before in path.read_text(encoding="utf-8").split("<table")[:-1]
        if not FRAMED.search(before)
    }
    assert bare == set(NARROW)
