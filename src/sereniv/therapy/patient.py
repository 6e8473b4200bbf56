"""One person's record outside infusions: a fold of their events, and the usable values it holds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from sereniv.therapy.person_events import (
    CandidacyDecided,
    ConsentRecorded,
    EvaluationRecorded,
    HistoryList,
    HistoryRecorded,
    Measured,
    MedicinesReviewed,
    OrderCoSigned,
    OrderSigned,
    OrderWithdrawn,
    PersonEvent,
    PregnancyRecorded,
    SafetyAcknowledged,
    SafetyAsked,
    ScaleAnswered,
    ValueConfirmed,
)
from sereniv.therapy.recorded import Recorded, narrowed

MEASURED_FIELDS = ("weight_kg", "height_cm", "systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A usable value: what, when it was measured, and the entry it stands in."""

    value: Decimal
    at: datetime
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """One usable blood-pressure reading in mm[Hg]."""

    systolic: Decimal
    diastolic: Decimal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A stored value that may not be used until a person confirms it."""

    entry: int
    field: str
    value: Decimal
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A signed order and, when it is there, its co-signature."""

    signed: Recorded[OrderSigned]
    co_signed: Recorded[OrderCoSigned] | None = None

    @property
    def terms(self) -> OrderSigned:
        """The order itself."""
        return self.signed.event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChart:
    """Everything recorded about one person outside infusions, newest last in each tuple."""

    head: int = 0
    consents: tuple[Recorded[ConsentRecorded], ...] = ()
    histories: tuple[Recorded[HistoryRecorded], ...] = ()
    measurements: tuple[Recorded[Measured], ...] = ()
    confirmed: frozenset[tuple[int, str]] = frozenset()
    pregnancies: tuple[Recorded[PregnancyRecorded], ...] = ()
    medicine_reviews: tuple[Recorded[MedicinesReviewed], ...] = ()
    scores: tuple[Recorded[ScaleAnswered], ...] = ()
    evaluations: tuple[Recorded[EvaluationRecorded], ...] = ()
    decisions: tuple[Recorded[CandidacyDecided], ...] = ()
    orders: tuple[Order, ...] = ()
    safety_acknowledged: tuple[Recorded[SafetyAcknowledged], ...] = ()
    safety_asked: tuple[Recorded[SafetyAsked], ...] = ()

    def history(self, which: HistoryList) -> Recorded[HistoryRecorded] | None:
        """Return the latest word on one history list, None when it was never gone through."""
        found = [each for each in self.histories if each.event.list is which]
        return found[-1] if found else None

    def facts(self, field: str) -> tuple[Fact, ...]:
        """Return every usable value of one measured field, oldest first by the time it was measured."""
        found = [
            Fact(value=value, at=each.at, entry=each.stream_seq)
            for each in self.measurements
            if (value := getattr(each.event, field)) is not None and self._usable(each, field)
        ]
        return tuple(sorted(found, key=lambda fact: fact.at))

    def latest(self, field: str, now: datetime, max_age: timedelta | None = None) -> Fact | None:
        """Return the newest usable value no older than `max_age`, or None: stale is the same as missing."""
        facts = [fact for fact in self.facts(field) if max_age is None or now - fact.at <= max_age]
        return facts[-1] if facts else None

    def pressures(self, now: datetime, max_age: timedelta) -> tuple[Pressure, ...]:
        """Return the usable pressure readings of the last `max_age`, oldest first."""
        found = [
            Pressure(systolic=each.event.systolic, diastolic=each.event.diastolic, at=each.at)
            for each in self.measurements
            if each.event.systolic is not None
            and each.event.diastolic is not None
            and self._usable(each, "systolic")
            and self._usable(each, "diastolic")
            and timedelta(0) <= now - each.at <= max_age
        ]
        return tuple(sorted(found, key=lambda pressure: pressure.at))

    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """Return the values that wait for a person's confirmation."""
        return tuple(
            OpenQuestion(entry=each.stream_seq, field=field, value=getattr(each.event, field), question=question)
            for each in self.measurements
            for field, question in each.event.questions.items()
            if (each.stream_seq, field) not in self.confirmed
        )

    def unasked_safety(self) -> tuple[Recorded[ScaleAnswered], ...]:
        """Return PHQ-9 answers whose suicide item is above zero or blank and was not yet taken up in person."""
        asked = {each.event.entry for each in self.safety_asked}
        return tuple(
            each
            for each in self.scores
            if each.event.scale == "phq9"
            and (each.event.answers[8] is None or each.event.answers[8] > 0)
            and each.stream_seq not in asked
        )

    def evaluated(self, criterion: str, now: datetime) -> bool:
        """Say whether a concern was evaluated and the evaluation is still in date."""
        return any(
            each.event.criterion == criterion and now - each.at <= timedelta(days=each.event.valid_days)
            for each in self.evaluations
        )

    def order_numbered(self, stream_seq: int) -> Order | None:
        """Return the order signed in entry `stream_seq`, None when it was withdrawn or never was."""
        return next((order for order in self.orders if order.signed.stream_seq == stream_seq), None)

    def _usable(self, entry: Recorded[Measured], field: str) -> bool:
        return field not in entry.event.questions or (entry.stream_seq, field) in self.confirmed


