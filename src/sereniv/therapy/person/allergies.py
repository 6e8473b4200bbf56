"""Reads what was said of allergies: by substance, by its kind, and what of a line nobody knows."""

from collections.abc import Iterable
from dataclasses import dataclass

from sereniv.knowledge.rows import Knowledge, Medicines, words_of
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import allergies_of, conditions_of, named_in_allergies
from sereniv.therapy.person.elsewhere import unasked_here
from sereniv.therapy.person.events import HistoryList
from sereniv.therapy.person.free_text import unread
from sereniv.therapy.person.medicines import DOUBTS, recognise


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """One line as written: the ingredients it names, their kinds and those it names itself, and what is not known."""

    written: str
    ingredients: frozenset[str]
    kinds: frozenset[str]
    unknown: tuple[str, ...]

    def against(self, ingredients: Iterable[str], known: Medicines) -> str:
        """Say how it stands against a medicine: to itself, to one of its kind, or not; empty for not."""
        same = self.ingredients & set(ingredients)
        if same:
            return f"ALLERGY to {', '.join(sorted(same))}: “{self.written}”"
        alike = self.kinds & kinds_of(ingredients, known)
        titles = ", ".join(known.kinds[each].title for each in sorted(alike))
        return f"ALLERGY to another of the same kind, {titles}: “{self.written}”" if alike else ""


def kinds_of(ingredients: Iterable[str], known: Medicines) -> frozenset[str]:
    """Return the kinds that an allergy may name and that one of these ingredients belongs to."""
    found = [known.ingredients[name] for name in ingredients if name in known.ingredients]
    return frozenset(
        kind.id
        for kind in known.kinds.values()
        for each in found
        if each.id in kind.ingredients or set(each.classes) & set(kind.classes)
    )


OF_ONE_HAND = frozenset({"s", "r"})
"""What stands before a medicine's name for one of its mirror images: S-ketamine."""


def allergy(written: str, known: Medicines) -> Allergy:
    """Read one line; reactions and allergens that are no medicine are known and mean no medicine."""
    words = words_of(written)
    named = {kind.id for kind in known.kinds.values() if any(_stands_in(words_of(name), words) for name in kind.names)}
    line = recognise(written, known)
    ingredients = frozenset(each.id for each in line.ingredients)
    said = {word for kind in named for name in known.kinds[kind].names for word in words_of(name)}
    passed_over = {*said, *known.names.reactions, *known.names.allergens, *(OF_ONE_HAND if ingredients else ())}
    return Allergy(
        written=" ".join(written.split()),
        ingredients=ingredients,
        kinds=kinds_of(ingredients, known) | named,
        # A mark alone, such as a question mark, names nothing either.
        unknown=tuple(word for word in line.unknown if word not in passed_over and word not in DOUBTS)
        if words
        else (written.strip(),),
    )


def _stands_in(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(words[place : place + len(name)] == name for place in range(len(words)))


def allergies(chart: PersonChart, known: Medicines) -> tuple[Allergy, ...] | None:
    """Return the allergies as last gone through, None where nobody asked."""
    said = allergies_of(chart)
    return None if said is None else tuple(allergy(each, known) for each in said.event.entries)


def unplaced(chart: PersonChart, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the lines about allergies that no table can place, also those that a prescriber has read since."""
    return tuple(each.written for each in allergies(chart, knowledge.medicines) or () if each.unknown)


def unread_allergies(chart: PersonChart, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the lines about allergies that no table can place and no prescriber has read: any drug may be meant."""
    return unread(chart, HistoryList.ALLERGIES, unplaced(chart, knowledge))


IN_THE_BAG = ("ketamine", "benzethonium")
"""What an infusion brings into the vein: the drug, and the preservative of some vials."""

TICKED = "ketamine_allergy"
"""The condition of the checklist that says the same."""


def against_the_bag(chart: PersonChart, knowledge: Knowledge) -> tuple[str, ...]:
    """Return what was said that names ketamine, its kin or the preservative; empty also where nobody asked."""
    row, asked = knowledge.conditions[TICKED], conditions_of(chart, HistoryList.CONDITIONS)
    ticked = (row.title.lower(),) if asked is not None and TICKED in asked.event.conditions else ()
    told = allergies(chart, knowledge.medicines) or ()
    named = named_in_allergies(row, (each.written for each in told))
    found = (each.written for each in told if each.against(IN_THE_BAG, knowledge.medicines) or each.written in named)
    return (*ticked, *(f"“{written}”" for written in found))


def allergy_words(chart: PersonChart) -> str:
    """Say the allergies in one line; one that stands is said in capitals, so that it stands out in plain text too."""
    said = allergies_of(chart)
    if said is None:
        return "allergies NOT ASKED"
    words = f"ALLERGY: {'; '.join(said.event.entries)}" if said.event.entries else "no known allergies"
    return words + unasked_here(chart, said)
