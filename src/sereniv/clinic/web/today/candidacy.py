"""What waits about candidates: decisions, evaluations, and what of consent and work-up runs out."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from django.urls import reverse

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.admin.setup_steps import some
from sereniv.clinic.web.intake.walk import PAGES
from sereniv.clinic.web.today.topics import TodayLine, since
from sereniv.clinic.workflows.calendar.calendar import start_of
from sereniv.clinic.workflows.course.treatment import Treatment
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.candidacy import evaluations, work_up
from sereniv.therapy.candidacy.criteria import Finding, Result
from sereniv.therapy.candidacy.evaluations import EvaluationState
from sereniv.therapy.candidacy.intake import Step, StepState, steps
from sereniv.therapy.candidacy.work_up import EXPIRES_SOON, ItemState
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.person.events import Decision, IndicationChanged
from sereniv.therapy.person.told_twice import day_words

CONSENT = "consent"
"""The step that files to complete name by themselves."""


class People(Protocol):
    """The people of a clinic as they stand, read once."""

    @property
    def now(self) -> datetime:
        """When."""

    @property
    def people(self) -> tuple[tuple[Person, PersonChart], ...]:
        """Everybody in care, with their chart."""

    @property
    def findings(self) -> Mapping[uuid.UUID, tuple[Finding, ...]]:
        """What candidacy finds of each of them."""


class Told(Protocol):
    """The people of a clinic, and how their treatment stands."""

    @property
    def people(self) -> tuple[tuple[Person, PersonChart], ...]:
        """Everybody in care, with their chart."""

    @property
    def treatments(self) -> Mapping[uuid.UUID, Treatment]:
        """How the treatment of each of them stands."""


def _is_decided(clinic: People, person: Person, chart: PersonChart) -> bool:
    """Say whether a decision stands for the present indication.

    *Needs evaluation first* stands only while an evaluation is asked for or waited for.
    """
    if not chart.decisions or chart.decisions[-1].event.indication != person.indication:
        return False
    if chart.decisions[-1].event.decision is not Decision.NEEDS_EVALUATION:
        return True
    waited_for = any(each.is_waiting for each in evaluations.evaluations(chart, clinic.now))
    return waited_for or any(_asks_evaluation(chart, each, clinic.now) for each in clinic.findings[person.pk])


def _asks_evaluation(chart: PersonChart, finding: Finding, now: datetime) -> bool:
    """Say whether a concern that is there asks for an evaluation that nobody has given, or that ran out."""
    asks = finding.verdict.result is Result.MET and finding.row.asks_evaluation
    return bool(asks) and not evaluations.settles(chart, finding.row.id, now)


def _undecided(clinic: People) -> Iterable[tuple[Person, PersonChart, tuple[Finding, ...]]]:
    """Give everybody on whom nobody has decided for their present indication, with what is not known of them.

    What was known runs out: whoever waited for a decision is then owed the asking anew, and never nothing.
    """
    for person, chart in clinic.people:
        if not _is_decided(clinic, person, chart):
            found = clinic.findings[person.pk]
            yield person, chart, tuple(each for each in found if each.verdict.result is Result.UNKNOWN)


def to_ask_and_measure(clinic: People) -> Iterable[TodayLine]:
    """Name whom nobody can decide on before something is asked, measured or examined that a nurse may record."""
    for person, chart, unknown in _undecided(clinic):
        mine, theirs = _left_to_do(clinic, person, chart)
        if unknown and (mine or not theirs):
            yield TodayLine(
                what=f"{person}: ask and measure",
                address=reverse("person_intake", args=[person.pk]),
                detail=some(mine or [each.row.title for each in unknown]),
            )


def to_examine(clinic: People) -> Iterable[TodayLine]:
    """Name whom nobody can decide on before a prescriber has recorded what no nurse may, and nothing else is left."""
    for person, chart, unknown in _undecided(clinic):
        mine, theirs = _left_to_do(clinic, person, chart)
        if unknown and theirs and not mine:
            yield TodayLine(
                what=f"{person}: examine",
                address=reverse("person_intake", args=[person.pk]),
                detail=some(theirs),
            )


def _left_to_do(clinic: People, person: Person, chart: PersonChart) -> tuple[list[str], list[str]]:
    """Return which steps of intake are open: those a nurse may do, and those that are a prescriber's."""
    found = steps(chart, person.registered, clinic.now, rules_in_force(clinic.now))
    left = [each for each in found if each.state is not StepState.DONE and each.id != CONSENT]
    return [each.title for each in left if _is_a_nurses(each)], [each.title for each in left if not _is_a_nurses(each)]


def _is_a_nurses(step: Step) -> bool:
    return PAGES[step.id][1] is not Permission.DECIDE_CANDIDACY


def told_twice(clinic: Told) -> Iterable[TodayLine]:
    """Name of whom an infusion elsewhere may be told twice: until somebody says, it counts twice."""
    for person, _ in clinic.people:
        for each in clinic.treatments[person.pk].told_twice:
            yield TodayLine(
                what=f"{person}: one infusion elsewhere, or two?",
                address=reverse("person_told_twice", args=[person.pk, each.telling.stream_seq]),
                detail=f"{each.telling.event.told_by}, {day_words(each.telling.event)}",
            )


def candidates_to_decide(clinic: People) -> Iterable[TodayLine]:
    """Name people with consent and every finding known, on whom nobody has decided for their present indication."""
    for person, chart, unknown in _undecided(clinic):
        if not chart.consents or unknown:
            continue
        found = clinic.findings[person.pk]
        concerns = [each.row.title for each in found if each.stands_in_the_way]
        yield TodayLine(
            what=f"{person}: decide",
            address=reverse("person_decide", args=[person.pk]),
            detail=some(concerns) if concerns else "everything asked is known, no concern",
        )


