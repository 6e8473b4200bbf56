"""Daily diazepam-equivalent by named tables: they differ two-fold, so the range is shown and the highest counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sereniv.knowledge.rows import EquivalentTable, Medicines
from sereniv.therapy.person.medicines import MedicineLine
from sereniv.therapy.recording.typed_values import plain

CLASS = "benzodiazepine"
DIAZEPAM_MG = Decimal(10)
SHOWN = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """What one table makes of the lines: from `low_mg` to `high_mg` a day, and the lines it cannot count.

    Where lines are missing the sum is a lower bound: unknown, never nothing.
    """

    table: EquivalentTable
    low_mg: Decimal
    high_mg: Decimal
    missing: tuple[MedicineLine, ...]

    def words(self) -> str:
        """Say the sum with its table, and what is missing in it."""
        lacking = ", ".join(
            f"{line.said}: {'no entry' if line.medicine.daily_mg is not None else 'dose not said'}"
            for line in self.missing
        )
        if lacking and not self.high_mg:
            return f"{self.table.title} unknown ({lacking})"
        low, high = (plain(mg.quantize(SHOWN)) for mg in (self.low_mg, self.high_mg))
        amount = f"{high} mg" if low == high else f"{low} to {high} mg"
        return f"{self.table.title} {amount}{f' and more ({lacking})' if lacking else ''}"


def equivalents(lines: Iterable[MedicineLine], known: Medicines) -> tuple[Equivalent, ...]:
    """Add up, by each table, the daily diazepam-equivalent of the benzodiazepines among `lines`."""
    counted = tuple(line for line in lines if CLASS in line.classes)
    return tuple(_by(table, counted) for table in known.equivalents.values())


def _by(table: EquivalentTable, lines: tuple[MedicineLine, ...]) -> Equivalent:
    low = high = Decimal(0)
    missing: list[MedicineLine] = []
    for line in lines:
        # The dose of a line that names two ingredients is nobody's.
        entry = table.mg_equal_to_ten.get(line.ingredients[0].id) if len(line.ingredients) == 1 else None
        if entry is None or line.medicine.daily_mg is None:
            missing.append(line)
            continue
        low += line.medicine.daily_mg * DIAZEPAM_MG / max(entry)
        high += line.medicine.daily_mg * DIAZEPAM_MG / min(entry)
    return Equivalent(table=table, low_mg=low, high_mg=high, missing=tuple(missing))


def range_words(found: tuple[Equivalent, ...]) -> str:
    """Say the range over all tables, then each table's own number."""
    known = [each for each in found if each.high_mg]
    each_table = "; ".join(each.words() for each in found)
    if not known:
        return each_table
    low, high = min(each.low_mg for each in known), max(each.high_mg for each in known)
    return f"{plain(low.quantize(SHOWN))} to {plain(high.quantize(SHOWN))} mg over the tables: {each_table}"
