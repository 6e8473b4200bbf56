"""What a document is made of, before anybody draws it: one content for the page and for the PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sereniv.therapy.documents.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A few sentences; `small` is for what only has to be there, such as sources."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Sentences that must not be overlooked, in a frame."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """Short sentences one below the other; `boxes` gives each a box to tick by hand, `numbered` begin with a number."""

    items: tuple[str, ...]
    boxes: bool = False
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Terms with their values, the value never empty: what is missing is said."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under column heads; `blank_rows` are left empty to be written on by hand.

    `heads_rows` says that the first cell of each row is the head of the row.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    blank_rows: int = 0
    heads_rows: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("A row of the table does not have a cell for each column.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLines:
    """Who signs by hand: each gets a line for the name, the signature, and the date and time."""

    who: tuple[str, ...]


Block = Paragraph | Notice | Bullets | Facts | Table | SignatureLines | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it; `on_new_page` for what is handed out or signed by itself."""

    heading: str
    blocks: tuple[Block, ...]
    on_new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document: `subject` stands with the page number on every page.

    `label` marks what is not about a real patient; `stamp` ties the paper to what it was made from
    (version of a form, hash of a note, rules); `lead` are sentences before the first section. `letterhead` is how the
    clinic is reached, under its name; `to` are the lines of whom it is addressed to.
    """

    title: str
    subject: str
    clinic: str
    made: str
    made_at: datetime
    sections: tuple[Section, ...]
    label: str = ""
    stamp: str = ""
    lead: tuple[Block, ...] = ()
    letterhead: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


SIGNATURE_COLUMNS = ("Name", "Signature", "Date and time")


def words(document: Document) -> tuple[str, ...]:
    """Return every text of a document in reading order, what repeats on each page apart."""
    found = [*document.letterhead, *document.to, document.title]
    for block in document.lead:
        found += _block_words(block)
    for section in document.sections:
        found.append(section.heading)
        for block in section.blocks:
            found += _block_words(block)
    return tuple(found)


def _block_words(block: Block) -> tuple[str, ...]:
    match block:
        case Paragraph(text=text) | Notice(text=text):
            return (text,)
        case Bullets(items=items):
            return items
        case Facts(pairs=pairs):
            return tuple(word for pair in pairs for word in pair)
        case Table(columns=columns, rows=rows):
            return (*columns, *(cell for row in rows for cell in row))
        case SignatureLines(who=who):
            return tuple(word for each in who for word in (each, *SIGNATURE_COLUMNS))
        case Picture(title=title, key=key):
            return (title, key)
        case _:
            assert_never(block)
