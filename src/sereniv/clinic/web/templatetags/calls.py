"""Telephone numbers as they are dialled: by themselves, and where they stand among words that say whom to call."""

import re
from collections.abc import Iterator

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
LEAST_DIGITS = 3
"""Digits of the shortest number that is called: 911, 988, 112."""
A_NUMBER = re.compile(r"\+?[0-9](?:[0-9().\-/\u2010-\u2015]|[ \u00a0](?=[0-9(]))*[0-9]")


@register.filter
def dialled(number: str) -> str:
    """Write a phone number as a telephone link needs it."""
    return "".join(each for each in number if each in "+0123456789*#")


@register.filter
def numbers_to_call(words: str) -> tuple[str, ...]:
    """Return every number that words name, each once, as it stands in them: “call 911 now”, 911."""
    return tuple(dict.fromkeys(found.group() for found in _numbers(words)))


@register.filter
def to_tap(words: str) -> SafeString:
    """Write words in which somebody is told whom to call, each number of them a link that calls it."""
    written, end = [], 0
    for found in _numbers(words):
        number = found.group()
        link = format_html('<a class="tnum" href="tel:{}">{}</a>', dialled(number), number)
        written += [escape(words[end : found.start()]), link]
        end = found.end()
    return mark_safe("".join([*written, escape(words[end:])]))  # noqa: S308  escaped part by part


def _numbers(words: str) -> Iterator[re.Match[str]]:
    return (each for each in A_NUMBER.finditer(words) if len(dialled(each.group()).lstrip("+")) >= LEAST_DIGITS)
