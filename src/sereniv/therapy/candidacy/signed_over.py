"""Concerns that somebody signed over: they stay in sight, each by its own name, with who, when and why.

One account for every place: the person, the order, the gate, the chair, the note and the hand-over.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sereniv.knowledge.rows import Action, Concern, DecisionKind, Knowledge, Phase, line_title
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.person.chart import Order, PersonChart, Registered, known_by
from sereniv.therapy.person.concern import Finding, Result, grounds_in_words, is_about
from sereniv.therapy.person.events import CandidacyDecided, Decision, FindingTaken, OrderSigned, SignalTaken, WentOn
from sereniv.therapy.person.gone import erased_after
from sereniv.therapy.person.limits_taken import limit_title, limit_value
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.chart import SessionChart

WEIGHTY = frozenset({Action.HOLD, Action.GATE, Action.GATE2})
"""What asks for words when it is signed over; a warning is acknowledged by the signature under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOver:
    """One concern that did not keep somebody from going on: its name, what it rests on, and who wrote why, when."""

    title: str
    action: str
    rests_on: str
    reason: str
    at: datetime
    by: str
    co_signed_by: str = ""
    is_weighty: bool = True

    def words(self, name_of: Callable[[str], str], zone: tzinfo) -> str:
        """Say it in one line, people by name."""
        people = name_of(self.by) + (f" with {name_of(self.co_signed_by)}" if self.co_signed_by else "")
        when = f"{self.at.astimezone(zone):%d %b %Y %H:%M}"
        return f"{self.titled}: {people}, {when}. {self.reason}".strip()

    @property
    def titled(self) -> str:
        """Its name, with what it rests on where that says more than the name."""
        says_more = self.rests_on and self.rests_on.casefold() not in self.title.casefold()
        return f"{self.title} ({self.rests_on})" if says_more else self.title


def signed_over(
    chart: PersonChart, registered: Registered, now: datetime, knowledge: Knowledge
) -> tuple[SignedOver, ...]:
    """Return what the decision in force was made in spite of and what still holds, or is not known not to hold."""
    decided = chart.decisions[-1] if chart.decisions else None
    if decided is None or decided.event.decision is not Decision.ELIGIBLE:
        return ()
    taken = [each for each in decided.event.findings if _asks(each)]
    if not taken:
        return ()
    found = findings(chart, registered, Phase.SCREEN, now, knowledge)
    return tuple(_of_decision(each, decided, knowledge) for each in taken if not _is_over(each, found, knowledge))


def taken_over(decided: Recorded[CandidacyDecided], knowledge: Knowledge) -> tuple[SignedOver, ...]:
    """Return the weighty concerns that one decision to treat was made in spite of, whatever became of them since."""
    if decided.event.decision is not Decision.ELIGIBLE:
        return ()
    return tuple(
        _of_decision(each, decided, knowledge)
        for each in decided.event.findings
        if _asks(each) and each.action in WEIGHTY
    )


def _asks(taken: FindingTaken) -> bool:
    return taken.result == Result.MET and taken.action not in {None, Action.INFO}


def _is_over(taken: FindingTaken, found: tuple[Finding, ...], knowledge: Knowledge) -> bool:
    """Say whether a concern is known not to hold any more; one that nobody knows about now is not over."""
    now = [each for each in found if is_about(each.row, taken)]
    if now:
        return all(each.verdict.result is Result.NOT_MET for each in now)
    # A condition that is no longer ticked and a medicine no longer taken leave no finding behind.
    return taken.criterion not in knowledge.retired and knowledge.concern(taken.criterion) is not None


def _of_decision(taken: FindingTaken, decided: Recorded[CandidacyDecided], knowledge: Knowledge) -> SignedOver:
    row = _row_of(taken, knowledge)
    grounds = grounds_in_words(taken.grounds, taken.read, knowledge.scales)
    rests_on = ", ".join(grounds or taken.read.values())
    return SignedOver(
        title=row.title if row else taken.criterion.replace("_", " "),
        action=str(taken.action),
        rests_on=rests_on.replace("_", " "),
        reason=decided.event.reason,
        at=decided.at,
        by=decided.recorded_by,
        co_signed_by=decided.co_signed_by,
        is_weighty=taken.action in WEIGHTY,
    )


