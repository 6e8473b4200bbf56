"""What this clinic knows of side effects: how often among those who were asked, each case, and the serious ones.

All three are lists of rows, derived from one person's record at a time.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.listing import Listed
from sereniv.clinic.records.models import ListedRow, Person, SessionRow
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import Knowledge
from sereniv.therapy.followup.aftercare import AdverseEvent, adverse_events, term_meant
from sereniv.therapy.followup.side_effects import Counted, Ran, Tally, asked_in, counted, seen_in, tallies
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CheckInRecorded

SIDE_EFFECTS = "side effects"
CASES = "side effect cases"
SERIOUS = "serious side effects"
NEWEST = 20
"""So many cases stand behind a count, the newest first; the rest is said."""


def count_side_effects(now: datetime) -> tuple[Tally, ...]:
    """Count each side effect over every real session that ran, from the chair and from afterwards."""
    lists.brought_up(SIDE_EFFECTS, now)
    found: defaultdict[str, Counted] = defaultdict(Counted)
    for term, place, people in lists.counts(SIDE_EFFECTS):
        sessions, asked, told = _kept(place)
        found[term] += Counted(
            sessions=sessions * people,
            asked=asked * people,
            told=told * people,
            people=people if sessions else 0,
            people_asked=people if asked else 0,
            people_told=people if told and not sessions else 0,
        )
    return tallies(found, rules_in_force(now))


def newest_cases(now: datetime) -> dict[str, list[ListedRow]]:
    """Return, for each term, the newest sessions in which it was seen or about which it was recorded."""
    lists.brought_up(CASES, now)
    rows = lists.with_whom(lists.rows(CASES))
    terms, seen = rules_in_force(now).aftercare.terms, lists.topics(CASES)
    return {
        term: list(rows.filter(topic=term).order_by("presses", "-place")[:NEWEST]) if term in seen else []
        for term in terms
    }


def _kept(place: str) -> tuple[int, int, int]:
    """Read a row: sessions with a term, those with an answer, and told unasked.

    A row that waits to be made anew after an update may be of a program that did not tell the last apart.
    """
    sessions, asked, told = (*map(int, place.split("/")), 0)[:3]
    return sessions, asked, told


def serious_ones(now: datetime) -> QuerySet[ListedRow]:
    """Return every serious side effect singly, the newest first."""
    lists.brought_up(SERIOUS, now)
    return lists.with_whom(lists.rows(SERIOUS)).order_by("-place", "-pk")


@lists.keep_list(SIDE_EFFECTS)
def had(person: Person, now: datetime) -> Iterator[Listed]:
    """Say in how many of somebody's sessions each term was asked about, was there of these, and was told unasked."""
    for term, found in counted([ran for _, ran in _ran(person, rules_in_force(now))]).items():
        yield Listed(topic=term, place=f"{found.sessions}/{found.asked}/{found.told}", content={})


@lists.keep_list(CASES)
def cases(person: Person, now: datetime) -> Iterator[Listed]:
    """Name each of somebody's sessions with a side effect, under its term."""
    for row, ran in _ran(person, rules_in_force(now)):
        for term in sorted(ran.terms):
            content = {
                "session": str(row.pk),
                "infusion": row.infusion_number,
                "opened": row.opened_at.isoformat(),
                "told": term in ran.told,
            }
            yield Listed(topic=term, place=f"{row.opened_at.isoformat()} {row.pk}", content=content)


@lists.keep_list(SERIOUS)
def serious(person: Person, now: datetime) -> Iterator[Listed]:
    """Tell each serious side effect of somebody as it stands, and each session that ended in death or in hospital."""
    yield from _ended_gravely(person)
    terms = rules_in_force(now).aftercare
    for each in adverse_events(chart_store.person_chart(person.pk)):
        event = each.recorded.event
        if event.serious:
            content = {
                "title": term_meant(event, terms).title,
                "grade": event.grade,
                "words": event.words,
                "at": each.recorded.at.isoformat(),
                "related": event.related,
                "action": event.action,
                "outcome": each.outcome,
            }
            yield Listed(topic=SERIOUS, place=each.recorded.at.isoformat(), content=content)


def _ended_gravely(person: Person) -> Iterator[Listed]:
    """Give the sessions that ended in death or in hospital: serious, whether or not anybody recorded a side effect."""
    if person.erased_at is not None:
        return
    for row, chart in sessions_of(person.pk):
        if row.label:
            continue
        ended = []
        if chart.died is not None:
            ended.append((chart.died.at, "Died here", chart.died.event.words))
        if chart.transferred is not None:
            left = chart.transferred
            ended.append((left.at, f"Left the chair for {left.event.where}", left.event.reason))
        for at, title, words in ended:
            content = {
                "title": title,
                "grade": None,
                "words": words,
                "at": at.isoformat(),
                "related": "nobody has said",
                "action": "",
                "outcome": "as the session's note has it",
                "session": str(row.pk),
            }
            yield Listed(topic=SERIOUS, place=at.isoformat(), content=content)


def _ran(person: Person, rules: Knowledge) -> Iterator[tuple[SessionRow, Ran]]:
    """Give somebody's real sessions in which the pump ran, with what was seen in them and what was asked."""
    if person.erased_at is not None:
        return
    about = _about_sessions(chart_store.person_chart(person.pk), rules)
    for row, chart in sessions_of(person.pk):
        session_id = str(row.pk)
        if chart.started_at is not None and not row.label:
            said = about.get(session_id, _Said(terms=frozenset(), asked=frozenset()))
            terms = said.terms | {seen.term.id for seen in seen_in(chart, rules)}
            asked = said.asked | asked_in(chart, rules)
            yield row, Ran(person=str(person.pk), terms=terms, asked=asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The terms heard of after a session, and those that somebody asked about then."""

    terms: frozenset[str]
    asked: frozenset[str]


def _about_sessions(chart: PersonChart, rules: Knowledge) -> Mapping[str, _Said]:
    events = adverse_events(chart)
    calls = [each.event for each in chart.all(CheckInRecorded) if each.event.reached]
    sessions = {each.recorded.event.session for each in events} | {each.session for each in calls}
    return {session: _said_of(session, events, calls, rules) for session in sessions - {""}}


def _said_of(session: str, events: tuple[AdverseEvent, ...], calls: list[CheckInRecorded], rules: Knowledge) -> _Said:
    questions = rules.aftercare.questions
    asked = {name for each in calls if each.session == session for name in each.asked}
    return _Said(
        terms=frozenset(
            term_meant(each.recorded.event, rules.aftercare).id
            for each in events
            if each.recorded.event.session == session
        ),
        asked=frozenset(questions[name].term for name in asked if name in questions),
    )
