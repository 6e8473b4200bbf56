"""An inbox as somebody here is shown it: each item beside what the chart knows, and whether a tap can chart it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.importing.entries import Made, Setting, entries_of
from sereniv.clinic.workflows.inbox.reports import Report, Sent, report_of
from sereniv.clinic.workflows.person.identity import FIELD_WORDS
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.received.reading import Details, Said, said_by
from sereniv.exchange.received.text import read_object
from sereniv.therapy.candidacy.laboratory import analyte_title
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.chart import MEASURED_FIELDS, PersonChart
from sereniv.therapy.person.conditions import allergies_of
from sereniv.therapy.person.received import BesideChart, ReceivedItem, compared, inbox, not_taken_up, waiting
from sereniv.therapy.recording.typed_values import plain

AN_ID = re.compile(r"(^|/)[0-9a-f]{8}-[0-9a-f-]{27}$")
BY_HAND = ("family_name", "given_names", "born", "sex_at_birth")
"""What tells people apart is corrected by whoever knows how they know: never by a tap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beheld:
    """One item: how it stands beside the chart, what the chart knows, and why no tap charts it ("" where one does).

    `report` is what a laboratory's result is charted as, None for everything else.
    """

    item: ReceivedItem
    beside: BesideChart
    known: str
    why_not: str = ""
    report: Report | None = None

    @property
    def with_it(self) -> tuple[str, ...]:
        """What a tap charts beside this: the other results of its report."""
        return tuple(each.words for each in self.report.items if each != self.item) if self.report else ()

    @property
    def asked(self) -> tuple[str, ...]:
        """What this value, or the report as a whole, leaves open; what another value does stands beside that."""
        if self.report is None or self.report.event is None:
            return ()
        titles = {analyte_title(each.analyte) for each in self.report.event.values} - {self.report.title}
        return tuple(each for each in self.report.asked if each.partition(": ")[0] not in titles)

    @property
    def named(self) -> str:
        """By what its sender names the person beside an id of this server, "" for by nothing else."""
        return ", ".join(each for each in self.item.received.event.named.split(", ") if not AN_ID.search(each))


def beheld(person: Person, now: datetime) -> tuple[Beheld, ...]:
    """Return a person's inbox: what waits first, of that what bears on safety, and of each the newest first."""
    chart = chart_store.person_chart(person.pk)
    presses = {each.entry for each in not_taken_up(chart, rules_in_force(now))}
    items = sorted(
        inbox(chart), key=lambda each: (each.settled is not None, each.entry not in presses, -each.received.seq)
    )
    results = _results(chart, now)
    return tuple(_beheld(person, chart, each, now, results) for each in items)


def behold(person: Person, chart: PersonChart, item: ReceivedItem, now: datetime) -> Beheld:
    """Return one item beside the chart."""
    results = _results(chart, now) if item.received.event.kind is ev.ReceivedKind.LABORATORY else ()
    return _beheld(person, chart, item, now, results)


def _results(chart: PersonChart, now: datetime) -> tuple[Sent, ...]:
    """Return every result of a laboratory that waits and reads by today's rules."""
    found = []
    for item in waiting(chart):
        if item.received.event.kind is ev.ReceivedKind.LABORATORY:
            with suppress(Failed):
                said = said_of(item, now)
                if said.reported is not None:
                    found.append((item, said.reported))
    return tuple(found)


def _beheld(person: Person, chart: PersonChart, item: ReceivedItem, now: datetime, results: tuple[Sent, ...]) -> Beheld:
    try:
        found = _beside(person, chart, item, now, results)
    except Failed as no:
        # It was read by the rules of the day on which it came.
        why_not = f"It does not read by today's rules: {no.words}"
        return Beheld(item=item, beside=BesideChart.NEW, known="", why_not=why_not)
    event = item.received.event
    why_not = found.why_not
    if not event.holds:
        why_not = "Its sender says that this is not so, or no more: there is nothing to chart."
    elif found.beside is BesideChart.SAME:
        why_not = "The chart has it already."
    elif event.kind is ev.ReceivedKind.ALLERGY and not event.written and allergies_of(chart) is not None:
        why_not = "The chart names allergies: nothing takes them away but asking."
    return replace(found, why_not=why_not)


