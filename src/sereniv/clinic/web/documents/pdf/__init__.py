"""A document as PDF: drawn by Typst from data alone, tagged, fonts inside, the same bytes for the same content."""

import json
import unicodedata
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from sereniv.clinic.web.documents.drawing import svg
from sereniv.clinic.web.documents.pdf.font import covered
from sereniv.therapy.documents.model import SIGNATURE_COLUMNS, Block, Document, Table
from sereniv.therapy.documents.picture import Picture
from sereniv.therapy.recording.typed import is_unseen

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "document.typ"
FONTS = FOLDER / "fonts"
PAGE_WORDS = "Page {n} of {of}"
JOINERS = frozenset("\u200c\u200d")
WITHOUT_WIDTH = frozenset("\u00ad\u200b\u2060\ufe0e\ufe0f\ufeff") | JOINERS
"""Signs that show nothing: they are left out, but for a joiner between letters that it shapes."""
NARROWEST_SHARE, WIDEST_SHARE = 9, 60
LONGEST_WORDS = 8
BREAKS_ANYWHERE_FROM = 0x2E80
"""Words of a column that are measured: letters differ in width, so that the longest by count may not be the widest."""
LONGEST_WHOLE_CELL = 300
"""Characters that fit on one sheet however narrow their column."""


class Paper(StrEnum):
    """What the clinic prints on."""

    A4 = "a4"
    LETTER = "us-letter"


def pdf(document: Document, paper: Paper = Paper.A4) -> bytes:
    """Draw a document as a tagged PDF (PDF/UA-1) on `paper`."""
    import typst

    return typst.compile(
        TEMPLATE,
        root=FOLDER,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=int(document.made_at.timestamp()),
        sys_inputs={"document": json.dumps(_given(document, paper))},
    )


def printable(text: str) -> str:
    """Write what the embedded fonts cannot show, or what would turn other text around, as its code: [U+1F600]."""
    line = " ".join(text.split())
    return "".join(_shown(sign) for place, sign in enumerate(line) if not _shows_nothing(line, place))


def _shows_nothing(line: str, place: int) -> bool:
    """Say whether a sign shows nothing where it stands."""
    return line[place] in WITHOUT_WIDTH and (line[place] not in JOINERS or is_unseen(line, place))


def _shown(sign: str) -> str:
    if sign in JOINERS:
        return sign
    if ord(sign) in covered() and unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs", "Cn"}:
        return sign
    return f"[U+{ord(sign):04X}]"


def _given(document: Document, paper: Paper) -> dict[str, Any]:
    made = document.made_at
    foot = " · ".join(part for part in (document.clinic, document.made, document.stamp) if part)
    return {
        "paper": str(paper),
        "page_words": PAGE_WORDS,
        "signature_columns": SIGNATURE_COLUMNS,
        "date": {"year": made.year, "month": made.month, "day": made.day},
        "title": printable(document.title),
        "subject": printable(document.subject),
        "clinic": printable(document.clinic),
        "label": printable(document.label),
        "foot": printable(foot),
        "letterhead": [printable(each) for each in document.letterhead],
        "to": [printable(each) for each in document.to],
        "lead": [_block(block) for block in document.lead],
        "sections": [
            {
                "heading": printable(each.heading),
                "on_new_page": each.on_new_page,
                "blocks": [_block(block) for block in each.blocks],
            }
            for each in document.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Picture):
        words = {"title": printable(block.title), "alt": printable(block.summary), "key": printable(block.key)}
        return {"kind": "picture", "svg": svg(block), **words}
    content = {each.name: _printable(getattr(block, each.name)) for each in fields(block)}
    kind = {"SignatureLines": "signatures"}.get(type(block).__name__, type(block).__name__.lower())
    shares = (
        {"widths": _widths(block), "longest": _longest_words(block), "whole_rows": _has_short_cells(block)}
        if isinstance(block, Table)
        else {}
    )
    return {"kind": kind, **content, **shares}


def _printable(value: Any) -> Any:  # noqa: ANN401  a block's fields are texts, numbers, and tuples of them
    if isinstance(value, str):
        return printable(value)
    return [_printable(each) for each in value] if isinstance(value, tuple) else value


def _has_short_cells(table: Table) -> bool:
    """Say whether each row surely fits on one sheet, and is kept on it; one that might not is broken instead."""
    return all(len(cell) <= LONGEST_WHOLE_CELL for row in table.rows for cell in row)


def _longest_words(table: Table) -> list[dict[str, list[str]]]:
    """Return the longest words of each column, of its head and below, which it holds; heads of rows stay whole."""
    found = []
    for place, (head, *cells) in enumerate(zip(table.columns, *table.rows, strict=True)):
        whole = table.heads_rows and place == 0
        below = {printable(cell) for cell in cells} if whole else {word for cell in cells for word in _words(cell)}
        found.append({"head": _words(head), "below": sorted(below, key=len)[-LONGEST_WORDS:]})
    return found


def _words(text: str) -> list[str]:
    """Return the words of a text that only break between them; Chinese, Japanese and Korean break anywhere."""
    return [word for word in printable(text).split() if all(ord(sign) < BREAKS_ANYWHERE_FROM for sign in word)]


def _widths(table: Table) -> list[int]:
    """Share the width by the longest text of each column, within bounds."""
    columns = zip(table.columns, *table.rows, strict=True)
    return [min(max(NARROWEST_SHARE, *map(len, column)), WIDEST_SHARE) for column in columns]
