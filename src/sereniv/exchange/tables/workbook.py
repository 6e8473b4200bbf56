"""Measures a workbook before it is read: over how many cells it reaches, and how much text these hold.

Whatever reads a sheet makes room for every cell between its first and its last, and for a shared text at each cell that
shows it: a workbook of one kilobyte can ask for more memory than there is, which ends the process. Each member is
parsed here first, and only what was parsed is handed on, packed anew: what is read is what was measured. That is why
no second process with bounds of its own is needed to read it in.
"""

import io
import re
import zipfile
import zlib
from collections import Counter
from typing import IO
from xml.parsers import expat

from sereniv.exchange.incoming.contents import Unreadable

MOST_UNPACKED = 128 * 1024 * 1024
MOST_CELLS = 2_000_000
"""Of all sheets together: as many as the most rows and columns that are read have."""

MOST_ELEMENTS = 5_000_000
"""A cell is written in two of them."""

MOST_CHARACTERS = 64 * 1024 * 1024
"""Of all cells together that show shared texts."""

PART = 1 << 20
REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
ROW = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)
COUNT = re.compile(r"[0-9]{1,7}", re.ASCII)
XML = (".xml", ".rels")
CALCULATED = "xl/calcchain.xml"
"""In what order formulas are calculated: names cells of every sheet, and holds none."""


