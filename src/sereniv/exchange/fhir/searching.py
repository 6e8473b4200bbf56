"""Search as FHIR means it: parameters read with what is wrong named, and resources held against them one by one."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.fhir.written import Resource

DEFAULT_COUNT, MOST_COUNT = 50, 200
CONTROLS = frozenset({"_count", "_offset", "_after", "_include", "_revinclude", "_format", "_total"})
MOST_VALUES = 50
MOMENT = re.compile(
    r"(eq|gt|lt|ge|le)?\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?)?)?", re.ASCII
)
NAMED = re.compile(r"([A-Za-z]+/)?([A-Za-z0-9.-]{1,64})", re.ASCII)


class Kind(StrEnum):
    """What a search parameter is, in FHIR's words."""

    TOKEN = "token"  # noqa: S105  a kind of parameter
    DATE = "date"
    REFERENCE = "reference"
    STRING = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A search parameter: its name, its kind, and where in a resource its values stand, with points between."""

    name: str
    kind: Kind
    paths: tuple[str, ...]
    targets: tuple[str, ...] = ()
    """Types that a reference may be to."""


COMMON = (Param(name="_id", kind=Kind.TOKEN, paths=("id",)),)
"""What may be asked of every type."""

LAST_UPDATED = Param(name="_lastUpdated", kind=Kind.DATE, paths=("meta.lastUpdated",))
"""What may be asked of every type whose resources come from the ledger, which says when each was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search as it was asked: what holds of what is found, which page of it, and what comes with it."""

    tests: tuple[Callable[[Resource], bool], ...]
    values: Mapping[str, tuple[str, ...]]
    """What was asked by each parameter, as written: whoever reads the records narrows down by it."""
    count: int
    offset: int
    after: str
    includes: tuple[str, ...]
    revincludes: tuple[str, ...]
    ignored: tuple[str, ...]

    def finds(self, resource: Resource) -> bool:
        """Say whether everything that was asked holds of a resource."""
        return all(test(resource) for test in self.tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What may be asked of one type: its parameters and includes; where `strict`, what is not known is refused."""

    params: Sequence[Param]
    includes: Sequence[str]
    revincludes: Sequence[str]
    strict: bool
    zone: tzinfo


def read_search(asked: Iterable[tuple[str, str]], rules: Rules) -> Search:
    """Read a query's pairs.

    Raises
    ------
    Failed
        When a value cannot be read, a modifier is not known, or, where `strict`, a parameter is not.
    """
    known = {each.name: each for each in (*COMMON, *rules.params)}
    tests: list[Callable[[Resource], bool]] = []
    values: dict[str, tuple[str, ...]] = {}
    ignored: list[str] = []
    controls: dict[str, list[str]] = {}
    for name, value in asked:
        bare, _, modifier = name.partition(":")
        if bare in CONTROLS:
            controls.setdefault(bare, []).append(value)
        elif bare not in known:
            ignored.append(name)
        else:
            tests.append(_test(known[bare], modifier, value, rules.zone))
            if not modifier:
                values[bare] = (*values.get(bare, ()), value)
    if ignored and rules.strict:
        raise Failed(400, "not-supported", f"This server does not search by {ignored[0]}.", ignored[0])
    return Search(
        tests=tuple(tests),
        values=values,
        count=_number(controls, "_count", DEFAULT_COUNT, MOST_COUNT),
        offset=_number(controls, "_offset", 0, 10_000_000),
        after=controls.get("_after", [""])[-1],
        includes=_listed(controls, "_include", rules.includes),
        revincludes=_listed(controls, "_revinclude", rules.revincludes),
        ignored=tuple(ignored),
    )


def _number(controls: Mapping[str, list[str]], name: str, default: int, most: int) -> int:
    text = controls.get(name, [str(default)])[-1]
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Failed(400, "value", f"{name} is a whole number.", name)
    return min(int(text), most)


def _listed(controls: Mapping[str, list[str]], name: str, may: Sequence[str]) -> tuple[str, ...]:
    for each in controls.get(name, []):
        if each not in may:
            listed = ", ".join(may) or "nothing"
            raise Failed(400, "not-supported", f"{name}={each[:60]} is not served; of this type it is {listed}.", name)
    return tuple(controls.get(name, []))


def _test(param: Param, modifier: str, value: str, zone: tzinfo) -> Callable[[Resource], bool]:
    if modifier == "missing":
        if value not in {"true", "false"}:
            raise Failed(400, "value", f"{param.name}:missing is true or false.", param.name)
        return lambda resource: (not list(found(resource, param.paths))) == (value == "true")
    if modifier and not (param.kind is Kind.STRING and modifier in {"exact", "contains"}):
        raise Failed(400, "not-supported", f"{param.name} has no modifier :{modifier[:30]} here.", param.name)
    if not value:
        raise Failed(400, "value", f"{param.name} is empty.", param.name)
    parts = value.split(",")
    if len(parts) > MOST_VALUES:
        raise Failed(400, "too-costly", f"At most {MOST_VALUES} values of {param.name} at once.", param.name)
    tests = [_one(param, modifier, each, zone) for each in parts]
    return lambda resource: any(test(each) for each in found(resource, param.paths) for test in tests)


