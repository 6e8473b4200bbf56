"""How templates write sources, numbers, ages and ledger entries."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sereniv.clinic import clock as home_clock
from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store, envelopes
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake.work_up_forms import WorkUpForm
from sereniv.clinic.web.ledger import words as ledger_words
from sereniv.clinic.web.shell import staff_names
from sereniv.clinic.web.shell.acts import drawn_from
from sereniv.clinic.workflows.shell import acting
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Knowledge, Option, Row
from sereniv.therapy.documents import readers
from sereniv.therapy.documents.vial import stock_words
from sereniv.therapy.person.concern import Finding, grounds_in_words
from sereniv.therapy.person.conditions import allergies_of
from sereniv.therapy.person.events import LimitTaken
from sereniv.therapy.person.limits_taken import limit_words
from sereniv.therapy.recording import unread
from sereniv.therapy.recording.time_words import age_words, clock_words, running
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import MonitorConnected
from sereniv.therapy.session.read_words import read_words
from sereniv.therapy.treatment.dose import Ordered
from sereniv.therapy.treatment.dose import reckoning as dose_reckoning
from sereniv.therapy.treatment.order_life import OrderNow

register = template.Library()

ROW_FIELDS = frozenset(each.name for each in fields(Row)) | {"examples", "items", "answers", "inputs", "phase", "reads"}
HOW_READ = {
    "abstract": "we read the summary",
    "label": "we read the label",
    "excerpt": "we read a part",
    "secondary": "we read what others say of it",
    "none": "not from a publication",
}
WORDY = frozenset(
    {
        "quantity",
        "unit",
        "kind",
        "question",
        "asks",
        "advice",
        "licence_note",
        "ask",
        "list",
        "mechanism",
        "ignored",
        "published",
        "order",
        "message_when",
        "claims",
        "vouched",
    }
)


@register.filter
def citation(source: str, knowledge: Knowledge) -> str:
    """Write a source's citation."""
    return knowledge.references[source].citation


@register.filter
def lower_first(words: str) -> str:
    """Begin with a small letter, unless the word is an abbreviation."""
    return words if words[1:2].isupper() or words[1:2].isdigit() else words[:1].lower() + words[1:]


@register.filter
def sources(row: Row | Option) -> str:
    """Write every source of a row, or of an option in one."""
    return " ".join(knowledge().references[source].citation for source in row.sources)


@register.filter
def numbers(row: Row) -> list[tuple[str, str]]:
    """List what a row holds beside its words: name and value. A number that it does not hold is no zero of it."""
    found = []
    for each in fields(row):
        value = getattr(row, each.name)
        if each.name in ROW_FIELDS | WORDY or value is None or value in ("", {}, ()) or value == each.default == 0:
            continue
        if isinstance(value, Decimal | int | dict | tuple) and not isinstance(value, bool):
            found.append((each.name.replace("_", " "), _words(value)))
    return [(name, words) for name, words in found if words]


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_words(each)}" for name, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(filter(None, map(_words, value)))
    if is_dataclass(value):
        return str(getattr(value, "name", getattr(value, "title", ""))).replace("_", " ")
    return value.replace("_", " ") if isinstance(value, str) else str(value)


@register.filter
def age(at: datetime | None, now: datetime) -> str:
    """Write how old a value is: now, 40 s, 3 min, 2 h 5 min, 4 days."""
    return "" if at is None else age_words(now - at)


@register.filter
def countdown(at: datetime | None, now: datetime) -> str:
    """Write the time until, or since, a moment; the words beside it say which."""
    return "" if at is None else running(at - now)


register.filter(running)


@register.filter
def clock(at: datetime | None, now: datetime) -> str:
    """Write a time of day, with its date where it is not today's."""
    return "" if at is None else clock_words(on_the_wall(at), on_the_wall(now).date())


@register.filter
def clock_to_the_second(at: datetime | None, now: datetime) -> str:
    """Write a time of day to the second, with its date where it is not today's."""
    return "" if at is None else clock_words(on_the_wall(at), on_the_wall(now).date(), seconds=True)


register.filter(stock_words)
register.filter(unread.kind_in_words)


@register.filter
def how_to_mend_unread(entries: object) -> str:
    """Say what to do about entries that cannot be read."""
    del entries
    return unread.HOW_TO_MEND


register.filter(ledger_words.stream_in_words)


@register.filter
def how_read(read: str) -> str:
    """Say in plain words how much of a source was read."""
    return HOW_READ.get(read, read).capitalize()


@register.simple_tag(takes_context=True)
def seen(context: Mapping[str, Any]) -> SafeString:
    """Return the hidden field by which a form without others says up to which entry its page was drawn."""
    last = drawn_from(context["request"])
    return format_html('<input type="hidden" name="seen" value="{}">', "" if last is None else last)


@register.simple_tag
def new_key() -> str:
    """Return a fresh idempotency key for a form without other fields."""
    return acting.new_key()


