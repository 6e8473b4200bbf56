"""Recognises written medicines by their ingredients; a name that is not known is read by a prescriber, never fine."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows import Ingredient, Medicines, words_of
from sereniv.therapy.patient import PersonChart
from sereniv.therapy.person_events import HistoryList, HistoryRecorded, Medicine, MedicinesListed
from sereniv.therapy.recorded import Recorded, narrowed
from sereniv.therapy.values import plain

AMOUNT = re.compile(r"\d+(mg|mcg|ug|g|ml|x)?")
NEAR_ENOUGH = 0.75
"""How alike two names are before one is offered for the other; it only suggests, nothing is recognised by it."""


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
    """Recognise every ingredient a line names, the longest name first; the rest are its unknown words."""
    words, place = words_of(written), 0
    found: dict[str, Ingredient] = {}
    unknown: list[str] = []
    while place < len(words):
        length = _longest_name_at(words, place, known)
        for name in known.named.get(words[place : place + length], ()):
            found[name] = known.ingredients[name]
        if not length and words[place] not in known.names.ignored and not AMOUNT.fullmatch(words[place]):
            unknown.append(words[place])
        place += length or 1
    return Recognised(ingredients=tuple(found.values()), unknown=tuple(unknown))


def _longest_name_at(words: tuple[str, ...], place: int, known: Medicines) -> int:
    lengths = range(known.longest, 0, -1)
    return next((length for length in lengths if words[place : place + length] in known.named), 0)


def nearest_name(written: str, known: Medicines) -> str:
    """Return the known name most like a line that is not recognised, empty when none is near."""
    names = {" ".join(words): parts for words, parts in known.named.items()}
    near = difflib.get_close_matches(" ".join(recognise(written, known).unknown), names, n=1, cutoff=NEAR_ENOUGH)
    return near[0] if near else ""


def medicine(written: str, daily_mg: Decimal | None, as_needed: bool, known: Medicines) -> Medicine:
    """Return a line as it is kept, with the ingredients recognised in it."""
    ingredients = tuple(each.id for each in recognise(written, known).ingredients)
    return Medicine(written=" ".join(written.split()), ingredients=ingredients, daily_mg=daily_mg, as_needed=as_needed)


def said(line: Medicine) -> str:
    """Say a line with its dose, as a prescriber reads and judges it: another dose is another line."""
    dose = "" if line.daily_mg is None else f", {plain(line.daily_mg)} mg a day"
    return f"{line.written}{dose}{', as needed' if line.as_needed else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
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


def line_of(medicine: Medicine, known: Medicines) -> Line:
    """Recognise one line."""
    today = recognise(medicine.written, known)
    then = {name: known.ingredients[name] for name in medicine.ingredients if name in known.ingredients}
    ingredients = {each.id: each for each in today.ingredients} | then
    return Line(medicine=medicine, ingredients=tuple(ingredients.values()), wholly=today.wholly)


def lines_of(medicines: Iterable[Medicine], known: Medicines) -> tuple[Line, ...]:
    """Recognise every line of a list."""
    return tuple(line_of(each, known) for each in medicines)


def medicines_of(chart: PersonChart) -> Recorded[MedicinesListed] | None:
    """Return the latest list of medicines, None when nobody wrote one; an old list of free lines is read as one."""
    listed, written = chart.last(MedicinesListed), _free_list(chart)
    if written is None or (listed is not None and listed.stream_seq > written.stream_seq):
        return listed
    lines = tuple(Medicine(written=entry) for entry in written.event.entries)
    return narrowed(written, MedicinesListed(medicines=lines))


def _free_list(chart: PersonChart) -> Recorded[HistoryRecorded] | None:
    return chart.history(HistoryList.MEDICINES)