def _one(param: Param, modifier: str, text: str, zone: tzinfo) -> Callable[[Any], bool]:
    match param.kind:
        case Kind.TOKEN:
            return lambda value: _is_token(value, text)
        case Kind.DATE:
            return _asked_time(param.name, text, zone)
        case Kind.REFERENCE:
            wanted = _wanted(param, text)
            return lambda value: isinstance(value, dict) and value.get("reference") in wanted
        case Kind.STRING:
            sought = text.casefold()
            if modifier == "exact":
                return lambda value: value == text
            if modifier == "contains":
                return lambda value: sought in str(value).casefold()
            return lambda value: any(
                word.startswith(sought) for word in (str(value).casefold(), *str(value).casefold().split())
            )


def _wanted(param: Param, text: str) -> frozenset[str]:
    shape = NAMED.fullmatch(text)
    if shape is None or (shape[1] and shape[1].rstrip("/") not in param.targets):
        raise Failed(400, "value", f"{param.name} is an id, or {' or '.join(param.targets)}/id.", param.name)
    return frozenset({text} if shape[1] else {f"{target}/{text}" for target in param.targets})


def _is_token(value: object, text: str) -> bool:
    system, bar, code = text.rpartition("|")
    for found_system, found_code in _tokens(value):
        if bar and system != found_system and not (not system and not found_system):
            continue
        if not code or code == found_code:
            return True
    return False


def _tokens(value: object) -> Iterator[tuple[str, str]]:
    match value:
        case bool():
            yield "", str(value).lower()
        case str():
            yield "", value
        case {"coding": codings}:
            for each in codings:
                yield each.get("system", ""), each.get("code", "")
        case {"system": system, "code": code} | {"system": system, "value": code}:
            yield system, code


Span = tuple[datetime, datetime]
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _asked_time(name: str, text: str, zone: tzinfo) -> Callable[[object], bool]:
    shape = MOMENT.fullmatch(text)
    if shape is None:
        hint = " A + in an address is written %2B." if " " in text else ""
        raise Failed(400, "value", f"{name} is a day, or a time with its zone, after eq, gt, lt, ge or le.{hint}", name)
    try:
        begin, end = span(text.removeprefix(shape[1] or ""), zone)
    except (ValueError, OverflowError) as error:
        raise Failed(400, "value", f"{name}: there is no such time.", name) from error
    holds = COMPARED[shape[1] or "eq"]
    return lambda value: holds(_span_of(value, zone), (begin, end))


COMPARED: Mapping[str, Callable[[Span, Span], bool]] = {
    "eq": lambda value, asked: asked[0] <= value[0] and value[1] < asked[1],
    "gt": lambda value, asked: value[1] >= asked[1],
    "lt": lambda value, asked: value[0] < asked[0],
    "ge": lambda value, asked: value[1] >= asked[0],
    "le": lambda value, asked: value[0] < asked[1],
}
"""What each prefix asks: of a value from its first to its last moment, and of what was asked, its end not in it."""


def span(text: str, zone: tzinfo) -> Span:
    """Return from when until before when a FHIR date or time reaches, a day being one of `zone`; raises ValueError."""
    if "T" in text:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if at.tzinfo is None:
            raise ValueError("no zone")
        return at, at + _precision(text)
    parts = [int(each) for each in text.split("-")]
    first = date(*parts, *([1] * (3 - len(parts))))
    after = {
        1: lambda: date(first.year + 1, 1, 1),
        2: lambda: date(first.year + first.month // 12, first.month % 12 + 1, 1),
        3: lambda: first + timedelta(days=1),
    }[len(parts)]()
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def _precision(text: str) -> timedelta:
    if "." in text:
        return timedelta(microseconds=1)
    return timedelta(seconds=1) if text[16:17] == ":" else timedelta(minutes=1)


def _span_of(value: object, zone: tzinfo) -> Span:
    """Return the first and the last moment of something in a resource; a period that has no end goes on."""
    if isinstance(value, dict):
        begin = span(value["start"], zone)[0] if "start" in value else EARLIEST
        return begin, (span(value["end"], zone)[0] if "end" in value else LATEST)
    begin, end = span(str(value), zone)
    return begin, begin if "T" in str(value) else end - timedelta(microseconds=1)


def found(resource: Resource, paths: Iterable[str]) -> Iterator[Any]:
    """Give every value that stands at one of some paths."""
    for path in paths:
        yield from _at(resource, path.split("."))


def _at(value: Any, steps: Sequence[str]) -> Iterator[Any]:  # noqa: ANN401  any part of a resource
    if isinstance(value, list | tuple):
        for each in value:
            yield from _at(each, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict) and steps[0] in value:
        yield from _at(value[steps[0]], steps[1:])
