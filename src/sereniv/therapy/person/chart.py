"""One person's record outside infusions: a fold of their events, and the usable values it holds."""

from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import cast

from sereniv.therapy.person.events import (
    CandidacyDecided,
    ConsentRecorded,
    EvaluationRecorded,
    HistoryList,
    HistoryRecorded,
    Measured,
    MedicinesReviewed,
    OrderCoSigned,
    OrderShown,
    OrderSigned,
    OrderWithdrawn,
    PersonEvent,
    PregnancyRecorded,
    RecordStruck,
    ScaleAnswered,
    ShownLine,
    ValueConfirmed,
)
from sereniv.therapy.recording.entry import Erased, EventT, Recorded, Unread, narrowed

OLDEST = 150
"""Years of life that anybody may count."""

MEASURED_FIELDS = ("weight_kg", "height_cm", "systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the register says of a person that concerns read: it is no entry of their record."""

    born: date
    sex_at_birth: str
    indication: str

    def age_on(self, day: date) -> int:
        """Return the age in completed years."""
        # By the birthdays alone, so that nothing turns for everybody at New Year.
        return bisect_right(range(1, OLDEST), day, key=lambda years: self._birthday_in(self.born.year + years))

    def _birthday_in(self, year: int) -> date:
        """Return the day of a year on which a year of life is completed: after 28 February for a leap day's child."""
        is_leap_day = (self.born.month, self.born.day) == (2, 29)
        return date(year, 3, 1) if is_leap_day and not isleap(year) else self.born.replace(year=year)


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
    """A signed order with what became of it; where it stands now is told by `therapy.treatment.order_life`."""

    signed: Recorded[OrderSigned]
    co_signed: Recorded[OrderCoSigned] | None = None
    withdrawn: Recorded[OrderWithdrawn] | None = None
    replaced_by: Recorded[OrderSigned] | None = None
    """The order that was signed next, whatever became of that one."""
    shown_in: Recorded[OrderShown] | None = None
    """What stood on its page, as it was kept or as the law has left of it."""
    quoted_since_erased: bool = False
    """True where something was erased by law since that its page may have quoted, and no entry says what is left."""

    @property
    def terms(self) -> OrderSigned:
        """The order itself."""
        return self.signed.event

    @property
    def shown(self) -> tuple[ShownLine, ...]:
        """What stood on the page when it was signed; of what the law had erased since, that it is so."""
        if self.shown_in is not None:
            return self.shown_in.event.lines
        return (ERASED_LINE,) if self.quoted_since_erased else self.terms.shown


ERASED_LINE = ShownLine(what="Erased by law", words="what stood here told of an entry that was erased since")
"""What stands where a line quoted something that the law had erased; its title might tell of it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChart:
    """Everything recorded about one person outside infusions; a subject's own fold is built from `all`.

    `entries` keeps what was struck; what counts is grouped by kind in `counted`. What cannot be read is in `unread`:
    whatever is worked out of this chart may lack it. Of what the law had erased the places are in `erased`.
    """

    head: int = 0
    entries: tuple[Recorded[PersonEvent], ...] = ()
    struck: Mapping[int, Recorded[RecordStruck]] = field(default_factory=dict)
    counted: Mapping[type, tuple[Recorded[PersonEvent], ...]] = field(default_factory=dict)
    unread: tuple[Recorded[Unread], ...] = ()
    erased: tuple[Recorded[Erased], ...] = ()

    def all(self, kind: type[EventT]) -> tuple[Recorded[EventT], ...]:
        """Return every entry of one kind that counts, oldest first as recorded."""
        # Entries are grouped by the type of their event, so that each of these holds one of this kind.
        return cast("tuple[Recorded[EventT], ...]", self.counted.get(kind, ()))

    def last(self, kind: type[EventT]) -> Recorded[EventT] | None:
        """Return the latest entry of one kind that counts, None where there is none."""
        found = self.all(kind)
        return found[-1] if found else None

    @property
    def consents(self) -> tuple[Recorded[ConsentRecorded], ...]:
        """Consents that were signed."""
        return self.all(ConsentRecorded)

    @property
    def measurements(self) -> tuple[Recorded[Measured], ...]:
        """Body measurements and vital signs."""
        return self.all(Measured)

    @property
    def pregnancies(self) -> tuple[Recorded[PregnancyRecorded], ...]:
        """What was known of pregnancy."""
        return self.all(PregnancyRecorded)

    @property
    def medicine_reviews(self) -> tuple[Recorded[MedicinesReviewed], ...]:
        """Reviews of the medicines."""
        return self.all(MedicinesReviewed)

    @property
    def scores(self) -> tuple[Recorded[ScaleAnswered], ...]:
        """Answers to rating scales."""
        return self.all(ScaleAnswered)

    @property
    def decisions(self) -> tuple[Recorded[CandidacyDecided], ...]:
        """Decisions on candidacy."""
        return self.all(CandidacyDecided)

    @property
    def evaluations(self) -> tuple[Recorded[EvaluationRecorded], ...]:
        """Evaluations of concerns."""
        return self.all(EvaluationRecorded)

    @property
    def orders(self) -> tuple[Order, ...]:
        """Every order that was ever signed, the oldest first, with what became of it."""
        withdrawn = {each.event.order: each for each in self.all(OrderWithdrawn)}
        co_signed = {each.event.order: each for each in self.all(OrderCoSigned)}
        shown = {each.event.order: each for each in self.all(OrderShown)}
        signed = self.all(OrderSigned)
        return tuple(
            Order(
                signed=each,
                co_signed=co_signed.get(each.stream_seq),
                withdrawn=withdrawn.get(each.stream_seq),
                replaced_by=newer,
                shown_in=shown.get(each.stream_seq),
                quoted_since_erased=any(gone.seq < each.seq < gone.event.since for gone in self.erased)
                if each.event.shown
                else any(
                    gone.stream_seq == each.stream_seq + 1 and gone.event.kind == OrderShown.__name__
                    for gone in self.erased
                ),
            )
            for each, newer in zip_longest(signed, signed[1:])
        )

    @property
    def confirmed(self) -> frozenset[tuple[int, str]]:
        """Entry and field of every questioned value that somebody confirmed."""
        return frozenset((each.event.entry, each.event.field) for each in self.all(ValueConfirmed))

    def history(self, which: HistoryList) -> Recorded[HistoryRecorded] | None:
        """Return the latest word on one history list, None when it was never gone through."""
        found = [each for each in self.all(HistoryRecorded) if each.event.list is which]
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

    def asked_since(self, field: str, known: Fact | None) -> OpenQuestion | None:
        """Return the newest value that waits for confirmation and came after what is known; None where none does."""
        found = [each for each in self.open_questions() if each.field == field]
        return found[-1] if found and (known is None or found[-1].entry > known.entry) else None

    def order_numbered(self, stream_seq: int) -> Order | None:
        """Return the order signed in entry `stream_seq` whatever became of it, None where there is none."""
        return next((order for order in self.orders if order.signed.stream_seq == stream_seq), None)

    def _usable(self, entry: Recorded[Measured], field: str) -> bool:
        return field not in entry.event.questions or (entry.stream_seq, field) in self.confirmed


def chart_of(
    entries: Iterable[Recorded[PersonEvent]],
    head: int | None = None,
    unread: tuple[Recorded[Unread], ...] = (),
    erased: tuple[Recorded[Erased], ...] = (),
) -> PersonChart:
    """Fold a person's entries, in the ledger's order, into their chart; struck entries are kept but do not count.

    `head` is the number of the last entry, where it is another than that of the last given.
    """
    kept = tuple(entries)
    struck = {each.event.entry: narrowed(each, each.event) for each in kept if isinstance(each.event, RecordStruck)}
    counted: dict[type, list[Recorded[PersonEvent]]] = {}
    for entry in kept:
        if entry.stream_seq not in struck:
            counted.setdefault(type(entry.event), []).append(entry)
    return PersonChart(
        head=head if head is not None else max((each.stream_seq for each in (*kept[-1:], *unread)), default=0),
        entries=kept,
        struck=struck,
        counted={kind: tuple(found) for kind, found in counted.items()},
        unread=unread,
        erased=erased,
    )


def known_by(chart: PersonChart, moment: datetime) -> PersonChart:
    """Return the chart as it stood at a moment: what had been recorded by then, whenever it happened."""
    erased = tuple(each for each in chart.erased if each.recorded_at <= moment)
    return chart_of((each for each in chart.entries if each.recorded_at <= moment), erased=erased)
