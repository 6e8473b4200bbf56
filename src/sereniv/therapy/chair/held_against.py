"""Holds a medicine at the chair against the person: allergies, medicines, conditions, use, body, pregnancy, doses.

It never refuses: what was given is charted. It says beforehand what speaks against it, and what was charted in spite
of that stays marked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows import Knowledge, StandingOrder
from sereniv.therapy.candidacy.coded import pregnancy_words
from sereniv.therapy.person.allergies import allergies
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.conditions import conditions_of
from sereniv.therapy.person.diagnoses import coded_conditions
from sereniv.therapy.person.events import HistoryList, PregnancyRecorded
from sereniv.therapy.person.medicines import MedicineLine, lines_of, medicines_of, recognise
from sereniv.therapy.person.substances import used_now
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events.incidents import MedicineGiven

ADDS_UP = "qt_prolonging"
"""The class of which a second one is looked at whoever gives it (row `qt_prolonging` of the interactions)."""
INFUSED = "ketamine"
"""The class of what the clinic infuses: given by hand it adds to a dose that is reckoned without it."""


class Ground(StrEnum):
    """What speaks against a medicine."""

    ALLERGY = "allergy"
    MEDICINE = "medicine"
    CONDITION = "condition"
    USE = "use"
    AGE = "age"
    WEIGHT = "weight"
    PREGNANCY = "pregnancy"
    INTERVAL = "interval"
    MOST = "most"
    INFUSED = "infused"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Something that speaks against a medicine now; one that does not `stop` is looked at first."""

    ground: Ground
    words: str
    stops: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Whom it is held against: the record, the register, the session so far and the time."""

    record: PersonChart
    registered: Registered
    session: SessionChart
    now: datetime
    knowledge: Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """What was given of one medicine in this session: the dose nearest to now, and all of it in the order's unit."""

    nearest: Recorded[MedicineGiven] | None
    total: Decimal
    uncounted: int
    """How many doses stand in another unit and are not in the total."""


def ingredients_of(written: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the ingredients that a medicine's name stands for."""
    return tuple(each.id for each in recognise(written, knowledge.medicines).ingredients)


def same_unit(one: str, other: str) -> bool:
    """Say whether two units are one, however they are written: mg, MG, mg."""
    return one.strip(" .").casefold() == other.strip(" .").casefold()


def doses_of(ingredients: Iterable[str], unit: str, here: Situation) -> Doses:
    """Return what was given of a medicine in this session, under whatever name."""
    meant = set(ingredients)
    given = [
        each for each in here.session.medicines if meant & set(ingredients_of(each.event.medicine, here.knowledge))
    ]
    counted = [each.event.dose for each in given if same_unit(each.event.unit, unit)]
    return Doses(
        nearest=min(given, key=lambda each: (abs(here.now - each.at), -each.stream_seq), default=None),
        total=sum(counted, Decimal(0)),
        uncounted=len(given) - len(counted),
    )


def objections(
    written: str, dose: Decimal | None, here: Situation, row: StandingOrder | None = None
) -> tuple[Objection, ...]:
    """Return everything that speaks against giving a medicine now, what stops it first.

    `dose` None asks about the medicine at its least dose; `row` is the standing order, None for another medicine.
    """
    ingredients = ingredients_of(row.ingredient if row else written, here.knowledge)
    found = [*_allergic(written, ingredients, here), *_infused(ingredients, here)]
    found += _adding_up(ingredients, here, row)
    if row is not None:
        found += [*_taking(row, here), *_given_beside(row, ingredients, here), *_using(row, here)]
        found += [*_having(row, here), *_body(row, here)]
        found += [*_pregnant(row, here), *_given_before(row, dose, ingredients, here)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: not each.stops))


def _allergic(written: str, ingredients: tuple[str, ...], here: Situation) -> Iterator[Objection]:
    known = here.knowledge.medicines
    if not ingredients:
        words = f"“{written}” is not recognised: nothing was compared with allergies and medicines"
        yield Objection(ground=Ground.NOT_KNOWN, words=words, stops=False)
    told = allergies(here.record, known)
    if told is None:
        yield Objection(ground=Ground.NOT_KNOWN, words="allergies were never asked", stops=False)
    for each in told or ():
        words = each.against(ingredients, known)
        if words:
            yield Objection(ground=Ground.ALLERGY, words=words, stops=True)
        elif each.unknown:
            words = f"an allergy that nobody could place: “{each.written}”"
            yield Objection(ground=Ground.NOT_KNOWN, words=words, stops=False)


