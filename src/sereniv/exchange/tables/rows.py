"""Makes facts of the rows of a table: each row is a fact, or has a fault for each cell that cannot be taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from sereniv.exchange.incoming.contents import (
    AllergicTo,
    Fact,
    Fault,
    Incoming,
    Infused,
    Scored,
    Somebody,
    Takes,
    Who,
)
from sereniv.exchange.incoming.observed import is_sum
from sereniv.exchange.tables.columns import COLUMNS, TableKind, Understood
from sereniv.exchange.tables.reading import Row, Table
from sereniv.exchange.tables.values import Doubt, Writing, day, is_none, number, sex, whole, yes_or_no
from sereniv.knowledge.rows import Knowledge, ProtocolKind, Scale
from sereniv.therapy.followup.scales import expected_answers, score
from sereniv.therapy.person.elsewhere import LEAST_MG_PER_KG, MOST_MG, MOST_MINUTES
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed import cannot_be_read, phone_digits
from sereniv.therapy.recording.typed_values import read

ValueT = TypeVar("ValueT")

LONGEST_NAME, LONGEST_GIVEN, LONGEST_ADDRESS, LONGEST_LINE, LONGEST_WORDS, LONGEST_NUMBER = 80, 120, 300, 120, 500, 60
MOST_DAILY_MG, LEAST_DAILY_MG = Decimal(100_000), Decimal("0.0001")


@dataclass(slots=True)
class _Cells:
    """The cells of one row by what they mean, and the faults found in them."""

    place: str
    by_meaning: Mapping[str, str]
    titles: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def text(self, meaning: str, longest: int = LONGEST_WORDS) -> str:
        found = " ".join(self.by_meaning.get(meaning, "").split())
        if len(found) > longest:
            self.fault(meaning, f"{len(found)} characters are too many.", f"Shorten it to {longest}.")
        if unseen := cannot_be_read(found):
            self.fault(meaning, unseen, "")
        return found

    def read(self, meaning: str, how: Callable[[str], ValueT]) -> ValueT | None:
        """Read one cell; None where it is empty, or cannot be read, which is a fault."""
        typed = self.text(meaning)
        if not typed:
            return None
        try:
            return how(typed)
        except Doubt as doubt:
            self.fault(meaning, doubt.wrong, doubt.mend)
        except Malformed as no:
            self.fault(meaning, str(no), "")
        return None

    def demand(self, meaning: str, found: ValueT | None) -> ValueT | None:
        """Add a fault where a cell is empty that must not be."""
        if (found is None or found == "") and not any(each.column == self.titles[meaning] for each in self.faults):
            self.fault(meaning, "This is empty.", "Fill it in, or leave out the row.")
        return found

    def fault(self, meaning: str, wrong: str, mend: str) -> None:
        column = self.titles.get(meaning, "")
        self.faults.append(Fault(row=self.place, column=column, wrong=wrong, mend=mend))


def incoming(table: Table, understood: Understood, writing: Writing, knowledge: Knowledge) -> Incoming:
    """Return what a table holds: a person or a fact for each row that can be taken, and every fault of the others."""
    people: list[Somebody] = []
    facts: list[Fact] = []
    faults: list[Fault] = []
    for row in table.rows:
        cells = _cells(table, understood, row)
        if understood.kind is TableKind.PEOPLE:
            somebody = _somebody(cells, writing, knowledge)
            people += [somebody] if somebody is not None else []
        else:
            fact = _FACTS[understood.kind](cells, _who(cells, writing), writing, knowledge)
            facts += [fact] if fact is not None else []
        faults += cells.faults
    unused = [name for name, meaning in zip(table.headings, understood.meanings, strict=True) if not meaning]
    left = {f"column {name}": sum(bool(row.cells[table.headings.index(name)]) for row in table.rows) for name in unused}
    return Incoming(people=tuple(people), facts=tuple(facts), faults=tuple(faults), left_out=left)


def _cells(table: Table, understood: Understood, row: Row) -> _Cells:
    meanings = zip(understood.meanings, table.headings, row.cells, strict=True)
    named = {meaning: (heading, cell) for meaning, heading, cell in meanings if meaning}
    titles = {each.id: each.title for each in COLUMNS[understood.kind]}
    return _Cells(
        place=table.place(row),
        by_meaning={meaning: cell for meaning, (_, cell) in named.items()},
        titles=titles | {meaning: f"column {heading}" for meaning, (heading, _) in named.items()},
    )


def _who(cells: _Cells, writing: Writing) -> Who:
    """Return whom a row is about; a fault where it says neither a number nor a name with a day of birth."""
    who = Who(
        number=cells.text("number", LONGEST_NUMBER),
        family_name=cells.text("family_name", LONGEST_NAME),
        given_names=cells.text("given_names", LONGEST_GIVEN),
        born=cells.read("born", lambda text: day(text, writing)),
    )
    if not who.number and not (who.family_name and who.born) and not cells.faults:
        cells.fault("", "It does not say whom it is about.", "Add the number, or family name and date of birth.")
    return who


def _somebody(cells: _Cells, writing: Writing, knowledge: Knowledge) -> Somebody | None:
    who = _who(cells, writing)
    cells.demand("family_name", who.family_name)
    cells.demand("born", who.born)
    if who.family_name and not any(each.isalpha() for each in who.family_name + who.given_names):
        cells.fault("family_name", f"“{who.family_name}” is no name.", "Write at least one letter.")
    sex_at_birth = cells.demand("sex_at_birth", cells.read("sex_at_birth", sex))
    phone = cells.text("phone", 40)
    cells.read("phone", phone_digits)
    indication = cells.read("indication", lambda text: _indication(text, knowledge))
    address = cells.text("address", LONGEST_ADDRESS)
    if cells.faults:
        return None
    return Somebody(
        row=cells.place, who=who, sex_at_birth=sex_at_birth or "", phone=phone, address=address,
        indication=indication or "",
    )  # fmt: skip


def _indication(text: str, knowledge: Knowledge) -> str:
    asked = text.casefold().replace("_", " ")
    for row in knowledge.indications.values():
        if asked in {row.id.replace("_", " "), row.title.casefold()}:
            return row.id
    raise Doubt(
        f"“{text}” is nothing that infusions are considered for here.",
        f"Write one of: {', '.join(knowledge.indications)}.",
    )


def _scored(cells: _Cells, who: Who, writing: Writing, knowledge: Knowledge) -> Fact | None:
    scale = cells.demand("scale", cells.read("scale", lambda text: _scale(text, knowledge)))
    on = cells.demand("on", cells.read("on", lambda text: day(text, writing)))
    total = cells.read("total", lambda text: number(text, writing))
    answers = _answers(cells, scale) if scale is not None else ()
    if scale is not None and not cells.faults:
        total = _total(cells, scale, total, answers)
    if cells.faults or scale is None or on is None or total is None:
        return None
    return Scored(
        row=cells.place, who=who, scale=scale.id, on=on, total=total, answers=answers,
        scored_by=cells.text("scored_by", 80),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """A scale as totals of it are held against it."""

    id: str
    title: str
    low: int
    high: int
    scale: Scale | None


def _scale(text: str, knowledge: Knowledge) -> _Counted:
    asked = _letters(text)
    for row in knowledge.scales.values():
        if asked in {_letters(row.id), _letters(row.title)}:
            return _Counted(id=row.id, title=row.title, low=row.total_range[0], high=row.total_range[1], scale=row)
    for entered in knowledge.entered_scores.values():
        if asked in {_letters(entered.id), _letters(entered.title)}:
            return _Counted(id=entered.id, title=entered.title, low=entered.range[0], high=entered.range[1], scale=None)
    known = sorted({row.title for row in (*knowledge.scales.values(), *knowledge.entered_scores.values())})
    raise Doubt(f"“{text}” is no rating scale that is known here.", f"Write one of: {', '.join(known)}.")


def _letters(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())


def _answers(cells: _Cells, counted: _Counted) -> tuple[int, ...]:
    """Return the answers where every item of the form stands in the row, none where only its total does."""
    items = [f"item_{number}" for number in range(1, 21) if cells.by_meaning.get(f"item_{number}")]
    if not items or counted.scale is None:
        return ()
    if len(items) != expected_answers(counted.scale):
        wrong = f"{len(items)} answers; {counted.title} has {expected_answers(counted.scale)}."
        cells.fault("item_1", wrong, "Write every answer, or the total alone.")
        return ()
    found = tuple(cells.read(each, lambda text: whole(text, "the answer")) for each in items)
    return tuple(each for each in found if each is not None) if None not in found else ()


def _total(cells: _Cells, counted: _Counted, total: Decimal | None, answers: tuple[int, ...]) -> Decimal | None:
    """Return the total, held against the answers and the scale's range."""
    if answers and counted.scale is not None:
        try:
            made = score(counted.scale, answers).total
        except Malformed as no:
            cells.fault("item_1", str(no), "")
            return None
        if total is not None and made != total:
            cells.fault("total", f"The answers make {made}, not {total}.", "Correct the one or the other.")
        total = made
    if total is not None and total % 1 and (counted.scale is None or is_sum(counted.scale)):
        cells.fault("total", f"{total} is no total of {counted.title}: it is whole.", "Write the total as it was.")
        return None
    if cells.demand("total", total) is not None and total is not None and not counted.low <= total <= counted.high:
        cells.fault(
            "total", f"{total} is no total of {counted.title}.", f"It goes from {counted.low} to {counted.high}."
        )
    return total


