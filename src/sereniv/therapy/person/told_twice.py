"""One infusion elsewhere told twice, of days that are not sure: what may be one is asked, and placed by a word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import InfusedElsewhere, TellingPlaced
from sereniv.therapy.recording.entry import Recorded

Telling = Recorded[InfusedElsewhere]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerhapsTwice:
    """A telling whose day is not sure, with the infusions that it can be: nobody has said yet."""

    telling: Telling
    others: tuple[Telling, ...]
    here: tuple[date, ...]
    """The days on which this clinic gave one that it can be."""

    @property
    def words(self) -> str:
        """Say it, and what counts until somebody says."""
        named = [f"the one {day_words(each.event)} ({each.event.told_by})" for each in self.others]
        named += [f"the one given here on {day:%d %b %Y}" for day in self.here]
        return (
            f"An infusion {day_words(self.telling.event)} ({self.telling.event.told_by}) may be "
            f"{' or '.join(named)}, told twice. Until somebody says, each counts, and the least of them is the dose "
            "before."
        )

    def may_be(self, infusion: Telling) -> bool:
        """Say whether an infusion is this telling or one of those that it can be."""
        days = {each.event.given_on for each in (self.telling, *self.others)}
        return infusion.event.given_on in days


def told_elsewhere(chart: PersonChart) -> tuple[Telling, ...]:
    """Return every telling of an infusion elsewhere as it was told, the first one first: two may tell of one."""
    return _in_order(chart.all(InfusedElsewhere))


def infusions_told(chart: PersonChart) -> tuple[tuple[Telling, ...], ...]:
    """Return the tellings of each infusion elsewhere together, the first infusion first, as somebody found them to be.

    Of a sure day there is one infusion, however many tell of it. Of a day that is not sure each telling is one of its
    own with those that were found to be of it, though another names the same day: nobody has said that they are one.
    What an infusion is known by stands first.
    """
    told = {each.seq: each for each in chart.all(InfusedElsewhere)}
    words = words_on(chart)
    found: dict[object, list[tuple[bool, Telling]]] = {}
    for each in told.values():
        dated, root = _placed(each, told, words)
        key = root.seq if dated.event.within_days else dated.event.given_on
        found.setdefault(key, []).append((root.seq != each.seq, dated))
    infusions = (
        tuple(each for _, each in sorted(group, key=lambda one: (one[0], one[1].seq))) for group in found.values()
    )
    return tuple(sorted(infusions, key=lambda each: (each[0].event.given_on, each[0].seq)))


def words_on(chart: PersonChart) -> dict[int, Recorded[TellingPlaced]]:
    """Return the newest word on each telling, by its number in the ledger."""
    return {each.event.told: each for each in sorted(chart.all(TellingPlaced), key=lambda each: each.seq)}


def can_be(chart: PersonChart, telling: Telling, here: Iterable[datetime]) -> tuple[tuple[Telling, ...], set[date]]:
    """Return the infusions that a telling can be of: the surest telling of each one elsewhere, and the days here.

    Of two that can be one, the less sure one is asked about.
    """
    days = set(days_it_can_be(telling.event))
    found = []
    for infusion in infusions_told(chart):
        surest = min((each for each in infusion if each.seq != telling.seq), key=_how_sure, default=None)
        if surest is None or infusion[0].seq == telling.seq or _how_sure(surest) >= _how_sure(telling):
            continue
        if days & set(days_it_can_be(surest.event)):
            found.append(surest)
    ours = {start.astimezone(telling.at.tzinfo).date() for start in here}
    return tuple(sorted(found, key=_how_sure)), ours & days


def perhaps_twice(chart: PersonChart, here: Iterable[datetime] = ()) -> tuple[PerhapsTwice, ...]:
    """Return what may be told twice and waits for somebody's word; a telling or an infusion since asks anew.

    Parameters
    ----------
    here
        When each infusion of this clinic began.
    """
    return tuple(_perhaps(chart, tuple(here)))


def _perhaps(chart: PersonChart, here: tuple[datetime, ...]) -> Iterator[PerhapsTwice]:
    words, counted = words_on(chart), {each.seq for each in chart.all(InfusedElsewhere)}
    for each in told_elsewhere(chart):
        word = words.get(each.seq)
        if not each.event.within_days:
            continue
        if word is not None and (word.event.given_here is not None or word.event.same_as in counted):
            continue
        since = word if word is not None and word.event.same_as is None else None
        starts = [start for start in here if since is None or start > since.recorded_at]
        others, days = can_be(chart, each, starts)
        newer = tuple(other for other in others if since is None or other.seq > since.seq)
        if newer or days:
            yield PerhapsTwice(telling=each, others=newer, here=tuple(sorted(days)))


def at_least(infusion: Telling, asked: Iterable[PerhapsTwice], infusions: Iterable[Telling]) -> Telling:
    """Return an infusion as a dose is held against it: the least mg, and harm, of those that it may be one with."""
    apart = [each for each in asked if each.may_be(infusion)]
    both = [other.event for other in infusions if any(each.may_be(other) for each in apart)]
    doses = [each.mg for each in both if each.mg is not None]
    event = infusion.event
    if event.mg is not None and doses and min(doses) < event.mg:
        event = replace(event, mg=min(doses), weight_kg=None, minutes=None)
    if any(each.tolerated is False for each in both):
        event = replace(event, tolerated=False)
    return replace(infusion, event=event)


def _placed(
    telling: Telling, told: dict[int, Telling], words: dict[int, Recorded[TellingPlaced]]
) -> tuple[Telling, Telling]:
    """Follow what somebody said of a telling to the infusion that it is of: dated as that one, and what tells of it."""
    seen, at = {telling.seq}, telling
    while (word := words.get(at.seq)) is not None:
        if word.event.given_here is not None:
            return _dated(telling, word.event.given_here, 0), at
        following = told.get(word.event.same_as) if word.event.same_as is not None else None
        if following is None or following.seq in seen:
            break
        seen.add(following.seq)
        at = following
    dated = telling if at is telling else _dated(telling, at.event.given_on, at.event.within_days, at.at)
    return dated, at


def _dated(telling: Telling, day: date, within_days: int, at: datetime | None = None) -> Telling:
    as_told = f"told as {day_words(telling.event)}"
    words = "; ".join(filter(None, (telling.event.words, as_told)))
    event = replace(telling.event, given_on=day, within_days=within_days, words=words)
    return replace(telling, event=event, at=at or telling.at)


def _in_order(tellings: Iterable[Telling]) -> tuple[Telling, ...]:
    return tuple(sorted(tellings, key=lambda each: (each.event.given_on, each.seq)))


def _how_sure(telling: Telling) -> tuple[int, int]:
    return telling.event.within_days, telling.seq


def days_it_can_be(event: InfusedElsewhere) -> tuple[date, ...]:
    """Return every day on which an infusion elsewhere can have been, as it was told."""
    either = range(-event.within_days, event.within_days + 1)
    return tuple(event.given_on + timedelta(days=each) for each in either)


def day_words(event: InfusedElsewhere) -> str:
    """Write the day of an infusion elsewhere, and how sure it is."""
    day = f"{event.given_on:%d %b %Y}"
    return f"about {day}, {event.within_days} days more or less" if event.within_days else f"on {day}"
