"""Answers of more than one resource: a page of a search, a history, everything of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sereniv.exchange.fhir.outcome import outcome
from sereniv.exchange.fhir.written import Element, Resource, kept, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of what was found: those that match, what comes with them, and whether there are more."""

    matches: Sequence[Resource]
    included: Sequence[Resource] = ()
    total: int | None = None
    next: Sequence[tuple[str, str]] | None = None
    """What to ask beside the same again; None on the last page."""
    warnings: Sequence[str] = ()


def searchset(page: Page, address: str, base: str, asked: Sequence[tuple[str, str]], at: datetime) -> Resource:
    """Return one page of a search at `address`, asked so; `base` is where every resource lies below."""
    links = [{"relation": "self", "url": _with(address, asked)}]
    if page.next is not None:
        onward = [each for each in asked if each[0] not in {"_offset", "_after"}]
        links.append({"relation": "next", "url": _with(address, [*onward, *page.next])})
    entries = [_entry(each, base, "match") for each in page.matches]
    entries += [_entry(each, base, "include") for each in page.included]
    entries += [
        {"resource": outcome("incomplete", each, severity="warning"), "search": {"mode": "outcome"}}
        for each in page.warnings
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "timestamp": moment(at)}
    return kept({**bundle, "total": page.total, "link": links, "entry": entries})


def history(versions: Sequence[Resource], base: str, at: datetime) -> Resource:
    """Return every version of one resource, the newest first."""
    entries = []
    for each in reversed(versions):
        address = f"{each['resourceType']}/{each['id']}"
        first = each is versions[0]
        entries.append(
            {
                "fullUrl": f"{base}/{address}",
                "resource": each,
                "request": {"method": "POST" if first else "PUT", "url": each["resourceType"] if first else address},
                "response": {"status": "201" if first else "200", "lastModified": each["meta"]["lastUpdated"]},
            }
        )
    bundle = {"resourceType": "Bundle", "type": "history", "timestamp": moment(at)}
    return kept({**bundle, "total": len(entries), "entry": entries})


def _entry(resource: Resource, base: str, mode: str) -> Element:
    address = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}


def _with(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(list(pairs))}" if pairs else address
