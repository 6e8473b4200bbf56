"""FHIR R4 as another system writes it out: a bundle, lines of resources, or one; each with where it stands."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn

from sereniv.exchange.incoming.contents import Unreadable
from sereniv.therapy.recording.typed import cannot_be_read

Resource = Mapping[str, Any]

MOST_RESOURCES = 200_000
MOST_LISTS = 2_000_000
"""Objects and lists of one file: each takes far more room here than the few signs that write it."""

LONGEST_ROW, LONGEST_WRONG = 120, 300
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One resource of a file: where it stands, by what others refer to it, and what it says."""

    row: str
    named: tuple[str, ...]
    resource: Resource

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.resource["resourceType"])


class Broken(ValueError):  # noqa: N818  a fault in words
    """A resource cannot be read: at which path, and what is wrong there."""

    def __init__(self, path: str, wrong: str, mend: str = "Correct it where the file was made.") -> None:
        # What a file says of itself stands in the words: only what can be seen, and no more than is read.
        self.wrong = "".join(each for each in wrong if each.isprintable())[:LONGEST_WRONG]
        self.path, self.mend = path, mend
        super().__init__(f"{path}: {self.wrong}")


def is_fhir(content: bytes) -> bool:
    """Say whether a file holds JSON rather than a table."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def resources_of(content: bytes) -> tuple[Standing, ...]:
    """Return every resource of a file in its order.

    Raises
    ------
    Unreadable
        When it is no JSON, no UTF-8, nested deeper than anybody writes, or holds something that is no resource.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"Byte {error.start + 1} is not UTF-8. FHIR is written in UTF-8: export it anew.") from error
    if text.count("{") + text.count("[") > MOST_LISTS:
        raise Unreadable("This file holds more than is read. Split it.")
    found = tuple(islice(_standing(text), MOST_RESOURCES + 1))
    if len(found) > MOST_RESOURCES:
        raise Unreadable(f"More resources than are read: at most {MOST_RESOURCES}. Split the file.")
    return found


def _standing(text: str) -> Iterator[Standing]:
    first, second = (*islice(_lines(text), 2), (0, ""), (0, ""))[:2]
    if second[0] and first[1].startswith("{") and first[1].endswith("}"):
        for number, line in _lines(text):
            yield _one(_json(line, f"line {number}"), f"line {number}", ())
        return
    whole = _json(text, "the file")
    if not isinstance(whole, dict) or whole.get("resourceType") != "Bundle":
        yield _one(whole, "the file", ())
        return
    entries = whole.get("entry", [])
    if not isinstance(entries, list):
        raise Unreadable("Bundle.entry is no list. Export the bundle anew.")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise Unreadable(f"Bundle.entry[{number - 1}] is no object. Export the bundle anew.")
        address = entry.get("fullUrl")
        yield _one(entry.get("resource"), f"entry {number}", (address,) if isinstance(address, str) else ())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each line that holds anything, with its number; other signs that end a line may stand within a text."""
    for number, line in enumerate(io.StringIO(text), start=1):
        if stripped := line.strip():
            yield number, stripped


def _one(found: object, row: str, named: tuple[str, ...]) -> Standing:
    kind = found.get("resourceType") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(kind, str) or not (kind.isascii() and kind.isalpha()):
        raise Unreadable(f"{row[:1].upper()}{row[1:]} is no FHIR resource: it has no resourceType. Export it anew.")
    own = found.get("id")
    if isinstance(own, str) and own:
        shown = kind if cannot_be_read(own) else f"{kind}/{own}"
        return Standing(row=f"{row} ({shown})"[:LONGEST_ROW], named=(f"{kind}/{own}", *named), resource=found)
    return Standing(row=f"{row} ({kind})"[:LONGEST_ROW], named=named, resource=found)


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise Unreadable(
            f"{where[:1].upper()}{where[1:]} is nested deeper than any resource. Export it anew."
        ) from None
    except ValueError as error:
        raise Unreadable(f"{where[:1].upper()}{where[1:]} is no JSON ({error}). Export it anew.") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def text_of(resource: Resource, name: str) -> str:
    """Return a text; raises Broken where something else stands in its place, or it cannot be read."""
    return legible(resource.get(name, ""), name)


def legible(found: object, path: str, longest: int = 0) -> str:
    """Return a text with single spaces.

    Raises
    ------
    Broken
        Where it is none, is longer than `longest`, or holds a character that nobody sees: what is written with one
        is found by no rule.
    """
    if not isinstance(found, str):
        raise Broken(path, f"{type(found).__name__} where a text belongs.")
    text = " ".join(found.split())
    if longest and len(text) > longest:
        raise Broken(path, f"{len(text)} characters are too many.", f"Shorten it to {longest}.")
    if unseen := cannot_be_read(text):
        raise Broken(path, unseen, "Then make the file anew.")
    return text


def objects_of(resource: Resource, name: str) -> tuple[Resource, ...]:
    """Return a list of objects; raises Broken where something else stands there."""
    found = resource.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Broken(name, "No list of objects.")
    return tuple(found)


def object_of(resource: Resource, name: str) -> Resource:
    """Return an object, an empty one where there is none; raises Broken where something else stands there."""
    found = resource.get(name, {})
    if not isinstance(found, dict):
        raise Broken(name, "No object.")
    return found


def codes_of(concept: Resource, system: str) -> tuple[str, ...]:
    """Return the codes of a concept in one code system, whose address begins so."""
    return tuple(
        text_of(each, "code")
        for each in objects_of(concept, "coding")
        if str(each.get("system", "")).startswith(system) and "code" in each
    )


def called(concept: Resource) -> str:
    """Return how a concept is called: its text, else what one of its codes is called."""
    displays = (text_of(each, "display") for each in objects_of(concept, "coding"))
    return text_of(concept, "text") or next(filter(None, displays), "")


def coded(resource: Resource, name: str) -> str:
    """Return the first code of a concept, "" where there is none."""
    return next((text_of(each, "code") for each in objects_of(object_of(resource, name), "coding")), "")


def day_of(text: str, path: str) -> date | None:
    """Return the day of a FHIR date or moment, None for a year or a month alone; raises Broken for anything else."""
    if len(text) in {4, 7}:
        return None
    try:
        if DAY.fullmatch(text[:10]) and text[10:11] in {"", "T"}:
            return date.fromisoformat(text[:10])
    except ValueError:
        pass
    raise Broken(path, f"“{text}” is no date.")


def moment_of(text: str, path: str) -> datetime | date | None:
    """Return a moment with its offset, a day where no hour is said, None for a year or month alone.

    Raises
    ------
    Broken
        Where an hour stands without an offset: nobody knows when that was.
    """
    if len(text) <= len("2025-03-04"):
        return day_of(text, path)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Broken(path, f"“{text}” is no moment.") from None
    if found.tzinfo is None:
        raise Broken(path, f"“{text}” has an hour and no offset from UTC.")
    return found