def _infused(cells: _Cells, who: Who, writing: Writing, knowledge: Knowledge) -> Fact | None:
    on = cells.demand("on", cells.read("on", lambda text: day(text, writing)))
    mg = cells.read("mg", lambda text: _mg(number(text, writing), text))
    weight = cells.read(
        "weight_kg", lambda text: read(str(number(text, writing)), knowledge.plausible["weight_kg"]).value
    )
    if mg is not None and weight is not None and mg / weight < LEAST_MG_PER_KG:
        cells.fault("mg", f"{mg} mg by {weight} kg is very little. Is this mg/kg?", "Write the mg that were given.")
    minutes = cells.read("minutes", _minutes)
    treats = cells.read("treats", lambda text: _treats(text, knowledge))
    tolerated = cells.read("tolerated", yes_or_no)
    words = cells.text("words")
    if cells.faults or on is None:
        return None
    return Infused(
        row=cells.place, who=who, on=on, mg=mg, weight_kg=weight, minutes=minutes, treats=treats or "",
        tolerated=tolerated, words=words,
    )  # fmt: skip


def _mg(mg: Decimal, text: str) -> Decimal:
    if not 0 < mg <= MOST_MG:
        raise Doubt(f"{text} mg cannot have been given.", "Write the mg of ketamine above zero, or leave it empty.")
    return mg


