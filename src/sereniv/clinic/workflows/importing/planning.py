"""Plans an import from what a file holds: every fact to its person, held against what stands in their record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.course.treatment import ran
from sereniv.clinic.workflows.importing.matching import Key, Matched, matched, whose
from sereniv.clinic.workflows.importing.plan import HOLDER, WHOLE, Answers, HowRead, Plan, ReportReader, Source, Theirs
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.incoming.contents import (
    LEAVE_OUT,
    AllergicTo,
    DiagnosedThere,
    Fact,
    Fault,
    Incoming,
    Infused,
    MeasuredThere,
    Scored,
    Takes,
    without,
)
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import allergies_of
from sereniv.therapy.person.medicines import medicines_of
from sereniv.therapy.person.told_twice import days_it_can_be, told_elsewhere

CLOSED = "It stands here already, or the record is closed to you."
ASK = "Leave the row out, or ask a reader of the record to hand the file over."
MOST_LINES = 60


def plan(
    incoming: Incoming, source: Source, answers: Answers, read: HowRead, now: datetime, reader: ReportReader = HOLDER
) -> Plan:
    """Say what an import would do, in words for this reader; nothing is stored."""
    incoming = without(incoming, answers.left_out)
    found = matched(incoming.people, answers, source.told_by)
    by_person: dict[Key, list[Fact]] = defaultdict(list)
    for fact in incoming.facts:
        key = whose(fact.who, fact.row, found)
        if key is not None:
            by_person[key].append(fact)
    numbers = {key: number for number, key in found.numbers.items()}
    touched = [*found.registers, *(key for key in by_person if key not in found.registers)]
    charts = chart_store.person_charts([key for key in touched if key in found.known])
    faults = [*incoming.faults, *found.faults]
    for key in touched:
        faults += _faults(by_person[key], key, found, charts.get(key), now, reader)
    if not touched and not faults:
        faults.append(Fault(row=WHOLE, column="", wrong="Nothing in it has a place here.", mend="Choose another."))
    theirs = (
        Theirs(
            registers=found.registers.get(key),
            person=found.known.get(key),
            number=numbers.get(key, ""),
            facts=tuple(by_person[key]),
        )
        for key in touched
    )
    return Plan(
        source=source,
        incoming=incoming,
        theirs=tuple(theirs),
        questions=tuple(found.questions),
        faults=tuple(faults),
        read=read,
        names_people=reader.reads_people,
    )


def _faults(
    facts: list[Fact], key: Key, found: Matched, chart: PersonChart | None, now: datetime, reader: ReportReader
) -> Iterator[Fault]:
    """Say which facts of one person cannot be: before their birth, written twice, or standing here already."""
    person = found.known.get(key)
    born = person.born if person else found.registers[key].who.born
    for fact in facts:
        day = _day_of(fact)
        if born is not None and day is not None and day < born:
            birth = f", {born:%d %b %Y}" if person is None or reader.reads_people else ""
            yield _fault(fact, f"{day:%d %b %Y} lies before the birth{birth}.", "Correct the one or the other.")
        if day is not None and day > now.astimezone(home_zone()).date():
            yield _fault(fact, f"{day:%d %b %Y} has not come yet.", "Correct the day.")
    yield from _twice(facts)
    yield from _lists(facts)
    if chart is not None and person is not None:
        yield from _told(facts, _standing(facts, chart, person), chart, reader)


def _told(facts: list[Fact], standing: Iterable[Fault], chart: PersonChart, reader: ReportReader) -> Iterator[Fault]:
    """Give what stands already to those who read the record; to others the rows alone, of a closed record every one."""
    opens = reader.opens(chart)
    if opens and reader.reads_charts:
        yield from standing
        return
    for row in [each.row for each in (standing if opens else facts)]:
        yield Fault(row=row, column="", wrong=CLOSED, mend=ASK)


def _day_of(fact: Fact) -> date | None:
    match fact:
        case Scored(on=on) | Infused(on=on):
            return on
        case MeasuredThere(at=at):
            return at.astimezone(home_zone()).date()
        case DiagnosedThere(since=since):
            return since
    return None


def _twice(facts: Iterable[Fact]) -> Iterator[Fault]:
    seen: dict[object, str] = {}
    for fact in facts:
        what = _same_as(fact)
        if what in seen:
            yield _fault(fact, f"It stands in {seen[what]} too.", LEAVE_OUT)
        seen[what] = fact.row


def _same_as(fact: Fact) -> object:
    """Return by what two rows say the same thing of one person."""
    match fact:
        case Infused(on=on):
            return Infused, on
        case Scored(scale=scale, on=on):
            return Scored, scale, on
        case Takes(written=written) | AllergicTo(written=written):
            return type(fact), written.casefold()
        case MeasuredThere(what=what, at=at):
            return MeasuredThere, what, at
        case DiagnosedThere(icd10=code, written=written):
            return DiagnosedThere, code, written.casefold()


def _lists(facts: Iterable[Fact]) -> Iterator[Fault]:
    """Say where a list is said to be empty and is not, or holds more lines than any list here."""
    for kind in (Takes, AllergicTo):
        lines = [each for each in facts if isinstance(each, kind)]
        none = next((each for each in lines if not each.written), None)
        if none is not None and len(lines) > 1:
            yield _fault(none, "It says that there are none, and another row names one.", LEAVE_OUT)
        if len(lines) > MOST_LINES:
            yield _fault(lines[-1], f"{len(lines)} lines; a list here holds {MOST_LINES}.", "Leave out what has ended.")


def _standing(facts: Iterable[Fact], chart: PersonChart, person: Person) -> Iterator[Fault]:
    """Say which facts stand in somebody's record already: nothing is merged, and no list takes another's place."""
    zone = home_zone()
    here = {
        start.astimezone(zone).date() for start in (each.started_at for each in ran(person.pk)) if start is not None
    }
    elsewhere = {day for each in told_elsewhere(chart) for day in days_it_can_be(each.event)}
    scored = {(each.event.scale, each.at.astimezone(zone).date()) for each in chart.scores}
    measured = {(what, fact.at) for what in ("weight_kg", "height_cm") for fact in chart.facts(what)}
    for fact in facts:
        match fact:
            case Infused(on=on) if on in here | elsewhere:
                where = "given here" if on in here else "in the record already"
                mend = (
                    LEAVE_OUT if on in here else f"{LEAVE_OUT} Or strike that one first where the file knows it better."
                )
                yield _fault(fact, f"An infusion of {person} on {on:%d %b %Y} is {where}.", mend)
            case Scored(scale=scale, on=on) if (scale, on) in scored:
                yield _fault(fact, f"{person} has a score of this scale on {on:%d %b %Y}.", LEAVE_OUT)
            case MeasuredThere(what=what, at=at) if (what, at) in measured:
                yield _fault(fact, f"{person} has this measurement already.", LEAVE_OUT)
            case Takes() if medicines_of(chart) is not None:
                yield _fault(
                    fact, f"{person} has a list of medicines here.", f"{LEAVE_OUT} Write it into the list by hand."
                )
            case AllergicTo() if allergies_of(chart) is not None:
                yield _fault(fact, f"{person} was asked about allergies here.", f"{LEAVE_OUT} Write it there by hand.")


def _fault(fact: Fact, wrong: str, mend: str) -> Fault:
    return Fault(row=fact.row, column="", wrong=wrong, mend=mend)
