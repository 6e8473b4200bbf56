"""The modules of the pages' forms, found by their names."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import sereniv.clinic.web

PAGES = Path(sereniv.clinic.web.__file__).parent


def modules_of_forms() -> Iterator[ModuleType]:
    """Yield every module that holds forms: `forms.py` of each subject, and those named after what they ask."""
    for path in sorted(PAGES.rglob("*form*.py")):
        inner = path.relative_to(PAGES).with_suffix("").parts
        yield import_module(".".join((sereniv.clinic.web.__name__, *inner)))
