"""What an order is written after: the last dose, how it was borne, what changed since, and what is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from sereniv.knowledge.rows import Knowledge, Priority, ProtocolKind
from sereniv.therapy.followup.aftercare import adverse_events
from sereniv.therapy.followup.side_effects import seen_in
from sereniv.therapy.person.chart import Order, PersonChart
from sereniv.therapy.person.elsewhere import infused_words, infusions_elsewhere
from sereniv.therapy.person.events import InfusedElsewhere, Medicine, MedicinesListed, ShownLine
from sereniv.therapy.person.medicines import medicines_of, said
from sereniv.therapy.person.told_twice import PerhapsTwice, at_least, perhaps_twice
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import AlertKind
from sereniv.therapy.treatment.dose_step import HUNDREDTH, DoseBefore, as_much_as_was_not_borne
from sereniv.therapy.treatment.tolerance import TENTH, Infusion, reached_mg, tolerance, tolerance_elsewhere
from sereniv.units import MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicinesSince:
    """What the list of medicines has otherwise than at the last infusion, each in words."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTime:
    """The last infusion as the next order reads it; every line is a sentence or a few words.

    `medicines` compares with the list that stood at its start, None where no list stood then, for nobody knows what is
    new. `elsewhere` says of an infusion that others gave what their record has of
    it, "" of one given here; `dose` is None where they did not write how much.
    """

    at: datetime
    dose: DoseBefore | None
    days_ago: int
    ordered_mg: Decimal | None
    borne: tuple[str, ...]
    medicines: MedicinesSince | None
    still_open: tuple[str, ...]
    elsewhere: str = ""

    @property
    def lines(self) -> tuple[ShownLine, ...]:
        """What a page shows of it and an order keeps, each with what it is about."""
        return (
            ShownLine(what=f"Last infusion, {self.at:%d %b %Y}, {self._ago}", words=self._given),
            ShownLine(what="How it was borne", words=self._borne),
            ShownLine(what="Medicines since", words=self._medicines),
            ShownLine(
                what="Still open",
                words="; ".join(f"● {each}" for each in self.still_open) or "nothing recorded is open",
            ),
        )

    @property
    def _ago(self) -> str:
        if self.days_ago == 0:
            return "today" if self.elsewhere else "less than a day ago"
        return f"{self.days_ago} day{'' if self.days_ago == 1 else 's'} ago"

    @property
    def _given(self) -> str:
        if self.dose is None or self.ordered_mg is None:
            return self.elsewhere
        given, ordered = plain(self.dose.mg), plain(self.ordered_mg)
        by_weight = "" if self.dose.mg_per_kg is None else f", {plain(self.dose.mg_per_kg)} mg/kg"
        return f"{given} mg given of {ordered} mg, {self.dose.basis} weight{by_weight}"

    @property
    def _borne(self) -> str:
        return "; ".join(
            self.borne if self.elsewhere or self.dose is None else (self.dose.tolerance.words, *self.borne)
        )

    @property
    def _medicines(self) -> str:
        if self.medicines is None:
            return "? no list from then to compare with"
        new = [f"● new: {each}" for each in self.medicines.new]
        changed = [f"● changed: {each}" for each in self.medicines.changed]
        gone = [f"no longer: {each}" for each in self.medicines.gone]
        return "; ".join((*new, *changed, *gone)) or "the same list"


def otherwise_now(shown: Sequence[ShownLine], last: LastTime | None) -> tuple[ShownLine, ...]:
    """Return what reads otherwise now than it did for whoever signed: what was heard, listed or opened since then.

    Of an order from before such lines were kept, nothing can be said.
    """
    then = {each.what: each.words for each in shown}
    lines = last.lines if last is not None else ()
    return tuple(each for each in lines if _reads_otherwise(each, then, last))


def _reads_otherwise(line: ShownLine, then: Mapping[str, str], last: LastTime | None) -> bool:
    """Say whether a line reads otherwise, or tells of an infusion elsewhere that nobody had heard of then."""
    if line.what in then:
        return line.words != then[line.what]
    if last is None or not last.elsewhere or not line.what.startswith("Last infusion"):
        return False
    # How long ago it was changes by itself from day to day: its day and what was given do not.
    the_day = line.what.rpartition(",")[0]
    return not any(what.startswith(the_day) and words == line.words for what, words in then.items())


