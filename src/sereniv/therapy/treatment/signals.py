"""Everything known of a person that bears on a decision about their treatment, and what it does to each decision.

What a signal reads is here and in its row; what it does to a decision is a cell of `knowledge/decisions.toml`. Signals
are worked out of the charts each time, so that nothing has to be noticed to count.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property

from sereniv.knowledge.rows import Action, Bearing, DecisionKind, Does, Knowledge, Phase, SignalRow
from sereniv.therapy.candidacy.criteria import Finding, findings
from sereniv.therapy.candidacy.decided_on import reads_gone
from sereniv.therapy.candidacy.interactions import unplaced_lines
from sereniv.therapy.candidacy.work_up import ItemState, standing
from sereniv.therapy.followup import aftercare, response
from sereniv.therapy.followup.response import Change
from sereniv.therapy.monitoring.suicide_said import suicide_named
from sereniv.therapy.person.allergies import unread_allergies
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.diagnoses import psychotic_since, struck_since_the_decision
from sereniv.therapy.person.events import CheckInRecorded, Measured, WentOn
from sereniv.therapy.person.gone import gone_numbered
from sereniv.therapy.person.received import not_taken_up_words
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.recording.phrases import shortened
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.recording.unread import unread_briefly
from sereniv.therapy.safety import suicide
from sereniv.therapy.session.chart import FINISHED, SessionChart
from sereniv.therapy.session.written import written_by_hand
from sereniv.therapy.treatment import course_rules, maintenance
from sereniv.therapy.treatment.course import Course, Standing
from sereniv.therapy.treatment.dose_weight_now import dose_weight_now
from sereniv.therapy.treatment.mood_stabiliser import stabiliser_gone
from sereniv.therapy.treatment.next_infusion import reviewed_since
from sereniv.therapy.treatment.order_ground import ground_gone
from sereniv.therapy.treatment.order_life import live_order

URINARY = "urinary"
"""The term of the side effects, and the question of the check-in, that ask about passing water."""

URINARY_SCREENS = frozenset({"burning", "frequency", "urgency", "leaking", "blood"})
"""What the gate's interval history asks about passing water."""

STRICTEST_FIRST = tuple(Does)


@dataclass(frozen=True)
class Known:
    """What signals read: the person, their course and its change, every session of theirs, and the time.

    A session in which no pump ran is among them: what was said at its gate may be why.
    """

    chart: PersonChart
    registered: Registered
    sessions: tuple[SessionChart, ...]
    course: Course | None
    change: Change | None
    knowledge: Knowledge
    now: datetime
    zone: tzinfo
    unread: tuple[Recorded[Unread], ...] = ()
    """What cannot be read of any session of theirs, also of one that is not among `sessions`."""

    @cached_property
    def news(self) -> tuple[Finding, ...]:
        """Concerns that are met, as fresh as at a screening or at the gate, and that no decision has settled."""
        decided = self.chart.decisions[-1].event.findings if self.chart.decisions else ()
        found = {
            each.row.id: each
            for phase in (Phase.BEFORE_START, Phase.SCREEN)
            for each in findings(self.chart, self.registered, phase, self.now, self.knowledge)
            if each.verdict.result is Result.MET and not any(each.settled_by(taken) for taken in decided)
        }
        return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal that is raised, in words."""

    row: SignalRow
    said: tuple[str, ...]
    reviewed: bool = False
    """True where a prescriber has reviewed the course since what the signal read."""

    @property
    def words(self) -> str:
        """Say what it reads, in one line."""
        return f"{self.row.title}: {'; '.join(self.said)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """A raised signal and what it does to one decision."""

    signal: Signal
    cell: Bearing

    @property
    def does(self) -> Does:
        """Say what it does now: what stands until a review is shown once there was one."""
        return Does.SHOWS if self.cell.until and self.signal.reviewed else self.cell.does


def signals(known: Known) -> tuple[Signal, ...]:
    """Return every signal that is raised now, in the table's order."""
    rows = known.knowledge.signals.values()
    found = (
        Signal(row=row, said=tuple(dict.fromkeys(_said(row, known))), reviewed=_is_reviewed(row, known)) for row in rows
    )
    return tuple(each for each in found if each.said)


def bearing_on(decision: DecisionKind, known: Known) -> tuple[Borne, ...]:
    """Return the raised signals that bear on a decision, what holds first."""
    cells = known.knowledge.decisions[decision].cells
    found = [Borne(signal=each, cell=cells[each.row.id]) for each in signals(known)]
    bears = [each for each in found if each.cell.does is not Does.DOES_NOT_BEAR]
    return tuple(sorted(bears, key=lambda each: STRICTEST_FIRST.index(each.does)))


