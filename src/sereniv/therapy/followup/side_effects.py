"""Side effects of sessions, counted: what a chart shows by the clinic's own terms, and how often among how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sereniv.knowledge.rows import AdverseTerm, Knowledge, SmallCellRule
from sereniv.therapy.followup.proportions import wilson
from sereniv.therapy.monitoring.alert_limits import ever_held
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import IS_THERE_OR_NOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One side effect in one session, and the worst grade where it was graded."""

    term: AdverseTerm
    worst: int | None

    @property
    def words(self) -> str:
        """Say it in a line, with its grade."""
        title = self.term.title if self.term.alert else self.term.title.lower()
        return title if self.worst is None else f"{title} {self.worst}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One session that ran: whose, the terms seen in it or recorded about it, and those that anybody looked for."""

    person: str
    terms: frozenset[str]
    asked: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many out of so many who were asked; a rate with its interval only where so many were that one says something.

    Whoever treats sees each case: no small number is hidden here.
    """

    cases: int
    of: int
    interval: tuple[float, float] | None

    @property
    def percent(self) -> float | None:
        """The rate in per cent, None where it is not shown."""
        return None if self.interval is None else 100 * self.cases / self.of

    @property
    def words(self) -> str:
        """Say the share; where nobody was asked, that."""
        if not self.of:
            return "not asked"
        if self.interval is None:
            return f"{self.cases} of {self.of} asked"
        low, high = self.interval
        return f"{self.cases} of {self.of} asked: {self.percent:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often one side effect was seen, of how many who were asked: sessions and people."""

    term: AdverseTerm
    sessions: Share
    people: Share
    not_asked: int
    """Sessions that ran in which nobody looked for it."""


def seen_in(chart: SessionChart, knowledge: Knowledge) -> tuple[Seen, ...]:
    """Return the side effects a session's chart shows, by the terms that name an observation or an alert."""
    found = []
    for term in knowledge.aftercare.terms.values():
        if term.observation:
            grades = [each.event.grade for each in chart.observations if each.event.observation == term.observation]
            counted = [grade for grade in grades if _counts(term, grade)]
            if counted:
                worst = min(counted) if term.grade_up_to is not None else max(counted)
                found.append(Seen(term=term, worst=None if term.observation in IS_THERE_OR_NOT else worst))
        elif term.alert and ever_held(knowledge.alerts[term.alert], chart):
            found.append(Seen(term=term, worst=None))
    return tuple(found)


def asked_in(chart: SessionChart, knowledge: Knowledge) -> frozenset[str]:
    """Return the terms that anybody looked for in a session: graded, though perhaps as none, or measured."""
    graded = {each.event.observation for each in chart.observations}
    return frozenset(
        term.id
        for term in knowledge.aftercare.terms.values()
        if (term.observation and term.observation in graded) or (term.alert and chart.vitals)
    )


def _counts(term: AdverseTerm, grade: int) -> bool:
    if term.grade_up_to is not None:
        return grade <= term.grade_up_to
    return term.grade_from is not None and grade >= term.grade_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """In how many sessions, of how many that were looked at for it; and of how many people, of how many."""

    sessions: int = 0
    asked: int = 0
    people: int = 0
    people_asked: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Count both together; nobody may be in both."""
        return Counted(
            sessions=self.sessions + other.sessions,
            asked=self.asked + other.asked,
            people=self.people + other.people,
            people_asked=self.people_asked + other.people_asked,
        )


ALL = ""
"""In the place of a term: every session that ran."""


def counted(ran: Sequence[Ran]) -> dict[str, Counted]:
    """Count the sessions that ran, and for each term those with it and those in which anybody looked for it."""
    if not ran:
        return {}
    found = {ALL: Counted(asked=len(ran), people_asked=len(_people(ran)))}
    for term in sorted({term for each in ran for term in each.terms | each.asked}):
        with_it = [each for each in ran if term in each.terms]
        asked = [each for each in ran if term in each.asked or term in each.terms]
        found[term] = Counted(
            sessions=len(with_it), asked=len(asked), people=len(_people(with_it)), people_asked=len(_people(asked))
        )
    return found


def tallies(found: Mapping[str, Counted], knowledge: Knowledge) -> tuple[Tally, ...]:
    """Hold what was counted of each term against the sessions and people that were looked at for it."""
    rule = knowledge.aftercare.small_cells
    ran = found.get(ALL, Counted()).asked
    return tuple(_tally(term, found.get(term.id, Counted()), ran, rule) for term in knowledge.aftercare.terms.values())


def _tally(term: AdverseTerm, found: Counted, ran: int, rule: SmallCellRule) -> Tally:
    return Tally(
        term=term,
        sessions=share(found.sessions, found.asked, rule),
        people=share(found.people, found.people_asked, rule),
        not_asked=ran - found.asked,
    )


def _people(ran: Sequence[Ran]) -> set[str]:
    return {each.person for each in ran}


def share(cases: int, of: int, rule: SmallCellRule) -> Share:
    """Return so many of so many, with its interval where so many were asked that a rate says something."""
    return Share(cases=cases, of=of, interval=wilson(cases, of, rule.z) if of >= rule.fewest else None)