NOT_BORNE = "as_much_as_not_borne"
"""The limit that an order goes past which gives as much again as an infusion that nobody can say was borne."""


def not_borne_since(order: Order, given: Sequence[DoseBefore]) -> str:
    """Say that an order gives as much again as an infusion found not to be borne only since it was signed; "" if not.

    An order that was signed while that infusion still ran, or before anybody heard of it, was held against nothing.
    """
    last = given[-1] if given else None
    asked = any(each.limit == NOT_BORNE for each in order.terms.limits)
    if last is None or asked or not as_much_as_was_not_borne(order.terms, last):
        return ""
    return (
        f"Since this order of {plain(order.terms.dose_mg)} mg was signed: the infusion of {last.at:%d %b} was "
        f"{last.tolerance.words.lstrip('●? ')}. As much again is ordered with the reason in words: sign it anew, or "
        "another dose."
    )


def doses_before(
    ran: Sequence[Infusion], chart: PersonChart, kind: ProtocolKind, knowledge: Knowledge, now: datetime
) -> tuple[DoseBefore, ...]:
    """Return the doses given by infusions of one kind, the oldest first; other kinds are dosed by other numbers.

    Those given elsewhere are among them where their record says how much, and what for.
    """
    here = (
        _dose(each, chart, each.chart.started_at, knowledge, now)
        for each in ran
        if each.chart.started_at is not None and each.chart.plan.kind is kind
    )
    given_here = tuple(here)
    others, asked = infusions_elsewhere(chart, _starts(ran)), perhaps_twice(chart, _starts(ran))
    elsewhere = (
        _at_most_as_here(_dose_elsewhere(at_least(each, asked, others)), each, asked, given_here)
        for each in others
        if each.event.treats == kind
    )
    return tuple(sorted((*given_here, *filter(None, elsewhere)), key=lambda each: each.at))


def _at_most_as_here(
    dose: DoseBefore | None,
    told: Recorded[InfusedElsewhere],
    asked: Sequence[PerhapsTwice],
    given_here: Sequence[DoseBefore],
) -> DoseBefore | None:
    """Return what others gave, no more than this clinic did where the two may be one infusion, told twice."""
    days = {day for each in asked if each.telling.event.given_on == told.event.given_on for day in each.here}
    ours = [each.mg for each in given_here if each.at.astimezone(told.at.tzinfo).date() in days]
    if dose is None or not ours or min(ours) >= dose.mg:
        return dose
    return replace(dose, mg=min(ours), mg_per_kg=None, mg_per_h=None)


def _starts(ran: Sequence[Infusion]) -> tuple[datetime, ...]:
    return tuple(each.chart.started_at for each in ran if each.chart.started_at is not None)


def _dose_elsewhere(infused: Recorded[InfusedElsewhere]) -> DoseBefore | None:
    """Return what others gave as an order is held against it, None where nobody wrote how much."""
    event = infused.event
    if event.mg is None:
        return None
    return DoseBefore(
        at=infused.at,
        mg=event.mg,
        mg_per_kg=None if event.weight_kg is None else (event.mg / event.weight_kg).quantize(HUNDREDTH, ROUND_DOWN),
        mg_per_h=None if event.minutes is None else event.mg * MINUTES_PER_HOUR / event.minutes,
        basis=None,
        actual_kg=None,
        tolerance=tolerance_elsewhere(event),
        is_elsewhere=True,
    )


def _dose(
    infusion: Infusion, chart: PersonChart, started_at: datetime, knowledge: Knowledge, now: datetime
) -> DoseBefore:
    session, plan = infusion.chart, infusion.chart.plan
    order = chart.order_numbered(session.opened.event.order) if session.opened else None
    mg = reached_mg(session, now).quantize(TENTH)
    return DoseBefore(
        at=started_at,
        mg=mg,
        # Down, so that a step from a dose that was not given whole never reads smaller than it is.
        mg_per_kg=plan.dose_mg_per_kg
        if mg >= plan.dose_mg
        else (mg / plan.dose_weight_kg).quantize(HUNDREDTH, ROUND_DOWN),
        mg_per_h=max(step.rate_ml_per_h for step in session.rates) * plan.concentration_mg_per_ml,
        basis=plan.weight_basis,
        actual_kg=order.terms.measured_weight_kg if order else plan.dose_weight_kg,
        tolerance=tolerance(infusion, chart, knowledge, now),
    )