def gone_on(known: Known) -> tuple[Recorded[WentOn], ...]:
    """Return the decisions taken against a signal that is raised still, the latest first, each signal once."""
    raised, seen = {each.row.id for each in signals(known)}, set[str]()
    found = []
    for each in reversed(known.chart.all(WentOn)):
        mine = {taken.signal for taken in each.event.signals} & raised
        if mine - seen:
            found.append(each)
        seen |= mine
    return tuple(found)


def _said(row: SignalRow, known: Known) -> Iterator[str]:
    for each in known.news:
        action = each.verdict.action
        heavy = action is not None and list(Action).index(action) >= list(Action).index(row.least_action)
        if each.row.id in row.concerns and heavy:
            yield f"{each.row.title} ({'; '.join(each.read.values()) or each.verdict.words()})"
    yield from READERS[row.id](row, known)


def told_besides_concerns(row: SignalRow, known: Known) -> tuple[str, ...]:
    """Return what a signal reads beside the concerns of candidacy that its row names."""
    return tuple(dict.fromkeys(READERS[row.id](row, known)))


def _of_concerns_alone(row: SignalRow, known: Known) -> Iterator[str]:
    del row, known
    yield from ()


def _suicide(row: SignalRow, known: Known) -> Iterator[str]:
    """Say what waits in the record, and what was said at a chair where the patient still sits and nobody has asked."""
    del row
    yield from suicide.holds(known.chart, known.knowledge)
    for session in known.sessions:
        named = None if session.phase in FINISHED else suicide_named(session, known.knowledge)
        if named is not None:
            said = shortened(written_by_hand(named.event))
            yield f"Said at the chair, {named.at:%d %b %H:%M}: “{said}”. Nobody has asked about suicide there since"


