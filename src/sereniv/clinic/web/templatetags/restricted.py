"""Whose records whoever reads a page may not open: a list names them, and leaves out what it would tell of them."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from sereniv.clinic import clock
from sereniv.clinic.records.models import ListedRow
from sereniv.clinic.web.shell.acts import staff_of
from sereniv.clinic.workflows.person.restricting import closed_to

register = template.Library()


@register.simple_tag(takes_context=True)
def records_closed_to_me(context: Mapping[str, Any], *rows: Iterable[ListedRow]) -> frozenset[uuid.UUID]:
    """Return the people of these rows whose record is restricted to others than whoever is signed in."""
    among = {each.person_id for some in rows for each in some}
    return closed_to(staff_of(context["request"]), clock.now(), among)
