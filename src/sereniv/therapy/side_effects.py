"""Side effects of sessions, counted: what a chart shows by the clinic's own terms, and how often among how many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sereniv.knowledge.rows import AdverseTerm, Knowledge, SmallCellRule
from sereniv.therapy.alert_limits import ever_held
from sereniv.therapy.proportions import wilson
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
    """One session that ran: whose, and the terms seen in it or recorded about it."""

    person: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many out of so many; a rate with its interval only where there are enough cases to show one."""

    cases: int
    of: int
    fewest: int
    interval: tuple[float, float] | None

    @property
    def percent(self) -> float | None:
        """The rate in per cent, None where it is not shown."""
        return None if self.interval is None else 100 * self.cases / self.of

    @property
    def words(self) -> str:
        """Say the share, a small one without its number."""
        if self.of < self.fewest:
            return f"too few yet ({self.of})" if self.of else "nobody yet"
        if self.interval is not None:
            low, high = self.interval
            return f"{self.cases} of {self.of}: {self.percent:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
        return f"none of {self.of}" if self.cases == 0 else f"fewer than {self.fewest} of {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often one side effect was seen: in how many sessions, and in how many people."""

    term: AdverseTerm
    sessions: Share
    people: Share


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


def _counts(term: AdverseTerm, grade: int) -> bool:
    if term.grade_up_to is not None:
        return grade <= term.grade_up_to
    return term.grade_from is not None and grade >= term.grade_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """In how many sessions, and of how many people."""

    sessions: int = 0
    people: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Count both together; nobody may be in both."""
        return Counted(sessions=self.sessions + other.sessions, people=self.people + other.people)


ALL = ""
"""In the place of a term: every session that ran."""


def counted(ran: Sequence[Ran]) -> dict[str, Counted]:
    """Count the sessions that ran, and those with each term seen in any, with the people who had them."""
    if not ran:
        return {}
    found = {ALL: Counted(sessions=len(ran), people=len({each.person for each in ran}))}
    for term in {term for each in ran for term in each.terms}:
        sessions = sum(term in each.terms for each in ran)
        found[term] = Counted(sessions=sessions, people=len(_people_with(term, ran)))
    return found


def tallies(found: Mapping[str, Counted], knowledge: Knowledge) -> tuple[Tally, ...]:
    """Hold what was counted of each term against all sessions that ran and the people who had them."""
    rule = knowledge.aftercare.small_cells
    whole = found.get(ALL, Counted())
    return tuple(
        Tally(
            term=term,
            sessions=share(found.get(term.id, Counted()).sessions, whole.sessions, rule),
            people=share(found.get(term.id, Counted()).people, whole.people, rule),
        )
        for term in knowledge.aftercare.terms.values()
    )


def _people_with(term: str, ran: Iterable[Ran]) -> set[str]:
    return {each.person for each in ran if term in each.terms}


def share(cases: int, of: int, rule: SmallCellRule) -> Share:
    """Return so many of so many, with its interval where it may be shown as a rate."""
    shown = of >= rule.fewest and cases >= rule.fewest
    return Share(cases=cases, of=of, fewest=rule.fewest, interval=wilson(cases, of, rule.z) if shown else None)
