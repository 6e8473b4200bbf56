"""One request of an app that sends: a resource or a transaction, each with whom it names and what it says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qsl

from sereniv.exchange.fhir.names import RECEIVED
from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.fhir.written import OWN, Resource
from sereniv.exchange.received.reading import SUBJECT, Said, identifiers_of
from sereniv.exchange.received.shape import demand_shape
from sereniv.exchange.received.text import (
    LONGEST_RESOURCE,
    decoded,
    demand_legible,
    elements,
    members,
    read_object,
)

LONGEST_BUNDLE = 256 * 1024
MOST_ENTRIES = 50
LONGEST_NAMED = 200
PERSON = f"{OWN}person"
ID = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)

Found = TypeVar("Found")

Says = Callable[[Resource], Said]
"""Reads what a resource says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One resource that was sent: its text sign for sign, whom it names, and where a fault in that would lie.

    `unless` is the identifier of its sender's own under which nothing may have been received before, "" for none.
    """

    name: str
    text: str
    said: Said
    person: str
    named: str
    where: str
    identifiers: tuple[str, ...]
    unless: str = ""


def one(body: bytes, name: str, unless: str, base: str, says: Says) -> Sent:
    """Read one resource that was sent to the address of its type."""
    text = decoded(body, LONGEST_RESOURCE)
    return _sent(
        text, read_object(text, name), name, _identifier(unless, "If-None-Exist"), _Names(base=base, own={}), says
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """By what a resource may name a person: this server's address, and what else the same bundle calls its Patients."""

    base: str
    own: Mapping[str, str]


def transaction(body: bytes, base: str, says: Says) -> tuple[Sent, ...]:
    """Read a transaction, of which every entry creates something that may be sent here.

    Raises
    ------
    Failed
        For anything else in it, by the path of the entry: all of it is taken, or nothing.
    """
    text = decoded(body, LONGEST_BUNDLE)
    bundle = read_object(text, "Bundle")
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        raise Failed(
            422, "not-supported", "A Bundle of the type transaction is taken here, and nothing else.", "Bundle.type"
        )
    demand_legible({part: value for part, value in bundle.items() if part != "entry"}, "Bundle")
    _demand_entries_legible(bundle)
    demand_shape(bundle, "Bundle")
    entries = bundle.get("entry", [])
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise Failed(422, "too-costly", f"From 1 to {MOST_ENTRIES} entries.", "Bundle.entry")
    texts = _texts_of(text)
    own: dict[str, str] = {}
    for number, entry in enumerate(entries):
        _demand_create(entry, number)
        if entry["resource"].get("resourceType") == "Patient" and "fullUrl" in entry:
            own[entry["fullUrl"]] = _below(number, partial(_known_patient, entry["resource"]))
    names = _Names(base=base, own=own)
    return tuple(_entry(number, entry, texts[number], names, says) for number, entry in enumerate(entries))


def _entry(number: int, entry: Resource, text: str, names: _Names, says: Says) -> Sent:
    name, request = entry["request"]["url"], entry["request"]
    unless = _identifier(request.get("ifNoneExist", ""), f"Bundle.entry[{number}].request.ifNoneExist")
    if len(text.encode()) > LONGEST_RESOURCE:
        raise Failed(
            413, "too-long", f"At most {LONGEST_RESOURCE} bytes of one resource.", f"Bundle.entry[{number}].resource"
        )
    sent = _below(number, partial(_sent, text, entry["resource"], name, unless, names, says))
    return replace(sent, where=_within(number, sent.where))


def _demand_create(entry: Resource, number: int) -> None:
    where = f"Bundle.entry[{number}]"
    for part in ("request", "resource"):
        if part not in entry:
            raise Failed(422, "required", "Each entry creates one resource.", f"{where}.{part}")
    request = entry["request"]
    if request["method"] != "POST":
        raise Failed(422, "not-supported", "What was received is never changed: POST alone.", f"{where}.request.method")
    if request["url"] not in RECEIVED:
        raise Failed(422, "not-supported", f"One of {', '.join(RECEIVED)}.", f"{where}.request.url")
    if any(part in request for part in ("ifMatch", "ifModifiedSince", "ifNoneMatch")):
        raise Failed(422, "not-supported", "Of conditions ifNoneExist alone.", f"{where}.request")


