"""Whether somebody may open a person's record: restricted or not, who reads it, and who opened it all the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter

from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.events import (
    CareTeamsChosen,
    OpeningReviewed,
    RecordRestricted,
    RestrictedRecordOpened,
    RestrictionLifted,
)
from sereniv.therapy.recording.entry import Recorded

OPEN_FOR = timedelta(minutes=60)
"""How long a restricted record stays open for whoever opened it with a reason; ours (default)."""

WHO_READS = (RecordRestricted, RestrictionLifted, CareTeamsChosen)
"""The entries of a record that say who opens it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTeam:
    """One team by its name, with the user names of who works in it."""

    id: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTeams:
    """The care teams that there are, by id, and whether the clinic keeps each chart to its person's teams."""

    restricts: bool = False
    named: Mapping[str, CareTeam] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who alone opens a record, by user name, and why it is so."""

    names: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening of a restricted record, and what a second person found of it."""

    opened: Recorded[RestrictedRecordOpened]
    reviewed: Recorded[OpeningReviewed] | None

    @property
    def until(self) -> datetime:
        """When it ends by itself."""
        return self.opened.recorded_at + OPEN_FOR


def restriction(chart: PersonChart) -> Recorded[RecordRestricted] | None:
    """Return the restriction that holds, None where whoever's role reads records may open this one."""
    restricted, lifted = chart.last(RecordRestricted), chart.last(RestrictionLifted)
    if restricted is None or (lifted is not None and lifted.seq > restricted.seq):
        return None
    return restricted


def teams_of(chart: PersonChart, teams: CareTeams) -> tuple[CareTeam, ...]:
    """Return the teams to which somebody belongs, by name; one that has ended is none any more."""
    chosen = chart.last(CareTeamsChosen)
    found = [teams.named[each] for each in chosen.event.teams if each in teams.named] if chosen is not None else []
    return tuple(sorted(found, key=attrgetter("name")))


def readers(chart: PersonChart, teams: CareTeams) -> Readers | None:
    """Return who alone opens the record: whom it is restricted to, else the person's teams where the clinic says so.

    None where whoever's role reads records may open it; so it is of somebody who belongs to no team.
    """
    holds = restriction(chart)
    if holds is not None:
        return Readers(names=holds.event.readers, reason=holds.event.reason)
    of_them = teams_of(chart, teams) if teams.restricts else ()
    if not of_them:
        return None
    names = dict.fromkeys(name for each in of_them for name in each.members)
    return Readers(names=tuple(names), reason=f"care team {' and '.join(each.name for each in of_them)}")


def openings(chart: PersonChart) -> tuple[Opening, ...]:
    """Return every opening of a restricted record, oldest first, each with its review."""
    reviews = {each.event.opening: each for each in chart.all(OpeningReviewed)}
    return tuple(Opening(opened=each, reviewed=reviews.get(each.seq)) for each in chart.all(RestrictedRecordOpened))


def opening_of(chart: PersonChart, username: str, now: datetime) -> Opening | None:
    """Return the opening by which somebody reads the record now, None where they opened none or it has ended."""
    mine = [each for each in openings(chart) if each.opened.recorded_by == username]
    return mine[-1] if mine and now < mine[-1].until else None


def is_in_doubt(chart: PersonChart, teams: CareTeams) -> bool:
    """Say whether an entry that says who opens the record cannot be read: nobody is known to be a reader of it."""
    if _hides(chart, RecordRestricted, RestrictionLifted):
        return True
    return teams.restricts and restriction(chart) is None and _hides(chart, CareTeamsChosen)


def is_widened_by_joining(charts: Sequence[PersonChart], teams: CareTeams) -> bool:
    """Say whether somebody who does not read each of some records would read them as one, or nobody knows.

    Of two restrictions or choices the newest holds, and what was lifted in one record would be lifted in the other.
    Teams count whether charts are kept to them now or not: they may be from some day on.
    """
    as_kept = replace(teams, restricts=True)
    if any(is_in_doubt(each, as_kept) for each in charts):
        return True
    said = [entry for each in charts for entry in each.entries if isinstance(entry.event, WHO_READS)]
    together = readers(chart_of(sorted(said, key=attrgetter("seq"))), as_kept)
    before = [found.names for each in charts if (found := readers(each, as_kept)) is not None]
    return any(together is None or not set(together.names) <= set(names) for names in before)


def goes_along(together: PersonChart, own: PersonChart) -> tuple[RecordRestricted | CareTeamsChosen, ...]:
    """Return what says who opens two joined records, and would not stand in one of them read by itself again."""
    holds, mine = restriction(together), restriction(own)
    chosen, last = together.last(CareTeamsChosen), own.last(CareTeamsChosen)
    found = () if holds is None or (mine is not None and mine.event == holds.event) else (holds.event,)
    return found if chosen is None or (last is not None and last.event == chosen.event) else (*found, chosen.event)


def _hides(chart: PersonChart, kind: type[RecordRestricted | CareTeamsChosen], *also: type[RestrictionLifted]) -> bool:
    known = [each.seq for each in map(chart.last, (kind, *also)) if each is not None]
    return any(each.event.kind == kind.__name__ and each.seq > max(known, default=0) for each in chart.unread)


def may_open(chart: PersonChart, username: str, now: datetime, teams: CareTeams) -> bool:
    """Say whether somebody opens the record now: it is not restricted, they are a reader, or have opened it."""
    if opening_of(chart, username, now) is not None:
        return True
    alone = readers(chart, teams)
    return not is_in_doubt(chart, teams) and (alone is None or username in alone.names)
