"""What an app may do, in SMART's words (scopes, version 2): `system/Observation.crs` sends, reads and searches."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sereniv.exchange.fhir.names import RECEIVED, TYPES
from sereniv.therapy.recording.refusal import Malformed

EVERYTHING = "*"
CDS_HOOKS = "cds-hooks"
"""Our own name for calling the CDS Hooks: SMART has none for it."""

SHAPE = re.compile(r"system/(\*|[A-Za-z]+)\.(c?r?s?)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One scope as it reads: of which type, and whether it sends (c), reads by id (r) and searches (s)."""

    type: str
    acts: str

    def covers(self, type_name: str, act: str) -> bool:
        """Say whether it allows one act ("c", "r" or "s") on one type."""
        return act in self.acts and self.type in {EVERYTHING, type_name}


def read_scope(text: str) -> Scope:
    """Read one scope; raises Malformed where this server knows none such."""
    found = SHAPE.fullmatch(text)
    if found is None or not _is_known(text):
        raise Malformed(
            f"{text[:60]!r} is no scope here. Scopes are system/TYPE.rs, of a type in /fhir/metadata, and "
            "system/TYPE.c of one that is received."
        )
    return Scope(type=found[1], acts=found[2])


def allows(granted: Iterable[str], type_name: str, act: str) -> bool:
    """Say whether granted scopes allow one act ("c", "r" or "s") on one type; what does not read allows nothing."""
    return any(found.covers(type_name, act) for found in _read(granted))


def is_within(asked: str, granted: Iterable[str]) -> bool:
    """Say whether an asked scope allows nothing that the granted ones do not."""
    granted = tuple(granted)
    if asked in granted:
        return True
    if not _is_known(asked):
        return False
    scope = read_scope(asked)
    return all(any(each.covers(scope.type, act) for each in _read(granted)) for act in scope.acts)


def _read(granted: Iterable[str]) -> Iterable[Scope]:
    return (read_scope(each) for each in granted if each != CDS_HOOKS and _is_known(each))


def _is_known(text: str) -> bool:
    """Say whether a scope is one of ours; everything at once may be read, and never sent."""
    found = SHAPE.fullmatch(text)
    if found is None or not found[2]:
        return False
    return found[1] in (RECEIVED if "c" in found[2] else {EVERYTHING, *TYPES})