def last_time(ran: Sequence[Infusion], chart: PersonChart, knowledge: Knowledge, now: datetime) -> LastTime | None:
    """Return the last infusion as an order reads it, here or elsewhere; None before the first."""
    started = [(each.chart.started_at, each) for each in ran if each.chart.started_at is not None]
    others = infusions_elsewhere(chart, _starts(ran))
    if others and (not started or others[-1].at > started[-1][0]):
        told_twice = any(each.may_be(others[-1]) for each in perhaps_twice(chart, _starts(ran)))
        return _last_elsewhere(others[-1], chart, knowledge, now, perhaps=PERHAPS_TWICE if told_twice else "")
    if not started:
        return None
    at, infusion = started[-1]
    session = infusion.chart
    return LastTime(
        at=at,
        dose=_dose(infusion, chart, at, knowledge, now),
        days_ago=(now - at).days,
        ordered_mg=session.plan.dose_mg,
        borne=_borne(session, knowledge),
        medicines=_medicines_since(chart, at),
        still_open=_still_open(chart, knowledge),
    )


PERHAPS_TWICE = "; ? perhaps told twice, of another day"


def _last_elsewhere(
    infused: Recorded[InfusedElsewhere], chart: PersonChart, knowledge: Knowledge, now: datetime, perhaps: str
) -> LastTime:
    return LastTime(
        at=infused.at,
        dose=_dose_elsewhere(infused),
        days_ago=(now.astimezone(infused.at.tzinfo).date() - infused.event.given_on).days,
        ordered_mg=None,
        borne=(tolerance_elsewhere(infused.event).words,),
        medicines=_medicines_since(chart, infused.at),
        still_open=_still_open(chart, knowledge),
        elsewhere=f"{infused_words(infused.event)}; given elsewhere: {infused.event.told_by}{perhaps}",
    )


def _borne(session: SessionChart, knowledge: Knowledge) -> tuple[str, ...]:
    seen = [each.words for each in seen_in(session, knowledge)]
    named = {each.term.alert for each in seen_in(session, knowledge)}
    prompts = [
        f"{event.title} ({event.priority} prompt)"
        for event in (alert.raised.event for alert in session.alerts.values())
        if event.kind is AlertKind.PHYSIOLOGICAL and event.priority is not Priority.LOW and event.alert not in named
    ]
    medicines = [
        f"{each.event.medicine} {plain(each.event.dose)} {each.event.unit} given" for each in session.medicines
    ]
    done = [each.event.what for each in session.interventions]
    return (*seen, *prompts, *medicines, *done)


def _medicines_since(chart: PersonChart, at: datetime) -> MedicinesSince | None:
    now = medicines_of(chart)
    then = [each for each in chart.all(MedicinesListed) if each.at <= at]
    return None if now is None or not then else _compared(then[-1].event.medicines, now.event.medicines)


def _compared(before: Sequence[Medicine], today: Sequence[Medicine]) -> MedicinesSince:
    """Compare two lists: a capital letter makes no new medicine, and another dose of one is a change of it."""
    known, named = ({said(each).casefold() for each in listed} for listed in (before, today))
    new = [each for each in today if said(each).casefold() not in known]
    gone = [each for each in before if said(each).casefold() not in named]
    changed = []
    for each in tuple(new):
        was = next((one for one in gone if _is_same_drug(one, each)), None)
        if was is not None:
            changed.append(f"{said(was)}; now {said(each)}")
            new.remove(each)
            gone.remove(was)
    return MedicinesSince(new=tuple(map(said, new)), changed=tuple(changed), gone=tuple(map(said, gone)))


def _is_same_drug(one: Medicine, other: Medicine) -> bool:
    same = bool(one.ingredients) and set(one.ingredients) == set(other.ingredients)
    return same or one.written.casefold() == other.written.casefold()


def _still_open(chart: PersonChart, knowledge: Knowledge) -> tuple[str, ...]:
    terms = knowledge.aftercare.terms
    effects = [each for each in adverse_events(chart) if each.is_open]
    names = [
        f"{terms[each.recorded.event.term].title if each.recorded.event.term in terms else each.recorded.event.term}, "
        f"grade {each.recorded.event.grade}, {each.outcome}"
        for each in effects
    ]
    questions = [each.question for each in chart.open_questions()]
    return (*names, *questions)