def _infused(ingredients: tuple[str, ...], here: Situation) -> Iterator[Objection]:
    """Speak against the infusion's own drug by hand: a dose that no rate, no limit and no account knows."""
    if any(INFUSED in here.knowledge.medicines.ingredients[name].classes for name in ingredients):
        words = "it is what is infused here, and neither the milligrams of the infusion nor the drug's account hold it"
        yield Objection(ground=Ground.INFUSED, words=words, stops=True)


def _adding_up(ingredients: tuple[str, ...], here: Situation, row: StandingOrder | None) -> Iterator[Objection]:
    """Look at a second medicine that prolongs QT, taken at home or given here."""
    known = here.knowledge.medicines
    if not any(ADDS_UP in known.ingredients[name].classes for name in ingredients):
        return
    taken = [line.said for line in _lines(here) if ADDS_UP in line.classes]
    given = [
        each.event.medicine
        for each in here.session.medicines
        for name in ingredients_of(each.event.medicine, here.knowledge)
        if ADDS_UP in known.ingredients[name].classes and name not in ingredients
    ]
    for line in _lines(here):
        if not line.wholly:
            yield _not_recognised(line)
    if taken or given:
        also = "; ".join([*(f"takes {each}" for each in taken), *(f"{each} was given here" for each in given)])
        stops = row is not None and ADDS_UP in row.not_taking
        yield Objection(ground=Ground.MEDICINE, words=f"prolongs QT, and {also}: look at the ECG", stops=stops)


def _lines(here: Situation) -> tuple[MedicineLine, ...]:
    listed = medicines_of(here.record)
    return () if listed is None else lines_of(listed.event.medicines, here.knowledge.medicines)


def _taking(row: StandingOrder, here: Situation) -> Iterator[Objection]:
    if not row.not_taking and not row.look_taking:
        return
    if medicines_of(here.record) is None:
        yield Objection(ground=Ground.NOT_KNOWN, words="no list of medicines was written", stops=False)
    for line in _lines(here):
        if line.classes & set(row.not_taking) - {ADDS_UP}:
            yield Objection(ground=Ground.MEDICINE, words=f"takes {line.said}", stops=True)
        elif line.classes & set(row.look_taking) - {ADDS_UP}:
            yield Objection(ground=Ground.MEDICINE, words=f"takes {line.said}", stops=False)
        elif not line.wholly:
            yield _not_recognised(line)


def _not_recognised(line: MedicineLine) -> Objection:
    words = f"takes “{line.said}”, which is not recognised"
    return Objection(ground=Ground.NOT_KNOWN, words=words, stops=False)


def _given_beside(row: StandingOrder, ingredients: Sequence[str], here: Situation) -> Iterator[Objection]:
    """Hold another medicine that was given here against the order as one that is taken at home."""
    known, compared = here.knowledge.medicines.ingredients, bool(row.not_taking or row.look_taking)
    for each in sorted(here.session.medicines, key=lambda each: each.at):
        if compared and not recognise(each.event.medicine, here.knowledge.medicines).wholly:
            words = f"“{each.event.medicine}” was given here, which is not recognised"
            yield Objection(ground=Ground.NOT_KNOWN, words=words, stops=False)
        others = set(ingredients_of(each.event.medicine, here.knowledge)) - set(ingredients)
        classes = {name for other in others for name in known[other].classes} - {ADDS_UP}
        if classes & {*row.not_taking, *row.look_taking}:
            words, stops = f"{each.event.medicine} was given here", bool(classes & set(row.not_taking))
            yield Objection(ground=Ground.MEDICINE, words=words, stops=stops)


def _using(row: StandingOrder, here: Situation) -> Iterator[Objection]:
    for each in used_now(here.record):
        if each.substance in row.look_using:
            words = f"uses {each.substance.replace('_', ' ')} now{f' ({each.words})' if each.words else ''}"
            yield Objection(ground=Ground.USE, words=words, stops=False)


def _having(row: StandingOrder, here: Situation) -> Iterator[Objection]:
    if not row.not_with and not row.look_with:
        return
    said = conditions_of(here.record, HistoryList.CONDITIONS)
    ticked = said.event.conditions if said is not None else ()
    diagnosed = coded_conditions(here.record, here.knowledge, ticked)
    titles = here.knowledge.conditions
    for stops, names in ((True, row.not_with), (False, row.look_with)):
        for name in names:
            title = titles[name].title.lower()
            if name in ticked:
                yield Objection(ground=Ground.CONDITION, words=title, stops=stops)
            elif name in diagnosed:
                yield Objection(ground=Ground.CONDITION, words=f"{title}: {diagnosed[name]}", stops=stops)
            elif said is None or name not in said.event.asked:
                yield Objection(ground=Ground.NOT_KNOWN, words=f"{title}: was not asked", stops=False)


