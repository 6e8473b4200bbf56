"""Whom the rows of a file are about: registered anew, or somebody known; who may be either is asked, never decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sereniv.clinic.records import over_streams
from sereniv.clinic.records.file_events import ImportUndone
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.importing.plan import Answers, MayBe, Question
from sereniv.clinic.workflows.person.likeness import everybody_alike
from sereniv.exchange.incoming.contents import Fault, Somebody, Who
from sereniv.therapy.person.events import RecordBrought
from sereniv.therapy.person.names import Identity, folded, likenesses

Key = str
"""By what a person is known while a file is matched: the row that brings them, or the id of their record."""


@dataclass(slots=True, kw_only=True)
class Matched:
    """Everybody whom a file is about, with what was wrong and what is to be asked."""

    registers: dict[Key, Somebody] = field(default_factory=dict)
    known: dict[Key, Person] = field(default_factory=dict)
    numbers: dict[str, Key] = field(default_factory=dict)
    by_name: dict[tuple[str, str, str], list[Key]] = field(default_factory=lambda: defaultdict(list))
    questions: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def identity_of(somebody: Somebody) -> Identity:
    """Return what tells a person of a file from another; their day of birth stands in every row of people."""
    who = somebody.who
    if who.born is None:
        raise ValueError("A row of people has a day of birth.")
    return Identity(family_name=who.family_name, given_names=who.given_names, born=who.born, phone=somebody.phone)


def matched(people: Iterable[Somebody], answers: Answers, told_by: str) -> Matched:
    """Match the people of a file with the register and with each other."""
    found = Matched()
    everybody = tuple(people)
    twice = _alike_rows(everybody)
    for each in everybody:
        _match(each, twice.get(each.row, ()), answers, found)
    for number, person in _numbers_of_before(told_by).items():
        if number not in found.numbers:
            found.known[str(person.pk)] = person
            found.numbers[number] = str(person.pk)
    return found


def _match(each: Somebody, twice: tuple[str, ...], answers: Answers, found: Matched) -> None:
    who = each.who
    if who.number in found.numbers:
        found.faults.append(
            Fault(
                row=each.row, column="number", wrong=f"{who.number} stands in another row too.", mend="Leave one out."
            )
        )
        return
    key = each.row
    alike = everybody_alike(identity_of(each))
    chosen = next((one.person for one in alike if str(one.person.pk) == answers.same.get(each.row)), None)
    if chosen is not None:
        key = str(chosen.pk)
        if key in found.known:
            wrong = "Another row was said to be the same person."
            found.faults.append(Fault(row=each.row, column="", wrong=wrong, mend="Leave one of the two rows out."))
        found.known[key] = chosen
    elif (alike or twice) and each.row not in answers.others:
        may_be = tuple(MayBe(person=one.person, why=one.why) for one in alike)
        found.questions.append(Question(row=each.row, name=who.words, may_be=may_be, other_rows=twice))
    found.registers[key] = each
    if who.number:
        found.numbers[who.number] = key
    found.by_name[_named(who)].append(key)


def _alike_rows(people: tuple[Somebody, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return by its row which others of the file may be the same person: born the same day, of a like name."""
    by_day: dict[object, list[Somebody]] = defaultdict(list)
    for each in people:
        by_day[each.who.born].append(each)
    found: dict[str, tuple[str, ...]] = {}
    for same_day in by_day.values():
        for each in same_day:
            others = (one for one in same_day if one is not each)
            alike = tuple(one.row for one in others if likenesses(identity_of(each), identity_of(one)))
            if alike:
                found[each.row] = alike
    return found


def _named(who: Who) -> tuple[str, str, str]:
    return folded(who.family_name), folded(who.given_names), str(who.born)


def _numbers_of_before(told_by: str) -> dict[str, Person]:
    """Return by their number there whom earlier files of the same practice brought; what was undone is forgotten."""
    undone = {
        entry.event.batch for _, entry in over_streams.entries_of_kind(ImportUndone)
        if isinstance(entry.event, ImportUndone)
    }  # fmt: skip
    streams: dict[str, str] = {}
    for stream, entry in over_streams.entries_of_kind(RecordBrought):
        brought = entry.event
        if not isinstance(brought, RecordBrought) or not brought.number or brought.batch in undone:
            continue
        if brought.told_by.casefold() == told_by.casefold():
            streams[brought.number] = stream.partition("/")[2]
    people = {str(each.pk): each for each in Person.objects.filter(pk__in=set(streams.values()))}
    kept = {number: people[key] for number, key in streams.items() if key in people}
    return {number: person.joined_into or person for number, person in kept.items()}


def whose(who: Who, row: str, found: Matched) -> Key | None:
    """Return whom a row is about, None with a fault where nobody or more than one is."""
    if who.number:
        key = found.numbers.get(who.number)
        if key is None and not who.family_name:
            found.faults.append(
                _fault(row, f"Nobody has the number {who.number}.", "Import the table of people first.")
            )
            return None
        if key is not None:
            if _agrees(who, key, found):
                return key
            wrong = f"The number {who.number} is somebody else's by name or day of birth."
            found.faults.append(_fault(row, wrong, "Correct the one or the other."))
            return None
    keys = found.by_name.get(_named(who), []) or _in_the_register(who, found)
    if len(set(keys)) == 1:
        return keys[0]
    if keys:
        found.faults.append(_fault(row, f"{who.words} is more than one person.", "Say whom by the number."))
        return None
    mend = "Add them to the table of people, or write name and day of birth as they stand in the register."
    found.faults.append(_fault(row, f"{who.words} is nobody of this file or the register.", mend))
    return None


def _in_the_register(who: Who, found: Matched) -> list[Key]:
    """Return the records of everybody who is called just so and was born that day."""
    if who.born is None:
        return []
    same_day = Person.objects.filter(born=who.born).select_related("joined_into")
    wanted = _named(who)[:2]
    fitting = {
        (each.joined_into or each).pk: each.joined_into or each
        for each in same_day
        if (folded(each.family_name), folded(each.given_names)) == wanted
    }
    for person in fitting.values():
        found.known[str(person.pk)] = person
    keys = [str(key) for key in fitting]
    found.by_name[_named(who)] = keys
    return keys


def _agrees(who: Who, key: Key, found: Matched) -> bool:
    """Say whether the name and the day of birth beside a number are those of whoever has it."""
    somebody, person = found.registers.get(key), found.known.get(key)
    family = somebody.who.family_name if somebody else person.family_name if person else ""
    born = somebody.who.born if somebody else person.born if person else None
    return (not who.family_name or folded(who.family_name) == folded(family)) and (who.born is None or who.born == born)


def _fault(row: str, wrong: str, mend: str) -> Fault:
    return Fault(row=row, column="", wrong=wrong, mend=mend)
