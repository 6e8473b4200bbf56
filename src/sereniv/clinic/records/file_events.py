"""What happens with files of records: another practice's taken in or undone, one person's given out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGivenOut:
    """One person's record, up to an entry, was written to a file with this SHA-256, for them to take along."""

    person: str
    to_seq: int
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableUnderstood:
    """What a table of a file was, and what those of its columns meant that were taken, in the order of `headings`.

    `columns` is the SHA-256 of all its headings, by which a table with the same ones is known again: one that was not
    taken is not written down, since it may hold somebody's name.
    """

    columns: str
    headings: tuple[str, ...]
    kind: str
    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImported:
    """What another practice's file holds was taken into the records, whole, with this SHA-256.

    `registered` people are new in the register, and `entries` were made in the records of `people`. How its tables were
    read is kept, for the next file with the same columns. The file's name is not: it may be a patient's, and nobody can
    erase it here. `RecordBrought` has it, in the record of each.
    """

    batch: str
    sha256: str
    told_by: str
    registered: int
    people: int
    entries: int
    tables: tuple[TableUnderstood, ...]
    day_order: str
    decimal_sign: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUndone:
    """An import was undone whole: what it had written is struck, and whom it had registered is in no list any more."""

    batch: str
    reason: str


FileEvent = RecordGivenOut | FileImported | ImportUndone