def _body(row: StandingOrder, here: Situation) -> Iterator[Objection]:
    age = here.registered.age_on(here.now.date())
    if row.from_age is not None and age < row.from_age:
        words = f"{age} years old; this order is for people from {row.from_age}"
        yield Objection(ground=Ground.AGE, words=words, stops=True)
    if row.look_from_age is not None and age >= row.look_from_age:
        yield Objection(ground=Ground.AGE, words=f"{age} years old: the least dose, and wait", stops=False)
    if row.from_weight_kg is not None:
        weight = here.record.latest("weight_kg", here.now)
        if weight is None:
            yield Objection(ground=Ground.NOT_KNOWN, words="weight is not known", stops=False)
        elif weight.value < row.from_weight_kg:
            words = f"{plain(weight.value)} kg; this order is for people from {plain(row.from_weight_kg)} kg"
            yield Objection(ground=Ground.WEIGHT, words=words, stops=True)


def _pregnant(row: StandingOrder, here: Situation) -> Iterator[Objection]:
    words = pregnancy_words(here.record, here.now, here.knowledge)
    if words:
        yield Objection(ground=Ground.PREGNANCY, words=words, stops=row.not_in_pregnancy)
    elif here.record.last(PregnancyRecorded) is None:
        yield Objection(ground=Ground.NOT_KNOWN, words="whether she or he is pregnant was not recorded", stops=False)


def _given_before(
    row: StandingOrder, dose: Decimal | None, ingredients: tuple[str, ...], here: Situation
) -> Iterator[Objection]:
    before = doses_of(ingredients, row.unit, here)
    if before.nearest is not None and row.interval_min is not None:
        apart = abs(here.now - before.nearest.at)
        if apart < timedelta(minutes=row.interval_min):
            given = f"{plain(before.nearest.event.dose)} {before.nearest.event.unit}"
            side = "before" if before.nearest.at <= here.now else "after"
            minutes = apart // timedelta(minutes=1)
            words = f"{given} given {minutes} min {side}; at least {row.interval_min} min between doses"
            yield Objection(ground=Ground.INTERVAL, words=words, stops=True)
    least = dose if dose is not None else min(row.doses)
    if row.most is not None and before.total + least > row.most:
        so_far = f"{plain(before.total)} {row.unit} given already" if before.total else f"{plain(least)} {row.unit}"
        words = f"{so_far}; {plain(row.most)} {row.unit} is the most in a session"
        yield Objection(ground=Ground.MOST, words=words, stops=True)
    if before.uncounted:
        words = "a dose in another unit was given: add it up yourself"
        yield Objection(ground=Ground.NOT_KNOWN, words=words, stops=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A standing order as it may be given now: what is looked at, and each dose with what stops it."""

    row: StandingOrder
    looks: tuple[Objection, ...]
    stops: tuple[Objection, ...]
    free: tuple[Decimal, ...]
    stopped: tuple[tuple[Decimal, str], ...]
    before: Doses

    @property
    def so_far(self) -> str:
        """Say how much of the most in a session was given; empty where none was."""
        if self.before.nearest is None:
            return ""
        most = f" of {plain(self.row.most)}" if self.row.most is not None else ""
        return f"{plain(self.before.total)}{most} {self.row.unit} in this session"


def offer(row: StandingOrder, here: Situation) -> Offer:
    """Hold every dose of a standing order against the person."""
    by_dose = {dose: objections(row.title, dose, here, row) for dose in row.doses}
    stopping = {dose: tuple(each for each in found if each.stops) for dose, found in by_dose.items()}
    every = tuple(dict.fromkeys(each for found in by_dose.values() for each in found))
    return Offer(
        row=row,
        looks=tuple(each for each in every if not each.stops),
        stops=tuple(each for each in every if each.stops),
        free=tuple(dose for dose, found in stopping.items() if not found),
        stopped=tuple((dose, questions_words(found)) for dose, found in stopping.items() if found),
        before=doses_of(ingredients_of(row.ingredient, here.knowledge), row.unit, here),
    )


def questions_words(found: Iterable[Objection]) -> str:
    """Say what speaks against a medicine, one after the other."""
    return "; ".join(each.words for each in found)
