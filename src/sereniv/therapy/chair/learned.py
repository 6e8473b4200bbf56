"""What the record learned since the pump was started that would have held the start: the chair is told at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sereniv.knowledge.rows import DecisionKind, Does, Knowledge, Phase, Priority
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.candidacy.signed_over import WEIGHTY
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.person.allergies import unread_allergies
from sereniv.therapy.person.chart import MEASURED_FIELDS, PersonChart, Registered
from sereniv.therapy.person.concern import Finding, Result
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.person.events import (
    CourseEnded,
    CourseInterrupted,
    CourseResumed,
    Decision,
    IdentityCorrected,
    IndicationChanged,
    Measured,
)
from sereniv.therapy.person.free_text import line_id
from sereniv.therapy.person.gone import erased_after, gone_numbered
from sereniv.therapy.person.joined import as_of
from sereniv.therapy.person.received import not_taken_up_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.alerts import OF_A_DECISION
from sereniv.therapy.session.chart import RUNNING, SessionChart
from sereniv.therapy.session.events import AlertKind, InfusionFoundRunning, InfusionStarted
from sereniv.therapy.treatment.dose_weight_now import dose_weight_now
from sereniv.therapy.treatment.signals import Known, told_besides_concerns

LEARNED = "learned-"
"""How the name of such a prompt begins; what it is about follows."""
ASKS = "Tell the prescriber now: whether the pump runs on, is paused or stopped is their decision. Chart what is done."
TAKEN_AT_THE_CHAIR = frozenset({"uncontrolled_hypertension"})
"""Concerns that the chair's own values prompt for."""

TOLD_APART = frozenset({"suicide", "pressure", "weight", "order_ground", "unplaced_allergy", "received"})
"""Signals that have a prompt of their own here or by the chair's own values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One thing that was not known at the start: what names it, its title, and what was recorded."""

    name: str
    title: str
    words: str
    rule: str = "gate"


def learned_since_start(
    record: PersonChart, registered: Registered, session: SessionChart, now: datetime, knowledge: Knowledge
) -> tuple[Learned, ...]:
    """Return what was recorded about the person after the start and would have held it; nothing once the pump stopped.

    What a prescriber has decided on since, with the same facts, is not among it.
    """
    start = _start(session)
    if start is None or session.phase not in RUNNING or not _grew(record, start):
        return ()
    before = as_of(record, start)
    return (
        *_consent(record, start, now, knowledge),
        *_decided(record, start),
        *_weight(record, before, session, knowledge),
        *_dose_weight(record, before, registered, session, now, knowledge),
        *_allergies(record, before, knowledge),
        *_received(record, before, knowledge),
        *_concerns(record, before, registered, now, knowledge),
        *_signals(record, before, registered, _apart(record, before, session), now, knowledge),
    )


def prompts(found: tuple[Learned, ...]) -> Iterator[Condition]:
    """Ask for somebody at the chair for each thing that was learned while the pump runs."""
    for each in found:
        yield Condition(
            alert=f"{LEARNED}{each.name}",
            kind=AlertKind.PHYSIOLOGICAL,
            priority=Priority.HIGH,
            title=f"New in the record: {each.title}",
            message=f"{each.words}. {ASKS}",
            rule=each.rule,
            read={},
        )


def _grew(record: PersonChart, start: int) -> bool:
    grew = any(each.seq > start for each in (*record.entries, *record.unread))
    return grew or erased_after(record, start)


def _start(session: SessionChart) -> int | None:
    """Return the entry of the ledger up to which the gate had read the record; its opening where no gate was passed."""
    for each in session.entries:
        if each.stream_seq in session.struck:
            continue
        if isinstance(each.event, InfusionStarted):
            return each.seq
        if isinstance(each.event, InfusionFoundRunning):
            return session.opened.seq if session.opened is not None else each.seq
    return None


def _consent(record: PersonChart, start: int, now: datetime, knowledge: Knowledge) -> Iterator[Learned]:
    stands = consent(record, now, knowledge.consent)
    if stands.state is ConsentState.WITHDRAWN and stands.withdrawn is not None and stands.withdrawn.seq > start:
        yield Learned(name="consent", title="consent taken back", words=stands.words().rstrip("."))