def undecided_for_long(clinic: People) -> Iterable[TodayLine]:
    """Name whom nobody has decided on within the clinic's own time, whatever is missing, for whoever is asked next."""
    longest = timedelta(hours=rules_in_force(clinic.now).passed_on.undecided_after_h)
    for person, chart, unknown in _undecided(clinic):
        anew = chart.last(IndicationChanged)
        begun = person.registered_at if anew is None else anew.at
        # Whoever was to be evaluated first waits anew since that was decided.
        begun = max([begun, *(each.at for each in chart.decisions[-1:])])
        if clinic.now - begun >= longest:
            mine, theirs = _left_to_do(clinic, person, chart)
            missing = [*mine, *theirs] or [each.row.title for each in unknown]
            yield TodayLine(
                what=f"{person}: nobody has decided",
                address=reverse("person_intake" if missing else "person_decide", args=[person.pk]),
                detail=f"{'registered' if anew is None else 'considered for this'} {since(begun, clinic.now)}; "
                + (f"missing: {some(missing)}" if missing else "nothing is missing"),
            )


def evaluations_asked(clinic: People) -> Iterable[TodayLine]:
    """Name concerns that ask for an evaluation first and have none in date, nor one that is waited for."""
    for person, chart in clinic.people:
        if chart.decisions and chart.decisions[-1].event.decision is not Decision.NEEDS_EVALUATION:
            continue
        waiting = {each.criterion for each in evaluations.evaluations(chart, clinic.now) if each.is_waiting}
        for each in clinic.findings[person.pk]:
            if _asks_evaluation(chart, each, clinic.now) and each.row.id not in waiting:
                yield TodayLine(
                    what=f"{person}: evaluate",
                    address=reverse("person_evaluate", args=[person.pk, each.row.id]),
                    detail=each.row.title,
                )


def evaluations_overdue(clinic: People) -> Iterable[TodayLine]:
    """Name evaluations that nobody gave within the clinic's own time past their day, for whoever is asked next."""
    longest = timedelta(hours=rules_in_force(clinic.now).passed_on.evaluation_after_h)
    return evaluations_waited_for(clinic, longest)


def evaluations_waited_for(clinic: People, past_their_day: timedelta | None = None) -> Iterable[TodayLine]:
    """Name evaluations that somebody was asked for and has not given; overdue ones press.

    All of them, or those alone whose day is so long past.
    """
    for person, chart in clinic.people:
        for each in evaluations.evaluations(chart, clinic.now):
            if not each.is_waiting or each.opened is None:
                continue
            day = each.opened.event.due_on
            if past_their_day is not None and (day is None or clinic.now - start_of(day) < past_their_day):
                continue
            asked, row = each.opened.event, rules_in_force(clinic.now).concern(each.criterion)
            wanted = f", wanted by {asked.due_on:%d %b}" if asked.due_on else ""
            yield TodayLine(
                what=f"{person}: {row.title if row else each.criterion}",
                reads=Permission.READ_CANDIDACY,
                plainly=f"{person}: an evaluation",
                plainly_detail=f"{each.state}, asked of {asked.asked_of}{wanted}",
                address=reverse("person_evaluate", args=[person.pk, each.criterion]),
                needs=Permission.DECIDE_CANDIDACY,
                otherwise=reverse("person", args=[person.pk]),
                detail=f"{each.state}, asked of {asked.asked_of}{wanted}",
                pressing=each.state is EvaluationState.OVERDUE,
            )


def running_out(clinic: People) -> Iterable[TodayLine]:
    """Name consent and work-up of people found eligible that ran out, or will within days."""
    for person, chart in clinic.people:
        if not chart.decisions or chart.decisions[-1].event.decision is not Decision.ELIGIBLE:
            continue
        yield from _consent_running_out(clinic, person, chart)
        yield from _work_up_running_out(clinic, person, chart)


def _consent_running_out(clinic: People, person: Person, chart: PersonChart) -> Iterable[TodayLine]:
    found = consent(chart, clinic.now, rules_in_force(clinic.now).consent)
    if found.state is ConsentState.WITHDRAWN:
        return  # what was taken back runs out no more: a prescriber is asked whether treatment goes on
    ends = found.holds_through
    soon = ends is not None and ends - clinic.now.date() <= EXPIRES_SOON
    if found.state is not ConsentState.HOLDS or soon:
        yield TodayLine(
            what=f"{person}: consent",
            address=reverse("person_consent", args=[person.pk]),
            detail=found.words(),
            pressing=found.state is not ConsentState.HOLDS,
        )


def _work_up_running_out(clinic: People, person: Person, chart: PersonChart) -> Iterable[TodayLine]:
    standing = work_up.standing(chart, person.registered, clinic.now, rules_in_force(clinic.now))
    gone = [each.row.title for each in standing if each.state is not ItemState.DONE]
    soon = [
        f"{each.row.title} by {each.holds_through:%d %b}"
        for each in standing
        if each.expires_soon(clinic.now.date()) and each.holds_through is not None
    ]
    if gone or soon:
        yield TodayLine(
            what=f"{person}: work-up",
            address=reverse("person_work_up", args=[person.pk]),
            needs=Permission.CHART,
            otherwise=reverse("person", args=[person.pk]),
            detail=some([*gone, *soon]),
            pressing=bool(gone),
        )
