"""Striking an entry of a session: what it does is said before, and what came with it is asked about in one step."""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.chair.views import ChairSheet, chair_sheet, charted_words, opened_or_404
from sereniv.clinic.web.shell.form_parts import ReasonForm
from sereniv.clinic.web.shell.staff_names import staff_name
from sereniv.clinic.workflows.chair import charting, thoughts
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.correction import striking
from sereniv.therapy.correction.reach import touched
from sereniv.therapy.recording.time_words import clock_words

RAN, STOPPED = "ran", "stopped"
THOUGHTS_STAY = (
    "Thoughts of suicide were heard with it: the item that they opened stays until somebody has asked this patient in "
    "person. Where it was another patient who said it, record their answers at their chair: nobody asks them otherwise."
)
WHAT_RAN = "The pump, when this was charted"


class StrikeForm(ReasonForm):
    """A reason, and of an ending that brought the pump's stop along whether the pump ran on."""

    field_order = ("pump", "reason")

    def __init__(self, *arguments: Any, asked: tuple[tuple[str, str], ...], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if asked:
            self.fields["pump"] = forms.ChoiceField(label=WHAT_RAN, widget=forms.RadioSelect, choices=asked)
            self.order_fields(self.field_order)


@require_http_methods(["GET", "POST"])
def strike_entry(request: HttpRequest, session_id: uuid.UUID, entry: int) -> HttpResponse:
    """Strike an entry, which stays legible."""
    row, chart = opened_or_404(session_id)
    target = next((each for each in chart.entries if each.stream_seq == entry), None)
    if target is None:
        raise Http404

    def act_on(valid: StrikeForm, act: Act) -> None:
        pump = valid.cleaned_data.get("pump")
        charting.strike(session_id, entry, valid.cleaned_data["reason"], act, ran_on=None if not pump else pump == RAN)

    now = clock.now()
    what = charted_words(chart, target).rstrip(".")
    when = clock_words(on_the_wall(target.at), now.date())
    intro = f"{what}. Charted {when} by {staff_name(target.recorded_by)}. It stays legible, and no longer counts."
    effect, stop = striking.effect(chart, entry, now), striking.stop_of(chart, entry)
    with_stop = effect if stop is None else striking.effect(chart, entry, now, ran_on=True)
    reaches = touched(with_stop.act, with_stop.stands_on_it(), rules_in_force(now))
    why_not = striking.why_not_struck(chart, entry, staff_name)
    stays = (THOUGHTS_STAY,) if thoughts.waits_on(row, target, now) else ()
    context = {"changes": (*effect.words(), *stays), "touched": reaches}
    page = ChairSheet(title="Strike an entry", button="Strike", intro=intro, context=context, why_not=why_not)
    asked = () if stop is None else _asked(effect, with_stop)
    return chair_sheet(request, session_id, StrikeForm, page, act_on, asked=asked)


def _asked(stays: striking.StrikeEffect, goes: striking.StrikeEffect) -> tuple[tuple[str, str], ...]:
    """Ask whether the pump ran on, each answer with the milligrams that it comes to."""
    given = "Given by charted rates:"
    return (
        (RAN, f"It ran on: the stop is struck with it. {given} {goes.mg_after} mg."),
        (STOPPED, f"It was stopped then: the stop stays. {given} {stays.mg_after} mg."),
    )