def _decided(record: PersonChart, start: int) -> Iterator[Learned]:
    """Give what was decided since the start and lets no infusion start: declined, the course ended or broken off."""
    decision, ended = record.decisions[-1] if record.decisions else None, record.last(CourseEnded)
    if decision is not None and decision.seq > start and decision.event.decision is not Decision.ELIGIBLE:
        said = str(decision.event.decision).replace("_", " ")
        yield _of("decision", f"decided: {said}", decision.event.reason)
    if ended is not None and ended.seq > start:
        yield _of("ended", "the course was ended", f"{ended.event.outcome}: {ended.event.reason}")
    broken, resumed = record.last(CourseInterrupted), record.last(CourseResumed)
    goes_on = broken is not None and resumed is not None and resumed.seq > broken.seq
    if broken is not None and broken.seq > start and not goes_on and (ended is None or ended.seq <= start):
        yield _of("interrupted", "the course was interrupted", broken.event.reason)


def _of(name: str, title: str, reason: str) -> Learned:
    return Learned(name=f"decided-{name}", title=title, words=reason.rstrip(". "), rule=OF_A_DECISION)


def _weight(record: PersonChart, before: PersonChart, session: SessionChart, knowledge: Knowledge) -> Iterator[Learned]:
    """Give the weight that doses this infusion where it was struck, and a new one that would ask for another order."""
    order = record.order_numbered(session.opened.event.order) if session.opened is not None else None
    row = next(each for each in knowledge.gate if each.id == "weight")
    if order is None or row.gate_change_fraction is None:
        return
    entry, ordered = order.terms.weight_entry, order.terms.measured_weight_kg
    gone = gone_numbered(record, entry, Measured)
    if gone is not None and gone_numbered(before, entry, Measured) is None:
        became = "struck" if gone.strike is not None else "erased by law"
        words = f"The order used {plain(ordered)} kg; {gone.words.replace('struck since', 'struck')}"
        yield Learned(name="weight", title=f"the weight that doses this infusion was {became}", words=words)
    known = {each.stream_seq for each in before.measurements}
    for each in record.measurements:
        kg = each.event.weight_kg
        # One that waits to be confirmed is told as well: it may be the right one.
        if kg is not None and each.stream_seq not in known and abs(kg - ordered) / ordered > row.gate_change_fraction:
            words = f"{plain(kg)} kg; the order used {plain(ordered)} kg"
            yield Learned(name=f"weight-{each.stream_seq}", title="another weight than the order's", words=words)


def _dose_weight(
    record: PersonChart,
    before: PersonChart,
    registered: Registered,
    session: SessionChart,
    now: datetime,
    knowledge: Knowledge,
) -> Iterator[Learned]:
    """Give a height or a sex corrected since the start, where the order doses by a weight worked out of them."""
    order = record.order_numbered(session.opened.event.order) if session.opened is not None else None
    row = next(each for each in knowledge.gate if each.id == "weight")
    if order is None or row.hold_change_fraction is None:
        return
    known = len(before.all(IdentityCorrected))
    sex = any(each.event.field == "sex_at_birth" for each in record.all(IdentityCorrected)[known:])
    if not sex and _heights(record) == _heights(before):
        return
    terms = order.terms
    dosed = dose_weight_now(record, registered.sex_at_birth, terms, terms.measured_weight_kg, now, knowledge)
    if dosed is not None and (dosed.kg is None or dosed.change_fraction > row.hold_change_fraction):
        yield Learned(name="dose-weight", title="another dose weight than the order's", words=dosed.words.rstrip("."))


def _heights(record: PersonChart) -> tuple[tuple[int, object], ...]:
    """Return every height of a record, one that waits to be confirmed among them, with its entry."""
    waiting = ((each.entry, each.value) for each in record.open_questions() if each.field == "height_cm")
    return (*((each.entry, each.value) for each in record.facts("height_cm")), *waiting)


def _allergies(record: PersonChart, before: PersonChart, knowledge: Knowledge) -> Iterator[Learned]:
    known = unread_allergies(before, knowledge)
    lines = [f"“{each}”" for each in unread_allergies(record, knowledge) if each not in known]
    if lines:
        words = f"It may be any drug: {', '.join(lines)}"
        yield Learned(name=f"allergy-{line_id(words)}", title="an allergy that nobody could place", words=words)


