"""Pages on which rating scales are asked, and a suicide item is taken up."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.followup.answer_forms import SafetyForm, ScaleForm
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.shell.acts import Caution
from sereniv.clinic.workflows.chair.thoughts import struck_since
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.safety import safety as safety_list
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Scale
from sereniv.therapy.followup.scales import Score
from sereniv.therapy.person.events.answers import BY_SOMEBODY_ELSE
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.safety import suicide


@require_http_methods(["GET", "POST"])
def scale(request: HttpRequest, person_id: uuid.UUID, scale_id: str) -> HttpResponse:
    """Ask any scale; a positive or blank suicide item is said at once, and asking too soon is told, never refused."""
    asked = knowledge().scales.get(scale_id)
    if asked is None:
        raise Http404

    def act_on(valid: ScaleForm, act: Act) -> str:
        scored = answers.answer(person_id, asked.id, valid.answers(), valid.answered_by, act, valid.happened_at())
        said = result_words(asked, scored)
        if scored.has_safety_item and scored.safety_answer == 0 and valid.answered_by == BY_SOMEBODY_ELSE:
            messages.warning(request, safety_list.crisis_words())
            return Caution(
                f"{said} The patient was not asked about suicide: ask in person, and write down what you find."
            )
        if scored.opens_safety_flow:
            messages.warning(request, safety_list.crisis_words())
            return Caution(
                f"{said} {safety_words(asked, scored)}: ask in person now, and write down what you find. "
                "No infusion is ordered or started before."
            )
        return said

    words = {
        "title": asked.title,
        "button": "Record answers" if len(asked.items) > 1 else "Record",
        "intro": asked.question if asked.items else "",
        "template": "followup/scale.html",
        "context": {
            "scale": asked,
            "crisis_words": safety_list.crisis_words(),
            "too_soon": answers.asked_too_soon(person_id, asked, clock.now()),
        },
    }
    return person_sheet(request, person_id, ScaleForm, words, act_on, scale=asked)


def safety_words(asked: Scale, scored: Score) -> str:
    """Say what the suicide item was answered."""
    if asked.safety_high_from is not None and scored.safety_answer is not None:
        return f"Risk {scored.band}"
    if scored.asks_in_person:
        return f"{asked.title} is {scored.total}, the worst there is"
    return f"Item {asked.safety_item} is above zero or blank"


def result_words(asked: Scale, scored: Score) -> str:
    """Say what was recorded: the total with its band, or which items are blank."""
    if scored.total is None:
        items = "item" if len(scored.missing_items) == 1 else "items"
        return f"{asked.title} recorded without a total: {items} {', '.join(map(str, scored.missing_items))} blank."
    band = f" ({scored.band})" if scored.band else ""
    return f"{asked.title} {plain(scored.total)}{band}."


@require_http_methods(["GET", "POST"])
def safety(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Take up in person what is not a clear zero; what the risk found asks for besides is said at once."""
    rules = rules_in_force(clock.now())
    found = suicide.opened(chart_store.person_chart(person_id), rules)
    item = next((each for each in found if each.entry == entry), None)
    if item is None:
        raise Http404

    def act_on(valid: SafetyForm, act: Act) -> str:
        left = safety_list.take_up(person_id, valid.said(entry), act)
        if not left:
            return "Recorded."
        todo = ", ".join(suicide.LEFT_WORDS[each] for each in left)
        return Caution(f"Recorded. It stays on the list until this is done: {todo}.")

    strike = struck_since(item)
    struck = f"What it was heard in was struck: {strike.event.reason.rstrip('.')}. " if strike else ""
    words = {
        "title": "Thoughts of suicide, taken up in person",
        "button": "Record",
        "intro": f"{item.title}, {on_the_wall(item.source.at):%d %b %H:%M}: {item.said}. {struck}"
        f"{rules.suicide_item.message} "
        f"{rules.take_up.message}",
    }
    initial = SafetyForm.filled(item.asked.event if item.asked else None)
    return person_sheet(request, person_id, SafetyForm, words, act_on, rules=rules, initial=initial)
