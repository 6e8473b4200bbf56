"""The references behind the pharmacology tables."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source: its citation, where to find it and how far it was read."""

    id: str
    citation: str
    read: str
    doi: str | None = None
    url: str | None = None

    def text(self) -> str:
        """Return the citation in one line, with its DOI or address and how far it was read."""
        place = f" doi:{self.doi}" if self.doi else f" {self.url}" if self.url else ""
        return f"{self.citation.removesuffix('.')}.{place} [read: {self.read}]"


@cache
def references() -> MappingProxyType[str, Reference]:
    """Return every reference of the pharmacology tables by id."""
    text = (resources.files("sereniv.knowledge") / "references" / "pharmacology.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["references"]
    return MappingProxyType({key: Reference(id=key, **row) for key, row in rows.items()})


def reference(reference_id: str, own: Iterable[Reference] = ()) -> Reference:
    """Return one reference, from a model's own rows or the packaged table.

    Parameters
    ----------
    reference_id
        What a row's `source` says.
    own
        A model's `own_references`.

    Raises
    ------
    KeyError
        When the id is unknown; the message names where to add it.
    """
    for row in own:
        if row.id == reference_id:
            return row
    try:
        return references()[reference_id]
    except KeyError:
        raise KeyError(
            f"No reference {reference_id!r} in knowledge/references/pharmacology.toml; add it there, or to the "
            "[references] of the model's own table."
        ) from None
