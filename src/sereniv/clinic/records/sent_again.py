"""Which sending of a page an act is: the same sent twice is one, and the same sent again after something else is new.

A key of what a page sends holds the page, what was typed, and from the second time on which time it is. Whoever charts
97, goes back to chart 84, and goes back again to chart 97 has measured three times; whoever taps twice, once.
"""

import re

from sereniv.clinic.records import written_out

PAGE_DIGITS, TYPED_DIGITS = 24, 20
"""Hexadecimal digits in which a key ends: of its page, then of what was typed."""
_SENT = re.compile(rf"([0-9a-f]{{{TYPED_DIGITS}}})(?:\.([0-9]+))?(?:[#-].*)?", re.DOTALL)
_OF_A_PAGE = re.compile(rf".*[0-9a-f]{{{PAGE_DIGITS + TYPED_DIGITS}}}")


def in_order(key: str) -> str:
    """Return the key under which what was sent is kept: as it is, or with which time it is sent after something else.

    One that was not made of a page and what was typed is given back as it is.
    """
    if not _OF_A_PAGE.fullmatch(key):
        return key
    page, typed = key[:-TYPED_DIGITS], key[-TYPED_DIGITS:]
    sent = [(each[1], int(each[2] or 1)) for each in _sent(page)]
    mine = [turn for what, turn in sent if what == typed]
    if not mine:
        return key
    turn = mine[-1] if sent[-1][0] == typed else mine[-1] + 1
    return key if turn == 1 else f"{key}.{turn}"


def was_sent(page: str) -> bool:
    """Say whether anything was written that this page sent."""
    return bool(_sent(page))


def _sent(page: str) -> list[re.Match[str]]:
    keys = (each for each in written_out.keys_from(page) if each.startswith(page))
    return [found for each in keys if (found := _SENT.fullmatch(each, len(page)))]