def measured(content: bytes) -> bytes:
    """Return a workbook with nothing in it but what was parsed and measured.

    Raises
    ------
    Unreadable
        When it is no workbook, is damaged, or reaches further than any practice's.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _measured(packed)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"This file is damaged or locked ({error}). Export it anew.") from error


def _measured(packed: zipfile.ZipFile) -> bytes:
    members = packed.infolist()
    if "xl/workbook.xml" not in packed.namelist():
        raise Unreadable("This is no .xlsx workbook. Save it as .xlsx, or as CSV UTF-8.")
    size = sum(each.file_size for each in members)
    if size > MOST_UNPACKED:
        raise Unreadable(f"This workbook unpacks to {size / 1e6:.0f} MB, more than is read. Split it.")
    if len({each.filename.casefold() for each in members}) < len(members):
        raise _damaged("two members of one name")
    reach = _Reach()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as anew:
        for each in members:
            name = each.filename.casefold()
            if name.endswith(XML) and name != CALCULATED:
                with packed.open(each) as parts, anew.open(each.filename, "w") as copy:
                    _Member(reach).parse(each.filename, parts, copy)
    reach.demand_texts()
    return made.getvalue()


def _damaged(why: str) -> Unreadable:
    return Unreadable(f"This workbook is damaged ({why}). Save it anew as .xlsx, or as CSV UTF-8.")


class _Reach:
    """How far the members of a workbook reach together."""

    def __init__(self) -> None:
        self.cells = 0
        self.elements = 0
        self.lengths: list[int] = []
        self.shown: Counter[int] = Counter()

    def add_sheet(self, rows: int, columns: int) -> None:
        """Count the cells of one sheet."""
        self.cells += rows * columns
        if self.cells > MOST_CELLS:
            raise Unreadable(
                "The sheets of this workbook reach over more cells than are read. Copy the rows into a new one."
            )

    def demand_texts(self) -> None:
        """Raise Unreadable where the cells show more text than is read."""
        known = len(self.lengths)
        if sum(self.lengths[place] * often for place, often in self.shown.items() if place < known) > MOST_CHARACTERS:
            raise Unreadable("The cells of this workbook hold more text than is read. Split it.")


class _Member:
    """One member while it is parsed; it counts rows, cells and shared texts as the reader of sheets counts them."""

    def __init__(self, reach: _Reach) -> None:
        self._reach = reach
        self._elements = reach.elements
        self._row = self._column = 0
        self._last_row = self._last_column = -1
        self._cell: tuple[int, int] | None = None
        self._in_cell = self._is_shared = self._in_texts = self._in_text = False
        self._number = self._length = self._texts = 0
        self._parts: list[str] = []
        # In UTF-8 whatever the member says: the reader of sheets takes signs and names by their bytes.
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begins, self._ends
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = lambda _, text: self._comment(text)
        # No document type: entities grow. No CDATA: no program writes a workbook with it.
        parser.StartDoctypeDeclHandler = parser.StartCdataSectionHandler = self._refuse

    def parse(self, name: str, parts: IO[bytes], copy: IO[bytes]) -> None:
        """Parse the whole of it, and copy what was parsed."""
        try:
            while part := parts.read(PART):
                self._parser.Parse(part)
                copy.write(part)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _damaged(f"{name[-60:]}: {error}") from error
        self._reach.elements = self._elements

    def _refuse(self, *_: object) -> None:
        raise _damaged("a document type or CDATA")

    def _comment(self, text: str) -> None:
        # What one parser takes for a comment, another might take for a cell.
        if "<" in text:
            raise _damaged("a comment with an element in it")

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise Unreadable("This workbook holds more than is read. Split it.")
        if name.count(":") > 1:
            raise _damaged("a name in two parts")
        kind = name.rpartition(":")[2]
        if "uniqueCount" in attributes:
            _demand_count(attributes["uniqueCount"])
        if self._in_cell:
            self._begins_in_cell(kind)
        elif kind == "c":
            self._begins_cell(attributes)
        elif kind == "row":
            if "r" in attributes:
                self._row = _row(attributes["r"]) - 1
        elif kind == "sst":
            self._in_texts = True
        elif self._in_texts:
            self._begins_in_texts(kind)

    def _begins_cell(self, attributes: dict[str, str]) -> None:
        row = self._row
        if "r" in attributes:
            row, self._column = _place(attributes["r"])
        self._in_cell, self._cell = True, (row, self._column)
        self._is_shared = attributes.get("t") == "s"

    def _begins_in_cell(self, kind: str) -> None:
        if kind in {"c", "row", "sheetData"}:
            raise _damaged("a cell in a cell")
        if self._cell is not None:
            # A cell with nothing in it takes no room.
            row, column = self._cell
            self._last_row, self._last_column = max(self._last_row, row), max(self._last_column, column)
            self._cell = None
        if self._is_shared and kind == "v":
            self._parts = []
            self._parser.CharacterDataHandler = self._parts.append

    def _begins_in_texts(self, kind: str) -> None:
        if kind == "si":
            if self._in_text:
                raise _damaged("a text in a text")
            self._in_text, self._length = True, 0
            self._parser.CharacterDataHandler = self._text

    def _text(self, text: str) -> None:
        self._length += len(text)

    def _ends(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if self._in_cell:
            if kind == "v" and self._is_shared:
                self._show("".join(self._parts).strip())
            elif kind == "c":
                self._in_cell, self._cell = False, None
                self._column += 1
        elif kind == "row":
            self._row, self._column = self._row + 1, 0
        elif kind == "sheetData":
            self._reach.add_sheet(self._last_row + 1, self._last_column + 1)
        elif kind == "si" and self._in_text:
            self._keep_text()
        elif kind == "sst":
            self._in_texts = False

    def _show(self, number: str) -> None:
        self._parser.CharacterDataHandler = None
        if number:
            self._reach.shown[_demand_count(number)] += 1

    def _keep_text(self) -> None:
        """Keep a shared text's length at its number: the longest, where two members number theirs alike."""
        self._parser.CharacterDataHandler = None
        self._in_text = False
        lengths = self._reach.lengths
        if self._texts < len(lengths):
            lengths[self._texts] = max(lengths[self._texts], self._length)
        else:
            lengths.append(self._length)
        self._texts += 1


def _demand_count(text: str) -> int:
    """Read a count or the number of a text; raises Unreadable for one that no workbook has room for."""
    if not COUNT.fullmatch(text) or int(text) > MOST_ELEMENTS:
        raise _damaged(f"“{text[:20]}” where a count belongs")
    return int(text)


def _row(text: str) -> int:
    if not ROW.fullmatch(text):
        raise _damaged(f"“{text[:20]}” is no row")
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """Return row and column of a cell's reference, both from 0."""
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise _damaged(f"“{text[:20]}” is no cell")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
