"""Side effects of sessions, counted: what a chart shows by the clinic's own terms, and how often among how many.

Who was asked and answered no is known not to have had it; of whoever was never asked nothing is known. What was charted
or told only because it was there is a case and no answer: were it one, everybody asked would have had it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sereniv.knowledge.rows import AdverseTerm, Knowledge, SmallCellRule
from sereniv.therapy.followup.proportions import wilson
from sereniv.therapy.monitoring.alert_limits import OF_THE_GRID, charted_for, ever_held
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import IS_THERE_OR_NOT, Observation

AT_RECOVERY = {**OF_THE_GRID, Observation.DISSOCIATION: "dissociation"}
"""What is asked of everybody who is scored for recovery, by its name there."""
ASKED_BY_SCHEDULE = frozenset({Observation.DISSOCIATION})
"""What is due to be graded in every infusion, there or not: any grade of it answers (row `observations`)."""


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
    """One session that ran: whose, the terms seen in it or recorded about it, and those with an answer, yes or no."""

    person: str
    terms: frozenset[str]
    asked: frozenset[str]

    @property
    def told(self) -> frozenset[str]:
        """The terms known only because they were there: nobody is known to have asked."""
        return self.terms - self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many out of so many who were asked; a rate with its interval only where so many were that one says something.

    Nor where others told of it unasked: among those who were not asked, more may have had it. Whoever treats sees each
    case: no small number is hidden here.
    """

    cases: int
    of: int
    told: int
    """Beside those asked: so many with it whom nobody is known to have asked."""
    interval: tuple[float, float] | None

    @property
    def percent(self) -> float | None:
        """The rate in per cent, None where it is not shown."""
        return None if self.interval is None else 100 * self.cases / self.of

    @property
    def words(self) -> str:
        """Say the share; where nobody was asked, that; and those who told of it unasked."""
        if not self.of:
            return f"not asked; {self.told} told unasked" if self.told else "not asked"
        if self.told:
            return f"{self.cases} of {self.of} asked; {self.told} more told unasked"
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
    """Sessions that ran of which no answer is on record; those with it that somebody told unasked are among them."""

    @property
    def cases(self) -> int:
        """All sessions with it, asked and told unasked."""
        return self.sessions.cases + self.sessions.told


def seen_in(chart: SessionChart, knowledge: Knowledge) -> tuple[Seen, ...]:
    """Return the side effects a session's chart shows since its start, by the terms that name a sign or an alert."""
    found = []
    for term in knowledge.aftercare.terms.values():
        if term.observation:
            counted = [grade for grade in _grades(chart, term.observation) if _counts(term, grade)]
            if counted:
                worst = min(counted) if term.grade_up_to is not None else max(counted)
                found.append(Seen(term=term, worst=None if term.observation in IS_THERE_OR_NOT else worst))
        elif term.alert and ever_held(knowledge.alerts[term.alert], chart):
            found.append(Seen(term=term, worst=None))
    return tuple(found)


def asked_in(chart: SessionChart, knowledge: Knowledge) -> frozenset[str]:
    """Return the terms of which a session's chart holds an answer, yes or no, since its start.

    Measured; asked of everybody by the schedule or the recovery grid; or graded as not there before it ever was. What
    was first charted as there was charted because it was: a *gone* after it is about the case and asks nobody else.
    """
    terms = knowledge.aftercare.terms.values()
    return frozenset(term.id for term in terms if _answered(term, chart, knowledge))


def _answered(term: AdverseTerm, chart: SessionChart, knowledge: Knowledge) -> bool:
    start = chart.started_at
    if start is None:
        return False
    if term.alert:
        return any(each.at >= start for each in charted_for(knowledge.alerts[term.alert], chart))
    if not term.observation:
        return False
    what = Observation(term.observation)
    if what in AT_RECOVERY and any(each.at >= start for each in chart.recoveries):
        return True
    grades = _grades(chart, what)
    return bool(grades) and (what in ASKED_BY_SCHEDULE or not _counts(term, grades[0]))


def _grades(chart: SessionChart, observation: str) -> list[int]:
    """Return the grades of one sign since the start, the recovery grid's among them, in the order of their times."""
    what, start = Observation(observation), chart.started_at
    if start is None:
        return []
    found = [
        (each.at, each.stream_seq, each.event.grade) for each in chart.observations if each.event.observation is what
    ]
    if what in AT_RECOVERY:
        found += [(each.at, each.stream_seq, getattr(each.event, AT_RECOVERY[what])) for each in chart.recoveries]
    return [grade for at, _, grade in sorted(found) if at >= start]


def _counts(term: AdverseTerm, grade: int) -> bool:
    if term.grade_up_to is not None:
        return grade <= term.grade_up_to
    return term.grade_from is not None and grade >= term.grade_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Of how many sessions there is an answer, and with it in how many of them; told unasked in how many others.

    The same of people: whoever was ever asked, and those with it in no session but such as nobody asked in.
    """

    sessions: int = 0
    asked: int = 0
    told: int = 0
    people: int = 0
    people_asked: int = 0
    people_told: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Count both together; nobody may be in both."""
        return Counted(
            sessions=self.sessions + other.sessions,
            asked=self.asked + other.asked,
            told=self.told + other.told,
            people=self.people + other.people,
            people_asked=self.people_asked + other.people_asked,
            people_told=self.people_told + other.people_told,
        )


ALL = ""
"""In the place of a term: every session that ran."""


def counted(ran: Sequence[Ran]) -> dict[str, Counted]:
    """Count the sessions that ran, and for each term those with an answer, with it among them, and told unasked."""
    if not ran:
        return {}
    found = {ALL: Counted(asked=len(ran), people_asked=len(_people(ran)))}
    for term in sorted({term for each in ran for term in each.terms | each.asked}):
        asked = [each for each in ran if term in each.asked]
        with_it = [each for each in asked if term in each.terms]
        told = [each for each in ran if term in each.told]
        found[term] = Counted(
            sessions=len(with_it),
            asked=len(asked),
            told=len(told),
            people=len(_people(with_it)),
            people_asked=len(_people(asked)),
            people_told=len(_people(told) - _people(with_it)),
        )
    return found


def tallies(found: Mapping[str, Counted], knowledge: Knowledge) -> tuple[Tally, ...]:
    """Hold what was counted of each term against the sessions and people that were asked about it."""
    rule = knowledge.aftercare.small_cells
    ran = found.get(ALL, Counted()).asked
    return tuple(_tally(term, found.get(term.id, Counted()), ran, rule) for term in knowledge.aftercare.terms.values())


def _tally(term: AdverseTerm, found: Counted, ran: int, rule: SmallCellRule) -> Tally:
    return Tally(
        term=term,
        sessions=share(found.sessions, found.asked, rule, told=found.told),
        people=_people_share(found, rule),
        not_asked=ran - found.asked,
    )


def _people_share(found: Counted, rule: SmallCellRule) -> Share:
    """Count people; where anything was told unasked no rate of people stands either, whoever told of it."""
    plain = share(found.people, found.people_asked, rule, told=found.people_told)
    return replace(plain, interval=None) if found.told else plain


def _people(ran: Sequence[Ran]) -> set[str]:
    return {each.person for each in ran}


def share(cases: int, of: int, rule: SmallCellRule, *, told: int = 0) -> Share:
    """Return so many of so many, with its interval where enough were asked and nobody told of it unasked."""
    is_rate = of >= rule.fewest and not told
    return Share(cases=cases, of=of, told=told, interval=wilson(cases, of, rule.z) if is_rate else None)
