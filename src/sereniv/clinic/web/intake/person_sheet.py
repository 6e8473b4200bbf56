"""The one way a form about a person becomes a page."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake import walk
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.shell.acting import Act


def person_sheet(
    request: HttpRequest,
    person_id: uuid.UUID,
    form_class: type[ActForm],
    words: dict[str, Any],
    action: Callable[[Any, Act], str | None],
    **form_keywords: Any,
) -> HttpResponse:
    """Show a form about one person, or perform its act and go back to their page.

    Opened within the intake walk, it leads on to the next step that is open, and back to the walk.
    """
    who = get_object_or_404(Person, pk=person_id)
    step = walk.walking(request)
    if step:
        words = {"onward": lambda: walk.next_address(who, staff_of(request), clock.now(), step), **words}
    back = words.pop("back", "") or reverse("person_intake" if step else "person", args=[person_id])
    stream = chart_store.person_stream(person_id)
    initial = {"expected_seq": chart_store.stream_end(stream), **form_keywords.pop("initial", {})}
    form = form_for(request, form_class, initial=initial, **form_keywords)
    context = {"person": who, "walked": walk.query(request), **words.pop("context", {})}
    page = Sheet(back=back, context=context, **words)
    return sheet(request, form, page, action, lambda: chart_store.stream_end(stream))
