"""What is tested of the pages lies in folders as the pages themselves do, one for each subject."""

from pathlib import Path

import sereniv.clinic.web

PAGES = Path(sereniv.clinic.web.__file__).parent
TESTS = Path(__file__).parents[1] / "web"
WHOLE = "whole"
"""What no subject holds by itself: every form, every list, a week, whole courses."""


def test_every_test_of_pages_lies_in_the_folder_of_its_subject() -> None:
    loose = sorted(path.name for path in TESTS.glob("test_*.py"))
    assert loose == [], f"move into the folder of the subject under tests/web, or into {WHOLE}: {loose}"
    subjects = {path.parent.name for path in PAGES.glob("*/__init__.py")}
    folders = {path.parent.name for path in TESTS.glob("*/__init__.py")}
    assert folders - subjects == {WHOLE}, "a folder of tests is named after a folder of pages"
