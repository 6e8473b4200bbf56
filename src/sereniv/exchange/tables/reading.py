"""Reads CSV and spreadsheets into rows of text; what cannot be read for certain is refused in words, never guessed."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sereniv.exchange.incoming.contents import Unreadable

MOST_BYTES = 32 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
MOST_CELLS = 10_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000

ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252 (western Europe)", "mac-roman": "Mac Roman"}
"""In what a CSV file may be written, by its codec's name."""

SEPARATORS = ";,\t|"
ZIP_BEGINS = b"PK\x03\x04"
OLD_EXCEL_BEGINS = b"\xd0\xcf\x11\xe0"
A_CELL = re.compile(rb'<(?:\w+:)?c [^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
PART = 1 << 20
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
    try:
        # Strict: a quotation mark that is never closed would take the rest of the file for one cell.
        found = [
            (reader.line_num, cells)
            for reader in [csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)]
            for cells in reader
        ]
    except csv.Error as error:
        raise Unreadable(f"This is no whole CSV ({error}). Look at its quotation marks, or export it anew.") from error
    return _table("", found)


def _separator(text: str) -> str:
    """Return what parts the cells: the sign that parts the headings into most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {each: len(next(csv.reader([first], delimiter=each), [])) for each in SEPARATORS}
    return max(SEPARATORS, key=lambda each: counts[each])


def _workbook(content: bytes) -> tuple[Table, ...]:
    # Imported when first used: most starts of the program read no workbook.
    import python_calamine

    _demand_unpacked(content)
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"This workbook does not read ({error}). Save it anew as .xlsx, or as CSV UTF-8.") from error
    filled = [(name, rows) for name, rows in sheets if any(any(str(cell).strip() for cell in row) for row in rows)]
    if not filled:
        raise Unreadable("This workbook holds nothing. Export it anew.")
    return tuple(_table(name, list(enumerate(map(_as_text, rows), start=1))) for name, rows in filled)


def _demand_unpacked(content: bytes) -> None:
    """Raise Unreadable for what is no workbook, or one that unpacks to more than any practice's."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if "xl/workbook.xml" not in packed.namelist():
                raise Unreadable("This is no .xlsx workbook. Save it as .xlsx, or as CSV UTF-8.")
            size = sum(each.file_size for each in members)
            if size > MOST_UNPACKED:
                raise Unreadable(f"This workbook unpacks to {size / 1e6:.0f} MB, more than is read. Split it.")
            for each in members:
                if each.filename.startswith("xl/worksheets/") and _cells_in(packed, each) > MOST_CELLS:
                    raise Unreadable(
                        "A sheet of this workbook reaches over more cells than are read. Copy its rows into a new one."
                    )
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"This file is damaged or locked ({error}). Export it anew.") from error


def _cells_in(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return over how many cells a sheet reaches: whatever reads it makes room for each of them."""
    rows = columns = 0
    left = b""
    with packed.open(member) as sheet:
        while part := sheet.read(PART):
            for column, row in A_CELL.findall(left + part):
                rows, columns = max(rows, int(row)), max(columns, _column(column))
            left = part[-300:]
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
    rows = [Row(number=number, cells=tuple(cell.strip() for cell in cells)) for number, cells in found]
    filled = [row for row in rows if any(row.cells)]
    if len(filled) < 2:
        raise Unreadable(f"{named}There is no row under the headings. The first row names the columns.")
    headings = filled[0].cells
    while headings and not headings[-1]:
        headings = headings[:-1]
    _demand_headings(named, headings)
    if len(filled) > MOST_ROWS + 1:
        raise Unreadable(f"{named}{len(filled) - 1} rows; at most {MOST_ROWS} are read. Split the file.")
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
