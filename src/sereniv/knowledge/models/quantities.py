"""Cited single quantities for effects, receptors and interactions: tables in `knowledge/models/effects`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from sereniv.knowledge.models.citations import reference
from sereniv.knowledge.models.schema import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One published number with its unit, its range where one is given, what it means and where it was read."""

    name: str
    value: float
    unit: str
    meaning: str
    provenance: Provenance
    low: float | None = None
    high: float | None = None
    n: int | None = None


@cache
def effect_table(name: str) -> MappingProxyType[str, Quantity]:
    """Return the quantities of one effect table (`effect_site`, `receptor`, `vitals`, `interactions`) by name.

    Raises
    ------
    KeyError
        When a row cites a reference that does not exist.
    """
    folder = resources.files("sereniv.knowledge") / "models" / "effects"
    rows = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    return MappingProxyType({key: _quantity(key, dict(row)) for key, row in rows.items()})


def _quantity(name: str, row: dict[str, object]) -> Quantity:
    provenance = Provenance(tag=row.pop("provenance"), source=row.pop("source"), where=row.pop("where"))  # type: ignore[arg-type]
    reference(provenance.source)
    return Quantity(name=name, provenance=provenance, **row)  # type: ignore[arg-type]