def _beside(person: Person, chart: PersonChart, item: ReceivedItem, now: datetime, results: tuple[Sent, ...]) -> Beheld:
    event, said = item.received.event, said_of(item, now)
    if said.reported is not None:
        report = report_of(item, said.reported, results, chart, rules_in_force(now))
        return Beheld(item=item, beside=report.beside, known=report.known, why_not=report.why_not, report=report)
    if said.details is not None:
        return _details(person, said.details, item)
    if event.kind in {ev.ReceivedKind.MEASUREMENT, ev.ReceivedKind.ANSWERS}:
        return _measured(chart, said, item, now)
    found = compared(chart, event, rules_in_force(now))
    return Beheld(item=item, beside=found.beside, known=found.known)


def _details(person: Person, details: Details, item: ReceivedItem) -> Beheld:
    here = {name: getattr(person, name) for name in FIELD_WORDS}
    told = {name: getattr(details, name) for name in FIELD_WORDS if getattr(details, name)}
    differs = [name for name, value in told.items() if value != here[name]]
    by_hand = [FIELD_WORDS[name].lower() for name in differs if name in BY_HAND]
    why_not = f"It differs in {' and '.join(by_hand)}. Correct that by hand, and write how you know." if by_hand else ""
    beside = BesideChart.DIFFERS if differs else BesideChart.SAME
    return Beheld(item=item, beside=beside, known=Details(**here).words, why_not=why_not)


def _measured(chart: PersonChart, said: Said, item: ReceivedItem, now: datetime) -> Beheld:
    made = entries_of(said.facts, setting(chart, "", now))
    if all(_stands(chart, each) for each in made):
        return Beheld(item=item, beside=BesideChart.SAME, known="the same value of that moment")
    return Beheld(item=item, beside=BesideChart.NEW, known="; ".join(_last_known(chart, made, now)))


def _stands(chart: PersonChart, made: Made) -> bool:
    """Say whether the chart has these values at their moment, or a score of that scale and day."""
    match made.event:
        case ev.Measured() as event:
            return any(
                one.at == made.at and all(getattr(one.event, name) == getattr(event, name) for name in _fields(event))
                for one in chart.measurements
            )
        case ev.ScaleAnswered(scale=scale, total=total, answers=answers):
            scores = ((one.event.scale, one.event.total, one.event.answers, one.at) for one in chart.scores)
            return (scale, total, answers, made.at) in scores
        case _:
            return False


def _last_known(chart: PersonChart, made: tuple[Made, ...], now: datetime) -> Iterator[str]:
    rules = rules_in_force(now)
    for each in made:
        match each.event:
            case ev.Measured() as event:
                for name in _fields(event):
                    last, row = chart.latest(name, now), rules.plausible[name]
                    known = f"{plain(last.value)} {row.written_unit}, {last.at:%d %b %Y}" if last else "not known"
                    yield f"{row.title}: {known}"
            case ev.ScaleAnswered(scale=scale):
                scores = [(one.event.total, one.at) for one in chart.scores if one.event.scale == scale]
                total, at = scores[-1] if scores else (None, now)
                known = "not known" if total is None else f"{plain(total)}, {at:%d %b %Y}"
                yield f"{rules.scales[scale].title}: {known}"


def _fields(event: ev.Measured) -> list[str]:
    return [name for name in MEASURED_FIELDS if getattr(event, name) is not None]


def said_of(item: ReceivedItem, now: datetime) -> Said:
    """Read what was received by the rules of today; raises Failed where it reads no more."""
    resource = read_object(item.received.event.body)
    return said_by(resource, rules_in_force(now), home_zone(), now.astimezone(home_zone()).date())


def setting(chart: PersonChart, told_by: str, now: datetime) -> Setting:
    """Return by what facts are charted beside what a record holds: a value far from the last one is asked back."""
    latest = {name: chart.latest(name, now) for name in MEASURED_FIELDS}
    before = {name: each.value for name, each in latest.items() if each is not None}
    return Setting(told_by=told_by, now=now, zone=home_zone(), knowledge=rules_in_force(now), before=before)