def _row_of(taken: FindingTaken, knowledge: Knowledge) -> Concern | None:
    """Return the row that a finding of any day is about now, by its own name where an older table had it in another."""
    parts = (each for each in knowledge.criteria.values() if each.id != taken.criterion and is_about(each, taken))
    return next(parts, None) or knowledge.concern(taken.criterion)


def of_order(order: Order | None, knowledge: Knowledge) -> tuple[SignedOver, ...]:
    """Return the limits that an order went past."""
    return () if order is None else of_limits(order.signed, knowledge)


def of_limits(signed: Recorded[OrderSigned], knowledge: Knowledge) -> tuple[SignedOver, ...]:
    """Return the limits that an order went past, whatever became of the order."""
    return tuple(
        SignedOver(
            title=f"Order past a {each.severity} limit: {limit_title(each, knowledge)}",
            action=each.severity,
            rests_on=limit_value(each, knowledge),
            reason=each.reason,
            at=signed.at,
            by=signed.recorded_by,
            co_signed_by=signed.co_signed_by,
        )
        for each in signed.event.limits
    )


def of_gate(session: SessionChart, knowledge: Knowledge) -> tuple[SignedOver, ...]:
    """Return the lines of the gate that a prescriber passed."""
    return tuple(
        SignedOver(
            title=f"Gate, {line_title(knowledge.gate, line)}",
            action="passed",
            rests_on=each.event.read.rstrip("."),
            reason=each.event.reason,
            at=each.at,
            by=each.recorded_by,
            co_signed_by=each.co_signed_by,
        )
        for line, each in session.overridden.items()
    )


def of_going_on(order: Order | None, chart: PersonChart, knowledge: Knowledge) -> tuple[SignedOver, ...]:
    """Return the signals that this order, or the review since the order before it, went on in spite of.

    Each is a concern of its own; of one gone on over twice the last account is given.
    """
    if order is None:
        return ()
    found = {
        taken.signal: SignedOver(
            title=row.title if (row := knowledge.signals.get(taken.signal)) else taken.signal.replace("_", " "),
            action="gone on",
            rests_on=said_then(each, taken, chart),
            reason=each.event.reason,
            at=each.at,
            by=each.recorded_by,
            co_signed_by=each.co_signed_by,
        )
        for each in chart.all(WentOn)
        if _led_to(each, chart) == order.signed.seq
        for taken in each.event.signals
    }
    return tuple(found.values())


def said_then(went: Recorded[WentOn], taken: SignalTaken, chart: PersonChart) -> str:
    """Say what a signal read when somebody went on; nothing of it once anything that stood then was erased by law."""
    if erased_after(chart, went.seq):
        return ERASED_SINCE
    return taken.words.partition(": ")[2] or taken.words


def as_told(went: Recorded[WentOn], chart: PersonChart) -> Recorded[WentOn]:
    """Return an act of going on as a page tells it: its signals by name alone where what they read is not told."""
    if not erased_after(chart, went.seq):
        return went
    told = tuple(replace(each, words=f"{each.words.partition(': ')[0]}: {ERASED_SINCE}") for each in went.event.signals)
    return replace(went, event=replace(went.event, signals=told))


ERASED_SINCE = "what it read is not told: an entry of then was erased by law"


def _led_to(went: Recorded[WentOn], chart: PersonChart) -> int | None:
    """Return the order that somebody went on with: the one it was written beside, after a review the next one."""
    orders = [each.seq for each in chart.all(OrderSigned)]
    if went.event.decision == DecisionKind.ORDER:
        return max((each for each in orders if each < went.seq), default=None)
    return min((each for each in orders if each > went.seq), default=None)


def of_session(
    session: SessionChart, chart: PersonChart, registered: Registered, knowledge: Knowledge, now: datetime
) -> tuple[SignedOver, ...]:
    """Return everything weighty that a session goes on in spite of.

    Once the pump has started it is what was known then: a decision made later explains nothing before it.
    """
    began = session.started_at
    then = chart if began is None else known_by(chart, began)
    order = chart.order_numbered(session.opened.event.order) if session.opened else None
    decided = signed_over(then, registered, began or now, knowledge)
    return (
        *(each for each in decided if each.is_weighty),
        *of_order(order, knowledge),
        *of_going_on(order, then, knowledge),
        *of_gate(session, knowledge),
    )
