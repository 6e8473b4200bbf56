"""One second of a session as the chair showed it: worked out by what the chair's own page is worked out by."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.chair.elsewhere import Call, calls_elsewhere
from sereniv.clinic.web.chair.status import Prompt, Status, status_of
from sereniv.clinic.web.shell.staff_names import staff_name
from sereniv.clinic.workflows.chair.own_samples import came_later
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import AlertRule, Knowledge, line_title
from sereniv.therapy.monitoring.since_raised import rule_of
from sereniv.therapy.person.conditions import allergies_of
from sereniv.therapy.person.joined import as_of
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.time_words import clock_words, length
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.entry_words import entry_words
from sereniv.therapy.session.known import known_at, not_yet_known, struck_later


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A prompt that stood: what it read, by which row and version, and who was told, had seen it and had acted."""

    prompt: Prompt
    row: AlertRule | None
    """The row of the card as it was in force then, None for a prompt that is of no row of the card."""
    acted: str

    @property
    def was_so_before(self) -> bool:
        """True where it was raised before and nobody had looked since: it has waited from then on."""
        return self.prompt.alert.first.stream_seq != self.prompt.alert.raised.stream_seq

    @property
    def row_has_moved(self) -> bool:
        """True where the row that this program has now is another version than the one that raised the prompt."""
        return self.row is not None and not self.prompt.alert.raised.event.rule.endswith(f" v{self.row.version}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry in words: when it happened, when and by whom it was written down, and whether it was struck."""

    entry: Recorded[ev.SessionEvent]
    words: str
    struck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one second of a session held, and what was not known in it."""

    at: datetime
    status: Status
    rules: Knowledge
    standing: tuple[Standing, ...]
    noticed: tuple[Standing, ...]
    elsewhere: tuple[Call, ...]
    allergies: Recorded[object] | None
    log: tuple[Told, ...]
    not_yet: tuple[Told, ...]
    """What had happened and was written down only later."""
    struck_later: tuple[Told, ...]
    """What counted then and was struck since."""
    came_later: str
    """What a monitor measured by then and sent only later, in words; "" where nothing."""

    @property
    def chart(self) -> SessionChart:
        """The chart as it was known."""
        return self.status.chart


def moment_of(row: SessionRow, chart: SessionChart, at: datetime) -> Moment:
    """Return what the chair of a session showed at `at`, and what was known of it only later.

    Parameters
    ----------
    chart
        The chart as it stands today, with everything that was written down since.
    """
    then = known_at(chart, at)
    rules = rules_in_force(at, at)
    status = status_of(row.pk, then, at)
    words = partial(_told, at=at)
    told = {each.stream_seq: each for each in then.entries}
    return Moment(
        at=at,
        status=status,
        rules=rules,
        standing=tuple(_standing(each, rules, at) for each in status.prompts),
        noticed=tuple(_standing(each, rules, at) for each in status.noticed),
        elsewhere=tuple(calls_elsewhere(row.pk, at, known_by=at)),
        allergies=_allergies(row, at),
        log=tuple(words(then, each) for each in sorted(then.entries, key=lambda each: (each.at, each.stream_seq))),
        not_yet=tuple(words(chart, each) for each in not_yet_known(chart, at)),
        struck_later=tuple(words(then, told[each.event.entry]) for each in struck_later(chart, at)),
        came_later=_came_later(row.pk, then, at),
    )


def _standing(prompt: Prompt, rules: Knowledge, at: datetime) -> Standing:
    return Standing(prompt=prompt, row=rule_of(prompt.alert, rules), acted=acted_words(prompt.alert, at))


def acted_words(alert: Alert, at: datetime) -> str:
    """Say who had acted on a prompt, when, and what they wrote; that nobody had, where nobody had."""
    seen = alert.acknowledged
    if seen is None:
        waited = length(at - alert.first.at)
        return f"Nobody had acted, {waited} after it was raised."
    what = f": {seen.event.action}" if seen.event.action else ""
    return f"{staff_name(seen.recorded_by)} at {clock_of(seen.at, at)}{what}."


def _told(chart: SessionChart, entry: Recorded[ev.SessionEvent], at: datetime) -> Told:
    title_of = partial(line_title, rules_in_force(at, at).gate)
    return Told(
        entry=entry,
        words=entry_words(chart, entry, title_of, partial(clock_of, at=at)),
        struck=entry.stream_seq in chart.struck,
    )


def clock_of(moment: datetime, at: datetime) -> str:
    """Write a time to the second, with its date where it is of another day than the second looked at."""
    return clock_words(on_the_wall(moment), on_the_wall(at).date(), seconds=True)


def _allergies(row: SessionRow, at: datetime) -> Recorded[object] | None:
    record = chart_store.person_chart(row.person_id)
    return allergies_of(as_of(record, max((each.seq for each in record.entries if each.recorded_at <= at), default=0)))


def _came_later(session_id: uuid.UUID, then: SessionChart, at: datetime) -> str:
    later = came_later(session_id, then, at)
    if later is None:
        return ""
    first, last = clock_of(later.first, at), clock_of(later.last, at)
    return f"{later.count} values of {first} to {last} came from the monitor only after this second."
