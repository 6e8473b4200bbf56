"""What an act has just opened about suicide: whoever wrote the words is told at once, whichever page it was."""

from dataclasses import dataclass

from django.http import HttpRequest

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person.written import FREE_TEXT
from sereniv.therapy.safety import suicide


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """One question about suicide that waits; by its own words, or by an answer whose form says itself what it asks."""

    words: str
    is_written: bool


def to_ask(request: HttpRequest) -> dict[int, ToAsk]:
    """Return what asks about suicide in whoever the page is about, by entry; empty where its address names nobody."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    person = named.get("person_id")
    if person is None and "session_id" in named:
        person = queries.whose_session(named["session_id"])
    if person is None:
        return {}
    open_now = suicide.not_asked(chart_store.person_chart(person), rules_in_force(clock.now()))
    return {each.entry: ToAsk(words=each.words(), is_written=type(each.source.event) in FREE_TEXT) for each in open_now}