def _below(number: int, read: Callable[[], Found]) -> Found:
    """Read an entry, and say of a fault in which one it lies."""
    try:
        return read()
    except Failed as no:
        raise Failed(no.status, no.kind, no.words, _within(number, no.where)) from no


def _within(number: int, where: str) -> str:
    inner = where.partition(".")[2]
    return f"Bundle.entry[{number}].resource" + (f".{inner}" if inner else "")


def _demand_entries_legible(bundle: Resource) -> None:
    """Raise Failed for a hidden sign in an entry; in each resource what is read by nobody may hold some."""
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            rest = {part: value for part, value in entry.items() if part != "resource"}
            demand_legible(rest, f"Bundle.entry[{number}]")
            if isinstance(entry.get("resource"), dict):
                _below(number, partial(demand_legible, entry["resource"], "Resource"))


def _texts_of(text: str) -> list[str]:
    """Return the text of each entry's resource, sign for sign."""
    entries = next(each for each in members(text) if each.name == "entry")
    found = []
    for at, _ in elements(text, entries.value):
        resource = next((each for each in members(text, at) if each.name == "resource"), None)
        found.append(text[resource.value : resource.ends] if resource is not None else "")
    return found


def _sent(text: str, resource: Resource, name: str, unless: str, names: _Names, says: Says) -> Sent:
    if resource.get("resourceType") != name:
        raise Failed(422, "invariant", f"A {name} is taken at this address.", f"{name}.resourceType")
    demand_legible(resource, name)
    demand_shape(resource, name)
    person, where = _of_patient(resource) if name == "Patient" else _subject(resource, name, names)
    return Sent(
        name=name,
        text=text,
        said=says(resource),
        person=person,
        named=_named(resource, name),
        where=where,
        identifiers=identifiers_of(resource),
        unless=unless,
    )


def _known_patient(patient: Resource) -> str:
    demand_shape(patient, "Patient")
    return _of_patient(patient)[0]


def _of_patient(patient: Resource) -> tuple[str, str]:
    """Return whom a Patient is here: by the identifier that this server gave them."""
    found = {each.get("value", "") for each in patient.get("identifier", []) if each.get("system") == PERSON}
    if len(found) != 1:
        words = f"Name one identifier of the system {PERSON}: Patient resources of this server have it."
        raise Failed(422, "required" if not found else "multiple-matches", words, "Patient.identifier")
    return found.pop(), "Patient.identifier"


def _subject(resource: Resource, name: str, names: _Names) -> tuple[str, str]:
    part = SUBJECT.get(name, "subject")
    subject, where = resource.get(part, {}), f"{name}.{part}"
    reference, identifier = subject.get("reference", ""), subject.get("identifier", {})
    by_identifier = identifier.get("value", "") if identifier.get("system") == PERSON else ""
    by_reference = _referred(reference, names)
    if reference and not by_reference:
        raise Failed(422, "not-found", "It is no reference to a Patient of this server.", f"{where}.reference")
    found = {each for each in (by_reference, by_identifier) if each}
    if not found:
        raise Failed(422, "required", f"Name a Patient of this server, or an identifier of {PERSON}.", where)
    if len(found) > 1:
        raise Failed(422, "multiple-matches", "Reference and identifier name two people.", where)
    return found.pop(), f"{where}.reference" if by_reference else f"{where}.identifier"


def _referred(reference: str, names: _Names) -> str:
    if reference in names.own:
        return names.own[reference]
    kind, _, person = reference.removeprefix(f"{names.base}/").partition("/")
    return person if kind == "Patient" and ID.fullmatch(person) else ""


def _named(resource: Resource, name: str) -> str:
    """Return by what a resource names the person, as it has it."""
    if name == "Patient":
        return _of_patient(resource)[0]
    subject = resource[SUBJECT.get(name, "subject")]
    words = (subject.get("reference", ""), subject.get("identifier", {}).get("value", ""), subject.get("display", ""))
    return ", ".join(filter(None, words))[:LONGEST_NAMED]


def _identifier(condition: str, where: str) -> str:
    """Return the identifier of a condition: nothing may have been received under it before."""
    if not condition:
        return ""
    pairs = parse_qsl(condition.removeprefix("?"), keep_blank_values=True)
    if len(pairs) != 1 or pairs[0][0] != "identifier" or "|" not in pairs[0][1] or "," in pairs[0][1]:
        raise Failed(400, "not-supported", "One identifier is asked for here: identifier=SYSTEM|VALUE.", where)
    return pairs[0][1]
