"""What a long list asks for in every row, dates and addresses, as Django writes them and in a fifth of the time.

These take the place of Django's own `date` and `url` in every template (`TEMPLATES` in the settings). Whatever they do
not know how to write, Django writes.
"""

import re
from collections.abc import Hashable
from datetime import date as day_of_calendar
from datetime import datetime
from functools import lru_cache

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaultfilters import date as written_by_django
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parsed_by_django
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()

OF_A_DAY = {"j": "{0.day}", "d": "{0.day:02}", "m": "{0.month:02}", "Y": "{0.year:04}", "D": "{0:%a}", "l": "{0:%A}",
            "M": "{0:%b}", "F": "{0:%B}"}  # fmt: skip
OF_A_MOMENT = {**OF_A_DAY, "H": "{0.hour:02}", "i": "{0.minute:02}", "s": "{0.second:02}"}
"""How each letter of Django's formats is written, of those that our templates use."""

BETWEEN = re.compile(r"[ ,:.-]")

ADDRESSES_KEPT = 1 << 12
"""So many addresses are kept: those of two busy hours."""


@register.filter(expects_localtime=True, is_safe=False)
def date(value: day_of_calendar | datetime | str | None, form: str | None = None) -> str:
    """Write a day or a moment in one of Django's formats."""
    is_moment = isinstance(value, datetime)
    shape = _shape(form, is_moment) if form and (is_moment or isinstance(value, day_of_calendar)) else ""
    return shape.format(value) if shape else str(written_by_django(value, form))


@lru_cache(maxsize=1 << 8)
def _shape(form: str, is_moment: bool) -> str:
    """Return a format as `str.format` reads it, "" where it holds what only Django knows."""
    letters = OF_A_MOMENT if is_moment else OF_A_DAY
    parts = [letters.get(each, each if BETWEEN.fullmatch(each) else "") for each in form]
    return "".join(parts) if all(parts) else ""


class Address(URLNode):
    """The address of a page; one that was worked out before is not worked out again."""

    def render(self, context: Context) -> str:
        """Write the address, or let Django do so."""
        name = self.view_name.resolve(context)
        if self.kwargs or self.asvar or ":" in name:
            return str(super().render(context))
        found = _address(get_urlconf(), get_script_prefix(), name, *(each.resolve(context) for each in self.args))
        return conditional_escape(found) if context.autoescape else found


@lru_cache(maxsize=ADDRESSES_KEPT, typed=True)
def _address(urls: str | None, prefix: str, name: str, *arguments: Hashable) -> str:
    del prefix
    return reverse(name, urls, args=arguments)


@register.tag
def url(parser: Parser, token: Token) -> Address:
    """Read Django's `url` tag."""
    read = parsed_by_django(parser, token)
    return Address(read.view_name, read.args, read.kwargs, read.asvar)
