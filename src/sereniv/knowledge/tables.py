"""Reads rows out of the clinical tables, and remembers each, so that none is kept without a source that is known."""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import cattrs
from cattrs.errors import BaseValidationError
from cattrs.v import format_exception

from sereniv.knowledge import rows

RowT = TypeVar("RowT")
Raw = Mapping[str, Any]
UNITS_OF_AGE = {"min": "minutes", "h": "hours", "d": "days"}


class KnowledgeError(ValueError):
    """A clinical table cannot be used; the message names the file, the row and what to mend."""


class Tables:
    """The tables of one folder. A table is named as `file`, or `file.section` where it is one of several in a file."""

    def __init__(self, folder: Path) -> None:
        """Read every file of a folder.

        Raises
        ------
        KnowledgeError
            When one is not readable as TOML, or two say something else of one reference.
        """
        files = sorted([*folder.glob("*.toml"), *(folder / "references").glob("*.toml")])
        content = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
        self._parsed = {name.removesuffix(".toml"): _parse(name, text) for name, text in content.items()}
        self._made: list[tuple[str, rows.Row]] = []
        digest = hashlib.sha256(b"".join(name.encode() + b"\0" + text for name, text in sorted(content.items())))
        self.version = digest.hexdigest()[:12]
        self.references = self._references()

    def raw(self, name: str) -> Raw:
        """Return a table as it is written."""
        file, _, section = name.partition(".")
        table: Raw = self._parsed[file][section] if section else self._parsed[file]
        return table

    def every(
        self, name: str, kind: type[RowT], *, without: Iterable[str] = (), written: Callable[[Raw], Raw] = dict
    ) -> dict[str, RowT]:
        """Return every row of a table by its id, less those named; `written` says how a row is to be read."""
        left_out = set(without)
        return {
            key: self.made(name, key, written(raw), kind) for key, raw in self.raw(name).items() if key not in left_out
        }

    def one(self, name: str, key: str, kind: type[RowT]) -> RowT:
        """Return one row of a table."""
        return self.made(name, key, self.raw(name)[key], kind)

    def made(self, name: str, key: str, raw: Raw, kind: type[RowT]) -> RowT:
        """Make a row of what is written, and remember it."""
        file = name.partition(".")[0]
        row = _structure(file, key, {"id": key, **raw}, kind)
        if isinstance(row, rows.Row):
            self._made.append((file, row))
        return row

    def demand_sources(self) -> None:
        """Refuse a row that cites nothing, or nothing that is known, or that claims more than was read.

        Raises
        ------
        KnowledgeError
            With the file, the row and what to mend.
        """
        for file, row in self._made:
            _demand_sources(file, row, self.references)

    def _references(self) -> dict[str, rows.Reference]:
        found: dict[str, rows.Reference] = {}
        for name in sorted(each for each in self._parsed if each.startswith("references/")):
            for key, raw in self._parsed[name]["references"].items():
                reference = _structure(name, key, raw, rows.Reference)
                if found.setdefault(key, reference) != reference:
                    raise KnowledgeError(f"{name}.toml: [{key}] says something else than in another file.")
        return found


def _parse(name: str, text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{name}: not readable as TOML: {error}") from error


def _structure(table: str, key: str, raw: Mapping[str, Any], kind: type[RowT]) -> RowT:
    try:
        return _converter().structure(raw, kind)
    except BaseValidationError as error:
        problems = "; ".join(cattrs.transform_error(error, format_exception=_problem))
        raise KnowledgeError(f"{table}.toml, row [{key}]: {problems}") from error


def _problem(error: BaseException, kind: type | None) -> str:
    """Say what is wrong in the words of whoever refused it; cattrs' own words for the rest."""
    if isinstance(error, ValueError | TypeError | ArithmeticError):
        return str(error)
    return format_exception(error, kind)


def _demand_sources(table: str, row: rows.Row, references: Mapping[str, rows.Reference]) -> None:
    place = f"{table}.toml, row [{row.id}]"
    if not row.sources:
        raise KnowledgeError(f"{place} has no source. Name at least one in `sources`.")
    unknown = [source for source in _cited(row) if source not in references]
    if unknown:
        raise KnowledgeError(f"{place} cites {unknown}, which references/*.toml does not hold.")
    unread = all(references[source].read is rows.ReadDepth.NONE for source in row.sources)
    if row.evidence is rows.Evidence.READ and unread:
        raise KnowledgeError(
            f"{place} is tagged read, and none of its sources was: {', '.join(row.sources)}. Read one and say in "
            "references/*.toml how much of it, or tag the row recalled or default."
        )


def _cited(row: rows.Row) -> tuple[str, ...]:
    match row:
        case rows.Protocol(evidence_sources=further):
            return (*row.sources, *further)
        case rows.CourseRule(options=options):
            return (*row.sources, *(source for each in options for source in each.sources))
        case rows.AdverseTerm(published=counted):
            return (*row.sources, *(each.source for each in counted))
    return row.sources


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Decimal, lambda value, _: _decimal(value))
    converter.register_structure_hook(date, lambda value, _: value)
    converter.register_structure_hook(time, lambda value, _: time.fromisoformat(value))
    converter.register_structure_hook(timedelta, lambda value, _: _age(value))
    converter.register_structure_hook(
        rows.Example, lambda raw, _: rows.Example(given=_given(raw["in"]), gives=raw["out"])
    )
    converter.register_structure_hook(rows.Band, lambda raw, _: rows.Band(from_total=raw["from"], name=raw["name"]))
    return converter


def _given(raw: object) -> dict[str, object]:
    return dict(raw) if isinstance(raw, dict) else {"value": raw}


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, int | str):
        raise TypeError(f'write the number as an integer or in quotes ("0.5"), not {value!r}: floats round')
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f'write a plain number such as "0.5", not {value!r}')
    return number


def _age(value: object) -> timedelta:
    number, _, unit = str(value).partition(" ")
    if unit not in UNITS_OF_AGE or not number.isdigit():
        raise ValueError(f'write an age as "10 min", "24 h" or "7 d", not {value!r}')
    return timedelta(**{UNITS_OF_AGE[unit]: int(number)})
