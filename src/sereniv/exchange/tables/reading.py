"""Reads CSV and spreadsheets into rows of text; what cannot be read for certain is refused in words, never guessed."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sereniv.exchange.incoming.contents import Unreadable
from sereniv.exchange.tables.workbook import MOST_CELLS, measured

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 20_000
MOST_LINES = 10 * MOST_ROWS
"""Rows with the blank ones among them."""

MOST_COLUMNS = 100
MOST_SHEETS = 50
LONGEST_CELL = 2_000
LONGEST_HEADINGS = 100_000
"""Characters of the first row by which it is seen what parts the cells."""

ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252 (western Europe)", "mac-roman": "Mac Roman"}
"""In what a CSV file may be written, by its codec's name."""

SEPARATORS = ";,\t|"
ZIP_BEGINS = b"PK\x03\x04"
OLD_EXCEL_BEGINS = b"\xd0\xcf\x11\xe0"
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table: its number as the file counts, and its cells as text, "" for an empty one."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: its title ("" for a CSV file), its headings and the rows under them that hold anything."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def place(self, row: Row) -> str:
        """Say which row this is."""
        return f"{self.title}, row {row.number}" if self.title else f"row {row.number}"


def demand_size(size: int) -> None:
    """Raise Unreadable for a file that is empty or larger than any practice's tables."""
    if size == 0:
        raise Unreadable("This file is empty. Export it anew.")
    if size > MOST_BYTES:
        megabytes = MOST_BYTES // 1024 // 1024
        raise Unreadable(
            f"This file has {size / 1e6:.0f} MB; at most {megabytes} MB are read. Split it into several files, and "
            "import the people first."
        )


def tables_of(content: bytes, encoding: str = "") -> tuple[Table, ...]:
    """Return the tables of a file: one of CSV, each sheet of a workbook.

    Parameters
    ----------
    encoding
        A name of `ENCODINGS` where somebody said in what a CSV file is written; by itself it is read as UTF-8 alone,
        or as UTF-16 where its first bytes say so.

    Raises
    ------
    Unreadable
        When it is no table that can be read for certain, with what to do.
    """
    demand_size(len(content))
    if content.startswith(OLD_EXCEL_BEGINS):
        raise Unreadable("This is a workbook of the old kind (.xls). Save it as .xlsx or as CSV UTF-8.")
    if content.startswith(ZIP_BEGINS):
        return _workbook(content)
    return (_csv(_text(content, encoding)),)


def _text(content: bytes, encoding: str) -> str:
    wide = WIDE.get(content[:2])
    if b"\0" in content and wide is None:
        raise Unreadable("This is no text: it holds bytes that no table does. Export it as CSV UTF-8 or .xlsx.")
    if encoding and encoding not in ENCODINGS:
        raise Unreadable(f"No file is read as {encoding}. Choose one of {', '.join(ENCODINGS.values())}.")
    try:
        return content.decode(wide or encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"Line {line} holds the byte {content[error.start]:#04x}, which is not {ENCODINGS.get(encoding, 'UTF-8')}. "
            "Save the file as “CSV UTF-8”, or say in what it is written."
        ) from error


def _csv(text: str) -> Table:
    separator = _separator(text)
    if text.count(separator) > MOST_CELLS:
        raise Unreadable("This file holds more cells than are read. Split it.")
    # Strict: a quotation mark that is never closed would take the rest of the file for one cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return _table("", ((reader.line_num, cells) for cells in reader))
    except csv.Error as error:
        raise Unreadable(f"This is no whole CSV ({error}). Look at its quotation marks, or export it anew.") from error


def _separator(text: str) -> str:
    """Return what parts the cells: the sign that parts the headings into most cells."""
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")[:LONGEST_HEADINGS]
    counts = {each: len(next(csv.reader([first], delimiter=each), [])) for each in SEPARATORS}
    return max(SEPARATORS, key=lambda each: counts[each])


def _workbook(content: bytes) -> tuple[Table, ...]:
    # Imported when first used: most starts of the program read no workbook.
    import python_calamine

    packed = measured(content)
    try:
        book = python_calamine.load_workbook(io.BytesIO(packed))
        sheets = tuple(_sheets(book))
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"This workbook does not read ({error}). Save it anew as .xlsx, or as CSV UTF-8.") from error
    filled = [(name, rows) for name, rows in sheets if any(any(str(cell).strip() for cell in row) for row in rows)]
    if not filled:
        raise Unreadable("This workbook holds nothing. Export it anew.")
    return tuple(_table(name, enumerate(map(_as_text, rows), start=1)) for name, rows in filled)


def _sheets(book: "CalamineWorkbook") -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    """Give each sheet's name and rows; two sheets may be made of one member, which was measured once."""
    if len(book.sheet_names) > MOST_SHEETS:
        raise Unreadable(f"{len(book.sheet_names)} sheets; at most {MOST_SHEETS} are read. Split the workbook.")
    cells = 0
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        cells += sum(map(len, rows))
        if cells > MOST_CELLS:
            raise Unreadable("The sheets of this workbook hold more cells than are read. Split it.")
        yield name, rows


def _as_text(cells: Sequence[object]) -> list[str]:
    return [_cell(each) for each in cells]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".") if value.is_integer() or abs(value) < 1e12 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _table(title: str, found: Iterable[tuple[int, Sequence[str]]]) -> Table:
    named = f"Sheet {title}: " if title else ""
    filled = _filled(named, found)
    if len(filled) < 2:
        raise Unreadable(f"{named}There is no row under the headings. The first row names the columns.")
    headings = filled[0].cells[: max(place for place, each in enumerate(filled[0].cells, start=1) if each)]
    _demand_headings(named, headings)
    for row in filled:
        if any(len(cell) > LONGEST_CELL for cell in row.cells):
            raise Unreadable(f"{named}Row {row.number} holds a cell of over {LONGEST_CELL} characters. Shorten it.")
        if any(row.cells[len(headings) :]):
            raise Unreadable(
                f"{named}Row {row.number} has more cells than there are headings. A cell with the sign that parts "
                "cells in it must stand in quotation marks."
            )
    width = len(headings)
    kept = (Row(number=row.number, cells=(*row.cells, *("",) * width)[:width]) for row in filled[1:])
    return Table(title=title, headings=headings, rows=tuple(kept))


def _filled(named: str, found: Iterable[tuple[int, Sequence[str]]]) -> list[Row]:
    """Return the rows that hold anything, and stop at the first that is too many: none of the rest is kept."""
    filled: list[Row] = []
    for line, (number, cells) in enumerate(found, start=1):
        if line > MOST_LINES:
            raise Unreadable(f"{named}Over {MOST_LINES} rows with the blank ones. Delete the blank rows.")
        stripped = tuple(cell.strip() for cell in cells)
        if any(stripped):
            filled.append(Row(number=number, cells=stripped))
        if len(filled) > MOST_ROWS + 1:
            raise Unreadable(f"{named}More rows than are read: at most {MOST_ROWS}. Split the file.")
    return filled


def _demand_headings(named: str, headings: Sequence[str]) -> None:
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(
            f"{named}{len(headings)} columns; at most {MOST_COLUMNS} are read. Leave out what is not used."
        )
    unnamed = [str(place) for place, each in enumerate(headings, start=1) if not each]
    if unnamed:
        raise Unreadable(f"{named}Column {', '.join(unnamed)} has no heading. Name it in the first row.")
    twice = sorted({each for each in headings if [other.casefold() for other in headings].count(each.casefold()) > 1})
    if twice:
        raise Unreadable(f"{named}Two columns are called {twice[0]}. Give each its own name.")
