"""FHIR R4 as another system writes it out: a bundle, lines of resources, or one; each with where it stands."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from sereniv.exchange.incoming.contents import Unreadable

Resource = Mapping[str, Any]

MOST_RESOURCES = 200_000


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
        super().__init__(f"{path}: {wrong}")
        self.path, self.wrong, self.mend = path, wrong, mend


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
    found = tuple(_standing(text))
    if len(found) > MOST_RESOURCES:
        raise Unreadable(f"{len(found)} resources; at most {MOST_RESOURCES} are read. Split the file.")
    return found


def _standing(text: str) -> Iterator[Standing]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > 1 and lines[0][1].rstrip().endswith("}") and lines[0][1].lstrip().startswith("{"):
        for number, line in lines:
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


def _one(found: object, row: str, named: tuple[str, ...]) -> Standing:
    kind = found.get("resourceType") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(kind, str) or not kind.isalpha():
        raise Unreadable(f"{row[:1].upper()}{row[1:]} is no FHIR resource: it has no resourceType. Export it anew.")
    own = found.get("id")
    if isinstance(own, str) and own:
        return Standing(row=f"{row} ({kind}/{own})"[:120], named=(f"{kind}/{own}", *named), resource=found)
    return Standing(row=f"{row} ({kind})", named=named, resource=found)


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
    """Return a text; raises Broken where something else stands in its place."""
    found = resource.get(name, "")
    if not isinstance(found, str):
        raise Broken(name, f"{type(found).__name__} where a text belongs.")
    return " ".join(found.split())


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
        str(each.get("code"))
        for each in objects_of(concept, "coding")
        if str(each.get("system", "")).startswith(system)
    )


def called(concept: Resource) -> str:
    """Return how a concept is called: its text, else what one of its codes is called."""
    displays = (text_of(each, "display") for each in objects_of(concept, "coding"))
    return text_of(concept, "text") or next(filter(None, displays), "")


def coded(resource: Resource, name: str) -> str:
    """Return the first code of a concept, "" where there is none."""
    return next((str(each.get("code", "")) for each in objects_of(object_of(resource, name), "coding")), "")


def day_of(text: str, path: str) -> date | None:
    """Return the day of a FHIR date or moment, None for a year or a month alone; raises Broken for anything else."""
    if len(text) in {4, 7}:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Broken(path, f"“{text}” is no date.") from None


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
