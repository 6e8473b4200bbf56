"""What stands on the page while an order is signed, and what is left of it once something that it quotes is erased."""

from collections.abc import Collection, Iterable

from sereniv.therapy.person.chart import ERASED_LINE
from sereniv.therapy.person.events import ShownLine
from sereniv.therapy.treatment.last_time import LastTime
from sereniv.therapy.treatment.signals import Borne

STEP, CAP = "Step", "Cap"
"""Lines about the order's own numbers."""


def known_lines(last: LastTime | None, borne: Iterable[Borne]) -> tuple[ShownLine, ...]:
    """Return what was known of the person: the last infusion, and what bears on this one."""
    first = last.lines if last else (ShownLine(what="Last infusion", words="none before this one"),)
    said = ((each.signal.row.title, "; ".join(each.signal.said)) for each in borne)
    return (*first, *(ShownLine(what=what, words=words) for what, words in said if words))


def numbers_lines(step_words: str, cap_words: str) -> tuple[ShownLine, ...]:
    """Return what was said of the order's own numbers: the step from the last dose, what a cap changed."""
    said = ((STEP, step_words), (CAP, cap_words))
    return tuple(ShownLine(what=what, words=words) for what, words in said if words)


def lines_left(
    lines: Iterable[ShownLine], without: Collection[ShownLine], *, step_stands: bool
) -> tuple[ShownLine, ...]:
    """Return what is left of a page once an entry is erased: lines that read the same `without` it, and a mark.

    What cannot be worked out again the same, for whatever reason, goes: nothing that might tell of it stays.
    """
    stays = [each for each in lines if each in without or each.what == CAP or (each.what == STEP and step_stands)]
    gone = [each for each in lines if each not in stays]
    return (*(each for each in stays if each != ERASED_LINE), ERASED_LINE) if gone else tuple(stays)
