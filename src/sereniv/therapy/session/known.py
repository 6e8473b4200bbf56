"""What was known of a session at an earlier moment: the fold of what had been written down by then, and no more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart, chart_of


def known_at(chart: SessionChart, moment: datetime) -> SessionChart:
    """Return the chart as it stood at `moment`: what was written down later is not in it, whenever it happened.

    What was struck later counts in it. Whatever reads it reads of the monitor what had come by then (`known_by`).
    """
    written = [each for each in chart.entries if each.recorded_at <= moment]
    unread = tuple(each for each in chart.unread if each.recorded_at <= moment)
    return replace(chart_of(written, unread), known_by=moment)


def not_yet_known(chart: SessionChart, moment: datetime) -> tuple[Recorded[ev.SessionEvent], ...]:
    """Return what had happened by `moment` and was written down only later, in the order in which it happened."""
    later = (each for each in chart.entries if each.at <= moment < each.recorded_at)
    return tuple(sorted(later, key=lambda each: (each.at, each.stream_seq)))


def struck_later(chart: SessionChart, moment: datetime) -> tuple[Recorded[ev.EntryStruck], ...]:
    """Return the strikes written down after `moment` of what still counted then, in the order of writing."""
    told = {each.stream_seq: each for each in chart.entries}
    found = (
        strike
        for entry, strike in chart.struck.items()
        if strike.recorded_at > moment and entry in told and told[entry].recorded_at <= moment
    )
    return tuple(sorted(found, key=lambda each: each.stream_seq))


def second_of(moment: datetime) -> datetime:
    """Return the whole second at whose beginning what was written down at `moment` was known."""
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else whole + timedelta(seconds=1)


def moments_of(chart: SessionChart) -> Sequence[datetime]:
    """Return when something was written down, each moment once, the earliest first."""
    return sorted({each.recorded_at for each in chart.entries})
