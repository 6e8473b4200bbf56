"""What the chair said in a second, line by line, so that two seconds can be held together."""

from collections.abc import Iterator
from dataclasses import dataclass

from sereniv.clinic.web.chair.figures import NO_READING, Figure
from sereniv.clinic.web.chair.status import Status
from sereniv.clinic.web.recorder.moment import Moment, Standing, clock_of
from sereniv.clinic.web.templatetags.clinic import readings
from sereniv.therapy.recording.time_words import age_words, running
from sereniv.therapy.recording.typed_values import plain

NOTHING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSaid:
    """One thing that the chair said, under a name that is the same in every second."""

    title: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What two seconds say under one name; where one of them says nothing there is a dash."""

    title: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """True where the two seconds do not say the same."""
        return self.first != self.second


def pairs_of(first: Moment, second: Moment) -> tuple[Pair, ...]:
    """Hold two seconds together, line by line."""
    one, other = ({each.title: each.words for each in lines_of(moment)} for moment in (first, second))
    return tuple(
        Pair(title=title, first=one.get(title, NOTHING), second=other.get(title, NOTHING))
        for title in dict.fromkeys((*one, *other))
    )


def lines_of(moment: Moment) -> tuple[LineSaid, ...]:
    """Return everything that the chair said in a second."""
    figures = (LineSaid(title=each.label, words=figure_words(each, moment)) for each in moment.status.figures)
    prompts = (
        LineSaid(title=f"Prompt: {each.prompt.alert.raised.event.title}", words=standing_words(each, moment))
        for each in (*moment.standing, *moment.noticed)
    )
    return (*figures, *prompts, *beside_figures(moment))


def beside_figures(moment: Moment) -> tuple[LineSaid, ...]:
    """Return what the chair said in a second beside its figures and prompts."""
    return tuple(LineSaid(title=title, words=words) for title, words in _lines(moment) if words)


def _lines(moment: Moment) -> Iterator[tuple[str, str]]:
    status = moment.status
    yield "State", status.phase_words
    for each in (*status.besides, *filter(None, (status.pump_showed,))):
        yield each.label, f"{each.value}, {clock_of(each.at, moment.at)}" if each.at else each.value
    yield from _drug(status)
    yield from _due(moment)
    for number, words in enumerate(status.sent_late, start=1):
        yield f"Sent late, {number}", words
    for number, words in enumerate(status.not_counted, start=1):
        yield f"Did not count, {number}", words
    yield "In doubt", status.doubt
    monitor = moment.chart.monitor
    yield "Monitor", monitor.event.device if monitor else "none was connected"
    since = moment.chart.help_open_since
    yield "Call for help", f"open since {clock_of(since, moment.at)}" if since else ""
    emergency = moment.chart.emergencies.since
    yield "Emergency", f"open since {clock_of(emergency, moment.at)}" if emergency else ""
    for call in moment.elsewhere:
        yield f"Elsewhere, {call.chair}", f"{call.initials}: {call.words}"


def figure_words(figure: Figure, moment: Moment) -> str:
    """Write a number with its source, its time and its age, and the other source beside it."""
    if figure.at is None:
        told = figure.missing_words
        told += f", {figure.held or 'look at the patient'}" if told == NO_READING else ""
    else:
        age = age_words(moment.at - figure.at)
        marks = "".join(f", {mark}" for mark in (figure.held, "OLD" if figure.is_old else "") if mark)
        told = f"{figure.value} {figure.unit}, {figure.source} {clock_of(figure.at, moment.at)} ({age}){marks}"
    return f"{told}; beside it {figure_words(figure.beside, moment)}" if figure.beside else told


def _drug(status: Status) -> Iterator[tuple[str, str]]:
    if status.drug is None:
        return
    yield "Given, by charted rates", f"{status.drug.mg:.1f} of {plain(status.chart.plan.dose_mg)} mg"
    paused = f"paused since {clock_of(status.paused_at, status.now)}" if status.paused_at else ""
    yield "Pump, as charted", paused or f"{status.rate:.1f} mL/h"
    yield "Past the ordered volume for", status.overtime


def _due(moment: Moment) -> Iterator[tuple[str, str]]:
    status = moment.status
    if status.due is not None:
        late = f", LATE by {running(moment.at - status.due.at)}" if status.overdue else ""
        yield "Vital signs due", f"{clock_of(status.due.at, moment.at)}{late}"
    if status.volume_due is not None:
        late = f", LATE by {running(moment.at - status.volume_due.at)}" if status.volume_late else ""
        yield "Volume on the pump due", f"{clock_of(status.volume_due.at, moment.at)}{late}"
    if status.dissociation_due is not None:
        late = f", LATE by {running(moment.at - status.dissociation_due)}" if status.dissociation_late else ""
        yield "Dissociation due", f"{clock_of(status.dissociation_due, moment.at)}{late}"
    if status.not_before is not None:
        yield "Not to leave before", clock_of(status.not_before, moment.at)


def standing_words(standing: Standing, moment: Moment) -> str:
    """Write where a prompt stood: since when, what it read, whether it was over, who was told, and who had acted."""
    prompt, event = standing.prompt, standing.prompt.alert.raised.event
    ended = prompt.alert.ended_at
    over = f"no longer so since {clock_of(ended, moment.at)}" if prompt.is_over and ended else ""
    repeat = ""
    if prompt.repeat_due is not None:
        repeat = f"repeat {'LATE, was ' if prompt.repeat_late else ''}due {clock_of(prompt.repeat_due, moment.at)}"
    parts = (
        f"{prompt.shape} {event.priority} {readings(event.read)}".rstrip(),
        f"raised {clock_of(prompt.alert.raised.at, moment.at)} by {event.rule}",
        over,
        f"gone up to {prompt.escalated_to}" if prompt.escalated_to else "",
        repeat,
        prompt.told,
        standing.acted.rstrip("."),
    )
    return "; ".join(filter(None, parts))