def chart_of(entries: Iterable[Recorded[PersonEvent]]) -> PersonChart:
    """Fold a person's entries, in stream order, into their chart."""
    chart = PersonChart()
    for entry in entries:
        chart = replace(_after(chart, entry), head=entry.stream_seq)
    return chart


def _after(chart: PersonChart, entry: Recorded[PersonEvent]) -> PersonChart:
    match entry.event:
        case ConsentRecorded():
            return replace(chart, consents=(*chart.consents, narrowed(entry, entry.event)))
        case HistoryRecorded():
            return replace(chart, histories=(*chart.histories, narrowed(entry, entry.event)))
        case Measured():
            return replace(chart, measurements=(*chart.measurements, narrowed(entry, entry.event)))
        case ValueConfirmed(entry=number, field=name):
            return replace(chart, confirmed=chart.confirmed | {(number, name)})
        case PregnancyRecorded():
            return replace(chart, pregnancies=(*chart.pregnancies, narrowed(entry, entry.event)))
        case MedicinesReviewed():
            return replace(chart, medicine_reviews=(*chart.medicine_reviews, narrowed(entry, entry.event)))
        case ScaleAnswered():
            return replace(chart, scores=(*chart.scores, narrowed(entry, entry.event)))
        case EvaluationRecorded():
            return replace(chart, evaluations=(*chart.evaluations, narrowed(entry, entry.event)))
        case CandidacyDecided():
            return replace(chart, decisions=(*chart.decisions, narrowed(entry, entry.event)))
        case OrderSigned():
            return replace(chart, orders=(*chart.orders, Order(signed=narrowed(entry, entry.event))))
        case OrderCoSigned() as co_signature:
            return replace(chart, orders=_with_co_signature(chart.orders, narrowed(entry, co_signature)))
        case OrderWithdrawn(order=number):
            kept = tuple(order for order in chart.orders if order.signed.stream_seq != number)
            return replace(chart, orders=kept)
        case SafetyAcknowledged():
            return replace(chart, safety_acknowledged=(*chart.safety_acknowledged, narrowed(entry, entry.event)))
        case SafetyAsked():
            return replace(chart, safety_asked=(*chart.safety_asked, narrowed(entry, entry.event)))
        case _:
            assert_never(entry.event)


def _with_co_signature(orders: tuple[Order, ...], co_signature: Recorded[OrderCoSigned]) -> tuple[Order, ...]:
    return tuple(
        replace(order, co_signed=co_signature) if order.signed.stream_seq == co_signature.event.order else order
        for order in orders
    )
