"""A file as it was handed over: what form it has, how its tables are understood, and what it holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sereniv.clinic.records.file_events import TableUnderstood
from sereniv.clinic.workflows.importing.plan import HowRead, Source
from sereniv.clinic.workflows.importing.taking import imports
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.incoming import fhir
from sereniv.exchange.incoming.contents import Fault, Incoming, Unreadable
from sereniv.exchange.incoming.resources import is_fhir, resources_of
from sereniv.exchange.tables.columns import TableKind, Understood, folded, header_set, missing, proposed
from sereniv.exchange.tables.reading import Table, demand_size, tables_of
from sereniv.exchange.tables.rows import incoming
from sereniv.exchange.tables.values import DayOrder, DecimalSign, Writing

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """What somebody said of a file: its encoding, order of days, decimal sign, and what its columns mean.

    `meanings` has, by the number of a table and a heading, what the column is, `anywhere` by the heading alone; `kinds`
    what each table holds. What is not said is proposed: as a file with the same columns was read before, else by the
    headings.
    """

    encoding: str = ""
    day_order: DayOrder = DayOrder.NOT_SAID
    decimal_sign: DecimalSign = DecimalSign.NOT_SAID
    kinds: Mapping[int, TableKind] = field(default_factory=dict)
    meanings: Mapping[tuple[int, str], str] = field(default_factory=dict)
    anywhere: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file that reads: its tables with what they are taken for, and everything it holds."""

    tables: tuple[tuple[Table, Understood], ...]
    incoming: Incoming
    read: HowRead


def source_of(name: str, content: bytes, told_by: str) -> Source:
    """Return which file this is, its name without the folder it lay in."""
    own = name.replace("\\", "/").rpartition("/")[2]
    legible = "".join(each for each in own if each.isprintable()).strip()[:LONGEST_NAME]
    return Source(file=legible or "file", sha256=sha256(content).hexdigest(), told_by=" ".join(told_by.split()))


def opened(content: bytes, said: ReadAs, now: datetime) -> Opened:
    """Read a file as was said of it.

    Raises
    ------
    Unreadable
        When it is neither tables nor FHIR that can be read for certain, with how to mend it.
    """
    if is_fhir(content):
        demand_size(len(content))
        today = now.astimezone(home_zone()).date()
        held = fhir.incoming(resources_of(content), rules_in_force(now), home_zone(), today)
        return Opened(tables=(), incoming=held, read=HowRead())
    found = tables_of(content, said.encoding)
    remembered = _remembered()
    understood = [(table, _understood(number, table, said, remembered)) for number, table in enumerate(found)]
    writing = Writing(
        today=now.astimezone(home_zone()).date(), day_order=said.day_order, decimal_sign=said.decimal_sign
    )
    parts = [_part(table, meaning, writing, now) for table, meaning in understood]
    return Opened(
        tables=tuple(understood),
        incoming=_together(parts),
        read=HowRead(
            tables=tuple(_kept(table, meaning) for table, meaning in understood),
            day_order=said.day_order,
            decimal_sign=said.decimal_sign,
        ),
    )


def _part(table: Table, understood: Understood, writing: Writing, now: datetime) -> Incoming:
    lacks = missing(understood)
    if lacks:
        fault = Fault(
            row=f"{table.title or 'the headings'}, row 1", column="", wrong=f"Not named: {'; '.join(lacks)}.",
            mend="Say which column it is, or add it to the file.",
        )  # fmt: skip
        return Incoming(faults=(fault,))
    return incoming(table, understood, writing, rules_in_force(now))


def _together(parts: list[Incoming]) -> Incoming:
    left: dict[str, int] = {}
    for part in parts:
        for what, count in part.left_out.items():
            left[what] = left.get(what, 0) + count
    return Incoming(
        people=tuple(each for part in parts for each in part.people),
        facts=tuple(each for part in parts for each in part.facts),
        faults=tuple(each for part in parts for each in part.faults),
        left_out=left,
    )


def _understood(number: int, table: Table, said: ReadAs, before: Mapping[str, TableUnderstood]) -> Understood:
    """Return what a table is: as somebody said, as a file with these columns was read before, else as it seems."""
    guessed = proposed(table.title, table.headings)
    kind = said.kinds.get(number)
    if kind is not None and kind is not guessed.kind:
        guessed = proposed(kind.value, table.headings)
    known = before.get(_columns(table.headings))
    if known is not None and kind in {None, known.kind}:
        meant = {folded(heading): meaning for heading, meaning in zip(known.headings, known.meanings, strict=True)}
        guessed = Understood(
            kind=TableKind(known.kind), meanings=tuple(meant.get(folded(each), "") for each in table.headings)
        )
    meanings = (
        said.meanings.get((number, heading), said.anywhere.get(heading, meaning))
        for heading, meaning in zip(table.headings, guessed.meanings, strict=True)
    )
    return Understood(kind=guessed.kind, meanings=tuple(meanings))


def _remembered() -> Mapping[str, TableUnderstood]:
    """Return by the digest of their headings how tables were last read."""
    return {table.columns: table for table in _tables_of_before()}


def _columns(headings: Iterable[str]) -> str:
    return sha256(header_set(headings).encode()).hexdigest()


def _kept(table: Table, understood: Understood) -> TableUnderstood:
    taken = [pair for pair in zip(table.headings, understood.meanings, strict=True) if pair[1]]
    return TableUnderstood(
        columns=_columns(table.headings),
        headings=tuple(heading for heading, _ in taken),
        kind=understood.kind,
        meanings=tuple(meaning for _, meaning in taken),
    )


def _tables_of_before() -> Iterator[TableUnderstood]:
    for imported in reversed(imports()):
        yield from imported.event.tables


def how_written(content: bytes) -> HowRead | None:
    """Return how days and numbers were written in the last file with the same columns as this one, None for none."""
    if is_fhir(content):
        return None
    try:
        sets = {_columns(table.headings) for table in tables_of(content)}
    except Unreadable:
        return None
    for imported in imports():
        if sets & {table.columns for table in imported.event.tables}:
            event = imported.event
            return HowRead(tables=event.tables, day_order=event.day_order, decimal_sign=event.decimal_sign)
    return None
