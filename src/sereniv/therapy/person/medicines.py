"""Recognises written medicines by their ingredients; a name that is not known is read by a prescriber, never fine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows import Ingredient, Medicines, spelling_of, words_of
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import HistoryList, HistoryRecorded, Medicine, MedicinesListed
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.typed_values import plain

AMOUNT = re.compile(r"\d+(mg|mcg|ug|g|ml|x)?")
NOTHING = re.compile(r"0+[a-z]*")
DOUBTS = "?¿؟？"
SLIPS_BY_LETTERS = ((10, 2), (5, 1))
"""How many slips of the pen a name of so many letters may hold and still be offered: a name offered for another
medicine is worse than none. It only suggests; nothing is recognised by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a written line stands for: its ingredients, and the words of it that nobody knows."""

    ingredients: tuple[Ingredient, ...]
    unknown: tuple[str, ...]

    @property
    def wholly(self) -> bool:
        """True when the line names at least one ingredient and nothing else."""
        return bool(self.ingredients) and not self.unknown


def recognise(written: str, known: Medicines) -> Recognised:
    """Recognise every ingredient a line names, the longest name first; the rest are its unknown words.

    A name whose number may be how many is taken for the product that holds more, and is asked about as well.
    """
    words, place = words_of(written), 0
    found: dict[str, Ingredient] = {}
    unknown: list[str] = []
    while place < len(words):
        length = _longest_name_at(words, place, known)
        for name in known.named.get(words[place : place + length], ()) if length else _spelled(words[place], known):
            found[name] = known.ingredients[name]
            length = length or 1
        if _may_count(words, place, length, known):
            unknown.append(" ".join(words[place : place + length]))
        if not length and words[place] not in known.names.ignored and not AMOUNT.fullmatch(words[place]):
            unknown.append(words[place])
        place += length or 1
    return Recognised(ingredients=tuple(found.values()), unknown=(*unknown, *_perhaps_not_taken(written, words)))


def _perhaps_not_taken(written: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what of a line says in figures or signs that the medicine may not be taken: none of it, or a question."""
    amounts = [each for each in words if AMOUNT.fullmatch(each)]
    none_of_it = amounts[:1] if amounts and all(NOTHING.fullmatch(each) for each in amounts) else []
    return (*none_of_it, *dict.fromkeys(each for each in written if each in DOUBTS))


def _longest_name_at(words: tuple[str, ...], place: int, known: Medicines) -> int:
    lengths = range(known.longest, 0, -1)
    return next((length for length in lengths if words[place : place + length] in known.named), 0)


def _may_count(words: tuple[str, ...], place: int, length: int, known: Medicines) -> bool:
    """Say whether the number that ends a name may be how many instead: *Tylenol 3 tablets* is asked about."""
    name, after = words[place : place + length], words[place + length : place + length + 1]
    return len(name) > 1 and name[-1].isdecimal() and bool(set(after) & set(known.names.counted))


def _spelled(word: str, known: Medicines) -> tuple[str, ...]:
    """Return the ingredient whose own name this is as another language spells it: fenelzina, Lithium, teofilina."""
    name = known.spelled.get(spelling_of(word)) if word not in known.names.ignored else None
    return () if name is None else (name,)


def nearest_name(written: str, known: Medicines) -> str:
    """Return the known name that a line not recognised is a slip of; empty for none, or where two could be meant."""
    unknown = recognise(written, known).unknown
    tried = dict.fromkeys([" ".join(unknown), *unknown])
    return next((name for words in tried if (name := _slip_of(words, known))), "")


def _slip_of(words: str, known: Medicines) -> str:
    allowed = next((slips for letters, slips in SLIPS_BY_LETTERS if len(words) >= letters), 0)
    near = {
        name: parts
        for name, parts in ((" ".join(each), parts) for each, parts in known.named.items())
        if allowed and name[0] == words[0] and abs(len(name) - len(words)) <= allowed and slips(words, name) <= allowed
    }
    return min(near, key=lambda name: slips(words, name)) if len(set(near.values())) == 1 else ""


def slips(one: str, other: str) -> int:
    """Count the slips between two words: a letter more, less, another one, or two neighbours in turn."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        rows.append([i])
        for j, against in enumerate(other, start=1):
            least = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                least = min(least, rows[i - 2][j - 2] + 1)
            rows[i].append(least)
    return rows[-1][-1]


def medicine(written: str, daily_mg: Decimal | None, as_needed: bool, known: Medicines) -> Medicine:
    """Return a line as it is kept, with the ingredients recognised in it."""
    ingredients = tuple(each.id for each in recognise(written, known).ingredients)
    return Medicine(written=" ".join(written.split()), ingredients=ingredients, daily_mg=daily_mg, as_needed=as_needed)


def said(line: Medicine) -> str:
    """Say a line with its dose, as a prescriber reads and judges it: another dose is another line."""
    dose = "" if line.daily_mg is None else f", {plain(line.daily_mg)} mg a day"
    return f"{line.written}{dose}{', as needed' if line.as_needed else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineLine:
    """A line of the list with everything recognised in it, by today's table and by that of the day it was written."""

    medicine: Medicine
    ingredients: tuple[Ingredient, ...]
    wholly: bool

    @property
    def classes(self) -> frozenset[str]:
        """Every class that one of its ingredients belongs to."""
        return frozenset(each for ingredient in self.ingredients for each in ingredient.classes)

    @property
    def said(self) -> str:
        """The line with its dose."""
        return said(self.medicine)


def line_of(medicine: Medicine, known: Medicines) -> MedicineLine:
    """Recognise one line; of a dose of 0 mg a day a person reads whether it is taken at all."""
    today = recognise(medicine.written, known)
    then = {name: known.ingredients[name] for name in medicine.ingredients if name in known.ingredients}
    ingredients = {each.id: each for each in today.ingredients} | then
    wholly = today.wholly and medicine.daily_mg != 0
    return MedicineLine(medicine=medicine, ingredients=tuple(ingredients.values()), wholly=wholly)


def lines_of(medicines: Iterable[Medicine], known: Medicines) -> tuple[MedicineLine, ...]:
    """Recognise every line of a list."""
    return tuple(line_of(each, known) for each in medicines)


def medicines_of(chart: PersonChart) -> Recorded[MedicinesListed] | None:
    """Return the latest list of medicines, None when nobody wrote one; an old list of free lines is read as one."""
    listed, written = chart.last(MedicinesListed), _free_list(chart)
    if written is None or (listed is not None and listed.seq > written.seq):
        return listed
    lines = tuple(Medicine(written=entry) for entry in written.event.entries)
    return narrowed(written, MedicinesListed(medicines=lines))


def _free_list(chart: PersonChart) -> Recorded[HistoryRecorded] | None:
    return chart.history(HistoryList.MEDICINES)
