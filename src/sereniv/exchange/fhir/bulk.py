"""Export in bulk: what an app asks for, which types it is given, and the manifest of what was written (Bulk Data 2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.fhir.scopes import allows
from sereniv.exchange.fhir.table import ROWS, TABLE
from sereniv.exchange.fhir.written import Element, Resource, moment

NDJSON = "application/fhir+ndjson"
OUTPUT = frozenset({NDJSON, "application/ndjson", "ndjson"})
SYSTEM, PATIENT = "system", "Patient"
"""The levels: everything of the clinic, or people's records alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is exported: of which types, and nothing that was recorded before `since` (None: everything)."""

    types: tuple[str, ...]
    since: datetime | None


def read_kick_off(pairs: Sequence[tuple[str, str]], level: str, scopes: Sequence[str]) -> Wanted:
    """Read what an export is asked to hold.

    Raises
    ------
    Failed
        For what this server does not know: a filter that was passed over would give more than was asked for.
    """
    types: list[str] = []
    since = None
    for name, value in pairs:
        match name:
            case "_type":
                types += [each for each in value.split(",") if each]
            case "_since":
                since = _moment(value)
            case "_outputFormat":
                if value not in OUTPUT:
                    raise Failed(400, "not-supported", f"It is written as {NDJSON} alone.", name)
            case _:
                raise Failed(400, "not-supported", "An export is asked by _type, _since and _outputFormat alone.", name)
    return Wanted(types=_types(types, level, scopes), since=since)


def _moment(value: str) -> datetime:
    try:
        # A plus that nobody escaped arrives as a space.
        found = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Failed(400, "value", "_since is a moment with its offset, such as 2026-01-02T03:04:05Z.", "_since")
    return found


def _types(asked: Sequence[str], level: str, scopes: Sequence[str]) -> tuple[str, ...]:
    there = [row.name for row in ROWS if level == SYSTEM or row.of_record is not None]
    unknown = [each for each in asked if each not in there]
    if unknown:
        raise Failed(400, "not-supported", f"There is no {unknown[0][:60]} in this export.", "_type")
    beyond = [each for each in asked if not is_allowed(each, scopes)]
    if beyond:
        raise Failed(403, "forbidden", f"This token does not allow it: it takes system/{beyond[0]}.rs.", "_type")
    found = tuple(each for each in there if (each in asked or not asked) and is_allowed(each, scopes))
    if not found:
        raise Failed(403, "forbidden", "This token allows no type to be read and searched: it takes system/TYPE.rs.")
    return found


def is_allowed(type_name: str, scopes: Iterable[str]) -> bool:
    """Say whether a token allows a whole type to be taken: to read each, and to search all."""
    scopes = tuple(scopes)
    return allows(scopes, type_name, "r") and (allows(scopes, type_name, "s") or not TABLE[type_name].is_searched)


def is_since(resource: Resource, since: datetime | None) -> bool:
    """Say whether a resource was recorded at `since` or later; what tells no time is always given."""
    written = resource.get("meta", {}).get("lastUpdated")
    return since is None or written is None or datetime.fromisoformat(written) >= since


def manifest(request: str, began: datetime, address: str, counts: Mapping[str, int]) -> Element:
    """Return the manifest: where each type's lines are; `address` is below which the files lie."""
    output = [
        {"type": name, "url": f"{address}/{name}.ndjson", "count": count} for name, count in counts.items() if count
    ]
    return {
        "transactionTime": moment(began),
        "request": request,
        "requiresAccessToken": True,
        "output": output,
        "error": [],
    }
