"""JSON as it was sent: read strictly, and taken apart by its own signs, so that nothing is written anew."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from json import JSONDecoder
from typing import Any, NoReturn

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.fhir.written import Resource
from sereniv.therapy.recording.typed import cannot_be_read

LONGEST_RESOURCE = 64 * 1024
"""Bytes of one resource: far more than anybody writes of an allergy, and few beside what a record holds."""

DEEPEST = 32
"""Levels of lists and objects; FHIR's own types need some ten."""

MOST_POWER = 30
"""The largest and smallest power of ten of a number: no measurement of a person comes near."""

WORDS_OF_ITS_OWN = frozenset({"text", "note"})
"""Parts at the top of a resource that are kept and read by nobody here: a hidden sign in them changes nothing."""

NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,60}", re.ASCII)
SPACES = " \t\n\r"
DECODER = JSONDecoder(strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an object as it was written: its name, where that begins, and where its value begins and ends."""

    name: str
    begins: int
    value: int
    ends: int


def decoded(body: bytes, longest: int) -> str:
    """Return the text of a request; raises Failed where it is too long, or no UTF-8."""
    if len(body) > longest:
        raise Failed(413, "too-long", f"{len(body)} bytes are too many: at most {longest}.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failed(400, "structure", f"Byte {error.start + 1} is not UTF-8.") from error


def read_object(text: str, where: str = "") -> Resource:
    """Read one JSON object.

    Raises
    ------
    Failed
        Where it is no object, is nested too deep, names one member twice, or holds a number that nobody could write.
    """
    _demand_shallow(text, where)
    try:
        found = json.loads(
            text, parse_float=_number, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_once
        )
    except ValueError as error:
        raise Failed(400, "structure", f"This is no JSON that can be read: {error}.", where) from error
    if not isinstance(found, dict):
        raise Failed(400, "structure", "A resource is a JSON object.", where)
    return found


def _demand_shallow(text: str, where: str) -> None:
    """Raise Failed where lists and objects are nested too deep, before anything walks them."""
    depth, in_text, escaped = 0, False, False
    for sign in text:
        if in_text:
            in_text, escaped = escaped or sign != '"', not escaped and sign == "\\"
        elif sign == '"':
            in_text = True
        elif sign in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Failed(400, "too-costly", f"This is nested deeper than {DEEPEST} levels.", where)
        elif sign in "]}":
            depth -= 1


def _number(written: str) -> Decimal:
    if len(written) > MOST_POWER:
        raise ValueError(f"a number of {len(written)} signs")
    found = Decimal(written)
    if found and not -MOST_POWER <= found.adjusted() <= MOST_POWER:
        raise ValueError(f"{written} is nobody's number")
    return found


def _whole(written: str) -> int:
    return int(_number(written))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:60]}” stands twice in one object")
    return found


def demand_legible(resource: Resource, name: str) -> None:
    """Raise Failed where a text holds a sign that nobody sees: what is written with one is found by no rule."""
    _demand_names(resource, name)
    for part, value in resource.items():
        for path, text in _texts(value, f"{name}.{part}"):
            own = part in WORDS_OF_ITS_OWN
            unseen = "It holds half of a sign." if own and _is_broken(text) else "" if own else cannot_be_read(text)
            if unseen:
                raise Failed(422, "value", unseen, path)


def _demand_names(value: object, path: str) -> None:
    """Raise Failed for a name that no element of FHIR has: it could not even be said where it stands."""
    if isinstance(value, dict):
        for name, each in value.items():
            if not NAME.fullmatch(name):
                raise Failed(422, "structure", "An element here has a name that FHIR does not know.", path)
            _demand_names(each, f"{path}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _demand_names(each, f"{path}[{number}]")


def _is_broken(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" or sign == "\0" for sign in text)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, f"{path}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _texts(each, f"{path}[{number}]")


def members(text: str, at: int = 0) -> Iterator[Member]:
    """Give the members of the object that begins at a place of a text that was read before."""
    at = _beyond(text, at) + 1
    while text[at := _beyond(text, at)] != "}":
        begins = at = _beyond(text, at + 1) if text[at] == "," else at
        name, at = DECODER.raw_decode(text, at)
        value = _beyond(text, _beyond(text, at) + 1)
        at = DECODER.raw_decode(text, value)[1]
        yield Member(name=name, begins=begins, value=value, ends=at)


def elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Give where each element begins and ends of the list that begins at a place of a text that was read before."""
    at = _beyond(text, at) + 1
    while text[at := _beyond(text, at)] != "]":
        at = _beyond(text, at + 1) if text[at] == "," else at
        ends = DECODER.raw_decode(text, at)[1]
        yield at, ends
        at = ends


def _beyond(text: str, at: int) -> int:
    while text[at] in SPACES:
        at += 1
    return at


def headed(text: str, resource_id: str, meta: str) -> str:
    """Return a resource sign for sign as it was sent, under an id and a meta of ours: it had its own elsewhere."""
    kept = [text[each.begins : each.ends] for each in members(text) if each.name not in {"resourceType", "id", "meta"}]
    kind = next(text[each.value : each.ends] for each in members(text) if each.name == "resourceType")
    ours = [f'"resourceType":{kind}', f'"id":{json.dumps(resource_id)}', f'"meta":{meta}']
    return "{" + ",".join((*ours, *kept)) + "}"