def _psychosis(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    yield from psychotic_since(known.chart)


def _worse_score(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    for each in _worse(known):
        read = ", ".join(f"{name} {words}" for name, words in each.read.items() if name in READ_OF_A_SCORE)
        yield f"{each.row.title} ({read})"


def _worse(known: Known) -> Iterator[course_rules.Advice]:
    course = known.course
    if course is None or course.standing is Standing.ENDED:
        return
    found = (
        *course_rules.advice(course, known.change, known.knowledge),
        *maintenance.warnings(course, known.chart, known.knowledge, known.now, known.zone),
    )
    yield from (each for each in found if each.is_met and each.row.id in WORSE)


def _is_reviewed(row: SignalRow, known: Known) -> bool:
    """Say whether the course was reviewed since what makes it worse was scored."""
    course, found = known.course, tuple(_worse(known)) if row.id == "worse_score" else ()
    return course is not None and bool(found) and all(reviewed_since(course, each, known.now) for each in found)


WORSE = frozenset({"worsening", "relapse"})
READ_OF_A_SCORE = ("scale", "baseline", "before", "best", "latest")


def _urinary(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    for effect in aftercare.adverse_events(known.chart):
        if effect.is_open and effect.recorded.event.term == URINARY:
            yield _effect_words(effect, known)
    # A call that reached nobody, or a visit at which nobody asked, takes nothing back of what was said before.
    calls = [each for each in known.chart.all(CheckInRecorded) if each.event.reached and URINARY in each.event.asked]
    if calls and URINARY in calls[-1].event.symptoms:
        yield f"said at the check-in of {calls[-1].at:%d %b}"
    gates = [each.screened for each in known.sessions if each.screened is not None]
    asked = [each for each in gates if URINARY_SCREENS & set(each.event.asked)]
    last = max(asked, key=lambda each: each.seq, default=None)
    if last is not None and URINARY_SCREENS & set(last.event.found):
        yield f"said at the gate on {last.at:%d %b}"


def _weight(row: SignalRow, known: Known) -> Iterator[str]:
    line = next(each for each in known.knowledge.gate if each.id == "weight")
    latest = known.chart.latest("weight_kg", known.now)
    ordered = known.chart.orders[-1].terms.measured_weight_kg if known.chart.orders else None
    by = known.chart.orders[-1].terms.weight_entry if known.chart.orders else 0
    gone = gone_numbered(known.chart, by, Measured)
    asked = known.chart.asked_since("weight_kg", latest)
    if asked is not None:
        yield f"{plain(asked.value)} kg wait to be confirmed"
    # Where a live order stands on it, the signal of that order says so.
    if gone is not None and ordered is not None and not any(_order_ground(row, known)):
        yield f"the {plain(ordered)} kg of the last order were {gone.words}"
    if latest is None or ordered is None or line.hold_change_fraction is None:
        return
    change = abs(latest.value - ordered) / ordered
    if change > line.hold_change_fraction:
        yield f"{plain(latest.value)} kg on {latest.at:%d %b}, {plain(ordered)} kg at the last order ({change:.0%})"
    terms, sex = known.chart.orders[-1].terms, known.registered.sex_at_birth
    dosed = dose_weight_now(known.chart, sex, terms, ordered, known.now, known.knowledge)
    if dosed is not None and (dosed.kg is None or dosed.change_fraction > line.hold_change_fraction):
        yield f"{dosed.words[:1].lower()}{dosed.words[1:].rstrip('.')}"


def _open_prompts(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    for session in known.sessions:
        for alert in session.open_alerts:
            yield f"a prompt of {alert.raised.at:%d %b %H:%M} that nobody acknowledged"
    for effect in aftercare.adverse_events(known.chart):
        if effect.presses:
            yield _effect_words(effect, known)


def _effect_words(effect: aftercare.AdverseEvent, known: Known) -> str:
    """Say a side effect by what it is, not by what somebody wrote beside it alone."""
    event = effect.recorded.event
    title = aftercare.term_meant(event, known.knowledge.aftercare).title
    words = f": {event.words.rstrip('.')}" if event.words.strip() else ""
    return f"{title} (grade {event.grade}), {effect.outcome}{words}"


def _overdue_checks(row: SignalRow, known: Known) -> Iterator[str]:
    for item in standing(known.chart, known.registered, known.now, known.knowledge):
        if item.state is ItemState.EXPIRED:
            yield f"{item.row.title} is out of date"
    yield from _stale_score(row, known)


def _stale_score(row: SignalRow, known: Known) -> Iterator[str]:
    course = known.course
    scale = known.knowledge.scales.get(course.primary_scale) if course else None
    if scale is None or course is None or course.standing is Standing.ENDED or row.score_days is None:
        return
    taken = [each.at for each in response.points(known.chart, scale) if each.at <= known.now]
    if not taken:
        yield f"no {scale.title} at all"
    elif not counts_still(taken[-1], known.now, known.knowledge):
        yield f"the last {scale.title} is {(known.now - taken[-1]).days} days old"


def counts_still(taken_at: datetime, now: datetime, knowledge: Knowledge) -> bool:
    """Say whether a score is young enough to decide by (row `overdue_checks`)."""
    days = knowledge.signals["overdue_checks"].score_days
    return days is None or now - taken_at <= timedelta(days=days)


def _unread(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    yield from unread_briefly(known.chart.unread)
    yield from (f"{words} of an infusion" for words in unread_briefly(known.unread))


def _unplaced_allergy(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    yield from (f"“{each}”" for each in unread_allergies(known.chart, known.knowledge))


def _received(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    yield from not_taken_up_words(known.chart, known.knowledge)


def _order_ground(row: SignalRow, known: Known) -> Iterator[str]:
    """Say what the live order stands on and is gone; one that was used, replaced or is too old asks nothing."""
    del row
    used = frozenset(each.opened.event.order for each in known.sessions if each.started_at and each.opened)
    live = live_order(known.chart, used, known.now, known.knowledge)
    if live is not None:
        yield from ground_gone(live.order, known.chart, known.registered.sex_at_birth, known.now, known.knowledge)


def _decision_ground(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    yield from struck_since_the_decision(known.chart)


def _unplaced_line(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    yield from (f"“{each}”" for each in unplaced_lines(known.chart, known.knowledge))


def _decision_reads(row: SignalRow, known: Known) -> Iterator[str]:
    del row
    yield from reads_gone(known.chart, known.registered, known.knowledge)


READERS: dict[str, Callable[[SignalRow, Known], Iterator[str]]] = {
    "suicide": _suicide,
    "mania": _of_concerns_alone,
    "mood_stabiliser": lambda row, known: stabiliser_gone(row, known.chart, known.knowledge),
    "psychosis": _psychosis,
    "worse_score": _worse_score,
    "pressure": _of_concerns_alone,
    "urinary": _urinary,
    "liver": _of_concerns_alone,
    "cognition": _of_concerns_alone,
    "misuse": _of_concerns_alone,
    "new_medicine": _of_concerns_alone,
    "pregnancy": _of_concerns_alone,
    "weight": _weight,
    "open_prompts": _open_prompts,
    "overdue_checks": _overdue_checks,
    "unread": _unread,
    "unplaced_allergy": _unplaced_allergy,
    "contraindication": _of_concerns_alone,
    "condition": _of_concerns_alone,
    "received": _received,
    "order_ground": _order_ground,
    "decision_ground": _decision_ground,
    "unplaced_line": _unplaced_line,
    "decision_reads": _decision_reads,
}
"""What each signal reads beside the concerns that its row names; the rows and these name each other."""
