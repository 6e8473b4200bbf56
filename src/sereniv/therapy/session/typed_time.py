"""When a typed fact happened: a time to the minute becomes a moment, and one that cannot be taken as it is, a question.

A fact is never refused for its time. Whoever typed it chooses the moment they meant, and then it is kept so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Choice, Malformed, Unsure
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.doubts import doubt_about

A_MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)
NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed as the time of a fact, None for now, and the moment they chose when they were asked."""

    time_of_day: time | None = None
    chosen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a typed time is read against: the present moment as the wall clock shows it, its zone, people's names."""

    now: datetime
    zone: tzinfo
    name_of: Callable[[str], str] = str


def moment_meant(typed: Typed, chart: SessionChart, facts: Sequence[ev.SessionEvent], told: Told) -> datetime:
    """Return when facts happened that somebody typed for a session.

    Raises
    ------
    Unsure
        With a question and the moments that may be meant, when there is not just one of them within the session, or
        the facts would not count as they say. What was chosen then is taken.
    Malformed
        When no clock has shown that time.
    """
    if typed.time_of_day is None:
        at, choice = told.now, Choice(value=NOW, words="Yes, now")
    else:
        opened = chart.opened.at if chart.opened else told.now
        minute = _minute_meant(
            typed.time_of_day, typed.chosen, opened, told, lambda at: doubt_about(chart, facts, at, told.name_of)
        )
        at = within_its_minute(minute, chart.entries, told.now)
        (choice,) = _choices([minute], opened)
    doubt = doubt_about(chart, facts, at, told.name_of)
    if doubt and typed.chosen != choice.value:
        raise Unsure(doubt, (choice,))
    return at


def moment_of_the_day(typed: Typed, told: Told) -> datetime:
    """Return when something happened that somebody typed outside any session: today, unless they chose yesterday.

    Raises
    ------
    Unsure
        When that time has not come yet today, or the clocks went through it twice.
    Malformed
        When no clock has shown that time.
    """
    if typed.time_of_day is None:
        return told.now
    today = told.now.astimezone(told.zone).date()
    moments = possible_moments(typed.time_of_day, told.now, today, told.zone)
    chosen = [each for each in moments if each.isoformat() == typed.chosen]
    so_far = [each for each in moments if each.astimezone(told.zone).date() == today]
    if not chosen and len(so_far) != 1 and moments:
        why = f"{typed.time_of_day:%H:%M} was twice today. " if so_far else _not_today(typed.time_of_day, told)
        raise Unsure(f"{why}When was it?", _choices(so_far or moments))
    minute = _one(chosen or so_far)
    return told.now if told.now < minute + A_MINUTE else minute


def moment_on(day: date, typed: Typed, zone: tzinfo) -> datetime:
    """Return the moment that a day and a time mean by the clock on the wall.

    Raises
    ------
    Unsure
        When the clock shows that time twice on that day, and nobody chose which.
    Malformed
        When it shows it not at all.
    """
    time_of_day = typed.time_of_day or time()
    moments = tuple(shown_on(day, time_of_day, zone))
    if not moments:
        raise Malformed(f"The clocks go forward that day and leave {time_of_day:%H:%M} out. Choose another time.")
    chosen = [each for each in moments if each.isoformat() == typed.chosen]
    if not chosen and len(moments) > 1:
        twice = f"The clocks go back that day and show {time_of_day:%H:%M} twice. Which one?"
        raise Unsure(twice, _choices(moments, change="the clocks go back"))
    return _one(chosen or moments)


def _one(moments: Sequence[datetime]) -> datetime:
    if not moments:
        raise Malformed(
            "No clock here has shown that time. Enter when it happened, as the clock on the wall showed it."
        )
    return moments[0]


def _minute_meant(
    typed: time, chosen_before: str, opened: datetime, told: Told, doubt: Callable[[datetime], str]
) -> datetime:
    moments = possible_moments(typed, told.now, opened.date(), told.zone)
    chosen = [each for each in moments if each.isoformat() == chosen_before]
    within = [each for each in moments if each + A_MINUTE > opened]
    if within and not chosen and len(within) > 1:
        question = f"{typed:%H:%M} was more than once since this session was opened. Which one?"
        raise Unsure(question, _choices(within, opened))
    if moments and not chosen and not within:
        question = f"{_not_today(typed, told)}This session was opened {opened:%a %d %b, %H:%M}. "
        question += f"If it was before that, choose when; else mend the time. {doubt(moments[0])}"
        raise Unsure(question.strip(), _choices(moments, opened))
    return _one(chosen or within)


def _not_today(typed: time, told: Told) -> str:
    """Say why a time was not today, "" where it was."""
    today = tuple(shown_on(told.now.astimezone(told.zone).date(), typed, told.zone))
    if not today:
        return f"The clocks were changed: none has shown {typed:%H:%M} today. "
    return f"{typed:%H:%M} has not come yet today. " if min(today) > told.now else ""


def _choices(
    moments: Sequence[datetime], opened: datetime | None = None, change: str = "the clocks went back"
) -> tuple[Choice, ...]:
    """Write each moment with its day, and what tells the two of an hour that the clocks went through twice apart."""
    shown = [f"{each:%a %d %b, %H:%M}" for each in moments]
    found = []
    for each, words in zip(moments, shown, strict=True):
        later = max(other for other, same in zip(moments, shown, strict=True) if same == words)
        twice = "" if shown.count(words) == 1 else f", {'after' if each == later else 'before'} {change}"
        early = ", before this session was opened" if opened and each + A_MINUTE <= opened else ""
        found.append(Choice(value=each.isoformat(), words=f"{words}{twice}{early}"))
    return tuple(found)


def possible_moments(typed: time, now: datetime, since: date, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the moments at which the clock on the wall has shown a time: today, yesterday, on `since`, the day after.

    The newest comes first. The hour that a change of the clocks leaves out was never shown, the one it doubles twice.
    """
    today = now.astimezone(zone).date()
    days = {today, today - A_DAY, since, since + A_DAY}
    shown = {moment for day in days for moment in shown_on(day, typed, zone)}
    return tuple(sorted((each for each in shown if each <= now), reverse=True))


def shown_on(day: date, typed: time, zone: tzinfo) -> Iterator[datetime]:
    """Give each moment at which the clock on the wall shows a time on a day: one, none or two of them."""
    told = set()
    for fold in (0, 1):
        local = datetime.combine(day, typed).replace(tzinfo=zone, fold=fold)
        moment = local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)), fold=0)
        was_shown = moment.astimezone(zone).replace(tzinfo=None, fold=0) == moment.replace(tzinfo=None)
        if was_shown and moment not in told:
            told.add(moment)
            yield moment


def within_its_minute(minute: datetime, entries: Sequence[Recorded[ev.SessionEvent]], now: datetime) -> datetime:
    """Return the moment of a fact typed to the minute: after everything charted in that minute, and not in the future.

    Filed at its first second, a stop would come before the change of rate that was charted ten seconds earlier.
    """
    if now < minute + A_MINUTE:
        return max(minute, now)
    charted = [each.at + A_MOMENT for each in entries if minute <= each.at < minute + A_MINUTE - A_MOMENT]
    return max([minute, *charted])