def _received(record: PersonChart, before: PersonChart, knowledge: Knowledge) -> Iterator[Learned]:
    known = set(not_taken_up_words(before, knowledge))
    lines = [each for each in not_taken_up_words(record, knowledge) if each not in known]
    if lines:
        words = f"In the inbox, and in no chart yet: {'; '.join(lines)}"
        yield Learned(name=f"received-{line_id(words)}", title="something that another record sent", words=words)


def _concerns(
    record: PersonChart, before: PersonChart, registered: Registered, now: datetime, knowledge: Knowledge
) -> Iterator[Learned]:
    decided = record.decisions[-1].event.findings if record.decisions else ()
    then = registered_then(record, before, registered)
    known = {(each.row.id, each.verdict.grounds) for each in _met(before, then, now, knowledge)}
    for each in _met(record, registered, now, knowledge):
        if (each.row.id, each.verdict.grounds) in known or any(each.settled_by(taken) for taken in decided):
            continue
        rests_on = ", ".join(ground.replace("_", " ") for ground in each.verdict.grounds)
        read = "; ".join(each.read.values())
        title = f"{each.row.title[:1].lower()}{each.row.title[1:]}"
        name = f"{each.row.id}-{line_id(rests_on)}" if rests_on else each.row.id
        yield Learned(name=name, title=title, words=read or rests_on or each.row.title)


def _apart(record: PersonChart, before: PersonChart, session: SessionChart) -> frozenset[str]:
    """Name the signals told apart; what the decision read too, where nothing is gone but the weight that doses."""
    order = record.order_numbered(session.opened.event.order) if session.opened is not None else None
    struck = {each for each in record.struck if each not in before.struck}
    if order is None or struck != {order.terms.weight_entry}:
        return TOLD_APART
    others = [name for name in MEASURED_FIELDS if name != "weight_kg"]
    weighed = next((each.event for each in record.entries if each.stream_seq in struck), None)
    alone = isinstance(weighed, Measured) and all(getattr(weighed, name) is None for name in others)
    return TOLD_APART | {"decision_reads"} if alone else TOLD_APART


def _signals(
    record: PersonChart,
    before: PersonChart,
    registered: Registered,
    apart: frozenset[str],
    now: datetime,
    knowledge: Knowledge,
) -> Iterator[Learned]:
    """Give what raises a signal that asks while a pump runs, beside concerns and what is told `apart`."""
    cells = knowledge.decisions[DecisionKind.RUNNING].cells
    then = _known_by(before, registered_then(record, before, registered), now, knowledge)
    here = _known_by(record, registered, now, knowledge)
    for row in knowledge.signals.values():
        if row.id in apart or cells[row.id].does is not Does.ASKS:
            continue
        said = told_besides_concerns(row, here)
        # Watched at each turn: what was read at the start is worked out only where something is raised now.
        was = told_besides_concerns(row, then) if said else ()
        new = [each for each in said if each not in was]
        if new:
            words = "; ".join(new)
            title = f"{row.title[:1].lower()}{row.title[1:]}"
            yield Learned(name=f"{row.id}-{line_id(words)}", title=title, words=words.rstrip("."))


def _known_by(chart: PersonChart, registered: Registered, now: datetime, knowledge: Knowledge) -> Known:
    """Return what a record knows by itself: how the course goes asks nothing of a chair."""
    return Known(
        chart=chart,
        registered=registered,
        sessions=(),
        course=None,
        change=None,
        knowledge=knowledge,
        now=now,
        zone=UTC,
    )


def registered_then(record: PersonChart, before: PersonChart, now: Registered) -> Registered:
    """Return what the register said when the record ended as `before`: what was changed since is taken back."""
    found = now
    for each in reversed(record.all(IdentityCorrected)[len(before.all(IdentityCorrected)) :]):
        if each.event.field == "born":
            found = replace(found, born=date.fromisoformat(each.event.before))
        elif each.event.field == "sex_at_birth":
            found = replace(found, sex_at_birth=each.event.before)
    changed = record.all(IndicationChanged)[len(before.all(IndicationChanged)) :]
    return replace(found, indication=changed[0].event.before) if changed else found


def _met(chart: PersonChart, registered: Registered, now: datetime, knowledge: Knowledge) -> list[Finding]:
    return [
        each
        for each in findings(chart, registered, Phase.BEFORE_START, now, knowledge)
        if each.verdict.result is Result.MET
        and each.verdict.action in WEIGHTY
        and each.row.id not in TAKEN_AT_THE_CHAIR
    ]