@register.simple_tag
def free_at(chair: str, starts_at: datetime) -> str:
    """Return the address that books a free time at a chair."""
    at = on_the_wall(starts_at)
    return f"{reverse('calendar_find')}?day={at:%Y-%m-%d}&time={at:%H:%M}&chair={quote(chair, safe=':')}"


@register.simple_tag
def of_one_day(day: date) -> str:
    """Return the part of an address by which a page of looks shows one day."""
    return urlencode({"first": day.isoformat(), "last": day.isoformat()})


@register.simple_tag
def erased_in(stream: str) -> tuple[envelopes.Envelope, ...]:
    """Return what stands of the entries of a stream that the law had erased."""
    return envelopes.erased_in(stream)


@register.filter
def staff_name(username: str) -> str:
    """Write somebody's name for their user name."""
    return staff_names.staff_name(username)


@register.filter
def moment(written: str) -> datetime:
    """Read a moment as the ledger keeps it."""
    return datetime.fromisoformat(written)


@register.filter
def times_words(times: int) -> str:
    """Say how often somebody looked."""
    return readers.times_words(times)


@register.filter
def spaced(text: str) -> str:
    """Write a name of ours with spaces."""
    return str(text).replace("_", " ")


@register.filter
def lacks(found: Finding) -> tuple[str, ...]:
    """Name what is not known of a concern."""
    return found.lacks(knowledge().scales, knowledge().entered_scores)


@register.filter
def rests_on(found: Finding) -> tuple[str, ...]:
    """Say what a concern rests on; a number with its scale, range and day."""
    return grounds_in_words(found.verdict.grounds, found.read, knowledge().scales)


@register.filter
def check_in_question(name: str) -> str:
    """Write what a question of the check-in is about, one asked today or once."""
    return knowledge().aftercare.question_title(name).lower()


@register.inclusion_tag("person/parts/allergies.html")
def allergies(person: Person) -> dict[str, object]:
    """Write a person's allergies so that one stands out, and so does that nobody asked."""
    said = allergies_of(chart_store.person_chart(person.pk))
    return {"asked": said is not None, "entries": said.event.entries if said else ()}


@register.filter
def indication_title(indication: str) -> str:
    """Write what somebody is treated for as every other page does."""
    row = knowledge().indications.get(indication)
    return row.title if row else spaced(indication)


@register.filter
def protocol_title(protocol: str) -> str:
    """Write what a protocol is called; its id where these tables no longer hold it."""
    row = rules_in_force(home_clock.now()).protocols.get(protocol)
    return row.title if row else protocol


@register.filter
def limit_gone_past(taken: LimitTaken) -> str:
    """Write which limit an order went past, by what number and unit."""
    return limit_words(taken, rules_in_force(home_clock.now()))


@register.filter
def reckoning(ordered: Ordered) -> str:
    """Write how a dose follows from its prescription."""
    return dose_reckoning(ordered)


@register.filter
def order_words(order: OrderNow) -> str:
    """Say where an order stands and what became of it."""
    return order.words(staff_names.staff_name)


@register.filter
def fallen(fraction: Decimal) -> str:
    """Write a change as better or worse, in per cent."""
    percent = f"{abs(fraction):.0%}".replace("%", " %")
    return "unchanged" if fraction == 0 else f"{percent} {'better' if fraction > 0 else 'worse'}"


@register.filter
def rounded_mg(value: Decimal) -> str:
    """Write an amount of drug to 0.1 mg."""
    return plain(value.quantize(Decimal("0.1")))


@register.filter
def allowed(may: Mapping[str, bool], permission: str) -> bool:
    """Say whether whoever looks has a permission, by its name."""
    return may.get(permission, False)


@register.filter
def at(found: Sequence[object], place: int) -> object:
    """Return what stands at a place, counted from 0."""
    return found[place]


@register.filter
def lines_of(form: WorkUpForm, row_id: str) -> list[list[BoundField]]:
    """Return the fields of one item of a work-up form, line by line."""
    return form.lines(row_id)


@register.filter
def upper_if_short(kind: str) -> str:
    """Write ECT and TMS in capitals, every other kind as a word."""
    return kind.upper() if len(kind) == len("ect") else kind.capitalize()


@register.filter
def readings(read: dict[str, str]) -> str:
    """Write what a prompt read as a nurse would say it."""
    return read_words(read)


@register.filter
def had_monitor(chart: SessionChart) -> bool:
    """Say whether a monitor is connected to a session, or was."""
    return any(isinstance(each.event, MonitorConnected) for each in chart.entries)


@register.filter
def plain_number(value: Decimal) -> str:
    """Write a number without needless zeros."""
    return plain(value)


@register.filter
def of(found: Mapping[object, object], key: object) -> object:
    """Return what a mapping holds for a key, nothing where it holds none."""
    return found.get(key) if found else None
