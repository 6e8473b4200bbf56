"""A request of CDS Hooks as it was sent, read; what is absent is told from what was looked for and not there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sereniv.exchange.fhir.written import Resource

MOST_RESOURCES = 500
LONGEST_TEXT = 200


class CannotAnswer(Exception):  # noqa: N818  an answer, not a fault of ours
    """A request that is not answered with cards: the HTTP status, and what is missing or wrong, in words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request: its hook, its context, and what was fetched before; a value of None was fetched and is not there."""

    hook: str
    instance: str
    patient_id: str
    context: Mapping[str, Any]
    prefetch: Mapping[str, Resource | None]

    def has(self, key: str) -> bool:
        """Say whether something was fetched under a key, be it that nothing was there."""
        return key in self.prefetch

    def resources(self, *types: str) -> Iterator[Resource]:
        """Give every fetched resource of some types, out of bundles too, under whichever key."""
        for value in self.prefetch.values():
            for each in _unpacked(value):
                if each.get("resourceType") in types:
                    yield each

    @property
    def patient(self) -> Resource | None:
        """The Patient of the context, where it was fetched under any key."""
        return next((each for each in self.resources("Patient") if each.get("id") == self.patient_id), None)


def read_asking(content: object, hook: str) -> Asking:
    """Read a request to one service; raises CannotAnswer with what is wrong."""
    if not isinstance(content, dict):
        raise CannotAnswer(400, "Send a JSON object.")
    if content.get("hook") != hook:
        raise CannotAnswer(400, f"This service answers the hook {hook}.")
    instance, context = content.get("hookInstance"), content.get("context")
    if not isinstance(instance, str) or not 1 <= len(instance) <= LONGEST_TEXT:
        raise CannotAnswer(400, "hookInstance is missing.")
    if not isinstance(context, dict):
        raise CannotAnswer(400, "context is missing.")
    for name in ("userId", "patientId"):
        if not isinstance(context.get(name), str) or not 1 <= len(context[name]) <= LONGEST_TEXT:
            raise CannotAnswer(400, f"context.{name} is missing.")
    prefetch = content.get("prefetch", {})
    if not isinstance(prefetch, dict) or not all(each is None or _is_resource(each) for each in prefetch.values()):
        raise CannotAnswer(400, "prefetch holds resources, or null where there is none.")
    return Asking(
        hook=hook,
        instance=instance,
        patient_id=context["patientId"].removeprefix("Patient/"),
        context=context,
        prefetch=prefetch,
    )


def drafts(asking: Asking, name: str, *types: str) -> Sequence[Resource]:
    """Return the resources of a bundle of the context; raises CannotAnswer where there is none."""
    bundle = asking.context.get(name)
    if not _is_resource(bundle) or not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise CannotAnswer(400, f"context.{name} is a Bundle.")
    return [each for each in _unpacked(bundle) if each.get("resourceType") in types]


def _is_resource(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def _unpacked(value: Resource | None) -> Iterator[Resource]:
    if value is None:
        return
    if value["resourceType"] != "Bundle":
        yield value
        return
    entries = value.get("entry", [])
    if not isinstance(entries, list) or len(entries) > MOST_RESOURCES:
        raise CannotAnswer(400, f"A Bundle has a list of at most {MOST_RESOURCES} entries.")
    for entry in entries:
        found = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(found, dict) and isinstance(found.get("resourceType"), str):
            yield found
