"""What was done otherwise than the rules ask, with the reason given: past a limit, a concern, a gate line or a check.

Each is a decision that somebody was free to make. It is listed for whoever answers for the clinic, and is no fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge import Knowledge
from sereniv.therapy.candidacy import signed_over
from sereniv.therapy.candidacy.signed_over import SignedOver
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    AppointmentBooked,
    AppointmentMoved,
    CandidacyDecided,
    CourseOpened,
    CourseResumed,
    OrderSigned,
    WentOn,
)
from sereniv.therapy.person.gone import erased_after
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.departure import how_it_ended
from sereniv.therapy.session.events.incidents import Departure


class Kind(StrEnum):
    """What was gone past."""

    ORDER = "Orders past a limit"
    DECISION = "Found eligible in spite of a concern"
    WENT_ON = "Went on in spite of what was known"
    GATE = "Gate lines passed"
    PUMP = "Pump other than ordered or charted"
    LEAVING = "Left otherwise than planned"
    BOOKING = "Booked outside hours or in spite of a doubt"
    RESUMED = "Resumed after the protocol's window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One decision or finding that went past a rule: of which kind, what, why, when and by whom."""

    kind: Kind
    over: SignedOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """One decision with the version of the rules it was made under."""

    version: str
    what: str
    made: Recorded[object]


def of_person(chart: PersonChart, knowledge: Knowledge) -> Iterator[Deviation]:
    """Give what was decided about a person in spite of a limit, a concern or a signal."""
    for signed in chart.all(OrderSigned):
        for over in signed_over.of_limits(signed, knowledge):
            yield Deviation(kind=Kind.ORDER, over=over)
    for decided in chart.all(CandidacyDecided):
        for over in signed_over.taken_over(decided, knowledge):
            yield Deviation(kind=Kind.DECISION, over=over)
    for went in chart.all(WentOn):
        row = knowledge.decisions.get(went.event.decision)
        title = row.title if row else went.event.decision.replace("_", " ")
        gone = erased_after(chart, went.seq)
        named = (knowledge.signals[each.signal].title if each.signal in knowledge.signals else each.signal
                 for each in went.event.signals)  # fmt: skip
        known = (
            f"{'; '.join(named)}: {signed_over.ERASED_SINCE}"
            if gone
            else "; ".join(each.words for each in went.event.signals)
        )
        yield Deviation(kind=Kind.WENT_ON, over=_told(went, title, known, went.event.reason))
    for resumed in chart.all(CourseResumed):
        if resumed.event.beyond_window:
            yield Deviation(kind=Kind.RESUMED, over=_told(resumed, "Course resumed", "", resumed.event.reason))
    yield from _bookings(chart)


def _bookings(chart: PersonChart) -> Iterator[Deviation]:
    agreed: tuple[Recorded[AppointmentBooked | AppointmentMoved], ...] = (
        *chart.all(AppointmentBooked),
        *chart.all(AppointmentMoved),
    )
    for each in agreed:
        if each.event.exception:
            yield Deviation(kind=Kind.BOOKING, over=_told(each, "Outside the hours", "", each.event.exception))
        if each.event.despite:
            doubts = "; ".join(each.event.doubts)
            yield Deviation(kind=Kind.BOOKING, over=_told(each, "In spite of a doubt", doubts, each.event.despite))


def of_session(chart: SessionChart, knowledge: Knowledge) -> Iterator[Deviation]:
    """Give what was done at one chair otherwise than its gate, its order or its discharge asks."""
    for over in signed_over.of_gate(chart, knowledge):
        yield Deviation(kind=Kind.GATE, over=over)
    for each in chart.entries:
        if each.stream_seq not in chart.struck and (found := _of_pump(each, chart)) is not None:
            yield Deviation(kind=Kind.PUMP, over=found)
    if chart.discharged is not None:
        left = chart.discharged.event
        if left.exception or left.way is not Departure.AS_PLANNED:
            title, lacking = how_it_ended(chart), "; ".join(left.not_holding)
            over = _told(chart.discharged, title.capitalize(), lacking, left.exception or left.told)
            yield Deviation(kind=Kind.LEAVING, over=over)
    if chart.left_unseen is not None:
        gone = chart.left_unseen.event
        over = _told(chart.left_unseen, how_it_ended(chart).capitalize(), f"last seen {gone.last_seen}", gone.done)
        yield Deviation(kind=Kind.LEAVING, over=over)


def _of_pump(each: Recorded[ev.SessionEvent], chart: SessionChart) -> SignedOver | None:
    match each.event:
        case ev.InfusionFoundRunning() | ev.RateFound() as event:
            rate = f"{plain(event.rate_ml_per_h)} mL/h"
            title = "Found running" if isinstance(event, ev.InfusionFoundRunning) else "Found at another rate"
            return _told(each, title, rate, event.deviation)
        case ev.RateChanged() as event if chart.opened and event.rate_ml_per_h > chart.plan.rate_ml_per_h:
            rates = f"{plain(event.rate_ml_per_h)} mL/h, ordered {plain(chart.plan.rate_ml_per_h)}"
            return _told(each, "Rate over the order", rates, event.reason)
        case _:
            return None


def _told(each: Recorded[object], title: str, rests_on: str, reason: str) -> SignedOver:
    return SignedOver(
        title=title,
        action="passed",
        rests_on=rests_on,
        reason=reason,
        at=each.at,
        by=each.recorded_by,
        co_signed_by=each.co_signed_by,
    )


def decided_under(chart: PersonChart) -> Iterator[Ruled]:
    """Give each decision about a person that kept the version of the rules it was made under."""
    for decided in chart.all(CandidacyDecided):
        what = f"Decided: {decided.event.decision.value.replace('_', ' ')}"
        yield Ruled(version=decided.event.knowledge_version, what=what, made=decided)
    for opened in chart.all(CourseOpened):
        yield Ruled(version=opened.event.knowledge_version, what="Course begun", made=opened)
    for signed in chart.all(OrderSigned):
        what = f"Order of infusion {signed.event.infusion_number}"
        yield Ruled(version=signed.event.knowledge_version, what=what, made=signed)
