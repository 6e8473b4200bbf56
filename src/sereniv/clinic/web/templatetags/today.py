"""How the lines of Today are drawn: in one go, for a busy page has two hundred of them."""

import zlib
from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sereniv.clinic.web.today.topics import Line

register = template.Library()

PRESSES = '<span class="shape" aria-hidden="true">●</span> '


@register.simple_tag
def waiting_lines(lines: Iterable[Line], title: str) -> SafeString:
    """Draw the lines of a topic; each text is escaped where it is put in."""
    return mark_safe("".join(_drawn(line, title) for line in lines))  # noqa: S308


def _drawn(line: Line, title: str) -> str:
    # Known again when the page fetches itself anew, so that the focus stays where it was.
    name = f"line-{zlib.crc32(repr((title, line.address, line.what)).encode()):08x}"
    born = line.born
    return ('<li class="pressing">' if line.pressing else "<li>") + (
        f'<a id="{name}" href="{escape(line.address)}">{PRESSES if line.pressing else ""}{escape(line.what)}</a>'
        + (f' <small class="born tnum">born {born.day} {born:%b %Y}</small>' if born else "")
        + (f' <span class="hint">{escape(line.detail)}</span>' if line.detail else "")
        + "</li>"
    )
