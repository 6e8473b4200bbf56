"""The words under a figure: the limits that were crossed, and how many warnings had no room."""

import textwrap
from collections.abc import Iterable

from sereniv.pharmacology.catalogue import models

MOST_LINES = 5
"""Lines of warnings under a figure; the result itself has them all."""
WIDTH = 125


def crossed(warnings: Iterable[str]) -> tuple[str, ...]:
    """Return what concerns this person and dose, each once: not what a packaged model always says of itself."""
    standing = {caveat for item in models() for caveat in item.caveats}
    return tuple(dict.fromkeys(item for item in warnings if item not in standing))


def cautions(warnings: Iterable[str]) -> str:
    """Return the warnings to print under a figure, wrapped.

    Parameters
    ----------
    warnings
        A result's warnings, several models' one after another.

    Returns
    -------
    str
        At most `MOST_LINES` lines of limits crossed, then how many warnings are not shown; empty without warnings.
    """
    every = tuple(dict.fromkeys(warnings))
    lines: list[str] = []
    shown = 0
    for warning in crossed(every):
        wrapped = textwrap.wrap(f"! {warning}", WIDTH, subsequent_indent="  ")
        if lines and len(lines) + len(wrapped) > MOST_LINES:
            break
        lines += wrapped
        shown += 1
    rest = len(every) - shown
    if rest:
        more = f"{rest} more" if shown else str(rest)
        lines.append(f"{'and ' if shown else ''}{more} warning{'s' if rest > 1 else ''} in the result.")
    return "\n".join(lines)
