"""How the lines of Today are drawn: in one go, for a busy page has two hundred of them."""

import zlib
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sereniv.therapy.person.names import birth_words

register = template.Library()


class DrawnLine(Protocol):
    """What is drawn of a line."""

    @property
    def what(self) -> str: ...  # noqa: D102

    @property
    def address(self) -> str: ...  # noqa: D102

    @property
    def detail(self) -> str: ...  # noqa: D102

    @property
    def pressing(self) -> bool: ...  # noqa: D102

    @property
    def born(self) -> date | None: ...  # noqa: D102


@register.simple_tag
def waiting_lines(lines: Iterable[DrawnLine], title: str) -> SafeString:
    """Draw the lines of a topic; each text is escaped where it is put in."""
    return mark_safe("".join(_drawn(line, title) for line in lines))  # noqa: S308


def _drawn(line: DrawnLine, title: str) -> str:
    # Known again when the page fetches itself anew, so that the focus stays where it was.
    name = f"line-{zlib.crc32(repr((title, line.address, line.what)).encode()):08x}"
    begin, shape = "<li>", ""
    if line.pressing:
        begin, shape = '<li class="pressing">', '<span class="shape" aria-hidden="true">●</span> '
    born = f' <small class="born tnum">born {birth_words(line.born)}</small>' if line.born else ""
    detail = f' <span class="hint">{escape(line.detail)}</span>' if line.detail else ""
    return f'{begin}<a id="{name}" href="{escape(line.address)}">{shape}{escape(line.what)}</a>{born}{detail}</li>'
