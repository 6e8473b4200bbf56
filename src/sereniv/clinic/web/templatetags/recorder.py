"""How templates lead to a second of the flight recorder."""

from datetime import datetime

from django import template

from sereniv.therapy.session.known import second_of

register = template.Library()


@register.filter
def second(moment: datetime) -> int:
    """Return the second, in Unix time, in which what was written down at a moment was known."""
    return int(second_of(moment).timestamp())