def _minutes(text: str) -> int:
    found = whole(text, "the minutes")
    if not 1 <= found <= MOST_MINUTES:
        raise Doubt(f"{text} minutes cannot be an infusion.", f"Write 1 to {MOST_MINUTES}, or leave it empty.")
    return found


def _treats(text: str, knowledge: Knowledge) -> str:
    """Return the kind of protocol for what somebody was treated for: psychiatric and pain doses are not compared."""
    asked = text.casefold().strip()
    if asked in set(ProtocolKind):
        return asked
    row = knowledge.indications[_indication(text, knowledge)]
    kinds = {each.kind for each in knowledge.protocols.values() if row.id in each.indications}
    return str(kinds.pop()) if len(kinds) == 1 else ""


def _takes(cells: _Cells, who: Who, writing: Writing, knowledge: Knowledge) -> Fact | None:
    del knowledge
    written = cells.demand("written", cells.text("written", LONGEST_LINE))
    daily = cells.read("daily_mg", lambda text: _daily(number(text, writing), text))
    as_needed = cells.read("as_needed", yes_or_no)
    if cells.faults or not written:
        return None
    none = is_none(written)
    return Takes(row=cells.place, who=who, written="" if none else written, daily_mg=daily, as_needed=bool(as_needed))


def _daily(mg: Decimal, text: str) -> Decimal:
    if not LEAST_DAILY_MG <= mg <= MOST_DAILY_MG:
        raise Doubt(f"{text} mg a day cannot be taken.", "Write a plain number above zero, or leave it empty.")
    return mg


def _allergic(cells: _Cells, who: Who, writing: Writing, knowledge: Knowledge) -> Fact | None:
    del writing, knowledge
    written = cells.demand("written", cells.text("written", LONGEST_LINE))
    if cells.faults or not written:
        return None
    return AllergicTo(row=cells.place, who=who, written="" if is_none(written) else written)


_FACTS: Mapping[TableKind, Callable[[_Cells, Who, Writing, Knowledge], Fact | None]] = {
    TableKind.SCORES: _scored,
    TableKind.INFUSIONS: _infused,
    TableKind.MEDICINES: _takes,
    TableKind.ALLERGIES: _allergic,
}
