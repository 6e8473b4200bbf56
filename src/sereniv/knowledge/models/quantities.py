"""Cited single quantities for effects, receptors and interactions: tables in `knowledge/models/effects`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, get_args

from sereniv.knowledge.models.citations import reference
from sereniv.knowledge.models.schema import Provenance

Direction = Literal["higher", "lower", "not known"]


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

    def cite(self) -> str:
        """Return the reference behind this number and where in it the number stands."""
        return _cited(self.provenance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A quantity that matters and that nobody was found to have measured: what it would be, and what is known.

    `direction` is which way it goes, "higher" or "lower", where a source says so; there is no number.
    """

    name: str
    of: str
    direction: Direction
    meaning: str
    provenance: Provenance

    def cite(self) -> str:
        """Return the reference behind what is known and where in it that stands."""
        return _cited(self.provenance)


@cache
def unknowns(name: str) -> MappingProxyType[str, Unknown]:
    """Return the quantities without a figure of one effect table (`interactions`) by name.

    Raises
    ------
    KeyError
        When a row cites a reference that does not exist.
    ValueError
        When a row's direction is none.
    """
    rows = _rows(f"{name}_unknown")
    for key, row in rows.items():
        if row["direction"] not in get_args(Direction):
            raise ValueError(f"{key}: direction is {row['direction']!r}; give one of {', '.join(get_args(Direction))}.")
    return MappingProxyType({key: Unknown(name=key, provenance=_provenance(row), **row) for key, row in rows.items()})


@cache
def effect_table(name: str) -> MappingProxyType[str, Quantity]:
    """Return the quantities of one effect table (`effect_site`, `receptor`, `vitals`, `interactions`) by name.

    Raises
    ------
    KeyError
        When a row cites a reference that does not exist.
    """
    return MappingProxyType({key: _quantity(key, row) for key, row in _rows(name).items()})


def _cited(provenance: Provenance) -> str:
    return f"{reference(provenance.source).text()} ({provenance.where})"


def _rows(table: str) -> dict[str, dict[str, Any]]:
    file = resources.files("sereniv.knowledge") / "models" / "effects" / f"{table}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _quantity(name: str, row: dict[str, Any]) -> Quantity:
    return Quantity(name=name, provenance=_provenance(row), **row)


def _provenance(row: dict[str, Any]) -> Provenance:
    """Take a row's provenance out of it."""
    provenance = Provenance(tag=row.pop("provenance"), source=row.pop("source"), where=row.pop("where"))
    reference(provenance.source)
    return provenance
