"""Whether an infusion was borne, as far as anybody knows: page, order, step and raise ask here and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import CourseRule, Knowledge, Priority
from sereniv.therapy.followup.aftercare import AdverseEvent, adverse_events, term_meant
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.events import CheckInRecorded, InfusedElsewhere, Related
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.alerts import OF_A_DECISION
from sereniv.therapy.session.chart import FINISHED, RUNNING, SessionChart
from sereniv.therapy.session.delivered import given_mg
from sereniv.therapy.session.events import AlertKind, InfusionStopped
from sereniv.therapy.session.reached import doubtful_mg

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Infusion:
    """A session in which the pump ran, with the name by which what is heard later points to it.

    `until` is when the next one began: what is recorded before then without naming a session is of this one.
    """

    session: str
    chart: SessionChart
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """Whether an infusion was borne: met, not met, or unknown where it was not given whole; with what says so."""

    result: Result
    against: tuple[str, ...] = ()
    asked_since: bool = False
    runs_still: bool = False
    is_here: bool = False
    """True while the patient has not left."""
    as_told: str = ""
    """Whose record says so of an infusion elsewhere: no chart of it is here."""

    @property
    def is_borne(self) -> bool:
        """True where the dose was given whole and nothing speaks against it."""
        return self.result is Result.MET

    @property
    def words(self) -> str:
        """Say it in a line."""
        if self.as_told:
            return self._elsewhere
        if self.result is Result.NOT_MET:
            return f"● not tolerated: {'; '.join(self.against)}"
        if self.result is Result.UNKNOWN:
            return f"? not known to be tolerated: {'; '.join(self.against)}"
        unasked = "the patient is still here" if self.is_here else "? nobody has asked since the patient left"
        return f"no prompt of high priority; {'nothing severe heard since' if self.asked_since else unasked}"

    @property
    def _elsewhere(self) -> str:
        against = f": {'; '.join(self.against)}" if self.against else ""
        said = {
            Result.MET: "tolerated",
            Result.NOT_MET: f"● not tolerated{against}",
            Result.UNKNOWN: "? not said whether it was tolerated",
        }[self.result]
        return f"{said}, given elsewhere: {self.as_told}"


def tolerance_elsewhere(event: InfusedElsewhere) -> Tolerance:
    """Say whether an infusion elsewhere was borne, as its record has it."""
    found = {True: Result.MET, False: Result.NOT_MET, None: Result.UNKNOWN}[event.tolerated]
    return Tolerance(result=found, against=(event.words,) if event.words else (), as_told=event.told_by)


def tolerated(
    row: CourseRule,
    *,
    given: Decimal | None,
    prompt: bool = False,
    help_called: bool = False,
    hospital: bool = False,
    red: bool = False,
    grade: int = 0,
    serious: bool = False,
) -> Result:
    """Judge whether a dose was borne; `given` is the part of it that is known to have reached the patient."""
    if prompt or help_called or hospital or red or serious or grade >= row.severe_from:
        return Result.NOT_MET
    if given is None or row.given_from is None:
        return Result.UNKNOWN
    return Result.MET if given >= row.given_from else Result.UNKNOWN


def tolerance(infusion: Infusion, chart: PersonChart, knowledge: Knowledge, now: datetime) -> Tolerance:
    """Say whether an infusion was borne, from its chart and from what was heard of it since."""
    session, row = infusion.chart, knowledge.course["tolerated"]
    effects = [each for each in _effects(infusion, chart) if each.recorded.event.related is not Related.UNRELATED]
    calls = [each for each in chart.all(CheckInRecorded) if each.event.session == infusion.session]
    result = tolerated(
        row,
        given=_part_reached(session, now),
        prompt=bool(_prompts(session)),
        help_called=bool(session.help_called or session.emergencies.opened),
        hospital=bool(session.transferred or session.died),
        red=any(each.event.red for each in calls),
        grade=max((each.recorded.event.grade for each in effects), default=0),
        serious=any(each.recorded.event.serious for each in effects),
    )
    against = (*_in_the_chair(session), *_heard(effects, calls, row, knowledge))
    if result is Result.UNKNOWN:
        against = (_not_whole(session, now), *against)
    return Tolerance(
        result=result,
        against=against,
        asked_since=any(each.event.reached for each in calls),
        runs_still=session.phase in RUNNING,
        is_here=session.phase not in FINISHED,
    )


def reached_mg(session: SessionChart, now: datetime) -> Decimal:
    """Return what is known to have reached the patient in mg: given, without what ran while the line was in doubt."""
    return max(given_mg(session, now) - doubtful_mg(session, session.stopped_at or now), Decimal(0))


def _part_reached(session: SessionChart, now: datetime) -> Decimal | None:
    return None if session.phase in RUNNING else reached_mg(session, now) / session.plan.dose_mg


def _not_whole(session: SessionChart, now: datetime) -> str:
    if session.phase in RUNNING:
        return "it still runs"
    reached, ordered = plain(reached_mg(session, now).quantize(TENTH)), plain(session.plan.dose_mg)
    stops = [each.event for each in session.entries if isinstance(each.event, InfusionStopped)]
    why = f", stopped: {stops[-1].reason}" if stops and stops[-1].reason else ""
    return f"{reached} mg of {ordered} mg known to have reached the patient{why}"


def _prompts(session: SessionChart) -> list[str]:
    """Return the prompts of high priority about the patient; one whose value was struck was never so."""
    raised = [each.raised.event for each in session.alerts.values() if each.withdrawn is None]
    of_them = [each for each in raised if each.kind is AlertKind.PHYSIOLOGICAL and each.rule != OF_A_DECISION]
    return [each.title for each in of_them if each.priority is Priority.HIGH]


def _in_the_chair(session: SessionChart) -> Iterator[str]:
    prompts = _prompts(session)
    if prompts:
        yield f"a prompt of high priority ({', '.join(prompts)})"
    if session.help_called:
        yield "help was called"
    if session.emergencies.opened:
        yield "an emergency was opened"
    if session.transferred:
        yield f"taken to {session.transferred.event.where}"
    if session.died:
        yield "died"


def _effects(infusion: Infusion, chart: PersonChart) -> list[AdverseEvent]:
    """Return the side effects of an infusion: those that name it, and those that name none, from its start on."""
    began, until = infusion.chart.started_at, infusion.until

    def is_of_it(each: AdverseEvent) -> bool:
        named, at = each.recorded.event.session, each.recorded.at
        within = began is not None and began <= at and (until is None or at < until)
        return named == infusion.session if named else within

    return [each for each in adverse_events(chart) if is_of_it(each)]


def _heard(
    effects: list[AdverseEvent], calls: list[Recorded[CheckInRecorded]], row: CourseRule, knowledge: Knowledge
) -> Iterator[str]:
    for each in (effect.recorded.event for effect in effects):
        if each.serious or each.grade >= row.severe_from:
            grave = "serious" if each.serious else f"grade {each.grade}"
            yield f"{term_meant(each, knowledge.aftercare).title.lower()}, {grave}"
    for call in calls:
        questions = knowledge.aftercare.questions
        red = [questions[name].title.lower() if name in questions else name for name in call.event.red]
        if red:
            yield f"red at the check-in of {call.at:%d %b}: {', '.join(red)}"
